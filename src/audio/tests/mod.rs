//! Tests of the audio layer, on real files: signals are made here, other formats by `ffmpeg`.

mod channels;
mod play;
mod portrait;
mod probe;
mod render;
mod rendition;
mod worker;

use std::path::{Path, PathBuf};
use std::process::Command;

use hound::{SampleFormat, WavSpec, WavWriter};

use super::findings::{Report, Verdict};
use super::probe::{Limits, check, examine};
use super::render::{RENDITION_FILE, Rendered, render};

/// A folder for one test.
fn folder() -> tempfile::TempDir {
    tempfile::tempdir().expect("a temporary folder")
}

/// A small generator of repeatable numbers between -1 and 1.
struct Noise(u64);

impl Noise {
    fn next(&mut self) -> f32 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        ((self.0 >> 40) as f32 / (1 << 23) as f32) - 1.0
    }
}

/// Sound with the rhythm of speech: a buzz with overtones, louder and softer four times a second.
fn speech(rate: u32, seconds: f32, level: f32) -> Vec<f32> {
    let mut noise = Noise(0x9e37_79b9_7f4a_7c15);
    (0..(rate as f32 * seconds) as usize)
        .map(|index| {
            let t = index as f32 / rate as f32;
            let tau = std::f32::consts::TAU;
            let buzz: f32 = (1..6).map(|n| (tau * 140.0 * n as f32 * t).sin() / n as f32).sum();
            let rhythm = 0.25 + 0.75 * (tau * 2.0 * t).sin().abs();
            level * rhythm * (0.5 * buzz + 0.05 * noise.next())
        })
        .collect()
}

/// Writes interleaved samples as a 16-bit WAV file.
fn write_wav(path: &Path, rate: u32, channels: u16, samples: &[f32]) {
    let spec = WavSpec { channels, sample_rate: rate, bits_per_sample: 16, sample_format: SampleFormat::Int };
    let mut writer = WavWriter::create(path, spec).expect("a WAV file");
    for sample in samples {
        let value = (sample * 32767.0).round() as i16;
        writer.write_sample(value).expect("a sample");
    }
    writer.finalize().expect("a finished WAV file");
}

/// Converts a file with `ffmpeg`, which `tests/run` installs.
fn ffmpeg(input: &Path, output: &Path, args: &[&str]) {
    let result = Command::new("ffmpeg")
        .args(["-v", "error", "-y", "-i"])
        .arg(input)
        .args(args)
        .arg(output)
        .output()
        .expect("ffmpeg is needed by these tests: install it (apt-get install ffmpeg)");
    let complaint = String::from_utf8_lossy(&result.stderr);
    assert!(result.status.success(), "ffmpeg failed: {complaint}");
}

/// Three seconds of speech in `folder`, as a WAV file.
fn speech_wav(folder: &Path) -> PathBuf {
    let path = folder.join("speech.wav");
    write_wav(&path, 44_100, 1, &speech(44_100, 3.0, 0.3));
    path
}

/// The same in another format.
fn speech_as(folder: &Path, name: &str, args: &[&str]) -> PathBuf {
    let output = folder.join(name);
    ffmpeg(&speech_wav(folder), &output, args);
    output
}

fn check_file(path: &Path) -> Report {
    check(path, &Limits::default()).expect("a readable file")
}

fn check_bytes(folder: &Path, name: &str, bytes: &[u8]) -> Report {
    let path = folder.join(name);
    std::fs::write(&path, bytes).expect("a written file");
    check_file(&path)
}

fn assert_refused(report: &Report, code: &str) {
    assert_eq!(report.verdict, Verdict::Refused, "{report:#?}");
    assert!(report.refused_for(code), "no refusal {code}: {report:#?}");
    assert_eq!(report.sha256.as_ref().map(String::len), Some(64));
}

fn assert_warned(report: &Report, code: &str) {
    assert!(report.has(code), "no {code}: {report:#?}");
    assert_eq!(report.verdict, Verdict::Accepted, "{report:#?}");
}

/// Renders a file that the check accepts.
fn render_file(original: &Path, out_dir: &Path) -> Rendered {
    let checked = examine(original, &Limits::default()).expect("a readable file");
    assert_eq!(checked.report.verdict, Verdict::Accepted, "{:#?}", checked.report);
    render(original, out_dir, &checked).expect("a rendition").0
}

/// The bytes of a rendition of speech of this length.
fn rendition_of_speech(seconds: f32) -> Vec<u8> {
    let folder = folder();
    let wav = folder.path().join("in.wav");
    write_wav(&wav, 48_000, 1, &speech(48_000, seconds, 0.3));
    render_file(&wav, folder.path());
    std::fs::read(folder.path().join(RENDITION_FILE)).expect("a rendition")
}
