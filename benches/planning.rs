//! Time of planning the real province: every station's next week, and what one bulletin does over four weeks.
//! Two sizes show how it grows. `cargo bench --bench planning`

#![expect(clippy::unwrap_used, clippy::print_stdout, reason = "a bench stops at the first failure and prints")]

use std::path::Path;
use std::time::{Duration, Instant};

use loa::audio::worker::Worker;
use loa::center::import::Meant;
use loa::center::{Center, StoreChoice};
use loa::domain::bulletin::Approved;
use loa::domain::ids::{Sha256, StationId};
use loa::domain::planner::impact::{Comparison, impact};
use loa::domain::planner::{GridPlan, Held, gather, plan_week};
use loa::domain::province::Province;

const RUNS: usize = 7;

fn main() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let folder = tempfile::tempdir().unwrap();
    let center = runtime.block_on(async {
        // Schedules only: no audio is made here, so the worker is never run.
        let center =
            Center::open(folder.path(), &StoreChoice::Folder, Worker::new("/bin/false", Vec::new())).await.unwrap();
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        let schedules = root.join("schedules");
        let source = tempfile::tempdir().unwrap();
        for name in ["areas.csv", "stations.csv", "grid.toml"] {
            std::fs::copy(schedules.join(name), source.path().join(name)).unwrap();
        }
        let today = center.local_today().await.unwrap();
        let imported = center.import(&[source.path().to_path_buf()], Meant::default(), today).await.unwrap();
        assert!(!imported.refused(), "{:?}", imported.found);
        center
    });
    let mut province = runtime.block_on(center.province()).unwrap();
    add_bulletins(&mut province);
    println!("{} stations, a week, {} orders", province.stations.len(), province.orders.len());
    for times in [1, 4] {
        let province = multiply(&province, times);
        let items = report(&format!("plan {} stations", province.stations.len()), || plan(&province));
        println!("  {items} items");
        let airings = report("  what one bulletin does over four weeks", || compare(&province));
        println!("  {airings} airings");
    }
}

/// Ten bulletins of two minutes with an order each, twice a day.
fn add_bulletins(province: &mut Province) {
    let target = loa::domain::area::Target {
        areas: ["48".parse().unwrap(), "49".parse().unwrap()].into(),
        except: Default::default(),
    };
    let first = chrono::NaiveDate::from_ymd_opt(2024, 1, 1).unwrap();
    let last = chrono::NaiveDate::from_ymd_opt(2030, 12, 31).unwrap();
    for number in 0..10 {
        let digest = Sha256::of(&[number]);
        province.bulletins.push(Approved {
            code: format!("BENCH-{number}").parse().unwrap(),
            version: 1,
            title: format!("Bản tin {number}"),
            priority: loa::domain::bulletin::Priority::Priority,
            duration_ms: 120_000,
            rendition: digest,
            manifest: digest,
            target: target.clone(),
            airs_from: first,
            airs_to: last,
            topic: None,
            origin: loa::domain::bulletin::Origin::Department,
        });
        province.orders.push(loa::domain::order::Order {
            id: format!("yc-{number}").parse().unwrap(),
            bulletin: format!("BENCH-{number}").parse().unwrap(),
            demand: loa::domain::order::Demand::PerDay(2),
            dayparts: Vec::new(),
            weight: 1,
            spacing_minutes: 0,
            target: target.clone(),
            from: first,
            to: last,
        });
    }
}

fn multiply(province: &Province, times: usize) -> Province {
    let mut larger = province.clone();
    for copy in 1..times {
        for station in province.stations.values() {
            let mut station = station.clone();
            station.id = format!("{}-{copy}", station.id).parse::<StationId>().unwrap();
            larger.stations.insert(station.id.clone(), station);
        }
    }
    larger
}

fn plan(province: &Province) -> usize {
    let (grid, _) = GridPlan::new(&province.grid);
    let monday = chrono::NaiveDate::from_ymd_opt(2026, 6, 1).unwrap();
    let mut items = 0;
    for station in province.stations.values() {
        let (inputs, _) = gather(province, &grid, station, monday, |_| Held::default());
        let _digest = inputs.digest();
        items += plan_week(&inputs).iter().map(|day| day.items.len()).sum::<usize>();
    }
    items
}

/// The province with its first bulletin and without it, as the approval slip compares them.
fn compare(with: &Province) -> u64 {
    let mut without = with.clone();
    let code = without.bulletins.remove(0).code;
    let from = chrono::NaiveDate::from_ymd_opt(2026, 6, 1).unwrap();
    let to = from + chrono::Duration::days(27);
    let now = chrono::DateTime::UNIX_EPOCH;
    impact(&Comparison { with, without: &without, code: &code, from, to, now }).airings()
}

/// Runs it [`RUNS`] times after one warm-up and prints median and spread.
fn report<T>(what: &str, mut work: impl FnMut() -> T) -> T {
    let mut last = work();
    let mut times: Vec<Duration> = (0..RUNS)
        .map(|_| {
            let begun = Instant::now();
            last = work();
            begun.elapsed()
        })
        .collect();
    times.sort();
    println!("{what}: median {:.3?} ({:.3?} to {:.3?})", times[RUNS / 2], times[0], times[RUNS - 1]);
    last
}
