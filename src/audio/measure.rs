//! Loudness, true peak and silence of 48 kHz mono sound, in one pass and little memory.

use ebur128::{EbuR128, Mode};

use super::{SAMPLE_RATE_HZ, SAMPLES_PER_MS};

/// Length of the windows in which silence is looked for, in samples (50 ms).
const WINDOW: usize = 50 * SAMPLES_PER_MS as usize;

/// Samples before a block that the true-peak interpolator still hears (it has 12 taps a phase).
const PEAK_HISTORY: usize = 24;

/// Samples that are judged together when looking for the true peak.
const PEAK_BLOCK: usize = 480;

/// No interpolated sample can exceed the largest sample that it is made of by more than this factor:
/// the sum of the absolute taps of any phase of the 4x interpolator stays below 2.1.
const PEAK_GROWTH: f32 = 2.5;

/// The meter refused its input; a fault of the program, not of the file.
#[derive(Debug, thiserror::Error)]
#[error("the loudness meter failed: {0}; report this as a fault")]
pub struct MeterError(#[from] ebur128::Error);

/// A stretch of silence, in milliseconds from the start.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Silence {
    /// Where it begins.
    pub at_ms: u64,
    /// How long it lasts.
    pub duration_ms: u64,
}

/// What was measured of a whole recording.
#[derive(Debug, Clone, PartialEq)]
pub struct Measurement {
    /// Samples at 48 kHz.
    pub samples: u64,
    /// Integrated loudness in LUFS (ITU-R BS.1770-4); `None` for silence and for less than 0.4 s.
    pub integrated_lufs: Option<f64>,
    /// True peak in dBTP (ITU-R BS.1770-4 annex 2); `None` for digital silence.
    pub true_peak_dbtp: Option<f64>,
    /// Samples at full scale that stand in a row of three or more.
    pub clipped_samples: u64,
    /// Where the first such row begins, in milliseconds.
    pub first_clip_ms: Option<u64>,
    /// Whether every window is below the silence threshold.
    pub all_silent: bool,
    /// Silence at the start, in milliseconds.
    pub silent_head_ms: u64,
    /// Silence at the end, in milliseconds.
    pub silent_tail_ms: u64,
    /// The longest silence between two sounds.
    pub longest_gap: Option<Silence>,
}

/// Measures blocks as they come.
#[derive(Debug)]
pub struct Meter {
    loudness: EbuR128,
    peak: TruePeakMeter,
    silence: SilenceTracker,
    clipping: ClippingTracker,
    samples: u64,
}

impl Meter {
    /// A meter for 48 kHz mono. `silence_dbfs` is the level below which a 50 ms window is silent.
    ///
    /// # Errors
    /// [`MeterError`], when the meter can't be made.
    pub fn new(silence_dbfs: f64) -> Result<Self, MeterError> {
        Ok(Self {
            // Keeps eight bytes for each 100 ms: 576 kB for the longest recording that is accepted.
            loudness: EbuR128::new(1, SAMPLE_RATE_HZ, Mode::I)?,
            peak: TruePeakMeter::new()?,
            silence: SilenceTracker::new(silence_dbfs),
            clipping: ClippingTracker::default(),
            samples: 0,
        })
    }

    /// Takes the next block; 1.0 is full scale.
    ///
    /// # Errors
    /// [`MeterError`], when the meter refuses it.
    pub fn push(&mut self, block: &[f32]) -> Result<(), MeterError> {
        self.loudness.add_frames_f32(block)?;
        self.peak.push(block)?;
        self.silence.push(block);
        self.clipping.push(block, self.samples);
        self.samples += block.len() as u64;
        Ok(())
    }

    /// Ends the measurement.
    ///
    /// # Errors
    /// [`MeterError`], when the meter can't give its result.
    pub fn finish(mut self) -> Result<Measurement, MeterError> {
        let loudness = self.loudness.loudness_global()?;
        let true_peak = self.peak.finish()?;
        self.silence.finish();
        Ok(Measurement {
            samples: self.samples,
            integrated_lufs: loudness.is_finite().then_some(loudness),
            true_peak_dbtp: decibels(true_peak),
            clipped_samples: self.clipping.samples,
            first_clip_ms: self.clipping.first.map(|sample| sample / SAMPLES_PER_MS),
            all_silent: self.silence.all_silent(),
            silent_head_ms: self.silence.head_ms(),
            silent_tail_ms: self.silence.tail_ms(),
            longest_gap: self.silence.longest_gap,
        })
    }
}

/// An amplitude (1.0 is full scale) in decibels; `None` for zero.
pub fn decibels(amplitude: f64) -> Option<f64> {
    (amplitude > 0.0).then(|| 20.0 * amplitude.log10())
}

/// A level in decibels as an amplitude; 0 dB is 1.0.
pub fn amplitude(decibels: f64) -> f64 {
    10.0_f64.powf(decibels / 20.0)
}

/// The true peak, which is interpolated only where it could exceed the highest one found so far.
/// That gives the same figure as interpolating everything, in about a tenth of the time.
#[derive(Debug)]
pub struct TruePeakMeter {
    meter: EbuR128,
    waiting: Vec<f32>,
    history: [f32; PEAK_HISTORY],
    /// Whether the interpolator has heard everything up to the present block.
    warm: bool,
    highest: f32,
}

