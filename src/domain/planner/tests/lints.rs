//! Tests of what is found before any day is planned.

use super::*;

#[test]
fn the_grid_lint_tells_each_finding_once_with_first_day_area_and_count() {
    let rules = vec![
        rule("a", SlotKind::Bulletin, "0 30 5 * * *", 30),
        rule("b", SlotKind::Relay, "0 45 5 * * MON", 15),
        rule("c", SlotKind::Bulletin, "0 0 22 * * *", 15),
    ];
    let problems = lint_grid(&grid(rules), &areas(), &[], day(WEDNESDAY), 366);
    assert_eq!(codes(&problems), ["overlap", "guard-after"].iter().rev().copied().collect::<Vec<_>>());
    let overlap = problems.iter().find(|problem| problem.code == "overlap").unwrap();
    // 53 Mondays in four communes.
    let mondays = day(WEDNESDAY).iter_days().take(366).filter(|date| date.format("%a").to_string() == "Mon").count();
    assert!(overlap.sentence.contains("first on 2024-06-17 in 11"), "{}", overlap.sentence);
    assert!(overlap.sentence.contains(&format!("and {} more", mondays * 4 - 1)), "{}", overlap.sentence);
    assert_eq!(lint_grid(&grid(usual_rules()), &areas(), &[station("11")], day(WEDNESDAY), 366), []);
}

#[test]
fn the_grid_lint_names_areas_without_a_guard_and_unknown_ones() {
    let mut grid = grid(usual_rules());
    grid.guards = vec![guard_rule(&["2"], "05:00", "21:00")];
    grid.rules[0].target = target(&["49", "999"]);
    let problems = lint_grid(&grid, &areas(), &[], day(WEDNESDAY), 30);
    assert_eq!(codes(&problems), ["unknown-area", "no-guard"]);
    assert!(problems[1].sentence.contains("first on 2024-06-12 in 11, and 59 more"), "{}", problems[1].sentence);
}

#[test]
fn orders_that_cannot_be_met_are_found_before_planning() {
    let mut bad: Vec<Order> = (1..=9).map(|number| order(number, Demand::PerDay(1))).collect();
    (bad[0].from, bad[0].to) = (day("2024-06-02"), day("2024-06-01"));
    bad[1].bulletin = "NONE".parse().unwrap();
    bad[2].target = target(&["77"]);
    bad[3].demand = Demand::PerWeek(169);
    bad[4].demand = Demand::PerDay(0);
    bad[5].to = day("2025-01-01");
    bad[6].dayparts = vec![Daypart::Noon];
    bad[7].id = bad[8].id.clone();
    let mut known: Vec<KnownBulletin> =
        (1..=9).map(|number| KnownBulletin::from(&bulletin(number, Priority::Priority, 60))).collect();
    known[8].target = target(&["1"]);
    bad[8].target = target(&["49"]);
    let grid = grid(vec![rule("sang", SlotKind::Bulletin, "0 30 5 * * *", 15)]);
    let problems = lint_orders(&bad, &areas(), &known, &grid);
    let about: BTreeSet<(&str, &str)> = problems.iter().map(|one| (one.subject.as_str(), one.code)).collect();
    let expected = [
        ("yc-1", "dates-reversed"),
        ("yc-2", "unknown-bulletin"),
        ("yc-3", "unknown-area"),
        ("yc-4", "demand"),
        ("yc-5", "demand"),
        ("yc-6", "outside-dates"),
        ("yc-7", "no-slot"),
        ("yc-9", "duplicate-order"),
    ];
    assert_eq!(about, expected.into());
    let alone = lint_orders(&[order(9, Demand::PerDay(1))], &areas(), &known, &grid);
    assert_eq!(codes(&alone), ["outside-target"]);
    assert!(alone[0].sentence.contains("2 of its 4 communes on 2024-01-01"), "{}", alone[0].sentence);
}

#[test]
fn an_order_that_asks_for_more_plays_a_day_than_there_are_slots_is_warned_of() {
    let known = [KnownBulletin::from(&bulletin(1, Priority::Priority, 60))];
    let problems = lint_orders(&[order(1, Demand::PerDay(4))], &areas(), &known, &grid(usual_rules()));
    assert_eq!(codes(&problems), ["too-often"]);
    assert!(problems[0].sentence.contains("asks for 4 plays a day, but no commune has more than 3 slots"));
    assert_eq!(lint_orders(&[order(1, Demand::PerDay(3))], &areas(), &known, &grid(usual_rules())), []);
}

