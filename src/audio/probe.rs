//! The upload check of one file: one pass over its sound, block by block, then the rules.

use std::fs::File;
use std::io::{self, Read, Seek};
use std::path::Path;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::decode::{DecodeError, Decoder};
use super::findings::Report;
use super::measure::{Meter, MeterError};
use super::resample::Resampler;
use super::rules::{self, Heard};
use super::sniff::{Sniffed, sniff};

/// The rules of the check. All are settings of the center.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Limits {
    /// Longest recording, in milliseconds. Default two hours.
    pub max_duration_ms: u64,
    /// Shortest recording, in milliseconds. Default one second.
    pub min_duration_ms: u64,
    /// Largest file, in bytes. Default 500 MB.
    pub max_bytes: u64,
    /// Level below which 50 ms of sound count as silence, in dBFS. Default -60.
    pub silence_dbfs: f64,
    /// Loudness below which a recording is called too quiet, in LUFS. Default -30.
    pub quiet_lufs: f64,
    /// Longest silence between two sounds without a warning, in milliseconds. Default 5000.
    pub max_gap_ms: u64,
    /// Longest silence at either end without a warning, in milliseconds. Default 2000.
    pub max_edge_silence_ms: u64,
    /// Lowest sample rate without a note, in hertz. Default 16000.
    pub min_sample_rate_hz: u32,
    /// Difference between declared and decoded length that is always tolerated, in milliseconds.
    /// Default 1000.
    pub length_tolerance_ms: u64,
    /// The same as a share of the declared length, in thousandths. Default 20 (2 %).
    pub length_tolerance_permille: u64,
    /// Share of packets that may be skipped, in thousandths. Default 10 (1 %).
    pub max_skipped_permille: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            max_duration_ms: 2 * 60 * 60 * 1000,
            min_duration_ms: 1000,
            max_bytes: 500_000_000,
            silence_dbfs: -60.0,
            quiet_lufs: -30.0,
            max_gap_ms: 5000,
            max_edge_silence_ms: 2000,
            min_sample_rate_hz: 16_000,
            length_tolerance_ms: 1000,
            length_tolerance_permille: 20,
            max_skipped_permille: 10,
        }
    }
}

