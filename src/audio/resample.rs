//! Streaming conversion of mono sound to 48 kHz (or another rate), with the length kept exact.

use rubato::audioadapter_buffers::direct::InterleavedSlice;
use rubato::{Fft, FixedSync, Indexing, Resampler as _};

use super::SAMPLE_RATE_HZ;

/// Frames taken in at a time.
const CHUNK: usize = 1024;

/// The sound could not be brought to the rate asked for.
#[derive(Debug, thiserror::Error)]
#[error("cannot resample from {sample_rate_hz} Hz: {reason}; export the recording at 44100 or 48000 Hz")]
pub struct ResampleError {
    /// The rate of the sound that came in.
    pub sample_rate_hz: u32,
    /// What the resampler said.
    pub reason: String,
}

/// Brings mono blocks of any rate to one. A change of rate on the way begins anew without losing a
/// sample.
pub struct Resampler {
    target_hz: u32,
    stage: Option<Stage>,
}

impl Default for Resampler {
    fn default() -> Self {
        Self::new()
    }
}

impl std::fmt::Debug for Resampler {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let rate = self.stage.as_ref().map(|stage| stage.sample_rate_hz);
        f.debug_struct("Resampler").field("sample_rate_hz", &rate).finish()
    }
}

impl Resampler {
    /// A resampler to [`SAMPLE_RATE_HZ`] that has seen nothing yet.
    pub fn new() -> Self {
        Self::to(SAMPLE_RATE_HZ)
    }

    /// The same to another rate, in hertz.
    pub fn to(target_hz: u32) -> Self {
        Self { target_hz, stage: None }
    }

    /// Takes a block of `sample_rate_hz` and appends what is ready to `out`.
    ///
    /// # Errors
    /// [`ResampleError`], when no conversion from that rate exists.
    pub fn push(&mut self, sample_rate_hz: u32, block: &[f32], out: &mut Vec<f32>) -> Result<(), ResampleError> {
        if self.stage.as_ref().is_some_and(|stage| stage.sample_rate_hz != sample_rate_hz) {
            self.finish(out)?;
        }
        let stage = match &mut self.stage {
            Some(stage) => stage,
            empty => empty.insert(Stage::new(sample_rate_hz, self.target_hz)?),
        };
        stage.push(block, out)
    }

    /// Appends what is still inside to `out`.
    ///
    /// # Errors
    /// [`ResampleError`], when the last chunk can't be converted.
    pub fn finish(&mut self, out: &mut Vec<f32>) -> Result<(), ResampleError> {
        match self.stage.take() {
            Some(mut stage) => stage.finish(out),
            None => Ok(()),
        }
    }
}

/// The conversion from one rate; none where the rate is already right.
struct Stage {
    sample_rate_hz: u32,
    target_hz: u32,
    fft: Option<Fft<f32>>,
    waiting: Vec<f32>,
    scratch: Vec<f32>,
    frames_in: u64,
    frames_out: u64,
    /// Frames of start-up delay that are still to be dropped.
    delay_left: usize,
}

impl Stage {
    fn new(sample_rate_hz: u32, target_hz: u32) -> Result<Self, ResampleError> {
        let fft = if sample_rate_hz == target_hz {
            None
        } else {
            let fft = Fft::new(sample_rate_hz as usize, target_hz as usize, CHUNK, 1, FixedSync::Input)
                .map_err(|error| failed(sample_rate_hz, error.to_string()))?;
            Some(fft)
        };
        let scratch = fft.as_ref().map_or(0, |fft| fft.output_frames_max());
        Ok(Self {
            sample_rate_hz,
            target_hz,
            delay_left: fft.as_ref().map_or(0, |fft| fft.output_delay()),
            fft,
            waiting: Vec::with_capacity(CHUNK),
            scratch: vec![0.0; scratch],
            frames_in: 0,
            frames_out: 0,
        })
    }

    fn push(&mut self, mut block: &[f32], out: &mut Vec<f32>) -> Result<(), ResampleError> {
        self.frames_in += block.len() as u64;
        if self.fft.is_none() {
            self.frames_out += block.len() as u64;
            out.extend_from_slice(block);
            return Ok(());
        }
        while !block.is_empty() {
            let take = (CHUNK - self.waiting.len()).min(block.len());
            self.waiting.extend_from_slice(&block[..take]);
            block = &block[take..];
            if self.waiting.len() == CHUNK {
                self.convert(None, out)?;
            }
        }
        Ok(())
    }

    /// Pushes silence through until the whole length has come out, then cuts it to that length.
    fn finish(&mut self, out: &mut Vec<f32>) -> Result<(), ResampleError> {
        if self.fft.is_none() {
            return Ok(());
        }
        let rate = u128::from(self.sample_rate_hz);
        let expected = (u128::from(self.frames_in) * u128::from(self.target_hz) + rate / 2) / rate;
        let expected = expected as u64;
        while self.frames_out < expected {
            let partial = self.waiting.len();
            self.waiting.resize(CHUNK, 0.0);
            self.convert(Some(partial), out)?;
        }
        let surplus = (self.frames_out - expected) as usize;
        out.truncate(out.len().saturating_sub(surplus));
        self.frames_out = expected;
        Ok(())
    }

    /// Converts the waiting chunk, of which only `partial` frames are sound.
    fn convert(&mut self, partial: Option<usize>, out: &mut Vec<f32>) -> Result<(), ResampleError> {
        let rate = self.sample_rate_hz;
        let Some(fft) = &mut self.fft else {
            return Ok(());
        };
        let size = self.scratch.len();
        let input = InterleavedSlice::new(&self.waiting, 1, CHUNK).map_err(|error| failed(rate, error.to_string()))?;
        let mut output =
            InterleavedSlice::new_mut(&mut self.scratch, 1, size).map_err(|error| failed(rate, error.to_string()))?;
        let indexing = partial.map(|frames| Indexing::new().partial_len(frames));
        let (_, produced) = fft
            .process_into_buffer(&input, &mut output, indexing.as_ref())
            .map_err(|error| failed(rate, error.to_string()))?;
        let dropped = self.delay_left.min(produced);
        self.delay_left -= dropped;
        self.frames_out += (produced - dropped) as u64;
        out.extend_from_slice(&self.scratch[dropped..produced]);
        self.waiting.clear();
        Ok(())
    }
}

fn failed(sample_rate_hz: u32, reason: String) -> ResampleError {
    ResampleError { sample_rate_hz, reason }
}
