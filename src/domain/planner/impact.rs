//! What one bulletin does to the plans ahead: where and when it airs, what it moves or pushes out, which guard hours it
//! touches, and where it is not heard at all. The province is planned without it, then mended with it as a published week
//! is, and the two are compared; stations with equal inputs are planned once.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use chrono::{DateTime, Duration, NaiveDate, Utc};

use super::own::takes;
use super::slots::{Class, reaches};
use super::{DayInputs, DayPlan, GridPlan, Held, WEEK, WeekInputs, gather, monday_of, plan_week};
use crate::domain::area::Area;
use crate::domain::bulletin::{Approved, Origin};
use crate::domain::guard::admit_slots;
use crate::domain::ids::{AreaCode, BulletinCode, OrderId, RuleId, StationId};
use crate::domain::offer::{Answer, airs};
use crate::domain::problem::Severity;
use crate::domain::province::Province;
use crate::domain::rundown::Item;
use crate::domain::slot::Slot;
use crate::domain::station::{StandingChoice, Station};

/// An airing that begins this soon after the guard opens, or ends this soon before it closes, is near its edge, minutes.
pub const EDGE_MINUTES: i64 = 15;

/// What is compared.
#[derive(Debug, Clone, Copy)]
pub struct Comparison<'a> {
    /// The province with the bulletin's version approved.
    pub with: &'a Province,
    /// The same without it; an older version that airs today is still there.
    pub without: &'a Province,
    /// The bulletin.
    pub code: &'a BulletinCode,
    /// First day looked at.
    pub from: NaiveDate,
    /// Last day looked at, inclusive.
    pub to: NaiveDate,
    /// The moment; of today only what can still be planned counts.
    pub now: DateTime<Utc>,
}

/// What the bulletin does, station by station.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Impact {
    /// Every station that the bulletin is meant for on some of the days, by id.
    pub stations: Vec<StationImpact>,
}

/// What it does at one station.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StationImpact {
    /// Which.
    pub station: StationId,
    /// The commune it serves on the first of the days it is meant for.
    pub area: AreaCode,
    /// The days, in order; shared between stations with equal plans.
    pub days: Vec<Arc<DayImpact>>,
}

/// What it does on one day at the stations of one class.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DayImpact {
    /// The local day.
    pub date: NaiveDate,
    /// Starts of its airings, in order.
    pub starts: Vec<DateTime<Utc>>,
    /// Airings its orders ask for that day, or that its part of a weekly demand is; of today only those that can still be had.
    pub asked: u32,
    /// Other airings that come later, go elsewhere or fall out.
    pub displaced: Vec<Displaced>,
    /// Airings before the hour until which the night figure holds.
    pub night: u32,
    /// Airings within [`EDGE_MINUTES`] of the guard's opening or closing.
    pub near_edge: u32,
    /// Bulletin slots of the day that the guard refuses.
    pub refused_slots: u32,
    /// Why there is no airing; none when there is one, or none is due that day.
    pub silent: Option<Silent>,
}

/// An airing of something else that does not stay where it would be.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Displaced {
    /// The other bulletin.
    pub bulletin: BulletinCode,
    /// Its title.
    pub title: String,
    /// What happens to it.
    pub how: Shift,
}

/// What happens to a displaced airing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Shift {
    /// Stays in its slot, that many seconds later; fewer than 0 is earlier.
    InSlot(i64),
    /// Goes to another slot of the week.
    OtherSlot,
    /// Has no place that week any more.
    Out,
}

/// Why a station does not air it; where there are several reasons over the days, the last of this list stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Silent {
    /// No order reaches the station.
    NoOrder,
    /// No slot in the order's dayparts.
    NoSlot,
    /// It is longer than the longest slot.
    TooLong,
    /// The slots are full.
    Full,
    /// The commune takes no ordinary bulletins.
    Declined,
}

impl StationImpact {
    /// Its airings over all days.
    pub fn airings(&self) -> u64 {
        self.days.iter().map(|day| day.starts.len() as u64).sum()
    }

