//! `loa approve CODE… --by USER`: an approver's decision by command.

use clap::Args;

use super::{Failure, Outcome, StoreArgs};
use crate::center::Center;
use crate::center::bulletins::VersionRow;
use crate::domain::access::{Role, allows_target};
use crate::domain::bulletin::State;
use crate::domain::ids::BulletinCode;

/// Approve the newest version of bulletins; drafts are submitted in their author's name first.
#[derive(Args)]
pub struct Approve {
    /// Bulletin codes
    #[arg(required = true, value_name = "CODE")]
    codes: Vec<BulletinCode>,
    /// The approver's log-in name
    #[arg(long, value_name = "USER")]
    by: String,
    /// Send back instead, with this reason
    #[arg(long, value_name = "REASON", conflicts_with = "withdraw")]
    r#return: Option<String>,
    /// Take off the air instead, with this reason
    #[arg(long, value_name = "REASON")]
    withdraw: Option<String>,
    /// The warnings of the upload check were read and heard; they are printed, and noted as opened by the approver
    #[arg(long)]
    read_warnings: bool,
    #[command(flatten)]
    store: StoreArgs,
}

impl Approve {
    /// Runs it.
    pub async fn run(self) -> Outcome {
        let center = self.store.open_existing().await?;
        let users = center.users().await?;
        let user = users.iter().find(|user| user.name == self.by && user.disabled_at.is_none());
        let Some(user) = user else {
            return Err(Failure::wrong(format!("there is no active user {}: see `loa user list`", self.by)));
        };
        let areas = center.schedules().await?.areas;
        let today = center.local_today().await?;
        for code in &self.codes {
            let row = center.bulletin(code).await?;
            if !allows_target(&user.grants, Role::Approver, &areas, &row.facts.target, today) {
                return Err(Failure::no(format!("{} is no approver for the whole area of {code}", self.by)));
            }
            let (to, reason, word) = match (&self.r#return, &self.withdraw) {
                (Some(reason), _) => (State::Returned, Some(reason.as_str()), "returned"),
                (_, Some(reason)) => (State::Withdrawn, Some(reason.as_str()), "withdrawn"),
                _ => (State::Approved, None, "approved"),
            };
            let mut versions = vec![row];
            if to == State::Withdrawn {
                // What is on the air may be older than the newest draft, and no older approval may come back.
                versions = center.bulletin_versions(Some(code)).await?;
                versions.retain(|row| row.state() == State::Approved);
                if versions.is_empty() {
                    return Err(Failure::wrong(format!("{code} has no approved version: nothing to withdraw")));
                }
            }
            for row in versions {
                if to == State::Approved {
                    self.open_warnings(&center, &row).await?;
                }
                if row.state() == State::Draft && to == State::Approved {
                    center.step_bulletin(code, row.version, State::Submitted, &row.author, None).await?;
                }
                center.step_bulletin(code, row.version, to, &self.by, reason).await?;
                println!("{code} version {}: {word} by {} (custody=center)", row.version, self.by);
            }
        }
        Ok(())
    }

    /// Prints what the check warned of; with `--read-warnings` it counts as opened, without it the approval ends here.
    async fn open_warnings(&self, center: &Center, row: &VersionRow) -> Outcome {
        let (code, version) = (&row.facts.code, row.version);
        let left = center.unopened_warnings(code, version, &self.by).await?;
        for warning in &left {
            let at = warning.at_ms.map(|ms| format!(" {}:{:02}", ms / 60_000, ms / 1000 % 60)).unwrap_or_default();
            eprintln!("{code} version {version}{at}: {} {}", warning.message, warning.remedy);
            if self.read_warnings {
                center.note_look(code, version, &warning.key, &self.by).await?;
            }
        }
        if left.is_empty() || self.read_warnings {
            return Ok(());
        }
        Err(Failure::no(format!(
            "{code} version {version} has {} warnings that {} has not opened: hear them, then give --read-warnings",
            left.len(),
            self.by
        )))
    }
}
