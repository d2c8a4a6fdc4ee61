//! Commune stations: their own ids, and the areas they serve, dated.

use std::fmt;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::ids::{AreaCode, StationId};

/// Whether a device of ours can report.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum StationKind {
    /// Has an agent.
    Connected,
    /// An operator airs and confirms by hand (86 % of Quảng Nam's stations in November 2023).
    Manual,
}

impl fmt::Display for StationKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Connected => "connected",
            Self::Manual => "manual",
        })
    }
}

/// How the sound reaches the loudspeakers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Transport {
    /// Ứng dụng công nghệ thông tin - viễn thông.
    Ip,
    /// FM transmitter and receivers on the loudspeakers.
    Fm,
    /// Wires.
    Wired,
    /// More than one of them.
    Mixed,
}

/// One area during one span of days.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Serves {
    /// The commune.
    pub area: AreaCode,
    /// First day.
    pub from: NaiveDate,
    /// Last day, inclusive; none while it goes on.
    pub to: Option<NaiveDate>,
}

/// A commune station (đài truyền thanh).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Station {
    /// Its own id.
    pub id: StationId,
    /// Name for people.
    pub name: String,
    /// With a device or without.
    pub kind: StationKind,
    /// How it sounds.
    pub transport: Transport,
    /// What it serves and when, in order of days, never overlapping.
    pub serves: Vec<Serves>,
}

impl Station {
    /// The area it serves on that day.
    pub fn area_on(&self, date: NaiveDate) -> Option<&AreaCode> {
        self.serves.iter().find(|row| row.from <= date && row.to.is_none_or(|last| date <= last)).map(|row| &row.area)
    }
}

/// What a commune said of ordinary bulletins (Thông tư 39/2020/TT-BTTTT: the commune chooses whether to air them).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum StandingChoice {
    /// Airs them all; the state a station ships in.
    #[default]
    Accept,
    /// Airs none; they are counted apart as declined.
    Decline,
}
