//! The planner: from rules, orders and approved bulletins to the items of one station's day. Pure and deterministic:
//! equal inputs give equal bytes, whatever order files were in. It must not know of stores, keys or the current time.
//!
//! The way through it: [`GridPlan`] reads the rules once, [`gather`] collects what a station's week is planned from, and
//! [`plan_week`] makes the items of its days, by the [`fill`]; [`SharedWeeks`] makes them once for stations alike.
//! [`lint_grid`] and [`lint_orders`] say beforehand what will not work.

pub mod area_day;
mod calendar;
mod changes;
mod conflict;
mod day;
mod demand;
pub mod difference;
mod eve;
pub mod explain;
pub mod fill;
mod filler;
pub mod impact;
pub mod instance;
pub mod landing;
mod lint;
mod lint_fillers;
mod lint_orders;
mod overrun;
mod own;
mod shared;
mod slots;
#[cfg(test)]
mod tests;
mod unmet;
mod week;

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, NaiveDate, Utc, Weekday};
use chrono_tz::Tz;
use serde::Serialize;

pub use self::demand::{WeekSlots, plays_on};
pub use self::lint::lint_grid;
pub use self::lint_fillers::lint_fillers;
pub use self::lint_orders::{KnownBulletin, lint_orders};
pub use self::shared::SharedWeeks;
use self::slots::reaches;
pub use self::slots::{GridPlan, Reach, slots};
pub use self::week::plan_week;
use super::area::Area;
use super::bulletin::{Approved, Origin};
use super::filler::{FillerSound, Rung};
use super::guard::{GuardHours, admit_slots};
use super::ids::{AiringId, BulletinCode, OrderId, Sha256, StationId};
use super::offer::Answer;
use super::order::Order;
use super::problem::Problem;
use super::province::Province;
use super::rundown::Item;
use super::settings::Settings;
use super::slot::{AlteredSlot, Slot, SlotKind};
use super::station::{StandingChoice, Station};

/// Name and version of these planning rules, kept in every rundown. A change that can alter any plan is a new version.
pub const PLANNER: &str = "loa-fill/5";

/// Days of a week, Monday first; demand is counted by the week.
pub const WEEK: usize = 7;

/// Everything one day of a station's week is planned from, sorted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct DayInputs {
    /// The local day.
    pub date: NaiveDate,
    /// Zone of local times.
    pub zone: Tz,
    /// Minutes and seconds of *What counts*.
    pub settings: Settings,
    /// The guard in force.
    pub guard: GuardHours,
    /// The day before's slots within its hours, where one reaches to within five minutes of this day; else empty.
    pub before: Vec<Slot>,
    /// This day's slots as the rules make them, in order of start; those that break the guard are still among them.
    pub slots: Vec<Slot>,
    /// Slots that the rules make and people left out or changed this day.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub altered: Vec<AlteredSlot>,
    /// Orders that reach the station this day, by id.
    pub orders: Vec<Order>,
    /// The bulletins that those orders want, by code.
    pub bulletins: Vec<Approved>,
    /// Communes' own bulletins among those wanted that wait for their approval, by code: they reserve time.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub pending: Vec<Approved>,
    /// What fills the rest of its slots, the first choice first.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub ladder: Vec<Rung>,
    /// What the commune said of ordinary bulletins.
    pub choice: StandingChoice,
    /// What it said of single orders among these.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub answers: BTreeMap<OrderId, Answer>,
    /// Whether it puts its own priority items before the department's.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub own_first: bool,
    /// Whether a rundown was issued for it.
    pub issued: bool,
    /// Items frozen from that; they stand as they are.
    pub kept: Vec<Item>,
    /// Its other items; they stay where they still may and nothing worth more is in the way.
    pub published: Vec<Item>,
    /// Airings of the kept items that were said to have failed, in part or wholly: they are made good.
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    pub failed: BTreeSet<AiringId>,
    /// Nothing new starts before.
    pub not_before: Option<DateTime<Utc>>,
    /// The day is past: nothing of it is planned, and what it held only counts.
    pub over: bool,
}

/// What is known of a day before it is planned; by default nothing was issued for it.
#[derive(Debug, Clone, Default)]
pub struct Held {
    /// Whether a rundown was issued for it.
    pub issued: bool,
    /// Items frozen from that.
    pub kept: Vec<Item>,
    /// Its other items.
    pub published: Vec<Item>,
    /// Airings of it that were said to have failed.
    pub failed: BTreeSet<AiringId>,
    /// Nothing new starts before.
    pub not_before: Option<DateTime<Utc>>,
    /// The day is past.
    pub over: bool,
}

/// Everything a station's week is planned from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct WeekInputs {
    /// Whose week.
    pub station: StationId,
    /// Its seven days, Monday first.
    pub days: Vec<DayInputs>,
    /// How many bulletin slots each day has; weekly demands are counted by it.
    pub slots: WeekSlots,
    /// How many slots of the commune's own; the demands of its own bulletins are counted by it.
    #[serde(skip_serializing_if = "WeekSlots::is_empty")]
    pub commune: WeekSlots,
    /// What the day before holds that must not come again at once (see [`Self::begin_after`]).
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    eve: eve::Eve,
}

