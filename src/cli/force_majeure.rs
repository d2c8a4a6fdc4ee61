//! `loa force-majeure add|withdraw|list`: what a storm, a flood or a cut of power kept from airing.

use chrono::{DateTime, NaiveDateTime, Utc};
use clap::{Args, Subcommand};

use super::{Outcome, StoreArgs};
use crate::center::Center;
use crate::domain::ids::{AreaCode, StationId};
use crate::domain::place::Place;

/// Declare, withdraw and list force majeure: what was to air then and did not is excused in reports.
#[derive(Args)]
pub struct ForceMajeure {
    #[command(subcommand)]
    action: Action,
    #[command(flatten)]
    store: StoreArgs,
}

#[derive(Subcommand)]
enum Action {
    /// Declare it for a station or an area and a time
    Add(Add),
    /// Withdraw a declaration
    Withdraw {
        /// Number of the declaration
        id: u64,
        /// Log-in name of the approver or administrator who decides
        #[arg(long, value_name = "USER")]
        by: String,
    },
    /// List every declaration, those withdrawn too
    List,
}

#[derive(Args)]
struct Add {
    /// This station
    #[arg(long, value_name = "ID", required_unless_present = "area", conflicts_with = "area")]
    station: Option<StationId>,
    /// This unit with everything beneath it
    #[arg(long, value_name = "CODE")]
    area: Option<AreaCode>,
    /// Local time from which on, YYYY-MM-DDTHH:MM
    #[arg(long, value_name = "TIME", value_parser = local)]
    from: NaiveDateTime,
    /// Local time until before which
    #[arg(long, value_name = "TIME", value_parser = local)]
    until: NaiveDateTime,
    /// Why
    #[arg(long, value_name = "TEXT")]
    reason: String,
    /// Log-in name of the approver or administrator who decides
    #[arg(long, value_name = "USER")]
    by: String,
}

impl ForceMajeure {
    /// Runs it.
    pub async fn run(self) -> Outcome {
        let center = self.store.open_existing().await?;
        match self.action {
            Action::Add(add) => add.run(&center).await,
            Action::Withdraw { id, by } => {
                let grants = super::active_user(&center, &by).await?.grants;
                let withdrawn = center.withdraw_force_majeure(id, (&by, &grants)).await?;
                println!("declaration {id} {}", if withdrawn { "withdrawn" } else { "was withdrawn before" });
                Ok(())
            }
            Action::List => list(&center).await,
        }
    }
}

impl Add {
    async fn run(self, center: &Center) -> Outcome {
        let place = super::place_of(self.station, self.area)?;
        let grants = super::active_user(center, &self.by).await?.grants;
        let span = (self.from, self.until);
        let id = center.declare_force_majeure(&place, span, &self.reason, (&self.by, &grants)).await?;
        println!("declaration {id} holds; withdraw it with `loa force-majeure withdraw {id} --by {}`", self.by);
        Ok(())
    }
}

async fn list(center: &Center) -> Outcome {
    let zone = center.schedules().await?.grid.zone;
    let local = |at: DateTime<Utc>| at.with_timezone(&zone).format("%Y-%m-%d %H:%M").to_string();
    for one in center.force_majeure().await? {
        let place = match &one.place {
            Place::Station(id) => format!("station {id}"),
            Place::Area(code) => format!("area {code}"),
        };
        let withdrawn = one.withdrawn.as_ref().map(|(by, at)| format!(", withdrawn by {by} at {}", local(*at)));
        println!(
            "{} {place} from {} until {}: {} (declared by {} at {}{})",
            one.id,
            local(one.from),
            local(one.until),
            one.reason,
            one.by,
            local(one.at),
            withdrawn.unwrap_or_default()
        );
    }
    Ok(())
}

fn local(text: &str) -> Result<NaiveDateTime, String> {
    NaiveDateTime::parse_from_str(text, "%Y-%m-%dT%H:%M").map_err(|_| "give it as 2024-09-17T18:00".to_string())
}
