//! Weeks that are planned once for all stations of a class: what comes out is byte for byte what planning each station
//! alone gives. Everything of a plan but its airing ids follows from inputs without the station, and an airing id follows
//! from the station and the item.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use serde::Serialize;

use super::super::ids::{AiringId, Sha256, StationId};
use super::super::rundown::Item;
use super::{DayInputs, DayPlan, WeekInputs, digest_of, plan_week, week};

/// Classes kept at most, so that a nation of stations that all differ does not fill the memory; those beyond are planned
/// for each station.
const MOST_CLASSES: usize = 3_000;

/// Plans of weeks, by class; may be asked by several threads at a time.
#[derive(Debug, Default)]
pub struct SharedWeeks(Mutex<HashMap<Sha256, Arc<OnceLock<Vec<DayPlan>>>>>);

impl SharedWeeks {
    /// Classes met so far.
    pub fn classes(&self) -> usize {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).len()
    }

    /// As [`plan_week`], without planning again what was planned for another station of the class.
    pub fn plan(&self, inputs: &WeekInputs) -> Vec<DayPlan> {
        let Some(class) = class_of(inputs) else { return plan_week(inputs) };
        let plan = {
            let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            match known.get(&class) {
                Some(plan) => Arc::clone(plan),
                None if known.len() >= MOST_CLASSES => return plan_week(inputs),
                None => Arc::clone(known.entry(class).or_default()),
            }
        };
        // The first of a class plans it, and those who ask meanwhile wait for it.
        plan.get_or_init(|| plan_week(inputs)).iter().map(|day| day.for_station(&inputs.station)).collect()
    }
}

/// The class of a week: a digest of its inputs with airings named by what they are of instead of by their ids. None where
/// an id is not what the station and the item give: then the id itself may matter.
fn class_of(inputs: &WeekInputs) -> Option<Sha256> {
    let mut days = inputs.days.clone();
    let mut failed = Vec::with_capacity(days.len());
    for day in &mut days {
        failed.push(without_ids(&inputs.station, day)?);
    }
    /// What the digest is of.
    #[derive(Serialize)]
    struct Class<'a> {
        days: &'a [DayInputs],
        /// Places of the failed among the kept items of each day.
        failed: Vec<Vec<usize>>,
        slots: &'a super::WeekSlots,
        commune: &'a super::WeekSlots,
        eve: &'a super::eve::Eve,
    }
    let WeekInputs { slots, commune, eve, .. } = inputs;
    Some(digest_of(&Class { days: &days, failed, slots, commune, eve }))
}

/// Takes the ids of airings out of a day's inputs; which of its kept items failed.
fn without_ids(station: &StationId, day: &mut DayInputs) -> Option<Vec<usize>> {
    let failed = std::mem::take(&mut day.failed);
    let has_failed = |item: &Item| item.airing.is_some_and(|airing| failed.contains(&airing));
    let places = (0..day.kept.len()).filter(|at| has_failed(&day.kept[*at])).collect();
    for item in day.kept.iter_mut().chain(&mut day.published) {
        if item.airing != airing_of(station, item) {
            return None;
        }
        item.airing = None;
    }
    Some(places)
}

/// The id of an item's airing at a station; none where the item is no airing.
pub(super) fn airing_of(station: &StationId, item: &Item) -> Option<AiringId> {
    let sound = item.sound.as_ref()?;
    let source = week::source_of(&sound.order);
    Some(AiringId::new(station, &item.slot.rule, item.slot.start, &source, sound.nth))
}
