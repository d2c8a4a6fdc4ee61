//! The fill by itself: a province's two weeks, a nation's week with its stations in one class, in a thousand and all
//! different, and one new bulletin in a published week. `cargo bench --bench fill`

#![expect(clippy::unwrap_used, clippy::print_stdout, reason = "a bench stops at the first failure and prints")]

mod timing;

use loa::domain::planner::fill::{Quality, fill, refill};
use loa::domain::planner::instance::{Instance, InstanceBulletin, InstanceStation, InstanceTarget};
use timing::{peak_mib, report};

const RUNS: usize = 3;

/// Evenly spread numbers from a seed (SplitMix64).
struct Dice(u64);

impl Dice {
    fn below(&mut self, end: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) % end
    }

    fn one_of<T: Copy>(&mut self, of: &[T]) -> T {
        of[self.below(of.len() as u64) as usize]
    }
}

struct Size {
    stations: u32,
    /// Stations that differ; the others repeat these.
    classes: u32,
    days: usize,
    slots: usize,
    bulletins: u32,
    /// How many stations in a hundred a bulletin is for.
    share: u64,
}

/// A problem with more wanted than there is room for, of the kind that `loa plan --instance` reads.
fn problem(size: &Size, seed: u64) -> Instance {
    let mut dice = Dice(seed);
    let weeks = size.days.div_ceil(7);
    let bulletin = |dice: &mut Dice, id: u32| {
        let maxday = dice.one_of(&[2, 2, 3, 4]);
        let wanted = 6 + dice.below(17) as u32;
        let chosen: Vec<usize> = (0..size.slots).filter(|_| dice.below(100) < 70).collect();
        let target = match dice.below(10) {
            0 => InstanceTarget::All(serde_json::Value::Null),
            _ => InstanceTarget::List((0..size.classes).filter(|_| dice.below(100) < size.share).collect()),
        };
        InstanceBulletin {
            id,
            dur: 15 * (4 + dice.below(21) as u32),
            d0: 0,
            d1: size.days - 1,
            target,
            slots: if chosen.is_empty() { vec![0] } else { chosen },
            maxday,
            req: vec![wanted.min(maxday * 7); weeks],
            prio: dice.one_of(&[1, 2, 3, 3, 5, 8]),
        }
    };
    let bulletins = (0..size.bulletins).map(|id| bulletin(&mut dice, id)).collect();
    let station = |dice: &mut Dice, id: u32| InstanceStation {
        id,
        district: id % 12,
        lang: "vi".into(),
        cap: (0..size.days)
            .map(|_| (0..size.slots).map(|_| dice.one_of(&[600, 660, 720, 780, 840, 900])).collect())
            .collect(),
    };
    let stations = (0..size.classes).map(|id| station(&mut dice, id)).collect();
    Instance { days: size.days, slots: size.slots, stations, bulletins }
}

/// Fills every class on two threads and hands its plan to each of its stations; plays in all.
fn fill_all(problem: &Instance, stations: u32) -> usize {
    let half = problem.stations.len().div_ceil(2);
    let filled: Vec<_> = std::thread::scope(|scope| {
        let parts: Vec<_> = problem
            .stations
            .chunks(half)
            .map(|part| scope.spawn(|| part.iter().map(|one| problem.fill(one, Quality::FULL)).collect::<Vec<_>>()))
            .collect();
        parts.into_iter().flat_map(|part| part.join().unwrap()).collect()
    });
    let plans: Vec<_> = (0..stations).map(|at| filled[at as usize % filled.len()].plays.clone()).collect();
    plans.iter().map(Vec::len).sum()
}

fn main() {
    let province = Size { stations: 241, classes: 241, days: 14, slots: 6, bulletins: 40, share: 55 };
    let problem_of_province = problem(&province, 1);
    report("241 stations x 14 days, 40 bulletins, two threads", RUNS, || {
        fill_all(&problem_of_province, province.stations)
    });
    for stations in [1_000, 10_000] {
        for classes in [1, 1_000, stations] {
            let size = Size { stations, classes, days: 7, slots: 8, bulletins: 200, share: 20 };
            let nation = problem(&size, 2);
            let plays =
                report(&format!("{stations} stations x 7 days, 200 bulletins, {classes} classes"), RUNS, || {
                    fill_all(&nation, stations)
                });
            println!("  {plays} plays, {} MiB at most so far", peak_mib());
        }
    }
    // One more bulletin in a week that is published.
    let published: Vec<_> = problem_of_province
        .stations
        .iter()
        .map(|station| {
            let (_, mut wishes, rooms) = problem_of_province.week(station, 0);
            let new = wishes.pop().unwrap();
            let mut placed = fill(&wishes, &rooms, Quality::FULL).placed;
            placed.push(Vec::new());
            wishes.push(new);
            (wishes, rooms, placed)
        })
        .collect();
    let changed = report("one new bulletin in a published week of 241 stations, one thread", RUNS, || {
        let mended = published.iter().map(|(wishes, rooms, placed)| {
            let after = refill(wishes, rooms, placed);
            after.iter().zip(placed).filter(|(after, before)| after != before).count()
        });
        mended.sum::<usize>()
    });
    println!("  {changed} of {} wishes changed", published.iter().map(|one| one.0.len()).sum::<usize>());
}
