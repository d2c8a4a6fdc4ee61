//! Slots: the grid's rules read once, and the dated windows they make in an area on a day.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{Duration, NaiveDate, NaiveDateTime};

use super::super::area::{Area, Areas, Target};
use super::super::calendar::{DayKind, NamedDay};
use super::super::filler::FillerList;
use super::super::guard::{GuardHours, nearest};
use super::super::ids::{AreaCode, RuleId};
use super::super::problem::Problem;
use super::super::recurrence::{CronRule, to_utc};
use super::super::slot::{Alteration, AlteredSlot, Grid, Slot, SlotKind, SlotRule};
use super::calendar::{self, Quiet};
use super::changes::{self, check_change};
use super::filler;

/// Shortest and longest slot, minutes.
const SLOT_MINUTES: std::ops::RangeInclusive<u32> = 1..=240;

/// A rule found sound, with its cron text read.
#[derive(Debug, Clone)]
struct Compiled {
    rule: SlotRule,
    cron: CronRule,
}

/// A grid with its rules checked and read once; made anew when the grid changes, and shared by all stations and days.
#[derive(Debug, Clone)]
pub struct GridPlan {
    grid: Grid,
    // In order of id, so that the file's order cannot matter.
    rules: Vec<Compiled>,
    // Dated exceptions found sound, by the day of the slot that they mean.
    changes: BTreeMap<NaiveDate, Vec<usize>>,
    // Named days and silences found sound.
    days: Vec<usize>,
    quiet: Vec<Quiet>,
}

/// What of a grid holds in an area: areas with an equal one have the same slots and hours on every day on which the
/// tree of units stands as it did. So it serves as the class by which work is shared.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Reach {
    /// The area asked for; only to name it in problems, so not part of equality by [`Reach::class`].
    area: AreaCode,
    class: Class,
}

/// The part of [`Reach`] that many areas share.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Class {
    rules: Vec<usize>,
    guard: Option<usize>,
    exceptions: BTreeMap<NaiveDate, usize>,
    changes: BTreeMap<NaiveDate, Vec<usize>>,
    days: Vec<usize>,
    quiet: Vec<usize>,
    fillers: Vec<usize>,
}

impl Reach {
    /// The area asked for.
    pub fn area(&self) -> &AreaCode {
        &self.area
    }

    /// What areas of one class share.
    pub(super) fn class(&self) -> &Class {
        &self.class
    }
}

/// Whether a target means the unit whose chain this is.
pub(super) fn reaches(target: &Target, chain: &[&Area]) -> bool {
    let among = |set: &BTreeSet<AreaCode>| chain.iter().any(|unit| set.contains(&unit.code));
    among(&target.areas) && !among(&target.except)
}

impl GridPlan {
    /// Reads every rule. A rule with a refusing problem is left out; the others stand.
    pub fn new(grid: &Grid) -> (Self, Vec<Problem>) {
        let mut problems = Vec::new();
        let mut rules = Vec::new();
        for rule in &grid.rules {
            let (cron, mut found) = check_rule(rule, grid);
            if let (Some(cron), true) = (cron, found.is_empty()) {
                rules.push(Compiled { rule: rule.clone(), cron });
            }
            problems.append(&mut found);
        }
        let mut changes: BTreeMap<NaiveDate, Vec<usize>> = BTreeMap::new();
        for (at, change) in grid.changes.iter().enumerate() {
            let mut found = check_change(change, grid, &SLOT_MINUTES);
            if found.is_empty() {
                changes.entry(change.at.date()).or_default().push(at);
            }
            problems.append(&mut found);
        }
        let (days, quiet, mut found) = calendar::read(grid);
        problems.append(&mut found);
        problems.sort();
        problems.dedup();
        rules.sort_by(|a, b| a.rule.id.cmp(&b.rule.id));
        (Self { grid: grid.clone(), rules, changes, days, quiet }, problems)
    }

    /// The grid it was made from.
    pub fn grid(&self) -> &Grid {
        &self.grid
    }

