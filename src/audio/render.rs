//! Making the master and the rendition from an accepted upload: gain, a limiter where peaks need it, silence cut off
//! where that was asked for, and no other change. The master is written on one thread, measured on another and encoded
//! on the rest while it grows.

use std::fs::File;
use std::io::{self, BufWriter};
use std::path::{Path, PathBuf};

use hound::{SampleFormat, WavSpec, WavWriter};
use serde::{Deserialize, Serialize};

use super::chunks::{self, Progress, Source};
use super::decode::{DecodeError, Decoder};
use super::findings::{Finding, Verdict};
use super::limiter::{Limited, Limiter};
use super::measure::{Measurement, Meter, MeterError, amplitude};
use super::mend::{self, Plan};
use super::opus_file::{OpusFile, read_back};
use super::pipeline::{self, Blocks, Tap, ThreadError};
use super::probe::{Checked, Limits, sha256_of};
use super::resample::{ResampleError, Resampler};
use super::worker::Mending;
use super::{SAMPLE_RATE_HZ, SAMPLES_PER_MS, TRUE_PEAK_CEILING_DBTP};
use crate::domain::bulletin::Mend;
use crate::domain::portrait::Waveform;

/// Name of the master in its folder.
pub const MASTER_FILE: &str = "master.wav";

/// Name of the rendition in its folder.
pub const RENDITION_FILE: &str = "rendition.opus";

/// Samples of the master after which encoders may read on (half a second).
const FLUSH_EVERY: u64 = SAMPLE_RATE_HZ as u64 / 2;

/// Samples of the fade at either end of a limited master (2 ms).
const FADE: u64 = 2 * SAMPLES_PER_MS;

/// Times that the ceiling is lowered when the finished master still passes it.
const ATTEMPTS: u32 = 3;

/// What was made.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Rendered {
    /// Length of the rendition as played, in milliseconds, rounded down.
    pub duration_ms: u64,
    /// Samples at 48 kHz mono of the rendition as played; the master has as many.
    pub samples: u64,
    /// SHA-256 of the master, in lower-case hexadecimal.
    pub master_sha256: String,
    /// SHA-256 of the rendition.
    pub rendition_sha256: String,
    /// SHA-256 of the original.
    pub original_sha256: String,
    /// What was done on the way.
    pub mend: Mend,
    /// Integrated loudness of the master in LUFS; `None` if it can't be measured.
    pub reached_lufs: Option<f64>,
    /// True peak of the master in dBTP.
    pub reached_true_peak_dbtp: Option<f64>,
    /// Size of the master in bytes.
    pub master_bytes: u64,
    /// Size of the rendition in bytes.
    pub rendition_bytes: u64,
}

/// Everything that rendering gives.
#[derive(Debug, Clone, PartialEq)]
pub struct Made {
    /// Master and rendition.
    pub rendered: Rendered,
    /// The outline of the rendition.
    pub waveform: Waveform,
    /// What the person who uploaded should know of it.
    pub findings: Vec<Finding>,
}

