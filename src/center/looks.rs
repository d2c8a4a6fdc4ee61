//! An approver opens every warning of a version before approving it: what was opened, by whom, and what is left.

use super::checks::{Check, Found};
use super::refusal::DeskRefusal;
use super::{Center, CenterError};
use crate::domain::ids::BulletinCode;
use crate::store::bulletins::VersionRow;

pub use crate::store::looks::LookRow;

impl Center {
    /// Notes that `by` opened a finding of a version to hear it; `false` when they had before.
    ///
    /// # Errors
    /// When the version has no such finding, or the store fails.
    pub async fn note_look(
        &self,
        code: &BulletinCode,
        version: u32,
        finding: &str,
        by: &str,
    ) -> Result<bool, CenterError> {
        let row = self.bulletin_version(code, version).await?;
        if !Check::of(&row).findings.iter().any(|one| one.key == finding) {
            let sentence = format!("{code} version {version} has no finding {finding}: load the page again");
            return Err(CenterError::NotFound(sentence));
        }
        Ok(self.store.add_look(code, version, finding, by, crate::clock::now()).await?)
    }

    /// Everything that was opened of a bulletin's versions, the oldest first.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn looks(&self, code: &BulletinCode) -> Result<Vec<LookRow>, CenterError> {
        Ok(self.store.looks(code).await?)
    }

    /// Warnings of a version that `by` did not open yet. While there are any, the approval is refused.
    ///
    /// # Errors
    /// When there is no such version or the store fails.
    pub async fn unopened_warnings(
        &self,
        code: &BulletinCode,
        version: u32,
        by: &str,
    ) -> Result<Vec<Found>, CenterError> {
        let row = self.bulletin_version(code, version).await?;
        self.unopened(&row, by).await
    }

    async fn unopened(&self, row: &VersionRow, by: &str) -> Result<Vec<Found>, CenterError> {
        let warnings: Vec<Found> = Check::of(row).warnings().cloned().collect();
        if warnings.is_empty() {
            return Ok(warnings);
        }
        let looks = self.store.looks(&row.facts.code).await?;
        let opened = |one: &Found| {
            looks.iter().any(|look| look.version == row.version && look.by == by && look.finding == one.key)
        };
        Ok(warnings.into_iter().filter(|one| !opened(one)).collect())
    }

    /// Refuses an approval by somebody who did not open every warning.
    pub(super) async fn refuse_unheard(&self, row: &VersionRow, by: &str) -> Result<(), CenterError> {
        let left = self.unopened(row, by).await?;
        if left.is_empty() {
            return Ok(());
        }
        let (by, code) = (by.into(), row.facts.code.clone());
        Err(DeskRefusal::Unheard { by, left: left.len(), code, version: row.version }.into())
    }

    /// One version of a bulletin.
    ///
    /// # Errors
    /// When there is none of that number.
    pub async fn bulletin_version(&self, code: &BulletinCode, version: u32) -> Result<VersionRow, CenterError> {
        let versions = self.store.bulletin_versions(Some(code)).await?;
        let found = versions.into_iter().find(|row| row.version == version);
        found.ok_or_else(|| CenterError::NotFound(format!("bulletin {code} has no version {version}")))
    }
}
