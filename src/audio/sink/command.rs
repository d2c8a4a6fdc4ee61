//! The sink that feeds a command such as `aplay -q -`, and counts only what the command has read.
//!
//! The pipe is made as small as the system allows, and what still lies in it unread is never
//! counted: a command that is stuck or dead is noticed within moments, and is not credited.

use std::io::{ErrorKind, Write};
use std::os::unix::process::CommandExt;
use std::process::{Child, ChildStdin, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use rustix::io::{ioctl_fionbio, ioctl_fionread};
use rustix::pipe::fcntl_setpipe_size;
use rustix::process::{Pid, Signal, kill_process_group};

use super::{Sink, SinkError};
use crate::audio::SAMPLE_RATE_HZ;

/// Wanted size of the pipe in bytes; 4096 hold 43 ms.
const PIPE_BYTES: usize = 4096;

/// Without progress for so long the command counts as stuck.
const STALL: Duration = Duration::from_secs(2);

/// After the last sample a command may play out what it holds for so long.
const DRAIN: Duration = Duration::from_secs(5);

/// Time between two looks at a pipe that is full.
const LOOK_AGAIN: Duration = Duration::from_millis(3);

/// Bytes of the WAV header that goes before the samples.
const HEADER_BYTES: u64 = 44;

/// A running output command.
#[derive(Debug)]
pub struct CommandSink {
    child: Child,
    /// `None` once closed.
    pipe: Option<ChildStdin>,
    status: Option<ExitStatus>,
    bytes_written: u64,
    consumed: u64,
    total_samples: u64,
    /// Bytes of the present block, kept to save allocations.
    block: Vec<u8>,
}

impl CommandSink {
    /// Starts `command` in a shell and sends it the header of a WAV stream of `total_samples`.
    ///
    /// # Errors
    /// [`SinkError`], when the command can't be started or its pipe can't be set up.
    pub fn start(command: &str, total_samples: u64) -> Result<Self, SinkError> {
        let start_error = |source| SinkError::Start { command: command.to_owned(), source };
        let mut child = Command::new("sh")
            .arg("-c")
            .arg(command)
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            // A group of its own, so that whatever the shell starts can be stopped with it.
            .process_group(0)
            .spawn()
            .map_err(start_error)?;
        let pipe = child.stdin.take();
        let mut sink =
            Self { child, pipe, status: None, bytes_written: 0, consumed: 0, total_samples, block: Vec::new() };
        if let Some(pipe) = &sink.pipe {
            ioctl_fionbio(pipe, true).map_err(|error| SinkError::Pipe(error.into()))?;
            // Only a saving: with a larger pipe counting is as exact, a stuck command is noticed later.
            let _ = fcntl_setpipe_size(pipe, PIPE_BYTES);
        }
        match sink.send(&wav_header(total_samples)) {
            // A command that is gone already is reported when samples come.
            Ok(()) | Err(SinkError::Exited(_)) => Ok(sink),
            Err(error) => Err(error),
        }
    }

    /// Writes all of `bytes`, waiting for the command to make room.
    fn send(&mut self, mut bytes: &[u8]) -> Result<(), SinkError> {
        let mut last_progress = Instant::now();
        let mut last_consumed = self.consumed();
        while !bytes.is_empty() {
            if self.has_exited()? {
                return Err(self.exited());
            }
            let Some(pipe) = &mut self.pipe else {
                return Err(self.exited());
            };
            match pipe.write(bytes) {
                Ok(written) => {
                    self.bytes_written += written as u64;
                    bytes = &bytes[written..];
                }
                Err(error) if error.kind() == ErrorKind::WouldBlock => {
                    let consumed = self.consumed();
                    if consumed > last_consumed {
                        last_consumed = consumed;
                        last_progress = Instant::now();
                    }
                    if last_progress.elapsed() >= STALL {
                        return Err(SinkError::Stalled(STALL.as_millis() as u64));
                    }
                    std::thread::sleep(LOOK_AGAIN);
                }
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) if error.kind() == ErrorKind::BrokenPipe => {
                    self.wait_exit(Instant::now() + Duration::from_millis(200))?;
                    return Err(self.exited());
                }
                Err(error) => return Err(SinkError::Pipe(error)),
            }
        }
        Ok(())
    }

    /// Bytes that lie in the pipe and were not read yet.
    fn unread(&self) -> u64 {
        self.pipe.as_ref().and_then(|pipe| ioctl_fionread(pipe).ok()).unwrap_or(0)
    }

    fn has_exited(&mut self) -> Result<bool, SinkError> {
        if self.status.is_none() {
            self.status = self.child.try_wait().map_err(SinkError::Pipe)?;
        }
        Ok(self.status.is_some())
    }

    /// Waits for the command to end; `false` if it has not by `deadline`.
    fn wait_exit(&mut self, deadline: Instant) -> Result<bool, SinkError> {
        while !self.has_exited()? {
            if Instant::now() >= deadline {
                return Ok(false);
            }
            std::thread::sleep(LOOK_AGAIN);
        }
        Ok(true)
    }

    fn exited(&self) -> SinkError {
        SinkError::Exited(self.status.map_or_else(|| "it closed its input".to_owned(), |status| status.to_string()))
    }

    fn stalled() -> SinkError {
        SinkError::Stalled(DRAIN.as_millis() as u64)
    }
}

