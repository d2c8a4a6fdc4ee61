//! `loa urgent`: breaking in with an urgent bulletin by command, and the duty list.

use std::path::PathBuf;

use chrono::{DateTime, Duration, Utc};
use clap::{Args, Subcommand};

use super::{Outcome, StoreArgs};
use crate::center::Center;
use crate::center::break_ins::{BreakInOrder, Wish};
use crate::center::signed::SignedBy;
use crate::domain::ids::{AreaCode, BreakInId, BulletinCode};
use crate::domain::reconcile::Outcome as Became;
use crate::domain::station::StationKind;

/// Orders of so many days are listed.
const LISTED_DAYS: i64 = 30;

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
    /// List the orders of the last 30 days, or tell what became of one at each of its stations
    Status {
        /// Number of the order
        order: Option<BreakInId>,
        #[command(flatten)]
        store: StoreArgs,
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
            What::Status { order, store } => return status(order, &store.open_existing().await?).await,
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

/// Orders are listed without what became of them, one is told with it.
async fn status(id: Option<BreakInId>, center: &Center) -> Outcome {
    let now = crate::clock::now();
    let Some(id) = id else {
        for held in center.break_ins_since(now - Duration::days(LISTED_DAYS)).await? {
            println!("{}", headline(&held, now));
        }
        return Ok(());
    };
    let held = center.break_in(&id).await?;
    println!("{}", headline(&held, now));
    for answer in center.break_in_answers(&held, now).await? {
        let (line, station) = (&answer.line, &answer.station);
        let kind = if station.kind == StationKind::Connected { "device" } else { "by hand" };
        let told = match line.outcome {
            Became::Unreported if answer.received => "received, not yet reported".to_string(),
            Became::Unreported if answer.connected => "connected, not yet received".into(),
            Became::Unreported => "no answer: phone them".into(),
            outcome => format!("{} ({})", word(&outcome), word(&line.evidence)),
        };
        let cause = line.cause.map(|cause| format!(", {}", word(&cause))).unwrap_or_default();
        let note = line.note.as_ref().map(|note| format!(": {note}")).unwrap_or_default();
        println!("  {} {} [{kind}]: {told}{cause}{note}", station.id, station.name);
    }
    Ok(())
}

fn headline(held: &BreakInOrder, now: DateTime<Utc>) -> String {
    let order = &held.order;
    let stands = match &held.answer {
        Some((by, at, true)) => format!("confirmed by {by} at {at}"),
        Some((by, at, false)) => format!("refused by {by} at {at}"),
        None if held.waits(now) => format!("waits for a second approver until {}", order.not_after),
        None => "expired, nobody confirmed it".into(),
    };
    format!("{} {} {} by {}: {}; {stands}", order.id, order.bulletin, order.area, order.asked_by, order.reason)
}

/// The word by which a value goes in files.
fn word<T: serde::Serialize>(value: &T) -> String {
    serde_json::to_string(value).unwrap_or_default().trim_matches('"').to_string()
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
