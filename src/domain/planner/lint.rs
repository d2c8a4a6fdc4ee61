//! The grid's lint: what every commune's slots would run into over a span of days, each finding told once.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{Days, NaiveDate};
use chrono_tz::Tz;

use super::super::area::{Areas, Level};
use super::super::guard::{GuardHours, SlotFault, dead_air, slot_faults, spoken};
use super::super::ids::{AreaCode, RuleId};
use super::super::problem::{Problem, Severity};
use super::super::slot::{Grid, Slot, SlotKind, SlotRule};
use super::super::station::Station;
use super::conflict::together;
use super::lint_fillers::check_lists;
use super::slots::{Class, GridPlan, Reach};

/// A rule may fire once a year, so a shorter look does not call it idle, days.
const DAYS_TO_JUDGE_A_RULE: u32 = 366;

/// Looks at every class of areas that `stations` serve (all communes when there are none) on `days` days from `from`.
/// Each finding is told once for a rule and the rule it meets, with its first day and area and how many more there are.
/// The problems of the rules themselves come first.
pub fn lint_grid(grid: &Grid, areas: &Areas, stations: &[Station], from: NaiveDate, days: u32) -> Vec<Problem> {
    let (plan, mut problems) = GridPlan::new(grid);
    let Some(end) = from.checked_add_days(Days::new(days.into())) else { return problems };
    problems.extend(check_named_areas(grid, areas));
    problems.extend(check_hours(grid));
    problems.extend(check_lists(grid));
    let mut tally = Tally::default();
    let bounds = turning_days(areas, stations, from, end);
    for pair in bounds.windows(2) {
        let mut classes: BTreeMap<Class, (Reach, usize)> = BTreeMap::new();
        for area in served_on(areas, stations, pair[0]) {
            let reach = plan.reach(&area, &areas.chain(&area, pair[0]));
            classes.entry(reach.class().clone()).or_insert((reach, 0)).1 += 1;
        }
        for (reach, communes) in classes.into_values() {
            for date in pair[0].iter_days().take_while(|date| *date < pair[1]) {
                tally.look(&plan, &reach, communes, date);
            }
        }
    }
    if days >= DAYS_TO_JUDGE_A_RULE {
        problems.extend(idle_rules(&plan, &tally.seen, from, end));
    }
    problems.extend(super::changes::pointless(&plan, areas, stations, from));
    problems.extend(tally.tell());
    problems
}

/// Rules of the span that made no slot anywhere in it, and that no other rule replaces.
fn idle_rules(plan: &GridPlan, seen: &BTreeSet<RuleId>, from: NaiveDate, end: NaiveDate) -> Vec<Problem> {
    let replaced = |id: &RuleId| plan.rules().any(|rule| rule.replaces.as_ref() == Some(id));
    let in_span = |rule: &&SlotRule| {
        rule.valid_from.is_none_or(|first| first < end) && rule.valid_to.is_none_or(|last| from <= last)
    };
    plan.rules()
        .filter(in_span)
        .filter(|rule| !seen.contains(&rule.id) && !replaced(&rule.id))
        .map(|rule| {
            let sentence = format!(
                "rule \"{}\" makes no slot anywhere from {from} to the day before {end}: mend its areas, dates or cron",
                rule.id
            );
            Problem::warn("idle-rule", &rule.id, sentence)
        })
        .collect()
}

/// The days within the span on which the tree of units or what stations serve changes; between two of them nothing but
/// the date does. The span's first day and the day after its last are the ends.
fn turning_days(areas: &Areas, stations: &[Station], from: NaiveDate, end: NaiveDate) -> Vec<NaiveDate> {
    let after = |last: Option<NaiveDate>| last.and_then(|last| last.succ_opt());
    let units = areas.iter().flat_map(|unit| [Some(unit.valid_from), after(unit.valid_to)]);
    let serves = stations.iter().flat_map(|station| &station.serves);
    let serves = serves.flat_map(|row| [Some(row.from), after(row.to)]);
    let mut days: BTreeSet<NaiveDate> =
        units.chain(serves).flatten().filter(|date| from < *date && *date < end).collect();
    days.extend([from, end]);
    days.into_iter().collect()
}

pub(super) fn served_on(areas: &Areas, stations: &[Station], date: NaiveDate) -> BTreeSet<AreaCode> {
    if stations.is_empty() {
        let communes = areas.iter().filter(|unit| unit.level == Level::Commune && unit.valid_on(date));
        return communes.map(|unit| unit.code.clone()).collect();
    }
    let served = stations.iter().filter_map(|station| station.area_on(date));
    served.filter(|area| areas.on(area, date).is_some()).cloned().collect()
}

/// One finding over all communes and days.
struct Finding {
    problem: Problem,
    first: NaiveDate,
    area: AreaCode,
    /// Communes times days.
    times: usize,
}

