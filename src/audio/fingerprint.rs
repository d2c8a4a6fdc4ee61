//! The acoustic fingerprint of a recording, by which it is found again under another codec, level or start.

use rusty_chromaprint::{Configuration, Fingerprinter};

use super::SAMPLE_RATE_HZ;
use super::resample::{ResampleError, Resampler};
use crate::domain::portrait::Fingerprint;

/// The rate at which fingerprints are made, in hertz; given sound of this rate, the maker has nothing to convert.
const RATE_HZ: u32 = 11_025;

/// Makes a fingerprint of 48 kHz mono sound, block by block. It keeps four bytes for each 124 ms: 233 kB for the
/// longest recording that is accepted.
pub struct FingerprintMaker {
    resampler: Resampler,
    maker: Fingerprinter,
    ready: Vec<f32>,
    samples: Vec<i16>,
}

impl std::fmt::Debug for FingerprintMaker {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("FingerprintMaker").finish_non_exhaustive()
    }
}

impl FingerprintMaker {
    /// A maker that has heard nothing.
    pub fn new() -> Self {
        let mut maker = Fingerprinter::new(&Configuration::preset_test2());
        // Refused only for no channels or a rate of 1 kHz and less.
        let begun = maker.start(RATE_HZ, 1);
        debug_assert!(begun.is_ok(), "11,025 Hz mono is taken");
        Self { resampler: Resampler::to(RATE_HZ), maker, ready: Vec::new(), samples: Vec::new() }
    }

    /// Takes the next block; 1.0 is full scale.
    ///
    /// # Errors
    /// [`ResampleError`], a fault of the program.
    pub fn push(&mut self, block: &[f32]) -> Result<(), ResampleError> {
        self.resampler.push(SAMPLE_RATE_HZ, block, &mut self.ready)?;
        self.consume();
        Ok(())
    }

    fn consume(&mut self) {
        self.samples.clear();
        self.samples.extend(self.ready.drain(..).map(|sample| (sample * 32767.0) as i16));
        self.maker.consume(&self.samples);
    }

    /// Ends it.
    ///
    /// # Errors
    /// [`ResampleError`], a fault of the program.
    pub fn finish(mut self) -> Result<Fingerprint, ResampleError> {
        self.resampler.finish(&mut self.ready)?;
        self.consume();
        self.maker.finish();
        Ok(Fingerprint::new(self.maker.fingerprint().to_vec()))
    }
}

impl Default for FingerprintMaker {
    fn default() -> Self {
        Self::new()
    }
}
