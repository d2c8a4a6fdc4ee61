//! What recordings look like, and whether the library holds one already: the same file, or the same sound in another
//! file.

use std::path::Path;

use super::taking::blocking;
use super::{Center, CenterError};
use crate::audio::findings::{Finding, Report, Severity, length, place};
use crate::domain::ids::{BulletinCode, Sha256};
use crate::domain::likeness::{Likeness, compare, marks};
use crate::domain::portrait::{Portrait, WAVEFORM_BUCKETS, Waveform};
use crate::store::portraits::Holder;

/// Recordings that share marks and are compared in full.
const CANDIDATES: usize = 8;

/// Near-duplicates that are named.
const NAMED: usize = 3;

const SAY_WHETHER: &str =
    "Hãy nghe lại: nếu là nội dung cũ thì dùng lại bản tin đã có; nếu có chủ ý phát lại thì không cần làm gì.";

impl Center {
    /// The outline of a rendition; none when no version has it, or its master cannot be read.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn waveform(&self, rendition: &Sha256) -> Result<Option<Waveform>, CenterError> {
        if let Some(held) = self.store.waveform(rendition).await? {
            return Ok(Some(held));
        }
        // Made before outlines were kept: its master has the same timeline.
        let versions = self.store.bulletin_versions(None).await?;
        let Some(row) = versions.into_iter().find(|row| row.sound.rendition == *rendition) else { return Ok(None) };
        let master = self.master_file(&row.sound.master);
        blocking(move || Ok(measure(&master))).await
    }

    /// Keeps what a rendition looks and sounds like, so that pages can draw it and later uploads find it.
    ///
    /// # Errors
    /// When the store fails.
    pub(super) async fn keep_portrait(
        &self,
        rendition: &Sha256,
        original: &Sha256,
        portrait: &Portrait,
    ) -> Result<(), CenterError> {
        let marks = marks(&portrait.fingerprint);
        self.store.add_portrait(rendition, original, portrait, &marks, crate::clock::now()).await?;
        Ok(())
    }

    /// Adds a finding for each other bulletin that holds this recording already. Other versions of the same bulletin
    /// do not count: mending one is what versions are for.
    ///
    /// # Errors
    /// When the store fails.
    pub(super) async fn note_likeness(
        &self,
        code: Option<&BulletinCode>,
        original: &Sha256,
        portrait: Option<&Portrait>,
        report: &mut Report,
    ) -> Result<(), CenterError> {
        let held = codes(self.store.holders_of_original(original).await?, code);
        if !held.is_empty() {
            report.add(duplicate(&held));
        }
        let Some(portrait) = portrait else { return Ok(()) };
        let least = self.schedules().await?.desk.check.near_duplicate_percent;
        let mut named = held;
        let mut left = NAMED;
        for candidate in self.store.portraits_sharing(&marks(&portrait.fingerprint), CANDIDATES).await? {
            let Some(found) = compare(&portrait.fingerprint, &candidate.fingerprint) else { continue };
            if found.percent_of_one.max(found.percent_of_other) < least || left == 0 {
                continue;
            }
            let mut holders = codes(self.store.holders_of_rendition(&candidate.rendition).await?, code);
            holders.retain(|holder| !named.contains(holder));
            if !holders.is_empty() {
                report.add(near_duplicate(&holders, &found));
                named.extend(holders);
                left -= 1;
            }
        }
        Ok(())
    }
}

/// The codes of other bulletins, each once.
fn codes(holders: Vec<Holder>, own: Option<&BulletinCode>) -> Vec<BulletinCode> {
    let mut codes: Vec<BulletinCode> =
        holders.into_iter().map(|holder| holder.code).filter(|code| Some(code) != own).collect();
    codes.dedup();
    codes
}

fn listed(codes: &[BulletinCode]) -> String {
    codes.iter().map(BulletinCode::as_str).collect::<Vec<_>>().join(", ")
}

fn duplicate(codes: &[BulletinCode]) -> Finding {
    let message = format!("Tệp này đã có trong bản tin {}: giống nhau từng byte.", listed(codes));
    Finding::new("duplicate", Severity::Warn, message, SAY_WHETHER)
}

fn near_duplicate(codes: &[BulletinCode], found: &Likeness) -> Finding {
    let message = format!(
        "Âm thanh giống bản tin {}: {} từ {} trùng với đoạn bắt đầu ở {} của bản tin đó, bằng {} % tệp này và {} % bản tin đó.",
        listed(codes),
        length(found.length_ms),
        place(found.at_ms_in_one),
        place(found.at_ms_in_other),
        found.percent_of_one,
        found.percent_of_other
    );
    Finding::new("near_duplicate", Severity::Warn, message, SAY_WHETHER).at(found.at_ms_in_one)
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
