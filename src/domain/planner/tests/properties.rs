//! Properties: provinces drawn at random, and what must hold of every plan made of them.

use super::*;

// What a random province is made of.

fn any_rule() -> impl Strategy<Value = SlotRule> {
    let kind = prop_oneof![4 => Just(SlotKind::Bulletin), 1 => Just(SlotKind::Relay), 1 => Just(SlotKind::Commune)];
    let cron = (0u32..24, 0u32..12, prop::sample::select(vec!["*", "MON-FRI", "WED", "SAT,SUN"]));
    let place = prop::sample::select(vec!["49", "1", "2", "11", "12"]);
    (0u32..100_000, kind, cron, 1u32..45, place).prop_map(|(id, kind, (hour, five, weekday), minutes, place)| {
        SlotRule {
            target: target(&[place]),
            ..rule(&format!("r-{id}"), kind, &format!("0 {} {hour} * * {weekday}", five * 5), minutes)
        }
    })
}

fn any_orders() -> impl Strategy<Value = Vec<(Order, Approved)>> {
    let demand = prop_oneof![(1u32..6).prop_map(Demand::PerDay), (1u32..40).prop_map(Demand::PerWeek)];
    let dayparts = prop::sample::subsequence(vec![Daypart::Morning, Daypart::Noon, Daypart::Evening], 0..3);
    let place = prop::sample::select(vec!["49", "1", "11"]);
    let one = (demand, dayparts, place, any::<bool>(), 1u64..900_000);
    prop::collection::vec(one, 0..12).prop_map(|list| {
        let make = |(number, (demand, dayparts, place, first, duration_ms))| {
            let priority = if first { Priority::Priority } else { Priority::Ordinary };
            let order = Order { dayparts, target: target(&[place]), ..order(number, demand) };
            (order, Approved { duration_ms, ..bulletin(number, priority, 0) })
        };
        (0..).zip(list).map(make).collect()
    })
}

prop_compose! {
    fn any_province()(
        rules in prop::collection::vec(any_rule(), 0..12),
        orders in any_orders(),
        zone in prop::sample::select(vec![VN, chrono_tz::Europe::Berlin]),
        hours in prop::sample::select(vec![("05:00", "21:00"), ("00:00", "24:00"), ("06:15", "19:40")]),
    ) -> Province {
        let (orders, bulletins) = orders.into_iter().unzip();
        let mut grid = grid(rules);
        (grid.zone, grid.guards) = (zone, vec![guard_rule(&["49"], hours.0, hours.1)]);
        province(grid, orders, bulletins)
    }
}

fn any_date() -> impl Strategy<Value = NaiveDate> {
    prop_oneof![
        (0i64..366).prop_map(|offset| day("2024-01-01") + Duration::days(offset)),
        prop::sample::select(vec![day("2024-03-31"), day("2024-10-27")]),
    ]
}

/// What must hold of every plan, whatever it was made from.
fn check_plan(inputs: &DayInputs, plan: &DayPlan) -> Result<(), TestCaseError> {
    let fresh = |item: &&Item| !inputs.kept.contains(item);
    let (opens_at, closes_at) = (inputs.guard.opens_at(inputs.zone), inputs.guard.closes_at(inputs.zone));
    for item in plan.items.iter().filter(fresh) {
        prop_assert!(item.slot.start <= item.start && item.end() <= item.slot.end, "outside its slot: {item:?}");
        prop_assert!(opens_at <= item.start && closes_at.is_none_or(|close| item.end() <= close), "{item:?}");
        prop_assert!(item.start <= item.latest_start && item.latest_start <= item.slot.end);
        prop_assert_eq!(item.start.timestamp_subsec_nanos(), 0);
        prop_assert!(inputs.not_before.is_none_or(|earliest| earliest <= item.start));
        let made_by = inputs.slots.iter().find(|slot| slot.rule == item.slot.rule && slot.start == item.slot.start);
        prop_assert!(made_by.is_some_and(|slot| slot.end == item.slot.end));
    }
    for pair in plan.items.windows(2) {
        let gap = if pair[0].sound.is_some() && pair[1].sound.is_some() {
            Duration::milliseconds(500)
        } else {
            Duration::zero()
        };
        prop_assert!(pair[0].end() + gap <= pair[1].start || pair[0].slot != pair[1].slot, "too close: {pair:?}");
        prop_assert!(pair[0].end() <= pair[1].start, "overlap: {pair:?}");
    }
    let airings: Vec<AiringId> = plan.items.iter().filter_map(|item| item.airing).collect();
    prop_assert_eq!(airings.iter().collect::<BTreeSet<_>>().len(), airings.len(), "airing ids are unique");
    let mut in_slot = BTreeSet::new();
    let mut plays: BTreeMap<&str, u32> = BTreeMap::new();
    for (item, sound) in plan.items.iter().filter_map(|item| Some((item, item.sound.as_ref()?))) {
        prop_assert!(in_slot.insert((&item.slot.rule, item.slot.start, &sound.order)), "twice in a slot");
        *plays.entry(sound.order.as_str()).or_default() += 1;
    }
    for order in &inputs.orders {
        let had = plays.get(order.id.as_str()).copied().unwrap_or(0);
        let kept =
            inputs.kept.iter().filter_map(|item| item.sound.as_ref()).filter(|one| one.order == order.id).count();
        // After a change a day may have had more already than it would now be given.
        prop_assert!(
            had as usize <= kept.max(plays_on(order, inputs.date, &inputs.week) as usize),
            "{had} plays of {}",
            order.id
        );
        let told = plan.problems.iter().any(|problem| problem.code == "unmet" && problem.subject == order.id.as_str());
        prop_assert_eq!(told, had < plays_on(order, inputs.date, &inputs.week), "unmet is told exactly when it is so");
    }
    for item in &inputs.kept {
        prop_assert_eq!(plan.items.iter().filter(|other| *other == item).count(), 1, "kept items stand unchanged");
    }
    Ok(())
}

