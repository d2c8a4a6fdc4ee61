//! `loa probe FILE [--json]`: the upload check on one file.

use std::path::PathBuf;

use clap::Args;

use super::{Failure, Outcome, worker};
use crate::audio::findings::{Report, Verdict};
use crate::center::Center;

/// Check one audio file as an upload would be. Exit code 0 accepted, 3 refused, 2 unreadable.
#[derive(Args)]
pub struct Probe {
    /// Audio file
    file: PathBuf,
    /// One JSON document on stdout
    #[arg(long)]
    json: bool,
}

impl Probe {
    /// Runs it.
    pub async fn run(self) -> Outcome {
        let report = Center::probe(&worker()?, &self.file).await?;
        if self.json {
            println!("{}", serde_json::to_string(&report)?);
        } else {
            print(&report);
        }
        match report.verdict {
            Verdict::Accepted => Ok(()),
            Verdict::Refused => Err(Failure::no("")),
        }
    }
}

fn print(report: &Report) {
    let word = match report.verdict {
        Verdict::Accepted => "accepted",
        Verdict::Refused => "refused",
    };
    println!("{word}");
    let seconds = |ms: Option<u64>| {
        ms.map_or("?".into(), |ms| format!("{:.1} s", std::time::Duration::from_millis(ms).as_secs_f64()))
    };
    let level = |value: Option<f64>, unit: &str| value.map_or("?".into(), |value| format!("{value:.1} {unit}"));
    println!("duration {}, declared {}", seconds(report.duration_ms), seconds(report.declared_duration_ms));
    println!("loudness {}, true peak {}", level(report.integrated_lufs, "LUFS"), level(report.true_peak_dbtp, "dBTP"));
    for finding in &report.findings {
        println!("- {}: {} {}", finding.code, finding.message, finding.remedy);
    }
}
