//! `loa stop`: silence a station, an area or one bulletin there, or let it sound again.

use clap::Args;

use super::{Failure, Outcome, StoreArgs};
use crate::domain::ids::{AreaCode, BulletinCode, StationId};
use crate::domain::stop::Place;

/// Silence a station, an area or one bulletin there at once, until the order is lifted.
#[derive(Args)]
pub struct StopNow {
    /// This station
    #[arg(long, value_name = "ID", required_unless_present_any = ["area", "lift"], conflicts_with = "area")]
    station: Option<StationId>,
    /// This unit with everything beneath it
    #[arg(long, value_name = "CODE")]
    area: Option<AreaCode>,
    /// Only this bulletin
    #[arg(long, value_name = "CODE")]
    bulletin: Option<BulletinCode>,
    /// Why
    #[arg(long, value_name = "TEXT", required_unless_present = "lift")]
    reason: Option<String>,
    /// Lift the order of this number instead
    #[arg(long, value_name = "NUMBER", conflicts_with_all = ["station", "area", "bulletin", "reason"])]
    lift: Option<u64>,
    /// Log-in name of the approver, administrator or operator who decides
    #[arg(long, value_name = "USER")]
    by: String,
    #[command(flatten)]
    store: StoreArgs,
}

impl StopNow {
    /// Runs it.
    pub async fn run(self) -> Outcome {
        let center = self.store.open_existing().await?;
        let users = center.users().await?;
        let Some(user) = users.iter().find(|user| user.name == self.by && user.disabled_at.is_none()) else {
            return Err(Failure::wrong(format!("there is no active user {}: see `loa user list`", self.by)));
        };
        let by = (user.name.as_str(), &user.grants[..]);
        if let Some(id) = self.lift {
            let lifted = center.lift_stop(id, by).await?;
            println!("stop order {id} {}", if lifted { "lifted" } else { "was lifted before" });
            return Ok(());
        }
        let place = match (self.station, self.area) {
            (Some(id), _) => Place::Station(id),
            (None, Some(code)) => Place::Area(code),
            (None, None) => return Err(Failure::wrong("name a station or an area".to_string())),
        };
        let reason = self.reason.unwrap_or_default();
        let id = center.give_stop(&place, self.bulletin.as_ref(), &reason, by).await?;
        println!("stop order {id} is in force; lift it with `loa stop --lift {id} --by {}`", self.by);
        Ok(())
    }
}
