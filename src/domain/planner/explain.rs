//! Why a bulletin airs at a station on a day, or why it does not, slot by slot, and what would have to change. One answer
//! for the operator's page, the approver's and the command line.

use chrono::{DateTime, Duration, Utc};
use serde::Serialize;

use super::super::bulletin::{Approved, Origin};
use super::super::guard::admit_slots;
use super::super::ids::{BulletinCode, OrderId, RuleId};
use super::super::offer::{airs, dayparts};
use super::super::order::{Demand, Order};
use super::super::problem::{Problem, Severity};
use super::super::rundown::Item;
use super::super::slot::{AlteredSlot, Slot};
use super::day::{is_of, order_of, padded_ms, spared_ms};
use super::own::takes;
use super::{DayPlan, WeekInputs};

/// The answer for one bulletin, station and day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Explanation {
    /// What each order for it came to; none where no order reaches the station that day.
    pub orders: Vec<OrderAnswer>,
    /// Why orders for it were left out: not approved, not in these dates or areas.
    pub left_out: Vec<Problem>,
    /// Slots of the day that the guard refuses, each with its reason.
    pub refused_slots: Vec<Problem>,
    /// Slots that people left out, moved or gave another length that day, each with their reason.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub altered: Vec<AlteredSlot>,
}

/// What one order came to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct OrderAnswer {
    /// Order.
    pub order: OrderId,
    /// Plays it asks for, of this day or of this week.
    pub wanted: u32,
    /// Plays it has of these.
    pub had: u32,
    /// Whether both are of the week.
    pub weekly: bool,
    /// The commune takes no ordinary bulletins.
    pub declined: bool,
    /// Each bulletin slot of the day.
    pub slots: Vec<SlotAnswer>,
}

/// What of the order is in a slot, or why nothing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SlotAnswer {
    /// Rule of the slot.
    pub rule: RuleId,
    /// Start.
    pub start: DateTime<Utc>,
    /// What is in it.
    pub answer: Answer,
}

/// Why the order is in a slot or not; the first that applies.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Answer {
    /// It airs there, beginning then.
    Airs(DateTime<Utc>),
    /// The commune declines it.
    Declined,
    /// The slot lies in a part of the day that the order does not allow.
    OtherDaypart,
    /// The slot is kept for bulletins with another topic.
    OtherTopic,
    /// It is longer than the slot.
    TooShort {
        /// Length of the bulletin, ms.
        needs_ms: u64,
        /// Length of the slot, ms.
        has_ms: u64,
    },
    /// The order has all that it asks for.
    Enough,
    /// Nothing new may begin there any more.
    Past,
    /// Another play of the bulletin is nearer than the order allows.
    TooNear(DateTime<Utc>),
    /// Another play of the bulletin is nearer than the unit allows repeats, though not than the order does.
    RepeatsTooSoon(DateTime<Utc>),
    /// What stands there leaves no time, and none of it counts for less.
    Full {
        /// Titles of what stands there.
        by: Vec<String>,
        /// Time that is left, ms.
        left_ms: u64,
    },
    /// There is time, and the day has as many plays of it as a day may.
    DayFull,
}

/// Explains the day (0 for Monday) of a week; `week` is its plan or its issued rundowns, `left_out` what was found when
/// the inputs were gathered.
pub fn explain(
    inputs: &WeekInputs,
    week: &[DayPlan],
    day: usize,
    code: &BulletinCode,
    left_out: &[(usize, Problem)],
) -> Explanation {
    let empty =
        Explanation { orders: Vec::new(), left_out: Vec::new(), refused_slots: Vec::new(), altered: Vec::new() };
    let (Some(one), Some(plan)) = (inputs.days.get(day), week.get(day)) else { return empty };
    let (slots, found) = admit_slots(&one.before, &one.slots, &one.guard, one.zone);
    let bulletin = one.bulletins.iter().chain(&one.pending).find(|bulletin| bulletin.code == *code);
    let orders = one.orders.iter().filter(|order| order.bulletin == *code);
    let answer = |order: &Order| {
        let bulletin = bulletin?;
        let place = Seen { inputs, week, day, plan, order, bulletin };
        Some(place.answer(&slots))
    };
    let about = format!("bulletin {code}, ");
    Explanation {
        orders: orders.filter_map(answer).collect(),
        left_out: left_out
            .iter()
            .filter(|(of, problem)| *of == day && problem.sentence.contains(&about))
            .map(|(_, problem)| problem.clone())
            .collect(),
        refused_slots: found.into_iter().filter(|problem| problem.severity == Severity::Refuse).collect(),
        altered: one.altered.clone(),
    }
}

