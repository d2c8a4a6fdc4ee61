//! `loa urgent`: breaking in with an urgent bulletin by command, and the duty list.

use std::path::PathBuf;

use chrono::{DateTime, Utc};
use clap::{Args, Subcommand};

use super::{Outcome, StoreArgs};
use crate::center::break_ins::Wish;
use crate::center::signed::SignedBy;
use crate::domain::ids::{AreaCode, BreakInId, BulletinCode};

/// Break in with an urgent bulletin.
#[derive(Args)]
pub struct Urgent {
    #[command(subcommand)]
    what: What,
}

/// Who decides, and with which key.
#[derive(Args)]
struct Decider {
    /// The approver's log-in name
    #[arg(long, value_name = "USER")]
    by: String,
    /// Sign with this key file; without it the center signs, for one of the two approvers at most
    #[arg(long, value_name = "FILE")]
    key: Option<PathBuf>,
    #[command(flatten)]
    store: StoreArgs,
}

#[derive(Subcommand)]
enum What {
    /// Ask for a break-in, as the first approver; prints the order's number
    Ask {
        /// An approved urgent bulletin
        bulletin: BulletinCode,
        /// This unit with everything beneath it
        #[arg(long, value_name = "CODE")]
        area: AreaCode,
        /// Why
        #[arg(long, value_name = "TEXT")]
        reason: String,
        #[command(flatten)]
        decider: Decider,
    },
    /// Ask for the same as an earlier order, by a new one
    Repeat {
        /// Number of the earlier order
        order: BreakInId,
        #[command(flatten)]
        decider: Decider,
    },
    /// Confirm an order, as the second approver: stations begin at once
    Confirm {
        /// Number of the order
        order: BreakInId,
        #[command(flatten)]
        decider: Decider,
    },
    /// Refuse an order that waits
    Refuse {
        /// Number of the order
        order: BreakInId,
        #[command(flatten)]
        decider: Decider,
    },
    /// Put an approver on duty for nights and days off
    Duty {
        /// Their log-in name
        user: String,
        /// From this moment, as 2024-06-12T17:00:00+07:00
        #[arg(long, value_name = "TIME")]
        from: DateTime<Utc>,
        /// Until this moment
        #[arg(long, value_name = "TIME")]
        to: DateTime<Utc>,
        #[command(flatten)]
        store: StoreArgs,
    },
}

impl Urgent {
    /// Runs it.
    pub async fn run(self) -> Outcome {
        let (decider, what) = match self.what {
            What::Ask { bulletin, area, reason, decider } => {
                (decider, Step::Ask(Wish { bulletin, area, reason }, None))
            }
            What::Repeat { order, decider } => (decider, Step::Repeat(order)),
            What::Confirm { order, decider } => (decider, Step::Confirm(order)),
            What::Refuse { order, decider } => (decider, Step::Refuse(order)),
            What::Duty { user, from, to, store } => {
                let center = store.open_existing().await?;
                let id = center.give_duty(&user, from, to, crate::center::people::COMMAND_LINE).await?;
                println!("duty {id}: {user} from {from} to {to}");
                return Ok(());
            }
        };
        decider.take(what).await
    }
}

enum Step {
    Ask(Wish, Option<BreakInId>),
    Repeat(BreakInId),
    Confirm(BreakInId),
    Refuse(BreakInId),
}

impl Decider {
    async fn take(self, step: Step) -> Outcome {
        let key = self.key.as_ref().map(|file| super::keys::read(file)).transpose()?;
        let signed = key.as_ref().map_or(SignedBy::Center, SignedBy::KeyFile);
        let center = self.store.open_existing().await?;
        let user = super::active_user(&center, &self.by).await?;
        let by = (user.name.as_str(), &user.grants[..]);
        let (wish, repeats) = match step {
            Step::Confirm(id) => {
                center.confirm_break_in(&id, signed, by).await?;
                println!("order {id} is in force: stations begin now");
                return Ok(());
            }
            Step::Refuse(id) => {
                let refused = center.refuse_break_in(&id, by).await?;
                println!("order {id} {}", if refused { "refused" } else { "was answered before" });
                return Ok(());
            }
            Step::Ask(wish, repeats) => (wish, repeats),
            Step::Repeat(id) => {
                let order = center.break_in(&id).await?.order;
                (Wish { bulletin: order.bulletin, area: order.area, reason: order.reason }, Some(id))
            }
        };
        let order = center.prepare_break_in(&wish, by, crate::clock::now()).await?;
        center.ask_break_in(&order, repeats.as_ref(), signed, by).await?;
        println!("{}", order.id);
        eprintln!(
            "{} stations; another approver confirms it by {}: loa urgent confirm {}",
            order.stations.len(),
            order.not_after,
            order.id
        );
        Ok(())
    }
}
