//! One station's day: slots that may stand, what is only listed, and bulletins laid into the rest.

use std::collections::BTreeMap;

use chrono::{DateTime, Duration, Timelike, Utc};

use super::super::bulletin::{Approved, Priority};
use super::super::guard::admit_slots;
use super::super::ids::{AiringId, BulletinCode, OrderId};
use super::super::order::{Demand, Order};
use super::super::problem::Problem;
use super::super::rundown::{Item, ItemKind, PlannedSound, SlotRef};
use super::super::slot::{Slot, SlotKind};
use super::super::station::StandingChoice;
use super::day_fill::{LONGEST_MS, Room, Wish, fill, padded_ms};
use super::demand::{due_before, plays_on, turn};
use super::{DayInputs, DayPlan};

/// Makes the items of a day. Kept items stand as they are; of what cannot be placed, a problem says why.
pub fn plan_day(inputs: &DayInputs) -> DayPlan {
    let (slots, mut problems) = admit_slots(&inputs.before, &inputs.slots, &inputs.guard, inputs.zone);
    let mut items = inputs.kept.clone();
    for slot in slots.iter().filter(|slot| slot.kind != SlotKind::Bulletin) {
        match listed(inputs, slot) {
            Ok(item) => items.extend(item),
            Err(problem) => problems.push(problem),
        }
    }
    let (asks, declined) = asked(inputs, &mut problems);
    let rooms: Vec<Stretch> =
        slots.iter().filter(|slot| slot.kind == SlotKind::Bulletin).map(|slot| Stretch::of(inputs, slot)).collect();
    let placed = distribute(inputs, &asks, &rooms);
    for (ask, placed) in asks.iter().zip(&placed) {
        if placed.len() < ask.missing() {
            problems.push(unmet(inputs, ask, placed.len(), &rooms));
        }
    }
    items.extend(lay(inputs, &asks, &rooms, &placed));
    // Stable: kept items come first where starts are equal.
    items.sort_by_key(|item| item.start);
    DayPlan { items, declined, problems }
}

/// What an order's plays are known as inside airing ids.
pub(super) fn source_of(order: &OrderId) -> String {
    format!("order:{order}")
}

/// An order's wish for this day.
struct Ask<'a> {
    order: &'a Order,
    bulletin: &'a Approved,
    /// Plays of this day.
    plays: u32,
    /// Of them, those already in kept items.
    kept: usize,
}

impl Ask<'_> {
    fn missing(&self) -> usize {
        (self.plays as usize).saturating_sub(self.kept)
    }
}

/// What must be placed, and how many plays were declined.
fn asked<'a>(inputs: &'a DayInputs, problems: &mut Vec<Problem>) -> (Vec<Ask<'a>>, u32) {
    let bulletins: BTreeMap<&BulletinCode, &Approved> = inputs.bulletins.iter().map(|one| (&one.code, one)).collect();
    let mut asks = Vec::new();
    let mut declined = 0;
    for order in &inputs.orders {
        // Orders without a bulletin were named and left out when the inputs were gathered.
        let Some(bulletin) = bulletins.get(&order.bulletin) else { continue };
        let kept = kept_plays(inputs, &order.id).count();
        let ask = Ask { order, bulletin, plays: plays_on(order, inputs.date, &inputs.week), kept };
        match bulletin.priority {
            Priority::Urgent => {
                let sentence = format!(
                    "order \"{}\" wants urgent bulletin {}, and urgent bulletins are not planned yet: use priority",
                    order.id, order.bulletin
                );
                problems.push(Problem::refuse("urgent", &order.id, sentence));
            }
            Priority::Ordinary if inputs.choice == StandingChoice::Decline => {
                declined += u32::try_from(ask.missing()).unwrap_or(u32::MAX);
            }
            Priority::Ordinary | Priority::Priority => asks.push(ask),
        }
    }
    asks.sort_by_key(|ask| &ask.order.id);
    (asks, declined)
}

fn kept_plays<'a>(inputs: &'a DayInputs, order: &'a OrderId) -> impl Iterator<Item = &'a Item> {
    inputs.kept.iter().filter(move |item| item.sound.as_ref().is_some_and(|sound| sound.order == *order))
}

/// The item of a slot that is only listed; none where a kept one stands for it already or its start has passed.
fn listed(inputs: &DayInputs, slot: &Slot) -> Result<Option<Item>, Problem> {
    let kind = if slot.kind == SlotKind::Relay { ItemKind::Relay } else { ItemKind::Commune };
    if inputs.kept.iter().any(|item| item.kind == kind && is_of(item, slot))
        || inputs.not_before.is_some_and(|earliest| slot.start < earliest)
    {
        return Ok(None);
    }
    if let Some(other) = inputs.kept.iter().find(|item| overlaps(item, slot)) {
        let at = other.start.with_timezone(&inputs.zone).format("%H:%M:%S");
        let sentence = format!(
            "the slot of rule \"{}\" is left out, because \"{}\" from {at} is already fixed: \
             it returns with the next day",
            slot.rule, other.title
        );
        return Err(Problem::warn("overlaps-kept", &slot.rule, sentence));
    }
    let (title, why) = match slot.source.as_deref().filter(|_| kind == ItemKind::Relay) {
        Some(source) => {
            let why = format!("Khung giờ \"{}\" dành để tiếp âm {source}; không tính là lượt phát", slot.name);
            (format!("{}: {source}", slot.name), why)
        }
        None => (slot.name.clone(), format!("Khung giờ \"{}\" dành cho tin địa phương", slot.name)),
    };
    Ok(Some(Item {
        airing: None,
        kind,
        title,
        start: slot.start,
        duration_ms: millis(slot.end - slot.start),
        latest_start: latest_start(inputs, slot, slot.start),
        slot: slot_ref(slot),
        sound: None,
        why,
    }))
}

