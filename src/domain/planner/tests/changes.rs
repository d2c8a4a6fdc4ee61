//! Tests of dated exceptions: known by the slot's original start, nearest unit first, never raised from the dead.

use super::*;
use crate::domain::planner::explain::explain;
use crate::domain::slot::Alteration;

pub(super) fn change(id: &str, areas: &[&str], rule: &str, at: &str, what: Changed) -> SlotChange {
    SlotChange {
        id: id.parse().unwrap(),
        target: target(areas),
        rule: rule.parse().unwrap(),
        at: format!("{WEDNESDAY}T{at}:00").parse().unwrap(),
        what,
        reason: format!("Lý do {id}"),
        by: None,
    }
}

fn moved(to: &str, minutes: Option<u32>) -> Changed {
    Changed::Move { to: to.parse().unwrap(), minutes }
}

fn changed(changes: Vec<SlotChange>) -> Province {
    province(
        Grid { changes, ..grid(usual_rules()) },
        vec![order(1, Demand::PerDay(3))],
        vec![bulletin(1, Priority::Priority, 300)],
    )
}

fn starts(plan: &DayPlan) -> Vec<String> {
    let local = |item: &Item| item.start.with_timezone(&VN).format("%H:%M").to_string();
    plan.items.iter().map(local).collect()
}

#[test]
fn a_cancelled_slot_is_gone_on_its_day_in_its_areas_and_nowhere_else() {
    let province = changed(vec![change("nghi", &["1"], "trua", "11:30", Changed::Cancel)]);
    assert_eq!(starts(&plan_of(&province, "11", day(WEDNESDAY))), ["05:30", "06:00", "17:00", "17:15"]);
    assert_eq!(starts(&plan_of(&province, "11", day("2024-06-13"))).len(), 5, "another day");
    assert_eq!(starts(&plan_of(&province, "21", day(WEDNESDAY))).len(), 5, "another district");
}

#[test]
fn a_moved_slot_keeps_its_original_start_and_so_its_airing_ids() {
    let usual = plan_of(&changed(vec![]), "11", day(WEDNESDAY));
    let changes = vec![change("doi", &["49"], "trua", "11:30", moved("12:10", Some(20)))];
    let plan = plan_of(&changed(changes), "11", day(WEDNESDAY));
    assert_eq!(starts(&plan), ["05:30", "06:00", "12:10", "17:00", "17:15"]);
    let ids = |plan: &DayPlan| plan.items.iter().filter_map(|item| item.airing).collect::<Vec<_>>();
    assert_eq!(ids(&plan), ids(&usual));
    let item = &plan.items[2];
    let local = |moment: DateTime<Utc>| moment.with_timezone(&VN).format("%H:%M").to_string();
    assert_eq!(
        (local(item.slot.start), local(item.slot.begins()), local(item.slot.end)),
        ("11:30".into(), "12:10".into(), "12:30".into())
    );
    assert_eq!(local(item.latest_start), "12:25");
    assert_eq!(usual.items[2].slot.moved_to, None);
    assert!(!serde_json::to_string(&usual.items[2]).unwrap().contains("moved_to"), "old forms stay as they are");
}

#[test]
fn a_slot_of_another_length_starts_when_it_ever_does() {
    let changes = vec![change("ngan", &["49"], "tiep-am", "06:00", Changed::Length { minutes: 5 })];
    let plan = plan_of(&changed(changes), "11", day(WEDNESDAY));
    assert_eq!((plan.items[1].duration_ms, plan.items[1].slot.moved_to), (300_000, None));
}

#[test]
fn the_exception_of_the_nearest_unit_holds_and_the_last_of_equals() {
    let province = changed(vec![
        change("xa", &["11"], "trua", "11:30", moved("11:40", None)),
        change("tinh", &["49"], "trua", "11:30", Changed::Cancel),
        change("huyen-1", &["2"], "trua", "11:30", moved("12:00", None)),
        change("huyen-2", &["2"], "trua", "11:30", moved("12:30", None)),
    ]);
    let noon = |code: &str| starts(&plan_of(&province, code, day(WEDNESDAY))).get(2).cloned().unwrap();
    assert_eq!((noon("11"), noon("12"), noon("21")), ("11:40".into(), "17:00".into(), "12:30".into()));
}

#[test]
fn a_moved_slot_still_obeys_the_guard_and_meets_its_neighbours() {
    let late = vec![change("muon", &["49"], "chieu", "17:00", moved("20:50", None))];
    let plan = plan_of(&changed(late), "11", day(WEDNESDAY));
    assert!(codes(&plan.problems).contains(&"guard-after"), "{:?}", plan.problems);
    let onto = vec![change("de", &["49"], "chieu", "17:00", moved("17:20", None))];
    let plan = plan_of(&changed(onto), "11", day(WEDNESDAY));
    assert!(codes(&plan.problems).contains(&"overlap"), "{:?}", plan.problems);
}

#[test]
fn whoever_asks_hears_what_was_cancelled_or_moved_and_why() {
    let province = changed(vec![
        change("nghi", &["49"], "trua", "11:30", Changed::Cancel),
        change("doi", &["49"], "sang", "05:30", moved("05:40", None)),
    ]);
    let inputs = inputs_of(&province, "11", day(WEDNESDAY));
    let why = explain(&inputs, &plan_week(&inputs), 2, &"B-1".parse().unwrap(), &[]);
    let told: Vec<(&str, &str, bool)> = why
        .altered
        .iter()
        .map(|slot| (slot.rule.as_str(), slot.reason.as_str(), slot.how == Alteration::Cancelled))
        .collect();
    assert_eq!(told, [("sang", "Lý do doi", false), ("trua", "Lý do nghi", true)]);
    assert_eq!(why.orders[0].slots.len(), 2);
}

