//! One day of a week: slots that may stand, what is only listed, and the places that bulletins may be laid into.

use std::collections::BTreeSet;

use chrono::{DateTime, Duration, Timelike, Utc};

use super::super::bulletin::Topic;
use super::super::guard::admit_slots;
use super::super::ids::OrderId;
use super::super::overrun::Overrun;
use super::super::problem::Problem;
use super::super::rundown::{Item, ItemKind, SlotRef};
use super::super::slot::{Daypart, Slot, SlotKind};
use super::fill::Room;
use super::{DayInputs, WeekInputs, overrun};

/// Silence between two items, ms, before rounding up to the whole second.
const GAP_MS: u64 = 500;

/// Lengths above this are reckoned as this, ms (a day): no slot is as long, and no sum of them overflows.
const LONGEST_MS: u64 = 86_400_000;

/// What an item takes when another follows it: its length and the gap, rounded up to the whole second, ms.
pub(super) fn padded_ms(duration_ms: u64) -> u64 {
    (duration_ms.min(LONGEST_MS) + GAP_MS).div_ceil(1000) * 1000
}

/// Silence that the last item of any slot of the week can spare, ms: what rounding adds to the shortest-padded bulletin.
pub(super) fn spared_ms(inputs: &WeekInputs) -> u64 {
    let bulletins = inputs.days.iter().flat_map(|day| day.bulletins.iter().chain(&day.pending));
    bulletins.map(|one| padded_ms(one.duration_ms) - one.duration_ms.min(LONGEST_MS)).min().unwrap_or(GAP_MS)
}

/// What of a day is known before bulletins are placed.
pub(super) struct OpenDay {
    /// Kept and listed items.
    pub items: Vec<Item>,
    /// Slots for bulletins, the department's and the commune's.
    pub places: Vec<Place>,
    /// What is left out, and why.
    pub problems: Vec<Problem>,
}

/// A slot for bulletins and what of it is free.
pub(super) struct Place {
    /// Day of the week, 0 for Monday.
    pub day: usize,
    /// The slot.
    pub slot: SlotRef,
    /// Whose bulletins it takes.
    pub kind: SlotKind,
    /// The rule's name.
    pub name: String,
    /// Part of the day.
    pub daypart: Daypart,
    /// Topics it is kept for; empty for all.
    pub topics: BTreeSet<Topic>,
    /// The first new item's start, a whole second; none where nothing new may start.
    pub from: Option<DateTime<Utc>>,
    /// What its rule does with what would pass its end.
    pub overrun: Option<Overrun>,
    /// Orders with a kept item in the slot.
    pub holds: Vec<OrderId>,
}

impl OpenDay {
    pub fn of(inputs: &DayInputs, day: usize) -> Self {
        let mut items = inputs.kept.clone();
        if inputs.over {
            let places = orphans(inputs, day, &[]);
            return Self { items, places, problems: Vec::new() };
        }
        let (slots, mut problems) = admit_slots(&inputs.before, &inputs.slots, &inputs.guard, inputs.zone);
        for slot in slots.iter().filter(|slot| slot.kind == SlotKind::Relay) {
            match listed(inputs, slot) {
                Ok(item) => items.extend(item),
                Err(problem) => problems.push(problem),
            }
        }
        let overruns = overrun::of_day(inputs, &slots);
        let of = |(at, slot)| Place { overrun: overruns.get(&at).copied(), ..Place::of(inputs, day, slot) };
        let mut places: Vec<Place> =
            slots.iter().enumerate().filter(|(_, slot)| slot.kind != SlotKind::Relay).map(of).collect();
        places.extend(orphans(inputs, day, &places));
        places.sort_by(|a, b| (a.slot.begins(), &a.slot.rule).cmp(&(b.slot.begins(), &b.slot.rule)));
        Self { items, places, problems }
    }
}

/// Slots that only kept items know of: days that are over, and rules that were changed since.
fn orphans(inputs: &DayInputs, day: usize, known: &[Place]) -> Vec<Place> {
    let mut places: Vec<Place> = Vec::new();
    for item in &inputs.kept {
        let Some(order) = order_of(item) else { continue };
        if known.iter().any(|place| place.slot.is_same(&item.slot)) {
            continue;
        }
        if let Some(place) = places.iter_mut().find(|place| place.slot.is_same(&item.slot)) {
            place.holds.push(order.clone());
            continue;
        }
        let daypart = Daypart::of_hour(item.slot.begins().with_timezone(&inputs.zone).hour());
        let (slot, holds) = (item.slot.clone(), vec![order.clone()]);
        // Nothing new comes in, so its kind matters to nobody.
        let (kind, name) = (SlotKind::Bulletin, String::new());
        places.push(Place {
            day,
            slot,
            kind,
            name,
            daypart,
            topics: BTreeSet::new(),
            from: None,
            overrun: None,
            holds,
        });
    }
    places
}

