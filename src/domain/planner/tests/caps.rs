//! Tests of what no plan may exceed: hours, sessions, minutes a day, repeats of one bulletin; also across midnight.

use chrono::Timelike;

use super::*;
use crate::domain::overrun::Policy;
use crate::domain::planner::explain::{Answer, explain};
use crate::domain::slot::Slot;

fn capped(rules: Vec<SlotRule>, edit: impl FnOnce(&mut GuardRule)) -> Grid {
    let mut grid = grid(rules);
    edit(&mut grid.guards[0]);
    grid
}

#[test]
fn a_slot_that_makes_the_day_too_long_is_refused_and_relay_counts() {
    let grid = capped(usual_rules(), |guard| guard.day_minutes = Some(60));
    let province = province(grid.clone(), vec![], vec![]);
    let plan = plan_of(&province, "11", day(WEDNESDAY));
    assert_eq!(codes(&plan.problems), ["day-cap"]);
    let sentence = &plan.problems[0].sentence;
    assert!(sentence.contains("rule \"xa\"") && sentence.contains("makes 75 minutes of sound"), "{sentence}");
    let linted = lint_grid(&grid, &areas(), &[], day(WEDNESDAY), 1);
    assert_eq!((codes(&linted), linted[0].severity), (vec!["day-cap"], Severity::Refuse));
    let enough = capped(usual_rules(), |guard| guard.day_minutes = Some(75));
    assert_eq!(codes(&lint_grid(&enough, &areas(), &[], day(WEDNESDAY), 1)), Vec::<&str>::new());
}

#[test]
fn repeats_of_one_bulletin_are_as_far_apart_as_order_and_unit_ask_whichever_asks_more() {
    let near = |spacing: u32, repeat: Option<u32>| {
        let grid = capped(usual_rules(), |guard| guard.repeat_minutes = repeat);
        let asked = Order { spacing_minutes: spacing, ..order(1, Demand::PerDay(3)) };
        let province = province(grid, vec![asked], vec![bulletin(1, Priority::Ordinary, 120)]);
        let inputs = inputs_of(&province, "11", day(WEDNESDAY));
        let week = plan_week(&inputs);
        let plays = week[2].items.iter().filter(|item| item.sound.is_some()).count();
        let why = explain(&inputs, &week, 2, &"B-1".parse().unwrap(), &[]);
        let told = why.orders[0].slots.iter().find(|slot| !matches!(slot.answer, Answer::Airs(_)));
        (plays, told.map(|slot| std::mem::discriminant(&slot.answer)))
    };
    let any = "2024-06-12T00:00:00Z".parse().unwrap();
    let (order, unit) = (Answer::TooNear(any), Answer::RepeatsTooSoon(any));
    assert_eq!(near(0, None), (3, None));
    // Slots start at 05:30, 11:30 and 17:00.
    assert_eq!(near(0, Some(330)), (3, None));
    assert_eq!(near(0, Some(331)), (2, Some(std::mem::discriminant(&unit))));
    assert_eq!(near(331, Some(60)), (2, Some(std::mem::discriminant(&order))));
}

#[test]
fn the_day_before_the_week_keeps_its_distance_too() {
    let grid = capped(usual_rules(), |guard| guard.repeat_minutes = Some(720));
    let told = |spacing: u32, held: &[u32]| {
        let orders =
            vec![Order { spacing_minutes: spacing, dayparts: vec![Daypart::Morning], ..order(1, Demand::PerDay(1)) }];
        let orders = [orders, vec![order(2, Demand::PerDay(1))]].concat();
        let bulletins = [1, 2].map(|number| bulletin(number, Priority::Ordinary, 120)).to_vec();
        let province = province(grid.clone(), orders, bulletins);
        let mut inputs = inputs_of(&province, "11", day(WEDNESDAY));
        let alone = inputs.digest();
        // Last on Sunday: a slot that starts at 17:00.
        let mut sunday = plan_week(&inputs)[6].items.clone();
        sunday.retain(|item| {
            item.sound.as_ref().is_some_and(|sound| held.contains(&sound.order.as_str()[3..].parse().unwrap()))
        });
        for item in &mut sunday {
            item.slot.start = day(WEDNESDAY).and_hms_opt(10, 0, 0).unwrap().and_utc() - Duration::days(3);
            item.slot.moved_to = None;
        }
        inputs.begin_after(&sunday);
        let week = plan_week(&inputs);
        let starts = |code: &str| {
            let of = |item: &&Item| item.sound.as_ref().is_some_and(|sound| sound.bulletin.as_str() == code);
            let hours: Vec<_> =
                week[0].items.iter().filter(of).map(|item| item.slot.start.with_timezone(&VN).hour()).collect();
            hours
        };
        let why = explain(&inputs, &week, 0, &"B-1".parse().unwrap(), &[]);
        let first = why.orders[0].slots[0].answer.clone();
        ((starts("B-1"), starts("B-2")), first, alone == inputs.digest())
    };
    let before = "2024-06-09T10:00:00Z".parse().unwrap();
    // The slots of a day start at 05:30, 11:30 and 17:00: half a day after 17:00 comes before the first.
    let (starts, first, same) = told(0, &[1, 2]);
    assert_eq!((starts.0, matches!(first, Answer::Airs(_)), same), (vec![5], true, true));
    let (starts, first, same) = told(1000, &[1, 2]);
    assert_eq!((starts.0, first, same), (vec![], Answer::TooNear(before), false));
    assert_eq!(starts.1, [5], "the other one is free");
    assert!(told(1000, &[2]).2, "what the day before does not hold changes nothing");
}