#[test]
fn a_published_play_goes_along_with_its_slot_when_that_is_moved() {
    let province = changed(vec![]);
    let inputs = inputs_of(&province, "11", day(WEDNESDAY));
    let first = plan_week(&inputs);
    let moved = changed(vec![change("doi", &["49"], "trua", "11:30", moved("12:10", None))]);
    let (plan, _) = GridPlan::new(&moved.grid);
    let held =
        |date: NaiveDate| Held { issued: true, published: first[weekday(date)].items.clone(), ..Held::default() };
    let (inputs, _) = gather(&moved, &plan, &station("11"), monday_of(day(WEDNESDAY)), held);
    let second = plan_week(&inputs);
    for (day, (before, after)) in first.iter().zip(&second).enumerate() {
        assert_eq!(before.items == after.items, day != 2, "only Wednesday is touched");
    }
    assert_eq!(starts(&second[2])[2], "12:10");
}

#[test]
fn an_exception_that_meets_no_slot_is_a_warning_and_one_that_cannot_hold_is_refused() {
    let old = change("qua-khu", &["49"], "trua", "11:30", Changed::Cancel);
    let changes = vec![
        change("gio-khac", &["49"], "trua", "11:31", Changed::Cancel),
        change("quy-tac-khac", &["49"], "khong-co", "11:30", Changed::Cancel),
        SlotChange { at: "2024-01-01T09:00:00".parse().unwrap(), ..old },
        change("dung", &["49"], "trua", "11:30", Changed::Cancel),
        change("nua-dem", &["49"], "sang", "05:30", moved("24:00", None)),
        change("dai", &["49"], "sang", "05:30", Changed::Length { minutes: 500 }),
        SlotChange { reason: " ".into(), ..change("im", &["49"], "sang", "05:30", Changed::Cancel) },
        SlotChange { target: target(&["77"]), ..change("la", &["49"], "sang", "05:30", Changed::Cancel) },
    ];
    let grid = Grid { changes, ..grid(usual_rules()) };
    let found: Vec<(&str, String, Severity)> = lint_grid(&grid, &areas(), &[], day("2024-06-01"), 30)
        .into_iter()
        .map(|problem| (problem.code, problem.subject, problem.severity))
        .collect();
    let refuse = |code, id: &str| (code, id.to_owned(), Severity::Refuse);
    let warn = |code, id: &str| (code, id.to_owned(), Severity::Warn);
    assert_eq!(
        found,
        [
            refuse("change-to", "nua-dem"),
            refuse("no-reason", "im"),
            refuse("slot-minutes", "dai"),
            refuse("unknown-area", "la"),
            warn("change-meets-nothing", "gio-khac"),
            warn("change-meets-nothing", "quy-tac-khac"),
            warn("change-meets-nothing", "la"),
        ]
    );
}

#[test]
fn an_edited_rule_keeps_its_exception_or_the_lint_says_that_it_meets_nothing() {
    let change = change("nghi", &["49"], "trua", "11:30", Changed::Cancel);
    let edited = |cron: &str| {
        let mut rules = usual_rules();
        rules[2] = rule("trua", SlotKind::Bulletin, cron, 25);
        Grid { changes: vec![change.clone()], ..grid(rules) }
    };
    let lint = |grid: &Grid| lint_grid(grid, &areas(), &[], day("2024-06-10"), 7);
    let kept = edited("0 30 11 * * MON-FRI");
    assert!(!codes(&lint(&kept)).contains(&"change-meets-nothing"));
    let province = province(kept, vec![order(1, Demand::PerDay(3))], vec![bulletin(1, Priority::Priority, 300)]);
    assert!(!starts(&plan_of(&province, "11", day(WEDNESDAY))).contains(&"11:30".to_owned()));
    assert!(codes(&lint(&edited("0 45 11 * * *"))).contains(&"change-meets-nothing"));
}

#[test]
fn a_deleted_exception_stays_deleted_and_one_made_by_a_person_stays_whatever_file_comes() {
    let one = |id: &str, by: Option<&str>| SlotChange {
        by: by.map(Into::into),
        ..change(id, &["49"], "trua", "11:30", Changed::Cancel)
    };
    let mut held = Grid { changes: vec![one("bo", None), one("giu", None)], ..grid(usual_rules()) };
    held.delete_change(&"bo".parse().unwrap());
    held.changes.push(one("cua-xa", Some("binh")));
    let mut file = Grid { changes: vec![one("bo", None), one("moi", None)], ..grid(usual_rules()) };
    let gone = file.keep_decisions_of(&held);
    assert_eq!(gone.iter().map(|id| id.as_str()).collect::<Vec<_>>(), ["bo"]);
    let ids: Vec<&str> = file.changes.iter().map(|change| change.id.as_str()).collect();
    assert_eq!(ids, ["moi", "cua-xa"], "what only the old file had goes with it");
    let again: Grid = serde_json::from_str(&serde_json::to_string(&file).unwrap()).unwrap();
    assert_eq!(again, file);
    let plain = serde_json::to_string(&grid(usual_rules())).unwrap();
    assert!(!plain.contains("change"), "a grid without exceptions has its old form: {plain}");
}
