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

/// Samples looked at in each bucket, at most: a picture of two hours costs no more than one of a minute.
const LOOKED_AT: u64 = 2048;

/// Looks into each bucket of the WAV; a missing or odd file only costs the picture.
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
    let mut peaks = Vec::with_capacity(WAVEFORM_BUCKETS);
    for bucket in 0..buckets {
        let (first, end) = (bucket * samples / buckets, (bucket + 1) * samples / buckets);
        reader.seek(u32::try_from(first).ok()?).ok()?;
        let looked_at = usize::try_from((end - first).clamp(1, LOOKED_AT)).ok()?;
        let heard = reader.samples::<i32>().step_by(channels).take(looked_at);
        let highest = heard.map_while(Result::ok).map(i32::unsigned_abs).max().unwrap_or(0);
        peaks.push(u8::try_from(u64::from(highest) * 255 / full_scale).unwrap_or(u8::MAX));
    }
    Some(Waveform { duration_ms: samples * 1000 / u64::from(spec.sample_rate.max(1)), peaks })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_picture_has_its_silence_where_the_sound_has_it() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("a.wav");
        let spec = hound::WavSpec {
            channels: 1,
            sample_rate: 48_000,
            bits_per_sample: 24,
            sample_format: hound::SampleFormat::Int,
        };
        let mut writer = hound::WavWriter::create(&file, spec).unwrap();
        for at in 0..96_000_i32 {
            let loud = if at % 2 == 0 { 4_194_304 } else { -4_194_304 };
            writer.write_sample(if at < 48_000 { 0 } else { loud }).unwrap();
        }
        writer.finalize().unwrap();
        let waveform = measure(&file).unwrap();
        assert_eq!((waveform.duration_ms, waveform.peaks.len()), (2000, WAVEFORM_BUCKETS));
        assert!(waveform.peaks[..500].iter().all(|peak| *peak == 0));
        assert!(waveform.peaks[500..].iter().all(|peak| *peak == 127));
        assert_eq!(measure(&folder.path().join("gone.wav")), None);
    }
}