/// The file can't be checked at all; nothing is known about its content.
#[derive(Debug, thiserror::Error)]
pub enum CheckError {
    /// The operating system could not open or read it.
    #[error("cannot read {path}: {source}; check that the file exists and may be read")]
    Io {
        /// The path as it was given.
        path: String,
        /// What the operating system said.
        source: io::Error,
    },
    /// It is a folder, a device or a pipe.
    #[error("{path} is not a regular file; give the path of one recording")]
    NotAFile {
        /// The path as it was given.
        path: String,
    },
    /// A meter failed; a fault of the program.
    #[error(transparent)]
    Meter(#[from] MeterError),
}

/// Checks one file against `limits`. Memory does not grow with its length.
///
/// # Errors
/// [`CheckError`], when the file can't be read at all. A file that can be read and is bad gives a
/// report with verdict [`Refused`](super::findings::Verdict::Refused).
pub fn check(path: &Path, limits: &Limits) -> Result<Report, CheckError> {
    let io_error = |source| CheckError::Io { path: path.display().to_string(), source };
    let mut file = File::open(path).map_err(io_error)?;
    if !file.metadata().map_err(io_error)?.is_file() {
        let path = path.display().to_string();
        return Err(CheckError::NotAFile { path });
    }
    let mut report = Report::empty();
    report.sha256 = Some(sha256_of(&mut file).map_err(io_error)?);
    let sniffed = sniff(&mut file).map_err(io_error)?;
    if sniffed.bytes == 0 {
        report.add(rules::empty());
        return Ok(report);
    }
    if sniffed.bytes > limits.max_bytes {
        report.add(rules::too_large(sniffed.bytes, limits));
    }
    if let Some(name) = sniffed.not_sound {
        report.add(rules::not_sound(name));
        return Ok(report);
    }
    match Decoder::open(path) {
        Ok(decoder) => examine(path, decoder, &sniffed, limits, &mut report)?,
        Err(DecodeError::Io { path, source }) => return Err(CheckError::Io { path, source }),
        Err(error) => {
            let container = rules::container_of(&error).or(sniffed.container);
            report.container = container.map(str::to_owned);
            report.add(rules::cannot_decode(&error, container));
        }
    }
    Ok(report)
}

/// Listens to the whole recording and applies the rules.
fn examine(
    path: &Path,
    mut decoder: Decoder,
    sniffed: &Sniffed,
    limits: &Limits,
    report: &mut Report,
) -> Result<(), MeterError> {
    let mut heard = listen(&mut decoder, limits)?;
    let nothing = heard.progress.decoded_ms == 0.0;
    if nothing && decoder.source().container == "mp4" {
        // It will be refused; this is to tell the uploader how much of it is left.
        if let Ok(mut again) = Decoder::open_front_to_back(path) {
            let heard_again = listen(&mut again, limits)?;
            if heard_again.progress.decoded_ms > 0.0 {
                heard = heard_again;
            }
        }
    }
    let source = decoder.source();
    report.container = Some(source.container.to_owned());
    report.codec = Some(source.codec.to_owned());
    report.sample_rate_hz = source.sample_rate_hz;
    report.channels = source.channels;
    // Without a length header the reader only guesses from the first frames: nothing is declared.
    let guessed = match source.container {
        "mp3" => !sniffed.has_mpeg_length_header,
        "aac" => true,
        _ => false,
    };
    report.declared_duration_ms = source.declared_duration_ms.filter(|_| !guessed);
    if let Some(measurement) = &heard.measurement {
        report.duration_ms = Some(heard.progress.decoded_ms.round() as u64);
        report.integrated_lufs = measurement.integrated_lufs.map(hundredth);
        report.true_peak_dbtp = measurement.true_peak_dbtp.map(hundredth);
    }
    rules::apply(&heard, sniffed, limits, report);
    Ok(())
}

/// Decodes to the end and measures. Past twice the longest length it gives up.
fn listen(decoder: &mut Decoder, limits: &Limits) -> Result<Heard, MeterError> {
    let mut meter = Meter::new(limits.silence_dbfs)?;
    let mut resampler = Resampler::new();
    let mut ready = Vec::new();
    let mut failure = None;
    let give_up_ms = limits.max_duration_ms.saturating_mul(2) as f64;
    while let Some(block) = decoder.next_block() {
        if let Err(error) = resampler.push(block.sample_rate_hz, block.mono, &mut ready) {
            failure = Some(error.to_string());
            break;
        }
        meter.push(&ready)?;
        ready.clear();
        if decoder.progress().decoded_ms > give_up_ms {
            let progress = *decoder.progress();
            return Ok(Heard { progress, measurement: None, failure });
        }
    }
    if let Err(error) = resampler.finish(&mut ready) {
        failure = failure.or_else(|| Some(error.to_string()));
    }
    meter.push(&ready)?;
    Ok(Heard { progress: *decoder.progress(), measurement: Some(meter.finish()?), failure })
}

/// Levels carry hundredths: finer than any meter is exact, and enough for the gain of a rendition.
fn hundredth(value: f64) -> f64 {
    (value * 100.0).round() / 100.0
}

/// SHA-256 of everything in `file`, in lower-case hexadecimal, read in blocks.
///
/// # Errors
/// What the operating system says when reading fails.
pub fn sha256_of(file: &mut File) -> io::Result<String> {
    file.rewind()?;
    let mut digest = Sha256::new();
    let mut block = vec![0_u8; 64 * 1024];
    loop {
        let read = match file.read(&mut block) {
            Ok(0) => break,
            Ok(read) => read,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => return Err(error),
        };
        digest.update(&block[..read]);
    }
    Ok(hex::encode(digest.finalize()))
}
