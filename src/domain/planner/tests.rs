//! Tests of the planner as a whole, on a small province of four communes.

mod calendar;
mod caps;
mod changes;
mod explains;
mod fillers;
mod impacts;
mod lints;
mod overruns;
mod own;
mod properties;
mod topics;
mod vectors;

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Duration, NaiveDate, Utc};
use proptest::prelude::*;

use super::*;
use crate::domain::area::{Areas, Level, Target};
use crate::domain::bulletin::{Priority, Topic};
use crate::domain::guard::{GuardException, GuardRule, admit_slots, check_slots};
use crate::domain::order::Demand;
use crate::domain::problem::Severity;
use crate::domain::rundown::ItemKind;
use crate::domain::slot::{Changed, Daypart, Grid, SlotChange, SlotKind, SlotRule};
use crate::domain::station::{Serves, StationKind, Transport};

const VN: Tz = chrono_tz::Asia::Ho_Chi_Minh;

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn target(codes: &[&str]) -> Target {
    Target { areas: codes.iter().map(|code| code.parse().unwrap()).collect(), except: BTreeSet::new() }
}

fn area(code: &str, level: Level, parent: Option<&str>) -> Area {
    Area {
        code: code.parse().unwrap(),
        valid_from: day("2020-01-01"),
        valid_to: None,
        level,
        kind: "xã".into(),
        name: code.into(),
        parent: parent.map(|code| code.parse().unwrap()),
        successor: None,
    }
}

/// Province 49 with districts 1 and 2 and two communes in each.
fn areas() -> Areas {
    Areas::from(vec![
        area("49", Level::Province, None),
        area("1", Level::District, Some("49")),
        area("2", Level::District, Some("49")),
        area("11", Level::Commune, Some("1")),
        area("12", Level::Commune, Some("1")),
        area("21", Level::Commune, Some("2")),
        area("22", Level::Commune, Some("2")),
    ])
}

fn guard_rule(codes: &[&str], open: &str, close: &str) -> GuardRule {
    GuardRule {
        areas: target(codes).areas,
        open: open.parse().unwrap(),
        close: close.parse().unwrap(),
        session_minutes: 60,
        warn_before: "05:30".parse().unwrap(),
        day_minutes: None,
        repeat_minutes: None,
    }
}

fn rule(id: &str, kind: SlotKind, cron: &str, minutes: u32) -> SlotRule {
    SlotRule {
        id: id.parse().unwrap(),
        name: format!("Khung {id}"),
        kind,
        source: (kind == SlotKind::Relay).then(|| "VOV1".into()),
        cron: cron.into(),
        minutes,
        target: target(&["49"]),
        valid_from: None,
        valid_to: None,
        replaces: None,
        on: None,
        topics: BTreeSet::new(),
        overrun: None,
    }
}

fn grid(rules: Vec<SlotRule>) -> Grid {
    let guards = vec![guard_rule(&["49"], "05:00", "21:00")];
    Grid { guards, rules, ..Grid::empty(VN) }
}

fn bulletin(number: u32, priority: Priority, seconds: u64) -> Approved {
    Approved {
        code: format!("B-{number}").parse().unwrap(),
        version: 1,
        title: format!("Bản tin {number}"),
        priority,
        duration_ms: seconds * 1000,
        rendition: Sha256::of(&number.to_be_bytes()),
        manifest: Sha256::of(b"manifest"),
        target: target(&["49"]),
        airs_from: day("2024-01-01"),
        airs_to: day("2024-12-31"),
        origin: Origin::Department,
        topic: None,
    }
}

fn order(number: u32, demand: Demand) -> Order {
    Order {
        id: format!("yc-{number}").parse().unwrap(),
        bulletin: format!("B-{number}").parse().unwrap(),
        demand,
        dayparts: vec![],
        weight: 1,
        spacing_minutes: 0,
        target: target(&["49"]),
        from: day("2024-01-01"),
        to: day("2024-12-31"),
    }
}

fn station(code: &str) -> Station {
    Station {
        id: format!("dtt-{code}").parse().unwrap(),
        name: code.into(),
        kind: StationKind::Connected,
        transport: Transport::Fm,
        serves: vec![Serves { area: code.parse().unwrap(), from: day("2020-01-01"), to: None }],
    }
}

