//! `loa stop`: silence a station, an area or one bulletin there, or let it sound again.

use clap::Args;

use super::{Outcome, StoreArgs};
use crate::domain::ids::{AreaCode, BulletinCode, StationId};

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
        let user = super::active_user(&center, &self.by).await?;
        let by = (user.name.as_str(), &user.grants[..]);
        if let Some(id) = self.lift {
            let lifted = center.lift_stop(id, by).await?;
            println!("stop order {id} {}", if lifted { "lifted" } else { "was lifted before" });
            return Ok(());
        }
        let place = super::place_of(self.station, self.area)?;
        let reason = self.reason.unwrap_or_default();
        let id = center.give_stop(&place, self.bulletin.as_ref(), &reason, by).await?;
        println!("stop order {id} is in force; lift it with `loa stop --lift {id} --by {}`", self.by);
        Ok(())
    }
}
