//! Sinks and playing in real time, with real commands.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use super::*;
use crate::audio::play::{End, PlayEnd, play};
use crate::audio::rendition::RenditionDecoder;
use crate::audio::sink::SinkChoice;

fn play_into(sink: &str, seconds: f32) -> (PlayEnd, Duration, u64) {
    let mut decoder = RenditionDecoder::new(rendition_of_speech(seconds)).expect("a rendition");
    let total = decoder.total_samples();
    let choice: SinkChoice = sink.parse().expect("a sink");
    let sink = choice.open("item", total).expect("an open sink");
    let started = Instant::now();
    let end = play(&mut decoder, sink, &AtomicBool::new(false), &mut |_| {});
    (end, started.elapsed(), total)
}

fn assert_failed(end: &PlayEnd) {
    assert!(matches!(end.end, End::SinkFailed(_)), "{end:?}");
}

#[test]
fn sink_settings_are_read_and_printed_back() {
    for text in ["wav:/var/tmp/out", "command:aplay -q -"] {
        let choice: SinkChoice = text.parse().expect("a sink");
        assert_eq!(choice.to_string(), text);
    }
    for text in ["", "wav:", "wav", "command: ", "alsa:hw0"] {
        let error = text.parse::<SinkChoice>().expect_err("no sink").to_string();
        assert!(error.contains(&format!("`{text}`")), "{error}");
        assert!(error.contains("wav:DIR") && error.contains("command:"), "{error}");
    }
}

#[test]
fn a_command_that_reads_everything_completes_in_real_time() {
    let (end, elapsed, total) = play_into("command:cat >/dev/null", 1.5);
    assert_eq!(end, PlayEnd { samples: total, end: End::Completed });
    assert!(elapsed >= Duration::from_millis(1490), "{elapsed:?}");
    assert!(elapsed < Duration::from_secs(5), "{elapsed:?}");
}

#[test]
fn a_command_that_dies_at_once_is_credited_with_nothing() {
    let (end, elapsed, _) = play_into("command:false", 1.5);
    assert_failed(&end);
    assert_eq!(end.samples, 0);
    assert!(elapsed < Duration::from_secs(4), "{elapsed:?}");
}

#[test]
fn a_command_that_never_reads_is_noticed_and_credited_with_nothing() {
    let (end, elapsed, _) = play_into("command:sleep 99", 1.5);
    assert_failed(&end);
    assert_eq!(end.samples, 0);
    assert!(elapsed < Duration::from_secs(8), "{elapsed:?}");
}

#[test]
fn a_command_that_dies_midway_is_credited_with_what_it_read() {
    let (end, _, total) = play_into("command:head -c 100000 >/dev/null", 2.0);
    assert_failed(&end);
    assert!(end.samples < total, "{end:?} of {total}");
    assert!(end.samples.abs_diff(50_000) <= 8192, "{end:?}");
}

#[test]
fn a_command_that_takes_all_but_fails_at_its_end_is_a_failure() {
    let (end, _, total) = play_into("command:cat >/dev/null; exit 3", 1.1);
    assert_failed(&end);
    assert_eq!(end.samples, total);
}

#[test]
fn a_command_receives_a_valid_wav_stream() {
    let folder = folder();
    let copy = folder.path().join("copy.wav");
    let (end, _, total) = play_into(&format!("command:cat > {}", copy.display()), 1.1);
    assert_eq!(end.end, End::Completed);
    let mut reader = hound::WavReader::open(&copy).expect("a WAV file");
    assert_eq!(u64::from(reader.duration()), total);
    assert_eq!(reader.samples::<i16>().count() as u64, total);
}