fn slot_ref(slot: &Slot) -> SlotRef {
    SlotRef { rule: slot.rule.clone(), start: slot.start, end: slot.end }
}

fn is_of(item: &Item, slot: &Slot) -> bool {
    item.slot.rule == slot.rule && item.slot.start == slot.start
}

fn overlaps(item: &Item, slot: &Slot) -> bool {
    item.start < slot.end && slot.start < item.end()
}

/// Never past the slot's end; a slot that may stand never ends after the guard closes.
fn latest_start(inputs: &DayInputs, slot: &Slot, start: DateTime<Utc>) -> DateTime<Utc> {
    let closes_at = inputs.guard.closes_at(inputs.zone).unwrap_or(slot.end);
    (start + inputs.settings.latest_start()).min(slot.end).min(closes_at)
}

fn millis(span: Duration) -> u64 {
    u64::try_from(span.num_milliseconds()).unwrap_or(0)
}

fn up_to_second(moment: DateTime<Utc>) -> DateTime<Utc> {
    match moment.nanosecond() {
        0 => moment,
        nanos => moment + Duration::nanoseconds(1_000_000_000 - i64::from(nanos % 1_000_000_000)),
    }
}

/// What of a bulletin slot is free.
struct Stretch<'a> {
    slot: &'a Slot,
    /// The first new item's start, a whole second.
    from: DateTime<Utc>,
    /// Orders with a kept item in the slot.
    holds: Vec<&'a OrderId>,
}

impl<'a> Stretch<'a> {
    fn whole(slot: &'a Slot) -> Self {
        Self { slot, from: slot.start, holds: Vec::new() }
    }

    /// After the slot's last kept item, or any other kept item that reaches into it, and not before the earliest start.
    fn of(inputs: &'a DayInputs, slot: &'a Slot) -> Self {
        let mut from = inputs.not_before.map_or(slot.start, |earliest| slot.start.max(up_to_second(earliest)));
        let mut holds = Vec::new();
        for item in inputs.kept.iter().filter(|item| is_of(item, slot) || overlaps(item, slot)) {
            // The gap is rounded with the length, as between new items.
            let after = up_to_second(item.start + Duration::milliseconds(padded_ms(item.duration_ms).cast_signed()));
            from = from.max(after);
            if is_of(item, slot) {
                holds.extend(item.sound.as_ref().map(|sound| &sound.order));
            }
        }
        Self { slot, from, holds }
    }

    fn free_ms(&self) -> u64 {
        millis(self.slot.end - self.from)
    }
}

/// Decides which ask goes into which stretch. The whole day is first planned as if nothing were kept, and what of that
/// is still ahead is tried first: a day planned anew from unchanged inputs comes out unchanged.
fn distribute(inputs: &DayInputs, asks: &[Ask], rooms: &[Stretch]) -> Vec<Vec<usize>> {
    if inputs.kept.is_empty() && inputs.not_before.is_none() {
        return fill(&wishes(inputs, asks, rooms, |ask| ask.missing()), &bare(rooms), &[]);
    }
    let whole: Vec<Stretch> = rooms.iter().map(|room| Stretch::whole(room.slot)).collect();
    let hints = fill(&wishes(inputs, asks, &whole, |ask| ask.plays as usize), &bare(&whole), &[]);
    fill(&wishes(inputs, asks, rooms, |ask| ask.missing()), &bare(rooms), &hints)
}

fn bare(rooms: &[Stretch]) -> Vec<Room> {
    let room =
        |one: &Stretch| Room { start: one.slot.start.timestamp(), daypart: one.slot.daypart, free_ms: one.free_ms() };
    rooms.iter().map(room).collect()
}

fn wishes(inputs: &DayInputs, asks: &[Ask], rooms: &[Stretch], plays: impl Fn(&Ask) -> usize) -> Vec<Wish> {
    let wish = |ask: &Ask| {
        let holds = |room: usize| rooms[room].holds.contains(&&ask.order.id);
        Wish {
            first: ask.bulletin.priority == Priority::Priority,
            plays: plays(ask),
            duration_ms: ask.bulletin.duration_ms.min(LONGEST_MS),
            rooms: (0..rooms.len()).filter(|room| allowed(ask.order, rooms[*room].slot) && !holds(*room)).collect(),
            held: (0..rooms.len()).filter(|room| holds(*room)).collect(),
            turn: turn(ask.order, inputs.date, &inputs.week),
            // Asks are few; the first with the same bulletin names them all.
            sound: asks.iter().position(|other| other.bulletin.code == ask.bulletin.code).unwrap_or(0),
        }
    };
    asks.iter().map(wish).collect()
}

