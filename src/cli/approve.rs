//! `loa approve CODE… --by USER [--key FILE]`: an approver's decision by command.

use std::path::PathBuf;

use clap::Args;

use super::{Failure, Outcome, StoreArgs};
use crate::center::Center;
use crate::center::approval::must_not_be_taken_back;
use crate::center::bulletins::VersionRow;
use crate::center::signed::SignedBy;
use crate::domain::bulletin::State;
use crate::domain::ids::BulletinCode;
use crate::trust::keys::KeyPair;

/// Approve the newest version of bulletins; drafts are submitted in their author's name first.
#[derive(Args)]
pub struct Approve {
    /// Bulletin codes
    #[arg(required = true, value_name = "CODE")]
    codes: Vec<BulletinCode>,
    /// The approver's log-in name
    #[arg(long, value_name = "USER")]
    by: String,
    /// Sign with this key file, which `loa keys new` made and `loa keys admit` admitted
    #[arg(long, value_name = "FILE", conflicts_with_all = ["return", "withdraw"])]
    key: Option<PathBuf>,
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
        let key = self.key.as_ref().map(|file| super::keys::read(file)).transpose()?;
        let center = self.store.open_existing().await?;
        super::active_user(&center, &self.by).await?;
        for code in &self.codes {
            match (&self.r#return, &self.withdraw) {
                (Some(reason), _) => {
                    let row = center.bulletin(code).await?;
                    self.take_back(&center, &row, State::Returned, reason).await?;
                }
                (_, Some(reason)) => self.withdraw(&center, code, reason).await?,
                _ => self.approve(&center, code, key.as_ref()).await?,
            }
        }
        Ok(())
    }

    async fn approve(&self, center: &Center, code: &BulletinCode, key: Option<&KeyPair>) -> Outcome {
        let row = center.bulletin(code).await?;
        let version = row.version;
        // Asked before the draft is submitted, so that a refusal leaves it as it was.
        center.must_be_approver(&self.by, &row).await?;
        must_not_be_taken_back(&row)?;
        self.open_warnings(center, &row).await?;
        if row.state() == State::Draft {
            center.step_bulletin(code, version, State::Submitted, &row.author, None).await?;
        }
        let signed = key.map_or(SignedBy::Center, SignedBy::KeyFile);
        let reached = center.approve(code, version, &self.by, signed).await?;
        let custody = if key.is_some() { "own" } else { "center" };
        let word = if reached == State::Endorsed { "approved once, a second approver is needed," } else { "approved" };
        println!("{code} version {version}: {word} by {} (custody={custody})", self.by);
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

    async fn withdraw(&self, center: &Center, code: &BulletinCode, reason: &str) -> Outcome {
        // What is on the air may be older than the newest draft, and no older approval may come back.
        let mut versions = center.bulletin_versions(Some(code)).await?;
        versions.retain(|row| matches!(row.state(), State::Approved | State::Endorsed));
        if versions.is_empty() {
            return Err(Failure::wrong(format!("{code} has no approved version: nothing to withdraw")));
        }
        for row in versions {
            self.take_back(center, &row, State::Withdrawn, reason).await?;
        }
        Ok(())
    }

    async fn take_back(&self, center: &Center, row: &VersionRow, to: State, reason: &str) -> Outcome {
        let (code, version) = (&row.facts.code, row.version);
        center.step_bulletin(code, version, to, &self.by, Some(reason)).await?;
        println!("{code} version {version}: {to} by {}", self.by);
        Ok(())
    }
}
