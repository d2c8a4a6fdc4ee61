//! Time of taking in a 30-minute MP3 in the contained worker: check, master, rendition. Needs ffmpeg to make the file.
//! `cargo bench --bench ingest`

#![expect(clippy::unwrap_used, clippy::print_stdout, reason = "a bench stops at the first failure and prints")]

use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use loa::audio::worker::{Ingested, Mending, Worker};

const RUNS: usize = 3;
const SECONDS: u32 = 1800;

fn main() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("speech.mp3");
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("bulletins/01-ba-con-do-di-lai.mp3");
    let made = Command::new("ffmpeg")
        .args(["-v", "error", "-stream_loop", "-1", "-i"])
        .arg(&source)
        .args(["-t", &SECONDS.to_string(), "-ar", "44100", "-ac", "2", "-b:a", "128k"])
        .arg(&file)
        .status()
        .expect("ffmpeg is needed to make the file: install it");
    assert!(made.success(), "ffmpeg failed");
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let worker = Worker::new(env!("CARGO_BIN_EXE_loa"), Vec::new());
    let mut times = Vec::new();
    for _ in 0..RUNS {
        let out = tempfile::tempdir().unwrap();
        let begun = Instant::now();
        let Ingested { report, rendered, .. } =
            runtime.block_on(worker.ingest(&file, out.path(), Mending::default())).unwrap();
        assert!(rendered.is_some(), "refused: {report:?}");
        times.push(begun.elapsed());
    }
    times.sort();
    let realtime = |time: Duration| f64::from(SECONDS) / time.as_secs_f64();
    let (low, median, high) = (times[0], times[RUNS / 2], times[RUNS - 1]);
    println!("ingest of 30:00: median {median:.2?} ({low:.2?} to {high:.2?}), {:.0} x realtime", realtime(median));
}
