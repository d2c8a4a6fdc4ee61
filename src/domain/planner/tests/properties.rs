//! Properties: provinces drawn at random, and what must hold of every plan made of them.

use super::*;
use crate::domain::filler::FillerList;
use crate::domain::overrun::Policy;

// What a random province is made of.

fn any_rule() -> impl Strategy<Value = SlotRule> {
    let kind = prop_oneof![4 => Just(SlotKind::Bulletin), 1 => Just(SlotKind::Relay), 1 => Just(SlotKind::Commune)];
    let cron = (0u32..24, 0u32..12, prop::sample::select(vec!["*", "MON-FRI", "WED", "SAT,SUN"]));
    let place = prop::sample::select(vec!["49", "1", "2", "11", "12"]);
    let overrun = prop::option::of(prop::sample::select(&Policy::ALL[..]));
    (0u32..100_000, kind, cron, 1u32..45, place, overrun).prop_map(|(id, kind, timing, minutes, place, overrun)| {
        let (hour, five, weekday) = timing;
        SlotRule {
            target: target(&[place]),
            overrun: overrun.filter(|_| kind != SlotKind::Relay),
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

/// Lists of filler with their bulletins.
fn any_fillers() -> impl Strategy<Value = (Vec<FillerList>, Vec<Approved>)> {
    let place = prop::sample::select(vec!["49", "1", "11"]);
    let one = (place, prop::collection::vec(1u64..200_000, 1..4), 0u32..200, prop::option::of(1u32..4));
    prop::collection::vec(one, 0..3).prop_map(|lists| {
        let mut number = 1000;
        let (mut fillers, mut bulletins) = (vec![], vec![]);
        for (place, lengths, spacing_minutes, most_a_day) in lists {
            let mut codes = vec![];
            for duration_ms in lengths {
                number += 1;
                let bulletin = Approved { duration_ms, ..bulletin(number, Priority::Ordinary, 0) };
                codes.push(bulletin.code.clone());
                bulletins.push(bulletin);
            }
            let (name, target, topics) = (format!("Nhạc {number}"), target(&[place]), BTreeSet::new());
            fillers.push(FillerList { name, target, bulletins: codes, topics, spacing_minutes, most_a_day });
        }
        (fillers, bulletins)
    })
}

prop_compose! {
    fn any_province()(
        rules in prop::collection::vec(any_rule(), 0..12),
        orders in any_orders(),
        (fillers, tunes) in any_fillers(),
        zone in prop::sample::select(vec![VN, chrono_tz::Europe::Berlin]),
        hours in prop::sample::select(vec![("05:00", "21:00"), ("00:00", "24:00"), ("06:15", "19:40")]),
    ) -> Province {
        let (orders, mut bulletins): (Vec<_>, Vec<_>) = orders.into_iter().unzip();
        bulletins.extend(tunes);
        let mut grid = Grid { fillers, ..grid(rules) };
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

fn topic_of(day: &DayInputs, order: &Order) -> Option<Topic> {
    day.bulletins.iter().find(|bulletin| bulletin.code == order.bulletin).and_then(|bulletin| bulletin.topic)
}

/// What must hold of every week's plan, whatever it was made from.
fn check_week(inputs: &WeekInputs, week: &[DayPlan]) -> Result<(), TestCaseError> {
    for (day, plan) in inputs.days.iter().zip(week) {
        check_day(day, plan)?;
    }
    let airings: Vec<AiringId> = week.iter().flat_map(|day| &day.items).filter_map(|item| item.airing).collect();
    prop_assert_eq!(airings.iter().collect::<BTreeSet<_>>().len(), airings.len(), "airing ids are unique");
    let orders: BTreeMap<&str, &Order> =
        inputs.days.iter().flat_map(|day| &day.orders).map(|order| (order.id.as_str(), order)).collect();
    for (id, order) in orders {
        let is_of = |item: &&Item| item.sound.as_ref().is_some_and(|sound| sound.order.as_str() == id);
        let had: Vec<u32> =
            week.iter().map(|day| u32::try_from(day.items.iter().filter(is_of).count()).unwrap()).collect();
        let kept: Vec<u32> =
            inputs.days.iter().map(|day| u32::try_from(day.kept.iter().filter(is_of).count()).unwrap()).collect();
        let due = |one: &DayInputs| -> u32 {
            let stands = one.orders.iter().any(|other| other.id == order.id) && (!one.over || one.issued);
            if stands { plays_on(order, topic_of(one, order), one.date, &inputs.slots) } else { 0 }
        };
        let due: Vec<u32> = inputs.days.iter().map(due).collect();
        let told =
            |day: usize| week[day].problems.iter().any(|problem| problem.code == "unmet" && problem.subject == id);
        let open = |day: usize| !inputs.days[day].over && inputs.days[day].orders.iter().any(|one| one.id == order.id);
        // After a change there may have been more already than would now be given.
        match order.demand {
            Demand::PerDay(_) => {
                for day in (0..WEEK).filter(|day| open(*day)) {
                    prop_assert!(had[day] <= due[day].max(kept[day]), "{} plays of {id} on {day}", had[day]);
                    prop_assert_eq!(told(day), had[day] < due[day], "unmet is told exactly when it is so");
                }
            }
            Demand::PerWeek(_) => {
                let (had, due, kept) = (had.iter().sum::<u32>(), due.iter().sum::<u32>(), kept.iter().sum::<u32>());
                // What was published is still wanted, though a day without a rundown has passed.
                let whole: u32 = inputs
                    .days
                    .iter()
                    .filter(|day| day.orders.iter().any(|other| other.id == order.id))
                    .map(|day| plays_on(order, topic_of(day, order), day.date, &inputs.slots))
                    .sum();
                let published = inputs.days.iter().flat_map(|day| &day.published).filter(is_of).count();
                let due = due.max(whole.min(kept + u32::try_from(published).unwrap()));
                prop_assert!(had <= due.max(kept), "{had} plays of {id}, {due} due");
                for day in (0..WEEK).filter(|day| open(*day)) {
                    prop_assert_eq!(told(day), had < due, "unmet is told exactly when it is so");
                }
            }
        }
    }
    Ok(())
}

fn check_day(inputs: &DayInputs, plan: &DayPlan) -> Result<(), TestCaseError> {
    let fresh = |item: &&Item| !inputs.kept.contains(item);
    let (opens_at, closes_at) = (inputs.guard.opens_at(inputs.zone), inputs.guard.closes_at(inputs.zone));
    for item in plan.items.iter().filter(fresh) {
        prop_assert!(!inputs.over, "a day that is over gets nothing new");
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
    for item in plan.items.iter().filter(fresh).filter(|item| item.overrun.is_some()) {
        let by = item.overrun.map(|overrun| overrun.by).unwrap();
        prop_assert!(item.slot.end <= by && closes_at.is_none_or(|close| by <= close), "{item:?}");
        let policy = item.overrun.map(|overrun| overrun.policy).unwrap();
        prop_assert!(policy == Policy::Push || by == item.slot.end, "{item:?}");
    }
    let mut fillers: BTreeMap<&BulletinCode, Vec<&Item>> = BTreeMap::new();
    for (item, sound) in plan.items.iter().filter_map(|item| Some((item, item.filler.as_ref()?))) {
        prop_assert!(item.airing.is_none() && item.sound.is_none() && item.kind == ItemKind::Filler);
        fillers.entry(&sound.bulletin).or_default().push(item);
    }
    for rung in &inputs.ladder {
        let Some(plays) = fillers.get(&rung.sound.bulletin) else { continue };
        prop_assert!(rung.most_a_day.is_none_or(|most| plays.len() <= most as usize), "too often: {plays:?}");
        for pair in plays.windows(2) {
            let apart = pair[1].start - pair[0].start;
            prop_assert!(apart >= Duration::minutes(rung.spacing_minutes.into()), "too near: {pair:?}");
            prop_assert!(!pair[0].slot.is_same(&pair[1].slot), "twice in a slot: {pair:?}");
        }
    }
    let mut in_slot = BTreeSet::new();
    for (item, sound) in plan.items.iter().filter_map(|item| Some((item, item.sound.as_ref()?))) {
        prop_assert!(in_slot.insert((&item.slot.rule, item.slot.start, &sound.order)), "twice in a slot");
    }
    for item in &inputs.kept {
        prop_assert_eq!(plan.items.iter().filter(|other| *other == item).count(), 1, "kept items stand unchanged");
    }
    Ok(())
}

/// The versions after these, made at `now` by the glossary's rules: what began or begins within ten minutes is kept.
fn replan(
    province: &Province,
    inputs: &WeekInputs,
    week: &[DayPlan],
    now: DateTime<Utc>,
) -> (WeekInputs, Vec<DayPlan>) {
    let settings = &inputs.days[0].settings;
    let today = now.with_timezone(&inputs.days[0].zone).date_naive();
    let (grid_plan, _) = GridPlan::new(&province.grid);
    let station = &province.stations[&inputs.station];
    let (inputs, _) = gather(province, &grid_plan, station, inputs.days[0].date, |date| {
        let items = week[weekday(date)].items.clone();
        // A day without items is not issued.
        let issued = !items.is_empty();
        let (kept, published) = items.into_iter().partition(|item| item.start <= now + settings.freeze());
        Held { issued, kept, published, not_before: Some(now + settings.lead()), over: date < today, ..Held::default() }
    });
    let week = plan_week(&inputs);
    (inputs, week)
}

/// A moment of the date's week.
fn moment(date: NaiveDate, minute: i64) -> DateTime<Utc> {
    monday_of(date).and_hms_opt(0, 0, 0).unwrap().and_utc() + Duration::minutes(minute - 420)
}

proptest! {
    // A week with more wanted than there is room for costs its search each time.
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn every_plan_keeps_to_its_slots_its_guard_and_its_orders(province in any_province(), date in any_date()) {
        for code in ["11", "12", "21"] {
            let inputs = inputs_of(&province, code, date);
            check_week(&inputs, &plan_week(&inputs))?;
        }
    }

    #[test]
    fn stations_that_share_a_plan_have_the_one_they_have_alone(
        province in any_province(), date in any_date(), minute in 0i64..1440 * 7, every in 2usize..9,
    ) {
        let (fresh, later) = (SharedWeeks::default(), SharedWeeks::default());
        for code in ["11", "12", "21", "22"] {
            let inputs = inputs_of(&province, code, date);
            let week = plan_week(&inputs);
            prop_assert_eq!(&fresh.plan(&inputs), &week);
            // And on top of what was issued, of which some failed.
            let (mut again, _) = replan(&province, &inputs, &week, moment(date, minute));
            for day in &mut again.days {
                day.failed = day.kept.iter().step_by(every).filter_map(|item| item.airing).collect();
            }
            prop_assert_eq!(later.plan(&again), plan_week(&again));
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
        prop_assert_eq!(plan_week(&inputs), plan_week(&shuffled));
    }

    #[test]
    fn a_week_planned_anew_from_unchanged_inputs_comes_out_unchanged(
        province in any_province(), date in any_date(), minute in 0i64..1440 * 7,
    ) {
        let inputs = inputs_of(&province, "11", date);
        let week = plan_week(&inputs);
        let (again, replanned) = replan(&province, &inputs, &week, moment(date, minute));
        check_week(&again, &replanned)?;
        for ((day, before), after) in again.days.iter().zip(&week).zip(&replanned) {
            let items: &[Item] = if day.over { &day.kept } else { &after.items };
            prop_assert_eq!(items.len(), before.items.len());
            prop_assert_eq!(items, &before.items[..]);
        }
    }

    #[test]
    fn a_week_planned_anew_every_night_keeps_its_plays(
        plays in 1u32..9, slots in 1usize..3, seconds in 60u64..600, other in 0u32..4,
    ) {
        let rules = ["0 30 5 * * *", "0 0 17 * * *"].into_iter().take(slots).enumerate();
        let rules = rules.map(|(at, cron)| rule(&format!("r-{at}"), SlotKind::Bulletin, cron, 10)).collect();
        let orders = vec![order(1, Demand::PerWeek(plays)), order(2, Demand::PerWeek(other.max(1)))];
        let bulletins = vec![bulletin(1, Priority::Ordinary, seconds), bulletin(2, Priority::Ordinary, 200)];
        let province = province(grid(rules), orders, bulletins);
        let inputs = inputs_of(&province, "11", day(WEDNESDAY));
        let mut week = plan_week(&inputs);
        let first = week.clone();
        for night in 0..7 {
            let (again, mut after) = replan(&province, &inputs, &week, moment(day(WEDNESDAY), night * 1440 + 60));
            for (at, _) in again.days.iter().enumerate().filter(|(_, day)| day.over) {
                after[at].items = week[at].items.clone();
            }
            week = after;
        }
        for (first, last) in first.iter().zip(&week) {
            prop_assert_eq!(&first.items, &last.items);
        }
    }

    #[test]
    fn a_new_version_after_a_change_keeps_frozen_items_and_the_ids_of_plays_that_stay(
        province in any_province(), orders in any_orders(), date in any_date(), minute in 0i64..1440 * 7,
    ) {
        let inputs = inputs_of(&province, "11", date);
        let week = plan_week(&inputs);
        let mut changed = province.clone();
        for (mut order, mut bulletin) in orders {
            order.id = format!("moi-{}", order.id).parse().unwrap();
            bulletin.code = format!("M-{}", bulletin.code).parse().unwrap();
            order.bulletin = bulletin.code.clone();
            changed.orders.push(order);
            changed.bulletins.push(bulletin);
        }
        changed.grid.rules.truncate(province.grid.rules.len() / 2);
        let (again, replanned) = replan(&changed, &inputs, &week, moment(date, minute));
        check_week(&again, &replanned)?;
        let id = |item: &Item| {
            let order = item.sound.as_ref()?.order.clone();
            Some((item.slot.rule.clone(), item.slot.start, order, item.airing))
        };
        let ids = |week: &[DayPlan]| -> BTreeSet<_> {
            week.iter().flat_map(|day| &day.items).filter_map(id).collect()
        };
        let before = ids(&week);
        for (rule, start, order, airing) in ids(&replanned) {
            if let Some(known) = before.iter().find(|one| (&one.0, one.1, &one.2) == (&rule, start, &order)) {
                prop_assert_eq!(airing, known.3);
            }
        }
    }

    #[test]
    fn plays_of_one_bulletin_are_as_far_apart_as_their_order_says(
        province in any_province(), date in any_date(), minutes in 0u32..600,
    ) {
        let mut province = province;
        for order in &mut province.orders {
            order.spacing_minutes = minutes;
        }
        let inputs = inputs_of(&province, "11", date);
        let week = plan_week(&inputs);
        check_week(&inputs, &week)?;
        let mut starts: BTreeMap<&str, Vec<DateTime<Utc>>> = BTreeMap::new();
        for item in week.iter().flat_map(|day| &day.items) {
            if let Some(sound) = &item.sound {
                starts.entry(sound.bulletin.as_str()).or_default().push(item.slot.start);
            }
        }
        for mut starts in starts.into_values() {
            starts.sort_unstable();
            let least = starts.windows(2).map(|pair| pair[1] - pair[0]).min();
            prop_assert!(least.is_none_or(|least| least >= Duration::minutes(minutes.into())));
        }
    }

    #[test]
    fn every_shortfall_of_a_day_is_explained_in_each_of_its_slots(province in any_province(), date in any_date()) {
        use crate::domain::planner::explain::{Answer, explain};
        let (grid_plan, _) = GridPlan::new(&province.grid);
        let (inputs, found) =
            gather(&province, &grid_plan, &station("11"), monday_of(date), |_| Held::default());
        let week = plan_week(&inputs);
        for bulletin in &province.bulletins {
            let why = explain(&inputs, &week, weekday(date), &bulletin.code, &found);
            for order in &why.orders {
                let airs = order.slots.iter().filter(|slot| matches!(slot.answer, Answer::Airs(_))).count();
                let enough = order.slots.iter().any(|slot| slot.answer == Answer::Enough);
                prop_assert!(order.had >= order.wanted || !enough, "{order:?}");
                if !order.weekly {
                    prop_assert_eq!(airs, order.had as usize);
                    let day_full = order.slots.iter().any(|slot| slot.answer == Answer::DayFull);
                    prop_assert!(!day_full, "a slot has time and the day wants more: {order:?}");
                }
            }
        }
    }

    #[test]
    fn the_lint_refuses_exactly_what_the_planner_leaves_out(province in any_province(), date in any_date()) {
        let linted = lint_grid(&province.grid, &province.areas, &[station("11")], date, 1);
        let planned = plan_of(&province, "11", date);
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
    #![proptest_config(ProptestConfig::with_cases(64))]

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
            // Mended, as a published week is.
            let before = plan_week(&inputs_of(&without, code, date));
            let (grid_plan, _) = GridPlan::new(&with.grid);
            let (inputs, _) = gather(&with, &grid_plan, &station(code), monday_of(date), |date| {
                Held { issued: true, published: before[weekday(date)].items.clone(), ..Held::default() }
            });
            let after = plan_week(&inputs);
            let all_times = |week: &[DayPlan], order: &str| {
                week.iter().flat_map(others).filter(|one| one.0 == order).count()
            };
            let (whole_before, whole_after) = (&before, &after);
            let (before, after) = (&before[weekday(date)], &after[weekday(date)]);
            let own: Vec<_> = after.items.iter().filter(|item| item.title == extra.title).map(|i| i.start).collect();
            let at = impact.stations.iter().find(|one| one.station == station(code).id).unwrap();
            prop_assert_eq!(&at.days[0].starts, &own);
            let displaced = &at.days[0].displaced;
            let (had, has) = (others(before), others(after));
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
            // Lost for the week: no more than the week has fewer of.
            let orders: BTreeSet<&String> = had.iter().map(|one| &one.0).collect();
            let lost: usize = orders
                .into_iter()
                .map(|order| all_times(whole_before, order).saturating_sub(all_times(whole_after, order)))
                .sum();
            prop_assert!(said(|how| *how == Shift::Out) <= lost);
        }
    }
}
