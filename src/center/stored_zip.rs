//! ZIP archives whose files stand in them as they are: what is packed is compressed already. Lengths and checksums are
//! known before the first byte is sent, so every unpacker can read it, its length can be told beforehand, and of a file
//! no more than a block is in memory. Only what fits the first edition of the format: 65,535 files, 4 GiB.

use std::io::{Cursor, Read, SeekFrom};
use std::path::{Path, PathBuf};

use bytes::Bytes;
use chrono::{Datelike, NaiveDateTime, Timelike};
use crc::{CRC_32_ISO_HDLC, Crc};
use futures_util::stream::{self, Stream, StreamExt, TryStreamExt};
use sha2::Digest;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncSeekExt};
use tokio_util::io::ReaderStream;

use crate::domain::ids::Sha256;

/// The checksum of the format (APPNOTE 4.4.7).
const CRC: Crc<u32> = Crc::<u32>::new(&CRC_32_ISO_HDLC);
/// Read at a time, bytes.
const BLOCK: usize = 64 * 1024;
/// Names are UTF-8 (APPNOTE, appendix D).
const UTF8_NAMES: u16 = 1 << 11;
/// Read by unpackers since 1.0; made by 2.0 on Unix, which gives the next field its meaning.
const NEEDED: u16 = 10;
const MADE_BY: u16 = 3 << 8 | 20;
/// A plain file that everybody may read.
const MODE: u32 = 0o100_644 << 16;

/// A file's bytes, measured.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Measured {
    /// Length, bytes.
    pub bytes: u64,
    /// Their digest.
    pub digest: Sha256,
    crc: u32,
    source: Source,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Source {
    Memory(Bytes),
    File(PathBuf),
}

impl Measured {
    /// Bytes in memory.
    pub fn text(text: impl Into<Vec<u8>>) -> Self {
        let bytes = Bytes::from(text.into());
        Self {
            bytes: bytes.len() as u64,
            digest: Sha256::of(&bytes),
            crc: CRC.checksum(&bytes),
            source: Source::Memory(bytes),
        }
    }

    /// A file, read once from beginning to end; waits for the disk.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn file(path: &Path) -> std::io::Result<Self> {
        let mut file = std::fs::File::open(path)?;
        let (mut crc, mut hasher, mut bytes) = (CRC.digest(), sha2::Sha256::new(), 0);
        let mut block = vec![0; BLOCK];
        loop {
            let read = file.read(&mut block)?;
            if read == 0 {
                break;
            }
            crc.update(&block[..read]);
            hasher.update(&block[..read]);
            bytes += read as u64;
        }
        let digest = Sha256::from_bytes(hasher.finalize().into());
        Ok(Self { bytes, digest, crc: crc.finalize(), source: Source::File(path.to_path_buf()) })
    }
}

/// The archive is beyond what the format can hold.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("an archive of {files} files is larger than 4 GiB or 65,535 files: pack fewer")]
pub struct TooLarge {
    files: usize,
}

/// An archive, ready to be sent.
#[derive(Debug, Clone)]
pub struct Archive {
    parts: Vec<Part>,
    bytes: u64,
    digest: Sha256,
}

#[derive(Debug, Clone)]
enum Part {
    Memory(Bytes),
    /// So many bytes of a file from a place in it on.
    File(PathBuf, u64, u64),
}

impl Part {
    fn bytes(&self) -> u64 {
        match self {
            Self::Memory(bytes) => bytes.len() as u64,
            Self::File(_, _, bytes) => *bytes,
        }
    }

    /// What is left of it without its first bytes; none of it when there are no more.
    fn without(self, first: u64) -> Self {
        match self {
            Self::Memory(mut bytes) => {
                let first = usize::try_from(first).unwrap_or(usize::MAX).min(bytes.len());
                Self::Memory(bytes.split_off(first))
            }
            Self::File(path, from, bytes) => Self::File(path, from + first.min(bytes), bytes.saturating_sub(first)),
        }
    }
}