#[derive(Default)]
struct Tally {
    /// Rules that made a slot.
    seen: BTreeSet<RuleId>,
    findings: BTreeMap<(Severity, &'static str, String, Option<String>), Finding>,
}

impl Tally {
    fn look(&mut self, plan: &GridPlan, reach: &Reach, communes: usize, date: NaiveDate) {
        let slots = plan.slots_on(reach, date);
        for slot in &slots {
            if !self.seen.contains(&slot.rule) {
                self.seen.insert(slot.rule.clone());
            }
        }
        let (guard, missing) = plan.guard_on(reach, date);
        if let Some(problem) = missing.into_iter().next() {
            // One finding for all areas without a guard, so the subject is not part of the key.
            return self.count(reach, communes, date, None, problem, String::new());
        }
        let zone = plan.grid().zone;
        // What stands so far, from the day before on.
        let mut standing = plan.slots_before(reach, date);
        let mut faults = slot_faults(&standing, &slots, &guard, zone).into_iter().peekable();
        for (at, slot) in slots.iter().enumerate() {
            let mut stands = true;
            while let Some(SlotFault { other, mut problem, .. }) = faults.next_if(|fault| fault.slot == at) {
                if problem.severity == Severity::Refuse {
                    stands = false;
                    if self.is_news(&problem, other.as_ref(), reach, date) {
                        standing.push(slot.clone());
                        let rules = together(problem.code, &standing, &guard, zone);
                        name_rules(&mut problem, rules);
                        standing.pop();
                    }
                }
                let subject = problem.subject.clone();
                self.count(reach, communes, date, other.map(|rule| rule.to_string()), problem, subject);
            }
            if stands {
                if let Some(problem) = may_pass_guard(slot, &guard, plan.grid()) {
                    self.count(reach, communes, date, None, problem, slot.rule.to_string());
                }
                if let Some(problem) = standing.last().and_then(|last| short_silence(last, slot, zone)) {
                    let (other, subject) = (standing.last().map(|last| last.rule.to_string()), slot.rule.to_string());
                    self.count(reach, communes, date, other, problem, subject);
                }
                standing.push(slot.clone());
            }
        }
    }

    /// Whether this would be told in place of what was found so far.
    fn is_news(&self, problem: &Problem, other: Option<&RuleId>, reach: &Reach, date: NaiveDate) -> bool {
        let key = (problem.severity, problem.code, problem.subject.clone(), other.map(ToString::to_string));
        self.findings.get(&key).is_none_or(|finding| (date, reach.area()) < (finding.first, &finding.area))
    }

    fn count(
        &mut self,
        reach: &Reach,
        communes: usize,
        date: NaiveDate,
        other: Option<String>,
        problem: Problem,
        subject: String,
    ) {
        let key = (problem.severity, problem.code, subject, other);
        let area = reach.area();
        let finding = self.findings.entry(key).or_insert_with(|| Finding {
            problem: problem.clone(),
            first: date,
            area: area.clone(),
            times: 0,
        });
        finding.times += communes;
        if (date, area) < (finding.first, &finding.area) {
            (finding.first, finding.area, finding.problem) = (date, area.clone(), problem);
        }
    }

