//! The contained worker, with this test program as its own child.

use std::time::Duration;

use super::*;
use crate::audio::worker::{ChildAnswer, Ingested, Job, Mending, Worker, WorkerError, run_child, serve_child};

/// Variable that makes [`the_child_serves_when_it_is_asked_to`] serve.
const AS_CHILD: &str = "LOA_TEST_AUDIO_CHILD";

/// Not a test of its own: the worker's children run this program with only this "test".
#[test]
fn the_child_serves_when_it_is_asked_to() {
    match std::env::var(AS_CHILD).as_deref() {
        Ok("serve") => {
            serve_child(std::io::stdin(), std::io::stdout()).expect("a served job");
        }
        Ok("die") => panic!("as asked"),
        _ => {}
    }
}

fn worker(mode: &str) -> Worker {
    let me = std::env::current_exe().expect("this program");
    let name = "audio::tests::worker::the_child_serves_when_it_is_asked_to";
    let args = [
        &format!("{AS_CHILD}={mode}"),
        // Else the thread of this "test" would live on memory that was set aside before the limit.
        "MALLOC_ARENA_MAX=1",
        &me.display().to_string(),
        "--exact",
        name,
        "--nocapture",
        "--test-threads=1",
    ];
    // `env` gives the child the one variable that it needs here.
    Worker::new("/usr/bin/env", args.iter().map(|arg| (*arg).to_owned()).collect())
}

#[tokio::test]
async fn a_file_is_checked_in_a_child_as_it_would_be_here() {
    let folder = folder();
    let wav = speech_wav(folder.path());
    let report = worker("serve").check(&wav).await.expect("a report");
    assert_eq!(report, check_file(&wav));
    let silent = folder.path().join("silent.wav");
    write_wav(&silent, 16_000, 1, &vec![0.0; 32_000]);
    assert_refused(&worker("serve").check(&silent).await.expect("a report"), "silent");
}

#[tokio::test]
async fn every_format_is_ingested_within_the_default_memory() {
    let folder = folder();
    let formats: [(&str, &[&str]); 7] = [
        ("a.mp3", &["-b:a", "64k"]),
        ("a.m4a", &["-c:a", "aac", "-ac", "2"]),
        ("a.flac", &["-ar", "96000"]),
        ("f64.wav", &["-c:a", "pcm_f64le", "-ac", "2"]),
        ("a.aiff", &[]),
        ("vorbis.ogg", &["-c:a", "libvorbis"]),
        ("opus.ogg", &["-c:a", "libopus"]),
    ];
    for (name, args) in formats {
        let original = speech_as(folder.path(), name, args);
        let out = folder.path().join(format!("{name}.out"));
        std::fs::create_dir(&out).expect("a folder");
        let Ingested { report, rendered, .. } = worker("serve")
            .ingest(&original, &out, Mending::default())
            .await
            .unwrap_or_else(|error| panic!("{name}: {error}"));
        let rendered = rendered.unwrap_or_else(|| panic!("{name}: {report:#?}"));
        assert_eq!(Some(&rendered.original_sha256), report.sha256.as_ref());
        let bytes = std::fs::metadata(out.join(RENDITION_FILE)).expect("a rendition").len();
        assert_eq!(bytes, rendered.rendition_bytes);
    }
}

#[tokio::test]
async fn a_child_without_memory_or_time_refuses_the_file() {
    let folder = folder();
    let wav = speech_wav(folder.path());
    let poor = Worker { memory_bytes: 1024 * 1024, ..worker("serve") };
    let hasty = Worker { wall_clock: Duration::ZERO, ..worker("serve") };
    let slow = Worker { cpu_seconds: 1, ..worker("serve") };
    // Two hours of silence: small, and seconds of work.
    let long = folder.path().join("long.flac");
    ffmpeg(&wav, &long, &["-af", "volume=0,apad", "-t", "7200", "-ar", "8000"]);
    let cases = [("poor", poor, &wav), ("hasty", hasty, &wav), ("slow", slow, &long)];
    for (name, worker, input) in cases {
        let report = worker.check(input).await.unwrap_or_else(|error| panic!("{name}: {error}"));
        assert_refused(&report, "resource_limit");
    }
}

#[tokio::test]
async fn a_missing_file_or_program_is_an_error() {
    let folder = folder();
    let missing = worker("serve").check(&folder.path().join("none")).await;
    assert!(matches!(missing, Err(WorkerError::Failed(_))), "{missing:?}");
    let wav = speech_wav(folder.path());
    let no_program = Worker::new(folder.path().join("none"), Vec::new());
    assert!(matches!(no_program.check(&wav).await, Err(WorkerError::Start { .. })));
    let dead = worker("die").check(&wav).await;
    assert!(matches!(dead, Err(WorkerError::NoAnswer { .. })), "{dead:?}");
}

#[test]
fn results_that_cannot_be_written_are_a_failure_not_a_refusal() {
    let folder = folder();
    let job = Job {
        input: speech_wav(folder.path()),
        out_dir: Some(folder.path().join("missing")),
        limits: Limits::default(),
        mending: Mending::default(),
        memory_bytes: u64::MAX,
        cpu_seconds: u64::MAX,
    };
    assert!(matches!(run_child(&job), ChildAnswer::Failed { .. }));
}