/// Why nothing was made.
#[derive(Debug, thiserror::Error)]
pub enum RenderError {
    /// The check refused the file, or measured no loudness.
    #[error("the original was not accepted by the check; only accepted files are rendered")]
    NotAccepted,
    /// The original is not the file that was checked.
    #[error("the original has changed since its check; check it again")]
    Changed,
    /// The original can't be decoded any more.
    #[error(transparent)]
    Decode(#[from] DecodeError),
    /// The original can't be brought to 48 kHz.
    #[error(transparent)]
    Resample(#[from] ResampleError),
    /// A meter failed.
    #[error(transparent)]
    Meter(#[from] MeterError),
    /// A file can't be read or written.
    #[error("cannot write {path}: {source}; check the space and permissions of that folder")]
    Io {
        /// The file.
        path: String,
        /// What the operating system said.
        source: io::Error,
    },
    /// The encoder failed.
    #[error("the Opus encoder failed: {0}; report this as a fault")]
    Encode(#[from] opus::Error),
    /// The limits leave no room to work in.
    #[error(transparent)]
    Thread(#[from] ThreadError),
    /// What stands on the disk is not what was written.
    #[error("the finished rendition does not read back: {why}; check the disk")]
    ReadBack {
        /// What is wrong with it.
        why: String,
    },
    /// The original was shorter this time.
    #[error("the original ended earlier than at its check; check it again")]
    EndedEarly,
    /// The limiter did not hold its ceiling.
    #[error("the master peaks at {reached} dBTP; report this as a fault")]
    TooLoud {
        /// The true peak reached.
        reached: f64,
    },
}

/// Reads an accepted original a second time and writes [`MASTER_FILE`] and [`RENDITION_FILE`] into
/// `out_dir`, both synced. The same original, mended in the same way, always gives the same bytes.
///
/// The gain brings the sound to the target; a limiter holds peaks below [`TRUE_PEAK_CEILING_DBTP`]. If it
/// would have to squeeze the sound, the gain is less, and the record says so.
///
/// # Errors
/// [`RenderError`]; files that were begun are left behind for the caller to remove with the folder.
pub fn render(original: &Path, out_dir: &Path, checked: &Checked, mending: Mending) -> Result<Made, RenderError> {
    if checked.report.verdict != Verdict::Accepted {
        return Err(RenderError::NotAccepted);
    }
    let original_sha256 = hash_file(original)?.0;
    if checked.report.sha256.as_deref() != Some(original_sha256.as_str()) {
        return Err(RenderError::Changed);
    }
    let mut lower_db = 0.0;
    for _ in 0..ATTEMPTS {
        let plan = mend::plan(checked, mending, lower_db).ok_or(RenderError::NotAccepted)?;
        let made = make(original, out_dir, checked, &plan, &original_sha256)?;
        let over_db = made.rendered.reached_true_peak_dbtp.unwrap_or(f64::MIN) - TRUE_PEAK_CEILING_DBTP;
        if over_db <= 0.0 {
            return Ok(made);
        }
        lower_db += over_db + mend::METER_ROOM_DB;
    }
    Err(RenderError::TooLoud { reached: TRUE_PEAK_CEILING_DBTP })
}

/// One attempt: writes, measures and encodes at the same time, then reads back.
fn make(
    original: &Path,
    out_dir: &Path,
    checked: &Checked,
    plan: &Plan,
    original_sha256: &str,
) -> Result<Made, RenderError> {
    let (master, rendition) = (out_dir.join(MASTER_FILE), out_dir.join(RENDITION_FILE));
    let progress = Progress::default();
    let mut tap = Tap::default();
    let blocks = tap.listener();
    let writer = MasterWriter::create(&master, tap, &progress)?;
    let file = OpusFile::create(&rendition, serial_of(original_sha256))?;
    let source = Source { master: &master, header_bytes: writer.header_bytes, samples: plan.keep, progress: &progress };
    let (written, encoded, reached) = std::thread::scope(|scope| {
        let meter = pipeline::start(scope, move || measure(&blocks));
        let encoder = pipeline::start(scope, move || chunks::encode(source, file));
        // The encoders wait for the master: however writing ends, they must be told.
        let written = write_master(original, checked, plan, writer);
        progress.end();
        let written = written.and_then(|limited| Ok((limited, hash_file(&master)?)));
        (written, encoder.map(pipeline::join), meter.map(pipeline::join))
    });
    let (limited, (master_sha256, master_bytes)) = written?;
    encoded??;
    let reached = reached??;
    read_back(&rendition, plan.keep)?;
    let (rendition_sha256, rendition_bytes) = hash_file(&rendition)?;
    let mend = mend_of(checked, plan, limited);
    let findings = mend::findings(&mend, reached.integrated_lufs);
    let rendered = Rendered {
        duration_ms: plan.keep / SAMPLES_PER_MS,
        samples: plan.keep,
        master_sha256,
        rendition_sha256,
        original_sha256: original_sha256.to_owned(),
        mend,
        reached_lufs: reached.integrated_lufs,
        reached_true_peak_dbtp: reached.true_peak_dbtp,
        master_bytes,
        rendition_bytes,
    };
    Ok(Made { rendered, waveform: reached.waveform, findings })
}

fn mend_of(checked: &Checked, plan: &Plan, limited: Limited) -> Mend {
    let hundredth = |value: f64| (value * 100.0).round() / 100.0;
    Mend {
        gain_db: hundredth(plan.gain_db),
        limited_ms: limited.samples / SAMPLES_PER_MS,
        deepest_reduction_db: hundredth(limited.deepest_db),
        gain_held_back: plan.held_back,
        trimmed_head_ms: plan.skip / SAMPLES_PER_MS,
        trimmed_tail_ms: plan.cut / SAMPLES_PER_MS,
        mixed_from: checked.mixed_from.clone(),
    }
}

fn measure(blocks: &Blocks) -> Result<Measurement, MeterError> {
    let mut meter = Meter::new(&Limits::default())?;
    for block in blocks {
        meter.push(&block)?;
    }
    meter.finish()
}

/// Decodes the original again, mends it block by block, and writes the master.
fn write_master(
    original: &Path,
    checked: &Checked,
    plan: &Plan,
    mut writer: MasterWriter<'_>,
) -> Result<Limited, RenderError> {
    let gain = amplitude(plan.gain_db) as f32;
    let mut limiter = plan.limit_to_dbtp.map(Limiter::new);
    let (mut skip, mut keep) = (plan.skip, plan.keep);
    let mut mended = Vec::new();
    each_block(original, &checked.mixed_from, |block| {
        let skipped = skip.min(block.len() as u64);
        skip -= skipped;
        let kept = keep.min(block.len() as u64 - skipped);
        keep -= kept;
        let part = &mut block[skipped as usize..(skipped + kept) as usize];
        for sample in part.iter_mut() {
            *sample *= gain;
        }
        if plan.limit_to_dbtp.is_some() {
            fade_edges(part, plan.keep - keep - kept, plan.keep);
        }
        match &mut limiter {
            Some(limiter) => limiter.push(part, &mut mended),
            None => mended.extend_from_slice(part),
        }
        writer.push(&mended)?;
        mended.clear();
        Ok(())
    })?;
    if keep > 0 {
        return Err(RenderError::EndedEarly);
    }
    let limited = limiter.map(|limiter| limiter.finish(&mut mended));
    writer.push(&mended)?;
    writer.finish()?;
    Ok(limited.unwrap_or(Limited { samples: 0, deepest_db: 0.0 }))
}

/// Fades two milliseconds in and out, where `part` begins at `place` of `whole` samples. A sound that begins or ends in
/// a peak overshoots its samples by more than any limiter can know: it depends on what a player puts beside it.
fn fade_edges(part: &mut [f32], place: u64, whole: u64) {
    for (at, sample) in (place..).zip(part) {
        let from_edge = at.min(whole.saturating_sub(at + 1));
        if from_edge < FADE {
            *sample *= from_edge as f32 / FADE as f32;
        }
    }
}

/// Decodes `original` to 48 kHz mono and hands over its blocks.
fn each_block(
    original: &Path,
    mixed_from: &[u32],
    mut take: impl FnMut(&mut [f32]) -> Result<(), RenderError>,
) -> Result<(), RenderError> {
    let mut decoder = Decoder::open(original)?.mixing(mixed_from.to_vec());
    let mut resampler = Resampler::new();
    let mut ready = Vec::new();
    while let Some(block) = decoder.next_block() {
        resampler.push(block.sample_rate_hz, block.mono, &mut ready)?;
        take(&mut ready)?;
        ready.clear();
    }
    resampler.finish(&mut ready)?;
    take(&mut ready)
}

/// The stream number of a rendition: it only has to be the same for the same original.
fn serial_of(sha256: &str) -> u32 {
    u32::from_str_radix(sha256.get(..8).unwrap_or("0"), 16).unwrap_or(0)
}

fn hash_file(path: &Path) -> Result<(String, u64), RenderError> {
    let failed = io_error(path);
    let mut file = File::open(path).map_err(&failed)?;
    let bytes = file.metadata().map_err(&failed)?.len();
    Ok((sha256_of(&mut file).map_err(&failed)?, bytes))
}

pub(super) fn io_error(path: &Path) -> impl Fn(io::Error) -> RenderError {
    let path = path.display().to_string();
    move |source| RenderError::Io { path: path.clone(), source }
}

pub(super) fn wav_io(error: hound::Error) -> io::Error {
    match error {
        hound::Error::IoError(error) => error,
        other => io::Error::other(other.to_string()),
    }
}

/// Writes the master as 16-bit samples, and hands the same samples to the meter.
struct MasterWriter<'a> {
    wav: WavWriter<BufWriter<File>>,
    path: PathBuf,
    header_bytes: u64,
    tap: Tap,
    progress: &'a Progress,
    samples: u64,
    flushed: u64,
}

impl<'a> MasterWriter<'a> {
    fn create(path: &Path, tap: Tap, progress: &'a Progress) -> Result<Self, RenderError> {
        let spec =
            WavSpec { channels: 1, sample_rate: SAMPLE_RATE_HZ, bits_per_sample: 16, sample_format: SampleFormat::Int };
        let failed = io_error(path);
        let file = BufWriter::with_capacity(64 * 1024, File::create(path).map_err(&failed)?);
        let mut wav = WavWriter::new(file, spec).map_err(|error| failed(wav_io(error)))?;
        wav.flush().map_err(|error| failed(wav_io(error)))?;
        let header_bytes = std::fs::metadata(path).map_err(&failed)?.len();
        Ok(Self { wav, path: path.to_owned(), header_bytes, tap, progress, samples: 0, flushed: 0 })
    }

    fn push(&mut self, block: &[f32]) -> Result<(), RenderError> {
        let failed = io_error(&self.path);
        for sample in block {
            // Rust's conversion saturates; gain and limiter leave room, so it never has to.
            let value = (sample * 32768.0).round() as i16;
            self.wav.write_sample(value).map_err(|error| failed(wav_io(error)))?;
            self.tap.waiting().push(f32::from(value) / 32768.0);
        }
        self.tap.hand_on();
        self.samples += block.len() as u64;
        if self.samples - self.flushed >= FLUSH_EVERY {
            self.wav.flush().map_err(|error| failed(wav_io(error)))?;
            self.flushed = self.samples;
            self.progress.reach(self.samples);
        }
        Ok(())
    }

    fn finish(self) -> Result<(), RenderError> {
        let failed = io_error(&self.path);
        self.wav.finalize().map_err(|error| failed(wav_io(error)))?;
        self.tap.finish();
        self.progress.reach(self.samples);
        // Syncing through a second handle writes out the same file.
        let written = File::open(&self.path).map_err(&failed)?;
        written.sync_all().map_err(&failed)
    }
}