    /// The rules that stand, by id.
    pub(super) fn rules(&self) -> impl Iterator<Item = &SlotRule> {
        self.rules.iter().map(|one| &one.rule)
    }

    /// What holds in the area at the bottom of this chain (see [`Areas::chain`]); `area` names it in problems.
    pub fn reach(&self, area: &AreaCode, chain: &[&Area]) -> Reach {
        let mut by_date: BTreeMap<NaiveDate, Vec<usize>> = BTreeMap::new();
        for (at, exception) in self.grid.exceptions.iter().enumerate() {
            by_date.entry(exception.date).or_default().push(at);
        }
        let nearest_on = |list: Vec<usize>| {
            nearest(chain, list.iter().map(|at| &self.grid.exceptions[*at].areas)).map(|place| list[place])
        };
        let class = Class {
            rules: (0..self.rules.len()).filter(|at| reaches(&self.rules[*at].rule.target, chain)).collect(),
            guard: nearest(chain, self.grid.guards.iter().map(|rule| &rule.areas)),
            exceptions: by_date.into_iter().filter_map(|(date, list)| Some((date, nearest_on(list)?))).collect(),
            changes: changes::holding(&self.grid.changes, &self.changes, chain),
            days: calendar::reaching(self.days.iter().copied(), |at| &self.grid.days[at].target, chain),
            quiet: calendar::reaching(0..self.quiet.len(), |at| &self.grid.silences[self.quiet[at].at].target, chain),
            fillers: filler::reaching(&self.grid.fillers, chain),
        };
        Reach { area: area.clone(), class }
    }

    /// The guard of that class on that day.
    pub fn guard_on(&self, reach: &Reach, date: NaiveDate) -> (GuardHours, Vec<Problem>) {
        let exception = reach.class.exceptions.get(&date).map(|at| &self.grid.exceptions[*at]);
        GuardHours::from_rules(reach.class.guard.map(|at| &self.grid.guards[at]), exception, &reach.area, date)
    }

    /// Every slot of that class whose original start lies on that local day, in order of actual start and then of rule id.
    pub fn slots_on(&self, reach: &Reach, date: NaiveDate) -> Vec<Slot> {
        self.day_on(reach, date).0
    }

    /// As [`Self::slots_on`], with those that people left out or changed.
    pub fn day_on(&self, reach: &Reach, date: NaiveDate) -> (Vec<Slot>, Vec<AlteredSlot>) {
        let (mut slots, mut altered) = (Vec::new(), Vec::new());
        let changes = reach.class.changes.get(&date).map_or(&[][..], Vec::as_slice);
        let named = self.named_day(reach, date);
        for one in self.in_force(reach, date, named) {
            for local in one.cron.on_day(date) {
                let change =
                    changes.iter().map(|at| &self.grid.changes[*at]).find(|change| change.is_of(&one.rule, local));
                let (slot, alteration) = changes::slot_of(&one.rule, self.grid.zone, local, change);
                slots.extend(slot);
                altered.extend(alteration);
            }
        }
        if let Some(day) = named {
            altered.extend(self.resting(reach, date, day));
        }
        if !reach.class.quiet.is_empty() {
            slots.retain(|slot| {
                let silence = self.silence(reach, slot);
                altered.extend(silence.map(|reason| altered_slot(slot, Alteration::Silent, reason)));
                silence.is_none()
            });
        }
        slots.sort_by(|a, b| (a.start, &a.rule).cmp(&(b.start, &b.rule)));
        altered.sort();
        (slots, altered)
    }

    /// The named day that says what kind of day it is there; none on a usual one.
    pub fn named_day(&self, reach: &Reach, date: NaiveDate) -> Option<&NamedDay> {
        calendar::kind_on(reach.class.days.iter().map(|at| &self.grid.days[*at]), date)
    }

