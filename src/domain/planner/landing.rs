//! Where one order comes to stand in a station's week, at which moments, and what it moves there: two plans of the week,
//! without it and with it, set beside each other item by item.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};

use super::day::{is_of, order_of};
use super::{DayPlan, WeekInputs};
use crate::domain::ids::{OrderId, RuleId};
use crate::domain::rundown::{Item, ItemKind};

/// What becomes of a day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DayLanding {
    /// The local day.
    pub date: NaiveDate,
    /// Plays of the order, in order of start.
    pub plays: Vec<Landing>,
    /// Other items of the day that do not stay where they would be, in order of where they would.
    pub moved: Vec<Moved>,
}

/// One play.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Landing {
    /// Start.
    pub start: DateTime<Utc>,
    /// End.
    pub end: DateTime<Utc>,
    /// Name of its slot's rule; empty where no rule makes the slot any more.
    pub slot: String,
    /// Start of the slot.
    pub slot_start: DateTime<Utc>,
    /// End of the slot.
    pub slot_end: DateTime<Utc>,
}

/// An item that does not stay.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Moved {
    /// Its title.
    pub title: String,
    /// Whether it is a commune's own.
    pub commune: bool,
    /// Where it would begin.
    pub from: DateTime<Utc>,
    /// Where it begins instead; none when it has no place that week any more.
    pub to: Option<DateTime<Utc>>,
}

/// An item's place: whose it is, its slot, and which play of the order in it.
type Place<'a> = (&'a OrderId, &'a RuleId, DateTime<Utc>, u32);

/// Compares the plan of a week with the order, which was made from `inputs`, to the plan without it, day by day.
pub fn landings(inputs: &WeekInputs, before: &[DayPlan], after: &[DayPlan], order: &OrderId) -> Vec<DayLanding> {
    let (had, has) = (places(before, order), places(after, order));
    // Where an order stands now and did not, for what it lost to have gone to.
    let mut gained: BTreeMap<&OrderId, Vec<DateTime<Utc>>> = BTreeMap::new();
    for (place, item) in has.iter().filter(|(place, _)| !had.contains_key(*place)) {
        gained.entry(place.0).or_default().push(item.start);
    }
    gained.values_mut().for_each(|starts| starts.sort_by(|a, b| b.cmp(a)));
    let mut lost: Vec<(&Place, &&Item)> = had.iter().collect();
    lost.sort_by_key(|(_, item)| item.start);
    let mut moved: Vec<Moved> = Vec::new();
    for (place, item) in lost {
        let to = match has.get(place) {
            Some(stays) if stays.start == item.start => continue,
            Some(stays) => Some(stays.start),
            None => gained.get_mut(place.0).and_then(Vec::pop),
        };
        let commune = item.kind == ItemKind::Commune;
        moved.push(Moved { title: item.title.clone(), commune, from: item.start, to });
    }
    let days = inputs.days.iter().zip(after);
    days.map(|(day, plan)| DayLanding {
        date: day.date,
        plays: plan
            .items
            .iter()
            .filter(|item| order_of(item) == Some(order))
            .map(|item| Landing {
                start: item.start,
                end: item.end(),
                slot: day.slots.iter().find(|slot| is_of(item, slot)).map(|slot| slot.name.clone()).unwrap_or_default(),
                slot_start: item.slot.begins(),
                slot_end: item.slot.end,
            })
            .collect(),
        moved: moved.iter().filter(|one| one.from.with_timezone(&day.zone).date_naive() == day.date).cloned().collect(),
    })
    .collect()
}

/// Items of other orders by their places.
fn places<'a>(days: &'a [DayPlan], order: &OrderId) -> BTreeMap<Place<'a>, &'a Item> {
    let items = days.iter().flat_map(|day| &day.items);
    let place = |item: &'a Item| {
        let of = order_of(item).filter(|of| *of != order)?;
        let nth = item.sound.as_ref().map_or(0, |sound| sound.nth);
        Some(((of, &item.slot.rule, item.slot.start, nth), item))
    };
    items.filter_map(place).collect()
}
