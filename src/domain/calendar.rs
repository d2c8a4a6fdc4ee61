//! The calendar of a grid: days with a name on which rules may rest, and planned silence.

use std::fmt;

use chrono::{NaiveDate, NaiveDateTime};
use serde::{Deserialize, Serialize};

use super::area::Target;

/// What kind of day it is; where a day is of several, the last of this list holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum DayKind {
    /// None of the others.
    Usual,
    /// A public holiday, or a day off in place of one (Bộ luật Lao động 2019, điều 112).
    Holiday,
    /// Tết Nguyên đán.
    Tet,
    /// National mourning (quốc tang; Nghị định 105/2012/NĐ-CP), or a unit's own.
    Mourning,
}

impl fmt::Display for DayKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Usual => "usual day",
            Self::Holiday => "holiday",
            Self::Tet => "Tết",
            Self::Mourning => "day of mourning",
        })
    }
}

/// One or several days in a row with a name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NamedDay {
    /// Name for people.
    pub name: String,
    /// First day.
    pub from: NaiveDate,
    /// Last day, inclusive.
    pub to: NaiveDate,
    /// Kind; never usual.
    pub kind: DayKind,
    /// Where it is one.
    pub target: Target,
}

impl NamedDay {
    /// Whether that day is one of them.
    pub fn holds_on(&self, date: NaiveDate) -> bool {
        self.from <= date && date <= self.to
    }
}

/// A span of time without any slot: nothing is planned in it, so nothing of it can be missed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Silence {
    /// Where.
    pub target: Target,
    /// Beginning, local time of the grid's zone.
    pub from: NaiveDateTime,
    /// End, exclusive.
    pub to: NaiveDateTime,
    /// Why, shown to people.
    pub reason: String,
}
