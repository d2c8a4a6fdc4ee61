//! Sound made for tests, sound decoded by another program, and how alike two sounds are.

use std::path::Path;
use std::process::Command;

/// Samples a second of everything here.
pub const RATE: usize = 48_000;
/// Samples of one point of an envelope: 10 ms.
const POINT: usize = RATE / 100;

/// A WAV of short bursts of a tone, in a rhythm of its own for each `voice`.
pub fn write_tones(file: &Path, voice: u32, duration_ms: u32) {
    let spec = hound::WavSpec {
        channels: 1,
        sample_rate: 48_000,
        bits_per_sample: 16,
        sample_format: hound::SampleFormat::Int,
    };
    let mut writer = hound::WavWriter::create(file, spec).unwrap();
    let hertz = 330.0 + 55.0 * f64::from(voice % 12);
    let burst_ms = 130 + 35 * (voice % 5);
    for sample in 0..duration_ms * 48 {
        let seconds = f64::from(sample) / 48_000.0;
        let loud = (sample / 48 / burst_ms).is_multiple_of(2);
        let level = if loud { 9_000.0 } else { 900.0 };
        let value = level * (seconds * hertz * std::f64::consts::TAU).sin();
        #[expect(clippy::cast_possible_truncation, reason = "at most 9,000")]
        writer.write_sample(value as i16).unwrap();
    }
    writer.finalize().unwrap();
}

/// As [`write_tones`], with seven seconds of silence after the first second: the check warns of it.
pub fn write_tones_with_gap(file: &Path, voice: u32, duration_ms: u32) {
    write_tones_with_gaps(file, voice, duration_ms, &[1]);
}

/// As [`write_tones`], with seven seconds of silence from each of these seconds on.
pub fn write_tones_with_gaps(file: &Path, voice: u32, duration_ms: u32, gaps: &[usize]) {
    write_tones(file, voice, duration_ms);
    let mut reader = hound::WavReader::open(file).unwrap();
    let spec = reader.spec();
    let samples: Vec<i16> = reader.samples().map(Result::unwrap).collect();
    drop(reader);
    let mut writer = hound::WavWriter::create(file, spec).unwrap();
    for (at, sample) in samples.into_iter().enumerate() {
        let silent = gaps.iter().any(|second| (second * RATE..(second + 7) * RATE).contains(&at));
        writer.write_sample(if silent { 0 } else { sample }).unwrap();
    }
    writer.finalize().unwrap();
}

/// Runs `ffmpeg` quietly.
pub fn ffmpeg(args: &[&str]) -> Vec<u8> {
    let output = Command::new("ffmpeg").args(["-v", "error", "-nostdin", "-y"]).args(args).output();
    let output = output.unwrap_or_else(|error| panic!("ffmpeg (apt-get install ffmpeg) did not start: {error}"));
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    output.stdout
}

/// A file's sound as ffmpeg hears it: 48 kHz, mono.
pub fn decode(file: &Path) -> Vec<i16> {
    let file = file.to_str().unwrap();
    let bytes = ffmpeg(&["-i", file, "-ac", "1", "-ar", "48000", "-f", "s16le", "-"]);
    bytes.chunks_exact(2).map(|pair| i16::from_le_bytes([pair[0], pair[1]])).collect()
}

/// How alike two sounds are.
#[derive(Debug)]
pub struct Likeness {
    /// Milliseconds by which the second lags the first where they agree best.
    pub lag_ms: i64,
    /// Pearson's correlation of the envelopes at that lag.
    pub correlation: f64,
}

/// Compares the envelopes of two sounds at every lag up to half a second.
pub fn likeness(one: &[i16], other: &[i16]) -> Likeness {
    let (one, other) = (envelope(one), envelope(other));
    (-50_i64..=50)
        .map(|lag| {
            let (from_one, from_other) = if lag < 0 { (lag.unsigned_abs(), 0) } else { (0, lag.unsigned_abs()) };
            let (from_one, from_other) = (usize::try_from(from_one).unwrap(), usize::try_from(from_other).unwrap());
            let pairs: Vec<(f64, f64)> =
                one.iter().skip(from_one).copied().zip(other.iter().skip(from_other).copied()).collect();
            Likeness { lag_ms: lag * 10, correlation: pearson(&pairs) }
        })
        .max_by(|a, b| a.correlation.total_cmp(&b.correlation))
        .unwrap()
}

fn envelope(sound: &[i16]) -> Vec<f64> {
    let level = |block: &[i16]| {
        let sum: f64 = block.iter().map(|sample| f64::from(*sample).powi(2)).sum();
        (sum / f64::from(u32::try_from(block.len()).unwrap())).sqrt()
    };
    sound.chunks(POINT).map(level).collect()
}

fn pearson(pairs: &[(f64, f64)]) -> f64 {
    let count = f64::from(u32::try_from(pairs.len()).unwrap());
    let (mean_one, mean_other) =
        (pairs.iter().map(|pair| pair.0).sum::<f64>() / count, pairs.iter().map(|pair| pair.1).sum::<f64>() / count);
    let (mut both, mut one, mut other) = (0.0, 0.0, 0.0);
    for (a, b) in pairs {
        both += (a - mean_one) * (b - mean_other);
        one += (a - mean_one).powi(2);
        other += (b - mean_other).powi(2);
    }
    if one == 0.0 || other == 0.0 { 0.0 } else { both / (one * other).sqrt() }
}