fn allowed(order: &Order, slot: &Slot) -> bool {
    order.dayparts.is_empty() || order.dayparts.contains(&slot.daypart)
}

/// Turns the decision into items: in each slot the priority ones first, then by order id, half a second apart and on
/// whole seconds.
fn lay(inputs: &DayInputs, asks: &[Ask], rooms: &[Stretch], placed: &[Vec<usize>]) -> Vec<Item> {
    let mut items = Vec::new();
    // Plays of each ask so far, the kept ones included: which play of the day an item is.
    let mut so_far: Vec<usize> = asks.iter().map(|ask| ask.kept).collect();
    for (at, room) in rooms.iter().enumerate() {
        let mut inside: Vec<usize> = (0..asks.len()).filter(|ask| placed[*ask].contains(&at)).collect();
        // Asks are in order of id already, and the sort is stable.
        inside.sort_by_key(|ask| std::cmp::Reverse(asks[*ask].bulletin.priority));
        let mut start = room.from;
        for number in inside {
            so_far[number] += 1;
            items.push(item(inputs, &asks[number], room.slot, start, so_far[number]));
            start += Duration::milliseconds(padded_ms(asks[number].bulletin.duration_ms).cast_signed());
        }
    }
    items
}

fn item(inputs: &DayInputs, ask: &Ask, slot: &Slot, start: DateTime<Utc>, number: usize) -> Item {
    let Ask { order, bulletin, .. } = ask;
    // An order is placed at most once in a slot, kept items counted.
    let nth = 0;
    Item {
        airing: Some(AiringId::new(&inputs.station, &slot.rule, slot.start, &source_of(&order.id), nth)),
        kind: ItemKind::Bulletin,
        title: bulletin.title.clone(),
        start,
        duration_ms: bulletin.duration_ms,
        latest_start: latest_start(inputs, slot, start),
        slot: slot_ref(slot),
        sound: Some(PlannedSound {
            bulletin: bulletin.code.clone(),
            bulletin_version: bulletin.version,
            rendition: bulletin.rendition,
            manifest: bulletin.manifest,
            order: order.id.clone(),
            nth,
        }),
        why: why(inputs, ask, number),
    }
}

fn why(inputs: &DayInputs, ask: &Ask, number: usize) -> String {
    let (plays, period) = match ask.order.demand {
        Demand::PerDay(plays) => (plays, "ngày"),
        Demand::PerWeek(plays) => (plays, "tuần"),
    };
    let number = due_before(ask.order, inputs.date, &inputs.week) as usize + number;
    let rank = match ask.bulletin.priority {
        Priority::Priority | Priority::Urgent => "bản tin ưu tiên nên phát trước",
        Priority::Ordinary => "bản tin thông thường, địa phương nhận phát",
    };
    format!("Yêu cầu {}: {plays} lượt mỗi {period}; lượt {number} trong {period}; {rank}", ask.order.id)
}

/// Says why not all plays have a place.
fn unmet(inputs: &DayInputs, ask: &Ask, placed: usize, rooms: &[Stretch]) -> Problem {
    let open: Vec<&Stretch> = rooms.iter().filter(|room| allowed(ask.order, room.slot)).collect();
    let longest_ms = open.iter().map(|room| millis(room.slot.end - room.slot.start)).max().unwrap_or(0);
    let whole = |room: &&&Stretch| room.from == room.slot.start && room.holds.is_empty();
    let reason = if open.is_empty() {
        "no bulletin slot lies in its dayparts that day: allow more dayparts or add a slot".into()
    } else if longest_ms < ask.bulletin.duration_ms {
        let (needs, has) = (minutes_and_seconds(ask.bulletin.duration_ms), minutes_and_seconds(longest_ms));
        format!("it lasts {needs} and the longest slot {has}: shorten it or lengthen a slot")
    } else if (ask.plays as usize) > open.len() {
        format!("it may play once a slot and has {} slots: ask for less or add a slot", open.len())
    } else if open.iter().filter(whole).count() < ask.missing() {
        "too few of its slots are still ahead that day: ask again for another day".into()
    } else {
        "its slots are full: ask for less, add a slot or move another order".into()
    };
    let sentence = format!(
        "order \"{}\" has {} of {} plays of bulletin {} on {}, because {reason}",
        ask.order.id,
        ask.kept + placed,
        ask.plays,
        ask.bulletin.code,
        inputs.date
    );
    Problem::warn("unmet", &ask.order.id, sentence)
}

fn minutes_and_seconds(ms: u64) -> String {
    format!("{}:{:02}", ms / 60_000, ms / 1000 % 60)
}