fn province(grid: Grid, orders: Vec<Order>, bulletins: Vec<Approved>) -> Province {
    let stations = ["11", "12", "21", "22"].map(station).map(|one| (one.id.clone(), one)).into();
    Province {
        areas: areas(),
        stations,
        grid,
        orders,
        bulletins,
        pending: vec![],
        choices: BTreeMap::new(),
        answers: BTreeMap::new(),
        own_first: BTreeSet::new(),
    }
}

/// The whole week of that day, of which nothing was issued.
fn inputs_of(province: &Province, code: &str, date: NaiveDate) -> WeekInputs {
    let (plan, _) = GridPlan::new(&province.grid);
    gather(province, &plan, &station(code), monday_of(date), |_| Held::default()).0
}

fn weekday(date: NaiveDate) -> usize {
    (date - monday_of(date)).num_days().unsigned_abs() as usize
}

/// The plan of that day.
fn plan_of(province: &Province, code: &str, date: NaiveDate) -> DayPlan {
    plan_week(&inputs_of(province, code, date)).swap_remove(weekday(date))
}

fn usual_rules() -> Vec<SlotRule> {
    vec![
        rule("sang", SlotKind::Bulletin, "0 30 5 * * *", 15),
        rule("tiep-am", SlotKind::Relay, "0 0 6 * * *", 15),
        rule("trua", SlotKind::Bulletin, "0 30 11 * * *", 15),
        rule("chieu", SlotKind::Bulletin, "0 0 17 * * *", 15),
        rule("xa", SlotKind::Commune, "0 15 17 * * *", 15),
    ]
}

fn codes(problems: &[Problem]) -> Vec<&str> {
    problems.iter().map(|problem| problem.code).collect()
}

const WEDNESDAY: &str = "2024-06-12";

#[test]
fn a_usual_day_has_its_relay_its_commune_time_and_its_bulletins_spread() {
    let province = province(
        grid(usual_rules()),
        vec![order(1, Demand::PerDay(2)), order(2, Demand::PerDay(1))],
        vec![bulletin(1, Priority::Priority, 300), bulletin(2, Priority::Ordinary, 120)],
    );
    let plan = plan_of(&province, "11", day(WEDNESDAY));
    assert_eq!(plan.problems, []);
    let kinds: Vec<ItemKind> = plan.items.iter().map(|item| item.kind).collect();
    assert_eq!(kinds.iter().filter(|kind| **kind == ItemKind::Bulletin).count(), 3);
    assert!(kinds.contains(&ItemKind::Relay) && kinds.contains(&ItemKind::Commune));
    let relay = plan.items.iter().find(|item| item.kind == ItemKind::Relay).unwrap();
    assert_eq!((relay.title.as_str(), relay.airing, &relay.sound), ("Khung tiep-am: VOV1", None, &None));
    let mut by_rule: BTreeMap<String, usize> = BTreeMap::new();
    for day in plan_week(&inputs_of(&province, "11", day(WEDNESDAY))) {
        let of_first = |item: &&Item| item.sound.as_ref().is_some_and(|sound| sound.order.as_str() == "yc-1");
        let rules: BTreeSet<_> = day.items.iter().filter(of_first).map(|item| item.slot.rule.to_string()).collect();
        assert_eq!(rules.len(), 2, "two plays, two parts of the day");
        for rule in rules {
            *by_rule.entry(rule).or_default() += 1;
        }
    }
    let plays: Vec<usize> = by_rule.into_values().collect();
    assert!(
        matches!(plays[..], [4 | 5, 4 | 5, 4 | 5]),
        "over the week every part of the day hears it as often: {plays:?}"
    );
    let first = plan.items.iter().find(|item| item.sound.is_some()).unwrap();
    assert_eq!(first.why, "Yêu cầu yc-1: 2 lượt mỗi ngày; lượt 1 trong ngày; bản tin ưu tiên nên phát trước");
}

