//! How much memory the contained child really takes, as the system counts it: for a long recording, and for files whose
//! headers ask for tens of gigabytes.

use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::time::Duration;

use loa::audio::findings::Verdict;
use loa::audio::probe::Limits;
use loa::audio::worker::{CHILD_COMMAND, CPU_SECONDS, Job, MEMORY_BYTES, Mending, Worker};

use super::kit::Kit;
use super::{Must, lying};
use crate::helpers::sound::ffmpeg;

/// Time between two looks at the child's memory. The system keeps the highest value, so only its last moments count.
const LOOK: Duration = Duration::from_millis(2);

/// Runs the child on one job, as the worker would; its highest resident size in KiB and its answer.
fn run_watched(input: &Path, out_dir: Option<&Path>) -> (u64, String) {
    let job = Job {
        input: input.to_owned(),
        out_dir: out_dir.map(Path::to_owned),
        limits: Limits::default(),
        mending: Mending::default(),
        memory_bytes: MEMORY_BYTES,
        cpu_seconds: CPU_SECONDS,
    };
    let mut child = Command::new(env!("CARGO_BIN_EXE_loa"))
        .arg(CHILD_COMMAND)
        .env_clear()
        .env("MALLOC_ARENA_MAX", "1")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let pid = child.id();
    let mut peak = resident_kib(pid);
    child.stdin.take().unwrap().write_all(&serde_json::to_vec(&job).unwrap()).unwrap();
    let (ended, ends) = channel();
    let waiting = std::thread::spawn(move || {
        let output = child.wait_with_output().unwrap();
        ended.send(()).unwrap();
        String::from_utf8_lossy(&output.stdout).into_owned()
    });
    while ends.recv_timeout(LOOK) == Err(RecvTimeoutError::Timeout) {
        peak = peak.max(resident_kib(pid));
    }
    (peak, waiting.join().unwrap())
}

/// The highest resident size that a process has had, in KiB, without the pages of the program's own file, which an
/// unoptimised build has many of; 0 if it is gone.
fn resident_kib(process: u32) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).unwrap_or_default();
    let kib = |name: &str| -> u64 {
        let line = status.lines().find_map(|line| line.strip_prefix(name));
        line.and_then(|line| line.split_whitespace().next()?.parse().ok()).unwrap_or(0)
    };
    kib("VmHWM:").saturating_sub(kib("RssFile:"))
}

#[test]
fn twenty_minutes_are_taken_in_within_16_mib_beside_the_program() {
    let kit = Kit::of("0", "60");
    let (once, long) = (kit.folder().join("once.mp3"), kit.folder().join("long.mp3"));
    std::fs::write(&once, kit.speech("mp3", &["-b:a", "64k"])).unwrap();
    let args = ["-t", "1200", "-ac", "2", "-b:a", "128k"];
    let input = ["-stream_loop", "-1", "-i", once.to_str().unwrap()];
    ffmpeg(&[&input[..], &args, &[long.to_str().unwrap()]].concat());
    let out = kit.folder().join("out");
    std::fs::create_dir(&out).unwrap();
    let (peak, answer) = run_watched(&long, Some(&out));
    assert!(answer.contains("\"rendition_sha256\""), "{answer}");
    println!("20 minutes: {:.1} MiB", peak as f64 / 1024.0);
    assert!(peak > 0 && peak < 16 * 1024, "{peak} KiB");
}

#[tokio::test]
async fn files_that_ask_for_thirty_gigabytes_are_refused_and_get_nothing() {
    let kit = Kit::new();
    let mut greedy = lying(&kit);
    greedy.retain(|(name, _, must)| name.contains("30-gb") || (name.contains("huge") && *must != Must::Pass));
    assert!(greedy.len() >= 7, "only {} files", greedy.len());
    let worker = Worker::new(env!("CARGO_BIN_EXE_loa"), Vec::new());
    for (name, bytes, _) in greedy {
        let path = kit.folder().join(&name);
        std::fs::write(&path, bytes).unwrap();
        let (peak, _) = run_watched(&path, None);
        println!("{name}: {:.1} MiB", peak as f64 / 1024.0);
        assert!(peak > 0 && peak < 16 * 1024, "{name}: {peak} KiB");
        let report = worker.check(&path).await.unwrap();
        assert_eq!(report.verdict, Verdict::Refused, "{name}: {report:#?}");
    }
}
