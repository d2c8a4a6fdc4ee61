//! One area's slots on one day, with what each runs into and from where its rule comes: what the week's page shows.

use chrono::NaiveDate;

use super::super::area::{Area, Areas};
use super::super::guard::{GuardHours, slot_faults};
use super::super::ids::AreaCode;
use super::super::problem::Problem;
use super::super::slot::{AlteredSlot, Slot, SlotRule};
use super::slots::GridPlan;

/// A day of an area.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AreaDay {
    /// The local day.
    pub date: NaiveDate,
    /// The guard; none where no rule gives one, so that nothing may air.
    pub guard: Option<GuardHours>,
    /// Slots as the rules make them, in order of start.
    pub slots: Vec<AreaSlot>,
    /// Slots that the rules make and people left out or changed this day.
    pub altered: Vec<AlteredSlot>,
}

/// A slot of that day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AreaSlot {
    /// The slot.
    pub slot: Slot,
    /// The nearest unit that its rule names.
    pub from: Option<AreaCode>,
    /// What it runs into.
    pub problems: Vec<Problem>,
}

/// The nearest unit of a chain that a rule names.
pub fn named_by<'a>(rule: &SlotRule, chain: &[&'a Area]) -> Option<&'a Area> {
    chain.iter().copied().find(|unit| rule.target.areas.contains(&unit.code))
}

/// An area's day by this grid.
pub fn area_day(plan: &GridPlan, areas: &Areas, area: &AreaCode, date: NaiveDate) -> AreaDay {
    let chain = areas.chain(area, date);
    let reach = plan.reach(area, &chain);
    let (guard, missing) = plan.guard_on(&reach, date);
    let (slots, altered) = plan.day_on(&reach, date);
    let faults = match missing.is_empty() {
        true => slot_faults(&plan.slots_before(&reach, date), &slots, &guard, plan.grid().zone),
        false => Vec::new(),
    };
    let from = |slot: &Slot| {
        let rule = plan.grid().rules.iter().find(|rule| rule.id == slot.rule)?;
        named_by(rule, &chain).map(|unit| unit.code.clone())
    };
    let view = |(at, slot): (usize, Slot)| AreaSlot {
        from: from(&slot),
        problems: faults.iter().filter(|fault| fault.slot == at).map(|fault| fault.problem.clone()).collect(),
        slot,
    };
    AreaDay {
        date,
        guard: missing.is_empty().then_some(guard),
        slots: slots.into_iter().enumerate().map(view).collect(),
        altered,
    }
}
