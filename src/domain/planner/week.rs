//! A station's week: what its orders still want, filled into its places, and laid out as items of each day.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use chrono::{DateTime, Utc};

use super::super::bulletin::{Approved, Origin, Priority};
use super::super::ids::{AiringId, BulletinCode, OrderId};
use super::super::offer::{airs, dayparts};
use super::super::order::{Demand, Order};
use super::super::problem::Problem;
use super::super::rundown::{Item, ItemKind, PlannedSound};
use super::super::slot::{Daypart, SlotKind, takes as keeps_for};
use super::day::{OpenDay, Place, latest_start, order_of, padded_ms, spared_ms};
use super::demand::turn;
use super::fill::{Quality, Room, Wish, fill, refill};
use super::filler::{Used, fill_rest};
use super::own::{after, rest, takes};
use super::unmet::unmet;
use super::{DayInputs, DayPlan, WEEK, WeekInputs, overrun};

/// Makes the items of a week, Monday first. Kept items stand as they are; of what cannot be placed, a problem says why.
pub fn plan_week(inputs: &WeekInputs) -> Vec<DayPlan> {
    let mut days: Vec<OpenDay> = inputs.days.iter().enumerate().map(|(day, one)| OpenDay::of(one, day)).collect();
    let places: Vec<Place> = days.iter_mut().flat_map(|day| std::mem::take(&mut day.places)).collect();
    let (asks, declined) = asked(inputs, &mut days);
    let placed = distribute(inputs, &asks, &places);
    for (ask, placed) in asks.iter().zip(&placed) {
        for (day, problem) in unmet(inputs, ask, placed, &places) {
            days[day].problems.push(problem);
        }
    }
    let (items, silent) = lay(inputs, &asks, &places, &placed);
    for (day, item) in items {
        days[day].items.push(item);
    }
    for (day, problem) in silent {
        days[day].problems.push(problem);
    }
    let finish = |((day, declined), one): ((OpenDay, u32), &DayInputs)| {
        let mut items = day.items;
        // Stable: kept items come first where starts are equal.
        items.sort_by_key(|item| item.start);
        let ladder = one.ladder.iter().filter(|_| !one.over).map(|rung| rung.sound.clone()).collect();
        DayPlan { items, declined, problems: day.problems, ladder }
    };
    days.into_iter().zip(declined).zip(&inputs.days).map(finish).collect()
}

/// What an order's plays are known as inside airing ids.
pub(super) fn source_of(order: &OrderId) -> String {
    format!("order:{order}")
}

/// What an order wants in this week.
pub(super) struct Ask<'a> {
    pub order: &'a Order,
    pub bulletin: &'a Approved,
    /// The bulletin waits for its approval: its plays only keep their time.
    pending: bool,
    /// Parts of the day it may air in; empty for all.
    pub dayparts: &'a [Daypart],
    /// Days on which the order stands and something may still start.
    pub open: [bool; WEEK],
    /// Plays of each day, by its part of the week.
    pub quota: [u32; WEEK],
    /// Plays in kept items of each day, without those that failed.
    pub kept: [u32; WEEK],
    /// Plays of each day that were said to have failed: they are made good where the week still has room.
    pub failed: [u32; WEEK],
    /// Plays due on past days of which no rundown was issued: before the first there was, or because it held nothing.
    uncounted: u32,
    /// Plays in items published and not kept.
    published: u32,
    /// Least time between two plays, minutes: the order's or the unit's, whichever is greater.
    pub spacing_minutes: u32,
}