#[test]
fn in_a_slot_priority_comes_first_and_items_are_half_a_second_apart_on_whole_seconds() {
    let mut second = bulletin(2, Priority::Priority, 0);
    second.duration_ms = 120_700;
    let province = province(
        grid(vec![rule("sang", SlotKind::Bulletin, "0 30 5 * * *", 15)]),
        vec![order(1, Demand::PerDay(1)), order(2, Demand::PerDay(1))],
        vec![bulletin(1, Priority::Ordinary, 300), second],
    );
    let plan = plan_of(&province, "11", day(WEDNESDAY));
    let starts: Vec<(String, String)> = plan
        .items
        .iter()
        .map(|item| (item.title.clone(), item.start.with_timezone(&VN).format("%H:%M:%S%.f").to_string()))
        .collect();
    assert_eq!(starts, [("Bản tin 2".into(), "05:30:00".into()), ("Bản tin 1".into(), "05:32:02".into())]);
    let latest = plan.items[1].latest_start.with_timezone(&VN).format("%H:%M:%S").to_string();
    assert_eq!(latest, "05:45:00", "never past the slot's end");
}

#[test]
fn a_commune_that_declines_ordinary_bulletins_still_airs_priority_ones() {
    let mut province = province(
        grid(usual_rules()),
        vec![order(1, Demand::PerDay(1)), order(2, Demand::PerDay(2))],
        vec![bulletin(1, Priority::Priority, 300), bulletin(2, Priority::Ordinary, 120)],
    );
    province.choices.insert("dtt-11".parse().unwrap(), StandingChoice::Decline);
    let plan = plan_of(&province, "11", day(WEDNESDAY));
    assert_eq!(plan.declined, 2);
    assert_eq!(plan.items.iter().filter(|item| item.sound.is_some()).count(), 1);
    assert_eq!(plan_of(&province, "12", day(WEDNESDAY)).declined, 0);
}

#[test]
fn urgent_unapproved_expired_and_elsewhere_bulletins_are_left_out_and_said() {
    let mut expired = bulletin(3, Priority::Priority, 60);
    expired.airs_to = day("2024-06-11");
    let mut elsewhere = bulletin(4, Priority::Priority, 60);
    elsewhere.target = target(&["2"]);
    let province = province(
        grid(usual_rules()),
        (1..=5).map(|number| order(number, Demand::PerDay(1))).collect(),
        vec![bulletin(1, Priority::Urgent, 60), expired, elsewhere, bulletin(5, Priority::Priority, 60)],
    );
    let (grid_plan, _) = GridPlan::new(&province.grid);
    let (inputs, problems) =
        gather(&province, &grid_plan, &station("11"), monday_of(day(WEDNESDAY)), |_| Held::default());
    // The week has two days before its Wednesday on which the third may air.
    let on = |weekday: usize| -> Vec<&str> {
        problems.iter().filter(|(day, _)| *day == weekday).map(|(_, problem)| problem.code).collect()
    };
    assert_eq!(on(1), ["not-approved", "outside-target"]);
    assert_eq!(on(2), ["not-approved", "outside-dates", "outside-target"]);
    let plan = plan_week(&inputs).swap_remove(2);
    assert_eq!(codes(&plan.problems), ["urgent"]);
    assert_eq!(plan.items.iter().filter(|item| item.sound.is_some()).count(), 1);
}

#[test]
fn plays_without_a_place_are_told_with_the_reason() {
    let mut noon = order(3, Demand::PerDay(1));
    noon.dayparts = vec![Daypart::Noon];
    let only = vec![rule("sang", SlotKind::Bulletin, "0 30 5 * * *", 10)];
    let province = province(
        grid(only),
        vec![order(1, Demand::PerDay(1)), order(2, Demand::PerDay(2)), noon, order(4, Demand::PerDay(1))],
        vec![
            bulletin(1, Priority::Priority, 660),
            bulletin(2, Priority::Priority, 400),
            bulletin(3, Priority::Priority, 60),
            bulletin(4, Priority::Ordinary, 400),
        ],
    );
    let plan = plan_of(&province, "11", day(WEDNESDAY));
    let sentences: Vec<&str> = plan.problems.iter().map(|problem| problem.sentence.as_str()).collect();
    assert_eq!(codes(&plan.problems), ["unmet"; 4]);
    for (sentence, reason) in
        sentences.iter().zip(["it lasts 11:00 and the longest slot 10:00", "once a slot", "dayparts", "are full"])
    {
        assert!(sentence.contains(reason), "{sentence}");
    }
    assert!(sentences[1].contains("order \"yc-2\" has 1 of 2 plays of bulletin B-2 on 2024-06-12"), "{}", sentences[1]);
}

