//! Finds silent stretches of 48 kHz mono sound in windows of 50 ms.

use super::SAMPLES_PER_MS;
use super::measure::{Silence, amplitude};

/// Length of the windows in which silence is looked for, in samples (50 ms).
const WINDOW: usize = 50 * SAMPLES_PER_MS as usize;

/// Places of silence inside a recording that are kept.
const PLACES: usize = 20;

/// Judges windows by their power without their mean: a constant voltage is as silent as none.
#[derive(Debug)]
pub(super) struct SilenceTracker {
    threshold_power: f64,
    max_gap_ms: u64,
    sum: f64,
    power: f64,
    in_window: usize,
    windows: u64,
    silent_run: u64,
    head: Option<u64>,
    pub(super) gaps: Vec<Silence>,
    pub(super) gap_count: u64,
}

impl SilenceTracker {
    pub(super) fn new(silence_dbfs: f64, max_gap_ms: u64) -> Self {
        Self {
            threshold_power: amplitude(silence_dbfs).powi(2),
            max_gap_ms,
            sum: 0.0,
            power: 0.0,
            in_window: 0,
            windows: 0,
            silent_run: 0,
            head: None,
            gaps: Vec::new(),
            gap_count: 0,
        }
    }

    pub(super) fn push(&mut self, mut block: &[f32]) {
        while !block.is_empty() {
            let take = (WINDOW - self.in_window).min(block.len());
            let (now, later) = block.split_at(take);
            for sample in now {
                let value = f64::from(*sample);
                self.sum += value;
                self.power += value * value;
            }
            self.in_window += take;
            block = later;
            if self.in_window == WINDOW {
                self.close_window();
            }
        }
    }

    pub(super) fn finish(&mut self) {
        if self.in_window > 0 {
            self.close_window();
        }
    }

    fn close_window(&mut self) {
        let samples = self.in_window as f64;
        let mean = self.sum / samples;
        let silent = self.power / samples - mean * mean < self.threshold_power;
        (self.sum, self.power, self.in_window) = (0.0, 0.0, 0);
        if silent {
            self.silent_run += 1;
        } else {
            if self.head.is_none() {
                self.head = Some(self.silent_run);
            } else if window_ms(self.silent_run) > self.max_gap_ms {
                self.gap_count += 1;
                if self.gaps.len() < PLACES {
                    self.gaps.push(Silence {
                        at_ms: window_ms(self.windows - self.silent_run),
                        duration_ms: window_ms(self.silent_run),
                    });
                }
            }
            self.silent_run = 0;
        }
        self.windows += 1;
    }

    pub(super) fn all_silent(&self) -> bool {
        self.head.is_none()
    }

    pub(super) fn head_ms(&self) -> u64 {
        window_ms(self.head.unwrap_or(self.windows))
    }

    pub(super) fn tail_ms(&self) -> u64 {
        window_ms(self.silent_run)
    }
}

fn window_ms(windows: u64) -> u64 {
    windows * WINDOW as u64 / SAMPLES_PER_MS
}
