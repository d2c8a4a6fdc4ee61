//! What recordings look like, and whether the library holds one already: the same file, or the same sound in another
//! file.

use super::{Center, CenterError};
use crate::audio::findings::{Finding, Report, Severity, length, place};
use crate::domain::ids::{BulletinCode, Sha256};
use crate::domain::likeness::{Likeness, compare, marks};
use crate::domain::portrait::{Portrait, Waveform};
use crate::store::portraits::Holder;

/// Recordings that share marks and are compared in full.
const CANDIDATES: usize = 8;

/// Near-duplicates that are named.
const NAMED: usize = 3;

const SAY_WHETHER: &str =
    "Hãy nghe lại: nếu là nội dung cũ thì dùng lại bản tin đã có; nếu có chủ ý phát lại thì không cần làm gì.";

impl Center {
    /// The outline of a rendition; none for one made before outlines were kept.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn waveform(&self, rendition: &Sha256) -> Result<Option<Waveform>, CenterError> {
        Ok(self.store.waveform(rendition).await?)
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
