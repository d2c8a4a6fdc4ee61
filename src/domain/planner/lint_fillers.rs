//! What is wrong with filler lists, and which slots may fall silent all the same.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{Days, NaiveDate};

use super::super::area::Areas;
use super::super::bulletin::{Approved, Origin};
use super::super::filler::{LEAST_SILENCE_MS, silence_left};
use super::super::ids::{AreaCode, BulletinCode, RuleId};
use super::super::problem::Problem;
use super::super::slot::{Grid, SlotKind};
use super::super::station::Station;
use super::day::padded_ms;
use super::filler::ladder;
use super::lint::served_on;
use super::slots::{Class, GridPlan, Reach, reaches};

/// Days looked at: every weekday once.
const DAYS: u64 = 7;

/// Longest spacing, minutes: a day.
const MOST_SPACING: u32 = 1440;

/// Lists that cannot be meant.
pub(super) fn check_lists(grid: &Grid) -> Vec<Problem> {
    let mut problems = Vec::new();
    for list in &grid.fillers {
        let mut refuse = |code, rest: &str| {
            problems.push(Problem::refuse(code, &list.name, format!("filler \"{}\" {rest}", list.name)));
        };
        if list.bulletins.is_empty() {
            refuse("filler-empty", "names no bulletin: name one, or drop the list");
        }
        if list.target.areas.is_empty() {
            refuse("no-area", "names no area: say where it fills");
        }
        if list.spacing_minutes > MOST_SPACING {
            refuse("spacing", "keeps the same sound more than a day apart: use 0 to 1440 minutes");
        }
        if list.most_a_day == Some(0) {
            refuse("filler-never", "may come 0 times a day: use 1 or more, or drop the list");
        }
    }
    problems
}

/// Slots whose ladder cannot fill them in the week from `from`, each rule once with the longest silence; and bulletins
/// of lists that are not approved. Where the grid has no filler, silence is meant, and nothing is told.
///
/// A slot's rest is as long as the slot without the shortest approved bulletin that it takes.
pub fn lint_fillers(
    grid: &Grid,
    areas: &Areas,
    stations: &[Station],
    approved: &[Approved],
    from: NaiveDate,
) -> Vec<Problem> {
    if grid.fillers.is_empty() {
        return Vec::new();
    }
    let (plan, _) = GridPlan::new(grid);
    let mut worst: BTreeMap<RuleId, Silence> = BTreeMap::new();
    for date in (0..DAYS).filter_map(|ahead| from.checked_add_days(Days::new(ahead))) {
        let mut classes: BTreeMap<Class, Reach> = BTreeMap::new();
        for area in served_on(areas, stations, date) {
            let reach = plan.reach(&area, &areas.chain(&area, date));
            classes.entry(reach.class().clone()).or_insert(reach);
        }
        for reach in classes.into_values() {
            look(&plan, &reach, areas, approved, date, &mut worst);
        }
    }
    let mut problems: Vec<Problem> = unknown(grid, approved);
    problems.extend(worst.into_iter().map(|(rule, one)| {
        let Silence { seconds, date, area } = one;
        let sentence = format!(
            "slots of rule \"{rule}\" may fall silent for {seconds} seconds, and their ladder cannot fill that \
             (first on {date} in {area}): add filler there, shorter or more of it"
        );
        Problem::warn("dead-air", &rule, sentence)
    }));
    problems
}

/// The longest silence of a rule's slots, and where it is met first.
struct Silence {
    seconds: usize,
    date: NaiveDate,
    area: AreaCode,
}

fn look(
    plan: &GridPlan,
    reach: &Reach,
    areas: &Areas,
    approved: &[Approved],
    date: NaiveDate,
    worst: &mut BTreeMap<RuleId, Silence>,
) {
    let seconds = |ms: u64| usize::try_from(padded_ms(ms) / 1000).unwrap_or(usize::MAX);
    let chain = areas.chain(reach.area(), date);
    let rungs = ladder(plan.fillers(reach), approved, &chain, date);
    let fillers: BTreeSet<&BulletinCode> = plan.grid().fillers.iter().flat_map(|list| &list.bulletins).collect();
    let airs = |one: &&Approved| {
        one.origin == Origin::Department
            && one.airs_from <= date
            && date <= one.airs_to
            && !fillers.contains(&one.code)
            && reaches(&one.target, &chain)
    };
    let bulletins: Vec<&Approved> = approved.iter().filter(airs).collect();
    for slot in plan.slots_on(reach, date).iter().filter(|slot| slot.kind == SlotKind::Bulletin) {
        let own = bulletins.iter().filter(|one| slot.takes(one.topic)).map(|one| seconds(one.duration_ms));
        // Without any bulletin it is no programme, and not filled.
        let Some(shortest) = own.min() else { continue };
        let lengths: Vec<usize> =
            rungs.iter().filter(|rung| rung.fills(&slot.topics)).map(|rung| seconds(rung.sound.duration_ms)).collect();
        let silent = silence_left(slot, shortest, &lengths);
        let told = worst.get(&slot.rule).is_some_and(|known| silent <= known.seconds);
        if silent >= seconds(LEAST_SILENCE_MS) && !told {
            worst.insert(slot.rule.clone(), Silence { seconds: silent, date, area: reach.area().clone() });
        }
    }
}

fn unknown(grid: &Grid, approved: &[Approved]) -> Vec<Problem> {
    let known: BTreeSet<&BulletinCode> = approved.iter().map(|one| &one.code).collect();
    let missing = grid.fillers.iter().flat_map(|list| list.bulletins.iter().map(move |code| (list, code)));
    missing
        .filter(|(_, code)| !known.contains(code))
        .map(|(list, code)| {
            let sentence = format!(
                "filler \"{}\" names bulletin {code}, which is not approved, so it fills nothing: approve it or mend \
                 the code",
                list.name
            );
            Problem::warn("filler-not-approved", &list.name, sentence)
        })
        .collect()
}
