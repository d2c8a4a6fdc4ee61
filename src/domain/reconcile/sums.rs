//! The sum that must hold at every level: planned = aired + partial + missed + unreported + excused, with planned counted
//! from rundowns and outcomes from records.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::{Counted, Line, Outcome, Standing, StationDay};
use crate::domain::as_run::Evidence;
use crate::domain::settings::Settings;

/// Figures of one station-day, or of any number of them added up. All count airings.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sums {
    /// Due airings, from the rundowns.
    pub planned: u64,
    /// Of these: aired, late or not.
    pub aired: u64,
    /// Partial, late or not.
    pub partial: u64,
    /// Missed.
    pub missed: u64,
    /// Nobody said anything.
    pub unreported: u64,
    /// Did not sound, and excused by force majeure: neither missed nor unreported.
    #[serde(default)]
    pub excused: u64,
    /// Aired or partial, and late.
    pub late: u64,
    /// Aired, and late; `aired - aired_late` is what matches the plan (*khớp*).
    pub aired_late: u64,
    /// Unreported, and overdue.
    pub overdue: u64,
    /// Played, not planned; outside the sum.
    pub off_schedule: u64,
    /// Airings by break-in orders, whatever became of them; outside the sum.
    #[serde(default)]
    pub urgent: u64,
    /// Not due yet, from the rundowns; outside the sum.
    pub upcoming: u64,
    /// Declined by the commune; outside the sum.
    pub declined: u64,
    /// Due airings known from a recording off air.
    pub heard: u64,
    /// Due airings known from a device's journal.
    pub played: u64,
    /// Due airings known from an operator's word.
    pub declared: u64,
    /// Due airings with no evidence.
    pub none: u64,
}

/// Coverage (*tỷ lệ thực hiện*): airings reached out of airings owed. The one place that says which those are.
///
/// Reached: aired in full, late or not. Owed: the due airings of the plan without those that force majeure excuses, which
/// are nobody's misses. What planned silence kept out of the plan was never planned, and so is owed by nobody either.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Coverage {
    /// Airings reached.
    pub reached: u64,
    /// Airings owed; of none there is no share.
    pub owed: u64,
}

impl Coverage {
    /// From the figures of a sum.
    pub fn of(aired: u64, planned: u64, excused: u64) -> Self {
        Self { reached: aired, owed: planned.saturating_sub(excused) }
    }
}

/// What the rundowns alone say.
pub(super) struct Planned {
    pub due: u64,
    pub upcoming: u64,
}

/// Counts the plan; looks at no record.
pub(super) fn rundown_side(counted: &[Counted], settings: &Settings, as_of: DateTime<Utc>) -> Planned {
    let mut planned = Planned { due: 0, upcoming: 0 };
    for airing in counted {
        match airing.due(settings, as_of) {
            true => planned.due += 1,
            false => planned.upcoming += 1,
        }
    }
    planned
}

/// Counts the outcomes of due lines; looks at no figure of the plan.
fn record_side(lines: &[Line]) -> Sums {
    let mut sums = Sums::default();
    for line in lines.iter().filter(|line| line.due) {
        match line.standing() {
            Standing::Due(Outcome::Aired) => sums.aired += 1,
            Standing::Due(Outcome::Partial) => sums.partial += 1,
            Standing::Due(Outcome::Missed) => sums.missed += 1,
            Standing::Due(Outcome::Unreported) => sums.unreported += 1,
            Standing::Excused => sums.excused += 1,
            Standing::Upcoming => {}
        }
        match line.evidence {
            Evidence::Heard => sums.heard += 1,
            Evidence::Played => sums.played += 1,
            Evidence::Declared => sums.declared += 1,
            Evidence::None => sums.none += 1,
        }
        sums.late += u64::from(line.late);
        sums.aired_late += u64::from(line.late && line.outcome == Outcome::Aired);
        sums.overdue += u64::from(line.overdue);
    }
    sums
}

impl Sums {
    /// The sums of one day.
    pub fn of(day: &StationDay) -> Self {
        Self {
            planned: day.planned,
            upcoming: day.upcoming,
            declined: day.declined,
            off_schedule: day.off_schedule.len() as u64,
            urgent: day.urgent.len() as u64,
            ..record_side(&day.lines)
        }
    }

    /// Adds the figures of others, as going up from stations to areas does.
    pub fn add(&mut self, other: &Self) {
        // Taken apart so that a figure added later cannot be forgotten here.
        let Self {
            planned,
            aired,
            partial,
            missed,
            unreported,
            excused,
            late,
            aired_late,
            overdue,
            off_schedule,
            urgent,
            upcoming,
            declined,
            heard,
            played,
            declared,
            none,
        } = *other;
        self.planned += planned;
        self.aired += aired;
        self.partial += partial;
        self.missed += missed;
        self.unreported += unreported;
        self.excused += excused;
        self.late += late;
        self.aired_late += aired_late;
        self.overdue += overdue;
        self.off_schedule += off_schedule;
        self.urgent += urgent;
        self.upcoming += upcoming;
        self.declined += declined;
        self.heard += heard;
        self.played += played;
        self.declared += declared;
        self.none += none;
    }

    /// Whether the sum holds: every due airing has exactly one outcome and one kind of evidence.
    pub fn holds(&self) -> bool {
        self.planned == self.aired + self.partial + self.missed + self.unreported + self.excused
            && self.planned == self.heard + self.played + self.declared + self.none
    }

    /// The share of what was to air that did.
    pub fn coverage(&self) -> Coverage {
        Coverage::of(self.aired, self.planned, self.excused)
    }

    /// Airings that went as planned: aired and not late (*khớp*).
    pub fn matching(&self) -> u64 {
        self.aired.saturating_sub(self.aired_late)
    }
}

impl std::iter::Sum for Sums {
    fn sum<I: Iterator<Item = Self>>(iter: I) -> Self {
        iter.fold(Self::default(), |mut sum, one| {
            sum.add(&one);
            sum
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn coverage_leaves_out_what_is_excused_and_of_nothing_owed_there_is_none() {
        let sums = Sums { planned: 10, aired: 6, missed: 1, excused: 3, ..Sums::default() };
        assert_eq!(sums.coverage(), Coverage { reached: 6, owed: 7 });
        let all = Sums { planned: 3, excused: 3, ..Sums::default() };
        assert_eq!(all.coverage(), Coverage { reached: 0, owed: 0 });
        let calm = Sums { planned: 10, aired: 9, missed: 1, ..Sums::default() };
        assert_eq!(calm.coverage(), Coverage { reached: 9, owed: 10 });
    }
}