impl Ask<'_> {
    /// Plays to place. What a past day of the week owes to a weekly order is still owed; a daily order's day is gone
    /// with the day.
    pub fn missing(&self) -> u32 {
        match self.order.demand {
            Demand::PerDay(_) => (0..WEEK).filter(|day| self.open[*day]).map(|day| self.missing_on(day)).sum(),
            Demand::PerWeek(_) => self.wanted().saturating_sub(self.kept.iter().sum()),
        }
    }

    /// Plays of a weekly order in this week. What was due before the first rundown is nobody's to make up for; but what
    /// was published is still wanted, though a day that held nothing has passed.
    pub fn wanted(&self) -> u32 {
        let counted: u32 = self.quota.iter().sum();
        let promised = self.kept.iter().sum::<u32>() + self.published;
        counted.max(promised.min(counted + self.uncounted))
    }

    /// Plays that a day lacks by its own part.
    pub fn missing_on(&self, day: usize) -> u32 {
        self.quota[day].saturating_sub(self.kept[day])
    }

    /// Plays on one day at most: a daily order's own number; a weekly order may make up for one day on another.
    fn most_a_day(&self) -> u32 {
        match self.order.demand {
            // A play that failed still counts for its day's most.
            Demand::PerDay(plays) => plays + self.failed.iter().max().copied().unwrap_or(0),
            Demand::PerWeek(_) => {
                let days = self.quota.iter().filter(|plays| **plays > 0).count().max(1);
                self.wanted().div_ceil(u32::try_from(days).unwrap_or(1)) + 1
            }
        }
    }

    pub fn may_use(&self, place: &Place) -> bool {
        self.open[place.day] && self.allows(place)
    }

    /// Whether it may, and no play of the day before the week is too near.
    fn may_enter(&self, inputs: &WeekInputs, place: &Place) -> bool {
        let near = || inputs.too_near_eve(&self.bulletin.code, place.slot.begins(), self.spacing_minutes).is_some();
        self.may_use(place) && !near()
    }

    pub fn allows(&self, place: &Place) -> bool {
        takes(place.kind, self.bulletin) && self.in_daypart(place) && keeps_for(&place.topics, self.bulletin.topic)
    }

    /// Whether the order, as the commune answered it, allows the place's part of the day.
    pub fn in_daypart(&self, place: &Place) -> bool {
        self.dayparts.is_empty() || self.dayparts.contains(&place.daypart)
    }
}

/// What must be placed, and how many plays of each day were declined.
fn asked<'a>(inputs: &'a WeekInputs, days: &mut [OpenDay]) -> (Vec<Ask<'a>>, [u32; WEEK]) {
    let mut asks: BTreeMap<&OrderId, Ask> = BTreeMap::new();
    let mut declined = [0; WEEK];
    for (day, one) in inputs.days.iter().enumerate() {
        let approved: BTreeMap<&BulletinCode, &Approved> = one.bulletins.iter().map(|it| (&it.code, it)).collect();
        for order in &one.orders {
            let pending = one.pending.iter().find(|it| it.code == order.bulletin);
            // Orders without a bulletin were named and left out when the inputs were gathered.
            let Some(bulletin) = approved.get(&order.bulletin).copied().or(pending) else { continue };
            let due = inputs.due(order, bulletin, one.date);
            let (quota, uncounted) = if one.over && !one.issued { (0, due) } else { (due, 0) };
            let failed = failed_of(order, one);
            let (kept, published) = (plays_of(order, &one.kept) - failed, plays_of(order, &one.published));
            if bulletin.priority == Priority::Urgent {
                if !one.over {
                    let sentence = format!(
                        "order \"{}\" wants urgent bulletin {}, which airs by a break-in order and not by the plan: drop the order",
                        order.id, order.bulletin
                    );
                    days[day].problems.push(Problem::refuse("urgent", &order.id, sentence));
                }
                continue;
            }
            let answer = one.answers.get(&order.id);
            if bulletin.origin == Origin::Department && !airs(bulletin.priority, one.choice, answer) {
                if !one.over {
                    declined[day] += quota.saturating_sub(kept);
                }
                continue;
            }
            let ask = asks.entry(&order.id).or_insert(Ask {
                order,
                bulletin,
                pending: pending.is_some(),
                dayparts: dayparts(bulletin.priority, order, answer),
                open: [false; WEEK],
                quota: [0; WEEK],
                kept: [0; WEEK],
                failed: [0; WEEK],
                uncounted: 0,
                published: 0,
                spacing_minutes: order.spacing_minutes.max(inputs.repeat_minutes()),
            });
            ask.uncounted += uncounted;
            ask.published += published;
            (ask.open[day], ask.quota[day], ask.kept[day], ask.failed[day]) = (!one.over, quota, kept, failed);
        }
    }
    (asks.into_values().collect(), declined)
}

fn plays_of(order: &Order, items: &[Item]) -> u32 {
    let own = items.iter().filter(|item| order_of(item) == Some(&order.id));
    u32::try_from(own.count()).unwrap_or(u32::MAX)
}

/// Kept plays of an order that were said to have failed.
fn failed_of(order: &Order, day: &DayInputs) -> u32 {
    let failed = |item: &&Item| item.airing.is_some_and(|airing| day.failed.contains(&airing));
    let own = day.kept.iter().filter(|item| order_of(item) == Some(&order.id));
    u32::try_from(own.filter(failed).count()).unwrap_or(u32::MAX)
}

