//! `loa plan --instance FILE --out FILE [--certificate FILE]`: the bare allocation problem, by the fill that provinces
//! are planned with.

use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

use clap::Args;
use serde::Serialize;

use super::super::{Failure, Outcome};
use crate::domain::ids::Sha256;
use crate::domain::planner::fill::Quality;
use crate::domain::planner::instance::{Instance, InstanceStation, StationFill, WeekPrices};

/// The bare problem instead of a station's day.
#[derive(Args)]
pub struct Bare {
    /// Plan this bare allocation problem (JSON) instead of a station's day
    #[arg(long, value_name = "FILE", conflicts_with_all = ["station", "date", "json", "why"], requires = "out")]
    pub instance: Option<PathBuf>,
    /// Where the plan goes: [[station, bulletin, day, slot], …]
    #[arg(long, value_name = "FILE", requires = "instance")]
    out: Option<PathBuf>,
    /// Where the prices go that prove how far from the best plan it can be at most
    #[arg(long, value_name = "FILE", requires = "instance")]
    certificate: Option<PathBuf>,
}

/// Rounds of the price reckoning for a certificate: more than the plan needs, for a closer bound.
const PROOF_ROUNDS: u32 = 150;

/// What proves the bound of a plan: prices of each station's weeks.
#[derive(Serialize)]
struct Certificate<'a> {
    /// SHA-256 of the problem's file.
    instance_sha256: Sha256,
    stations: Vec<StationPrices<'a>>,
}

#[derive(Serialize)]
struct StationPrices<'a> {
    station: u32,
    weeks: &'a [WeekPrices],
}

impl Bare {
    /// Plans the problem in `file`.
    pub fn run(&self, file: &Path) -> Outcome {
        let out = self.out.as_ref().ok_or_else(|| Failure::wrong("give --out"))?;
        let bytes = std::fs::read(file).map_err(|error| Failure::wrong(format!("{}: {error}", file.display())))?;
        let wrong = |sentence: String| Failure::wrong(format!("{}: {sentence}", file.display()));
        let problem: Instance = serde_json::from_slice(&bytes).map_err(|error| wrong(error.to_string()))?;
        problem.check().map_err(wrong)?;
        let filled = fill_all(&problem, self.certificate.is_some());
        let plays: Vec<(u32, u32, usize, usize)> = filled
            .iter()
            .flat_map(|one| one.plays.iter().map(|(bulletin, day, slot)| (one.station, *bulletin, *day, *slot)))
            .collect();
        write_json(out, &plays)?;
        if let Some(path) = &self.certificate {
            let stations = filled.iter().map(|one| StationPrices { station: one.station, weeks: &one.weeks }).collect();
            write_json(path, &Certificate { instance_sha256: Sha256::of(&bytes), stations })?;
        }
        let (value, bound) = filled.iter().fold((0, 0), |(value, bound), one| (value + one.value, bound + one.bound));
        let lacking = if bound == 0 { 0.0 } else { (bound - value) as f64 * 100.0 / bound as f64 };
        println!("value {value}, at most {bound} by its own prices: within {lacking:.2} % of the best possible plan");
        Ok(())
    }
}

/// Fills every station, on all processors; the answer does not depend on how many there are.
fn fill_all(problem: &Instance, certified: bool) -> Vec<StationFill> {
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    let share = problem.stations.len().div_ceil(threads).max(1);
    std::thread::scope(|scope| {
        let parts: Vec<_> = problem
            .stations
            .chunks(share)
            .map(|stations| {
                let fill = move |one: &InstanceStation| {
                    let mut filled = problem.fill(one, Quality::FULL);
                    if certified {
                        problem.prove(one, &mut filled, PROOF_ROUNDS);
                    }
                    filled
                };
                scope.spawn(move || stations.iter().map(fill).collect::<Vec<_>>())
            })
            .collect();
        // A part that panics has said so; the whole ends with it.
        let done = |part: std::thread::ScopedJoinHandle<'_, Vec<StationFill>>| {
            part.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
        };
        parts.into_iter().flat_map(done).collect()
    })
}

/// Writes a file whole or not at all.
fn write_json(path: &Path, value: &impl Serialize) -> Outcome {
    let failed = |error: std::io::Error| Failure::failed(format!("{}: {error}", path.display()));
    let beside = path.with_extension("part");
    let file = std::fs::File::create(&beside).map_err(failed)?;
    let mut writer = BufWriter::new(file);
    serde_json::to_writer(&mut writer, value).map_err(|error| failed(error.into()))?;
    writer.flush().map_err(failed)?;
    std::fs::rename(&beside, path).map_err(failed)
}