    /// Why it has no airing at all; none when it has one.
    pub fn silent(&self) -> Option<Silent> {
        if self.airings() > 0 {
            return None;
        }
        self.days.iter().filter_map(|day| day.silent).max()
    }
}

impl Impact {
    /// Stations with an airing.
    pub fn reached(&self) -> impl Iterator<Item = &StationImpact> {
        self.stations.iter().filter(|station| station.airings() > 0)
    }

    /// Airings at all stations.
    pub fn airings(&self) -> u64 {
        self.stations.iter().map(StationImpact::airings).sum()
    }
}

/// Compares the two provinces over the days.
pub fn impact(comparison: &Comparison) -> Impact {
    let Some(bulletin) = comparison.with.bulletins.iter().find(|one| one.code == *comparison.code) else {
        return Impact::default();
    };
    let (plan, _) = GridPlan::new(&comparison.with.grid);
    let mut classes = Classes { comparison, plan: &plan, bulletin, by_chain: HashMap::new(), weeks: HashMap::new() };
    let mut stations = Vec::new();
    for station in comparison.with.stations.values() {
        let days: Vec<(&AreaCode, Arc<DayImpact>)> = comparison
            .from
            .iter_days()
            .take_while(|date| *date <= comparison.to)
            .filter_map(|date| classes.day(station, date))
            .collect();
        let Some((area, _)) = days.first() else { continue };
        let area = (*area).clone();
        stations.push(StationImpact {
            station: station.id.clone(),
            area,
            days: days.into_iter().map(|(_, day)| day).collect(),
        });
    }
    Impact { stations }
}

/// What makes the plans of two stations equal on every day.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct Alike {
    class: Class,
    /// Orders and bulletins of either province that reach the station.
    reaching: Vec<bool>,
    /// Whether the bulletin is meant for it.
    meant: bool,
}

struct Classes<'a> {
    comparison: &'a Comparison<'a>,
    plan: &'a GridPlan,
    bulletin: &'a Approved,
    by_chain: HashMap<Vec<(AreaCode, NaiveDate)>, Arc<Alike>>,
    weeks: HashMap<WeekKey, Vec<Arc<DayImpact>>>,
}

/// What the impact on a week depends on: what each of its days is like (none where the station serves nothing), whether
/// what the commune said of bulletins, and its Monday.
type WeekKey = (Vec<Option<Arc<Alike>>>, Said, NaiveDate);

/// What a commune said: whether it declines ordinary bulletins, of single orders, and whether its own come first.
type Said = (bool, Option<BTreeMap<OrderId, Answer>>, bool);

impl<'a> Classes<'a> {
    /// The station's commune and its day; none when the bulletin is not meant for it that day.
    fn day(&mut self, station: &'a Station, date: NaiveDate) -> Option<(&'a AreaCode, Arc<DayImpact>)> {
        let area = station.area_on(date)?;
        let chain = self.comparison.with.areas.chain(area, date);
        let alike = self.alike(area, &chain);
        if !alike.meant {
            return None;
        }
        let declines = self.comparison.with.choices.get(&station.id) == Some(&StandingChoice::Decline);
        let monday = monday_of(date);
        let areas = &self.comparison.with.areas;
        let days = monday.iter_days().take(WEEK).map(|day| {
            let area = station.area_on(day)?;
            Some(self.alike(area, &areas.chain(area, day)))
        });
        let days = days.collect();
        let answers = self.comparison.with.answers.get(&station.id).cloned();
        let said = (declines, answers, self.comparison.with.own_first.contains(&station.id));
        let key = (days, said, monday);
        let weekday = (date - monday).num_days().unsigned_abs() as usize;
        let week = match self.weeks.get(&key) {
            Some(week) => week,
            None => {
                let week = self.plan_both(station, monday).into_iter().map(Arc::new).collect();
                self.weeks.entry(key).or_insert(week)
            }
        };
        Some((area, Arc::clone(week.get(weekday)?)))
    }