#[test]
fn caps_that_cannot_be_meant_are_refused() {
    let grid = capped(usual_rules(), |guard| (guard.day_minutes, guard.repeat_minutes) = (Some(0), Some(1441)));
    let found = lint_grid(&grid, &areas(), &[], day(WEDNESDAY), 0);
    assert_eq!(codes(&found), ["guard-day", "guard-repeat"]);
}

fn any_rule() -> impl Strategy<Value = SlotRule> {
    let kind = prop_oneof![2 => Just(SlotKind::Bulletin), 1 => Just(SlotKind::Relay), 1 => Just(SlotKind::Commune)];
    // Many near midnight, on both sides of it.
    let hour = prop_oneof![2 => Just("23"), 2 => Just("0"), 1 => Just("12"), 1 => Just("5,22")];
    let weekday = prop::sample::select(vec!["*", "MON-FRI", "SUN,MON"]);
    let pushes = any::<bool>();
    (0u32..10_000, kind, hour, 0u32..20, weekday, 1u32..240, pushes).prop_map(
        |(id, kind, hour, three, weekday, minutes, pushes)| SlotRule {
            overrun: (pushes && kind != SlotKind::Relay).then_some(Policy::Push),
            ..rule(&format!("r-{id}"), kind, &format!("0 {} {hour} * * {weekday}", three * 3), minutes)
        },
    )
}

/// What becomes of some slots: cancelled, moved, longer.
fn any_changes() -> impl Strategy<Value = Vec<(usize, i64, Changed)>> {
    let what = prop_oneof![
        Just(Changed::Cancel),
        (0u16..1440, prop::option::of(1u32..240)).prop_map(|(to, minutes)| Changed::Move {
            to: crate::domain::guard::MinuteOfDay::new(to).unwrap(),
            minutes,
        }),
        (1u32..240).prop_map(|minutes| Changed::Length { minutes }),
    ];
    prop::collection::vec((0usize..6, 0i64..14, what), 0..6)
}

/// An exception for the first slot that the rule makes on that day of the two weeks.
fn exceptions(grid: &Grid, drawn: Vec<(usize, i64, Changed)>, monday: NaiveDate) -> Vec<SlotChange> {
    let one = |(number, (rule, offset, what)): (usize, (usize, i64, Changed))| {
        let (rule, date) = (grid.rules.get(rule)?, monday + Duration::days(offset));
        let (slots, _) = slots(grid, &areas(), &"11".parse().unwrap(), date);
        let slot = slots.into_iter().find(|slot| slot.rule == rule.id)?;
        let change = changes::change(&format!("c-{number}"), &["49"], rule.id.as_str(), "00:00", what);
        Some(SlotChange { at: slot.start.with_timezone(&grid.zone).naive_local(), ..change })
    };
    drawn.into_iter().enumerate().filter_map(one).collect()
}

