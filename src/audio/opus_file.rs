//! Writing and reading back the rendition: mono Opus in Ogg (RFC 7845).

use std::fs::File;
use std::io::{BufReader, BufWriter, Write};
use std::path::{Path, PathBuf};

use ogg::{PacketReader, PacketWriteEndInfo, PacketWriter};
use opus::{Application, Bitrate, Channels, Encoder, Signal};

use super::SAMPLE_RATE_HZ;
use super::render::{RenderError, io_error};

/// Bit rate of a rendition, in bits a second: clear speech, and 180 kB a minute over a slow link.
const BIT_RATE: i32 = 24_000;

/// Samples of one Opus packet (20 ms).
pub(super) const PACKET_SAMPLES: usize = 960;

/// Packets of one Ogg page (one second).
const PACKETS_PER_PAGE: u64 = 50;

/// An encoder as every rendition is made with.
pub(super) fn encoder() -> Result<Encoder, RenderError> {
    let mut encoder = Encoder::new(SAMPLE_RATE_HZ, Channels::Mono, Application::Audio)?;
    encoder.set_bitrate(Bitrate::Bits(BIT_RATE))?;
    encoder.set_complexity(10)?;
    encoder.set_signal(Signal::Voice)?;
    Ok(encoder)
}

/// Samples that an encoder is late.
pub(super) fn pre_skip() -> Result<u16, RenderError> {
    Ok(encoder()?.get_lookahead()?.clamp(0, i32::from(u16::MAX)) as u16)
}

/// The file being written.
pub(super) struct OpusFile {
    path: PathBuf,
    writer: PacketWriter<'static, BufWriter<File>>,
    serial: u32,
    /// A packet that waits to learn whether it is the last.
    held_back: Option<Vec<u8>>,
    packets: u64,
}

impl OpusFile {
    pub(super) fn create(path: &Path, serial: u32) -> Result<Self, RenderError> {
        let file = File::create(path).map_err(io_error(path))?;
        let writer = PacketWriter::new(BufWriter::new(file));
        let mut opus_file = Self { path: path.to_owned(), writer, serial, held_back: None, packets: 0 };
        opus_file.write(opus_head(pre_skip()?), PacketWriteEndInfo::EndPage, 0)?;
        opus_file.write(opus_tags(), PacketWriteEndInfo::EndPage, 0)?;
        Ok(opus_file)
    }

    pub(super) fn push(&mut self, packet: Vec<u8>) -> Result<(), RenderError> {
        let Some(ready) = self.held_back.replace(packet) else { return Ok(()) };
        self.packets += 1;
        let end = if self.packets.is_multiple_of(PACKETS_PER_PAGE) {
            PacketWriteEndInfo::EndPage
        } else {
            PacketWriteEndInfo::NormalPacket
        };
        self.write(ready, end, self.packets * PACKET_SAMPLES as u64)
    }

    /// Ends the stream at the exact sample, and syncs.
    pub(super) fn finish(mut self, samples: u64) -> Result<(), RenderError> {
        if let Some(last) = self.held_back.take() {
            self.write(last, PacketWriteEndInfo::EndStream, u64::from(pre_skip()?) + samples)?;
        }
        let failed = io_error(&self.path);
        let mut buffered = self.writer.into_inner();
        buffered.flush().map_err(&failed)?;
        buffered.get_ref().sync_all().map_err(&failed)
    }

    fn write(&mut self, packet: Vec<u8>, end: PacketWriteEndInfo, granule: u64) -> Result<(), RenderError> {
        self.writer.write_packet(packet, self.serial, end, granule).map_err(io_error(&self.path))
    }
}

/// Reads a finished rendition back from the disk, page by page with their checksums, and counts what it holds.
pub(super) fn read_back(path: &Path, expected: u64) -> Result<(), RenderError> {
    let failed = |why: String| RenderError::ReadBack { why };
    let file = File::open(path).map_err(io_error(path))?;
    let mut reader = PacketReader::new(BufReader::new(file));
    let mut next = || reader.read_packet().map_err(|error| failed(error.to_string()));
    for magic in [&b"OpusHead"[..], b"OpusTags"] {
        if !next()?.is_some_and(|packet| packet.data.starts_with(magic)) {
            return Err(failed("a header is missing".into()));
        }
    }
    let (mut held, mut end) = (0_u64, None);
    while let Some(packet) = next()? {
        held += opus::packet::get_nb_samples(&packet.data, SAMPLE_RATE_HZ)? as u64;
        end = packet.last_in_stream().then(|| packet.absgp_page());
    }
    let wanted = expected + u64::from(pre_skip()?);
    if end != Some(wanted) || held < wanted {
        return Err(failed(format!("it holds {held} samples and ends at {end:?}, not at {wanted}")));
    }
    Ok(())
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
