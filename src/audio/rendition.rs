//! Decoding one of our own renditions (mono Opus in Ogg, RFC 7845) from memory, at a station.
//!
//! The bytes came over a network. They were compared with a signed hash before, but this code does
//! not rely on that: whatever they are, it gives samples or an error and never panics.

use opus::{Channels, Decoder};

use super::SAMPLE_RATE_HZ;
use super::ogg_page::{PacketReader, PageError};

/// The longest Opus packet, in samples at 48 kHz (120 ms).
const MAX_PACKET_SAMPLES: usize = 5760;

/// Why bytes are no rendition, or can't be decoded further.
#[derive(Debug, thiserror::Error)]
pub enum RenditionError {
    /// The Ogg pages are broken.
    #[error("the rendition is damaged: {0}; fetch it again")]
    Page(#[from] PageError),
    /// The pages are whole but what they hold is not a rendition.
    #[error("the file is no rendition of ours: {0}; fetch it again")]
    NotARendition(&'static str),
    /// An Opus packet can't be decoded.
    #[error("an Opus packet of the rendition can't be decoded: {0}; fetch it again")]
    Packet(#[from] opus::Error),
}

/// Decodes a rendition to 48 kHz mono, pre-skip and end trimming applied.
pub struct RenditionDecoder {
    bytes: Vec<u8>,
    reader: PacketReader,
    decoder: Decoder,
    gain: f32,
    skip_left: u64,
    samples_left: u64,
    total_samples: u64,
}

impl std::fmt::Debug for RenditionDecoder {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("RenditionDecoder")
            .field("bytes", &self.bytes.len())
            .field("total_samples", &self.total_samples)
            .field("samples_left", &self.samples_left)
            .finish_non_exhaustive()
    }
}

impl RenditionDecoder {
    /// Reads through all pages once, without decoding, to know that they are whole and how long the
    /// sound is. Keeps the bytes as they are.
    ///
    /// # Errors
    /// [`RenditionError`], when the bytes are not one whole stream of mono or stereo Opus.
    pub fn new(bytes: Vec<u8>) -> Result<Self, RenditionError> {
        let mut reader = PacketReader::default();
        let head = read_head(&mut reader, &bytes)?;
        let total_samples = survey(reader.clone(), &bytes, head.pre_skip)?;
        Ok(Self {
            decoder: Decoder::new(SAMPLE_RATE_HZ, Channels::Mono)?,
            reader,
            gain: head.gain,
            skip_left: u64::from(head.pre_skip),
            samples_left: total_samples,
            total_samples,
            bytes,
        })
    }

    /// Length of the sound in samples at 48 kHz.
    pub fn total_samples(&self) -> u64 {
        self.total_samples
    }

    /// The next block, at most 120 ms long and never empty, or `None` at the end.
    ///
    /// # Errors
    /// [`RenditionError::Packet`], when a packet can't be decoded.
    pub fn next_block(&mut self) -> Result<Option<Vec<i16>>, RenditionError> {
        while self.samples_left > 0 {
            let Some(packet) = self.reader.next_packet(&self.bytes)? else {
                return Err(RenditionError::NotARendition("it ends before its stated length"));
            };
            let mut block = vec![0_i16; MAX_PACKET_SAMPLES];
            let decoded = self.decoder.decode(&packet.data, &mut block, false)?;
            block.truncate(decoded);
            let skipped = self.skip_left.min(block.len() as u64);
            self.skip_left -= skipped;
            block.drain(..skipped as usize);
            block.truncate(usize::try_from(self.samples_left).unwrap_or(usize::MAX));
            if block.is_empty() {
                continue;
            }
            self.samples_left -= block.len() as u64;
            if self.gain != 1.0 {
                for sample in &mut block {
                    // Rust's conversion saturates, which is what a limiter of last resort should do.
                    *sample = (f32::from(*sample) * self.gain).round() as i16;
                }
            }
            return Ok(Some(block));
        }
        Ok(None)
    }
}

struct Head {
    pre_skip: u16,
    gain: f32,
}

/// Reads the identification and comment headers (RFC 7845, section 5).
fn read_head(reader: &mut PacketReader, bytes: &[u8]) -> Result<Head, RenditionError> {
    use RenditionError::NotARendition;
    let head = reader.next_packet(bytes)?.ok_or(NotARendition("it holds no packet"))?.data;
    if !head.starts_with(b"OpusHead") || head.len() < 19 {
        return Err(NotARendition("it does not begin with an Opus header"));
    }
    if head[8] & 0xf0 != 0 || !(1..=2).contains(&head[9]) || head[18] != 0 {
        return Err(NotARendition("its Opus header asks for something unknown"));
    }
    let tags = reader.next_packet(bytes)?.ok_or(NotARendition("it holds no comment header"))?.data;
    if !tags.starts_with(b"OpusTags") {
        return Err(NotARendition("its second packet is no comment header"));
    }
    // Q7.8 decibels.
    let gain_db = f32::from(i16::from_le_bytes([head[16], head[17]])) / 256.0;
    Ok(Head {
        pre_skip: u16::from_le_bytes([head[10], head[11]]),
        gain: if gain_db == 0.0 { 1.0 } else { 10.0_f32.powf(gain_db / 20.0) },
    })
}

/// Reads all packets, counts what they hold, and gives the stated length of the sound.
fn survey(mut reader: PacketReader, bytes: &[u8], pre_skip: u16) -> Result<u64, RenditionError> {
    use RenditionError::NotARendition;
    let mut held = 0_u64;
    let mut granule = None;
    let mut ended = false;
    while let Some(packet) = reader.next_packet(bytes)? {
        if packet.data.is_empty() {
            return Err(NotARendition("it holds an empty packet"));
        }
        let samples = opus::packet::get_nb_samples(&packet.data, SAMPLE_RATE_HZ)?;
        held += samples.min(MAX_PACKET_SAMPLES) as u64;
        granule = packet.granule.or(granule);
        ended = packet.last;
    }
    let stated = granule.filter(|_| ended).ok_or(NotARendition("it has no last page"))?;
    let total = stated
        .checked_sub(u64::from(pre_skip))
        .filter(|total| *total > 0 && stated <= held)
        .ok_or(NotARendition("its stated length does not fit its packets"))?;
    Ok(total)
}
