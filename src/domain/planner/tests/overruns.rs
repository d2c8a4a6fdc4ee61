//! Tests of how far a slot's sound may go: the choice of its rule, as each item carries it.

use super::*;
use crate::domain::overrun::{Overrun, Policy};

/// The day's first item under this choice for its slot, 05:30 to 05:45, with the next slot as given.
fn first_of(policy: Option<Policy>, seconds: u64, next: Option<SlotRule>, edit: impl FnOnce(&mut GuardRule)) -> Item {
    let mut rules = vec![SlotRule { overrun: policy, ..rule("sang", SlotKind::Bulletin, "0 30 5 * * *", 15) }];
    rules.extend(next);
    let mut grid = grid(rules);
    edit(&mut grid.guards[0]);
    let province = province(grid, vec![order(1, Demand::PerDay(1))], vec![bulletin(1, Priority::Ordinary, seconds)]);
    let plan = plan_of(&province, "11", day(WEDNESDAY));
    plan.items.into_iter().find(|item| item.sound.is_some()).unwrap()
}

fn local(item: &Item) -> (String, String) {
    let text = |at: DateTime<Utc>| at.with_timezone(&VN).format("%H:%M:%S").to_string();
    (text(item.latest_start), item.overrun.map(|overrun| text(overrun.by)).unwrap_or_default())
}

fn pushed(next: Option<SlotRule>, edit: impl FnOnce(&mut GuardRule)) -> String {
    local(&first_of(Some(Policy::Push), 300, next, edit)).1
}

#[test]
fn an_item_carries_its_slots_choice_and_what_is_dropped_begins_in_time_to_end() {
    let under = |policy, seconds| local(&first_of(policy, seconds, None, |_| {}));
    let times = |latest: &str, by: &str| (latest.to_owned(), by.to_owned());
    assert_eq!(under(None, 300), times("05:45:00", ""));
    assert_eq!(under(Some(Policy::Cut), 300), times("05:45:00", "05:45:00"));
    assert_eq!(under(Some(Policy::Fade), 300), times("05:45:00", "05:45:00"));
    assert_eq!(under(Some(Policy::Drop), 300), times("05:40:00", "05:45:00"));
    assert_eq!(under(Some(Policy::Drop), 900), times("05:30:01", "05:45:00"));
    assert_eq!(under(Some(Policy::Push), 300), times("05:45:00", "06:00:00"));
}

#[test]
fn a_push_ends_at_hours_relay_session_and_day() {
    assert_eq!(pushed(None, |_| {}), "06:00:00");
    assert_eq!(pushed(None, |guard| guard.close = "05:50".parse().unwrap()), "05:50:00");
    assert_eq!(pushed(Some(rule("vov", SlotKind::Relay, "0 48 5 * * *", 10)), |_| {}), "05:48:00");
    assert_eq!(pushed(Some(rule("xa", SlotKind::Commune, "0 45 5 * * *", 10)), |_| {}), "06:00:00");
    // The session began at 05:30; the next one would be joined to it from 05:53 on.
    assert_eq!(pushed(None, |guard| guard.session_minutes = 20), "05:50:00");
    assert_eq!(pushed(Some(rule("xa", SlotKind::Commune, "0 58 5 * * *", 10)), |_| {}), "05:53:00");
    assert_eq!(pushed(None, |guard| guard.day_minutes = Some(18)), "05:48:00");
    assert_eq!(pushed(None, |guard| guard.day_minutes = Some(15)), "05:45:00");
}

#[test]
fn a_push_never_comes_so_near_to_midnight_that_the_next_days_session_would_be_joined() {
    let late = |cron, minutes| {
        let rule = SlotRule { overrun: Some(Policy::Push), ..rule("khuya", SlotKind::Bulletin, cron, minutes) };
        let mut grid = grid(vec![rule]);
        (grid.guards[0].open, grid.guards[0].close) = ("00:00".parse().unwrap(), "24:00".parse().unwrap());
        let province = province(grid, vec![order(1, Demand::PerDay(1))], vec![bulletin(1, Priority::Ordinary, 300)]);
        let plan = plan_of(&province, "11", day(WEDNESDAY));
        local(&plan.items[0]).1
    };
    assert_eq!(late("0 27 23 * * *", 14), "23:55:00");
    // What ends later pushes nothing.
    assert_eq!(late("0 40 23 * * *", 18), "23:58:00");
    assert_eq!(late("0 40 23 * * *", 30), "00:10:00");
}

#[test]
fn a_relay_has_no_choice_and_what_may_pass_the_hours_is_warned_of() {
    let relay = SlotRule { overrun: Some(Policy::Cut), ..rule("vov", SlotKind::Relay, "0 0 6 * * *", 10) };
    let found = lint_grid(&grid(vec![relay]), &areas(), &[], day(WEDNESDAY), 1);
    assert_eq!(codes(&found), ["overrun-of-relay"]);
    let late = |overrun| {
        let rules = vec![SlotRule { overrun, ..rule("toi", SlotKind::Bulletin, "0 40 20 * * *", 15) }];
        codes(&lint_grid(&grid(rules), &areas(), &[], day(WEDNESDAY), 1)).join(" ")
    };
    assert_eq!(late(None), "may-pass-guard");
    for policy in Policy::ALL {
        assert_eq!(late(Some(policy)), "", "{policy:?}");
    }
}

#[test]
fn what_is_only_listed_or_fixed_already_carries_no_new_choice() {
    let mut rules = usual_rules();
    rules.iter_mut().filter(|rule| rule.kind != SlotKind::Relay).for_each(|rule| rule.overrun = Some(Policy::Cut));
    let province = province(grid(rules), vec![order(1, Demand::PerDay(1))], vec![bulletin(1, Priority::Ordinary, 300)]);
    for item in plan_of(&province, "11", day(WEDNESDAY)).items {
        let by = item.sound.as_ref().map(|_| Overrun { policy: Policy::Cut, by: item.slot.end });
        assert_eq!(item.overrun, by, "{}", item.title);
    }
}