#[test]
fn a_rule_that_makes_no_slot_in_a_whole_year_is_idle_unless_another_replaces_it() {
    let mut rules = usual_rules();
    rules.push(SlotRule { target: target(&["2"]), ..rule("xa-kia", SlotKind::Bulletin, "0 0 9 * * *", 15) });
    rules.push(SlotRule {
        replaces: Some("trua".parse().unwrap()),
        ..rule("trua-moi", SlotKind::Bulletin, "0 0 12 * * *", 15)
    });
    let grid = grid(rules);
    let problems = lint_grid(&grid, &areas(), &[station("11")], day(WEDNESDAY), 366);
    assert_eq!(codes(&problems), ["idle-rule"]);
    assert_eq!(problems[0].subject, "xa-kia");
    assert_eq!(lint_grid(&grid, &areas(), &[station("11")], day(WEDNESDAY), 30), []);
}

#[test]
fn a_session_that_is_too_long_names_the_fewest_rules_that_make_it_so() {
    let rules = vec![
        rule("a", SlotKind::Relay, "0 0 6 * * *", 30),
        rule("b", SlotKind::Bulletin, "0 30 6 * * *", 10),
        rule("c", SlotKind::Commune, "0 40 6 * * *", 15),
        rule("d", SlotKind::Bulletin, "0 55 6 * * SUN", 20),
        rule("xa", SlotKind::Commune, "0 0 17 * * *", 15),
    ];
    let problems = lint_grid(&grid(rules), &areas(), &[], day(WEDNESDAY), 30);
    assert_eq!(codes(&problems), ["session-cap"]);
    // a and d alone are two sessions; without a, the other three are 45 minutes.
    assert_eq!(problems[0].rules, ["a", "b", "c", "d"]);
    let sentence = &problems[0].sentence;
    assert!(sentence.contains("it takes all of \"a\", \"b\", \"c\", \"d\" (first on 2024-06-16 in 11"), "{sentence}");
}

#[test]
fn a_day_that_is_too_long_names_no_rule_that_can_be_spared() {
    let rules = vec![
        rule("ngan", SlotKind::Relay, "0 0 6 * * *", 5),
        rule("sang", SlotKind::Relay, "0 0 8 * * *", 50),
        rule("trua", SlotKind::Bulletin, "0 0 12 * * *", 10),
        rule("chieu", SlotKind::Commune, "0 0 17 * * *", 50),
    ];
    let mut grid = grid(rules);
    grid.guards[0].day_minutes = Some(90);
    let problems = lint_grid(&grid, &areas(), &[], day(WEDNESDAY), 1);
    assert_eq!(
        (codes(&problems), &problems[0].rules[..]),
        (vec!["day-cap"], &["chieu".to_owned(), "sang".to_owned()][..])
    );
    grid.rules.retain(|rule| rule.id.as_str() != "sang");
    grid.guards[0].session_minutes = 40;
    let alone = lint_grid(&grid, &areas(), &[], day(WEDNESDAY), 1);
    assert!(alone[0].sentence.contains("rule \"chieu\" does so alone"), "{}", alone[0].sentence);
}

#[test]
fn a_few_minutes_of_silence_within_a_session_are_warned_of() {
    let pair = |minute: u32| {
        let rules = vec![
            rule("truoc", SlotKind::Relay, "0 0 6 * * *", 30),
            rule("sau", SlotKind::Bulletin, &format!("0 {minute} 6 * * *"), 10),
        ];
        lint_grid(&grid(rules), &areas(), &[], day(WEDNESDAY), 1)
    };
    assert_eq!((pair(30), pair(35)), (vec![], vec![]));
    let found = pair(34);
    assert_eq!((codes(&found), found[0].severity), (vec!["dead-air"], Severity::Warn));
    assert!(found[0].sentence.contains("begins 4 minutes after rule \"truoc\" ends"), "{}", found[0].sentence);
}

#[test]
fn what_an_exception_makes_run_into_the_next_slot_is_refused_with_both_rules() {
    let change = changes::change("dai", &["49"], "tiep-am", "06:00", Changed::Length { minutes: 60 });
    let mut rules = usual_rules();
    rules.push(rule("sau", SlotKind::Bulletin, "0 50 6 * * *", 10));
    let found = lint_grid(&Grid { changes: vec![change], ..grid(rules) }, &areas(), &[], day("2024-06-01"), 30);
    assert_eq!(codes(&found), ["overlap"]);
    let sentence = &found[0].sentence;
    assert!(sentence.contains("\"sau\" on 2024-06-12 overlaps slot 06:00-07:00 of rule \"tiep-am\""), "{sentence}");
}