/// The version after this one, made at `now` by the glossary's rules: what began or begins within ten minutes is kept.
fn replan(province: &Province, inputs: &DayInputs, plan: &DayPlan, now: DateTime<Utc>) -> (DayInputs, DayPlan) {
    let frozen = now + inputs.settings.freeze();
    let kept = plan.items.iter().filter(|item| item.start <= frozen).cloned().collect();
    let (grid_plan, _) = GridPlan::new(&province.grid);
    let station = &province.stations[&inputs.station];
    let (inputs, _) = gather(province, &grid_plan, station, inputs.date, kept, Some(now + inputs.settings.lead()));
    let plan = plan_day(&inputs);
    (inputs, plan)
}

proptest! {
    #[test]
    fn every_plan_keeps_to_its_slots_its_guard_and_its_orders(province in any_province(), date in any_date()) {
        for code in ["11", "12", "21"] {
            let inputs = inputs_of(&province, code, date);
            check_plan(&inputs, &plan_day(&inputs))?;
        }
    }

    #[test]
    fn the_order_of_files_does_not_matter(province in any_province(), date in any_date(), seed in any::<u64>()) {
        let inputs = inputs_of(&province, "11", date);
        let mut other = province.clone();
        let shuffle = |text: &str| Sha256::of(format!("{seed}{text}").as_bytes());
        other.grid.rules.sort_by_key(|rule| shuffle(rule.id.as_str()));
        other.orders.sort_by_key(|order| shuffle(order.id.as_str()));
        other.bulletins.sort_by_key(|bulletin| shuffle(bulletin.code.as_str()));
        let shuffled = inputs_of(&other, "11", date);
        prop_assert_eq!(inputs.digest(), shuffled.digest());
        prop_assert_eq!(plan_day(&inputs), plan_day(&shuffled));
    }

    #[test]
    fn a_day_planned_anew_from_unchanged_inputs_comes_out_unchanged(
        province in any_province(), date in any_date(), minute in 0i64..1440,
    ) {
        let inputs = inputs_of(&province, "11", date);
        let plan = plan_day(&inputs);
        let now = date.and_hms_opt(0, 0, 0).unwrap().and_utc() + Duration::minutes(minute - 420);
        let (again, replanned) = replan(&province, &inputs, &plan, now);
        check_plan(&again, &replanned)?;
        prop_assert_eq!(&replanned.items, &plan.items);
    }

    #[test]
    fn a_new_version_after_a_change_keeps_frozen_items_and_the_ids_of_plays_that_stay(
        province in any_province(), orders in any_orders(), date in any_date(), minute in 0i64..1440,
    ) {
        let inputs = inputs_of(&province, "11", date);
        let plan = plan_day(&inputs);
        let mut changed = province.clone();
        for (mut order, mut bulletin) in orders {
            order.id = format!("moi-{}", order.id).parse().unwrap();
            bulletin.code = format!("M-{}", bulletin.code).parse().unwrap();
            order.bulletin = bulletin.code.clone();
            changed.orders.push(order);
            changed.bulletins.push(bulletin);
        }
        changed.grid.rules.truncate(province.grid.rules.len() / 2);
        let now = date.and_hms_opt(0, 0, 0).unwrap().and_utc() + Duration::minutes(minute - 420);
        let (again, replanned) = replan(&changed, &inputs, &plan, now);
        check_plan(&again, &replanned)?;
        let id = |item: &Item| item.sound.as_ref().map(|sound| (item.slot.clone().rule, item.slot.start, sound.order.clone(), item.airing));
        let before: BTreeSet<_> = plan.items.iter().filter_map(id).collect();
        for (rule, start, order, airing) in replanned.items.iter().filter_map(id) {
            if let Some(known) = before.iter().find(|one| (&one.0, one.1, &one.2) == (&rule, start, &order)) {
                prop_assert_eq!(airing, known.3);
            }
        }
    }

    #[test]
    fn a_week_never_has_more_plays_than_its_order_asks_for(province in any_province(), week in 0i64..52) {
        let mut plays: BTreeMap<String, u32> = BTreeMap::new();
        for offset in 0..7 {
            let date = day("2024-01-01") + Duration::days(week * 7 + offset);
            let plan = plan_day(&inputs_of(&province, "11", date));
            for sound in plan.items.iter().filter_map(|item| item.sound.as_ref()) {
                *plays.entry(sound.order.to_string()).or_default() += 1;
            }
        }
        for order in &province.orders {
            let most = match order.demand { Demand::PerDay(plays) => plays * 7, Demand::PerWeek(plays) => plays };
            prop_assert!(plays.get(order.id.as_str()).copied().unwrap_or(0) <= most);
        }
    }

    #[test]
    fn the_lint_refuses_exactly_what_the_planner_leaves_out(province in any_province(), date in any_date()) {
        let linted = lint_grid(&province.grid, &province.areas, &[station("11")], date, 1);
        let planned = plan_day(&inputs_of(&province, "11", date));
        let about = |problems: &[Problem]| -> BTreeSet<(String, &'static str)> {
            let refused = problems.iter().filter(|one| one.severity == Severity::Refuse);
            refused.map(|one| (one.subject.clone(), one.code)).collect()
        };
        let rules: BTreeSet<(String, &'static str)> = about(&GridPlan::new(&province.grid).1);
        let linted: BTreeSet<_> = about(&linted).difference(&rules).cloned().collect();
        prop_assert_eq!(linted, about(&planned.problems));
    }
}

// What one more bulletin does to the plans.

/// Where another bulletin's airing stands, and when it begins.
fn others(plan: &DayPlan) -> Vec<(String, DateTime<Utc>, DateTime<Utc>)> {
    let of_others = |item: &&Item| item.sound.as_ref().is_some_and(|sound| sound.bulletin.as_str() != "B-99");
    let place = |item: &Item| (item.sound.as_ref().unwrap().order.to_string(), item.slot.start, item.start);
    plan.items.iter().filter(of_others).map(place).collect()
}

proptest! {
    #[test]
    fn what_a_bulletin_displaces_is_the_difference_of_the_two_plans(
        without in any_province(),
        date in any_date(),
        plays in 1u32..5,
        seconds in 60u64..1500,
        first in any::<bool>(),
    ) {
        use crate::domain::planner::impact::{Comparison, Shift, impact};
        let mut with = without.clone();
        let priority = if first { Priority::Priority } else { Priority::Ordinary };
        let extra = Approved { code: "B-99".parse().unwrap(), ..bulletin(99, priority, seconds) };
        with.orders.push(Order { bulletin: extra.code.clone(), ..order(99, Demand::PerDay(plays)) });
        with.bulletins.push(extra.clone());
        // Long before the days, so that today plays no part.
        let now = day("2023-12-01").and_hms_opt(0, 0, 0).unwrap().and_utc();
        let compared = Comparison { with: &with, without: &without, code: &extra.code, from: date, to: date, now };
        let impact = impact(&compared);
        for code in ["11", "12", "21", "22"] {
            let (before, after) = (inputs_of(&without, code, date), inputs_of(&with, code, date));
            let (before, after) = (plan_day(&before), plan_day(&after));
            let own: Vec<_> = after.items.iter().filter(|item| item.title == extra.title).map(|i| i.start).collect();
            let at = impact.stations.iter().find(|one| one.station == station(code).id).unwrap();
            prop_assert_eq!(&at.days[0].starts, &own);
            let displaced = &at.days[0].displaced;
            let (had, has) = (others(&before), others(&after));
            let same_place = |a: &(String, DateTime<Utc>, DateTime<Utc>), b: &&(String, DateTime<Utc>, DateTime<Utc>)| {
                (&a.0, a.1) == (&b.0, b.1)
            };
            let gone = had.iter().filter(|one| !has.iter().any(|other| same_place(one, &other))).count();
            let moved = had
                .iter()
                .filter(|one| has.iter().find(|other| same_place(one, other)).is_some_and(|other| other.2 != one.2))
                .count();
            let said = |wanted: fn(&Shift) -> bool| displaced.iter().filter(|one| wanted(&one.how)).count();
            prop_assert_eq!(said(|how| matches!(how, Shift::InSlot(_))), moved);
            prop_assert_eq!(said(|how| !matches!(how, Shift::InSlot(_))), gone);
            let orders: BTreeSet<&String> = had.iter().map(|one| &one.0).collect();
            let lost: usize = orders
                .into_iter()
                .map(|order| {
                    let times = |plan: &[(String, DateTime<Utc>, DateTime<Utc>)]| {
                        plan.iter().filter(|one| one.0 == *order).count()
                    };
                    times(&had).saturating_sub(times(&has))
                })
                .sum();
            prop_assert_eq!(said(|how| *how == Shift::Out), lost);
        }
    }
}
