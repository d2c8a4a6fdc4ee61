//! The journal: append-only JSON lines, hash-chained, synced before they count. A torn end is cut and noted.

use std::fs::{File, OpenOptions};
use std::io::{self, BufRead, BufReader, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use chrono::{DateTime, Utc};

use crate::domain::ids::Sha256;
use crate::protocol::journal::{ClockState, JournalLine, Kind};
use crate::trust::chain::{Broken, Head};

/// The journal of one device, open for appending.
#[derive(Debug)]
pub struct Journal {
    file: File,
    path: PathBuf,
    head: Head,
    /// Byte offset of every line, so that unsent ones are found without reading the whole file.
    offsets: Vec<u64>,
    end: u64,
    boot: String,
    last_at: Option<DateTime<Utc>>,
}

/// What was found when the journal was opened.
#[derive(Debug, Default)]
pub struct Found {
    /// Lines that could be read, oldest first.
    pub lines: Vec<JournalLine>,
    /// Bytes of a torn last line, now cut away.
    pub torn_bytes: u64,
    /// First break of the chain, if the file was damaged.
    pub broken: Option<Broken>,
}

/// A line without the fields the journal itself fills in.
#[derive(Debug, Clone)]
pub struct Draft {
    /// The line; `seq`, `prev` and `boot` are overwritten.
    pub line: JournalLine,
}

impl Draft {
    /// A line of some kind and nothing else.
    pub fn new(kind: Kind, at: DateTime<Utc>, clock: ClockState) -> Self {
        let line = JournalLine {
            v: 1,
            seq: 0,
            boot: String::new(),
            prev: crate::trust::chain::genesis(),
            kind,
            airing: None,
            date: None,
            rundown_version: None,
            audio: None,
            sink: None,
            samples: None,
            began_at: None,
            cause: None,
            note: None,
            at,
            clock,
        };
        Self { line }
    }

    /// The same with words beside it.
    pub fn note(mut self, note: impl Into<String>) -> Self {
        self.line.note = Some(note.into());
        self
    }
}

impl Journal {
    /// Opens the journal at `path`, made if needed; cuts a torn end away.
    ///
    /// # Errors
    /// When the file cannot be read or written.
    pub fn open(path: &Path, boot: String) -> io::Result<(Self, Found)> {
        let file = OpenOptions::new().read(true).append(true).create(true).open(path)?;
        if let Some(folder) = path.parent() {
            File::open(folder)?.sync_all()?;
        }
        let mut journal = Self {
            file,
            path: path.to_path_buf(),
            head: Head::default(),
            offsets: Vec::new(),
            end: 0,
            boot,
            last_at: None,
        };
        let found = journal.read_all()?;
        if found.torn_bytes > 0 {
            journal.file.set_len(journal.end)?;
            journal.file.sync_all()?;
        }
        Ok((journal, found))
    }

    fn read_all(&mut self) -> io::Result<Found> {
        let mut found = Found::default();
        let mut reader = BufReader::new(File::open(&self.path)?);
        let mut bytes = Vec::new();
        loop {
            bytes.clear();
            let read = reader.read_until(b'\n', &mut bytes)?;
            if read == 0 {
                return Ok(found);
            }
            let torn = bytes.last() != Some(&b'\n');
            if torn {
                // Only what was synced whole has its newline; this was never acknowledged to anybody.
                found.torn_bytes = read as u64;
                return Ok(found);
            }
            bytes.pop();
            self.offsets.push(self.end);
            self.end += read as u64;
            match self.head.follow(&bytes) {
                Ok(next) => self.head = next,
                Err(broken) => {
                    // Lines after a damaged one still chain from each other: go on from here, and say so.
                    let seq = self.offsets.len() as u64;
                    self.head = Head { next_seq: seq, hash: Sha256::of(&bytes) };
                    found.broken.get_or_insert(broken);
                }
            }
            if let Ok(line) = serde_json::from_slice::<JournalLine>(&bytes) {
                self.last_at = self.last_at.max(Some(line.at));
                found.lines.push(line);
            }
        }
    }

    /// Appends a line and waits until it is on the disk.
    ///
    /// # Errors
    /// When the disk refuses; the line does not count then, and a half-written one is cut away.
    pub fn append(&mut self, draft: Draft) -> io::Result<JournalLine> {
        let mut line = draft.line;
        line.seq = self.head.next_seq;
        line.prev = self.head.hash;
        line.boot.clone_from(&self.boot);
        let mut bytes = serde_json::to_vec(&line)?;
        let next = self.head.follow(&bytes).map_err(|broken| io::Error::other(broken.to_string()))?;
        bytes.push(b'\n');
        let written = self.file.write_all(&bytes).and_then(|()| self.file.sync_data());
        if let Err(error) = written {
            // Best effort: if this fails too, the torn end is cut at the next start.
            let _cut = self.file.set_len(self.end);
            return Err(error);
        }
        self.offsets.push(self.end);
        self.end += bytes.len() as u64;
        self.head = next;
        self.last_at = self.last_at.max(Some(line.at));
        Ok(line)
    }

    /// Place of the next line.
    pub fn head(&self) -> Head {
        self.head
    }

    /// The latest time any line says; a clock before it is not believed.
    pub fn last_at(&self) -> Option<DateTime<Utc>> {
        self.last_at
    }

    /// Exact lines from `seq` on, without newlines, at most `limit`, and the head after them.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn lines_from(&self, seq: u64, limit: usize) -> io::Result<(Vec<String>, Head)> {
        let first = usize::try_from(seq).unwrap_or(usize::MAX);
        let Some(start) = self.offsets.get(first).copied() else { return Ok((Vec::new(), self.head)) };
        let last = first.saturating_add(limit).min(self.offsets.len());
        let stop = self.offsets.get(last).copied().unwrap_or(self.end);
        let mut file = File::open(&self.path)?;
        file.seek(SeekFrom::Start(start))?;
        let mut bytes = Vec::new();
        file.take(stop - start).read_to_end(&mut bytes)?;
        // A damaged line must not keep the others from being read; the chain shows the damage.
        let text = String::from_utf8_lossy(&bytes);
        let lines: Vec<String> = text.split_terminator('\n').map(String::from).collect();
        let hash = lines.last().map_or(self.head.hash, |line| Sha256::of(line.as_bytes()));
        Ok((lines, Head { next_seq: last as u64, hash }))
    }
}

