//! The link: one WebSocket a station. The station says what it holds, the center answers with what it lacks; nothing
//! is queued, so any reconnect converges.

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

use crate::domain::ids::{BreakInId, Sha256, StationId};
use crate::domain::stop::Stop;

/// Where a station connects.
pub const PATH: &str = "/api/v1/link";
/// Where a station fetches renditions: this, a slash and the SHA-256.
pub const AUDIO_PATH: &str = "/api/v1/audio";
/// Version spoken; others are refused with a sentence.
pub const VERSION: u32 = 1;
/// Most journal lines in one message.
pub const MAX_LINES: usize = 200;
/// Longest message, bytes.
pub const MAX_MESSAGE_BYTES: usize = 8 * 1024 * 1024;

/// What a station answers to the challenge, sealed with its key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LinkAuth {
    /// The station.
    pub station: StationId,
    /// The center's challenge, so that an old answer cannot be used again.
    pub nonce: String,
}

/// A rundown held.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Held {
    /// Day.
    pub date: NaiveDate,
    /// Version.
    pub version: u32,
}

/// What a station holds.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Holding {
    /// Version of the trust list, 0 for none.
    pub trust_version: u32,
    /// Rundowns, newest of each day.
    pub rundowns: Vec<Held>,
    /// Digests of manifests.
    pub manifests: Vec<Sha256>,
    /// Renditions fetched and verified.
    pub renditions: Vec<Sha256>,
    /// Sequence number of the next journal line.
    pub journal_next: u64,
    /// Numbers of the stop orders in force, rising.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub stops: Vec<u64>,
    /// Numbers of the break-in orders held, rising.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub break_ins: Vec<BreakInId>,
}

/// Station to center.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Up {
    /// The answer to the challenge.
    Auth {
        /// Protocol version.
        version: u32,
        /// Who speaks.
        station: StationId,
        /// [`LinkAuth`], sealed.
        envelope: String,
    },
    /// What is held now; sent after each change.
    Holding(Holding),
    /// Journal lines, in order, exact bytes.
    Journal {
        /// The lines without their newlines.
        lines: Vec<String>,
        /// [`JournalHead`] after the last of them, sealed.
        head: String,
    },
}

/// Center to station.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Down {
    /// First word of the center.
    Challenge {
        /// To be signed.
        nonce: String,
    },
    /// The station is known.
    Welcome {
        /// Bearer token for audio, good for this connection.
        token: String,
        /// The center's time.
        time: DateTime<Utc>,
        /// First journal line the center lacks.
        journal_next: u64,
    },
    /// What the station lacked.
    State {
        /// The trust list, if the one held is older.
        trust: Option<String>,
        /// Rundowns, sealed.
        rundowns: Vec<String>,
        /// Manifests, sealed.
        manifests: Vec<String>,
        /// [`StopList`], sealed, if the one held differs.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        stops: Option<String>,
        /// Break-in orders, sealed.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        break_ins: Vec<String>,
    },
    /// Journal lines are durably kept.
    Ack {
        /// [`Ack`], sealed.
        envelope: String,
    },
    /// The center will not go on; the connection closes.
    Refused {
        /// Why and what to do.
        error: String,
    },
}

/// Everything that stop orders silence at a station now; takes the place of the list held.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StopList {
    /// For this station only.
    pub station: StationId,
    /// Rises with every stop order given or lifted anywhere: a lower one than held is refused.
    pub number: u64,
    /// In force, by number.
    pub stops: Vec<Stop>,
}

/// The head of a journal, as a station signs it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct JournalHead {
    /// Station.
    pub station: StationId,
    /// Sequence number of the next line.
    pub next_seq: u64,
    /// SHA-256 of the last line.
    pub hash: Sha256,
    /// When.
    pub at: DateTime<Utc>,
}

/// The center's signed word that lines below `next_seq` are durably kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Ack {
    /// Station.
    pub station: StationId,
    /// First line not yet kept.
    pub next_seq: u64,
    /// SHA-256 of the last kept line.
    pub hash: Sha256,
    /// When.
    pub at: DateTime<Utc>,
}
