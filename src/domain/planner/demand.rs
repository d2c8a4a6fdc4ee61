//! Demand: how many plays an order gets on one day.

use std::collections::BTreeSet;

use chrono::{Datelike, NaiveDate};
use serde::Serialize;

use super::super::bulletin::Topic;
use super::super::ids::Sha256;
use super::super::order::{Demand, Order};
use super::super::slot::{Daypart, Slot, SlotKind, takes};

/// Most plays a week; the lint refuses more.
const MOST_A_WEEK: u32 = 168;

/// How many slots of one kind each day of a week has, Monday first, by daypart.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct WeekSlots {
    morning: [u32; 7],
    noon: [u32; 7],
    evening: [u32; 7],
    /// Those kept for some topics, apart.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    topical: Vec<TopicalSlots>,
}

/// Bulletin slots that are kept for some topics.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
struct TopicalSlots {
    topics: BTreeSet<Topic>,
    daypart: Daypart,
    days: [u32; 7],
}

impl WeekSlots {
    /// Counts the slots of a kind among one day's slots; `weekday` is 0 for Monday to 6.
    pub(super) fn count(&mut self, weekday: usize, slots: &[Slot], kind: SlotKind) {
        for slot in slots.iter().filter(|slot| slot.kind == kind) {
            self.days_of(slot)[weekday] += 1;
        }
    }

    fn days_of(&mut self, slot: &Slot) -> &mut [u32; 7] {
        if slot.topics.is_empty() {
            return match slot.daypart {
                Daypart::Morning => &mut self.morning,
                Daypart::Noon => &mut self.noon,
                Daypart::Evening => &mut self.evening,
            };
        }
        let known = |one: &TopicalSlots| one.daypart == slot.daypart && one.topics == slot.topics;
        let at = self.topical.iter().position(known).unwrap_or_else(|| {
            self.topical.push(TopicalSlots { topics: slot.topics.clone(), daypart: slot.daypart, days: [0; 7] });
            self.topical.len() - 1
        });
        &mut self.topical[at].days
    }

    /// Whether no slot was counted.
    pub(super) fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// Whether some are kept for topics.
    pub(super) fn has_topics(&self) -> bool {
        !self.topical.is_empty()
    }

    fn open_to(&self, order: &Order, topic: Option<Topic>) -> [u32; 7] {
        let parts = [(Daypart::Morning, &self.morning), (Daypart::Noon, &self.noon), (Daypart::Evening, &self.evening)];
        let topical = self.topical.iter().filter(|one| takes(&one.topics, topic));
        let mut days = [0; 7];
        for (_, counts) in parts
            .into_iter()
            .chain(topical.map(|one| (one.daypart, &one.days)))
            .filter(|(daypart, _)| order.dayparts.is_empty() || order.dayparts.contains(daypart))
        {
            for (day, count) in days.iter_mut().zip(counts) {
                *day += count;
            }
        }
        days
    }
}

/// Plays of an order on that day, at a station whose week has these slots; `topic` is its bulletin's.
///
/// A weekly demand is spread evenly over the days, Monday to Sunday, that have a slot for it, and no
/// day gets more plays than it has such slots while another has one to spare. Which days come first depends on the
/// order's id alone, so that not all orders crowd the same ones. A whole week sums to the demand exactly; a week that
/// the order's dates cut has its days' part of it.
pub fn plays_on(order: &Order, topic: Option<Topic>, date: NaiveDate, week: &WeekSlots) -> u32 {
    if date < order.from || order.to < date {
        return 0;
    }
    match order.demand {
        Demand::PerDay(plays) => plays,
        Demand::PerWeek(plays) => spread(order, topic, plays, week)[date.weekday().num_days_from_monday() as usize],
    }
}

/// Plays of each day of a week: a round gives one play to each day that still has a slot, and the last round, which
/// has fewer plays than days, goes to days evenly apart.
fn spread(order: &Order, topic: Option<Topic>, plays: u32, week: &WeekSlots) -> [u32; 7] {
    let slots = week.open_to(order, topic);
    let offset = usize::from(Sha256::of(order.id.as_str().as_bytes()).as_bytes()[0]);
    let days_with = |least: u32| -> Vec<usize> { (0..7).filter(|day| slots[*day] >= least).collect() };
    let mut days = [0; 7];
    let mut left = plays.min(MOST_A_WEEK) as usize;
    let mut round = 0;
    while left > 0 {
        round += 1;
        // With every slot taken the rest is still asked for, so that the day's plan can say it is unmet.
        let turn = [round, 1, 0].into_iter().map(days_with).find(|turn| !turn.is_empty()).unwrap_or_default();
        let here = left.min(turn.len());
        let share = |place: usize| (place + offset) * here / turn.len();
        for (place, day) in turn.iter().enumerate() {
            days[*day] += u32::from(share(place + 1) > share(place));
        }
        left -= here;
    }
    days
}

