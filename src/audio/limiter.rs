//! A look-ahead limiter: it sees a peak five milliseconds before it comes, turns down smoothly until then and up again
//! slowly. What lies below its ceiling passes through bit for bit.
//!
//! The gain of a sample is the mean of what the samples around it need (the lowest that any of them needs), so it is
//! never higher than what the sample itself needs, and never jumps.

use std::collections::VecDeque;

use super::SAMPLE_RATE_HZ;
use super::interpolate::{GROWTH, Interpolator, REACH};
use super::measure::{amplitude, decibels};

/// How long before a peak the gain begins to fall, in samples (5 ms).
const LOOK_AHEAD: usize = SAMPLE_RATE_HZ as usize / 200;

/// Time in which the gain recovers to within a third of what it fell, in samples (80 ms).
const RELEASE: f32 = SAMPLE_RATE_HZ as f32 * 0.08;

/// Samples that are looked at together to know whether interpolating is needed at all.
const LOOK: usize = 64;

/// A gain below this (0.1 dB) counts as limiting.
const NOTICEABLE: f32 = 0.988_553;

/// What the limiter did.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Limited {
    /// Samples that were turned down by more than 0.1 dB.
    pub samples: u64,
    /// The most that any sample was turned down, in dB.
    pub deepest_db: f64,
}

/// Limits 48 kHz mono sound, block by block. It gives as many samples as it takes.
#[derive(Debug)]
pub struct Limiter {
    ceiling: f32,
    between: Interpolator,
    /// Sound that was taken and not given yet, after `REACH` samples that were.
    sound: VecDeque<f32>,
    /// The last samples, for the interpolator.
    recent: Vec<f32>,
    /// What each sample needs, as far as the look-ahead reaches, lowest first: place and gain.
    lowest: VecDeque<(u64, f32)>,
    /// Gains that are averaged.
    averaged: VecDeque<f32>,
    sum: f64,
    released: f32,
    /// Need of the last sample from the point behind it.
    carried: f32,
    judged: u64,
    /// Samples in a row that were passed at full gain, as far as that matters.
    at_rest: usize,
    to_drop: usize,
    done: Limited,
    deepest: f32,
}

impl Limiter {
    /// A limiter to `ceiling_dbtp`, the highest true peak that it lets pass, in dB of full scale.
    pub fn new(ceiling_dbtp: f64) -> Self {
        let mut limiter = Self {
            ceiling: amplitude(ceiling_dbtp) as f32,
            between: Interpolator::new(),
            sound: VecDeque::new(),
            recent: vec![0.0; REACH],
            lowest: VecDeque::new(),
            averaged: VecDeque::from(vec![1.0; LOOK_AHEAD]),
            sum: LOOK_AHEAD as f64,
            released: 1.0,
            carried: 0.0,
            judged: 0,
            at_rest: 0,
            to_drop: LOOK_AHEAD,
            done: Limited { samples: 0, deepest_db: 0.0 },
            deepest: 1.0,
        };
        // Silence before the beginning, so that a first peak is seen as early as any other.
        limiter.push(&[0.0; LOOK_AHEAD], &mut Vec::new());
        limiter
    }

    /// Takes a block and appends what is ready to `out`.
    pub fn push(&mut self, block: &[f32], out: &mut Vec<f32>) {
        self.sound.extend(block);
        self.recent.extend_from_slice(block);
        let judgeable = self.recent.len().saturating_sub(2 * REACH);
        let mut begin = 0;
        while begin < judgeable {
            let end = (begin + LOOK).min(judgeable);
            self.judge(begin, end, out);
            begin = end;
        }
        self.recent.drain(..judgeable);
    }

    /// Appends what is still inside, and tells what was done.
    pub fn finish(mut self, out: &mut Vec<f32>) -> Limited {
        let wanted = out.len() + self.sound.len() - self.to_drop;
        self.push(&[0.0; LOOK_AHEAD + REACH], out);
        out.truncate(wanted);
        let deepest_db = -decibels(f64::from(self.deepest)).unwrap_or(0.0);
        Limited { deepest_db: deepest_db.max(0.0), ..self.done }
    }

    /// Finds what the samples `recent[REACH + begin..REACH + end]` need.
    fn judge(&mut self, begin: usize, end: usize, out: &mut Vec<f32>) {
        let around = &self.recent[begin..end + 2 * REACH];
        let loudest = around.iter().fold(0.0_f32, |peak, sample| peak.max(sample.abs()));
        if loudest * GROWTH <= self.ceiling {
            self.carried = 0.0;
            if self.at_rest > LOOK_AHEAD && self.to_drop == 0 {
                self.pass(end - begin, out);
                return;
            }
            for _ in begin..end {
                self.step(1.0, out);
            }
            return;
        }
        for place in begin..end {
            let here = self.recent[REACH + place].abs();
            // The points between this sample and the next concern both.
            let window = &self.recent[place + 1..place + 1 + 2 * REACH];
            let between = self.between.peak(window);
            let need = here.max(between).max(self.carried);
            self.carried = between;
            self.step(if need > self.ceiling { self.ceiling / need } else { 1.0 }, out);
        }
    }

    /// Takes so many samples that need nothing, while nothing else is turned down either: what [`Self::step`] does,
    /// at once.
    fn pass(&mut self, samples: usize, out: &mut Vec<f32>) {
        self.judged += samples as u64;
        self.lowest.clear();
        self.lowest.push_back((self.judged - 1, 1.0));
        out.extend(self.sound.drain(..samples));
    }

    /// Takes what the next sample needs; gives the sample that lies `LOOK_AHEAD` before it.
    fn step(&mut self, need: f32, out: &mut Vec<f32>) {
        while self.lowest.back().is_some_and(|(_, gain)| *gain >= need) {
            self.lowest.pop_back();
        }
        self.lowest.push_back((self.judged, need));
        if self.lowest.front().is_some_and(|(place, _)| place + (LOOK_AHEAD as u64) < self.judged) {
            self.lowest.pop_front();
        }
        self.judged += 1;
        if self.judged <= LOOK_AHEAD as u64 {
            return;
        }
        let lowest = self.lowest.front().map_or(1.0, |(_, gain)| *gain);
        let risen = self.released + (1.0 - self.released) / RELEASE;
        // Close to full, the rest is taken in one step: else it would never be reached.
        self.released = lowest.min(if risen > 0.9999 { 1.0 } else { risen });
        self.at_rest = if self.released < 1.0 { 0 } else { self.at_rest + 1 };
        self.averaged.push_back(self.released);
        self.sum += f64::from(self.released);
        let gain = (self.sum / (LOOK_AHEAD + 1) as f64) as f32;
        if let Some(oldest) = self.averaged.pop_front() {
            self.sum -= f64::from(oldest);
        }
        let Some(sample) = self.sound.pop_front() else { return };
        if self.to_drop > 0 {
            self.to_drop -= 1;
            return;
        }
        self.done.samples += u64::from(gain < NOTICEABLE);
        self.deepest = self.deepest.min(gain);
        out.push(sample * gain);
    }
}
