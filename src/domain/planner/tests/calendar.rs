//! Tests of named days and of planned silence.

use super::*;
use crate::domain::calendar::{DayKind, NamedDay, Silence};
use crate::domain::planner::explain::explain;
use crate::domain::slot::Alteration;

fn named(name: &str, from: &str, to: &str, kind: DayKind, areas: &[&str]) -> NamedDay {
    NamedDay { name: name.into(), from: day(from), to: day(to), kind, target: target(areas) }
}

fn silence(from: &str, to: &str, areas: &[&str]) -> Silence {
    let (from, to) = (from.parse().unwrap(), to.parse().unwrap());
    Silence { target: target(areas), from, to, reason: "Thi tốt nghiệp".into() }
}

fn asking(grid: Grid) -> Province {
    province(grid, vec![order(1, Demand::PerDay(2))], vec![bulletin(1, Priority::Priority, 300)])
}

fn rules_of(province: &Province, code: &str, date: &str) -> Vec<String> {
    plan_of(province, code, day(date)).items.iter().map(|item| item.slot.rule.to_string()).collect()
}

fn slot_rules(province: &Province, code: &str, date: &str) -> Vec<String> {
    let (found, _) = slots(&province.grid, &province.areas, &code.parse().unwrap(), day(date));
    found.into_iter().map(|slot| slot.rule.to_string()).collect()
}

#[test]
fn on_a_day_of_mourning_only_relays_go_on_unless_a_rule_says_otherwise() {
    let mut rules = usual_rules();
    rules[4].on = Some([DayKind::Usual, DayKind::Mourning].into());
    let days = vec![named("Quốc tang", WEDNESDAY, "2024-06-13", DayKind::Mourning, &["49"])];
    let province = asking(Grid { days, ..grid(rules) });
    assert_eq!(rules_of(&province, "11", WEDNESDAY), ["tiep-am", "xa"]);
    assert_eq!(rules_of(&province, "11", "2024-06-13"), ["tiep-am", "xa"]);
    assert_eq!(slot_rules(&province, "11", "2024-06-14").len(), 5);
    let inputs = inputs_of(&province, "11", day(WEDNESDAY));
    let why = explain(&inputs, &plan_week(&inputs), 2, &"B-1".parse().unwrap(), &[]);
    let told: Vec<_> = why.altered.iter().map(|slot| (slot.rule.as_str(), slot.reason.as_str(), slot.how)).collect();
    let rests = Alteration::Resting(DayKind::Mourning);
    assert_eq!(told, ["sang", "trua", "chieu"].map(|rule| (rule, "Quốc tang", rests)));
}

#[test]
fn a_holidays_rule_replaces_the_usual_one_on_its_kind_of_day_only() {
    let mut rules = usual_rules();
    rules.push(SlotRule {
        replaces: Some("sang".parse().unwrap()),
        on: Some([DayKind::Tet].into()),
        ..rule("sang-tet", SlotKind::Bulletin, "0 0 8 * * *", 15)
    });
    rules[2].on = Some([DayKind::Usual, DayKind::Holiday].into());
    let days = vec![
        named("Nghỉ", WEDNESDAY, WEDNESDAY, DayKind::Holiday, &["49"]),
        named("Tết", WEDNESDAY, WEDNESDAY, DayKind::Tet, &["1"]),
    ];
    let province = asking(Grid { days, ..grid(rules) });
    assert_eq!(slot_rules(&province, "11", WEDNESDAY), ["tiep-am", "sang-tet", "chieu", "xa"]);
    assert_eq!(slot_rules(&province, "21", WEDNESDAY), ["sang", "tiep-am", "trua", "chieu", "xa"], "a holiday there");
    assert_eq!(slot_rules(&province, "11", "2024-06-13"), ["sang", "tiep-am", "trua", "chieu", "xa"]);
}