    fn alike(&mut self, area: &AreaCode, chain: &[&Area]) -> Arc<Alike> {
        let key: Vec<(AreaCode, NaiveDate)> = chain.iter().map(|unit| (unit.code.clone(), unit.valid_from)).collect();
        if let Some(alike) = self.by_chain.get(&key) {
            return Arc::clone(alike);
        }
        let Comparison { with, without, .. } = self.comparison;
        let targets = with
            .orders
            .iter()
            .map(|order| &order.target)
            .chain(with.bulletins.iter().map(|one| &one.target))
            .chain(without.bulletins.iter().map(|one| &one.target))
            .chain(with.pending.iter().chain(&without.pending).map(|one| &one.target));
        let alike = Arc::new(Alike {
            class: self.plan.reach(area, chain).class().clone(),
            reaching: targets.map(|target| reaches(target, chain)).collect(),
            meant: reaches(&self.bulletin.target, chain),
        });
        self.by_chain.insert(key, Arc::clone(&alike));
        alike
    }

    fn plan_both(&self, station: &Station, monday: NaiveDate) -> Vec<DayImpact> {
        let Comparison { with, without, now, .. } = self.comparison;
        let settings = &with.grid.settings;
        let today = now.with_timezone(&with.grid.zone).date_naive();
        let bare = |date| Held {
            over: date < today,
            not_before: (date == today).then(|| *now + settings.lead()),
            ..Held::default()
        };
        let (inputs, _) = gather(without, self.plan, station, monday, bare);
        let before = plan_week(&inputs);
        let mended = |date: NaiveDate| {
            let weekday = (date - monday).num_days().unsigned_abs() as usize;
            let published = before.get(weekday).map(|day| day.items.clone()).unwrap_or_default();
            Held { issued: date >= today, published, ..bare(date) }
        };
        let (inputs, _) = gather(with, self.plan, station, monday, mended);
        let after = plan_week(&inputs);
        week_impact(&inputs, &before, &after, self.bulletin)
    }
}

fn week_impact(inputs: &WeekInputs, before: &[DayPlan], after: &[DayPlan], bulletin: &Approved) -> Vec<DayImpact> {
    let airings: usize = after.iter().flat_map(|day| &day.items).filter(|item| is_of(item, &bulletin.code)).count();
    let wanted: u32 = inputs.days.iter().map(|day| asked(inputs, day, bulletin)).sum();
    let short = airings < wanted as usize;
    let displaced = displaced(before, after, &bulletin.code);
    let days = inputs.days.iter().zip(after).zip(displaced);
    days.map(|((day, after), displaced)| day_impact(inputs, day, after, displaced, short, bulletin)).collect()
}

fn day_impact(
    week: &WeekInputs,
    inputs: &DayInputs,
    after: &DayPlan,
    displaced: Vec<Displaced>,
    short: bool,
    bulletin: &Approved,
) -> DayImpact {
    let own: Vec<&Item> = after.items.iter().filter(|item| is_of(item, &bulletin.code)).collect();
    let (zone, guard) = (inputs.zone, &inputs.guard);
    let edge = Duration::minutes(EDGE_MINUTES);
    let (opens, closes, warns) = (guard.opens_at(zone), guard.closes_at(zone), guard.warns_until(zone));
    let near = |item: &&&Item| {
        // A guard open all day has no edges.
        closes.is_some_and(|closes| item.end() > closes - edge || item.start < opens + edge)
    };
    let guards = ["guard-before", "guard-after", "session-cap", "no-guard"];
    let refused = |problem: &&super::Problem| problem.severity == Severity::Refuse && guards.contains(&problem.code);
    DayImpact {
        date: inputs.date,
        starts: own.iter().map(|item| item.start).collect(),
        // What of today has passed already is no shortfall of the plan.
        asked: match inputs.not_before {
            Some(_) => count(own.iter()),
            None => asked(week, inputs, bulletin),
        },
        displaced,
        night: count(own.iter().filter(|item| item.start < warns)),
        near_edge: count(own.iter().filter(near)),
        refused_slots: count(after.problems.iter().filter(refused)),
        silent: own.is_empty().then(|| silent(week, inputs, short, bulletin)).flatten(),
    }
}

fn is_of(item: &Item, code: &BulletinCode) -> bool {
    item.sound.as_ref().is_some_and(|sound| sound.bulletin == *code)
}