/// Decides which ask goes into which places: what must air first, then all else in what room is left.
fn distribute(inputs: &WeekInputs, asks: &[Ask], places: &[Place]) -> Vec<Vec<usize>> {
    let spared = spared_ms(inputs);
    let mut rooms: Vec<Room> = places.iter().map(|place| place.room(spared)).collect();
    let mut placed = vec![Vec::new(); asks.len()];
    for priority in [Priority::Priority, Priority::Ordinary] {
        let turn: Vec<usize> = (0..asks.len()).filter(|ask| asks[*ask].bulletin.priority == priority).collect();
        let wishes: Vec<Wish> = turn.iter().map(|ask| wish(inputs, asks, *ask, places)).collect();
        let published: Vec<Vec<usize>> = turn.iter().map(|ask| published(inputs, &asks[*ask], places)).collect();
        for (ask, filled) in turn.into_iter().zip(place(inputs, &wishes, &rooms, published)) {
            for room in &filled {
                rooms[*room].free_s -= length_s(asks[ask].bulletin);
            }
            placed[ask] = filled;
        }
    }
    placed
}

/// Fills days that were never published, and mends those that were.
fn place(inputs: &WeekInputs, wishes: &[Wish], rooms: &[Room], mut published: Vec<Vec<usize>>) -> Vec<Vec<usize>> {
    let issued: Vec<bool> = inputs.days.iter().map(|day| day.issued && !day.over).collect();
    if !issued.contains(&true) {
        return fill(wishes, rooms, Quality::FULL).placed;
    }
    let fresh: Vec<Wish> = wishes
        .iter()
        .zip(&published)
        .map(|(wish, published)| Wish {
            plays: wish.plays.saturating_sub(u32::try_from(published.len()).unwrap_or(u32::MAX)),
            rooms: wish.rooms.iter().copied().filter(|room| !issued[rooms[*room].day]).collect(),
            held: wish.held.iter().chain(published).copied().collect(),
            ..wish.clone()
        })
        .collect();
    if fresh.iter().any(|wish| wish.plays > 0 && !wish.rooms.is_empty()) {
        for (published, placed) in published.iter_mut().zip(fill(&fresh, rooms, Quality::FULL).placed) {
            published.extend(placed);
        }
    }
    refill(wishes, rooms, &published)
}

/// Places in which the newest rundowns have plays of the ask that are not fixed yet.
fn published(inputs: &WeekInputs, ask: &Ask, places: &[Place]) -> Vec<usize> {
    let has = |place: &Place| {
        let own = |item: &Item| item.slot.is_same(&place.slot) && order_of(item) == Some(&ask.order.id);
        inputs.days[place.day].published.iter().any(own)
    };
    (0..places.len()).filter(|at| ask.may_enter(inputs, &places[*at]) && has(&places[*at])).collect()
}

fn wish(inputs: &WeekInputs, asks: &[Ask], at: usize, places: &[Place]) -> Wish {
    let ask = &asks[at];
    let holds = |place: usize| places[place].holds.contains(&ask.order.id);
    Wish {
        weight: ask.order.weight.max(1),
        plays: ask.missing(),
        most_a_day: ask.most_a_day(),
        length_s: length_s(ask.bulletin),
        rooms: (0..places.len()).filter(|place| ask.may_enter(inputs, &places[*place]) && !holds(*place)).collect(),
        held: (0..places.len()).filter(|place| holds(*place)).collect(),
        turn: inputs.days.first().map_or(0, |monday| turn(ask.order, monday.date)),
        // Asks are few; the first with the same bulletin names them all.
        sound: asks.iter().position(|other| other.bulletin.code == ask.bulletin.code).unwrap_or(at),
        spacing_s: ask.spacing_minutes.saturating_mul(60),
    }
}

fn length_s(bulletin: &Approved) -> u32 {
    u32::try_from(padded_ms(bulletin.duration_ms) / 1000).unwrap_or(u32::MAX)
}

/// Things with their day of the week, 0 to 6.
type OnDays<T> = Vec<(usize, T)>;

