//! Making the master and the rendition from an accepted upload: one linear gain, no other change.

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use hound::{SampleFormat, WavSpec, WavWriter};
use ogg::{PacketWriteEndInfo, PacketWriter};
use opus::{Application, Bitrate, Channels, Encoder, Signal};
use serde::{Deserialize, Serialize};

use super::decode::{DecodeError, Decoder};
use super::findings::{Report, Verdict};
use super::measure::{Measurement, Meter, MeterError, amplitude};
use super::probe::{Checked, Limits, sha256_of};
use super::rendition::{RenditionDecoder, RenditionError};
use super::resample::{ResampleError, Resampler};
use super::{SAMPLE_RATE_HZ, SAMPLES_PER_MS, TARGET_LUFS, TRUE_PEAK_CEILING_DBTP};
use crate::domain::portrait::Waveform;

/// Name of the master in its folder.
pub const MASTER_FILE: &str = "master.wav";

/// Name of the rendition in its folder.
pub const RENDITION_FILE: &str = "rendition.opus";

/// Bit rate of a rendition, in bits a second: clear speech, and 180 kB a minute over a slow link.
const BIT_RATE: i32 = 24_000;

/// Samples of one Opus packet (20 ms).
const PACKET_SAMPLES: usize = 960;

/// Packets of one Ogg page (one second).
const PACKETS_PER_PAGE: u64 = 50;

/// Room below the ceiling for rounding: of the report to hundredths, of samples to 16 bits. In dB.
const ROUNDING_ROOM_DB: f64 = 0.01;

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
    /// The gain that was applied, in dB.
    pub gain_db: f64,
    /// Integrated loudness of the master in LUFS; `None` if it can't be measured.
    pub reached_lufs: Option<f64>,
    /// True peak of the master in dBTP.
    pub reached_true_peak_dbtp: Option<f64>,
    /// Size of the master in bytes.
    pub master_bytes: u64,
    /// Size of the rendition in bytes.
    pub rendition_bytes: u64,
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
    /// What was written does not decode to what went in.
    #[error("the finished rendition does not decode: {0}; report this as a fault")]
    Verify(#[from] RenditionError),
    /// What was written is not as long as what went in.
    #[error("the finished rendition holds {found} samples, not {expected}; report this as a fault")]
    Length {
        /// Samples that went in.
        expected: u64,
        /// Samples that came out.
        found: u64,
    },
}

/// Reads an accepted original a second time and writes [`MASTER_FILE`] and [`RENDITION_FILE`] into
/// `out_dir`, both synced. The same original always gives the same bytes.
///
/// The gain brings the sound to [`TARGET_LUFS`] unless its true peak would pass
/// [`TRUE_PEAK_CEILING_DBTP`]; then it is the gain that just reaches the ceiling.
///
/// # Errors
/// [`RenderError`]; files that were begun are left behind for the caller to remove with the folder.
pub fn render(original: &Path, out_dir: &Path, checked: &Checked) -> Result<(Rendered, Waveform), RenderError> {
    let report = &checked.report;
    if report.verdict != Verdict::Accepted {
        return Err(RenderError::NotAccepted);
    }
    let original_sha256 = hash_file(original)?.0;
    if report.sha256.as_deref() != Some(original_sha256.as_str()) {
        return Err(RenderError::Changed);
    }
    let gain_db = gain_db(report).ok_or(RenderError::NotAccepted)?;
    let master = out_dir.join(MASTER_FILE);
    let rendition = out_dir.join(RENDITION_FILE);
    let serial = serial_of(&original_sha256);
    let mut output = Output::create(&master, &rendition, serial)?;
    let gain = amplitude(gain_db) as f32;
    each_block(original, &checked.mixed_from, |block| output.push(block, gain))?;
    let (samples, reached) = output.finish()?;
    let (master_sha256, master_bytes) = hash_file(&master)?;
    let (rendition_sha256, rendition_bytes) = hash_file(&rendition)?;
    verify(&rendition, samples)?;
    let rendered = Rendered {
        duration_ms: samples / SAMPLES_PER_MS,
        samples,
        master_sha256,
        rendition_sha256,
        original_sha256,
        gain_db,
        reached_lufs: reached.integrated_lufs,
        reached_true_peak_dbtp: reached.true_peak_dbtp,
        master_bytes,
        rendition_bytes,
    };
    Ok((rendered, reached.waveform))
}

