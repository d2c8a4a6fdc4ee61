//! The wave between samples: what a loudspeaker makes of them may be higher than any of them (ITU-R BS.1770 annex 2).

use std::f64::consts::PI;

/// Samples on either side that the interpolator hears.
pub(super) const REACH: usize = 16;

/// Shape of the window; with this and the reach, it finds the peaks that ffmpeg's meter finds.
const KAISER: f64 = 9.0;

/// Points between two samples that are looked at: four times the rate, as the standard asks.
const PHASES: usize = 3;

/// No interpolated point exceeds the highest sample that it is made of by more than this factor.
pub(super) const GROWTH: f32 = 2.4;

/// Sums that are kept side by side, so that the processor adds them at once; always in this order, so that every
/// machine finds the same figure.
const LANES: usize = 8;

/// Interpolates at a quarter, a half and three quarters between two samples.
#[derive(Debug)]
pub(super) struct Interpolator {
    taps: [[f32; 2 * REACH]; PHASES],
}

impl Interpolator {
    pub(super) fn new() -> Self {
        Self { taps: taps() }
    }

    /// The highest absolute point between the two samples in the middle of `window`, which has `2 * REACH`.
    pub(super) fn peak(&self, window: &[f32]) -> f32 {
        let samples = window.as_chunks::<LANES>().0;
        let at = |taps: &[f32; 2 * REACH]| {
            let mut sums = [0.0; LANES];
            for (taps, samples) in taps.as_chunks::<LANES>().0.iter().zip(samples) {
                for ((sum, tap), sample) in sums.iter_mut().zip(taps).zip(samples) {
                    *sum += tap * sample;
                }
            }
            sums.iter().sum::<f32>()
        };
        self.taps.iter().map(|taps| at(taps).abs()).fold(0.0, f32::max)
    }
}

/// A sinc under a Kaiser window, for the points at a quarter, a half and three quarters between two samples. The
/// windows' middle lies between taps `REACH - 1` and `REACH`.
fn taps() -> [[f32; 2 * REACH]; PHASES] {
    let mut all = [[0.0; 2 * REACH]; PHASES];
    for (phase, taps) in all.iter_mut().enumerate() {
        let point = (REACH - 1) as f64 + (phase as f64 + 1.0) / (PHASES as f64 + 1.0);
        for (place, tap) in taps.iter_mut().enumerate() {
            let distance = place as f64 - point;
            let across = (distance / REACH as f64).powi(2).min(1.0);
            let window = bessel(KAISER * (1.0 - across).sqrt()) / bessel(KAISER);
            *tap = ((PI * distance).sin() / (PI * distance) * window) as f32;
        }
        let sum: f32 = taps.iter().sum();
        taps.iter_mut().for_each(|tap| *tap /= sum);
    }
    all
}

/// The modified Bessel function of the first kind and order zero, by its series.
fn bessel(x: f64) -> f64 {
    let (mut sum, mut term) = (1.0, 1.0);
    for k in 1..40 {
        term *= (x / 2.0 / f64::from(k)).powi(2);
        sum += term;
    }
    sum
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_point_grows_beyond_the_stated_factor() {
        for taps in taps() {
            assert!(taps.iter().map(|tap| tap.abs()).sum::<f32>() < GROWTH);
            assert!((taps.iter().sum::<f32>() - 1.0).abs() < 1e-5);
        }
    }
}