impl Place {
    /// After the slot's last kept item, or any other kept item that reaches into it, and not before the earliest start.
    fn of(inputs: &DayInputs, day: usize, slot: &Slot) -> Self {
        let mut from = inputs.not_before.map_or(slot.start, |earliest| slot.start.max(up_to_second(earliest)));
        let mut holds = Vec::new();
        for item in inputs.kept.iter().filter(|item| is_of(item, slot) || overlaps(item, slot)) {
            // The gap is rounded with the length, as between new items.
            let after = up_to_second(item.start + Duration::milliseconds(padded_ms(item.duration_ms).cast_signed()));
            from = from.max(after);
            if is_of(item, slot) {
                holds.extend(order_of(item).cloned());
            }
        }
        let (kind, name, topics) = (slot.kind, slot.name.clone(), slot.topics.clone());
        let (slot_ref, daypart) = (slot_ref(slot), slot.daypart);
        Self { day, slot: slot_ref, kind, name, daypart, topics, from: Some(from), overrun: None, holds }
    }

    /// Whole and empty.
    pub fn is_untouched(&self) -> bool {
        self.from == Some(self.slot.begins()) && self.holds.is_empty()
    }

    /// Length of the slot, ms.
    pub fn length_ms(&self) -> u64 {
        millis(self.slot.end - self.slot.begins())
    }

    /// The place as the fill sees it. The last item needs no gap after it and may use what was `spared`, ms.
    pub fn room(&self, spared: u64) -> Room {
        let free_ms = self.from.map_or(0, |from| millis(self.slot.end - from));
        let free_s = u32::try_from((free_ms + if free_ms > 0 { spared } else { 0 }) / 1000).unwrap_or(u32::MAX);
        Room { start: self.slot.begins().timestamp(), day: self.day, daypart: self.daypart as usize, free_s }
    }
}

/// The item of a relay's slot, which is only listed; none where a kept one stands for it already or its start has passed.
fn listed(inputs: &DayInputs, slot: &Slot) -> Result<Option<Item>, Problem> {
    if inputs.kept.iter().any(|item| item.kind == ItemKind::Relay && is_of(item, slot))
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
    // The grid refuses a relay without a source.
    let source = slot.source.as_deref().unwrap_or_default();
    let named = slot.name.contains(source);
    let title = if named { slot.name.clone() } else { format!("{}: {source}", slot.name) };
    let slot_ref = slot_ref(slot);
    Ok(Some(Item {
        airing: None,
        kind: ItemKind::Relay,
        title,
        start: slot.start,
        duration_ms: millis(slot.end - slot.start),
        latest_start: latest_start(inputs, &slot_ref, slot.start),
        slot: slot_ref,
        sound: None,
        reserved: None,
        overrun: None,
        filler: None,
        why: format!("Khung giờ \"{}\" dành để tiếp âm {source}; không tính là lượt phát", slot.name),
    }))
}

/// The order whose play, or whose reserved time, an item is.
pub(super) fn order_of(item: &Item) -> Option<&OrderId> {
    item.sound.as_ref().map(|sound| &sound.order).or(item.reserved.as_ref())
}

fn slot_ref(slot: &Slot) -> SlotRef {
    let moved_to = slot.moved_from.map(|_| slot.start);
    SlotRef { rule: slot.rule.clone(), start: slot.original_start(), end: slot.end, moved_to }
}

pub(super) fn is_of(item: &Item, slot: &Slot) -> bool {
    item.slot.rule == slot.rule && item.slot.start == slot.original_start()
}

fn overlaps(item: &Item, slot: &Slot) -> bool {
    item.start < slot.end && slot.start < item.end()
}

/// Never past the slot's end; a slot that may stand never ends after the guard closes.
pub(super) fn latest_start(inputs: &DayInputs, slot: &SlotRef, start: DateTime<Utc>) -> DateTime<Utc> {
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
