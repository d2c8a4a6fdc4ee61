//! Where a station's sound goes: a folder of WAV files, or the standard input of a command.

mod command;
mod wav;

use std::fmt;
use std::path::PathBuf;
use std::str::FromStr;

pub use command::CommandSink;
pub use wav::WavSink;

/// Why an output stopped taking sound.
#[derive(Debug, thiserror::Error)]
pub enum SinkError {
    /// A file can't be written.
    #[error("cannot write {path}: {source}; check the space and permissions of that folder")]
    File {
        /// The file.
        path: String,
        /// What the operating system said.
        source: std::io::Error,
    },
    /// The command can't be started.
    #[error("cannot start the output command `{command}`: {source}; check the station's sink setting")]
    Start {
        /// The command as set.
        command: String,
        /// What the operating system said.
        source: std::io::Error,
    },
    /// The pipe to the command failed.
    #[error("the pipe to the output command failed: {0}; check the sound device")]
    Pipe(std::io::Error),
    /// The command took nothing for too long.
    #[error("the output command took no sound for {0} ms; check the sound device")]
    Stalled(u64),
    /// The command ended before all sound was taken, or ended with an error.
    #[error("the output command ended early or with an error ({0}); check the sound device")]
    Exited(String),
}

/// An output for one item: 48 kHz mono, 16 bits. It is opened for the item and dropped after it;
/// dropping it in the middle stops the sound at once and leaves what was written valid.
pub trait Sink: Send {
    /// Hands over samples; may wait a moment for the output to take them.
    ///
    /// # Errors
    /// [`SinkError`], when the output takes no more. Then nothing more may be written.
    fn write(&mut self, samples: &[i16]) -> Result<(), SinkError>;

    /// Samples that the output has really taken so far. Never falls.
    fn consumed(&mut self) -> u64;

    /// Ends the item and waits, within bounds, until the output has taken everything. Gives
    /// [`consumed`](Sink::consumed), which also stays right after an error.
    ///
    /// # Errors
    /// [`SinkError`], when the output failed at its end.
    fn finish(&mut self) -> Result<u64, SinkError>;

    /// The kind of output, as in [`KINDS`].
    fn name(&self) -> &'static str;
}

/// A kind of sink, for help texts and errors.
#[derive(Debug, Clone, Copy)]
pub struct SinkKind {
    /// The word before the colon.
    pub name: &'static str,
    /// An example of the whole setting.
    pub example: &'static str,
    make: fn(&str) -> SinkChoice,
}

/// All kinds, the default first.
pub const KINDS: [SinkKind; 2] = [
    SinkKind { name: "wav", example: "wav:DIR", make: |rest| SinkChoice::Wav(PathBuf::from(rest)) },
    SinkKind { name: "command", example: "command:'aplay -q -'", make: |rest| SinkChoice::Command(rest.to_owned()) },
];

/// The setting of a station's output: `wav:DIR` or `command:COMMAND`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SinkChoice {
    /// One WAV file for each item in this folder.
    Wav(PathBuf),
    /// A shell command that reads a WAV stream from its standard input, started for each item.
    Command(String),
}

/// A sink setting that is none.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{value}` is no sink; write {} or {}", KINDS[0].example, KINDS[1].example)]
pub struct ParseSinkError {
    /// What was given.
    pub value: String,
}

impl FromStr for SinkChoice {
    type Err = ParseSinkError;

    fn from_str(value: &str) -> Result<Self, ParseSinkError> {
        value
            .split_once(':')
            .filter(|(_, rest)| !rest.trim().is_empty())
            .and_then(|(name, rest)| {
                let kind = KINDS.iter().find(|kind| kind.name == name)?;
                Some((kind.make)(rest))
            })
            .ok_or_else(|| ParseSinkError { value: value.to_owned() })
    }
}

impl fmt::Display for SinkChoice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Wav(folder) => write!(f, "{}:{}", KINDS[0].name, folder.display()),
            Self::Command(command) => write!(f, "{}:{command}", KINDS[1].name),
        }
    }
}

impl SinkChoice {
    /// Opens the output for one item. `label` names it (a file name for `wav`), `total_samples` is its
    /// length at 48 kHz.
    ///
    /// # Errors
    /// [`SinkError`], when the output can't be opened.
    pub fn open(&self, label: &str, total_samples: u64) -> Result<Box<dyn Sink>, SinkError> {
        Ok(match self {
            Self::Wav(folder) => Box::new(WavSink::create(folder, label)?),
            Self::Command(command) => Box::new(CommandSink::start(command, total_samples)?),
        })
    }
}
