//! How far the sound of a slot may go: what its rule chose for what would pass its end, as a moment.

use std::collections::BTreeMap;

use chrono::{DateTime, Duration, NaiveTime, Utc};

use super::super::guard::SESSION_GAP_MINUTES;
use super::super::overrun::{Overrun, Policy, latest_to_end_by};
use super::super::recurrence::to_utc;
use super::super::slot::{Slot, SlotKind};
use super::DayInputs;

/// The choices of a day's slots, by their places among `slots`: those that stand, in order of start.
///
/// What may push is bounded by the latest start (that late anything may begin), by the hours, by the next relay, by the
/// session's and the day's cap, and by the silence before the next session. The minutes that the day's cap leaves go to
/// the day's slots in turn, so that all that push together stay within it.
pub(super) fn of_day(inputs: &DayInputs, slots: &[Slot]) -> BTreeMap<usize, Overrun> {
    let mut spare = inputs.guard.day_minutes.map(|most| {
        let planned: Duration = slots.iter().map(Slot::length).sum();
        (Duration::minutes(most.into()) - planned).max(Duration::zero())
    });
    let mut overruns = BTreeMap::new();
    for (at, slot) in slots.iter().enumerate() {
        let Some(policy) = slot.overrun else { continue };
        let mut by = slot.end;
        if policy == Policy::Push {
            by = pushes_until(inputs, slots, at).max(slot.end);
            if let Some(spare) = &mut spare {
                by = by.min(slot.end + *spare);
                *spare -= by - slot.end;
            }
        }
        overruns.insert(at, Overrun { policy, by });
    }
    overruns
}

/// How far a slot may push, the day's cap aside; it may lie before the slot's end.
fn pushes_until(inputs: &DayInputs, slots: &[Slot], at: usize) -> DateTime<Utc> {
    let slot = &slots[at];
    let gap = Duration::minutes(SESSION_GAP_MINUTES);
    let tomorrow = inputs.date.succ_opt().unwrap_or(inputs.date).and_time(NaiveTime::MIN);
    // What the next day begins with is not known here, so nothing is pushed so near to it that it could be joined.
    let mut by = (slot.end + inputs.settings.latest_start()).min(to_utc(inputs.zone, tomorrow) - gap);
    by = inputs.guard.closes_at(inputs.zone).map_or(by, |closes_at| by.min(closes_at));
    // A live stream does not wait.
    if let Some(relay) = slots[at + 1..].iter().find(|next| next.kind == SlotKind::Relay) {
        by = by.min(relay.start);
    }
    // Where the session began, yesterday's last slots among it.
    let mut first = slot.start;
    for earlier in inputs.before.iter().chain(&slots[..at]).rev() {
        if first - earlier.end >= gap {
            break;
        }
        first = first.min(earlier.start);
    }
    by = by.min(first + Duration::minutes(inputs.guard.session_minutes.into()));
    // Two sessions do not grow into one.
    let mut end = slot.end;
    for next in &slots[at + 1..] {
        if next.start - end >= gap {
            by = by.min(next.start - gap);
            break;
        }
        end = end.max(next.end);
    }
    by
}

/// The latest start of an item of that length, where `usual` is what it would be without the slot's choice.
pub(super) fn latest_start(
    overrun: Option<&Overrun>,
    start: DateTime<Utc>,
    duration_ms: u64,
    usual: DateTime<Utc>,
) -> DateTime<Utc> {
    match overrun {
        Some(Overrun { policy: Policy::Drop, by }) => usual.min(latest_to_end_by(start, duration_ms, *by)),
        _ => usual,
    }
}