/// Result of checking a journal file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checked {
    /// Lines that chain.
    pub lines: u64,
    /// SHA-256 of the last of them.
    pub head: Sha256,
    /// The first break, if any.
    pub broken: Option<Broken>,
    /// Bytes after the last newline: a line that was never finished.
    pub torn_bytes: u64,
}

/// Checks a journal file from its first line; changes nothing.
///
/// # Errors
/// When the file cannot be read.
pub fn check_file(path: &Path) -> io::Result<Checked> {
    let mut reader = BufReader::new(File::open(path)?);
    let mut head = Head::default();
    let mut bytes = Vec::new();
    loop {
        bytes.clear();
        let read = reader.read_until(b'\n', &mut bytes)?;
        let done = |broken, torn_bytes| Checked { lines: head.next_seq, head: head.hash, broken, torn_bytes };
        if read == 0 {
            return Ok(done(None, 0));
        }
        if bytes.last() != Some(&b'\n') {
            return Ok(done(None, read as u64));
        }
        bytes.pop();
        match head.follow(&bytes) {
            Ok(next) => head = next,
            Err(broken) => return Ok(done(Some(broken), 0)),
        }
    }
}

/// The seconds already played of the item in progress, kept beside the journal so that a power cut tells how much
/// aired. Lines of `airing samples`; emptied when an item begins.
#[derive(Debug)]
pub struct Progress {
    file: File,
}

impl Progress {
    /// Starts anew for the next item.
    ///
    /// # Errors
    /// When the disk refuses.
    pub fn begin(path: &Path) -> io::Result<Self> {
        let file = File::create(path)?;
        file.sync_all()?;
        Ok(Self { file })
    }

