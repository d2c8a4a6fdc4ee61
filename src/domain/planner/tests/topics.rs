//! Tests of slots that are kept for some topics.

use super::*;
use crate::domain::planner::explain::{Answer, explain};

fn topics(numbers: &[u8]) -> BTreeSet<Topic> {
    numbers.iter().map(|number| Topic::try_from(*number).unwrap()).collect()
}

/// A morning slot for topic 5 or 6 and a noon slot for all; bulletin n has topic n.
fn two_topics() -> Province {
    let rules = vec![
        SlotRule { topics: topics(&[5, 6]), ..rule("sang", SlotKind::Bulletin, "0 30 5 * * *", 15) },
        rule("trua", SlotKind::Bulletin, "0 30 11 * * *", 15),
    ];
    let bulletins = [1, 5].map(|number| Approved {
        topic: Some(Topic::try_from(number).unwrap()),
        ..bulletin(number.into(), Priority::Ordinary, 120)
    });
    let orders = vec![order(1, Demand::PerDay(2)), order(5, Demand::PerDay(2))];
    province(grid(rules), orders, bulletins.into())
}

fn rules_of(plan: &DayPlan, order: &str) -> Vec<String> {
    let own = plan.items.iter().filter(|item| item.sound.as_ref().is_some_and(|sound| sound.order.as_str() == order));
    own.map(|item| item.slot.rule.to_string()).collect()
}

#[test]
fn only_bulletins_with_its_topic_go_into_a_slot_that_is_kept_for_some() {
    let province = two_topics();
    let plan = plan_of(&province, "11", day(WEDNESDAY));
    assert_eq!((rules_of(&plan, "yc-1"), rules_of(&plan, "yc-5").len()), (vec!["trua".to_owned()], 2));
    let inputs = inputs_of(&province, "11", day(WEDNESDAY));
    let why = explain(&inputs, &plan_week(&inputs), 2, &"B-1".parse().unwrap(), &[]);
    assert_eq!(why.orders[0].slots[0].answer, Answer::OtherTopic);
}

#[test]
fn an_order_whose_dayparts_are_kept_for_other_topics_hears_so() {
    let mut province = two_topics();
    province.orders[0].dayparts = vec![Daypart::Morning];
    let plan = plan_of(&province, "11", day(WEDNESDAY));
    assert!(plan.problems[0].sentence.contains("kept for other topics: add its topic"), "{:?}", plan.problems);
    let known: Vec<KnownBulletin> = province.bulletins.iter().map(KnownBulletin::from).collect();
    let found = lint_orders(&province.orders, &province.areas, &known, &province.grid);
    assert_eq!(codes(&found), ["no-slot"]);
}

#[test]
fn a_weekly_demand_is_spread_over_the_days_that_have_a_slot_for_its_topic() {
    let mut rules: Vec<SlotRule> = ["0 0 6 * * MON", "0 0 7 * * MON", "0 0 8 * * MON"]
        .into_iter()
        .enumerate()
        .map(|(at, cron)| rule(&format!("hai-{at}"), SlotKind::Bulletin, cron, 15))
        .collect();
    rules.push(SlotRule { topics: topics(&[5]), ..rule("khac", SlotKind::Bulletin, "0 0 9 * * *", 15) });
    let mut province = province(grid(rules), vec![order(1, Demand::PerWeek(3))], two_topics().bulletins);
    province.orders[0].spacing_minutes = 0;
    let week = plan_week(&inputs_of(&province, "11", day(WEDNESDAY)));
    assert_eq!(rules_of(&week[0], "yc-1").len(), 3);
}

#[test]
fn where_no_slot_is_kept_for_a_topic_no_topic_plays_a_part() {
    let mut province = two_topics();
    province.grid.rules[0].topics.clear();
    let with = inputs_of(&province, "11", day(WEDNESDAY));
    for bulletin in &mut province.bulletins {
        bulletin.topic = None;
    }
    assert_eq!(with.digest(), inputs_of(&province, "11", day(WEDNESDAY)).digest());
}

#[test]
fn topics_of_a_rule_that_takes_no_bulletins_are_refused() {
    let rules = vec![SlotRule { topics: topics(&[1]), ..rule("xa", SlotKind::Commune, "0 0 9 * * *", 15) }];
    let (_, problems) = GridPlan::new(&grid(rules));
    assert_eq!(codes(&problems), ["topics-without-bulletins"]);
}
