//! What one bulletin does to the plans: examples with known answers.

use super::*;
use crate::domain::planner::impact::{Comparison, DayImpact, Impact, Shift, Silent, impact};

/// 10 June 2024 is a Monday; the moment is long before, so that today plays no part.
fn compare(with: &Province, without: &Province, days: i64) -> Impact {
    let code = "B-99".parse().unwrap();
    let (from, now) = (day("2024-06-10"), day("2024-05-01").and_hms_opt(0, 0, 0).unwrap().and_utc());
    impact(&Comparison { with, without, code: &code, from, to: from + Duration::days(days - 1), now })
}

/// The province with one more bulletin of that priority and length, ordered so many times a day.
fn with_one_more(without: &Province, priority: Priority, seconds: u64, plays: u32) -> Province {
    let mut with = without.clone();
    with.bulletins.push(bulletin(99, priority, seconds));
    with.orders.push(order(99, Demand::PerDay(plays)));
    with
}

fn first_day(impact: &Impact, code: &str) -> DayImpact {
    let at = impact.stations.iter().find(|one| one.station == station(code).id).unwrap();
    (*at.days[0]).clone()
}

/// One slot of ten minutes each morning.
fn narrow() -> Grid {
    grid(vec![rule("sang", SlotKind::Bulletin, "0 0 6 * * *", 10)])
}

#[test]
fn a_priority_bulletin_moves_an_ordinary_one_back_in_its_slot_and_pushes_out_what_no_longer_fits() {
    let others = vec![bulletin(1, Priority::Ordinary, 240), bulletin(2, Priority::Ordinary, 200)];
    let orders = vec![order(1, Demand::PerDay(1)), order(2, Demand::PerDay(1))];
    let without = province(narrow(), orders, others);
    let with = with_one_more(&without, Priority::Priority, 240, 1);
    let impact = compare(&with, &without, 7);
    assert_eq!((impact.reached().count(), impact.airings()), (4, 28));
    let displaced: Vec<_> =
        first_day(&impact, "11").displaced.into_iter().map(|one| (one.bulletin.to_string(), one.how)).collect();
    assert_eq!(displaced.len(), 2, "{displaced:?}");
    assert!(displaced.iter().any(|(_, how)| *how == Shift::Out), "{displaced:?}");
    assert!(displaced.iter().any(|(_, how)| matches!(how, Shift::InSlot(seconds) if *seconds != 0)), "{displaced:?}");
}

#[test]
fn a_bulletin_with_room_of_its_own_displaces_nothing() {
    let without = province(narrow(), vec![order(1, Demand::PerDay(1))], vec![bulletin(1, Priority::Ordinary, 60)]);
    let with = with_one_more(&without, Priority::Ordinary, 60, 1);
    let impact = compare(&with, &without, 3);
    assert!(impact.stations.iter().all(|one| one.days.iter().all(|day| day.displaced.is_empty())));
}

#[test]
fn a_station_without_an_airing_says_why() {
    let mut without = province(narrow(), vec![], vec![]);
    without.choices.insert(station("12").id, StandingChoice::Decline);
    let mut with = with_one_more(&without, Priority::Ordinary, 60, 1);
    with.orders[0].target = target(&["1"]);
    let why = |impact: &Impact, code: &str| {
        impact.stations.iter().find(|one| one.station == station(code).id).unwrap().silent()
    };
    let impact = compare(&with, &without, 2);
    assert_eq!(why(&impact, "11"), None);
    assert_eq!(why(&impact, "12"), Some(Silent::Declined));
    assert_eq!(why(&impact, "21"), Some(Silent::NoOrder));

    with.orders[0].dayparts = vec![Daypart::Evening];
    assert_eq!(why(&compare(&with, &without, 2), "11"), Some(Silent::NoSlot));
    with.orders[0].dayparts.clear();
    with.bulletins[0].duration_ms = 700_000;
    assert_eq!(why(&compare(&with, &without, 2), "11"), Some(Silent::TooLong));

    let full = province(narrow(), vec![order(1, Demand::PerDay(1))], vec![bulletin(1, Priority::Priority, 590)]);
    let impact = compare(&with_one_more(&full, Priority::Ordinary, 60, 1), &full, 2);
    assert_eq!(why(&impact, "22"), Some(Silent::Full));
}

#[test]
fn airings_at_the_edges_of_the_guard_and_in_the_night_are_counted_and_refused_slots_are_told() {
    // The guard opens at 05:00, closes at 21:00 and warns before 05:30; the last rule breaks it.
    let rules = vec![
        rule("dem", SlotKind::Bulletin, "0 5 5 * * *", 10),
        rule("trua", SlotKind::Bulletin, "0 0 12 * * *", 10),
        rule("toi", SlotKind::Bulletin, "0 50 20 * * *", 10),
        rule("khuya", SlotKind::Bulletin, "0 55 20 * * *", 10),
    ];
    let without = province(grid(rules), vec![], vec![]);
    let impact = compare(&with_one_more(&without, Priority::Priority, 60, 3), &without, 1);
    let day = first_day(&impact, "11");
    assert_eq!((day.starts.len(), day.asked), (3, 3));
    assert_eq!((day.night, day.near_edge, day.refused_slots), (1, 2, 1), "{day:?}");
}

#[test]
fn only_stations_it_is_meant_for_are_looked_at_and_only_on_its_days() {
    let without = province(narrow(), vec![], vec![]);
    let mut with = with_one_more(&without, Priority::Ordinary, 60, 1);
    with.bulletins[0].target = target(&["1"]);
    let impact = compare(&with, &without, 5);
    assert_eq!(impact.stations.len(), 2);
    assert!(impact.stations.iter().all(|one| one.days.len() == 5));
}
