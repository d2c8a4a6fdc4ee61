//! `loa audit`: checks a station's journal from its first line; plans a past day again and holds it to what was signed.

use std::path::PathBuf;

use chrono::NaiveDate;
use clap::{Args, Subcommand};
use serde_json::json;

use super::{Failure, Outcome, StoreArgs, runtime};
use crate::center::rebuild::{Rebuilt, Verdict};
use crate::domain::ids::StationId;
use crate::station::journal::check_file;

/// Check the record.
#[derive(Args)]
pub struct Audit {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Check a station's journal: every line must follow from the one before
    Journal {
        /// journal.jsonl
        file: PathBuf,
    },
    /// Plan a day again from what was stored when it was planned: the same bytes must come out
    Rundown(Rundown),
}

/// Which rundown.
#[derive(Args)]
struct Rundown {
    /// Station id, such as dtt-0001
    #[arg(long)]
    station: StationId,
    /// Local date, YYYY-MM-DD
    #[arg(long)]
    date: NaiveDate,
    /// Version of the rundown; the newest without it
    #[arg(long)]
    version: Option<u32>,
    /// Print one JSON document
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    store: StoreArgs,
}

impl Rundown {
    /// Exit code 0 when the bytes are identical; 3 when they are not, or nothing can be said.
    async fn run(self) -> Outcome {
        let center = self.store.open_existing().await?;
        let Rebuilt { signed, inputs, verdict } = center.rebuild(&self.station, self.date, self.version).await?;
        let (identical, sentence) = match verdict {
            Verdict::Identical => (Some(true), None),
            Verdict::Differs(what) => (Some(false), Some(what)),
            Verdict::Unknown(why) => (None, Some(why)),
        };
        let version = signed.version;
        if self.json {
            let document = json!({
                "station": self.station, "date": self.date, "version": version, "issued_at": signed.issued_at,
                "planner": signed.planner, "inputs": signed.inputs, "rebuilt_inputs": inputs,
                "items": signed.items.len(), "identical": identical, "difference": sentence,
            });
            println!("{document:#}");
        } else if identical == Some(true) {
            let items = signed.items.len();
            println!("version {version} is identical: {items} items, planned from {}", signed.inputs.short());
        }
        match (identical, sentence) {
            (Some(true), _) => Ok(()),
            (Some(false), what) => Err(Failure::no(format!("version {version} differs: {}", what.unwrap_or_default()))),
            (None, why) => Err(Failure::no(format!("version {version} cannot be told: {}", why.unwrap_or_default()))),
        }
    }
}

impl Audit {
    /// Exit code 0 when the chain holds, 3 when it does not; the first bad line is named.
    pub fn run(self) -> Outcome {
        let file = match self.command {
            Command::Journal { file } => file,
            Command::Rundown(rundown) => return runtime::many(rundown.run()),
        };
        let checked =
            check_file(&file).map_err(|error| Failure::wrong(format!("{} cannot be read: {error}", file.display())))?;
        println!("{} lines follow from each other, head {}", checked.lines, checked.head);
        if checked.torn_bytes > 0 {
            println!("the last {} bytes are a line that was never finished", checked.torn_bytes);
        }
        match checked.broken {
            None => Ok(()),
            Some(broken) => Err(Failure::no(format!("the chain is broken: {broken}"))),
        }
    }
}
