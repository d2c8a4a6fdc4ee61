//! What the upload check found of a version: read as it was stored, and laid on the timeline of what stations play.

use std::collections::BTreeSet;

use serde::Deserialize;

pub use crate::audio::findings::Severity;
pub use crate::audio::probe::Limits;
pub use crate::audio::{TARGET_LUFS, TRUE_PEAK_CEILING_DBTP};
use crate::domain::bulletin::Sound;
use crate::store::bulletins::VersionRow;

/// The check of one version.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Check {
    /// Short name of the container, if it was known.
    pub container: Option<String>,
    /// Short name of the codec.
    pub codec: Option<String>,
    /// Sample rate of the original, hertz.
    pub sample_rate_hz: Option<u32>,
    /// Channels of the original.
    pub channels: Option<u32>,
    /// Findings in the order of the recording; those that concern the whole of it last.
    pub findings: Vec<Found>,
}

/// One finding of a version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// Names it within its version: the rule's word and where the original has it.
    pub key: String,
    /// Which rule, in a word that never changes.
    pub code: String,
    /// How much it weighs.
    pub severity: Severity,
    /// Where in what stations play, ms; none when it concerns the whole.
    pub at_ms: Option<u64>,
    /// The sentence.
    pub message: String,
    /// What to do.
    pub remedy: String,
    /// Its number on the waveform and in the table, from 1; none for a note about the whole.
    pub number: Option<u32>,
}

impl Found {
    /// Whether an approver must open it first.
    pub fn warns(&self) -> bool {
        self.severity != Severity::Note
    }
}

impl Check {
    /// The check of a version. A finding that cannot be read, of whatever program, is a warning: better to listen once
    /// too often than to approve what nobody heard.
    pub fn of(row: &VersionRow) -> Self {
        let stored = read(&row.findings);
        let mut findings: Vec<Found> = Vec::with_capacity(stored.findings.len());
        let mut seen = BTreeSet::new();
        for finding in stored.findings {
            let finding: StoredFinding = serde_json::from_value(finding).unwrap_or_else(|_| unreadable());
            let mut key = key_of(&finding);
            while !seen.insert(key.clone()) {
                key.push('+');
            }
            findings.push(found(finding, key, &row.sound));
        }
        findings.sort_by_key(|one| (one.at_ms.is_none(), one.at_ms, !one.warns()));
        let counted = findings.iter_mut().filter(|one| one.warns() || one.at_ms.is_some());
        for (number, one) in (1..).zip(counted) {
            one.number = Some(number);
        }
        Self {
            container: stored.container,
            codec: stored.codec,
            sample_rate_hz: stored.sample_rate_hz,
            channels: stored.channels,
            findings,
        }
    }

    /// What an approver must open before approving.
    pub fn warnings(&self) -> impl Iterator<Item = &Found> {
        self.findings.iter().filter(|one| one.warns())
    }
}

/// The report as far as it is shown; fields of a later program are no matter.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Stored {
    container: Option<String>,
    codec: Option<String>,
    sample_rate_hz: Option<u32>,
    channels: Option<u32>,
    findings: Vec<serde_json::Value>,
}

#[derive(Deserialize)]
struct StoredFinding {
    code: String,
    severity: Severity,
    #[serde(default)]
    at_ms: Option<u64>,
    message: String,
    #[serde(default)]
    remedy: String,
}

/// The stored report; one that is none at all has one finding nobody can read.
fn read(text: &str) -> Stored {
    if text == "[]" {
        return Stored::default();
    }
    serde_json::from_str(text)
        .unwrap_or_else(|_| Stored { findings: vec![serde_json::Value::Null], ..Stored::default() })
}

fn unreadable() -> StoredFinding {
    StoredFinding {
        code: "unreadable".into(),
        severity: Severity::Warn,
        at_ms: None,
        message: "Không đọc được một kết quả kiểm tra đã lưu.".into(),
        remedy: "Hãy nghe cả bản tin trước khi duyệt.".into(),
    }
}

fn key_of(finding: &StoredFinding) -> String {
    finding.at_ms.map_or_else(|| finding.code.clone(), |at_ms| format!("{}@{at_ms}", finding.code))
}

