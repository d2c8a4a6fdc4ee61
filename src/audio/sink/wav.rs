//! The sink that writes one WAV file for each item, for stations without a sound card and for proof.

use std::fs::{File, OpenOptions};
use std::io::{self, BufWriter};
use std::path::{Path, PathBuf};

use hound::{SampleFormat, WavSpec, WavWriter};

use super::{Sink, SinkError};
use crate::audio::SAMPLE_RATE_HZ;
use crate::audio::render::wav_io;

/// Longest name of a file before its counter and ending, in characters.
const MAX_LABEL: usize = 100;

/// So many samples may wait in memory: 100 ms.
const FLUSH_SAMPLES: u64 = SAMPLE_RATE_HZ as u64 / 10;

/// So many files of one label may lie in a folder.
const MAX_COUNTER: u32 = 10_000;

/// One WAV file being written. Its header is brought up to date ten times a second, so that what is there
/// can be played whatever happens to the process; only what a header tells of counts as taken.
pub struct WavSink {
    path: PathBuf,
    /// `None` once finished.
    writer: Option<WavWriter<BufWriter<File>>>,
    written: u64,
    /// Samples in the file and in its header.
    samples: u64,
}

impl std::fmt::Debug for WavSink {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("WavSink").field("path", &self.path).field("samples", &self.samples).finish_non_exhaustive()
    }
}

impl WavSink {
    /// Creates `folder`/`label`.wav, or with a counter behind the label if that is taken.
    ///
    /// # Errors
    /// [`SinkError::File`], when the file can't be created.
    pub fn create(folder: &Path, label: &str) -> Result<Self, SinkError> {
        std::fs::create_dir_all(folder).map_err(|source| file_error(folder, source))?;
        let (path, file) = create_new(folder, &safe(label))?;
        let spec =
            WavSpec { channels: 1, sample_rate: SAMPLE_RATE_HZ, bits_per_sample: 16, sample_format: SampleFormat::Int };
        let writer = WavWriter::new(BufWriter::new(file), spec).map_err(|error| file_error(&path, wav_io(error)))?;
        Ok(Self { path, writer: Some(writer), written: 0, samples: 0 })
    }

    /// The file that is written.
    pub fn path(&self) -> &Path {
        &self.path
    }

    fn failed(&self, error: hound::Error) -> SinkError {
        file_error(&self.path, wav_io(error))
    }
}

impl Sink for WavSink {
    fn write(&mut self, samples: &[i16]) -> Result<(), SinkError> {
        let Some(mut writer) = self.writer.take() else {
            let closed = io::Error::other("the file is finished already");
            return Err(file_error(&self.path, closed));
        };
        for sample in samples {
            writer.write_sample(*sample).map_err(|error| self.failed(error))?;
            self.written += 1;
        }
        if self.written - self.samples >= FLUSH_SAMPLES {
            writer.flush().map_err(|error| self.failed(error))?;
            self.samples = self.written;
        }
        self.writer = Some(writer);
        Ok(())
    }

    fn consumed(&mut self) -> u64 {
        self.samples
    }

    fn finish(&mut self) -> Result<u64, SinkError> {
        if let Some(writer) = self.writer.take() {
            writer.finalize().map_err(|error| self.failed(error))?;
            self.samples = self.written;
            File::open(&self.path).and_then(|file| file.sync_all()).map_err(|source| file_error(&self.path, source))?;
        }
        Ok(self.samples)
    }

    fn name(&self) -> &'static str {
        "wav"
    }
}

fn file_error(path: &Path, source: io::Error) -> SinkError {
    SinkError::File { path: path.display().to_string(), source }
}

/// A label as a file name: letters, digits, `-`, `_` and `.` stay, anything else becomes `-`.
fn safe(label: &str) -> String {
    let name: String = label
        .chars()
        .take(MAX_LABEL)
        .map(|c| match c {
            'a'..='z' | 'A'..='Z' | '0'..='9' | '-' | '_' | '.' => c,
            _ => '-',
        })
        .collect();
    let name = name.trim_start_matches('.');
    if name.is_empty() { "item".to_owned() } else { name.to_owned() }
}

fn create_new(folder: &Path, label: &str) -> Result<(PathBuf, File), SinkError> {
    for counter in 1..=MAX_COUNTER {
        let name = match counter {
            1 => format!("{label}.wav"),
            _ => format!("{label}-{counter}.wav"),
        };
        let path = folder.join(name);
        match OpenOptions::new().write(true).create_new(true).open(&path) {
            Ok(file) => return Ok((path, file)),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            Err(error) => return Err(file_error(&path, error)),
        }
    }
    let full = io::Error::other("too many files of this name");
    Err(file_error(&folder.join(label), full))
}