impl WeekInputs {
    /// Plays of an order due on that day (see [`plays_on`]).
    pub fn due(&self, order: &Order, bulletin: &Approved, date: NaiveDate) -> u32 {
        let own = bulletin.origin == Origin::Commune && !self.commune.is_empty();
        plays_on(order, bulletin.topic, date, if own { &self.commune } else { &self.slots })
    }

    /// SHA-256 over the planner's name and these inputs as JSON; what a rundown records as its inputs.
    pub fn digest(&self) -> Sha256 {
        digest_of(&(PLANNER, self))
    }

    /// Least time between two slots with the same bulletin that the unit asks for, minutes; the greatest of its days.
    pub(super) fn repeat_minutes(&self) -> u32 {
        self.days.iter().filter_map(|day| day.guard.repeat_minutes).max().unwrap_or(0)
    }

    /// As [`Self::digest`] without the station. Stations with an equal one have the same plan but for airing ids (see
    /// [`DayPlan::for_station`]), as long as nothing was issued to them.
    pub fn class_digest(&self) -> Sha256 {
        digest_of(&(PLANNER, &self.days, &self.slots, &self.commune, &self.eve))
    }
}

fn digest_of(value: &impl Serialize) -> Sha256 {
    // Cannot fail: no map with keys that are no text, and no writer that errs.
    Sha256::of(&serde_json::to_vec(value).expect("plain data is always valid JSON"))
}

/// A planned day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct DayPlan {
    /// Items in order of start, the kept ones among them.
    pub items: Vec<Item>,
    /// Plays of ordinary bulletins wanted here that the standing choice declined.
    pub declined: u32,
    /// What was left out, and why.
    pub problems: Vec<Problem>,
    /// What the station plays where an item cannot.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub ladder: Vec<FillerSound>,
}

impl DayPlan {
    /// The same plan for another station of the same class (see [`SharedWeeks`] and [`WeekInputs::class_digest`]).
    #[must_use]
    pub fn for_station(&self, station: &StationId) -> Self {
        let mut plan = self.clone();
        for item in &mut plan.items {
            if item.sound.is_some() {
                item.airing = shared::airing_of(station, item);
            }
        }
        plan
    }
}

/// Monday of the date's week; the date itself at the very beginning of the calendar.
pub fn monday_of(date: NaiveDate) -> NaiveDate {
    date.week(Weekday::Mon).checked_first_day().unwrap_or(date)
}

/// Collects and sorts what the week of `station` that begins on `monday` is planned from. `plan` is made from the
/// province's grid; `held` says of each day what was issued for it.
///
/// Problems, each with its day (0 for Monday): the station serves nothing then, no guard, an order whose bulletin is not
/// approved, or may not air there or then. Such orders are left out of the inputs.
pub fn gather(
    province: &Province,
    plan: &GridPlan,
    station: &Station,
    monday: NaiveDate,
    mut held: impl FnMut(NaiveDate) -> Held,
) -> (WeekInputs, Vec<(usize, Problem)>) {
    let (slots, commune) = (WeekSlots::default(), WeekSlots::default());
    let mut inputs = WeekInputs { station: station.id.clone(), days: Vec::new(), slots, commune, eve: BTreeMap::new() };
    let mut problems = Vec::new();
    for (weekday, date) in monday.iter_days().take(WEEK).enumerate() {
        let (day, found) = gather_day(province, plan, station, date, held(date));
        let (admitted, _) = admit_slots(&[], &day.slots, &day.guard, day.zone);
        inputs.slots.count(weekday, &admitted, SlotKind::Bulletin);
        inputs.commune.count(weekday, &admitted, SlotKind::Commune);
        inputs.days.push(day);
        problems.extend(found.into_iter().map(|problem| (weekday, problem)));
    }
    if !inputs.slots.has_topics() {
        // Then no topic can matter, and the week is planned from what it ever was.
        inputs.days.iter_mut().flat_map(|day| &mut day.bulletins).for_each(|bulletin| bulletin.topic = None);
    }
    (inputs, problems)
}