fn found(finding: StoredFinding, key: String, sound: &Sound) -> Found {
    Found {
        key,
        at_ms: finding.at_ms.map(|at_ms| on_rendition(at_ms, sound)),
        code: finding.code,
        severity: finding.severity,
        message: finding.message,
        remedy: finding.remedy,
        number: None,
    }
}

/// A place in the original as a place in what stations play: earlier by the silence that was cut off before it.
fn on_rendition(at_ms: u64, sound: &Sound) -> u64 {
    let cut_ms = sound.mend.as_ref().map_or(0, |mend| mend.trimmed_head_ms);
    at_ms.saturating_sub(cut_ms).min(sound.duration_ms)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::bulletin::Mend;

    fn row(findings: &str) -> VersionRow {
        let facts = r#"{"code":"A-1","title":"Tin","topic":1,"priority":"ordinary","producer":"Sở","language":"vi","source_document":"","transcript":"Lời.","target":{"areas":["49"]},"airs_from":"2024-06-01","airs_to":"2024-06-30"}"#;
        let digest = crate::domain::ids::Sha256::of(b"x");
        VersionRow {
            version: 1,
            digest,
            facts: serde_json::from_str(facts).unwrap(),
            sound: Sound {
                original: digest,
                master: digest,
                rendition: digest,
                rendition_bytes: 1,
                duration_ms: 60_000,
                original_lufs: -18.0,
                reached_lufs: -16.0,
                reached_true_peak_dbtp: -1.5,
                mend: None,
            },
            findings: findings.into(),
            author: "an".into(),
            file_name: "a.mp3".into(),
            created_at: chrono::DateTime::UNIX_EPOCH,
            steps: Vec::new(),
        }
    }

    const THREE: &str = r#"{"container":"mp3","findings":[
        {"code":"too_quiet","severity":"warn","at_ms":null,"message":"a","remedy":"b"},
        {"code":"clipping","severity":"warn","at_ms":40000,"message":"a","remedy":"b"},
        {"code":"silence_inside","severity":"warn","at_ms":9000,"message":"a","remedy":"b"},
        {"code":"stereo_downmixed","severity":"note","at_ms":null,"message":"a","remedy":"b"}]}"#;

    #[test]
    fn findings_are_numbered_in_the_order_of_the_recording_and_notes_about_the_whole_are_not() {
        let check = Check::of(&row(THREE));
        let numbered: Vec<_> = check.findings.iter().map(|one| (one.key.as_str(), one.number)).collect();
        let expected = [
            ("silence_inside@9000", Some(1)),
            ("clipping@40000", Some(2)),
            ("too_quiet", Some(3)),
            ("stereo_downmixed", None),
        ];
        assert_eq!(numbered, expected);
        assert_eq!(check.warnings().count(), 3);
        assert_eq!(check.container.as_deref(), Some("mp3"));
    }

    #[test]
    fn a_place_moves_with_the_silence_that_was_cut_off_and_keeps_its_name() {
        let mut row = row(THREE);
        row.sound.mend = Some(Mend {
            gain_db: 2.0,
            limited_ms: 0,
            deepest_reduction_db: 0.0,
            gain_held_back: false,
            trimmed_head_ms: 10_000,
            trimmed_tail_ms: 0,
            mixed_from: Vec::new(),
        });
        let check = Check::of(&row);
        let places: Vec<_> = check.findings.iter().map(|one| (one.key.as_str(), one.at_ms)).collect();
        assert_eq!(places[..2], [("silence_inside@9000", Some(0)), ("clipping@40000", Some(30_000))]);
    }

    #[test]
    fn a_finding_nobody_can_read_is_a_warning_to_be_heard() {
        let odd = r#"{"findings":[{"code":"clipping","severity":"grave"},{"severity":"warn"}]}"#;
        for (text, warnings) in [(odd, vec!["unreadable", "unreadable+"]), ("[1", vec!["unreadable"]), ("{}", vec![])] {
            let check = Check::of(&row(text));
            let keys: Vec<&str> = check.warnings().map(|one| one.key.as_str()).collect();
            assert_eq!(keys, warnings, "{text}");
        }
        assert_eq!(Check::of(&row("[]")), Check::default());
    }
}
