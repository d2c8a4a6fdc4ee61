//! Why a bulletin airs or does not: each answer by an example.

use super::*;
use crate::domain::place::Place;
use crate::domain::planner::explain::{Answer, Explanation, explain};
use crate::domain::stop::{Stop, StopOrder, leave_out};

fn why(province: &Province, code: &str, bulletin: &str) -> Explanation {
    let (grid_plan, _) = GridPlan::new(&province.grid);
    let (inputs, found) = gather(province, &grid_plan, &station(code), monday_of(day(WEDNESDAY)), |_| Held::default());
    explain(&inputs, &plan_week(&inputs), 2, &bulletin.parse().unwrap(), &found)
}

fn answers(why: &Explanation) -> Vec<&'static str> {
    let name = |answer: &Answer| match answer {
        Answer::Airs(_) => "airs",
        Answer::Declined => "declined",
        Answer::OtherDaypart => "other-daypart",
        Answer::OtherTopic => "other-topic",
        Answer::TooShort { .. } => "too-short",
        Answer::Enough => "enough",
        Answer::Past => "past",
        Answer::TooNear(_) => "too-near",
        Answer::RepeatsTooSoon(_) => "repeats-too-soon",
        Answer::Full { .. } => "full",
        Answer::DayFull => "day-full",
    };
    why.orders[0].slots.iter().map(|slot| name(&slot.answer)).collect()
}

fn two_slots() -> Grid {
    grid(vec![
        rule("sang", SlotKind::Bulletin, "0 0 6 * * *", 10),
        rule("chieu", SlotKind::Bulletin, "0 0 17 * * *", 15),
    ])
}

fn one_order(demand: Demand, seconds: u64) -> Province {
    province(two_slots(), vec![order(1, demand)], vec![bulletin(1, Priority::Ordinary, seconds)])
}

#[test]
fn each_slot_says_what_stands_in_the_way() {
    let twice = one_order(Demand::PerDay(2), 300);
    assert_eq!(answers(&why(&twice, "11", "B-1")), ["airs", "airs"]);
    assert_eq!(answers(&why(&one_order(Demand::PerDay(2), 700), "11", "B-1")), ["too-short", "airs"]);
    let once = why(&one_order(Demand::PerDay(1), 300), "11", "B-1");
    let mut once = answers(&once);
    once.sort_unstable();
    assert_eq!(once, ["airs", "enough"]);
    let mut evening = one_order(Demand::PerDay(2), 300);
    evening.orders[0].dayparts = vec![Daypart::Evening];
    assert_eq!(answers(&why(&evening, "11", "B-1")), ["other-daypart", "airs"]);
    let mut near = one_order(Demand::PerDay(2), 300);
    near.orders[0].spacing_minutes = 720;
    let mut near = answers(&why(&near, "11", "B-1"));
    near.sort_unstable();
    assert_eq!(near, ["airs", "too-near"]);
    let mut declines = one_order(Demand::PerDay(2), 300);
    declines.choices.insert(station("11").id, StandingChoice::Decline);
    assert_eq!(answers(&why(&declines, "11", "B-1")), ["declined", "declined"]);
    assert_eq!(answers(&why(&declines, "12", "B-1")), ["airs", "airs"]);
}

#[test]
fn a_full_slot_names_what_fills_it_and_what_was_left_out_says_why() {
    let mut full = one_order(Demand::PerDay(2), 560);
    full.orders[0].weight = 5;
    full.orders.push(order(2, Demand::PerDay(2)));
    full.bulletins.push(bulletin(2, Priority::Ordinary, 200));
    let why_second = why(&full, "11", "B-2");
    assert_eq!(answers(&why_second), ["full", "airs"]);
    let Answer::Full { by, left_ms } = &why_second.orders[0].slots[0].answer else { panic!("{why_second:?}") };
    assert_eq!((by.as_slice(), *left_ms), (["Bản tin 1".to_string()].as_slice(), 39_000));
    assert_eq!((why_second.orders[0].had, why_second.orders[0].wanted), (1, 2));

    full.bulletins.pop();
    let gone = why(&full, "11", "B-2");
    assert_eq!(gone.orders, []);
    assert_eq!(codes(&gone.left_out), ["not-approved"]);
    assert_eq!(why(&full, "11", "B-77").left_out, []);
}

#[test]
fn a_weekly_order_is_answered_for_its_week() {
    let answer = why(&one_order(Demand::PerWeek(14), 300), "11", "B-1");
    assert_eq!((answer.orders[0].had, answer.orders[0].wanted, answer.orders[0].weekly), (14, 14, true));
}

#[test]
fn a_stop_order_is_named_as_the_reason() {
    let province = one_order(Demand::PerDay(1), 300);
    let (grid_plan, _) = GridPlan::new(&province.grid);
    let (mut inputs, mut found) =
        gather(&province, &grid_plan, &station("11"), monday_of(day(WEDNESDAY)), |_| Held::default());
    let stop = StopOrder {
        stop: Stop { id: 4, bulletin: None, reason: "loa hú".into() },
        place: Place::Area("1".parse().unwrap()),
        by: "truc".into(),
        at: "2024-06-12T00:00:00Z".parse().unwrap(),
        lifted: None,
    };
    found.extend(leave_out(&mut inputs, &station("11"), &province.areas, &[stop]));
    let why = explain(&inputs, &plan_week(&inputs), 2, &"B-1".parse().unwrap(), &found);
    assert_eq!((why.orders.len(), codes(&why.left_out)), (0, vec!["stopped"]));
    assert!(why.left_out[0].sentence.contains("stop order 4 is in force (loa hú)"), "{}", why.left_out[0].sentence);
}