/// One order on one day.
struct Seen<'a> {
    inputs: &'a WeekInputs,
    week: &'a [DayPlan],
    day: usize,
    plan: &'a DayPlan,
    order: &'a Order,
    bulletin: &'a Approved,
}

impl Seen<'_> {
    fn answer(&self, slots: &[Slot]) -> OrderAnswer {
        let plays = |day: &DayPlan| day.items.iter().filter(|item| self.is_own(item)).count();
        let weekly = matches!(self.order.demand, Demand::PerWeek(_));
        let days = &self.inputs.days;
        let asked = |day: usize| {
            let stands = days[day].orders.iter().any(|order| order.id == self.order.id);
            if stands { self.inputs.due(self.order, self.bulletin, days[day].date) } else { 0 }
        };
        let (wanted, had) = if weekly {
            ((0..days.len()).map(asked).sum(), self.week.iter().map(plays).sum())
        } else {
            (asked(self.day), plays(self.plan))
        };
        let one = &self.inputs.days[self.day];
        let declined = self.bulletin.origin == Origin::Department
            && !airs(self.bulletin.priority, one.choice, one.answers.get(&self.order.id));
        let had = u32::try_from(had).unwrap_or(u32::MAX);
        let open = slots.iter().filter(|slot| takes(slot.kind, self.bulletin));
        let slots = open.map(|slot| SlotAnswer {
            rule: slot.rule.clone(),
            start: slot.start,
            answer: self.in_slot(slot, declined, had >= wanted),
        });
        OrderAnswer { order: self.order.id.clone(), wanted, had, weekly, declined, slots: slots.collect() }
    }

    fn is_own(&self, item: &Item) -> bool {
        order_of(item) == Some(&self.order.id)
    }

    fn in_slot(&self, slot: &Slot, declined: bool, enough: bool) -> Answer {
        let inside: Vec<&Item> =
            self.plan.items.iter().filter(|item| is_of(item, slot) && order_of(item).is_some()).collect();
        if let Some(own) = inside.iter().find(|item| self.is_own(item)) {
            return Answer::Airs(own.start);
        }
        let has_ms = u64::try_from((slot.end - slot.start).num_milliseconds()).unwrap_or(0);
        if declined {
            return Answer::Declined;
        }
        let answer = self.inputs.days[self.day].answers.get(&self.order.id);
        let dayparts = dayparts(self.bulletin.priority, self.order, answer);
        if !dayparts.is_empty() && !dayparts.contains(&slot.daypart) {
            return Answer::OtherDaypart;
        }
        if !slot.takes(self.bulletin.topic) {
            return Answer::OtherTopic;
        }
        if has_ms < self.bulletin.duration_ms {
            return Answer::TooShort { needs_ms: self.bulletin.duration_ms, has_ms };
        }
        if enough {
            return Answer::Enough;
        }
        let inputs = &self.inputs.days[self.day];
        if inputs.over || inputs.not_before.is_some_and(|earliest| slot.start < earliest) {
            return Answer::Past;
        }
        if let Some(near) = self.too_near(slot, self.order.spacing_minutes) {
            return Answer::TooNear(near);
        }
        if let Some(near) = self.too_near(slot, self.inputs.repeat_minutes()) {
            return Answer::RepeatsTooSoon(near);
        }
        let taken: u64 = inside.iter().map(|item| padded_ms(item.duration_ms)).sum();
        let left_ms = has_ms.saturating_sub(taken);
        if (left_ms + spared_ms(self.inputs)) / 1000 < padded_ms(self.bulletin.duration_ms) / 1000 {
            return Answer::Full { by: inside.iter().map(|item| item.title.clone()).collect(), left_ms };
        }
        Answer::DayFull
    }

    /// The nearest slot that holds the bulletin, if that is nearer than this.
    fn too_near(&self, slot: &Slot, minutes: u32) -> Option<DateTime<Utc>> {
        let least = Duration::minutes(minutes.into());
        let items = self.week.iter().flat_map(|day| &day.items);
        let same = |item: &&Item| item.sound.as_ref().is_some_and(|sound| sound.bulletin == self.bulletin.code);
        let starts = items.filter(same).map(|item| item.slot.begins());
        let near = starts.filter(|start| (*start - slot.start).abs() < least);
        near.chain(self.inputs.too_near_eve(&self.bulletin.code, slot.start, minutes))
            .min_by_key(|start| (*start - slot.start).abs())
    }
}
