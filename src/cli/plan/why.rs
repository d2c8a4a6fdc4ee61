//! `loa plan --why BULLETIN` in words.

use chrono_tz::Tz;

use crate::domain::planner::explain::{Answer, Explanation, OrderAnswer};
use crate::domain::slot::Alteration;

/// Prints why the bulletin airs in each slot of the day, or does not, and what would have to change.
pub fn print(why: &Explanation, zone: Tz) {
    if why.orders.is_empty() && why.left_out.is_empty() {
        println!("no order for it reaches this station that day: give it an order for this area and day");
    }
    for problem in why.left_out.iter().chain(&why.refused_slots) {
        println!("! {problem}");
    }
    for slot in &why.altered {
        let at = slot.original_start.with_timezone(&zone).format("%H:%M");
        println!("! slot {at} of rule \"{}\" {}: {}", slot.rule, altered(&slot.how, zone), slot.reason);
    }
    for order in &why.orders {
        let OrderAnswer { order: id, wanted, had, weekly, .. } = order;
        let period = if *weekly { "this week" } else { "this day" };
        println!("order \"{id}\": {had} of {wanted} plays {period}");
        for slot in &order.slots {
            let at = slot.start.with_timezone(&zone).format("%H:%M");
            println!("  slot {at} of rule \"{}\": {}", slot.rule, sentence(&slot.answer, zone));
        }
        if order.slots.is_empty() {
            println!("  no bulletin slot may stand that day: add one, or mend those that the guard refuses");
        }
    }
}

fn altered(how: &Alteration, zone: Tz) -> String {
    match how {
        Alteration::Cancelled => "is cancelled".into(),
        Alteration::Silent => "lies in a planned silence".into(),
        Alteration::Resting(kind) => format!("rests, because it is a {kind}"),
        Alteration::Moved { start, end } => {
            let time = |moment: &chrono::DateTime<chrono::Utc>| moment.with_timezone(&zone).format("%H:%M").to_string();
            format!("is from {} to {} instead", time(start), time(end))
        }
    }
}

fn sentence(answer: &Answer, zone: Tz) -> String {
    match answer {
        Answer::Airs(start) => format!("airs at {}", start.with_timezone(&zone).format("%H:%M:%S")),
        Answer::Declined => "the commune takes no ordinary bulletins: ask it to, or make this one a priority".into(),
        Answer::OtherDaypart => "outside the order's dayparts: allow this part of the day".into(),
        Answer::OtherTopic => "kept for other topics: add this topic to the rule, or add a slot".into(),
        Answer::TooShort { needs_ms, has_ms } => {
            let (needs, has) = (needs_ms.div_ceil(1000), has_ms / 1000);
            format!("lasts {has} s, and the bulletin {needs} s: lengthen the slot or shorten the bulletin")
        }
        Answer::Enough => "the order has all that it asks for: ask for more".into(),
        Answer::Past => "nothing new may begin there any more: ask for another day".into(),
        Answer::TooNear(other) => {
            let other = other.with_timezone(&zone).format("%H:%M on %d/%m");
            format!("too near to its play in the slot of {other}: let it repeat sooner")
        }
        Answer::RepeatsTooSoon(other) => {
            let other = other.with_timezone(&zone).format("%H:%M on %d/%m");
            format!("repeats sooner after the slot of {other} than the unit allows: lower repeat_minutes of its guard")
        }
        Answer::Full { by, left_ms } => {
            let left = left_ms / 1000;
            format!("{left} s are left beside {}: lengthen the slot, or give this order more weight", by.join(", "))
        }
        Answer::DayFull => "its plays lie on other days: ask for more a day".into(),
    }
}
