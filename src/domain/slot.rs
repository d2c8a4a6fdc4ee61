//! Slot rules: cron lines that make dated time windows of a station, and the grid that holds them.

use std::collections::BTreeSet;

use chrono::{DateTime, Duration, NaiveDate, NaiveDateTime, Utc};
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};

use super::area::Target;
use super::bulletin::Topic;
use super::calendar::{DayKind, NamedDay, Silence};
use super::filler::FillerList;
use super::guard::{GuardException, GuardRule, MinuteOfDay};
use super::ids::{ChangeId, RuleId};
use super::overrun::Policy;
use super::settings::Settings;

/// What a slot is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum SlotKind {
    /// Another station's live stream is carried (tiếp âm); the agent is silent and claims nothing.
    Relay,
    /// Bulletins that orders ask for.
    Bulletin,
    /// Time reserved for the commune's own items.
    Commune,
}

/// Part of the day a slot starts in (buổi phát).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Daypart {
    /// Before 11:00 local time.
    Morning,
    /// From 11:00 to before 14:00.
    Noon,
    /// From 14:00.
    Evening,
}

impl Daypart {
    /// The daypart of a local hour, 0 to 23.
    pub fn of_hour(hour: u32) -> Self {
        match hour {
            0..=10 => Self::Morning,
            11..=13 => Self::Noon,
            _ => Self::Evening,
        }
    }
}

/// A cron rule that makes slots (quy tắc khung giờ).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SlotRule {
    /// Id; part of airing ids.
    pub id: RuleId,
    /// Name for people.
    pub name: String,
    /// What it is for.
    pub kind: SlotKind,
    /// The station carried; relay only.
    pub source: Option<String>,
    /// Six fields, seconds first and 0, weekday names; local time of the grid's zone.
    pub cron: String,
    /// Length of each slot, minutes.
    pub minutes: u32,
    /// Where it holds.
    pub target: Target,
    /// First day; none = always.
    pub valid_from: Option<NaiveDate>,
    /// Last day, inclusive; none = always.
    pub valid_to: Option<NaiveDate>,
    /// In its areas and days this rule stands in for that one.
    pub replaces: Option<RuleId>,
    /// Kinds of day it makes slots on; none for the usual choice, see [`SlotRule::is_on`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub on: Option<BTreeSet<DayKind>>,
    /// Only bulletins with one of these topics go into its slots; empty for all of them.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub topics: BTreeSet<Topic>,
    /// What becomes of an item that would pass the slot's end; none lets it end in its own time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub overrun: Option<Policy>,
}

/// One dated window of a station (khung giờ phát). It belongs to the local date of its start.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Slot {
    /// Rule that made it.
    pub rule: RuleId,
    /// The rule's name.
    pub name: String,
    /// What it is for.
    pub kind: SlotKind,
    /// The station carried; relay only.
    pub source: Option<String>,
    /// Actual start, whole seconds.
    pub start: DateTime<Utc>,
    /// Actual end.
    pub end: DateTime<Utc>,
    /// Part of the day that the actual start lies in.
    pub daypart: Daypart,
    /// The start that the rule gives it, where a dated exception moved it; see [`Slot::original_start`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub moved_from: Option<DateTime<Utc>>,
    /// Topics it is kept for; empty for all of them.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub topics: BTreeSet<Topic>,
    /// Its rule's choice for what would pass its end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub overrun: Option<Policy>,
}

impl Slot {
    /// The start that the rule gives it: what it is known by, in airing ids and in later exceptions.
    pub fn original_start(&self) -> DateTime<Utc> {
        self.moved_from.unwrap_or(self.start)
    }

    /// How long it is.
    pub fn length(&self) -> Duration {
        self.end - self.start
    }

    /// Whether a bulletin with this topic may air in it; one without a known topic may only where all may.
    pub fn takes(&self, topic: Option<Topic>) -> bool {
        takes(&self.topics, topic)
    }
}

/// Whether slots kept for these topics take a bulletin of this one.
pub(super) fn takes(topics: &BTreeSet<Topic>, topic: Option<Topic>) -> bool {
    topics.is_empty() || topic.is_some_and(|topic| topics.contains(&topic))
}