fn count<T>(items: impl Iterator<Item = T>) -> u32 {
    u32::try_from(items.count()).unwrap_or(u32::MAX)
}

fn asked(week: &WeekInputs, day: &DayInputs, bulletin: &Approved) -> u32 {
    if day.over {
        return 0;
    }
    let orders = day.orders.iter().filter(|order| order.bulletin == bulletin.code);
    orders.map(|order| week.due(order, bulletin, day.date)).sum()
}

/// Airings of other bulletins that the second plan of a week does not have where the first has them, day by day.
pub fn displaced(before: &[DayPlan], after: &[DayPlan], code: &BulletinCode) -> Vec<Vec<Displaced>> {
    type Place<'a> = (&'a OrderId, &'a RuleId, DateTime<Utc>, u32);
    fn places<'a>(days: &'a [DayPlan], code: &BulletinCode) -> Vec<BTreeMap<Place<'a>, &'a Item>> {
        let others = |day: &'a DayPlan| -> BTreeMap<Place<'a>, &'a Item> {
            let items = day.items.iter().filter(|item| !is_of(item, code));
            let place = |item: &'a Item| {
                let sound = item.sound.as_ref()?;
                Some(((&sound.order, &item.slot.rule, item.slot.start, sound.nth), item))
            };
            items.filter_map(place).collect()
        };
        days.iter().map(others).collect()
    }
    let (had, has) = (places(before, code), places(after, code));
    // What an order gained elsewhere, for its lost airings to have gone to.
    let mut gained: BTreeMap<&OrderId, usize> = BTreeMap::new();
    for (day, has) in has.iter().enumerate() {
        for (order, ..) in has.keys().filter(|place| !had[day].contains_key(place)) {
            *gained.entry(order).or_default() += 1;
        }
    }
    let mut week = Vec::new();
    for (had, has) in had.iter().zip(&has) {
        let mut displaced = Vec::new();
        for (place, item) in had {
            let how = match has.get(place) {
                Some(stays) if stays.start == item.start => continue,
                Some(stays) => Shift::InSlot((stays.start - item.start).num_seconds()),
                None => match gained.get_mut(place.0).filter(|left| **left > 0) {
                    Some(left) => {
                        *left -= 1;
                        Shift::OtherSlot
                    }
                    None => Shift::Out,
                },
            };
            let Some(sound) = &item.sound else { continue };
            displaced.push(Displaced { bulletin: sound.bulletin.clone(), title: item.title.clone(), how });
        }
        displaced.sort();
        week.push(displaced);
    }
    week
}

/// Why a day has no airing; none when its orders ask for none that day, or the week has all it asks for.
fn silent(week: &WeekInputs, inputs: &DayInputs, short: bool, bulletin: &Approved) -> Option<Silent> {
    let orders: Vec<_> = inputs.orders.iter().filter(|order| order.bulletin == bulletin.code).collect();
    if orders.is_empty() {
        return Some(Silent::NoOrder);
    }
    let takes_it = |order: &&super::Order| airs(bulletin.priority, inputs.choice, inputs.answers.get(&order.id));
    if bulletin.origin == Origin::Department && !orders.iter().any(takes_it) {
        return Some(Silent::Declined);
    }
    if !short || asked(week, inputs, bulletin) == 0 {
        return None;
    }
    let (admitted, _) = admit_slots(&inputs.before, &inputs.slots, &inputs.guard, inputs.zone);
    let open = |slot: &&Slot| {
        let any = |order: &&super::Order| order.dayparts.is_empty() || order.dayparts.contains(&slot.daypart);
        takes(slot.kind, bulletin) && slot.takes(bulletin.topic) && orders.iter().any(any)
    };
    let longest = admitted.iter().filter(open).map(|slot| slot.end - slot.start).max();
    Some(match longest {
        None => Silent::NoSlot,
        Some(span) if span.num_milliseconds() < i64::try_from(bulletin.duration_ms).unwrap_or(i64::MAX) => {
            Silent::TooLong
        }
        Some(_) => Silent::Full,
    })
}
