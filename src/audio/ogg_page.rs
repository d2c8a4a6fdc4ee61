//! Reading the pages of an Ogg stream (RFC 3533) out of memory, strictly and without panics.
//!
//! Only what our own renditions hold is accepted: one stream, pages without gaps, checked sums.

/// Bytes of a page header before its lacing values.
const HEADER: usize = 27;

/// The largest packet that is put together from several pages, in bytes.
const MAX_PACKET: usize = 64 * 1024;

/// Why a stream can't be read further.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PageError {
    /// The next page does not begin where it should.
    #[error("no Ogg page at byte {0}")]
    NoPage(usize),
    /// The page reaches past the end.
    #[error("the Ogg page at byte {0} is cut off")]
    CutOff(usize),
    /// The sum of the page is wrong.
    #[error("the Ogg page at byte {0} has a wrong checksum")]
    Checksum(usize),
    /// Another stream, a missing page or a flag out of place.
    #[error("the Ogg page at byte {0} is out of order")]
    OutOfOrder(usize),
    /// A packet is larger than any packet of ours.
    #[error("a packet before byte {0} is too large")]
    TooLarge(usize),
}

/// A packet of the stream.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Packet {
    /// Its bytes.
    pub data: Vec<u8>,
    /// The granule position of its page, if it is the last packet that ends there.
    pub granule: Option<u64>,
    /// Whether it ends the stream.
    pub last: bool,
}

/// The place up to which a stream was read. It holds no bytes; they are passed in again each time.
#[derive(Debug, Clone, Default)]
pub struct PacketReader {
    position: usize,
    serial: Option<u32>,
    next_sequence: u32,
    partial: Vec<u8>,
    page: Option<Page>,
    ended: bool,
}

#[derive(Debug, Clone)]
struct Page {
    lacing: Vec<u8>,
    next_lace: usize,
    body: usize,
    granule: u64,
    last: bool,
}

impl PacketReader {
    /// The next packet of `stream`, which must be the same bytes at every call.
    ///
    /// # Errors
    /// [`PageError`] at the first page that is not as it should be.
    pub fn next_packet(&mut self, stream: &[u8]) -> Result<Option<Packet>, PageError> {
        loop {
            if self.page.is_none() {
                if self.ended {
                    return Ok(None);
                }
                self.page = Some(self.read_page(stream)?);
            }
            if let Some(packet) = self.packet_of_page(stream)? {
                return Ok(Some(packet));
            }
            self.ended |= self.page.take().is_some_and(|page| page.last);
        }
    }

    fn packet_of_page(&mut self, stream: &[u8]) -> Result<Option<Packet>, PageError> {
        let position = self.position;
        let Some(page) = &mut self.page else {
            return Ok(None);
        };
        while let Some(lace) = page.lacing.get(page.next_lace) {
            let length = usize::from(*lace);
            let bytes = stream.get(page.body..page.body + length).ok_or(PageError::CutOff(position))?;
            if self.partial.len() + length > MAX_PACKET {
                return Err(PageError::TooLarge(position));
            }
            self.partial.extend_from_slice(bytes);
            page.body += length;
            page.next_lace += 1;
            if length < 255 {
                let rest = page.lacing.get(page.next_lace..).unwrap_or(&[]);
                let ends_page = rest.iter().all(|lace| *lace == 255);
                return Ok(Some(Packet {
                    data: std::mem::take(&mut self.partial),
                    granule: ends_page.then_some(page.granule),
                    last: page.last && rest.is_empty(),
                }));
            }
        }
        Ok(None)
    }

    fn read_page(&mut self, stream: &[u8]) -> Result<Page, PageError> {
        let start = self.position;
        let header = stream.get(start..start + HEADER).ok_or(PageError::CutOff(start))?;
        if !header.starts_with(b"OggS\0") {
            return Err(PageError::NoPage(start));
        }
        let segments = usize::from(header[26]);
        let lacing = stream.get(start + HEADER..start + HEADER + segments).ok_or(PageError::CutOff(start))?.to_vec();
        let body = start + HEADER + segments;
        let end = body + lacing.iter().map(|lace| usize::from(*lace)).sum::<usize>();
        let page = stream.get(start..end).ok_or(PageError::CutOff(start))?;
        if checksum(page) != little_endian_u32(&header[22..26]) {
            return Err(PageError::Checksum(start));
        }
        let flags = header[5];
        let serial = little_endian_u32(&header[14..18]);
        let first = self.serial.is_none();
        let in_order = *self.serial.get_or_insert(serial) == serial
            && little_endian_u32(&header[18..22]) == self.next_sequence
            && (flags & 1 != 0) != self.partial.is_empty()
            && (flags & 2 != 0) == first;
        if !in_order {
            return Err(PageError::OutOfOrder(start));
        }
        self.next_sequence = self.next_sequence.wrapping_add(1);
        self.position = end;
        Ok(Page {
            lacing,
            next_lace: 0,
            body,
            granule: header[6..14].iter().rev().fold(0, |sum, byte| (sum << 8) | u64::from(*byte)),
            last: flags & 4 != 0,
        })
    }
}

fn little_endian_u32(bytes: &[u8]) -> u32 {
    bytes.iter().rev().fold(0, |sum, byte| (sum << 8) | u32::from(*byte))
}

/// Table of the sum for each value of a byte.
const SUMS: [u32; 256] = {
    let mut sums = [0_u32; 256];
    let mut byte = 0;
    while byte < 256 {
        let mut sum = (byte as u32) << 24;
        let mut bit = 0;
        while bit < 8 {
            sum = (sum << 1) ^ (if sum >> 31 == 1 { 0x04c1_1db7 } else { 0 });
            bit += 1;
        }
        sums[byte] = sum;
        byte += 1;
    }
    sums
};

/// The sum of a page (RFC 3533: polynomial 0x04c11db7), its own field taken as zero.
pub fn checksum(page: &[u8]) -> u32 {
    page.iter().enumerate().fold(0, |sum, (index, byte)| {
        let byte = if (22..26).contains(&index) { 0 } else { *byte };
        (sum << 8) ^ SUMS[usize::from((sum >> 24) as u8 ^ byte)]
    })
}