/// Counts up with the weeks, from a number of the order's own, so that single plays take morning, noon and evening by
/// turns: those who are out at one of them hear it at another.
pub(super) fn turn(order: &Order, monday: NaiveDate) -> usize {
    let start = usize::from(Sha256::of(order.id.as_str().as_bytes()).as_bytes()[1]);
    start + usize::try_from(monday.num_days_from_ce().div_euclid(7).max(0)).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use chrono::Duration;
    use proptest::prelude::*;

    use super::*;
    use crate::domain::area::Target;

    fn order(id: &str, demand: Demand) -> Order {
        Order {
            id: id.parse().unwrap(),
            bulletin: "CCHC-2024-01".parse().unwrap(),
            demand,
            dayparts: vec![],
            weight: 1,
            spacing_minutes: 0,
            target: Target { areas: BTreeSet::new(), except: BTreeSet::new() },
            from: "2024-01-01".parse().unwrap(),
            to: "2024-12-31".parse().unwrap(),
        }
    }

    fn even(slots: u32) -> WeekSlots {
        WeekSlots { morning: [slots; 7], ..WeekSlots::default() }
    }

    fn week_of(order: &Order, week: &WeekSlots) -> Vec<u32> {
        (0..7).map(|day| plays_on(order, None, order.from + Duration::days(day), week)).collect()
    }

    #[test]
    fn a_week_is_spread_over_the_days_that_have_a_slot_in_the_dayparts() {
        let weekend = WeekSlots { noon: [0, 0, 0, 0, 0, 1, 1], ..even(1) };
        let order = Order { dayparts: vec![Daypart::Noon], ..order("yc-1", Demand::PerWeek(2)) };
        assert_eq!(week_of(&order, &weekend), [0, 0, 0, 0, 0, 1, 1]);
        let order = Order { demand: Demand::PerWeek(5), ..order };
        assert_eq!(week_of(&order, &weekend).iter().sum::<u32>(), 5, "what has no slot is still asked for");
    }

    proptest! {
        #[test]
        fn no_day_gets_more_plays_than_slots_while_the_week_has_enough(
            id in "[a-z0-9-]{1,20}", plays in 0u32..=60, morning in any::<[u8; 7]>(), evening in any::<[u8; 7]>(),
        ) {
            let counts = |bytes: [u8; 7]| bytes.map(|byte| u32::from(byte % 4));
            let week = WeekSlots { morning: counts(morning), evening: counts(evening), ..WeekSlots::default() };
            let order = order(&id, Demand::PerWeek(plays));
            let slots = week.open_to(&order, None);
            let days = week_of(&order, &week);
            prop_assert_eq!(days.iter().sum::<u32>(), plays);
            if plays <= slots.iter().sum() {
                prop_assert!(days.iter().zip(slots).all(|(plays, slots)| *plays <= slots), "{days:?} {slots:?}");
            }
        }

        #[test]
        fn a_whole_week_sums_to_the_demand_and_its_days_differ_by_one_at_most(
            id in "[a-z0-9-]{1,20}", plays in 1u32..=168, week in 0i64..50,
        ) {
            let order = order(&id, Demand::PerWeek(plays));
            // 1 January 2024 is a Monday.
            let days: Vec<u32> =
                (0..7).map(|day| plays_on(&order, None, order.from + Duration::days(week * 7 + day), &even(24))).collect();
            prop_assert_eq!(days.iter().sum::<u32>(), plays);
            prop_assert!(days.iter().max().unwrap() - days.iter().min().unwrap() <= 1);
        }
    }

    #[test]
    fn a_daily_demand_is_the_same_each_day_and_nothing_outside_the_dates() {
        let order = order("yc-1", Demand::PerDay(3));
        assert_eq!(plays_on(&order, None, "2024-06-12".parse().unwrap(), &even(3)), 3);
        assert_eq!(plays_on(&order, None, "2023-12-31".parse().unwrap(), &even(3)), 0);
        assert_eq!(plays_on(&order, None, "2025-01-01".parse().unwrap(), &even(3)), 0);
    }

    #[test]
    fn orders_of_one_play_a_week_do_not_all_crowd_the_same_day() {
        let monday: NaiveDate = "2024-06-10".parse().unwrap();
        let days: BTreeSet<i64> = (0..40)
            .filter_map(|n| {
                let order = order(&format!("yc-{n}"), Demand::PerWeek(1));
                (0..7).find(|day| plays_on(&order, None, monday + Duration::days(*day), &even(1)) == 1)
            })
            .collect();
        assert!(days.len() >= 5, "{days:?}");
    }
}
