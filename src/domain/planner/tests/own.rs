//! Communes' own bulletins, offers and make-goods, week by week.

use super::*;
use crate::domain::offer::Answer;

const COMMUNE_MORNING: &str = "0 0 6 * * *";

/// A commune slot of ten minutes at six, a department's at seven, and one bulletin of each.
fn two_kinds(own: Priority) -> Province {
    let rules =
        vec![rule("xa", SlotKind::Commune, COMMUNE_MORNING, 10), rule("so", SlotKind::Bulletin, "0 0 7 * * *", 10)];
    let mine = Approved { origin: Origin::Commune, target: target(&["11"]), ..bulletin(2, own, 120) };
    let orders = vec![order(1, Demand::PerDay(1)), Order { target: target(&["11"]), ..order(2, Demand::PerDay(1)) }];
    province(grid(rules), orders, vec![bulletin(1, Priority::Priority, 180), mine])
}

fn items_on(province: &Province, date: &str) -> Vec<Item> {
    let inputs = inputs_of(province, "11", day(date));
    plan_week(&inputs).swap_remove(weekday(day(date))).items
}

fn orders_in<'a>(items: &'a [Item], rule: &str) -> Vec<&'a str> {
    let inside = items.iter().filter(|item| item.slot.rule.as_str() == rule);
    inside.filter_map(|item| item.sound.as_ref().map(|sound| sound.order.as_str())).collect()
}

#[test]
fn a_communes_own_goes_into_the_communes_slot_and_the_rest_of_it_stays_the_communes() {
    let items = items_on(&two_kinds(Priority::Ordinary), WEDNESDAY);
    assert_eq!(orders_in(&items, "xa"), ["yc-2"]);
    assert_eq!(orders_in(&items, "so"), ["yc-1"]);
    let rest = items.iter().find(|item| item.slot.rule.as_str() == "xa" && item.sound.is_none()).unwrap();
    assert_eq!((rest.kind, rest.end()), (ItemKind::Commune, rest.slot.end));
    assert!(rest.airing.is_none());
    assert_eq!(items[0].kind, ItemKind::Commune);
}

#[test]
fn what_waits_for_approval_keeps_its_time_and_is_not_planned() {
    let mut province = two_kinds(Priority::Ordinary);
    let waiting = province.bulletins.pop().unwrap();
    province.pending.push(waiting);
    let items = items_on(&province, WEDNESDAY);
    let kept = items.iter().find(|item| item.reserved.is_some()).unwrap();
    assert_eq!(kept.reserved.as_ref().map(|order| order.as_str()), Some("yc-2"));
    assert!(kept.airing.is_none() && kept.sound.is_none());
    // The same with the approval: the item stands where its time was kept.
    let approved = items_on(&two_kinds(Priority::Ordinary), WEDNESDAY);
    let own = approved.iter().find(|item| item.kind == ItemKind::Commune && item.sound.is_some()).unwrap();
    assert_eq!((kept.start, kept.duration_ms), (own.start, own.duration_ms));
}

#[test]
fn of_two_priority_items_in_one_slot_the_commune_says_which_comes_first() {
    let mut province = two_kinds(Priority::Priority);
    // Only the department's slot is left for both.
    province.grid.rules.retain(|rule| rule.id.as_str() == "so");
    assert_eq!(orders_in(&items_on(&province, WEDNESDAY), "so"), ["yc-1", "yc-2"]);
    let station = inputs_of(&province, "11", day(WEDNESDAY)).station;
    province.own_first.insert(station);
    assert_eq!(orders_in(&items_on(&province, WEDNESDAY), "so"), ["yc-2", "yc-1"]);
}

#[test]
fn an_offer_that_was_moved_airs_in_the_parts_of_the_day_that_the_commune_chose() {
    let rules = vec![
        rule("sang", SlotKind::Bulletin, COMMUNE_MORNING, 10),
        rule("chieu", SlotKind::Bulletin, "0 0 17 * * *", 10),
    ];
    let morning = Order { dayparts: vec![Daypart::Morning], ..order(1, Demand::PerDay(1)) };
    let mut province = province(grid(rules), vec![morning], vec![bulletin(1, Priority::Ordinary, 120)]);
    let station = inputs_of(&province, "11", day(WEDNESDAY)).station;
    let id = province.orders[0].id.clone();
    let mut say = |answer| {
        province.answers.insert(station.clone(), BTreeMap::from([(id.clone(), answer)]));
        items_on(&province, WEDNESDAY)
    };
    assert_eq!(orders_in(&say(Answer::Accept), "sang").len(), 1);
    assert_eq!(orders_in(&say(Answer::Move(vec![Daypart::Evening])), "chieu").len(), 1);
    assert!(say(Answer::Decline).is_empty());
}

#[test]
fn what_failed_is_made_good_within_its_week_and_the_item_says_so() {
    let rules = vec![rule("so", SlotKind::Bulletin, "0 0 7 * * *", 10)];
    let province = province(grid(rules), vec![order(1, Demand::PerWeek(3))], vec![bulletin(1, Priority::Priority, 60)]);
    let inputs = inputs_of(&province, "11", day(WEDNESDAY));
    let week = plan_week(&inputs);
    let first = week.iter().position(|day| !day.items.is_empty()).unwrap();
    let (plan, _) = GridPlan::new(&province.grid);
    let station = &province.stations[&inputs.station];
    let again = |fails: bool| {
        let (inputs, _) = gather(&province, &plan, station, inputs.days[0].date, |date| {
            let at = weekday(date);
            let items = week[at].items.clone();
            let over = at <= first;
            let failed = items.iter().filter(|_| over && fails).filter_map(|item| item.airing).collect();
            let (kept, published) = if over { (items, vec![]) } else { (vec![], items) };
            Held { issued: true, kept, published, failed, over, ..Held::default() }
        });
        plan_week(&inputs)
    };
    let plays = |week: &[DayPlan]| week[first + 1..].iter().map(|day| day.items.len()).sum::<usize>();
    assert_eq!(plays(&again(true)), plays(&again(false)) + 1);
    assert!(again(true).iter().flat_map(|day| &day.items).any(|item| item.why.contains("phát bù")));
}