fn gather_day(
    province: &Province,
    plan: &GridPlan,
    station: &Station,
    date: NaiveDate,
    held: Held,
) -> (DayInputs, Vec<Problem>) {
    let mut inputs = DayInputs {
        date,
        zone: plan.grid().zone,
        settings: plan.grid().settings.clone(),
        guard: GuardHours::closed(date),
        before: Vec::new(),
        slots: Vec::new(),
        altered: Vec::new(),
        orders: Vec::new(),
        bulletins: Vec::new(),
        pending: Vec::new(),
        ladder: Vec::new(),
        choice: province.choices.get(&station.id).copied().unwrap_or_default(),
        answers: BTreeMap::new(),
        own_first: province.own_first.contains(&station.id),
        issued: held.issued,
        kept: held.kept,
        published: held.published,
        failed: held.failed,
        not_before: held.not_before,
        over: held.over,
    };
    for items in [&mut inputs.kept, &mut inputs.published] {
        items.sort_by(|a, b| (a.start, a.airing, &a.slot.rule).cmp(&(b.start, b.airing, &b.slot.rule)));
    }
    let id = &station.id;
    let Some(area) = station.area_on(date) else {
        let sentence = format!("station {id} serves no area on {date}: give it a serves row for that day");
        return (inputs, vec![Problem::warn("serves-nothing", id, sentence)]);
    };
    let chain = province.areas.chain(area, date);
    if chain.is_empty() {
        let sentence = format!("station {id} serves {area}, which is no unit on {date}: mend its serves rows");
        return (inputs, vec![Problem::warn("serves-unknown", id, sentence)]);
    }
    let reach = plan.reach(area, &chain);
    let (guard, mut problems) = plan.guard_on(&reach, date);
    inputs.guard = guard;
    (inputs.slots, inputs.altered) = plan.day_on(&reach, date);
    inputs.before = plan.slots_before(&reach, date);
    inputs.ladder = filler::ladder(plan.fillers(&reach), &province.bulletins, &chain, date);
    let Wanted { orders, bulletins, pending, problems: mut left_out } = wanted(province, &chain, date);
    let said = province.answers.get(&station.id);
    let answers = orders.iter().filter_map(|order| Some((order.id.clone(), said?.get(&order.id)?.clone())));
    inputs.answers = answers.collect();
    (inputs.orders, inputs.bulletins, inputs.pending) = (orders, bulletins, pending);
    problems.append(&mut left_out);
    (inputs, problems)
}

/// See [`wanted`].
struct Wanted {
    orders: Vec<Order>,
    bulletins: Vec<Approved>,
    pending: Vec<Approved>,
    problems: Vec<Problem>,
}

/// Orders that reach the bottom of the chain on that day, with their bulletins; and why some are left out.
fn wanted(province: &Province, chain: &[&Area], date: NaiveDate) -> Wanted {
    let mut orders: Vec<&Order> = province
        .orders
        .iter()
        .filter(|order| order.from <= date && date <= order.to && reaches(&order.target, chain))
        .collect();
    orders.sort_by_key(|order| &order.id);
    let codes: BTreeSet<&BulletinCode> = orders.iter().map(|order| &order.bulletin).collect();
    let mut bulletins: BTreeMap<&BulletinCode, &Approved> = BTreeMap::new();
    for bulletin in province.bulletins.iter().filter(|bulletin| codes.contains(&bulletin.code)) {
        let newest = bulletins.entry(&bulletin.code).or_insert(bulletin);
        if newest.version < bulletin.version {
            *newest = bulletin;
        }
    }
    let mut pending: BTreeMap<&BulletinCode, &Approved> = BTreeMap::new();
    for bulletin in
        province.pending.iter().filter(|one| codes.contains(&one.code) && !bulletins.contains_key(&one.code))
    {
        pending.insert(&bulletin.code, bulletin);
    }
    let mut problems = Vec::new();
    orders.retain(|order| {
        let problem = match bulletins.get(&order.bulletin).or_else(|| pending.get(&order.bulletin)) {
            None => Some(("not-approved", "is not approved: approve it, or end the order".to_owned())),
            Some(bulletin) if date < bulletin.airs_from || bulletin.airs_to < date => {
                let (first, last) = (bulletin.airs_from, bulletin.airs_to);
                Some((
                    "outside-dates",
                    format!("airs from {first} to {last} only, not on {date}: mend the order's dates"),
                ))
            }
            Some(bulletin) if !reaches(&bulletin.target, chain) => {
                let area = chain.first().map_or("this area", |unit| unit.code.as_str());
                Some(("outside-target", format!("may not air in {area}: mend the order's areas or the bulletin's")))
            }
            Some(_) => None,
        };
        let Some((code, rest)) = problem else { return true };
        let sentence = format!("order \"{}\" wants bulletin {}, which {rest}", order.id, order.bulletin);
        problems.push(Problem::warn(code, &order.id, sentence));
        false
    });
    let mut seen = BTreeSet::new();
    orders.retain(|order| {
        let fresh = seen.insert(&order.id);
        if !fresh {
            let sentence = format!("order \"{}\" is given more than once: give each order its own id", order.id);
            problems.push(Problem::refuse("duplicate-order", &order.id, sentence));
        }
        fresh
    });
    let codes: BTreeSet<&BulletinCode> = orders.iter().map(|order| &order.bulletin).collect();
    let of = |some: BTreeMap<&BulletinCode, &Approved>| {
        some.into_values().filter(|one| codes.contains(&one.code)).cloned().collect()
    };
    Wanted {
        bulletins: of(bulletins),
        pending: of(pending),
        orders: orders.iter().copied().cloned().collect(),
        problems,
    }
}
