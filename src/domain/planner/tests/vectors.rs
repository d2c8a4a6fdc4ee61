//! The shared vectors of `tests/vectors`: recurrence, midnight, zones and mergers.

use chrono::NaiveDateTime;
use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::*;
use crate::domain::recurrence::{CronRule, to_utc};

const RECURRENCE: &str = include_str!("../../../../tests/vectors/recurrence.json");
const MIDNIGHT: &str = include_str!("../../../../tests/vectors/midnight.json");
const ZONES: &str = include_str!("../../../../tests/vectors/zones.json");
const MERGERS: &str = include_str!("../../../../tests/vectors/mergers.json");

fn read<T: DeserializeOwned>(text: &str) -> T {
    serde_json::from_str(text).unwrap()
}

#[derive(Deserialize)]
struct Recurrence {
    name: String,
    cron: String,
    zone: Tz,
    first: NaiveDate,
    last: NaiveDate,
    occurrences: Vec<Occurrence>,
}

#[derive(Debug, PartialEq, Deserialize)]
struct Occurrence {
    local: NaiveDateTime,
    utc: DateTime<Utc>,
}

#[test]
fn rules_fire_when_the_vectors_say() {
    for one in read::<Vec<Recurrence>>(RECURRENCE) {
        let rule = CronRule::parse(&one.cron).unwrap();
        let days = one.first.iter_days().take_while(|date| *date <= one.last);
        let found: Vec<Occurrence> = days
            .flat_map(|date| rule.on_day(date))
            .map(|local| Occurrence { local, utc: to_utc(one.zone, local) })
            .collect();
        assert_eq!(found, one.occurrences, "{}", one.name);
    }
}

#[derive(Deserialize)]
struct Midnight {
    name: String,
    zone: Tz,
    local: NaiveDateTime,
    minutes: u32,
    start: DateTime<Utc>,
    end: DateTime<Utc>,
    day: NaiveDate,
    daypart: Daypart,
}

#[test]
fn a_slot_belongs_to_the_day_and_daypart_of_its_start_as_the_vectors_say() {
    for one in read::<Vec<Midnight>>(MIDNIGHT) {
        let cron = one.local.format("0 %-M %-H * * *").to_string();
        let grid = Grid { zone: one.zone, ..grid(vec![rule("r", SlotKind::Bulletin, &cron, one.minutes)]) };
        let (found, problems) = slots(&grid, &areas(), &"11".parse().unwrap(), one.day);
        assert_eq!(problems, []);
        let times: Vec<_> = found.iter().map(|slot| (slot.start, slot.end, slot.daypart)).collect();
        assert_eq!(times, [(one.start, one.end, one.daypart)], "{}", one.name);
    }
}

#[derive(Deserialize)]
struct Zoned {
    name: String,
    zone: Tz,
    local: NaiveDateTime,
    utc: DateTime<Utc>,
}

#[test]
fn local_times_are_the_instants_that_the_vectors_say() {
    for one in read::<Vec<Zoned>>(ZONES) {
        assert_eq!(to_utc(one.zone, one.local), one.utc, "{}: {}", one.zone, one.name);
    }
}

#[derive(Deserialize)]
struct Mergers {
    areas: Areas,
    stations: Vec<Served>,
    order: Weekly,
    chains: Vec<Chain>,
    reached: Vec<Reached>,
    plays: Vec<Plays>,
}

#[derive(Deserialize)]
struct Served {
    id: String,
    serves: Vec<Serves>,
    areas: BTreeMap<NaiveDate, Option<String>>,
}

#[derive(Deserialize)]
struct Weekly {
    areas: Vec<String>,
    per_week: u32,
    from: NaiveDate,
    to: NaiveDate,
}

#[derive(Deserialize)]
struct Chain {
    code: String,
    date: NaiveDate,
    chain: Vec<String>,
}

#[derive(Deserialize)]
struct Reached {
    date: NaiveDate,
    communes: Vec<String>,
}

#[derive(Deserialize)]
struct Plays {
    station: String,
    monday: NaiveDate,
    days: Vec<usize>,
}

#[test]
fn a_merger_in_the_middle_of_a_campaign_counts_nothing_twice_as_the_vectors_say() {
    let it: Mergers = read(MERGERS);
    for one in &it.chains {
        let chain: Vec<&str> =
            it.areas.chain(&one.code.parse().unwrap(), one.date).iter().map(|unit| unit.code.as_str()).collect();
        assert_eq!(chain, one.chain, "{} on {}", one.code, one.date);
    }
    let wanted: Vec<&str> = it.order.areas.iter().map(String::as_str).collect();
    let target = target(&wanted);
    for one in &it.reached {
        let communes = it.areas.iter().filter(|unit| unit.level == Level::Commune && unit.valid_on(one.date));
        let reached: Vec<&str> = communes
            .filter(|unit| target.reaches(&it.areas, &unit.code, one.date))
            .map(|unit| unit.code.as_str())
            .collect();
        assert_eq!(reached, one.communes, "{}", one.date);
    }
    let everywhere = super::target(&["49", "48"]);
    let mut grid =
        grid(vec![SlotRule { target: everywhere.clone(), ..rule("r", SlotKind::Bulletin, "0 0 6 * * *", 15) }]);
    grid.guards = vec![guard_rule(&["49", "48"], "05:00", "21:00")];
    let mut asked = order(1, Demand::PerWeek(it.order.per_week));
    (asked.target, asked.from, asked.to) = (target, it.order.from, it.order.to);
    let sound = Approved { target: everywhere, airs_to: day("2025-12-31"), ..bulletin(1, Priority::Ordinary, 60) };
    let stations: Vec<Station> = it
        .stations
        .iter()
        .map(|one| Station { id: one.id.parse().unwrap(), serves: one.serves.clone(), ..station("11") })
        .collect();
    for (served, station) in it.stations.iter().zip(&stations) {
        for (date, area) in &served.areas {
            assert_eq!(station.area_on(*date).map(|area| area.as_str()), area.as_deref(), "{} on {date}", served.id);
        }
    }
    let province = Province {
        areas: it.areas.clone(),
        stations: stations.iter().map(|one| (one.id.clone(), one.clone())).collect(),
        ..province(grid, vec![asked], vec![sound])
    };
    let (plan, _) = GridPlan::new(&province.grid);
    let mut airings = BTreeSet::new();
    for one in &it.plays {
        let station = &province.stations[&one.station.parse().unwrap()];
        let (inputs, _) = gather(&province, &plan, station, one.monday, |_| Held::default());
        let week = plan_week(&inputs);
        let plays: Vec<usize> = week.iter().map(|day| day.items.len()).collect();
        assert_eq!(plays, one.days, "{} in the week of {}", one.station, one.monday);
        for item in week.iter().flat_map(|day| &day.items) {
            assert!(airings.insert(item.airing.unwrap()), "an airing counted twice");
        }
    }
}