    /// Why there is silence there in the slot's time.
    fn silence(&self, reach: &Reach, slot: &Slot) -> Option<&str> {
        let mut quiet = reach.class.quiet.iter().map(|at| &self.quiet[*at]);
        let quiet = quiet.find(|quiet| quiet.touches(slot.start, slot.end))?;
        Some(&self.grid.silences[quiet.at].reason)
    }

    /// Slots that a usual day would have, of rules that rest on this one.
    fn resting(&self, reach: &Reach, date: NaiveDate, day: &NamedDay) -> Vec<AlteredSlot> {
        let usual = self.in_force(reach, date, None);
        let rests = usual.into_iter().filter(|one| !one.rule.is_on(day.kind));
        let slots = rests.flat_map(|one| {
            let slot = |local| changes::slot_of(&one.rule, self.grid.zone, local, None).0;
            one.cron.on_day(date).into_iter().filter_map(slot)
        });
        slots.map(|slot| altered_slot(&slot, Alteration::Resting(day.kind), &day.name)).collect()
    }

    /// Whether the rules make a slot of that rule and original start there.
    pub(super) fn makes(&self, reach: &Reach, rule: &RuleId, at: NaiveDateTime) -> bool {
        let date = at.date();
        let mut rules = self.in_force(reach, date, self.named_day(reach, date)).into_iter();
        rules.any(|one| one.rule.id == *rule && one.cron.on_day(date).contains(&at))
    }

    /// The lists with which that class fills its slots, the nearest unit's first.
    pub(super) fn fillers(&self, reach: &Reach) -> impl Iterator<Item = &FillerList> {
        reach.class.fillers.iter().map(|at| &self.grid.fillers[*at])
    }

    /// The rules that make slots of that class on that day.
    fn in_force(&self, reach: &Reach, date: NaiveDate, named: Option<&NamedDay>) -> Vec<&Compiled> {
        let kind = named.map_or(DayKind::Usual, |day| day.kind);
        let holds = |rule: &SlotRule| {
            rule.valid_from.is_none_or(|first| first <= date)
                && rule.valid_to.is_none_or(|last| date <= last)
                && rule.is_on(kind)
        };
        let valid: Vec<&Compiled> =
            reach.class.rules.iter().map(|at| &self.rules[*at]).filter(|one| holds(&one.rule)).collect();
        // A rule that is itself replaced still replaces: a holiday's rule may stand in for the summer's, which stands
        // in for the usual one.
        let replaced: BTreeSet<&RuleId> = valid.iter().filter_map(|one| one.rule.replaces.as_ref()).collect();
        valid.iter().copied().filter(|one| !replaced.contains(&one.rule.id)).collect()
    }

    /// The dated exceptions that are sound.
    pub(super) fn changes(&self) -> impl Iterator<Item = &super::super::slot::SlotChange> {
        self.changes.values().flatten().map(|at| &self.grid.changes[*at])
    }

    /// The slots of the day before that lie within its hours, where one of them ends near or after this day's first
    /// moment; else none, for this day's slots cannot meet them.
    pub fn slots_before(&self, reach: &Reach, date: NaiveDate) -> Vec<Slot> {
        let Some(yesterday) = date.pred_opt() else { return Vec::new() };
        let zone = self.grid.zone;
        let midnight = to_utc(zone, date.and_time(chrono::NaiveTime::MIN));
        let (guard, _) = self.guard_on(reach, yesterday);
        // A guard that closes by the evening leaves nothing near midnight.
        if guard.closes_at(zone).is_some_and(|closes_at| midnight - closes_at > Duration::minutes(60)) {
            return Vec::new();
        }
        let mut slots = self.slots_on(reach, yesterday);
        slots.retain(|slot| guard.lets_in(slot, zone));
        let near = slots.iter().any(|slot| midnight - slot.end < Duration::minutes(5));
        if near { slots } else { Vec::new() }
    }
}

/// The slots of one area on one day, by rules in force there and then, in order of start; with the problems of the
/// grid's rules. Whoever asks often makes a [`GridPlan`] once.
pub fn slots(grid: &Grid, areas: &Areas, area: &AreaCode, date: NaiveDate) -> (Vec<Slot>, Vec<Problem>) {
    let (plan, problems) = GridPlan::new(grid);
    let reach = plan.reach(area, &areas.chain(area, date));
    (plan.slots_on(&reach, date), problems)
}

