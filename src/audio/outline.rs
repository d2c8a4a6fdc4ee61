//! The waveform of a recording whose length is not known beforehand, in little memory.

use super::SAMPLES_PER_MS;
use crate::domain::portrait::{WAVEFORM_BUCKETS, Waveform};

/// Spans that are kept; when they are full, neighbours are joined and each is twice as long.
const SPANS: usize = 16 * 1024;

/// Keeps the highest absolute sample of each span.
#[derive(Debug)]
pub struct Outline {
    peaks: Vec<f32>,
    /// Samples of one span; one millisecond at first.
    span: usize,
    in_span: usize,
    peak: f32,
    samples: u64,
}

impl Outline {
    /// An outline of nothing.
    pub fn new() -> Self {
        Self { peaks: Vec::with_capacity(SPANS), span: SAMPLES_PER_MS as usize, in_span: 0, peak: 0.0, samples: 0 }
    }

    /// Takes the next block; 1.0 is full scale.
    pub fn push(&mut self, mut block: &[f32]) {
        self.samples += block.len() as u64;
        while !block.is_empty() {
            let (now, later) = block.split_at((self.span - self.in_span).min(block.len()));
            self.peak = now.iter().fold(self.peak, |peak, sample| peak.max(sample.abs()));
            self.in_span += now.len();
            block = later;
            if self.in_span == self.span {
                self.close_span();
            }
        }
    }

    fn close_span(&mut self) {
        self.peaks.push(self.peak);
        (self.peak, self.in_span) = (0.0, 0);
        if self.peaks.len() == SPANS {
            for index in 0..SPANS / 2 {
                self.peaks[index] = self.peaks[2 * index].max(self.peaks[2 * index + 1]);
            }
            self.peaks.truncate(SPANS / 2);
            self.span *= 2;
        }
    }

    /// The waveform. A bucket's edges are right to a sixteenth of its length or to a millisecond.
    pub fn finish(mut self) -> Waveform {
        let duration_ms = self.samples / SAMPLES_PER_MS;
        if self.in_span > 0 {
            self.peaks.push(self.peak);
        }
        let edge = |bucket: usize| bucket as u64 * self.samples / WAVEFORM_BUCKETS as u64 / self.span as u64;
        let peaks = (0..WAVEFORM_BUCKETS).map_while(|bucket| {
            let begin = edge(bucket) as usize;
            let end = (edge(bucket + 1) as usize).max(begin + 1).min(self.peaks.len());
            let peak = self
                .peaks
                .get(begin..end)
                .filter(|part| !part.is_empty())?
                .iter()
                .fold(0.0_f32, |peak, one| peak.max(*one));
            Some((peak * 255.0).round().min(255.0) as u8)
        });
        Waveform { duration_ms, peaks: peaks.collect() }
    }
}

impl Default for Outline {
    fn default() -> Self {
        Self::new()
    }
}
