//! A commune's own bulletins: which slots they go into, and the time that is kept for them.

use chrono::{DateTime, Duration, Utc};

use super::super::bulletin::{Approved, Origin, Priority};
use super::super::rundown::{Item, ItemKind};
use super::super::slot::SlotKind;
use super::DayInputs;
use super::day::{Place, latest_start, padded_ms};

/// Shorter rests of a commune's slot are not listed, seconds.
const LEAST_LISTED_S: i64 = 30;

/// Whether a bulletin may go into slots of that kind. A commune's own goes into the commune's slots; what it calls
/// priority may also stand among the department's, where the commune decides which of the two comes first (Thông tư
/// 39/2020/TT-BTTTT).
pub(super) fn takes(kind: SlotKind, bulletin: &Approved) -> bool {
    match kind {
        SlotKind::Relay => false,
        SlotKind::Bulletin => bulletin.origin == Origin::Department || bulletin.priority == Priority::Priority,
        SlotKind::Commune => bulletin.origin == Origin::Commune,
    }
}

/// The line that keeps what is left of a commune's slot for it; none where nothing worth listing is left, a line that
/// is fixed stands there already, or the slot's start has passed without one.
///
/// `from` is where the slot's last item ends, `placed` whether there is one that was placed now.
pub(super) fn rest(inputs: &DayInputs, place: &Place, from: DateTime<Utc>, placed: bool) -> Option<Item> {
    let begun = place.from != Some(place.slot.start);
    let fixed = inputs.kept.iter().any(|item| item.slot == place.slot);
    if begun && !fixed && !placed {
        return None;
    }
    let left = place.slot.end - from;
    if left < Duration::seconds(LEAST_LISTED_S) {
        return None;
    }
    Some(Item {
        airing: None,
        kind: ItemKind::Commune,
        title: place.name.clone(),
        start: from,
        duration_ms: u64::try_from(left.num_milliseconds()).unwrap_or(0),
        latest_start: latest_start(inputs, &place.slot, from),
        slot: place.slot.clone(),
        sound: None,
        reserved: None,
        overrun: None,
        filler: None,
        why: format!("Khung giờ \"{}\" dành cho tin địa phương", place.name),
    })
}

/// The end of an item that another follows.
pub(super) fn after(start: DateTime<Utc>, duration_ms: u64) -> DateTime<Utc> {
    start + Duration::milliseconds(padded_ms(duration_ms).cast_signed())
}