/// A dated exception to a slot rule: what becomes of one of its slots. It is known by the slot's original start, so that
/// the rule may be edited and the exception still means the slot it meant, or none.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SlotChange {
    /// Id.
    pub id: ChangeId,
    /// Where it holds; of several for one slot, the one that names the nearest unit does.
    pub target: Target,
    /// The rule that makes the slot.
    pub rule: RuleId,
    /// The slot's original start, local time of the grid's zone.
    pub at: NaiveDateTime,
    /// What becomes of it.
    pub what: Changed,
    /// Why, shown to people.
    pub reason: String,
    /// Who made it on a page; none where it stands in the file. An import leaves those of people as they are.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<String>,
}

/// What a dated exception makes of a slot.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Changed {
    /// It is left out that day.
    Cancel,
    /// It starts at another time of the same local day. (Another day is another slot: cancel this one and add a rule.)
    Move {
        /// Local time, before 24:00.
        to: MinuteOfDay,
        /// Its length then, minutes; none for the rule's.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        minutes: Option<u32>,
    },
    /// It starts when it ever does, and lasts as long as this.
    Length {
        /// Minutes.
        minutes: u32,
    },
}

/// A slot that the rules make and a decision of people left out or changed that day; so that nobody need ask where it is.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct AlteredSlot {
    /// The start that the rule gives it.
    pub original_start: DateTime<Utc>,
    /// The rule.
    pub rule: RuleId,
    /// The rule's name.
    pub name: String,
    /// What became of it.
    pub how: Alteration,
    /// Why, as people wrote it.
    pub reason: String,
}

/// What became of a slot.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Alteration {
    /// A dated exception left it out.
    Cancelled,
    /// It lies in a planned silence.
    Silent,
    /// Its rule rests on such a day.
    Resting(DayKind),
    /// A dated exception moved it or gave it another length.
    Moved {
        /// Actual start.
        start: DateTime<Utc>,
        /// Actual end.
        end: DateTime<Utc>,
    },
}

/// Everything in `grid.toml`: when slots are, and within which limits.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Grid {
    /// Zone of all local times in it.
    pub zone: Tz,
    /// Minutes and seconds of *What counts*.
    pub settings: Settings,
    /// Guard hours and caps by area.
    pub guards: Vec<GuardRule>,
    /// Dated exceptions to the guard.
    pub exceptions: Vec<GuardException>,
    /// Rules.
    pub rules: Vec<SlotRule>,
    /// Dated exceptions to the rules.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub changes: Vec<SlotChange>,
    /// Ids of exceptions that people deleted; a file that still holds one does not bring it back.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub deleted_changes: BTreeSet<ChangeId>,
    /// Days with a name.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub days: Vec<NamedDay>,
    /// Planned silence.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub silences: Vec<Silence>,
    /// What slots are filled with.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub fillers: Vec<FillerList>,
}

impl Grid {
    /// A grid that makes no slots.
    pub fn empty(zone: Tz) -> Self {
        Self {
            zone,
            settings: Settings::default(),
            guards: Vec::new(),
            exceptions: Vec::new(),
            rules: Vec::new(),
            changes: Vec::new(),
            deleted_changes: BTreeSet::new(),
            days: Vec::new(),
            silences: Vec::new(),
            fillers: Vec::new(),
        }
    }

    /// Takes an exception away for good.
    pub fn delete_change(&mut self, id: &ChangeId) {
        self.changes.retain(|change| change.id != *id);
        self.deleted_changes.insert(id.clone());
    }

    /// Keeps what people decided on pages in `held`, the grid in force so far, when a file takes its place: exceptions
    /// that they deleted stay deleted, and those that they made stay. Returns the deleted ones that the file still holds.
    pub fn keep_decisions_of(&mut self, held: &Self) -> Vec<ChangeId> {
        self.deleted_changes.extend(held.deleted_changes.iter().cloned());
        let deleted = &self.deleted_changes;
        let (gone, mut stay): (Vec<SlotChange>, Vec<SlotChange>) =
            std::mem::take(&mut self.changes).into_iter().partition(|change| deleted.contains(&change.id));
        let made = held.changes.iter().filter(|change| change.by.is_some());
        for change in made {
            match stay.iter_mut().find(|other| other.id == change.id) {
                // A file written from the grid holds it without saying whose it is.
                Some(same) if (SlotChange { by: change.by.clone(), ..same.clone() }) == *change => {
                    *same = change.clone()
                }
                Some(_) => {}
                None => stay.push(change.clone()),
            }
        }
        self.changes = stay;
        gone.into_iter().map(|change| change.id).collect()
    }
}
