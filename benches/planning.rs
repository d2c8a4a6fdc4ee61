//! Time of planning the real province: every station's next week, and what one bulletin does over four weeks.
//! Two sizes show how it grows. `cargo bench --bench planning`

#![expect(clippy::unwrap_used, clippy::print_stdout, reason = "a bench stops at the first failure and prints")]

mod timing;

use std::path::Path;

use loa::audio::worker::Worker;
use loa::center::grid_drafts::{GridEdit, rule_digest};
use loa::center::import::Meant;
use loa::center::{Center, StoreChoice};
use loa::domain::bulletin::Approved;
use loa::domain::ids::{Sha256, StationId};
use loa::domain::planner::impact::{Comparison, impact};
use loa::domain::planner::{GridPlan, Held, SharedWeeks, gather, plan_week};
use loa::domain::province::Province;
use loa::domain::station::Station;
use timing::{peak_mib, report};

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
    // The first time every rundown is signed and stored; after that only looked at.
    for what in ["issue the first rundowns", "plan again, and find nothing new"] {
        let begun = std::time::Instant::now();
        let issued = runtime.block_on(center.issue_rundowns()).unwrap();
        println!("{what}: {:.1?}, {} rundowns of {} days", begun.elapsed(), issued.rundowns, issued.days);
    }
    draft(&runtime, &center, &province);
    report("what a draft of the grid would do", RUNS, || runtime.block_on(center.preview_grid()).unwrap());
    add_bulletins(&mut province);
    println!("{} stations, a week, {} orders", province.stations.len(), province.orders.len());
    for times in [1, 4] {
        let province = multiply(&province, times);
        let size = province.stations.len();
        let alone = report(&format!("plan {size} stations, each alone, two threads"), RUNS, || plan(&province, false));
        let items = report("  those alike sharing a plan", RUNS, || plan(&province, true));
        assert_eq!(items, alone);
        println!("  {items} items");
        let airings = report("  what one bulletin does over four weeks", RUNS, || compare(&province));
        println!("  {airings} airings");
    }
    println!("{} MiB at most", peak_mib());
}

/// Drafts a grid whose first rule is a minute longer.
fn draft(runtime: &tokio::runtime::Runtime, center: &Center, province: &Province) {
    let mut rule = province.grid.rules[0].clone();
    let seen = Some(rule_digest(&rule));
    rule.minutes += 1;
    let edit = GridEdit::Put { rule: Box::new(rule), seen, act: "rule-changed" };
    runtime.block_on(center.edit_grid(&edit, "bench")).unwrap();
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

/// Every station's week on two threads, as the center plans it: stations alike share a plan. How many items.
fn plan(province: &Province, alike: bool) -> usize {
    let (grid, _) = GridPlan::new(&province.grid);
    let monday = chrono::NaiveDate::from_ymd_opt(2026, 6, 1).unwrap();
    let shared = SharedWeeks::default();
    let stations: Vec<_> = province.stations.values().collect();
    let items = &|station: &&Station| {
        let (inputs, _) = gather(province, &grid, station, monday, |_| Held::default());
        let _digest = inputs.digest();
        let week = if alike { shared.plan(&inputs) } else { plan_week(&inputs) };
        week.iter().map(|day| day.items.len()).sum::<usize>()
    };
    std::thread::scope(|scope| {
        let parts = stations.chunks(stations.len().div_ceil(2));
        let parts: Vec<_> = parts.map(|part| scope.spawn(move || part.iter().map(items).sum::<usize>())).collect();
        parts.into_iter().map(|part| part.join().unwrap()).sum()
    })
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
