//! One line of a station's journal: JSON, hash-chained, readable with `cat`. Readers ignore kinds and fields they do
//! not know.

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

use crate::domain::as_run::Cause;
use crate::domain::ids::{AiringId, Sha256};

/// What a line tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// The agent started.
    Opened,
    /// An item is about to sound; synced before its first sample.
    Begin,
    /// An item ended; the samples its sink consumed.
    End,
    /// An item did not sound.
    Missed,
    /// Filler: about to sound where there are no samples yet, else over. Never an airing's.
    Filler,
    /// Something did not verify and will not play.
    Refused,
    /// Something worth knowing.
    Note,
    /// A kind this version does not know.
    #[serde(other)]
    Unknown,
}

/// How far the clock could be believed when the line was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ClockState {
    /// Agreed with the center's time since the agent started.
    Attested,
    /// The machine's own time, not before anything journaled.
    System,
    /// Not believed; states that this version does not know read as this.
    #[serde(other)]
    Untrusted,
}

/// A line. `prev` is the SHA-256 of the line before, its exact bytes without the newline.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct JournalLine {
    /// Version of the form, 1.
    pub v: u32,
    /// From 0, without gaps.
    pub seq: u64,
    /// Random name of this run of the agent.
    pub boot: String,
    /// The line before.
    pub prev: Sha256,
    /// What it tells.
    pub kind: Kind,
    /// The airing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub airing: Option<AiringId>,
    /// The rundown's day.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub date: Option<NaiveDate>,
    /// The rundown's version.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rundown_version: Option<u32>,
    /// SHA-256 of the rendition.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub audio: Option<Sha256>,
    /// The output.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sink: Option<String>,
    /// Samples at 48 kHz that the output consumed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub samples: Option<u64>,
    /// When the first sample sounded.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub began_at: Option<DateTime<Utc>>,
    /// Why it fell short.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cause: Option<Cause>,
    /// More words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    /// When the line was written; for an end, when the last sample sounded.
    pub at: DateTime<Utc>,
    /// How far `at` can be believed.
    pub clock: ClockState,
}
