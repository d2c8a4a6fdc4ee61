//! Why an order does not get all it asks for: the rule or the lack that stands in its way, and what would help.

use super::super::order::Demand;
use super::super::problem::Problem;
use super::day::Place;
use super::week::Ask;
use super::{WEEK, WeekInputs};

/// The problems of an order whose plays have no place, with the day that each is told on: each day of its own for a daily
/// order, every open day of the week for a weekly one.
pub(super) fn unmet(inputs: &WeekInputs, ask: &Ask, placed: &[usize], places: &[Place]) -> Vec<(usize, Problem)> {
    let placed_on = |day: usize| placed.iter().filter(|place| places[**place].day == day).count();
    let mut problems = Vec::new();
    let days = (0..WEEK).filter(|day| ask.open[*day]);
    match ask.order.demand {
        Demand::PerDay(_) => {
            for day in days.filter(|day| placed_on(*day) < ask.missing_on(*day) as usize) {
                let had = ask.kept[day] as usize + placed_on(day);
                let open = places.iter().filter(|place| place.day == day && ask.may_use(place)).collect();
                let when = format!("on {}", inputs.days[day].date);
                let kept = places.iter().any(|place| place.day == day && ask.in_daypart(place));
                let reason = reason(ask, ask.missing_on(day), ask.quota[day], open, kept);
                problems.push((day, problem(ask, had, ask.quota[day], &when, &reason)));
            }
        }
        Demand::PerWeek(_) => {
            if placed.len() >= ask.missing() as usize {
                return problems;
            }
            let wanted = ask.wanted();
            let had = ask.kept.iter().sum::<u32>() as usize + placed.len();
            let open = places.iter().filter(|place| ask.may_use(place)).collect();
            let monday = inputs.days.first().map(|day| day.date.to_string()).unwrap_or_default();
            let kept = places.iter().any(|place| ask.open[place.day] && ask.in_daypart(place));
            let reason = reason(ask, ask.missing(), wanted, open, kept);
            let problem = problem(ask, had, wanted, &format!("in the week of {monday}"), &reason);
            problems.extend(days.map(|day| (day, problem.clone())));
        }
    }
    problems
}

fn problem(ask: &Ask, had: usize, wanted: u32, when: &str, reason: &str) -> Problem {
    let (order, bulletin) = (&ask.order.id, &ask.bulletin.code);
    let sentence =
        format!("order \"{order}\" has {had} of {wanted} plays of bulletin {bulletin} {when}, because {reason}");
    Problem::warn("unmet", order, sentence)
}

/// `kept` says whether the order's dayparts have slots at all; where none is open they are kept for other topics.
fn reason(ask: &Ask, missing: u32, wanted: u32, open: Vec<&Place>, kept: bool) -> String {
    let longest_ms = open.iter().map(|place| place.length_ms()).max().unwrap_or(0);
    let ahead = open.iter().filter(|place| place.is_untouched()).count();
    if open.is_empty() && kept {
        "the bulletin slots in its dayparts are kept for other topics: add its topic to a rule, or add a slot".into()
    } else if open.is_empty() {
        "no bulletin slot lies in its dayparts then: allow more dayparts or add a slot".into()
    } else if longest_ms < ask.bulletin.duration_ms {
        let (needs, has) = (minutes_and_seconds(ask.bulletin.duration_ms), minutes_and_seconds(longest_ms));
        format!("it lasts {needs} and the longest slot {has}: shorten it or lengthen a slot")
    } else if wanted as usize > open.len() {
        format!("it may play once a slot and has {} slots: ask for less or add a slot", open.len())
    } else if ahead < missing as usize {
        "too few of its slots are still ahead: ask again for another time".into()
    } else if ask.spacing_minutes > 0 {
        let spacing = ask.spacing_minutes;
        format!("its slots are full or less than {spacing} minutes apart: ask for less, or let it repeat sooner")
    } else {
        "its slots are full: ask for less, add a slot or move another order".into()
    }
}

fn minutes_and_seconds(ms: u64) -> String {
    format!("{}:{:02}", ms / 60_000, ms / 1000 % 60)
}
