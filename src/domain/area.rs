//! Administrative units over time. Codes are reused across mergers, so every question names a date.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::ids::AreaCode;

/// Where a unit stands in the tree; districts end on 30 June 2025.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    /// Tỉnh or thành phố trực thuộc trung ương.
    Province,
    /// Huyện, thị xã, thành phố thuộc tỉnh.
    District,
    /// Xã, phường, thị trấn, đặc khu.
    Commune,
}

/// One unit during one span of days.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Area {
    /// Code; the same code may name another unit at another date.
    pub code: AreaCode,
    /// First day.
    pub valid_from: NaiveDate,
    /// Last day, inclusive; none while the unit stands.
    pub valid_to: Option<NaiveDate>,
    /// Place in the tree.
    pub level: Level,
    /// `xã`, `phường`, `huyện` …
    pub kind: String,
    /// Name without its kind.
    pub name: String,
    /// The unit above, by its code on these days.
    pub parent: Option<AreaCode>,
    /// The unit that takes over the day after `valid_to`; partial pieces go to one main successor.
    pub successor: Option<AreaCode>,
}

impl Area {
    /// Whether the unit stands on that day.
    pub fn valid_on(&self, date: NaiveDate) -> bool {
        self.valid_from <= date && self.valid_to.is_none_or(|last| date <= last)
    }
}

/// All units, past and present.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "Vec<Area>", into = "Vec<Area>")]
pub struct Areas {
    by_code: BTreeMap<AreaCode, Vec<Area>>,
}

impl From<Vec<Area>> for Areas {
    fn from(list: Vec<Area>) -> Self {
        let mut by_code: BTreeMap<AreaCode, Vec<Area>> = BTreeMap::new();
        for area in list {
            by_code.entry(area.code.clone()).or_default().push(area);
        }
        for units in by_code.values_mut() {
            units.sort_by_key(|unit| unit.valid_from);
        }
        Self { by_code }
    }
}

impl From<Areas> for Vec<Area> {
    fn from(areas: Areas) -> Self {
        areas.by_code.into_values().flatten().collect()
    }
}

impl Areas {
    /// Every unit, by code and then by first day.
    pub fn iter(&self) -> impl Iterator<Item = &Area> {
        self.by_code.values().flatten()
    }

    /// The unit that bears this code on that day.
    pub fn on(&self, code: &AreaCode, date: NaiveDate) -> Option<&Area> {
        self.by_code.get(code)?.iter().find(|unit| unit.valid_on(date))
    }

    /// Whether any unit ever bore this code.
    pub fn knows(&self, code: &AreaCode) -> bool {
        self.by_code.contains_key(code)
    }

    /// Whether any unit bears this code on some day from `from` to `to` (both inclusive).
    pub fn known_between(&self, code: &AreaCode, from: NaiveDate, to: NaiveDate) -> bool {
        self.by_code.get(code).is_some_and(|units| {
            units.iter().any(|unit| unit.valid_from <= to && unit.valid_to.is_none_or(|last| last >= from))
        })
    }

    /// The unit and all above it on that day, nearest first. Ends at a loop, which the import refuses anyway.
    pub fn chain(&self, code: &AreaCode, date: NaiveDate) -> Vec<&Area> {
        let mut chain: Vec<&Area> = Vec::new();
        let mut next = self.on(code, date);
        while let Some(unit) = next {
            if chain.iter().any(|seen| seen.code == unit.code) {
                break;
            }
            chain.push(unit);
            next = unit.parent.as_ref().and_then(|parent| self.on(parent, date));
        }
        chain
    }

    /// Whether `code` is `ancestor` or lies beneath it on that day.
    pub fn within(&self, code: &AreaCode, ancestor: &AreaCode, date: NaiveDate) -> bool {
        self.chain(code, date).iter().any(|unit| unit.code == *ancestor)
    }
}

/// Where something airs: units and all beneath them, except some.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Target {
    /// Units that are meant, with everything beneath them.
    pub areas: BTreeSet<AreaCode>,
    /// Units left out, with everything beneath them.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub except: BTreeSet<AreaCode>,
}

impl Target {
    /// Whether `code` is meant on that day.
    pub fn reaches(&self, areas: &Areas, code: &AreaCode, date: NaiveDate) -> bool {
        let chain = areas.chain(code, date);
        let among = |set: &BTreeSet<AreaCode>| chain.iter().any(|unit| set.contains(&unit.code));
        among(&self.areas) && !among(&self.except)
    }
}