#[test]
fn a_bulletin_may_be_as_long_as_its_slot() {
    for seconds in [599, 600, 601] {
        let province = province(
            grid(vec![rule("sang", SlotKind::Bulletin, "0 30 5 * * *", 10)]),
            vec![order(1, Demand::PerDay(1))],
            vec![bulletin(1, Priority::Ordinary, seconds)],
        );
        let plan = plan_of(&province, "11", day(WEDNESDAY));
        assert_eq!(plan.items.len(), usize::from(seconds <= 600), "{seconds}");
    }
}

#[test]
fn a_weekly_demand_goes_where_there_is_room_and_a_heavier_order_goes_first() {
    // Two slots on Monday, one on Sunday; three plays a week fit only so.
    let mut province = province(
        grid(vec![
            rule("hai", SlotKind::Bulletin, "0 30 5 * * MON", 10),
            rule("hai-chieu", SlotKind::Bulletin, "0 30 17 * * MON", 10),
            rule("chu-nhat", SlotKind::Bulletin, "0 30 5 * * SUN", 10),
        ]),
        vec![order(1, Demand::PerWeek(3)), order(2, Demand::PerWeek(2))],
        vec![bulletin(1, Priority::Ordinary, 400), bulletin(2, Priority::Ordinary, 400)],
    );
    let plays = |province: &Province, id: &str| -> usize {
        let week = plan_week(&inputs_of(province, "11", day(WEDNESDAY)));
        let of = |item: &&Item| item.sound.as_ref().is_some_and(|sound| sound.order.as_str() == id);
        week.iter().flat_map(|day| &day.items).filter(of).count()
    };
    assert_eq!(plays(&province, "yc-1") + plays(&province, "yc-2"), 3);
    province.orders[1].weight = 3;
    assert_eq!((plays(&province, "yc-1"), plays(&province, "yc-2")), (1, 2));
    province.orders[0].weight = 9;
    assert_eq!((plays(&province, "yc-1"), plays(&province, "yc-2")), (3, 0));
}

#[test]
fn the_nearest_unit_rules_the_guard_and_the_last_of_equals_holds() {
    let mut grid = grid(vec![]);
    grid.guards.push(guard_rule(&["1"], "06:00", "20:00"));
    grid.guards.push(guard_rule(&["1"], "06:30", "19:00"));
    grid.guards.push(guard_rule(&["12"], "05:30", "20:30"));
    let open = |code: &str| {
        let (hours, problems) = GuardHours::resolve(&grid, &areas(), &code.parse().unwrap(), day(WEDNESDAY));
        assert_eq!(problems, []);
        hours.open.to_string()
    };
    assert_eq!((open("11").as_str(), open("12").as_str(), open("21").as_str()), ("06:30", "05:30", "05:00"));
}

#[test]
fn an_area_without_a_guard_airs_nothing_and_a_problem_says_so() {
    let mut province =
        province(grid(usual_rules()), vec![order(1, Demand::PerDay(1))], vec![bulletin(1, Priority::Priority, 60)]);
    province.grid.guards = vec![guard_rule(&["2"], "05:00", "21:00")];
    let (plan, _) = GridPlan::new(&province.grid);
    let (inputs, problems) = gather(&province, &plan, &station("11"), monday_of(day(WEDNESDAY)), |_| Held::default());
    assert!(problems.iter().all(|(_, problem)| problem.code == "no-guard") && problems.len() == 7, "{problems:?}");
    assert!(plan_week(&inputs).iter().all(|day| day.items.is_empty()));
}