impl Sink for CommandSink {
    fn write(&mut self, samples: &[i16]) -> Result<(), SinkError> {
        let mut block = std::mem::take(&mut self.block);
        block.clear();
        block.extend(samples.iter().flat_map(|sample| sample.to_le_bytes()));
        let sent = self.send(&block);
        self.block = block;
        sent
    }

    fn consumed(&mut self) -> u64 {
        if self.pipe.is_some() {
            let read = self.bytes_written.saturating_sub(self.unread());
            let samples = read.saturating_sub(HEADER_BYTES) / 2;
            self.consumed = self.consumed.max(samples);
        }
        self.consumed
    }

    fn finish(&mut self) -> Result<u64, SinkError> {
        let deadline = Instant::now() + DRAIN;
        while self.pipe.is_some() && self.unread() > 0 && !self.has_exited()? {
            if Instant::now() >= deadline {
                return Err(Self::stalled());
            }
            std::thread::sleep(LOOK_AGAIN);
        }
        let consumed = self.consumed();
        self.pipe = None;
        if !self.wait_exit(deadline)? {
            return Err(Self::stalled());
        }
        let succeeded = self.status.is_some_and(|status| status.success());
        if succeeded && consumed >= self.total_samples { Ok(consumed) } else { Err(self.exited()) }
    }

    fn name(&self) -> &'static str {
        "command"
    }
}

impl Drop for CommandSink {
    fn drop(&mut self) {
        if self.status.is_none() {
            // The group outlives its shell, so it is stopped as a whole; then the shell is collected.
            if let Some(group) = i32::try_from(self.child.id()).ok().and_then(Pid::from_raw) {
                let _ = kill_process_group(group, Signal::KILL);
            }
            let _ = self.child.kill();
            let _ = self.child.wait();
        }
    }
}

/// The header of a 48 kHz mono 16-bit WAV stream (RIFF, PCM). A length past the format's 4 GiB is
/// written as the largest, which players take as "until the end".
fn wav_header(total_samples: u64) -> Vec<u8> {
    let data_bytes = u32::try_from(total_samples.saturating_mul(2)).unwrap_or(u32::MAX);
    let riff_bytes = data_bytes.saturating_add(36);
    let mut header = Vec::with_capacity(HEADER_BYTES as usize);
    header.extend_from_slice(b"RIFF");
    header.extend_from_slice(&riff_bytes.to_le_bytes());
    header.extend_from_slice(b"WAVEfmt ");
    header.extend_from_slice(&16_u32.to_le_bytes());
    header.extend_from_slice(&1_u16.to_le_bytes());
    header.extend_from_slice(&1_u16.to_le_bytes());
    header.extend_from_slice(&SAMPLE_RATE_HZ.to_le_bytes());
    header.extend_from_slice(&(SAMPLE_RATE_HZ * 2).to_le_bytes());
    header.extend_from_slice(&2_u16.to_le_bytes());
    header.extend_from_slice(&16_u16.to_le_bytes());
    header.extend_from_slice(b"data");
    header.extend_from_slice(&data_bytes.to_le_bytes());
    header
}
