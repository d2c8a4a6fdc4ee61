//! Bulletins at the center, as they stand. How audio gets here is told in `taking` and `uploads`; the steps from draft
//! to approved in `approval`.

use std::path::PathBuf;

use super::audio_files::Form;
use super::{Center, CenterError};
use crate::domain::ids::{BulletinCode, Sha256};

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

    /// Where a rendition lies.
    pub fn rendition_file(&self, digest: &Sha256) -> PathBuf {
        self.files.path(digest, Form::Rendition)
    }

    /// Where a master lies.
    pub fn master_file(&self, digest: &Sha256) -> PathBuf {
        self.files.path(digest, Form::Master)
    }
}
