//! The sound of a version: to hear, as a picture, and as the table of what was checked.

use super::frame::AudioLinks;
use super::status::{Sign, Tone};
use super::wave::WaveView;
use super::words::Words;

/// How bad a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Severity {
    /// The file is not taken.
    Refuse,
    /// To be heard before deciding.
    Warn,
    /// To be known.
    Note,
}

/// A version's sound.
#[derive(Debug, Clone, PartialEq)]
pub struct SoundView {
    /// To hear and download; none if the reader may not.
    pub audio: Option<AudioLinks>,
    /// The picture; none when it cannot be drawn.
    pub wave: Option<WaveView>,
    /// Length, ms.
    pub duration_ms: u64,
    /// The table.
    pub rows: Vec<CheckRow>,
    /// Which numbered finding the page was opened at.
    pub open: Option<u32>,
    /// What was done to it on the way to the master, in words.
    pub mended: Vec<String>,
    /// SHA-256 of the original, hex.
    pub original_sha256: String,
    /// SHA-256 of the rendition, hex.
    pub rendition_sha256: String,
}

/// A row of the table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CheckRow {
    /// What was checked.
    pub label: String,
    /// What was measured, or the finding's sentence.
    pub measured: String,
    /// What is asked for; may be empty.
    pub required: String,
    /// The word for a good row; of a finding's row the finding says.
    pub good: String,
    /// Whether the target was left unreached, which is known and no warning.
    pub short: bool,
    /// What was found; none for a good row.
    pub finding: Option<FindingView>,
}

/// What the check found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FindingView {
    /// Names it in forms.
    pub key: String,
    /// Its number here and on the picture; none for a note about the whole.
    pub number: Option<u32>,
    /// How bad.
    pub severity: Severity,
    /// What to do.
    pub remedy: String,
    /// Where in what stations play, ms; none when it concerns the whole.
    pub at_ms: Option<u64>,
    /// Whether the reader opened it; none where nobody asks them to.
    pub opened: Option<bool>,
}

impl SoundView {
    /// Whether any finding has a flag to jump to.
    pub fn has_places(&self) -> bool {
        self.rows.iter().filter_map(|row| row.finding.as_ref()).any(|finding| finding.number.is_some())
    }

    /// Whether the page was opened at that finding.
    pub fn is_open(&self, number: &u32) -> bool {
        self.open == Some(*number)
    }
}

impl FindingView {
    /// Where hearing it begins, ms.
    pub fn from_ms(&self) -> u64 {
        self.at_ms.unwrap_or(0)
    }

    /// The same in seconds for an address: `134.2`.
    pub fn from_seconds(&self) -> String {
        let at = self.from_ms();
        format!("{}.{}", at / 1000, at % 1000 / 100)
    }
}

impl CheckRow {
    /// Result with shape and colour.
    pub fn sign(&self, words: &Words) -> Sign {
        match self.finding.as_ref().map(|finding| finding.severity) {
            None if self.short => Sign::new("part", Tone::Idle, &self.good),
            None => Sign::new("ok", Tone::Ok, &self.good),
            Some(Severity::Refuse) => Sign::new("no", Tone::Fail, words.t("severity-refuse")),
            Some(Severity::Warn) => Sign::new("late", Tone::Warn, words.t("severity-warn")),
            Some(Severity::Note) => Sign::new("log", Tone::Idle, words.t("severity-note")),
        }
    }
}
