//! Dated exceptions to slot rules: which hold where, and what they make of a slot. A slot is meant by the start that its
//! rule gives it, so that an edited rule either still has that slot or the exception meets nothing and the lint says so.

use std::collections::BTreeMap;
use std::ops::RangeInclusive;

use chrono::{Duration, NaiveDate, NaiveDateTime, Timelike};
use chrono_tz::Tz;

use super::super::area::{Area, Areas};
use super::super::guard::nearest;
use super::super::problem::Problem;
use super::super::recurrence::to_utc;
use super::super::slot::{Alteration, AlteredSlot, Changed, Daypart, Grid, Slot, SlotChange, SlotRule};
use super::super::station::Station;
use super::lint::served_on;
use super::slots::{GridPlan, reaches};

impl SlotChange {
    /// Whether it means the slot that this rule makes at that local time.
    pub(super) fn is_of(&self, rule: &SlotRule, local: NaiveDateTime) -> bool {
        self.rule == rule.id && self.at == local
    }
}

/// Of the exceptions of each day those that hold for the unit whose chain this is: for each slot the one that names the
/// nearest unit, and the last in the file of those that name the same one.
pub(super) fn holding(
    changes: &[SlotChange],
    by_date: &BTreeMap<NaiveDate, Vec<usize>>,
    chain: &[&Area],
) -> BTreeMap<NaiveDate, Vec<usize>> {
    let on_day = |list: &Vec<usize>| -> Vec<usize> {
        let mut by_slot: BTreeMap<_, Vec<usize>> = BTreeMap::new();
        for at in list.iter().filter(|at| reaches(&changes[**at].target, chain)) {
            by_slot.entry((&changes[*at].rule, changes[*at].at)).or_default().push(*at);
        }
        let best = |list: Vec<usize>| {
            nearest(chain, list.iter().map(|at| &changes[*at].target.areas)).map(|place| list[place])
        };
        by_slot.into_values().filter_map(best).collect()
    };
    let days = by_date.iter().map(|(date, list)| (*date, on_day(list)));
    days.filter(|(_, list)| !list.is_empty()).collect()
}

/// The slot that a rule makes at this local time, as the exception leaves it; with what the exception did to it.
pub(super) fn slot_of(
    rule: &SlotRule,
    zone: Tz,
    local: NaiveDateTime,
    change: Option<&SlotChange>,
) -> (Option<Slot>, Option<AlteredSlot>) {
    let original_start = to_utc(zone, local);
    let (begins, minutes) = match change.map(|change| change.what) {
        None | Some(Changed::Cancel) => (local, rule.minutes),
        Some(Changed::Length { minutes }) => (local, minutes),
        Some(Changed::Move { to, minutes }) => {
            let moved = local.date().and_hms_opt(u32::from(to.minutes()) / 60, u32::from(to.minutes()) % 60, 0);
            (moved.unwrap_or(local), minutes.unwrap_or(rule.minutes))
        }
    };
    let start = to_utc(zone, begins);
    let Some(end) = start.checked_add_signed(Duration::minutes(minutes.into())) else { return (None, None) };
    let altered = |how, reason: &str| AlteredSlot {
        original_start,
        rule: rule.id.clone(),
        name: rule.name.clone(),
        how,
        reason: reason.into(),
    };
    let slot = Slot {
        rule: rule.id.clone(),
        name: rule.name.clone(),
        kind: rule.kind,
        source: rule.source.clone(),
        start,
        end,
        daypart: Daypart::of_hour(begins.hour()),
        topics: rule.topics.clone(),
        overrun: rule.overrun,
        moved_from: (start != original_start).then_some(original_start),
    };
    match change {
        None => (Some(slot), None),
        Some(SlotChange { what: Changed::Cancel, reason, .. }) => (None, Some(altered(Alteration::Cancelled, reason))),
        Some(SlotChange { reason, .. }) => (Some(slot), Some(altered(Alteration::Moved { start, end }, reason))),
    }
}

/// Everything that can be said of an exception without asking where it holds.
pub(super) fn check_change(change: &SlotChange, grid: &Grid, allowed: &RangeInclusive<u32>) -> Vec<Problem> {
    let id = &change.id;
    let mut problems = Vec::new();
    let mut refuse = |code, rest: String| problems.push(Problem::refuse(code, id, format!("change \"{id}\" {rest}")));
    let minutes = match change.what {
        Changed::Cancel => None,
        Changed::Move { to, minutes } => {
            if to.minutes() >= 1440 {
                refuse("change-to", format!("moves its slot to {to}: use a time before 24:00 of the same day"));
            }
            minutes
        }
        Changed::Length { minutes } => Some(minutes),
    };
    if let Some(minutes) = minutes.filter(|minutes| !allowed.contains(minutes)) {
        let (least, most) = (allowed.start(), allowed.end());
        refuse("slot-minutes", format!("makes its slot last {minutes} minutes: use {least} to {most}"));
    }
    if change.reason.trim().is_empty() {
        refuse("no-reason", "gives no reason, and people will ask: say why".into());
    }
    if change.target.areas.is_empty() {
        refuse("no-area", "names no area: say where it holds".into());
    }
    if grid.changes.iter().filter(|other| other.id == *id).count() > 1 {
        refuse("duplicate-change", "is given more than once: give each change its own id".into());
    }
    problems
}

/// Exceptions from that day on that mean a slot which the rules make nowhere.
pub(super) fn pointless(plan: &GridPlan, areas: &Areas, stations: &[Station], from: NaiveDate) -> Vec<Problem> {
    let meets = |change: &&SlotChange| {
        let date = change.at.date();
        let mut units = served_on(areas, stations, date).into_iter();
        units.any(|area| {
            let chain = areas.chain(&area, date);
            reaches(&change.target, &chain) && plan.makes(&plan.reach(&area, &chain), &change.rule, change.at)
        })
    };
    let changes = plan.changes().filter(|change| from <= change.at.date());
    changes
        .filter(|change| !meets(change))
        .map(|change| {
            let at = change.at.format("%Y-%m-%d %H:%M");
            let sentence = format!(
                "change \"{}\" means the slot of rule \"{}\" at {at}, which no rule makes in its areas: \
                 mend its rule, time or areas, or drop it",
                change.id, change.rule
            );
            Problem::warn("change-meets-nothing", &change.id, sentence)
        })
        .collect()
}
