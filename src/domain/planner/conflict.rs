//! Which rules it takes for a cap to be broken: a smallest set, so that whoever mends a grid looks at no rule in vain.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use chrono_tz::Tz;

use super::super::guard::{GuardHours, longest_session_minutes, minutes_of};
use super::super::ids::RuleId;
use super::super::slot::Slot;

/// A part of `all` that is still broken, and of which nothing can be spared. `broken` holds of `all`, and of every set of
/// which it holds of a part.
pub(super) fn smallest<T: Clone>(all: &[T], broken: impl Fn(&[T]) -> bool) -> Vec<T> {
    let mut kept = all.to_vec();
    let mut at = 0;
    while at < kept.len() {
        let mut without = kept.clone();
        without.remove(at);
        if broken(&without) {
            kept = without;
        } else {
            at += 1;
        }
    }
    kept
}

/// The rules that together break the session's or the day's cap with these slots, of which the last was refused for it
/// and the others stand; none for any other fault, whose sentence names all it takes.
pub(super) fn together(code: &str, slots: &[Slot], guard: &GuardHours, zone: Tz) -> Vec<RuleId> {
    let rules: BTreeSet<&RuleId> = slots.iter().map(|slot| &slot.rule).collect();
    let rules: Vec<&RuleId> = rules.into_iter().collect();
    let of =
        |some: &[&RuleId]| -> Vec<Slot> { slots.iter().filter(|slot| some.contains(&&slot.rule)).cloned().collect() };
    let today = |slot: &&Slot| local_date(slot, zone) == guard.date;
    let few = match (code, guard.day_minutes) {
        ("session-cap", _) => {
            smallest(&rules, |some| longest_session_minutes(&of(some)) > guard.session_minutes.into())
        }
        ("day-cap", Some(most)) => smallest(&rules, |some| minutes_of(of(some).iter().filter(today)) > most.into()),
        _ => Vec::new(),
    };
    few.into_iter().cloned().collect()
}

fn local_date(slot: &Slot, zone: Tz) -> NaiveDate {
    slot.original_start().with_timezone(&zone).date_naive()
}

#[cfg(test)]
mod tests {
    use chrono::Duration;
    use proptest::prelude::*;

    use super::*;
    use crate::domain::slot::{Daypart, SlotKind};

    const ZONE: Tz = chrono_tz::Asia::Ho_Chi_Minh;

    /// Slots one after the other from 05:00 on 12 June 2024: which rule's, the pause before and the length, minutes.
    fn slots(drawn: &[(u32, i64, i64)]) -> Vec<Slot> {
        let mut start = "2024-06-11T22:00:00Z".parse().unwrap();
        let mut slots = Vec::new();
        for (rule, pause, minutes) in drawn {
            start += Duration::minutes(*pause);
            let end = start + Duration::minutes(*minutes);
            slots.push(Slot {
                rule: format!("r-{rule}").parse().unwrap(),
                name: String::new(),
                kind: SlotKind::Relay,
                source: None,
                start,
                end,
                daypart: Daypart::Morning,
                moved_from: None,
                topics: BTreeSet::new(),
                overrun: None,
            });
            start = end;
        }
        slots
    }

    proptest! {
        #[test]
        fn of_a_smallest_set_nothing_can_be_spared(
            all in 1usize..12, parts in prop::collection::vec(prop::collection::btree_set(0usize..12, 1..5), 1..6),
        ) {
            let all: Vec<usize> = (0..all).collect();
            let broken = |some: &[usize]| parts.iter().any(|part| part.iter().all(|one| some.contains(one)));
            prop_assume!(broken(&all));
            let few = smallest(&all, broken);
            prop_assert!(broken(&few));
            for at in 0..few.len() {
                let mut without = few.clone();
                without.remove(at);
                prop_assert!(!broken(&without), "{few:?} could spare one");
            }
        }

        #[test]
        fn of_the_rules_that_break_a_cap_together_none_can_be_spared(
            drawn in prop::collection::vec((0u32..8, 0i64..8, 1i64..30), 1..14), session: bool, cap in 10u32..90,
        ) {
            let slots = slots(&drawn);
            let mut guard = GuardHours::closed("2024-06-12".parse().unwrap());
            (guard.session_minutes, guard.day_minutes) = (cap, Some(cap));
            let broken = |without: Option<&RuleId>, rules: &[RuleId]| {
                let left: Vec<Slot> = slots
                    .iter()
                    .filter(|slot| rules.contains(&slot.rule) && Some(&slot.rule) != without)
                    .cloned()
                    .collect();
                let minutes = if session { longest_session_minutes(&left) } else { minutes_of(left.iter()) };
                minutes > cap.into()
            };
            let all: Vec<RuleId> = slots.iter().map(|slot| slot.rule.clone()).collect();
            prop_assume!(broken(None, &all));
            let few = together(if session { "session-cap" } else { "day-cap" }, &slots, &guard, ZONE);
            prop_assert!(broken(None, &few));
            for rule in &few {
                prop_assert!(!broken(Some(rule), &few), "{few:?} could spare {rule}");
            }
        }
    }
}
