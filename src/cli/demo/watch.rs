//! Tells what happens as it happens, and stages the power cut.

use std::collections::BTreeSet;
use std::time::Duration;

use chrono::{DateTime, Utc};

use super::stations::{Stations, VICTIM};
use crate::center::Center;
use crate::center::reports::{Question, Report};
use crate::cli::Outcome;
use crate::domain::as_run::Cause;
use crate::domain::ids::AiringId;
use crate::domain::reconcile::{Line, Outcome as Became};

/// How often the report is read.
const LOOK: Duration = Duration::from_secs(1);
/// Seconds into its item at which the victim is killed.
const CUT_AFTER_SECONDS: i64 = 8;
/// Seconds after the next item's latest start at which it comes back.
const BACK_AFTER_SECONDS: i64 = 2;

/// The power cut, step by step.
enum Cut {
    /// Waits for the middle of the victim's first item.
    Waiting,
    /// Dark until then.
    Dark { until: DateTime<Utc> },
    /// Over.
    Over,
}

/// Watches until it is dropped.
///
/// # Errors
/// When the store or a process fails.
pub async fn watch(center: &Center, stations: &mut Stations) -> Outcome {
    let mut told: BTreeSet<AiringId> = BTreeSet::new();
    let mut cut = Cut::Waiting;
    let mut ticks = tokio::time::interval(LOOK);
    let started = crate::clock::now();
    let mut confirmed = 0_u32;
    loop {
        ticks.tick().await;
        let now = crate::clock::now();
        let report = today(center, now).await?;
        for (day, line) in report.lines() {
            let fresh = line.records.iter().any(|record| record.accepted_at >= started);
            if fresh && line.outcome != Became::Unreported && told.insert(line.counted.airing) {
                confirmed += 1;
                let place = report.stations.get(&day.station).map_or("", |station| station.name.as_str());
                println!("{confirmed:>3}. {}  {}  {}", day.station, tell(line, &report), place);
            }
        }
        cut = step(cut, stations, &report, started, now).await?;
    }
}

async fn today(center: &Center, now: DateTime<Utc>) -> Result<Report, crate::center::CenterError> {
    let today = center.local_today().await?;
    // Yesterday's evening still counts just after midnight.
    let question = Question { from: today.pred_opt().unwrap_or(today), to: today, area: None, station: None };
    center.report(&question, now).await
}

fn tell(line: &Line, report: &Report) -> String {
    let item = &line.counted.item;
    let at = item.start.with_timezone(&report.zone).format("%H:%M:%S");
    let seconds = |ms: u64| Duration::from_millis(ms).as_secs_f64();
    let planned = seconds(item.duration_ms);
    let what = match line.outcome {
        Became::Aired => {
            format!("aired {:.1} s of {planned:.1} s{}", played(line).map_or(planned, seconds), late(line))
        }
        Became::Partial => {
            format!("PARTIAL {:.1} s of {planned:.1} s, {}", played(line).map_or(0.0, seconds), cause(line))
        }
        Became::Missed => format!("MISSED, {}", cause(line)),
        Became::Unreported => "unreported".into(),
    };
    format!("{at}  {what}  \"{}\"", item.title)
}

fn played(line: &Line) -> Option<u64> {
    line.played_ms
}

fn late(line: &Line) -> &'static str {
    if line.late { ", late" } else { "" }
}

fn cause(line: &Line) -> &'static str {
    match line.cause {
        Some(Cause::NotRunning) => "the station was not running",
        Some(Cause::Interrupted) => "the station died in its middle",
        Some(_) => "see the report",
        None => "no cause given",
    }
}

async fn step(
    cut: Cut,
    stations: &mut Stations,
    report: &Report,
    started: DateTime<Utc>,
    now: DateTime<Utc>,
) -> Result<Cut, crate::cli::Failure> {
    let lines: Vec<&Line> = report
        .lines()
        .into_iter()
        .filter(|(day, line)| day.station.as_str() == VICTIM && line.counted.item.start > started)
        .map(|(_, line)| line)
        .collect();
    Ok(match cut {
        Cut::Waiting => {
            let playing = lines.iter().position(|line| {
                let item = &line.counted.item;
                let into = (now - item.start).num_seconds();
                into >= CUT_AFTER_SECONDS && item.end() > now + chrono::Duration::seconds(3)
            });
            let next = playing.and_then(|index| lines.get(index + 1));
            match next {
                Some(next) => {
                    stations.kill().await?;
                    let until = next.counted.item.latest_start + chrono::Duration::seconds(BACK_AFTER_SECONDS);
                    println!(
                        "     {VICTIM}: killed in the middle of an item; comes back in {} s",
                        (until - now).num_seconds()
                    );
                    Cut::Dark { until }
                }
                None => Cut::Waiting,
            }
        }
        Cut::Dark { until } if now >= until => {
            stations.revive()?;
            println!("     {VICTIM}: running again");
            Cut::Over
        }
        other => other,
    })
}
