//! The calendar's part in making slots: what kind of day it is somewhere, and where there is silence.

use chrono::{DateTime, NaiveDate, Utc};

use super::super::area::{Area, Target};
use super::super::calendar::{DayKind, NamedDay, Silence};
use super::super::problem::Problem;
use super::super::recurrence::to_utc;
use super::super::slot::{Grid, SlotKind, SlotRule};
use super::slots::reaches;

/// A silence found sound, as moments.
#[derive(Debug, Clone)]
pub(super) struct Quiet {
    /// Which one of the grid.
    pub at: usize,
    from: DateTime<Utc>,
    to: DateTime<Utc>,
}

impl Quiet {
    /// Whether any of that span lies in it.
    pub fn touches(&self, start: DateTime<Utc>, end: DateTime<Utc>) -> bool {
        start < self.to && self.from < end
    }
}

impl SlotRule {
    /// Whether it makes slots on such days. Unless the rule says, it does on all but days of mourning; on those only
    /// relays go on, because the funeral and the news are what people then listen for, and nobody should have to remember
    /// to take columns off the air.
    pub fn is_on(&self, kind: DayKind) -> bool {
        match &self.on {
            Some(kinds) => kinds.contains(&kind),
            None => kind != DayKind::Mourning || self.kind == SlotKind::Relay,
        }
    }
}

/// The named days of the grid that are sound, and the silences; with what is wrong with the others.
pub(super) fn read(grid: &Grid) -> (Vec<usize>, Vec<Quiet>, Vec<Problem>) {
    let mut problems = Vec::new();
    let (mut days, mut quiet) = (Vec::new(), Vec::new());
    for (at, day) in grid.days.iter().enumerate() {
        let mut found = check_day(day);
        if found.is_empty() {
            days.push(at);
        }
        problems.append(&mut found);
    }
    for (at, silence) in grid.silences.iter().enumerate() {
        let mut found = check_silence(silence);
        if found.is_empty() {
            quiet.push(Quiet { at, from: to_utc(grid.zone, silence.from), to: to_utc(grid.zone, silence.to) });
        }
        problems.append(&mut found);
    }
    (days, quiet, problems)
}

/// Those of these whose target means the unit whose chain this is.
pub(super) fn reaching<'a>(
    list: impl Iterator<Item = usize>,
    target: impl Fn(usize) -> &'a Target,
    chain: &[&Area],
) -> Vec<usize> {
    list.filter(|at| reaches(target(*at), chain)).collect()
}

/// What kind of day it is by these named days, and which of them says so; the first of equals.
pub(super) fn kind_on<'a>(days: impl Iterator<Item = &'a NamedDay>, date: NaiveDate) -> Option<&'a NamedDay> {
    days.filter(|day| day.holds_on(date)).fold(None, |best: Option<&NamedDay>, day| match best {
        Some(best) if best.kind >= day.kind => Some(best),
        _ => Some(day),
    })
}

fn check_day(day: &NamedDay) -> Vec<Problem> {
    let mut problems = Vec::new();
    let name = &day.name;
    let mut refuse = |code, rest: String| problems.push(Problem::refuse(code, name, format!("day \"{name}\" {rest}")));
    if name.trim().is_empty() {
        refuse("day-name", "has no name: give it one, people will read it".into());
    }
    if day.to < day.from {
        refuse("dates-reversed", format!("ends on {}, before its first day {}: swap or mend them", day.to, day.from));
    }
    if day.kind == DayKind::Usual {
        refuse("day-kind", "is a usual day, which needs no name: use holiday, tet or mourning".into());
    }
    if day.target.areas.is_empty() {
        refuse("no-area", "names no area: say where it is one".into());
    }
    problems
}

fn check_silence(silence: &Silence) -> Vec<Problem> {
    let mut problems = Vec::new();
    let (from, to) = (silence.from.format("%Y-%m-%d %H:%M"), silence.to.format("%Y-%m-%d %H:%M"));
    let mut refuse =
        |code, rest: &str| problems.push(Problem::refuse(code, "silence", format!("the silence from {from} {rest}")));
    if silence.to <= silence.from {
        refuse("silence-reversed", &format!("ends at {to}: let it end later than it begins"));
    }
    if silence.reason.trim().is_empty() {
        refuse("no-reason", "gives no reason, and people will ask: say why");
    }
    if silence.target.areas.is_empty() {
        refuse("no-area", "names no area: say where it holds");
    }
    problems
}