fn altered_slot(slot: &Slot, how: Alteration, reason: &str) -> AlteredSlot {
    AlteredSlot {
        original_start: slot.original_start(),
        rule: slot.rule.clone(),
        name: slot.name.clone(),
        how,
        reason: reason.into(),
    }
}

/// Everything that can be said of a rule without asking where it holds.
fn check_rule(rule: &SlotRule, grid: &Grid) -> (Option<CronRule>, Vec<Problem>) {
    let id = &rule.id;
    let mut problems = Vec::new();
    let mut refuse = |code, rest: String| problems.push(Problem::refuse(code, id, format!("rule \"{id}\" {rest}")));
    let cron = match CronRule::parse(&rule.cron) {
        Ok(cron) => Some(cron),
        Err(problem) => {
            refuse("cron", format!("cannot be read: {problem}"));
            None
        }
    };
    let (least, most) = (SLOT_MINUTES.start(), SLOT_MINUTES.end());
    if !SLOT_MINUTES.contains(&rule.minutes) {
        refuse("slot-minutes", format!("lasts {} minutes: use {least} to {most}", rule.minutes));
    }
    if grid.rules.iter().filter(|other| other.id == *id).count() > 1 {
        refuse("duplicate-rule", "is given more than once: give each rule its own id".into());
    }
    let source = rule.source.as_deref().map(str::trim).filter(|source| !source.is_empty());
    match (rule.kind, source) {
        (SlotKind::Relay, None) => {
            refuse("relay-source", "is a relay without a source: say whose stream it carries".into())
        }
        (SlotKind::Bulletin | SlotKind::Commune, Some(source)) => {
            refuse(
                "source-without-relay",
                format!("has source \"{source}\" but is no relay: drop it, or make it a relay"),
            );
        }
        _ => {}
    }
    if let Some(other) = &rule.replaces {
        if other == id {
            refuse("replaces-itself", "replaces itself: name the rule it stands in for".into());
        } else if !grid.rules.iter().any(|rule| rule.id == *other) {
            refuse("replaces-unknown", format!("replaces \"{other}\", which is not in the grid: name one that is"));
        } else if replaces_in_a_ring(rule, grid) {
            refuse("replaces-ring", format!("replaces \"{other}\", which in turn replaces it: drop one of the two"));
        }
    }
    if let (Some(first), Some(last)) = (rule.valid_from, rule.valid_to)
        && last < first
    {
        refuse("dates-reversed", format!("ends on {last}, before its first day {first}: swap or mend the dates"));
    }
    if rule.target.areas.is_empty() {
        refuse("no-area", "names no area: say where it holds".into());
    }
    if rule.kind != SlotKind::Bulletin && !rule.topics.is_empty() {
        refuse(
            "topics-without-bulletins",
            "has topics but takes no bulletins: drop them, or make it a bulletin rule".into(),
        );
    }
    if rule.kind == SlotKind::Relay && rule.overrun.is_some() {
        refuse(
            "overrun-of-relay",
            "says what becomes of what passes its end, but is a relay, whose sound is not the device's: drop that"
                .into(),
        );
    }
    if rule.on.as_ref().is_some_and(BTreeSet::is_empty) {
        refuse("on-no-day", "is on no kind of day: leave \"on\" out, or name usual, holiday, tet or mourning".into());
    }
    (cron, problems)
}

fn replaces_in_a_ring(rule: &SlotRule, grid: &Grid) -> bool {
    let mut next = rule.replaces.as_ref();
    // A way without a ring is shorter than the list of rules.
    for _ in 0..grid.rules.len() {
        let Some(id) = next else { return false };
        if *id == rule.id {
            return true;
        }
        next = grid.rules.iter().find(|other| other.id == *id).and_then(|other| other.replaces.as_ref());
    }
    false
}