#[test]
fn slots_outside_the_guard_overlapping_or_too_long_in_a_row_are_refused_with_value_and_remedy() {
    let rules = vec![
        rule("khuya", SlotKind::Bulletin, "0 30 4 * * *", 15),
        rule("som", SlotKind::Bulletin, "0 0 5 * * *", 30),
        rule("chong", SlotKind::Bulletin, "0 15 5 * * *", 15),
        rule("dai", SlotKind::Relay, "0 34 5 * * *", 30),
        rule("tach", SlotKind::Relay, "0 35 5 * * *", 30),
        rule("toi", SlotKind::Commune, "0 45 20 * * *", 30),
    ];
    let grid = grid(rules);
    let code = "11".parse().unwrap();
    let (slots, problems) = slots(&grid, &areas(), &code, day(WEDNESDAY));
    assert_eq!(problems, []);
    let (hours, _) = GuardHours::resolve(&grid, &areas(), &code, day(WEDNESDAY));
    let found = check_slots(&slots, &hours, VN);
    let about: Vec<(&str, &str)> = found.iter().map(|one| (one.subject.as_str(), one.code)).collect();
    assert_eq!(
        about,
        [
            ("khuya", "guard-before"),
            ("som", "night"),
            ("chong", "overlap"),
            ("dai", "session-cap"),
            ("toi", "guard-after")
        ]
    );
    assert_eq!(
        found[0].sentence,
        "slot 04:30-04:45 of rule \"khuya\" on 2024-06-12 starts before the guard opens at 05:00: start it then or later"
    );
    let (admitted, _) = admit_slots(&[], &slots, &hours, VN);
    let admitted: Vec<&str> = admitted.iter().map(|slot| slot.rule.as_str()).collect();
    assert_eq!(admitted, ["som", "tach"], "a refused slot is not held against later ones");
}

#[test]
fn an_exception_opens_the_night_of_one_day_and_a_slot_may_run_past_its_midnight() {
    let mut province = province(
        grid(vec![rule("giao-thua", SlotKind::Bulletin, "0 45 23 * * *", 30)]),
        vec![order(1, Demand::PerDay(1))],
        vec![bulletin(1, Priority::Priority, 1200)],
    );
    province.grid.exceptions.push(GuardException {
        areas: target(&["49"]).areas,
        date: day("2024-02-09"),
        open: "00:00".parse().unwrap(),
        close: "24:00".parse().unwrap(),
        reason: "Giao thừa".into(),
    });
    let plan = plan_of(&province, "11", day("2024-02-09"));
    assert_eq!(plan.problems.len(), 0);
    assert_eq!(plan.items[0].end().with_timezone(&VN).to_rfc3339(), "2024-02-10T00:05:00+07:00");
    assert_eq!(codes(&plan_of(&province, "11", day("2024-02-08")).problems), ["guard-after", "unmet"]);
}

#[test]
fn a_slot_that_ran_past_midnight_is_held_against_the_next_day() {
    let mut grid = grid(vec![
        rule("khuya", SlotKind::Bulletin, "0 45 23 * * *", 30),
        rule("nua-dem", SlotKind::Bulletin, "0 10 0 * * *", 10),
    ]);
    grid.guards = vec![guard_rule(&["49"], "00:00", "24:00")];
    let province = province(grid, vec![], vec![]);
    let inputs = inputs_of(&province, "11", day(WEDNESDAY));
    assert_eq!(inputs.days[2].slots.len(), 2);
    assert_eq!(codes(&plan_week(&inputs)[2].problems), ["overlap", "night"][..1]);
}

#[test]
fn a_rule_stands_in_for_the_one_it_replaces_in_its_areas_and_days_only() {
    let mut summer = rule("sang-he", SlotKind::Bulletin, "0 0 6 * * *", 15);
    summer.replaces = Some("sang".parse().unwrap());
    summer.target = target(&["1"]);
    (summer.valid_from, summer.valid_to) = (Some(day("2024-06-01")), Some(day("2024-08-31")));
    let grid = grid(vec![rule("sang", SlotKind::Bulletin, "0 30 5 * * *", 15), summer]);
    let rules = |code: &str, date: &str| -> Vec<String> {
        let (slots, _) = slots(&grid, &areas(), &code.parse().unwrap(), day(date));
        slots.into_iter().map(|slot| slot.rule.to_string()).collect()
    };
    assert_eq!(rules("11", WEDNESDAY), ["sang-he"]);
    assert_eq!(rules("21", WEDNESDAY), ["sang"]);
    assert_eq!(rules("11", "2024-09-01"), ["sang"]);
}

