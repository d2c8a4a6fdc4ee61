//! As-run records: what a station or an operator says happened. Planned items are another type; they share the id.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::ids::{AiringId, Sha256, StationId};

/// Samples a second of every rendition and journal figure.
pub const SAMPLE_RATE_HZ: u64 = 48_000;

/// Milliseconds in that many samples, rounded down.
pub fn samples_to_ms(samples: u64) -> u64 {
    samples.saturating_mul(1000) / SAMPLE_RATE_HZ
}

/// How an outcome is known, weakest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Evidence {
    /// Nobody said anything.
    None,
    /// An operator's word (người trực xác nhận).
    Declared,
    /// A device's chained journal (nhật ký thiết bị).
    Played,
    /// A recording off air (ghi âm kiểm chứng).
    Heard,
}

/// Why something did not air in full, or not at all.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Cause {
    /// The agent was not running: power cut, killed, switched off.
    NotRunning,
    /// The agent ended in the middle of the item.
    Interrupted,
    /// The audio was not in the cache in time.
    NoAudio,
    /// Audio, manifest or rundown does not verify.
    NotVerified,
    /// The output died, stalled or refused samples.
    SinkFailed,
    /// The audio could not be decoded.
    DecodeFailed,
    /// The clock was not trusted.
    Clock,
    /// A new rundown or a withdrawal took it off.
    Withdrawn,
    /// Another item still played at its latest start.
    Busy,
    /// The slot or the guard's hours ended.
    SlotEnded,
    /// A stop order silenced it.
    Stopped,
    /// An urgent bulletin broke in.
    Urgent,
    /// A break-in order had expired before it could begin.
    Expired,
    /// Power cut, said by an operator.
    PowerCut,
    /// Transmitter or loudspeakers broken, said by an operator.
    Equipment,
    /// No operator at the station.
    NoOperator,
    /// Something else; the note says what. Causes that this version does not know read as this.
    #[serde(other)]
    Other,
}

/// What was said of one airing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "said", rename_all = "snake_case")]
pub enum Said {
    /// Samples were consumed by the output.
    Played {
        /// Samples at 48 kHz.
        samples: u64,
        /// First sample.
        began_at: DateTime<Utc>,
        /// Last sample.
        ended_at: DateTime<Utc>,
    },
    /// An operator says all of it aired.
    AiredInFull {
        /// When it began, if it was not as planned.
        began_at: Option<DateTime<Utc>>,
    },
    /// An operator says part of it aired.
    AiredInPart {
        /// Milliseconds that aired.
        played_ms: u64,
    },
    /// It did not air.
    Missed,
    /// An operator takes back what they said before.
    Undone,
}

/// One record; records are appended, never changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Record {
    /// Station.
    pub station: StationId,
    /// Airing.
    pub airing: AiringId,
    /// Version of the rundown it was played from, if any.
    pub rundown_version: Option<u32>,
    /// Rendition played, if any.
    pub rendition: Option<Sha256>,
    /// Strength: [`Evidence::Played`] for a device, [`Evidence::Declared`] for an operator.
    pub evidence: Evidence,
    /// What was said.
    #[serde(flatten)]
    pub said: Said,
    /// Why, if something went wrong.
    pub cause: Option<Cause>,
    /// More words: the sink's error, the operator's reason.
    pub note: Option<String>,
    /// Who said it: a sink's name for a device, a user's name for an operator.
    pub by: String,
    /// When the center accepted it.
    pub accepted_at: DateTime<Utc>,
    /// Order of acceptance at the center; a later one of the same strength corrects an earlier one.
    pub serial: i64,
}