impl Archive {
    /// Packs files under their names, in this order, all with the local time `at`.
    ///
    /// # Errors
    /// [`TooLarge`].
    pub fn of(entries: Vec<(String, Measured)>, at: NaiveDateTime) -> Result<Self, TooLarge> {
        let too_large = TooLarge { files: entries.len() };
        let count = u16::try_from(entries.len()).map_err(|_| too_large.clone())?;
        let (mut parts, mut directory, mut offset) = (Vec::new(), Vec::new(), 0_u64);
        let mut digest = sha2::Sha256::new();
        for (name, file) in entries {
            let (Ok(length), Ok(place)) = (u32::try_from(file.bytes), u32::try_from(offset)) else {
                return Err(too_large);
            };
            let common = common(&name, file.crc, length, at).ok_or_else(|| too_large.clone())?;
            let mut head = b"PK\x03\x04".to_vec();
            head.extend(&common);
            head.extend(name.as_bytes());
            directory.extend(b"PK\x01\x02");
            directory.extend(MADE_BY.to_le_bytes());
            directory.extend(&common);
            // No comment, the first disk, no text, then the file's mode and where it begins.
            directory.extend([0; 6]);
            directory.extend(MODE.to_le_bytes());
            directory.extend(place.to_le_bytes());
            directory.extend(name.as_bytes());
            digest.update(file.digest.as_bytes());
            offset += head.len() as u64 + file.bytes;
            parts.push(Part::Memory(head.into()));
            parts.push(match file.source {
                Source::Memory(bytes) => Part::Memory(bytes),
                Source::File(path) => Part::File(path, 0, file.bytes),
            });
        }
        let (Ok(begin), Ok(length)) = (u32::try_from(offset), u32::try_from(directory.len())) else {
            return Err(too_large);
        };
        directory.extend(b"PK\x05\x06\0\0\0\0");
        directory.extend(count.to_le_bytes());
        directory.extend(count.to_le_bytes());
        directory.extend(length.to_le_bytes());
        directory.extend(begin.to_le_bytes());
        directory.extend([0; 2]);
        let bytes = offset + directory.len() as u64;
        digest.update(&directory);
        parts.push(Part::Memory(directory.into()));
        Ok(Self { parts, bytes, digest: Sha256::from_bytes(digest.finalize().into()) })
    }

    /// Its length, bytes.
    pub fn bytes(&self) -> u64 {
        self.bytes
    }

    /// Equal for archives whose bytes are equal, and for no others.
    pub fn digest(&self) -> Sha256 {
        self.digest
    }

    /// Its bytes from `first` on, a block at a time. A file that is shorter by now than it was measured ends the stream with an error,
    /// so that nobody takes a broken archive for a whole one.
    pub fn stream_from(self, mut first: u64) -> impl Stream<Item = std::io::Result<Bytes>> + Send + 'static {
        let rest = self.parts.into_iter().map(move |part| {
            let passed = first.min(part.bytes());
            first -= passed;
            part.without(passed)
        });
        stream::iter(rest).then(open).try_flatten()
    }
}

async fn open(part: Part) -> std::io::Result<impl Stream<Item = std::io::Result<Bytes>> + Send> {
    let (source, bytes): (Box<dyn AsyncRead + Send + Unpin>, u64) = match part {
        Part::Memory(all) => {
            let length = all.len() as u64;
            (Box::new(Cursor::new(all)), length)
        }
        Part::File(path, from, bytes) => {
            let mut file = tokio::fs::File::open(path).await?;
            file.seek(SeekFrom::Start(from)).await?;
            (Box::new(file), bytes)
        }
    };
    let blocks = ReaderStream::with_capacity(source.take(bytes), BLOCK);
    Ok(stream::try_unfold((blocks, bytes), async |(mut blocks, left)| match blocks.try_next().await? {
        Some(block) => {
            let left = left - block.len() as u64;
            Ok(Some((block, (blocks, left))))
        }
        None if left > 0 => Err(std::io::Error::from(std::io::ErrorKind::UnexpectedEof)),
        None => Ok(None),
    }))
}