#[test]
fn a_bad_rule_is_named_and_never_hides_the_good_ones() {
    let mut rules = usual_rules();
    rules.push(rule("hong", SlotKind::Bulletin, "0 0 25 * * *", 15));
    rules.push(rule("dai", SlotKind::Bulletin, "0 0 9 * * *", 300));
    rules.push(SlotRule { source: None, ..rule("khong-nguon", SlotKind::Relay, "0 0 12 * * *", 15) });
    rules.push(SlotRule { source: Some("VOV1".into()), ..rule("thua", SlotKind::Commune, "0 0 13 * * *", 15) });
    rules.push(SlotRule { replaces: Some("x".parse().unwrap()), ..rule("la", SlotKind::Commune, "0 0 14 * * *", 15) });
    rules.push(SlotRule {
        valid_to: Some(day("2024-01-01")),
        valid_from: Some(day("2024-02-01")),
        ..rule("nguoc", SlotKind::Commune, "0 0 15 * * *", 15)
    });
    rules.push(rule("doi", SlotKind::Commune, "0 0 18 * * *", 15));
    rules.push(rule("doi", SlotKind::Commune, "0 0 19 * * *", 15));
    let grid = grid(rules);
    let (slots, problems) = slots(&grid, &areas(), &"11".parse().unwrap(), day(WEDNESDAY));
    assert_eq!(slots.len(), 5);
    let found: BTreeSet<&str> = codes(&problems).into_iter().collect();
    let expected = [
        "cron",
        "slot-minutes",
        "relay-source",
        "source-without-relay",
        "replaces-unknown",
        "dates-reversed",
        "duplicate-rule",
    ];
    assert_eq!(found, expected.into());
}

#[test]
fn clocks_that_change_lose_no_slot_and_double_none() {
    let berlin = chrono_tz::Europe::Berlin;
    let mut grid = grid(vec![rule("dem", SlotKind::Bulletin, "0 30 2 * * *", 15)]);
    (grid.zone, grid.guards) = (berlin, vec![guard_rule(&["49"], "00:00", "24:00")]);
    let province = province(grid, vec![order(1, Demand::PerDay(1))], vec![bulletin(1, Priority::Priority, 60)]);
    for (date, expected) in [
        ("2024-03-30", "2024-03-30T02:30:00+01:00"),
        ("2024-03-31", "2024-03-31T03:30:00+02:00"),
        ("2024-10-27", "2024-10-27T02:30:00+02:00"),
        ("2024-10-28", "2024-10-28T02:30:00+01:00"),
    ] {
        let plan = plan_of(&province, "11", day(date));
        let starts: Vec<String> =
            plan.items.iter().map(|item| item.start.with_timezone(&berlin).to_rfc3339()).collect();
        assert_eq!(starts, [expected]);
    }
}

#[test]
fn the_digest_follows_every_input_and_the_class_digest_all_but_the_station() {
    let province =
        province(grid(usual_rules()), vec![order(1, Demand::PerDay(1))], vec![bulletin(1, Priority::Priority, 60)]);
    let here = inputs_of(&province, "11", day(WEDNESDAY));
    let there = inputs_of(&province, "12", day(WEDNESDAY));
    assert_ne!(here.digest(), there.digest());
    assert_eq!(here.class_digest(), there.class_digest());
    let moved: Vec<DayPlan> = plan_week(&here).iter().map(|day| day.for_station(&there.station)).collect();
    assert_eq!(moved, plan_week(&there));
    let mut other = here.clone();
    other.days[3].choice = StandingChoice::Decline;
    assert_ne!(here.class_digest(), other.class_digest());
}

#[test]
fn stations_alike_share_a_plan_also_after_it_was_issued() {
    let province =
        province(grid(usual_rules()), vec![order(1, Demand::PerDay(1))], vec![bulletin(1, Priority::Priority, 60)]);
    let shared = SharedWeeks::default();
    let mut again = Vec::new();
    for code in ["11", "12"] {
        let mut inputs = inputs_of(&province, code, day(WEDNESDAY));
        let week = shared.plan(&inputs);
        for (day, plan) in inputs.days.iter_mut().zip(week) {
            assert!(!plan.items.is_empty());
            (day.issued, day.published) = (true, plan.items);
        }
        again.push(inputs);
    }
    assert_eq!(shared.classes(), 1);
    again.iter().for_each(|inputs| assert_eq!(shared.plan(inputs), plan_week(inputs)));
    assert_eq!(shared.classes(), 2);
    // An id that the station does not give is nobody else's: the station is planned alone.
    let (one, other) = again.split_at_mut(1);
    one[0].days[1].published[0].airing = other[0].days[1].published[0].airing;
    shared.plan(&one[0]);
    assert_eq!(shared.classes(), 2);
}