#[test]
fn the_wav_sink_holds_exactly_the_decoded_samples() {
    let folder = folder();
    let rendition = rendition_of_speech(1.3);
    let choice = SinkChoice::Wav(folder.path().to_owned());
    let mut decoder = RenditionDecoder::new(rendition.clone()).expect("a rendition");
    let total = decoder.total_samples();
    let sink = choice.open("../a b", total).expect("an open sink");
    let mut reports = Vec::new();
    let end = play(&mut decoder, sink, &AtomicBool::new(false), &mut |samples| reports.push(samples));
    assert_eq!(end, PlayEnd { samples: total, end: End::Completed });
    assert_eq!(reports.len(), 1);
    assert!((40_000..=62_400).contains(&reports[0]), "{reports:?}");
    let mut again = RenditionDecoder::new(rendition).expect("a rendition");
    let mut expected = Vec::new();
    while let Some(block) = again.next_block().expect("a block") {
        expected.extend(block);
    }
    let mut reader = hound::WavReader::open(folder.path().join("-a-b.wav")).expect("a WAV file");
    let found: Vec<i16> = reader.samples().map(|sample| sample.expect("a sample")).collect();
    assert_eq!(found, expected);
}

#[test]
fn a_second_item_of_the_same_name_gets_its_own_file() {
    let folder = folder();
    let choice = SinkChoice::Wav(folder.path().join("new"));
    for _ in 0..2 {
        let mut sink = choice.open("x", 960).expect("an open sink");
        sink.write(&[1; 960]).expect("a write");
        assert_eq!(sink.finish().expect("a finished file"), 960);
    }
    assert!(folder.path().join("new/x.wav").exists());
    assert!(folder.path().join("new/x-2.wav").exists());
}

#[test]
fn a_wav_file_is_playable_while_it_is_being_written() {
    let folder = folder();
    let choice = SinkChoice::Wav(folder.path().to_owned());
    let mut sink = choice.open("x", 960_000).expect("an open sink");
    for _ in 0..60 {
        sink.write(&[7; 960]).expect("a write");
    }
    // As after kill -9: nobody finishes the file, and what the process still held is lost.
    let reader = hound::WavReader::open(folder.path().join("x.wav")).expect("a WAV file");
    assert!(reader.duration() >= 48_000, "{}", reader.duration());
}

#[test]
fn stopping_ends_at_once_and_counts_what_was_taken() {
    for kind in ["wav", "command"] {
        let folder = folder();
        let sink = match kind {
            "wav" => format!("wav:{}", folder.path().display()),
            _ => "command:cat >/dev/null".to_owned(),
        };
        let mut decoder = RenditionDecoder::new(rendition_of_speech(3.0)).expect("a rendition");
        let total = decoder.total_samples();
        let sink = sink.parse::<SinkChoice>().expect("a sink").open("x", total).expect("open");
        let stop = AtomicBool::new(false);
        let started = Instant::now();
        // The first report comes after a second; the stop follows it.
        let end = play(&mut decoder, sink, &stop, &mut |_| stop.store(true, Ordering::Relaxed));
        assert_eq!(end.end, End::Stopped, "{kind}");
        assert!(started.elapsed() < Duration::from_millis(2900), "{kind}");
        assert!((24_000..=130_000).contains(&end.samples), "{kind}: {end:?}");
    }
}

#[test]
fn dropping_a_command_sink_stops_what_the_command_started() {
    let folder = folder();
    let mark = folder.path().join("pid");
    let command = format!("sh -c 'echo $$ > {}; exec sleep 99' & wait", mark.display());
    let sink = SinkChoice::Command(command).open("x", 960).expect("an open sink");
    let deadline = Instant::now() + Duration::from_secs(5);
    let pid = loop {
        let text = std::fs::read_to_string(&mark).unwrap_or_default();
        if let Ok(pid) = text.trim().parse::<u32>() {
            break pid;
        }
        assert!(Instant::now() < deadline, "the command did not start");
        std::thread::yield_now();
    };
    drop(sink);
    let state = || std::fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
    while !(state().is_empty() || state().contains(") Z")) {
        assert!(Instant::now() < deadline + Duration::from_secs(5), "{}", state());
        std::thread::yield_now();
    }
}