#[test]
fn in_a_planned_silence_there_is_no_slot_so_nothing_is_planned_and_whoever_asks_hears_why() {
    let silences = vec![silence("2024-06-12T06:10:00", "2024-06-12T17:00:00", &["1"])];
    let province = asking(Grid { silences, ..grid(usual_rules()) });
    assert_eq!(slot_rules(&province, "11", WEDNESDAY), ["sang", "chieu", "xa"], "the relay reaches into it");
    assert_eq!(slot_rules(&province, "21", WEDNESDAY).len(), 5);
    let inputs = inputs_of(&province, "11", day(WEDNESDAY));
    let why = explain(&inputs, &plan_week(&inputs), 2, &"B-1".parse().unwrap(), &[]);
    let told: Vec<_> = why.altered.iter().map(|slot| (slot.rule.as_str(), slot.reason.as_str(), slot.how)).collect();
    assert_eq!(told, ["tiep-am", "trua"].map(|rule| (rule, "Thi tốt nghiệp", Alteration::Silent)));
}

#[test]
fn a_day_of_silence_has_an_empty_plan_that_lacks_nothing() {
    let silences = vec![silence("2024-06-12T00:00:00", "2024-06-13T00:00:00", &["49"])];
    let mut province = asking(Grid { silences, ..grid(usual_rules()) });
    province.orders[0].demand = Demand::PerWeek(6);
    let plan = plan_of(&province, "11", day(WEDNESDAY));
    assert_eq!((plan.items.len(), plan.problems), (0, vec![]));
    let week = plan_week(&inputs_of(&province, "11", day(WEDNESDAY)));
    let plays = week.iter().flat_map(|day| &day.items).filter(|item| item.sound.is_some()).count();
    assert_eq!(plays, 6, "the other days take its part of the week");
}

#[test]
fn silence_reaches_a_slot_where_it_was_moved_to_not_where_it_came_from() {
    let change =
        changes::change("doi", &["49"], "trua", "11:30", Changed::Move { to: "13:00".parse().unwrap(), minutes: None });
    let silences = vec![silence("2024-06-12T11:00:00", "2024-06-12T12:00:00", &["49"])];
    let province = asking(Grid { silences, changes: vec![change], ..grid(usual_rules()) });
    assert!(slot_rules(&province, "11", WEDNESDAY).contains(&"trua".to_owned()));
}

#[test]
fn days_and_silences_that_cannot_be_meant_are_refused_and_left_out() {
    let days = vec![
        named("Ngược", "2024-06-13", WEDNESDAY, DayKind::Holiday, &["49"]),
        named("Thường", WEDNESDAY, WEDNESDAY, DayKind::Usual, &["49"]),
        named("Không đâu", WEDNESDAY, WEDNESDAY, DayKind::Mourning, &[]),
        named("Lạ", WEDNESDAY, WEDNESDAY, DayKind::Holiday, &["77"]),
    ];
    let silences = vec![
        silence("2024-06-12T12:00:00", "2024-06-12T12:00:00", &["49"]),
        Silence { reason: String::new(), ..silence("2024-06-12T00:00:00", "2024-06-13T00:00:00", &["49"]) },
    ];
    let mut rules = usual_rules();
    rules.push(SlotRule { on: Some(BTreeSet::new()), ..rule("khong-ngay", SlotKind::Commune, "0 0 9 * * *", 15) });
    let grid = Grid { days, silences, ..grid(rules) };
    let found = lint_grid(&grid, &areas(), &[], day("2024-06-10"), 7);
    let refused = found.iter().filter(|problem| problem.severity == Severity::Refuse);
    assert_eq!(
        refused.map(|problem| problem.code).collect::<Vec<_>>(),
        ["dates-reversed", "day-kind", "no-area", "no-reason", "on-no-day", "silence-reversed", "unknown-area"]
    );
    assert_eq!(slot_rules(&asking(grid), "11", WEDNESDAY).len(), 5);
}
