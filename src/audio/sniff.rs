//! What the first and last bytes of a file tell, beyond what the decoder's headers say: whether it is
//! sound at all, whether its length is declared or only guessed, and whether its end is there.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};

/// Bytes read at the start, after any ID3v2 tag.
const HEAD_BYTES: usize = 4096;

/// An Ogg page is never longer than this, so the last page begins within so many bytes of the end.
const TAIL_BYTES: u64 = 27 + 255 + 255 * 255;

/// Kinds of files that people upload by mistake, told by their first bytes.
const NOT_SOUND: [(&[u8], &str); 12] = [
    (b"\xff\xd8\xff", "ảnh JPEG"),
    (b"\x89PNG", "ảnh PNG"),
    (b"GIF8", "ảnh GIF"),
    (b"%PDF", "tài liệu PDF"),
    (b"PK\x03\x04", "tệp nén ZIP hoặc tài liệu Word"),
    (b"\xd0\xcf\x11\xe0", "tài liệu Office cũ"),
    (b"Rar!", "tệp nén RAR"),
    (b"7z\xbc\xaf", "tệp nén 7z"),
    (b"{\\rtf", "tài liệu RTF"),
    (b"<!DOCTYPE", "trang web"),
    (b"<html", "trang web"),
    (b"MZ", "chương trình Windows"),
];

/// First bytes of the containers that are read, with their place and short name.
const CONTAINERS: [(usize, &[u8], &str); 5] =
    [(0, b"RIFF", "wav"), (0, b"FORM", "aiff"), (0, b"OggS", "ogg"), (0, b"fLaC", "flac"), (4, b"ftyp", "mp4")];

/// What the bytes tell.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Sniffed {
    /// Length of the file in bytes.
    pub bytes: u64,
    /// The Vietnamese name of what it is instead, if it is known to be no sound.
    pub not_sound: Option<&'static str>,
    /// The container that the first bytes announce; MPEG streams announce nothing.
    pub container: Option<&'static str>,
    /// Whether an MPEG header frame (Xing, Info or VBRI) states the length.
    pub has_mpeg_length_header: bool,
    /// Bytes of the ID3v2 tag at the start.
    pub id3v2_bytes: u64,
    /// For an Ogg file: whether its last page is whole and marked as the last.
    pub ogg_end_marked: Option<bool>,
    /// For a WAV file: bytes after the declared end of the sound that belong to no chunk.
    pub wav_stray_bytes: u64,
}

/// Looks at the first and last bytes of `file` and leaves its position anywhere.
///
/// # Errors
/// What the operating system says when reading fails.
pub fn sniff(file: &mut File) -> io::Result<Sniffed> {
    let bytes = file.metadata()?.len();
    let mut sniffed = Sniffed { bytes, ..Sniffed::default() };
    let mut head = read_at(file, 0, HEAD_BYTES)?;
    sniffed.not_sound = NOT_SOUND.iter().find(|(magic, _)| head.starts_with(magic)).map(|(_, name)| *name);
    sniffed.container = CONTAINERS
        .iter()
        .find(|(place, magic, _)| head.get(*place..).is_some_and(|rest| rest.starts_with(magic)))
        .map(|(_, _, name)| *name);
    if head.starts_with(b"OggS") {
        sniffed.ogg_end_marked = Some(ogg_end_marked(file, bytes)?);
    }
    if head.starts_with(b"RIFF") {
        sniffed.wav_stray_bytes = wav_stray_bytes(file, bytes)?;
    }
    if let Some(tag) = id3v2_bytes(&head) {
        sniffed.id3v2_bytes = tag;
        head = read_at(file, tag, HEAD_BYTES)?;
    }
    sniffed.has_mpeg_length_header =
        [b"Xing", b"Info", b"VBRI"].iter().any(|name| head.windows(4).any(|window| window == *name));
    Ok(sniffed)
}

fn read_at(file: &mut File, position: u64, length: usize) -> io::Result<Vec<u8>> {
    file.seek(SeekFrom::Start(position))?;
    let mut bytes = Vec::with_capacity(length.min(TAIL_BYTES as usize));
    file.take(length as u64).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// Length of an ID3v2 tag with its header: 28 bits in four bytes of seven.
fn id3v2_bytes(head: &[u8]) -> Option<u64> {
    let size = head.strip_prefix(b"ID3")?.get(3..7)?;
    let body = size.iter().fold(0_u64, |sum, byte| (sum << 7) | u64::from(byte & 0x7f));
    Some(10 + body)
}

/// Whether the file ends with a whole Ogg page that carries the end-of-stream mark (RFC 3533).
fn ogg_end_marked(file: &mut File, bytes: u64) -> io::Result<bool> {
    let start = bytes.saturating_sub(TAIL_BYTES);
    let tail = read_at(file, start, TAIL_BYTES as usize)?;
    let Some(page) = tail.windows(4).rposition(|window| window == b"OggS").map(|position| &tail[position..]) else {
        return Ok(false);
    };
    let (Some(flags), Some(segments)) = (page.get(5), page.get(26)) else {
        return Ok(false);
    };
    let Some(lacing) = page.get(27..27 + usize::from(*segments)) else {
        return Ok(false);
    };
    let body: usize = lacing.iter().map(|length| usize::from(*length)).sum();
    let whole = page.len() >= 27 + lacing.len() + body;
    Ok(whole && flags & 4 != 0)
}

/// Walks the chunks of a WAV file and counts what follows the last one that makes sense. A recorder
/// that lost power leaves its sound there, behind a header that still says nothing.
fn wav_stray_bytes(file: &mut File, bytes: u64) -> io::Result<u64> {
    let mut position = 12_u64;
    let mut seen_data = false;
    while position + 8 <= bytes {
        let header = read_at(file, position, 8)?;
        let (Some(name), Some(size)) = (header.get(..4), header.get(4..8)) else {
            break;
        };
        if !name.iter().all(|byte| (b' '..=b'~').contains(byte)) {
            break;
        }
        let size = size.iter().rev().fold(0_u64, |sum, byte| (sum << 8) | u64::from(*byte));
        seen_data |= name == b"data";
        if position + 8 + size > bytes {
            return Ok(0);
        }
        position += 8 + size + size % 2;
    }
    Ok(if seen_data { bytes.saturating_sub(position) } else { 0 })
}
