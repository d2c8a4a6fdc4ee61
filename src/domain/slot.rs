//! Slot rules: cron lines that make dated time windows of a station, and the grid that holds them.

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

use super::area::Target;
use super::guard::{GuardException, GuardRule};
use super::ids::RuleId;
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
    /// Start, whole seconds.
    pub start: DateTime<Utc>,
    /// End.
    pub end: DateTime<Utc>,
    /// Part of the day.
    pub daypart: Daypart,
}

/// Everything in `grid.toml`: when slots are, and within which limits.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Grid {
    /// Zone of all local times in it.
    pub zone: chrono_tz::Tz,
    /// Minutes and seconds of *What counts*.
    pub settings: Settings,
    /// Guard hours and caps by area.
    pub guards: Vec<GuardRule>,
    /// Dated exceptions to the guard.
    pub exceptions: Vec<GuardException>,
    /// Rules.
    pub rules: Vec<SlotRule>,
}