/// What stands alike before a file and in the directory; none when the name is too long.
fn common(name: &str, crc: u32, length: u32, at: NaiveDateTime) -> Option<Vec<u8>> {
    let name_length = u16::try_from(name.len()).ok()?;
    let mut common = Vec::with_capacity(26);
    common.extend(NEEDED.to_le_bytes());
    common.extend(UTF8_NAMES.to_le_bytes());
    // Stored.
    common.extend(0_u16.to_le_bytes());
    common.extend(dos_time(at).to_le_bytes());
    common.extend(dos_date(at).to_le_bytes());
    common.extend(crc.to_le_bytes());
    common.extend(length.to_le_bytes());
    common.extend(length.to_le_bytes());
    common.extend(name_length.to_le_bytes());
    // Nothing extra.
    common.extend(0_u16.to_le_bytes());
    Some(common)
}

/// In steps of two seconds.
fn dos_time(at: NaiveDateTime) -> u16 {
    u16::try_from(at.hour() << 11 | at.minute() << 5 | (at.second() / 2)).unwrap_or(0)
}

/// From 1980 on, for 128 years.
fn dos_date(at: NaiveDateTime) -> u16 {
    let year = at.year().clamp(1980, 2107).abs_diff(1980);
    u16::try_from(year << 9 | at.month() << 5 | at.day()).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use chrono::NaiveDate;

    use super::*;

    async fn read(archive: Archive, first: u64) -> std::io::Result<Vec<u8>> {
        archive
            .stream_from(first)
            .try_fold(Vec::new(), async |mut all, block| Ok([std::mem::take(&mut all), block.to_vec()].concat()))
            .await
    }

    fn at() -> NaiveDateTime {
        NaiveDate::from_ymd_opt(2024, 6, 12).unwrap().and_hms_opt(5, 45, 31).unwrap()
    }

    #[tokio::test]
    async fn an_archive_is_as_long_as_it_said_and_its_files_stand_in_it_as_they_are() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a");
        std::fs::write(&path, vec![7; 3 * BLOCK + 1]).unwrap();
        let file = Measured::file(&path).unwrap();
        assert_eq!((file.bytes, file.digest), (3 * BLOCK as u64 + 1, Sha256::of(&vec![7; 3 * BLOCK + 1])));
        let entries = vec![("ễ.txt".into(), Measured::text("xin chào")), ("a".into(), file)];
        let archive = Archive::of(entries, at()).unwrap();
        let told = archive.bytes();
        let all = read(archive.clone(), 0).await.unwrap();
        assert_eq!(all.len() as u64, told);
        // From any place on: in a head, in a text, in a file, in the directory, at the end.
        for first in [1, 36, 40, 200, 3 * BLOCK as u64, told - 30, told] {
            let rest = read(archive.clone(), first).await.unwrap();
            assert_eq!(rest, all[usize::try_from(first).unwrap()..], "from {first}");
        }
        assert!(all.windows(9).any(|window| window == "xin chào".as_bytes()));
        // The check value that the standard of the checksum gives (CRC-32/ISO-HDLC).
        assert_eq!(Measured::text("123456789").crc, 0xCBF4_3926);
        // 05:45:30 on 12/6/2024.
        assert_eq!((dos_time(at()), dos_date(at())), (5 << 11 | 45 << 5 | 15, 44 << 9 | 6 << 5 | 12));
    }

    #[tokio::test]
    async fn a_file_that_became_shorter_ends_the_archive_with_an_error() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a");
        std::fs::write(&path, [1; 100]).unwrap();
        let archive = Archive::of(vec![("a".into(), Measured::file(&path).unwrap())], at()).unwrap();
        std::fs::write(&path, [1; 99]).unwrap();
        assert!(read(archive, 0).await.is_err());
    }

    #[test]
    fn more_files_than_the_format_counts_are_refused() {
        let entries = (0..70_000).map(|number| (number.to_string(), Measured::text(""))).collect();
        assert!(Archive::of(entries, at()).is_err());
    }
}
