//! The upload check of one file: one pass over its sound, block by block, then the rules.

use std::fs::File;
use std::io::{self, Read, Seek};
use std::path::Path;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::channels::{ChannelFacts, ChannelMeter};
use super::decode::{DecodeError, Decoder};
use super::findings::Report;
use super::fingerprint::FingerprintMaker;
use super::measure::{Measurement, Meter, MeterError};
use super::pipeline::{self, Blocks, Tap, ThreadError};
use super::resample::{ResampleError, Resampler};
use super::rules::{self, Heard, Trouble};
use super::sniff::{Sniffed, sniff};
use crate::domain::portrait::Fingerprint;

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
    /// Longest time that one channel may be silent or inverted beside the other without a warning, in
    /// milliseconds. Default 5000.
    pub max_channel_fault_ms: u64,
    /// Constant voltage in a channel without a warning, in thousandths of full scale. Default 10 (1 %).
    pub max_dc_offset_permille: u64,
    /// Share of a recording that must be found again in another one, or of the other in it, to be called a
    /// near-duplicate, in percent. Default 60.
    pub near_duplicate_percent: u64,
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
            max_channel_fault_ms: 5000,
            max_dc_offset_permille: 10,
            near_duplicate_percent: 60,
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
    /// The limits leave no room to work in.
    #[error(transparent)]
    Thread(#[from] ThreadError),
}

/// Everything that the check learns of a file; more than the report says of it.
#[derive(Debug, Clone, PartialEq)]
pub struct Checked {
    /// The report.
    pub report: Report,
    /// What was measured; `None` where nothing was heard.
    pub measurement: Option<Measurement>,
    /// What it sounds like; `None` where nothing was heard.
    pub fingerprint: Option<Fingerprint>,
    /// Channels that its mix is made of, from 1; empty for all.
    pub mixed_from: Vec<u32>,
}

impl From<Report> for Checked {
    fn from(report: Report) -> Self {
        Self { report, measurement: None, fingerprint: None, mixed_from: Vec::new() }
    }
}

/// Checks one file against `limits`. Memory does not grow with its length.
///
/// # Errors
/// [`CheckError`], when the file can't be read at all. A file that can be read and is bad gives a
/// report with verdict [`Refused`](super::findings::Verdict::Refused).
pub fn check(path: &Path, limits: &Limits) -> Result<Report, CheckError> {
    Ok(examine(path, limits)?.report)
}

/// The same, with everything that was learnt on the way.
///
/// # Errors
/// [`CheckError`], as [`check`] does.
pub fn examine(path: &Path, limits: &Limits) -> Result<Checked, CheckError> {
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
        return Ok(report.into());
    }
    if sniffed.bytes > limits.max_bytes {
        report.add(rules::too_large(sniffed.bytes, limits));
    }
    if let Some(name) = sniffed.not_sound {
        report.add(rules::not_sound(name));
        return Ok(report.into());
    }
    match Decoder::open(path) {
        Ok(decoder) => listen_and_judge(path, decoder, &sniffed, limits, report),
        Err(DecodeError::Io { path, source }) => Err(CheckError::Io { path, source }),
        Err(error) => {
            let container = rules::container_of(&error).or(sniffed.container);
            report.container = container.map(str::to_owned);
            report.add(rules::cannot_decode(&error, container));
            Ok(report.into())
        }
    }
}

/// Listens to the whole recording and applies the rules.
fn listen_and_judge(
    path: &Path,
    mut decoder: Decoder,
    sniffed: &Sniffed,
    limits: &Limits,
    mut report: Report,
) -> Result<Checked, CheckError> {
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
    let mixed_from = heard.channels.to_mix();
    if !mixed_from.is_empty() && heard.measurement.is_some() {
        // Beside a dead channel the mean of both is half as loud as what is there; beside an inverted one it is
        // nothing. So what will be made is made, and measured, from the channels that live.
        let channels = std::mem::take(&mut heard.channels);
        let again = Decoder::open(path).map_err(|error| reopen_error(path, error))?;
        heard = listen(&mut again.mixing(mixed_from.clone()), limits)?;
        heard.channels = channels;
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
        // A fragmented file is begun before its length is known, and says 0.
        "mp4" => source.declared_duration_ms == Some(0),
        _ => false,
    };
    report.declared_duration_ms = source.declared_duration_ms.filter(|_| !guessed);
    if let Some(measurement) = &heard.measurement {
        report.duration_ms = Some(heard.progress.decoded_ms.round() as u64);
        report.integrated_lufs = measurement.integrated_lufs.map(hundredth);
        report.true_peak_dbtp = measurement.true_peak_dbtp.map(hundredth);
    }
    rules::apply(&heard, sniffed, limits, &mut report);
    Ok(Checked { report, measurement: heard.measurement, fingerprint: heard.fingerprint, mixed_from })
}

/// Decodes to the end, measures and takes the fingerprint, on three threads. Past twice the longest length it
/// gives up.
fn listen(decoder: &mut Decoder, limits: &Limits) -> Result<Heard, CheckError> {
    let mut tap = Tap::default();
    let (to_meter, to_maker) = (tap.listener(), tap.listener());
    std::thread::scope(|scope| {
        let meter = pipeline::start(scope, move || measure(&to_meter, limits))?;
        let maker = pipeline::start(scope, move || fingerprint(&to_maker))?;
        let (channels, trouble) = decode_all(decoder, limits, tap);
        let measurement = pipeline::join(meter)?;
        let fingerprint = pipeline::join(maker);
        let progress = *decoder.progress();
        if trouble == Some(Trouble::TooLong) {
            return Ok(Heard { progress, channels, measurement: None, fingerprint: None, trouble });
        }
        Ok(Heard { progress, channels, measurement: Some(measurement), fingerprint: fingerprint.ok(), trouble })
    })
}

/// The decoding end of [`listen`].
fn decode_all(decoder: &mut Decoder, limits: &Limits, mut tap: Tap) -> (ChannelFacts, Option<Trouble>) {
    let mut resampler = Resampler::new();
    let mut channels = ChannelMeter::new(limits);
    let mut trouble = None;
    let give_up_ms = limits.max_duration_ms.saturating_mul(2) as f64;
    while let Some(block) = decoder.next_block() {
        channels.push(block.sample_rate_hz, block.channels as usize, block.interleaved);
        if resampler.push(block.sample_rate_hz, block.mono, tap.waiting()).is_err() {
            trouble = Some(Trouble::Rate);
            break;
        }
        tap.hand_on();
        if decoder.progress().decoded_ms > give_up_ms {
            trouble = Some(Trouble::TooLong);
            break;
        }
    }
    if resampler.finish(tap.waiting()).is_err() {
        trouble = trouble.or(Some(Trouble::Rate));
    }
    tap.finish();
    (channels.finish(), trouble)
}

fn measure(blocks: &Blocks, limits: &Limits) -> Result<Measurement, MeterError> {
    let mut meter = Meter::new(limits)?;
    for block in blocks {
        meter.push(&block)?;
    }
    meter.finish()
}

fn fingerprint(blocks: &Blocks) -> Result<Fingerprint, ResampleError> {
    let mut maker = FingerprintMaker::new();
    for block in blocks {
        maker.push(&block)?;
    }
    maker.finish()
}

/// A file that opened a moment ago does not open now.
fn reopen_error(path: &Path, error: DecodeError) -> CheckError {
    CheckError::Io { path: path.display().to_string(), source: io::Error::other(error.to_string()) }
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