/// Turns the decision into items: in each slot the priority ones first, then by order id, half a second apart and on
/// whole seconds. Which comes first of a priority item of the department's and one of the commune's own, the commune
/// decides. What a commune's slot has left is listed as its own; what another slot has left is filled, and what stays
/// silent is told.
fn lay(inputs: &WeekInputs, asks: &[Ask], places: &[Place], placed: &[Vec<usize>]) -> (OnDays<Item>, OnDays<Problem>) {
    let (mut items, mut silent) = (Vec::new(), Vec::new());
    let mut used = Used::of(inputs);
    let mut had = vec![[0; WEEK]; asks.len()];
    for (at, place) in places.iter().enumerate() {
        let mut inside: Vec<usize> = (0..asks.len()).filter(|ask| placed[*ask].contains(&at)).collect();
        // Asks are in order of id already, and the sort is stable.
        let day = &inputs.days[place.day];
        inside.sort_by_key(|ask| {
            let bulletin = asks[*ask].bulletin;
            let own = bulletin.priority == Priority::Priority && bulletin.origin == Origin::Commune;
            (Reverse(bulletin.priority), own != day.own_first)
        });
        let Some(mut start) = place.from else { continue };
        let placed = !inside.is_empty();
        for number in inside {
            had[number][place.day] += 1;
            let nth = which(&asks[number], &had[number], place.day);
            items.push((place.day, item(inputs, &asks[number], place, start, nth)));
            start = after(start, asks[number].bulletin.duration_ms);
        }
        if place.kind == SlotKind::Commune {
            items.extend(rest(day, place, start, placed).map(|item| (place.day, item)));
        } else if placed || !place.holds.is_empty() {
            let (fillers, problem) = fill_rest(day, place, start, &mut used);
            items.extend(fillers.into_iter().map(|item| (place.day, item)));
            silent.extend(problem.map(|problem| (place.day, problem)));
        }
    }
    (items, silent)
}

/// Which play of its day or week an item is, kept ones counted.
fn which(ask: &Ask, had: &[u32; WEEK], day: usize) -> u32 {
    match ask.order.demand {
        Demand::PerDay(_) => ask.kept[day] + had[day],
        Demand::PerWeek(_) => ask.kept[..=day].iter().sum::<u32>() + had[..=day].iter().sum::<u32>(),
    }
}

fn item(inputs: &WeekInputs, ask: &Ask, place: &Place, start: DateTime<Utc>, number: u32) -> Item {
    let Ask { order, bulletin, .. } = ask;
    // An order is placed at most once in a slot, kept items counted.
    let nth = 0;
    let airing = AiringId::new(&inputs.station, &place.slot.rule, place.slot.start, &source_of(&order.id), nth);
    let kind = if bulletin.origin == Origin::Commune { ItemKind::Commune } else { ItemKind::Bulletin };
    if ask.pending {
        return Item {
            airing: None,
            kind,
            title: format!("Giữ chỗ: {}", bulletin.title),
            start,
            duration_ms: bulletin.duration_ms,
            latest_start: latest_start(&inputs.days[place.day], &place.slot, start),
            slot: place.slot.clone(),
            sound: None,
            reserved: Some(order.id.clone()),
            overrun: None,
            filler: None,
            why: format!("Giữ chỗ cho tin địa phương đang chờ duyệt, yêu cầu {}", order.id),
        };
    }
    let usual = latest_start(&inputs.days[place.day], &place.slot, start);
    Item {
        airing: Some(airing),
        kind,
        title: bulletin.title.clone(),
        start,
        duration_ms: bulletin.duration_ms,
        latest_start: overrun::latest_start(place.overrun.as_ref(), start, bulletin.duration_ms, usual),
        slot: place.slot.clone(),
        sound: Some(PlannedSound {
            bulletin: bulletin.code.clone(),
            bulletin_version: bulletin.version,
            rendition: bulletin.rendition,
            manifest: bulletin.manifest,
            order: order.id.clone(),
            nth,
        }),
        reserved: None,
        overrun: place.overrun,
        filler: None,
        why: why(ask, number),
    }
}

/// Whether a play is beyond what the order would have been given, had none failed.
fn makes_good(ask: &Ask, number: u32) -> bool {
    let failed: u32 = ask.failed.iter().sum();
    let usual = match ask.order.demand {
        Demand::PerDay(plays) => plays,
        Demand::PerWeek(_) => ask.wanted(),
    };
    failed > 0 && number > usual.saturating_sub(failed)
}

fn why(ask: &Ask, number: u32) -> String {
    let (plays, period) = match ask.order.demand {
        Demand::PerDay(plays) => (plays, "ngày"),
        Demand::PerWeek(plays) => (plays, "tuần"),
    };
    let rank = match (ask.bulletin.priority, ask.bulletin.origin) {
        (Priority::Priority | Priority::Urgent, _) => "bản tin ưu tiên nên phát trước",
        (Priority::Ordinary, Origin::Department) => "bản tin thông thường, địa phương nhận phát",
        (Priority::Ordinary, Origin::Commune) => "tin địa phương",
    };
    let rank = if makes_good(ask, number) {
        format!("phát bù cho lượt không phát được; {rank}")
    } else {
        rank.into()
    };
    format!("Yêu cầu {}: {plays} lượt mỗi {period}; lượt {number} trong {period}; {rank}", ask.order.id)
}