/// The one gain, in dB; `None` for a recording without loudness.
fn gain_db(report: &Report) -> Option<f64> {
    let to_target = TARGET_LUFS - report.integrated_lufs?;
    let to_ceiling = TRUE_PEAK_CEILING_DBTP - ROUNDING_ROOM_DB - report.true_peak_dbtp?;
    Some(to_target.min(to_ceiling))
}

/// Decodes `original` to 48 kHz mono and hands over its blocks.
fn each_block(
    original: &Path,
    mixed_from: &[u32],
    mut take: impl FnMut(&[f32]) -> Result<(), RenderError>,
) -> Result<(), RenderError> {
    let mut decoder = Decoder::open(original)?.mixing(mixed_from.to_vec());
    let mut resampler = Resampler::new();
    let mut ready = Vec::new();
    while let Some(block) = decoder.next_block() {
        resampler.push(block.sample_rate_hz, block.mono, &mut ready)?;
        take(&ready)?;
        ready.clear();
    }
    resampler.finish(&mut ready)?;
    take(&ready)
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

fn io_error(path: &Path) -> impl Fn(io::Error) -> RenderError {
    let path = path.display().to_string();
    move |source| RenderError::Io { path: path.clone(), source }
}

/// Decodes the finished rendition from end to end.
fn verify(rendition: &Path, expected: u64) -> Result<(), RenderError> {
    let bytes = std::fs::read(rendition).map_err(io_error(rendition))?;
    let mut decoder = RenditionDecoder::new(bytes)?;
    let mut found = 0;
    while let Some(block) = decoder.next_block()? {
        found += block.len() as u64;
    }
    if found == expected { Ok(()) } else { Err(RenderError::Length { expected, found }) }
}

/// Writes master and rendition side by side, from the same 16-bit samples.
struct Output {
    master: WavWriter<BufWriter<File>>,
    master_path: PathBuf,
    rendition: OpusFile,
    meter: Meter,
    samples: u64,
    converted: Vec<f32>,
}

impl Output {
    fn create(master: &Path, rendition: &Path, serial: u32) -> Result<Self, RenderError> {
        let spec =
            WavSpec { channels: 1, sample_rate: SAMPLE_RATE_HZ, bits_per_sample: 16, sample_format: SampleFormat::Int };
        let file = File::create(master).map_err(io_error(master))?;
        Ok(Self {
            master: WavWriter::new(BufWriter::new(file), spec).map_err(|error| io_error(master)(wav_io(error)))?,
            master_path: master.to_owned(),
            rendition: OpusFile::create(rendition, serial)?,
            meter: Meter::new(&Limits::default())?,
            samples: 0,
            converted: Vec::new(),
        })
    }

    fn push(&mut self, block: &[f32], gain: f32) -> Result<(), RenderError> {
        let failed = io_error(&self.master_path);
        self.converted.clear();
        for sample in block {
            // Rust's conversion saturates; the gain leaves room, so it never has to.
            let value = (sample * gain * 32768.0).round() as i16;
            self.master.write_sample(value).map_err(|error| failed(wav_io(error)))?;
            self.rendition.push(value)?;
            self.converted.push(f32::from(value) / 32768.0);
        }
        self.samples += block.len() as u64;
        Ok(self.meter.push(&self.converted)?)
    }

    fn finish(self) -> Result<(u64, Measurement), RenderError> {
        let failed = io_error(&self.master_path);
        self.master.finalize().map_err(|error| failed(wav_io(error)))?;
        // Syncing through a second handle writes out the same file.
        let written = File::open(&self.master_path).map_err(&failed)?;
        written.sync_all().map_err(&failed)?;
        self.rendition.finish()?;
        Ok((self.samples, self.meter.finish()?))
    }
}

pub(super) fn wav_io(error: hound::Error) -> io::Error {
    match error {
        hound::Error::IoError(error) => error,
        other => io::Error::other(other.to_string()),
    }
}

/// An Ogg Opus file being written (RFC 7845).
struct OpusFile {
    path: PathBuf,
    encoder: Encoder,
    writer: PacketWriter<'static, BufWriter<File>>,
    serial: u32,
    pre_skip: u64,
    frame: Vec<i16>,
    /// Samples that went in.
    samples: u64,
    /// A finished packet that waits to learn whether it is the last.
    held_back: Option<Vec<u8>>,
    packets: u64,
}

impl OpusFile {
    fn create(path: &Path, serial: u32) -> Result<Self, RenderError> {
        let mut encoder = Encoder::new(SAMPLE_RATE_HZ, Channels::Mono, Application::Audio)?;
        encoder.set_bitrate(Bitrate::Bits(BIT_RATE))?;
        encoder.set_complexity(10)?;
        encoder.set_signal(Signal::Voice)?;
        let pre_skip = encoder.get_lookahead()?.clamp(0, i32::from(u16::MAX)) as u16;
        let file = File::create(path).map_err(io_error(path))?;
        let mut opus_file = Self {
            path: path.to_owned(),
            encoder,
            writer: PacketWriter::new(BufWriter::new(file)),
            serial,
            pre_skip: u64::from(pre_skip),
            frame: Vec::with_capacity(PACKET_SAMPLES),
            samples: 0,
            held_back: None,
            packets: 0,
        };
        opus_file.write(opus_head(pre_skip), PacketWriteEndInfo::EndPage, 0)?;
        opus_file.write(opus_tags(), PacketWriteEndInfo::EndPage, 0)?;
        Ok(opus_file)
    }

    fn push(&mut self, sample: i16) -> Result<(), RenderError> {
        self.samples += 1;
        self.add(sample)
    }

    fn add(&mut self, sample: i16) -> Result<(), RenderError> {
        self.frame.push(sample);
        if self.frame.len() < PACKET_SAMPLES {
            return Ok(());
        }
        let packet = self.encoder.encode_vec(&self.frame, 4000)?;
        self.frame.clear();
        if let Some(ready) = self.held_back.replace(packet) {
            self.packets += 1;
            let end = if self.packets.is_multiple_of(PACKETS_PER_PAGE) {
                PacketWriteEndInfo::EndPage
            } else {
                PacketWriteEndInfo::NormalPacket
            };
            self.write(ready, end, self.packets * PACKET_SAMPLES as u64)?;
        }
        Ok(())
    }

    /// Pushes the encoder's delay out with silence, ends the stream at the exact sample, and syncs.
    fn finish(mut self) -> Result<(), RenderError> {
        let end = self.pre_skip + self.samples;
        while self.packets_encoded() * (PACKET_SAMPLES as u64) < end {
            self.add(0)?;
        }
        if let Some(last) = self.held_back.take() {
            self.write(last, PacketWriteEndInfo::EndStream, end)?;
        }
        let failed = io_error(&self.path);
        let mut buffered = self.writer.into_inner();
        buffered.flush().map_err(&failed)?;
        buffered.get_ref().sync_all().map_err(&failed)
    }

    fn packets_encoded(&self) -> u64 {
        self.packets + u64::from(self.held_back.is_some())
    }

    fn write(&mut self, packet: Vec<u8>, end: PacketWriteEndInfo, granule: u64) -> Result<(), RenderError> {
        self.writer.write_packet(packet, self.serial, end, granule).map_err(io_error(&self.path))
    }
}

/// The identification header: version 1, mono, no gain, channel mapping 0.
fn opus_head(pre_skip: u16) -> Vec<u8> {
    let mut head = b"OpusHead\x01\x01".to_vec();
    head.extend_from_slice(&pre_skip.to_le_bytes());
    head.extend_from_slice(&SAMPLE_RATE_HZ.to_le_bytes());
    head.extend_from_slice(&[0, 0, 0]);
    head
}

/// The comment header: a vendor and no comments, so that nothing in it differs between runs.
fn opus_tags() -> Vec<u8> {
    let vendor = b"loa";
    let mut tags = b"OpusTags".to_vec();
    tags.extend_from_slice(&(vendor.len() as u32).to_le_bytes());
    tags.extend_from_slice(vendor);
    tags.extend_from_slice(&0_u32.to_le_bytes());
    tags
}
