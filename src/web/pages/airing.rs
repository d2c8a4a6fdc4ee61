//! One airing with everything known of it: plan beside fact, and every record that was ever made.

use askama::Template;
use chrono::NaiveDateTime;

use super::frame::Frame;
use super::status::{Icon, Outcome, Sign};
use crate::domain::as_run::{Cause, Evidence};

/// `/doi-soat/{airing}`.
#[derive(Debug, Clone, Template)]
#[template(path = "airing.html")]
pub struct AiringPage {
    /// Around the page.
    pub frame: Frame,
    /// Airing id, hex.
    pub airing: String,
    /// Station id.
    pub station_id: String,
    /// Station's name.
    pub station: String,
    /// Area's name on that day.
    pub area: String,
    /// Bulletin's code.
    pub bulletin: String,
    /// Bulletin's version planned.
    pub bulletin_version: u32,
    /// Bulletin's title.
    pub title: String,
    /// What became of it.
    pub outcome: Outcome,
    /// Whether it began late.
    pub late: bool,
    /// By how much, ms, if known.
    pub late_ms: Option<u64>,
    /// How it is known.
    pub evidence: Evidence,
    /// Why it went wrong.
    pub cause: Option<Cause>,
    /// What excuses it and who declared that, in words.
    pub excuse: Option<String>,
    /// Planned start, local.
    pub planned_start: NaiveDateTime,
    /// Planned length, ms.
    pub planned_ms: u64,
    /// Actual start, local, if known.
    pub actual_start: Option<NaiveDateTime>,
    /// Actual length, ms, if known.
    pub actual_ms: Option<u64>,
    /// SHA-256 of the planned rendition, hex.
    pub planned_sha256: String,
    /// SHA-256 of what was played, hex, if known.
    pub actual_sha256: Option<String>,
    /// Who ordered it and why, in words; none for what is of the plan.
    pub order: Option<String>,
    /// Version of the counting rundown.
    pub rundown_version: u32,
    /// When the center issued it, local.
    pub rundown_issued_at: NaiveDateTime,
    /// Digest of the approval manifest's envelope, hex.
    pub manifest_sha256: Option<String>,
    /// Every record, the oldest first.
    pub records: Vec<RecordView>,
    /// Path and query of the list to go back to.
    pub back: String,
}

/// A record as accepted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordView {
    /// How strong.
    pub evidence: Evidence,
    /// What was said, in words.
    pub text: String,
    /// A device's or a person's name.
    pub by: String,
    /// When the center accepted it, local.
    pub accepted_at: NaiveDateTime,
    /// Why, if something went wrong.
    pub cause: Option<Cause>,
    /// More words.
    pub note: Option<String>,
    /// SHA-256 of what was played, hex.
    pub rendition_sha256: Option<String>,
    /// Rundown it was played from.
    pub rundown_version: Option<u32>,
    /// Sequence number in the device's journal.
    pub journal_seq: Option<u64>,
    /// Whether a later or stronger record decides instead.
    pub overruled: bool,
}

impl AiringPage {
    /// The page as HTML.
    pub fn render(&self) -> Result<String, askama::Error> {
        super::render(self)
    }

    fn sign(&self) -> Sign {
        self.outcome.sign(self.frame.w, self.late, self.evidence == Evidence::Declared)
    }

    fn record_icon(&self, record: &RecordView) -> Icon {
        Icon(match record.evidence {
            Evidence::Heard => "wave",
            Evidence::Played => "log",
            Evidence::Declared => "hand",
            Evidence::None => "ask",
        })
    }

    fn start_sign(&self) -> Option<Sign> {
        let shown = self.frame.w.seconds(self.actual_start?);
        Some(if self.late { self.frame.warn(shown) } else { self.frame.good(shown) })
    }

    fn length_sign(&self) -> Option<Sign> {
        let played_ms = self.actual_ms?;
        let shown = self.frame.w.clock(played_ms);
        // A second of grace, as in "What counts".
        Some(if played_ms + 1000 >= self.planned_ms { self.frame.good(shown) } else { self.frame.warn(shown) })
    }

    fn audio_sign(&self) -> Option<Sign> {
        let actual = self.actual_sha256.as_deref()?;
        let shown = short(actual);
        Some(if actual == self.planned_sha256 { self.frame.good(shown) } else { self.frame.bad(shown) })
    }

    fn planned_audio(&self) -> String {
        short(&self.planned_sha256)
    }
}

/// The two ends of a hash, for comparing by eye; the whole stands in the list of records.
fn short(hash: &str) -> String {
    match (hash.get(..8), hash.get(hash.len().saturating_sub(4)..)) {
        (Some(head), Some(tail)) if hash.len() > 12 => format!("{head}…{tail}"),
        _ => hash.to_owned(),
    }
}
