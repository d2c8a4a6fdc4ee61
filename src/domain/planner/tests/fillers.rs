//! Tests of the filler ladder: what fills which rest, in which order, how often; and what is said of silence.

use super::*;
use crate::domain::filler::FillerList;

fn list(name: &str, areas: &[&str], codes: &[u32]) -> FillerList {
    FillerList {
        name: name.into(),
        target: target(areas),
        bulletins: codes.iter().map(|code| format!("B-{code}").parse().unwrap()).collect(),
        topics: BTreeSet::new(),
        spacing_minutes: 0,
        most_a_day: None,
    }
}

fn tune(number: u32, seconds: u64) -> Approved {
    bulletin(number, Priority::Ordinary, seconds)
}

/// One order for a bulletin of ten minutes, three times a day in slots of a quarter.
fn filled(fillers: Vec<FillerList>, tunes: Vec<Approved>) -> Province {
    let grid = Grid { fillers, ..grid(usual_rules()) };
    let mut bulletins = vec![bulletin(1, Priority::Ordinary, 600)];
    bulletins.extend(tunes);
    province(grid, vec![order(1, Demand::PerDay(3))], bulletins)
}

/// Numbers of the fillers of each slot of that day.
fn fillers_of(province: &Province, code: &str) -> Vec<Vec<u32>> {
    let plan = plan_of(province, code, day(WEDNESDAY));
    let mut slots: BTreeMap<DateTime<Utc>, Vec<u32>> = BTreeMap::new();
    for item in plan.items.iter().filter(|item| item.sound.is_some() || item.filler.is_some()) {
        let numbers = slots.entry(item.slot.start).or_default();
        if let Some(sound) = &item.filler {
            assert_eq!((item.kind, item.airing), (ItemKind::Filler, None), "filler is no airing");
            numbers.push(sound.bulletin.as_str().trim_start_matches("B-").parse().unwrap());
        }
    }
    slots.into_values().collect()
}

#[test]
fn the_nearest_units_filler_comes_first_and_the_rest_is_filled_as_far_as_it_goes() {
    let lists = vec![list("tỉnh", &["49"], &[10, 11]), list("huyện", &["1"], &[12]), list("xã", &["11"], &[13])];
    let tunes = vec![tune(10, 60), tune(11, 60), tune(12, 60), tune(13, 60)];
    let province = filled(lists, tunes);
    // Four minutes and 59 seconds are left: each of them fits once.
    assert_eq!(fillers_of(&province, "11"), vec![vec![13, 12, 10, 11]; 3]);
    assert_eq!(fillers_of(&province, "12"), vec![vec![12, 10, 11]; 3]);
    assert_eq!(fillers_of(&province, "21"), vec![vec![10, 11]; 3]);
    let ladder: Vec<String> =
        plan_of(&province, "11", day(WEDNESDAY)).ladder.iter().map(|sound| sound.bulletin.to_string()).collect();
    assert_eq!(ladder, ["B-13", "B-12", "B-10", "B-11"]);
}

#[test]
fn what_fills_more_is_preferred_and_what_stays_silent_is_named() {
    let province = filled(vec![list("tỉnh", &["49"], &[10, 11])], vec![tune(10, 200), tune(11, 290)]);
    assert_eq!(fillers_of(&province, "11"), vec![vec![11]; 3]);
    assert_eq!(plan_of(&province, "11", day(WEDNESDAY)).problems, []);
    let province = filled(vec![list("tỉnh", &["49"], &[10])], vec![tune(10, 200)]);
    let plan = plan_of(&province, "11", day(WEDNESDAY));
    assert_eq!(codes(&plan.problems), ["dead-air"; 3]);
    assert!(plan.problems[0].sentence.contains("falls silent for 98 seconds"), "{}", plan.problems[0].sentence);
}

