//! Bulletins at the center: the steps from draft to approved. How audio gets here is told in `taking` and `uploads`.

use std::path::PathBuf;

use chrono::{DateTime, Utc};

use super::audio_files::Form;
use super::{Center, CenterError};
use crate::domain::bulletin::{State, Step, may_step};
use crate::domain::ids::{BulletinCode, Sha256};
use crate::store::bulletins::{Expect, SignedManifest};
use crate::trust::envelope;
use crate::trust::manifest::{Custody, Manifest};

pub use crate::store::bulletins::{StepRow, VersionRow};

impl Center {
    /// Every version of one bulletin, oldest first; of all when `code` is none.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn bulletin_versions(&self, code: Option<&BulletinCode>) -> Result<Vec<VersionRow>, CenterError> {
        Ok(self.store.bulletin_versions(code).await?)
    }

    /// The newest version of a bulletin.
    ///
    /// # Errors
    /// When there is none.
    pub async fn bulletin(&self, code: &BulletinCode) -> Result<VersionRow, CenterError> {
        let versions = self.store.bulletin_versions(Some(code)).await?;
        versions.into_iter().next_back().ok_or_else(|| CenterError::NotFound(format!("bulletin {code} is not known")))
    }

    /// Takes a step on a version: submit, approve, return, withdraw. An approval signs the manifest; approvals and
    /// withdrawals plan anew at once.
    ///
    /// # Errors
    /// One sentence when the step may not be taken, or somebody else took one first.
    pub async fn step_bulletin(
        &self,
        code: &BulletinCode,
        version: u32,
        to: State,
        by: &str,
        reason: Option<&str>,
    ) -> Result<(), CenterError> {
        self.take_step(code, version, to, by, reason).await?;
        if matches!(to, State::Approved | State::Withdrawn) {
            self.issue_rundowns().await?;
        }
        Ok(())
    }

    async fn take_step(
        &self,
        code: &BulletinCode,
        version: u32,
        to: State,
        by: &str,
        reason: Option<&str>,
    ) -> Result<(), CenterError> {
        let versions = self.store.bulletin_versions(Some(code)).await?;
        let row = versions
            .iter()
            .find(|row| row.version == version)
            .ok_or_else(|| CenterError::NotFound(format!("bulletin {code} has no version {version}")))?;
        let now = crate::clock::now();
        let step = Step { to, by: by.into(), reason: reason.map(String::from), at: now };
        may_step(&row.author, row.facts.priority, row.state(), &step)
            .map_err(|refused| CenterError::refused(refused.to_string()))?;
        let sealed = match to {
            State::Approved => Some(self.seal_manifest(row, by, now)?),
            _ => None,
        };
        let manifest = sealed.as_ref().map(|text| SignedManifest {
            digest: envelope::digest(text),
            payload_type: envelope::MANIFEST,
            envelope: text,
        });
        let expect = Expect { steps: row.steps.len() };
        if !self.store.add_bulletin_step(code, version, &step, &expect, manifest).await? {
            return Err(CenterError::refused(format!(
                "somebody else just decided on {code} version {version}: load the page again"
            )));
        }
        Ok(())
    }

    /// Approves like [`Self::step_bulletin`] but leaves planning to whoever approves many at once.
    ///
    /// # Errors
    /// As for [`Self::step_bulletin`].
    pub async fn approve_without_planning(
        &self,
        code: &BulletinCode,
        version: u32,
        by: &str,
    ) -> Result<(), CenterError> {
        self.take_step(code, version, State::Approved, by, None).await
    }

    fn seal_manifest(&self, row: &VersionRow, approver: &str, now: DateTime<Utc>) -> Result<String, CenterError> {
        let manifest = Manifest {
            bulletin: row.facts.code.clone(),
            version: row.version,
            title: row.facts.title.clone(),
            original: row.sound.original,
            master: row.sound.master,
            rendition: row.sound.rendition,
            duration_ms: row.sound.duration_ms,
            target: row.facts.target.clone(),
            airs_from: row.facts.airs_from,
            airs_to: row.facts.last_day(),
            priority: row.facts.priority,
            approver: approver.into(),
            approved_at: now,
            custody: Custody::Center,
        };
        Ok(envelope::seal(envelope::MANIFEST, &manifest, self.custodian.approver())?)
    }

    /// Where a rendition lies.
    pub fn rendition_file(&self, digest: &Sha256) -> PathBuf {
        self.files.path(digest, Form::Rendition)
    }

    /// Where a master lies.
    pub fn master_file(&self, digest: &Sha256) -> PathBuf {
        self.files.path(digest, Form::Master)
    }

    /// Whether approvals are signed by the center in the approvers' stead.
    pub fn holds_approvals(&self) -> bool {
        self.custodian.holds_approvals()
    }
}