fn minutes(span: Duration) -> i64 {
    (span.num_seconds() + 59) / 60
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn hours_and_caps_hold_and_speakers_never_have_two_things_to_play_also_across_midnight(
        rules in prop::collection::vec(any_rule(), 1..7),
        drawn in any_changes(),
        zone in prop::sample::select(vec![VN, chrono_tz::Europe::Berlin, chrono_tz::America::New_York]),
        hours in prop::sample::select(vec![("00:00", "24:00"), ("00:00", "24:00"), ("05:00", "23:30")]),
        session in 30u32..200,
        daily in prop::option::of(60u32..400),
        monday in prop::sample::select(vec!["2024-06-10", "2024-03-25", "2024-10-21", "2024-03-04", "2024-10-28"]),
    ) {
        let mut grid = capped(rules, |guard| (guard.session_minutes, guard.day_minutes) = (session, daily));
        (grid.guards[0].open, grid.guards[0].close) = (hours.0.parse().unwrap(), hours.1.parse().unwrap());
        grid.zone = zone;
        let monday = day(monday);
        grid.changes = exceptions(&grid, drawn, monday);
        let province = province(
            grid,
            vec![order(1, Demand::PerDay(4)), order(2, Demand::PerWeek(20))],
            vec![bulletin(1, Priority::Priority, 400), bulletin(2, Priority::Ordinary, 200)],
        );
        let weeks = [monday, monday + Duration::days(7)].map(|monday| inputs_of(&province, "11", monday));
        let mut stood: Vec<Slot> = Vec::new();
        let mut sounds: Vec<(DateTime<Utc>, DateTime<Utc>)> = Vec::new();
        for inputs in weeks.iter().flat_map(|week| &week.days) {
            let (admitted, _) = admit_slots(&inputs.before, &inputs.slots, &inputs.guard, inputs.zone);
            let all: Duration = admitted.iter().map(Slot::length).sum();
            prop_assert!(daily.is_none_or(|most| minutes(all) <= most.into()), "{all} on {}", inputs.date);
            for slot in &admitted {
                prop_assert!(inputs.guard.lets_in(slot, zone), "{slot:?}");
                prop_assert_eq!(slot.original_start().with_timezone(&zone).date_naive(), inputs.date);
            }
            // Though everything that may push did, hours and the day's cap hold, and no relay is disturbed.
            let overruns = overrun::of_day(inputs, &admitted);
            let more: Duration = overruns.iter().map(|(at, one)| one.by - admitted[*at].end).sum();
            prop_assert!(daily.is_none_or(|most| minutes(all + more) <= most.into()), "{more} pushed");
            for (at, one) in &overruns {
                prop_assert!(inputs.guard.closes_at(zone).is_none_or(|close| one.by <= close), "{one:?}");
                let mut relays = admitted[at + 1..].iter().filter(|slot| slot.kind == SlotKind::Relay);
                prop_assert!(relays.all(|relay| one.by <= relay.start), "{one:?} into a relay");
            }
            sounds.extend(admitted.iter().enumerate().map(|(at, slot)| {
                (slot.start, overruns.get(&at).map_or(slot.end, |one| one.by))
            }));
            stood.extend(admitted);
        }
        let (mut from, mut to) = sounds.first().copied().unwrap_or_default();
        for (start, end) in sounds {
            (from, to) = if start - to >= Duration::minutes(5) { (start, end) } else { (from, to.max(end)) };
            prop_assert!(minutes(to - from) <= session.into(), "pushed into a session of {}", minutes(to - from));
        }
        let mut begun = stood.first().map(|slot| slot.start);
        for pair in stood.windows(2) {
            prop_assert!(pair[0].end <= pair[1].start, "overlap: {pair:?}");
            if pair[1].start - pair[0].end >= Duration::minutes(5) {
                begun = Some(pair[1].start);
            }
            let long = minutes(pair[1].end - begun.unwrap());
            prop_assert!(long <= session.into(), "a session of {long}, {session} allowed");
        }
        // What the lint refuses for a cap names rules that break it together, and none that can be spared.
        for problem in lint_grid(&province.grid, &province.areas, &[station("11")], monday, 14) {
            if !["session-cap", "day-cap"].contains(&problem.code) {
                continue;
            }
            prop_assert!(!problem.rules.is_empty() && problem.severity == Severity::Refuse, "{problem:?}");
            let told = |rules: &[&String]| {
                let mut grid = province.grid.clone();
                grid.rules.retain(|rule| rules.iter().any(|id| **id == rule.id.as_str()));
                let found = lint_grid(&grid, &province.areas, &[station("11")], monday, 14);
                found.iter().any(|one| one.severity == Severity::Refuse)
            };
            let rules: Vec<&String> = problem.rules.iter().collect();
            prop_assert!(told(&rules), "{:?} do nothing wrong", problem.rules);
        }
        let items: Vec<Item> = weeks.iter().flat_map(plan_week).flat_map(|day| day.items).collect();
        for pair in items.windows(2) {
            prop_assert!(pair[0].end() <= pair[1].start, "two at once: {pair:?}");
        }
        for item in &items {
            let slot = stood.iter().find(|slot| slot.rule == item.slot.rule && slot.original_start() == item.slot.start);
            prop_assert!(slot.is_some_and(|slot| slot.start <= item.start && item.end() <= slot.end), "{item:?}");
        }
    }
}
