//! The queue of uploads: one at a time goes through the contained worker, what a crash left half done is begun again,
//! and what nobody goes on with is swept. Nothing stays pending.

use std::time::Duration;

use chrono::{DateTime, Utc};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use super::super::taking::{blocking, hash_file};
use super::super::{Center, CenterError};
use super::{CheckVerdict, Draft, Given, Ordered, UploadRow};
use crate::audio::findings::Verdict;
use crate::domain::upload::UploadState;

/// Uploads checked at a time. The worker's children are niced, but each still takes a processor and 256 MiB.
const CHECKS_AT_ONCE: usize = 1;
/// How often the queue is looked at though nobody called.
const LOOK: Duration = Duration::from_secs(5);
/// How often what is left lying is swept.
const SWEEP: Duration = Duration::from_secs(900);
/// Days for which an accepted upload waits for its facts, and one that failed for being tried again.
const WAITING_DAYS: i64 = 14;
/// Why an upload could not be checked.
const WORKER_FAILED: &str = "worker-failed";
/// See [`WORKER_FAILED`].
const FILE_LOST: &str = "file-lost";

impl Center {
    /// Checks what is queued, one after the other. Ends with the future it runs in.
    pub async fn check_uploads(&self) {
        let lanes = (0..CHECKS_AT_ONCE).map(|lane| self.check_in_turn(lane == 0));
        futures_util::future::join_all(lanes).await;
    }

    async fn check_in_turn(&self, sweeps: bool) {
        let mut next_sweep = Instant::now();
        loop {
            if sweeps && Instant::now() >= next_sweep {
                next_sweep = Instant::now() + SWEEP;
                if let Err(error) = self.sweep_uploads(crate::clock::now()).await {
                    tracing::error!("uploads could not be swept and are tried again: {error}");
                }
            }
            match self.check_next_upload().await {
                Ok(true) => continue,
                Ok(false) => {}
                Err(error) => tracing::error!("an upload could not be checked and is tried again: {error}"),
            }
            // Whoever queues one calls; the look is for what another process queued and for what is to be swept.
            let _called = tokio::time::timeout(LOOK, self.uploads.queued.notified()).await;
        }
    }

    /// Checks the upload that has waited longest; `false` when none waits.
    async fn check_next_upload(&self) -> Result<bool, CenterError> {
        let stop = CancellationToken::new();
        let row = {
            let _one_at_a_time = self.uploads.claiming.lock().await;
            self.resume_checks().await?;
            let Some(row) = self.store.claim_upload(crate::clock::now()).await? else { return Ok(false) };
            self.uploads.checks().insert(row.id.clone(), stop.clone());
            row
        };
        // Dropping the check kills its child.
        let checked = tokio::select! {
            () = stop.cancelled() => Ok(()),
            checked = self.check_upload(&row) => checked,
        };
        self.uploads.checks().remove(&row.id);
        let state = self.upload(&row.id).await?.state;
        if !state.is_open() && state != UploadState::Used {
            self.files.remove_upload(&row.id)?;
        }
        checked.map(|()| true)
    }

    async fn check_upload(&self, row: &UploadRow) -> Result<(), CenterError> {
        let folder = self.files.upload_folder(&row.id);
        let file = self.upload_file(&row.id);
        if std::fs::metadata(&file).map_or(true, |meta| meta.len() != row.bytes) {
            return self.fail_upload(row, FILE_LOST).await;
        }
        let path = file.clone();
        let original = blocking(move || Ok(hash_file(&path)?)).await?;
        // As far as its owner said: a new version of a bulletin is no duplicate of the older ones.
        let draft: Draft = row.draft.as_deref().map(serde_json::from_str).transpose()?.unwrap_or_default();
        let code = draft.wish.map(|wish| wish.facts.code).or(draft.instead_of);
        let heard = match self.hear(&file, original, &folder, row.trim, code.as_ref()).await {
            Ok(heard) => heard,
            Err(error) => {
                tracing::error!("upload {} could not be checked: {error}", row.id);
                return self.fail_upload(row, WORKER_FAILED).await;
            }
        };
        let accepted = heard.report.verdict == Verdict::Accepted && heard.sound.is_some();
        let verdict = serde_json::to_string(&CheckVerdict { report: heard.report, sound: heard.sound })?;
        if self.store.judge_upload(&row.id, accepted, &verdict, crate::clock::now()).await? && accepted {
            let given = self.use_upload(&row.id).await?;
            if let Given::Used { code, order: Ordered::Refused(why), .. } = given {
                tracing::warn!("the order that was asked for with {code} is refused: {why}");
            }
        }
        Ok(())
    }

    async fn fail_upload(&self, row: &UploadRow, reason: &str) -> Result<(), CenterError> {
        self.store.move_upload(&row.id, UploadState::Failed, Some(reason), crate::clock::now()).await?;
        Ok(())
    }

    /// What stands as being checked and is not is queued again: a crash came in between.
    async fn resume_checks(&self) -> Result<(), CenterError> {
        for row in self.store.uploads_in(&[UploadState::Checking]).await? {
            if !self.uploads.checks().contains_key(&row.id) {
                self.store.move_upload(&row.id, UploadState::Queued, None, crate::clock::now()).await?;
            }
        }
        Ok(())
    }

    /// Goes on with what a crash left between two steps, ends what nobody goes on with, and removes folders that
    /// belong to no open upload.
    async fn sweep_uploads(&self, now: DateTime<Utc>) -> Result<(), CenterError> {
        let stalled = chrono::Duration::hours(self.schedules().await?.desk.upload.stalled_hours.into());
        let waiting = chrono::Duration::days(WAITING_DAYS);
        let open: Vec<UploadState> = UploadState::ALL.into_iter().filter(|state| state.is_open()).collect();
        let mut kept = std::collections::BTreeSet::new();
        // Folders are listed first: one made afterwards is not among them and so is left alone.
        let folders = self.files.uploads()?;
        for row in self.store.uploads_in(&open).await? {
            let whole = self.received_bytes(&row) == row.bytes;
            let over = match row.state {
                UploadState::Receiving if whole => {
                    self.queue_upload(&row).await?;
                    false
                }
                UploadState::Receiving => now - self.last_byte(&row) > stalled,
                UploadState::Checked => {
                    self.use_upload(&row.id).await?;
                    now - row.changed_at > waiting
                }
                UploadState::Failed => now - row.changed_at > waiting,
                _ => false,
            };
            if !over || !self.store.move_upload(&row.id, UploadState::Swept, None, now).await? {
                kept.insert(row.id);
            }
        }
        for id in folders.into_iter().filter(|id| !kept.contains(id)) {
            tracing::info!("swept upload {id}");
            self.files.remove_upload(&id)?;
        }
        Ok(())
    }

    fn last_byte(&self, row: &UploadRow) -> DateTime<Utc> {
        let written = std::fs::metadata(self.upload_file(&row.id)).and_then(|meta| meta.modified()).ok();
        written.map_or(row.changed_at, |at| row.changed_at.max(at.into()))
    }
}