impl TruePeakMeter {
    /// A meter that has heard nothing.
    ///
    /// # Errors
    /// [`MeterError`], when the meter can't be made.
    pub fn new() -> Result<Self, MeterError> {
        Ok(Self {
            meter: EbuR128::new(1, SAMPLE_RATE_HZ, Mode::TRUE_PEAK)?,
            waiting: Vec::with_capacity(PEAK_BLOCK),
            history: [0.0; PEAK_HISTORY],
            warm: true,
            highest: 0.0,
        })
    }

    /// Takes the next block.
    ///
    /// # Errors
    /// [`MeterError`], when the meter refuses it.
    pub fn push(&mut self, mut block: &[f32]) -> Result<(), MeterError> {
        while !block.is_empty() {
            let take = (PEAK_BLOCK - self.waiting.len()).min(block.len());
            self.waiting.extend_from_slice(&block[..take]);
            block = &block[take..];
            if self.waiting.len() == PEAK_BLOCK {
                self.judge()?;
            }
        }
        Ok(())
    }

    /// The true peak as an amplitude; 1.0 is full scale.
    ///
    /// # Errors
    /// [`MeterError`], when the meter refuses the last block.
    pub fn finish(mut self) -> Result<f64, MeterError> {
        // The interpolator speaks late: silence brings out the last samples.
        self.push(&[0.0; PEAK_HISTORY])?;
        self.judge()?;
        Ok(self.meter.true_peak(0)?.max(f64::from(self.highest)))
    }

    fn judge(&mut self) -> Result<(), MeterError> {
        let loudest = |samples: &[f32]| samples.iter().fold(0.0_f32, |m, s| m.max(s.abs()));
        let block_peak = loudest(&self.waiting);
        let reach = block_peak.max(loudest(&self.history)) * PEAK_GROWTH;
        if reach > self.highest {
            if !self.warm {
                self.meter.seed_frames_f32(&self.history)?;
                self.warm = true;
            }
            self.meter.add_frames_f32(&self.waiting)?;
            let found = self.meter.prev_true_peak(0)? as f32;
            self.highest = self.highest.max(found).max(block_peak);
        } else {
            self.warm = false;
        }
        let kept = self.waiting.len().min(PEAK_HISTORY);
        self.history.rotate_left(kept);
        self.history[PEAK_HISTORY - kept..].copy_from_slice(&self.waiting[self.waiting.len() - kept..]);
        self.waiting.clear();
        Ok(())
    }
}

/// Finds silent stretches in windows of 50 ms by their root mean square.
#[derive(Debug)]
struct SilenceTracker {
    threshold_power: f64,
    power: f64,
    in_window: usize,
    windows: u64,
    silent_run: u64,
    head: Option<u64>,
    longest_gap: Option<Silence>,
}

impl SilenceTracker {
    fn new(silence_dbfs: f64) -> Self {
        Self {
            threshold_power: amplitude(silence_dbfs).powi(2),
            power: 0.0,
            in_window: 0,
            windows: 0,
            silent_run: 0,
            head: None,
            longest_gap: None,
        }
    }

    fn push(&mut self, mut block: &[f32]) {
        while !block.is_empty() {
            let take = (WINDOW - self.in_window).min(block.len());
            let (now, later) = block.split_at(take);
            self.power += now.iter().map(|s| f64::from(*s) * f64::from(*s)).sum::<f64>();
            self.in_window += take;
            block = later;
            if self.in_window == WINDOW {
                self.close_window();
            }
        }
    }

    fn finish(&mut self) {
        if self.in_window > 0 {
            self.close_window();
        }
    }

    fn close_window(&mut self) {
        let silent = self.power / (self.in_window as f64) < self.threshold_power;
        self.power = 0.0;
        self.in_window = 0;
        if silent {
            self.silent_run += 1;
        } else {
            if self.head.is_none() {
                self.head = Some(self.silent_run);
            } else if self.silent_run > 0 {
                let gap = Silence {
                    at_ms: window_ms(self.windows - self.silent_run),
                    duration_ms: window_ms(self.silent_run),
                };
                if self.longest_gap.is_none_or(|longest| longest.duration_ms < gap.duration_ms) {
                    self.longest_gap = Some(gap);
                }
            }
            self.silent_run = 0;
        }
        self.windows += 1;
    }

    fn all_silent(&self) -> bool {
        self.head.is_none()
    }

    fn head_ms(&self) -> u64 {
        window_ms(self.head.unwrap_or(self.windows))
    }

    fn tail_ms(&self) -> u64 {
        window_ms(self.silent_run)
    }
}

fn window_ms(windows: u64) -> u64 {
    windows * WINDOW as u64 / SAMPLES_PER_MS
}

/// Counts samples that stand at full scale three or more in a row.
#[derive(Debug, Default)]
struct ClippingTracker {
    run: u64,
    samples: u64,
    first: Option<u64>,
}

impl ClippingTracker {
    const FULL_SCALE: f32 = 0.9995;
    const SHORTEST_RUN: u64 = 3;

    fn push(&mut self, block: &[f32], start: u64) {
        for (position, sample) in (start..).zip(block) {
            if sample.abs() < Self::FULL_SCALE {
                self.run = 0;
                continue;
            }
            self.run += 1;
            if self.run == Self::SHORTEST_RUN {
                self.samples += Self::SHORTEST_RUN;
                self.first.get_or_insert(position + 1 - Self::SHORTEST_RUN);
            } else if self.run > Self::SHORTEST_RUN {
                self.samples += 1;
            }
        }
    }
}