    fn tell(self) -> Vec<Problem> {
        let tell = |finding: Finding| {
            let Finding { mut problem, first, area, times } = finding;
            // The sentence names the day already, where it is about a slot.
            let more = match times {
                1 => String::new(),
                _ => format!(", and {} more communes and days", times - 1),
            };
            problem.sentence = format!("{} (first on {first} in {area}{more})", problem.sentence);
            problem
        };
        self.findings.into_values().map(tell).collect()
    }
}

/// Adds the rules that it takes together to the sentence, where they say more than it does.
fn name_rules(problem: &mut Problem, rules: Vec<RuleId>) {
    problem.rules = rules.iter().map(ToString::to_string).collect();
    match &problem.rules[..] {
        [] => {}
        [one] => problem.sentence.push_str(&format!("; rule \"{one}\" does so alone")),
        rules => problem.sentence.push_str(&format!("; it takes all of \"{}\"", rules.join("\", \""))),
    }
}

/// Too short a silence for a session to end in it: the listener hears nothing, and the loudspeakers hum.
fn short_silence(last: &Slot, slot: &Slot, zone: Tz) -> Option<Problem> {
    let gap = dead_air(last, slot)?;
    let sentence = format!(
        "{} begins {} minutes after rule \"{}\" ends, so the session falls silent in between: \
         let them meet, or leave 5 minutes or more",
        spoken(slot, zone),
        gap.num_minutes(),
        last.rule
    );
    Some(Problem::warn("dead-air", &slot.rule, sentence))
}

/// An item begun late in a slot without a choice for what would pass its end may still sound when nothing may.
fn may_pass_guard(slot: &Slot, guard: &GuardHours, grid: &Grid) -> Option<Problem> {
    let closes_at = guard.closes_at(grid.zone)?;
    let ours = slot.kind != SlotKind::Relay && slot.overrun.is_none();
    if !ours || slot.end + grid.settings.latest_start() <= closes_at {
        return None;
    }
    let sentence = format!(
        "{} ends so near to {}, when the guard closes, that an item begun late would sound past it: give the rule an \
         overrun choice (cut, fade, push or drop), or end the slot earlier",
        spoken(slot, grid.zone),
        guard.close
    );
    Some(Problem::warn("may-pass-guard", &slot.rule, sentence))
}

/// Areas that no unit ever bore, in rules, guards and exceptions.
fn check_named_areas(grid: &Grid, areas: &Areas) -> Vec<Problem> {
    let mut problems = Vec::new();
    let mut check = |what: String, subject: &str, from: Option<NaiveDate>, to: Option<NaiveDate>, code: &AreaCode| {
        let (from, to) = (from.unwrap_or(NaiveDate::MIN), to.unwrap_or(NaiveDate::MAX));
        if !areas.known_between(code, from, to) {
            let sentence = format!("{what} names area {code}, which is no unit on any day it holds: mend the code");
            problems.push(Problem::refuse("unknown-area", subject, sentence));
        }
    };
    for rule in &grid.rules {
        for code in rule.target.areas.iter().chain(&rule.target.except) {
            check(format!("rule \"{}\"", rule.id), rule.id.as_str(), rule.valid_from, rule.valid_to, code);
        }
    }
    for change in &grid.changes {
        let date = change.at.date();
        for code in change.target.areas.iter().chain(&change.target.except) {
            check(format!("change \"{}\"", change.id), change.id.as_str(), Some(date), Some(date), code);
        }
    }
    for day in &grid.days {
        for code in day.target.areas.iter().chain(&day.target.except) {
            check(format!("day \"{}\"", day.name), &day.name, Some(day.from), Some(day.to), code);
        }
    }
    for list in &grid.fillers {
        for code in list.target.areas.iter().chain(&list.target.except) {
            check(format!("filler \"{}\"", list.name), &list.name, None, None, code);
        }
    }
    for silence in &grid.silences {
        let (from, to) = (silence.from.date(), silence.to.date());
        for code in silence.target.areas.iter().chain(&silence.target.except) {
            check(format!("the silence from {from}"), "silence", Some(from), Some(to), code);
        }
    }
    for code in grid.guards.iter().flat_map(|guard| &guard.areas) {
        check("a guard".into(), "guard", None, None, code);
    }
    for exception in &grid.exceptions {
        let date = exception.date;
        for code in &exception.areas {
            check(format!("the guard exception of {date}"), "guard", Some(date), Some(date), code);
        }
    }
    problems
}

/// Hours and caps that cannot be meant.
fn check_hours(grid: &Grid) -> Vec<Problem> {
    let mut problems = Vec::new();
    for guard in &grid.guards {
        let codes: Vec<&str> = guard.areas.iter().map(AreaCode::as_str).collect();
        let codes = codes.join(", ");
        if guard.open >= guard.close {
            let (open, close) = (guard.open, guard.close);
            let sentence =
                format!("the guard of {codes} opens at {open} and closes at {close}: let it close later than it opens");
            problems.push(Problem::refuse("guard-hours", "guard", sentence));
        }
        if guard.session_minutes == 0 {
            let sentence =
                format!("the guard of {codes} allows sessions of 0 minutes, so no slot could stand: use 1 or more");
            problems.push(Problem::refuse("guard-session", "guard", sentence));
        }
    }
    for guard in &grid.guards {
        let codes: Vec<&str> = guard.areas.iter().map(AreaCode::as_str).collect();
        let codes = codes.join(", ");
        if guard.day_minutes == Some(0) {
            let sentence =
                format!("the guard of {codes} allows 0 minutes a day, so no slot could stand: use 1 or more");
            problems.push(Problem::refuse("guard-day", "guard", sentence));
        }
        if let Some(minutes) = guard.repeat_minutes.filter(|minutes| *minutes > 1440) {
            let sentence = format!("the guard of {codes} keeps repeats {minutes} minutes apart: use 0 to 1440");
            problems.push(Problem::refuse("guard-repeat", "guard", sentence));
        }
    }
    // Opening and closing at the same time is a day of silence, and may be meant.
    for exception in grid.exceptions.iter().filter(|one| one.open > one.close) {
        let sentence = format!(
            "the guard exception of {} opens at {} and closes at {}: let it close later than it opens",
            exception.date, exception.open, exception.close
        );
        problems.push(Problem::refuse("guard-hours", "guard", sentence));
    }
    problems
}
