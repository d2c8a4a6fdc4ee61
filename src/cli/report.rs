//! `loa report --from D --to D [--area CODE] --format json|csv [--out FILE]`

use std::path::PathBuf;

use chrono::NaiveDate;
use clap::{Args, ValueEnum};
use serde_json::json;

use super::{Failure, Outcome, StoreArgs};
use crate::center::reports::Question;
use crate::domain::ids::{AreaCode, StationId};
use crate::domain::reconcile::Sums;

#[derive(Clone, Copy, ValueEnum)]
enum Format {
    Json,
    Csv,
}

/// Planned against aired over a period.
#[derive(Args)]
pub struct Report {
    /// First day, YYYY-MM-DD
    #[arg(long)]
    from: NaiveDate,
    /// Last day, inclusive
    #[arg(long)]
    to: NaiveDate,
    /// Only stations serving this unit or one beneath it
    #[arg(long, value_name = "CODE")]
    area: Option<AreaCode>,
    /// Only this station
    #[arg(long, value_name = "ID")]
    station: Option<StationId>,
    /// Format
    #[arg(long, value_enum)]
    format: Format,
    /// File to write instead of stdout
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    #[command(flatten)]
    store: StoreArgs,
}

impl Report {
    /// Runs it.
    pub async fn run(self) -> Outcome {
        let center = self.store.open_existing().await?;
        let question =
            Question { from: self.from, to: self.to, area: self.area.clone(), station: self.station.clone() };
        let report = center.report(&question, crate::clock::now()).await?;
        let text = match self.format {
            Format::Csv => report.csv(),
            Format::Json => {
                let row = |station: Option<&StationId>, sums: &Sums| {
                    let mut row = json!({
                        "planned": sums.planned,
                        "aired": sums.aired,
                        "partial": sums.partial,
                        "missed": sums.missed,
                        "unreported": sums.unreported,
                        "late": sums.late,
                        "off_schedule": sums.off_schedule,
                        "upcoming": sums.upcoming,
                        "declined": sums.declined,
                        "excused": sums.excused,
                        "urgent": sums.urgent,
                        // Coverage: aired out of these.
                        "owed": sums.coverage().owed,
                        "evidence": {
                            "heard": sums.heard,
                            "played": sums.played,
                            "declared": sums.declared,
                            "none": sums.none,
                        },
                    });
                    if let Some(station) = station {
                        row["station"] = json!(station);
                    }
                    row
                };
                let document = json!({
                    "from": report.from,
                    "to": report.to,
                    "as_of": report.as_of,
                    "area": self.area,
                    "total": row(None, &report.total()),
                    "rows": report.rows().iter().map(|(station, sums)| row(Some(station), sums)).collect::<Vec<_>>(),
                });
                format!("{document}\n")
            }
        };
        match self.out {
            None => print!("{text}"),
            Some(file) => {
                let failed = |error| Failure::failed(format!("{} cannot be written: {error}", file.display()));
                std::fs::write(&file, text).map_err(failed)?;
            }
        }
        Ok(())
    }
}