#[test]
fn one_filler_comes_as_far_apart_and_as_often_as_its_list_lets_it() {
    // Slots start at 05:30, 11:30 and 17:00.
    let spaced = |spacing_minutes, most_a_day| {
        let lists = vec![FillerList { spacing_minutes, most_a_day, ..list("tỉnh", &["49"], &[10]) }];
        fillers_of(&filled(lists, vec![tune(10, 60)]), "11").iter().map(Vec::len).collect::<Vec<_>>()
    };
    assert_eq!(spaced(0, None), [1, 1, 1]);
    assert_eq!(spaced(400, None), [1, 0, 1]);
    assert_eq!(spaced(0, Some(2)), [1, 1, 0]);
}

#[test]
fn only_programmes_are_filled_and_only_with_what_may_air_there() {
    let mut province =
        filled(vec![list("tỉnh", &["49"], &[10, 11, 12])], vec![tune(10, 60), tune(11, 60), tune(12, 60)]);
    province.bulletins[1].target = target(&["2"]);
    province.bulletins[2].airs_to = day("2024-06-11");
    assert_eq!(fillers_of(&province, "11"), vec![vec![12]; 3]);
    province.orders[0].demand = Demand::PerDay(1);
    let with: usize = fillers_of(&province, "11").iter().map(Vec::len).sum();
    assert_eq!(with, 1, "empty slots stay empty");
    let listed = plan_of(&province, "11", day(WEDNESDAY)).items;
    assert!(listed.iter().all(|item| item.filler.is_none() || item.slot.rule.as_str() != "xa"));
}

#[test]
fn topics_keep_a_list_to_the_slots_of_their_programme() {
    let topics: BTreeSet<Topic> = [Topic::try_from(5).unwrap()].into();
    let lists = vec![FillerList { topics: topics.clone(), ..list("tỉnh", &["49"], &[10]) }];
    let mut province = filled(lists, vec![tune(10, 60)]);
    province.bulletins[0].topic = Some(Topic::try_from(5).unwrap());
    province.grid.rules[0].topics = topics;
    assert_eq!(fillers_of(&province, "11"), vec![vec![10], vec![], vec![]]);
}

#[test]
fn a_grid_without_filler_and_overrun_is_planned_from_the_same_bytes_as_ever() {
    let province = filled(vec![], vec![]);
    let inputs = inputs_of(&province, "11", day(WEDNESDAY));
    let text = serde_json::to_string(&(&inputs, plan_week(&inputs), &province.grid)).unwrap();
    for word in ["ladder", "filler", "overrun"] {
        assert!(!text.contains(word), "{word}");
    }
}

#[test]
fn slots_whose_ladder_cannot_fill_them_are_named_and_so_are_lists_that_cannot_be_meant() {
    let areas = areas();
    let tell = |province: &Province| lint_fillers(&province.grid, &areas, &[], &province.bulletins, day(WEDNESDAY));
    assert_eq!(tell(&filled(vec![], vec![])), [], "without filler silence is meant");
    let problems = tell(&filled(vec![list("huyện", &["1"], &[10, 99])], vec![tune(10, 299)]));
    let found = codes(&problems);
    assert_eq!(found, ["filler-not-approved", "dead-air", "dead-air", "dead-air"]);
    let sentence = &problems[1].sentence;
    assert!(sentence.contains("silent for 299 seconds") && sentence.contains("in 21"), "{sentence}");
    assert_eq!(tell(&filled(vec![list("tỉnh", &["49"], &[10])], vec![tune(10, 285)])), []);

    let mut bad = filled(vec![list("trống", &["49"], &[]), list("xa", &["999"], &[1])], vec![]).grid;
    (bad.fillers[1].spacing_minutes, bad.fillers[1].most_a_day) = (1441, Some(0));
    let found = lint_grid(&bad, &areas, &[], day(WEDNESDAY), 1);
    assert_eq!(codes(&found), ["unknown-area", "filler-empty", "spacing", "filler-never"]);
}

#[test]
fn an_urgent_bulletin_fills_nothing() {
    let lists = vec![list("tỉnh", &["49"], &[10, 11])];
    let province = filled(lists, vec![bulletin(10, Priority::Urgent, 60), tune(11, 60)]);
    assert_eq!(fillers_of(&province, "11"), vec![vec![11]; 3]);
}
