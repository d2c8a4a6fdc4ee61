//! What a rendition looks like: its waveform, measured in the stored master, which has the same timeline.

use std::path::Path;

use super::{Center, CenterError};
use crate::domain::ids::Sha256;
use crate::domain::portrait::{WAVEFORM_BUCKETS, Waveform};

impl Center {
    /// The outline of a rendition; none when no version has it, or its master cannot be read.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn waveform(&self, rendition: &Sha256) -> Result<Option<Waveform>, CenterError> {
        let versions = self.store.bulletin_versions(None).await?;
        let Some(row) = versions.into_iter().find(|row| row.sound.rendition == *rendition) else { return Ok(None) };
        let master = self.master_file(&row.sound.master);
        tokio::task::spawn_blocking(move || measure(&master))
            .await
            .map_err(|error| CenterError::Broken(error.to_string()))
    }
}

/// Reads the WAV once, a sample at a time; a missing or odd file only costs the picture.
fn measure(master: &Path) -> Option<Waveform> {
    let mut reader = hound::WavReader::open(master).ok()?;
    let spec = reader.spec();
    if spec.sample_format != hound::SampleFormat::Int {
        return None;
    }
    let samples = u64::from(reader.duration());
    let channels = usize::from(spec.channels.max(1));
    let full_scale = 1_u64 << spec.bits_per_sample.clamp(1, 32).saturating_sub(1);
    let buckets = WAVEFORM_BUCKETS as u64;
    let mut peaks = vec![0_u8; WAVEFORM_BUCKETS];
    for (at, sample) in (0_u64..).zip(reader.samples::<i32>().step_by(channels)) {
        let height = u64::from(sample.ok()?.unsigned_abs()) * 255 / full_scale;
        let bucket = usize::try_from(at * buckets / samples.max(1)).ok()?.min(WAVEFORM_BUCKETS - 1);
        peaks[bucket] = peaks[bucket].max(u8::try_from(height).unwrap_or(u8::MAX));
    }
    Some(Waveform { duration_ms: samples * 1000 / u64::from(spec.sample_rate.max(1)), peaks })
}