    /// Keeps how many samples the output has consumed, durably.
    ///
    /// # Errors
    /// When the disk refuses.
    pub fn keep(&mut self, airing: &str, samples: u64) -> io::Result<()> {
        writeln!(self.file, "{airing} {samples}")?;
        self.file.sync_data()
    }

    /// The last whole figure kept for this airing.
    pub fn last(path: &Path, airing: &str) -> u64 {
        let text = std::fs::read_to_string(path).unwrap_or_default();
        let whole = text.rfind('\n').map_or("", |end| &text[..end]);
        let figure = |line: &str| {
            let (name, samples) = line.split_once(' ')?;
            (name == airing).then(|| samples.parse().ok()).flatten()
        };
        whole.lines().rev().find_map(figure).unwrap_or(0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn draft() -> Draft {
        Draft::new(Kind::Note, crate::clock::now(), ClockState::System).note("thử")
    }

    #[test]
    fn a_torn_end_of_any_length_is_cut_and_nothing_before_it_is_lost() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("journal.jsonl");
        let (mut journal, _) = Journal::open(&path, "a".into()).unwrap();
        for _ in 0..3 {
            journal.append(draft()).unwrap();
        }
        let whole = std::fs::read(&path).unwrap();
        let second_end = whole.len() - whole.split(|b| *b == b'\n').nth(2).unwrap().len() - 1;
        for length in second_end..whole.len() {
            std::fs::write(&path, &whole[..length]).unwrap();
            let (mut journal, found) = Journal::open(&path, "b".into()).unwrap();
            assert_eq!(found.lines.len(), 2, "cut at {length}");
            assert_eq!(found.torn_bytes, (length - second_end) as u64);
            journal.append(draft()).unwrap();
            let checked = check_file(&path).unwrap();
            assert_eq!((checked.lines, checked.broken), (3, None));
        }
    }

    #[test]
    fn a_flipped_bit_is_named_by_the_check_and_the_journal_goes_on() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("journal.jsonl");
        let (mut journal, _) = Journal::open(&path, "a".into()).unwrap();
        for _ in 0..5 {
            journal.append(draft()).unwrap();
        }
        let text = std::fs::read_to_string(&path).unwrap();
        std::fs::write(&path, text.replacen("thử", "sai", 2)).unwrap();
        assert_eq!(check_file(&path).unwrap().broken, Some(Broken::WrongHash { at: 1 }));
        let (mut journal, found) = Journal::open(&path, "b".into()).unwrap();
        assert!(found.broken.is_some());
        assert_eq!(journal.append(draft()).unwrap().seq, 5);
    }

    #[test]
    fn lines_are_given_back_byte_for_byte_from_any_place() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("journal.jsonl");
        let (mut journal, _) = Journal::open(&path, "a".into()).unwrap();
        for _ in 0..5 {
            journal.append(draft()).unwrap();
        }
        let text = std::fs::read_to_string(&path).unwrap();
        let all: Vec<&str> = text.lines().collect();
        assert_eq!(journal.lines_from(1, 2).unwrap().0, all[1..3]);
        assert_eq!(
            journal.lines_from(3, 99).unwrap(),
            (all[3..].iter().map(|s| (*s).into()).collect(), journal.head())
        );
        assert!(journal.lines_from(5, 9).unwrap().0.is_empty());
    }

    #[test]
    fn the_last_whole_progress_figure_survives_a_torn_one() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("progress");
        let mut progress = Progress::begin(&path).unwrap();
        progress.keep("abc", 48_000).unwrap();
        progress.keep("abc", 96_000).unwrap();
        std::fs::write(&path, [std::fs::read(&path).unwrap(), b"abc 1440".to_vec()].concat()).unwrap();
        assert_eq!(Progress::last(&path, "abc"), 96_000);
        assert_eq!(Progress::last(&path, "other"), 0);
    }
}
