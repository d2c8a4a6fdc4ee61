//! Rundowns: a station's frozen, versioned list of items for one day. What is planned; as-run is another type.

use chrono::{DateTime, Duration, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

use super::filler::FillerSound;
use super::ids::{AiringId, BulletinCode, OrderId, RuleId, Sha256, StationId};
use super::overrun::Overrun;

/// What an item is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ItemKind {
    /// A bulletin of the department.
    Bulletin,
    /// The commune's own; without an airing id it is time reserved for it.
    Commune,
    /// Another station's live stream; listed, never counted.
    Relay,
    /// Sound that fills a gap; listed, never counted.
    Filler,
}

/// The slot an item stands in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SlotRef {
    /// Rule that made the slot.
    pub rule: RuleId,
    /// The slot's original start, as its rule gives it.
    pub start: DateTime<Utc>,
    /// The slot's actual end.
    pub end: DateTime<Utc>,
    /// The slot's actual start, where a dated exception moved it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub moved_to: Option<DateTime<Utc>>,
}

impl SlotRef {
    /// The slot's actual start.
    pub fn begins(&self) -> DateTime<Utc> {
        self.moved_to.unwrap_or(self.start)
    }

    /// Whether both mean one slot of a station, wherever it was moved.
    pub fn is_same(&self, other: &Self) -> bool {
        self.rule == other.rule && self.start == other.start
    }
}

/// The sound an item plays, and who approved it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlannedSound {
    /// Bulletin.
    pub bulletin: BulletinCode,
    /// Version of the bulletin.
    pub bulletin_version: u32,
    /// Rendition to play.
    pub rendition: Sha256,
    /// Digest of the approval manifest's envelope.
    pub manifest: Sha256,
    /// Order that asked for it.
    pub order: OrderId,
    /// Which play of that order in that slot, from 0.
    pub nth: u32,
}

/// One line of a rundown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Item {
    /// The airing it plans; none for what is only listed (relay, filler, reserved commune time).
    pub airing: Option<AiringId>,
    /// What it is.
    pub kind: ItemKind,
    /// Title for people.
    pub title: String,
    /// Planned start, whole seconds.
    pub start: DateTime<Utc>,
    /// Planned length, ms.
    pub duration_ms: u64,
    /// Begins by then or is missed.
    pub latest_start: DateTime<Utc>,
    /// Its slot.
    pub slot: SlotRef,
    /// What it plays; none for what is only listed.
    pub sound: Option<PlannedSound>,
    /// The order of a bulletin that waits for its approval, whose time this is; such an item is only listed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reserved: Option<OrderId>,
    /// What its slot does with it when it would pass the slot's end; none where its rule says nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub overrun: Option<Overrun>,
    /// What a filler plays; none for every other kind, and for a filler that is not ours.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub filler: Option<FillerSound>,
    /// Why it stands here, one sentence.
    pub why: String,
}

impl Item {
    /// The rendition that it plays, filler among it, and its approval's manifest.
    pub fn plays(&self) -> Option<(Sha256, Sha256)> {
        let counted = self.sound.as_ref().map(|sound| (sound.rendition, sound.manifest));
        counted.or_else(|| self.filler.as_ref().map(|sound| (sound.rendition, sound.manifest)))
    }

    /// Planned end.
    pub fn end(&self) -> DateTime<Utc> {
        // A length beyond the calendar cannot come from our own files; held at its end all the same.
        let length = i64::try_from(self.duration_ms).ok().and_then(Duration::try_milliseconds);
        length.and_then(|length| self.start.checked_add_signed(length)).unwrap_or(DateTime::<Utc>::MAX_UTC)
    }
}

/// A station's list of one day, as issued.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rundown {
    /// For this station only.
    pub station: StationId,
    /// Local date of its slots' starts.
    pub date: NaiveDate,
    /// From 1; a higher one replaces the whole day.
    pub version: u32,
    /// When the center issued it.
    pub issued_at: DateTime<Utc>,
    /// Nothing of it plays after.
    pub expires_at: DateTime<Utc>,
    /// Name and version of the planner.
    pub planner: String,
    /// Digest of everything it was planned from.
    pub inputs: Sha256,
    /// Ordinary bulletins wanted here that the commune's standing choice declined.
    pub declined: u32,
    /// Items in order of start.
    pub items: Vec<Item>,
    /// What the station plays where an item cannot, the first choice first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub ladder: Vec<FillerSound>,
}

impl Rundown {
    /// Every sound that it names: rendition and the approval's manifest.
    pub fn sounds(&self) -> impl Iterator<Item = (Sha256, Sha256)> {
        let items = self.items.iter().filter_map(Item::plays);
        items.chain(self.ladder.iter().map(|sound| (sound.rendition, sound.manifest)))
    }
}
