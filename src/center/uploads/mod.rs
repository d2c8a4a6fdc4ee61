//! Uploads: a file comes in over as many connections as it takes, waits its turn, is checked in the contained worker,
//! and becomes a bulletin's version once its facts are given. The row says where it stands, the disk how much is there,
//! and whatever goes down in between is gone on with at the next start.

mod queue;
mod receive;

use std::collections::{BTreeMap, HashMap};
use std::path::PathBuf;
use std::sync::{Mutex, MutexGuard, PoisonError};

use chrono::Duration;
use serde::{Deserialize, Serialize};
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;

use super::local_items::LocalWish;
use super::taking::{ORIGINAL_FILE, version_digest};
use super::{Center, CenterError};
use crate::audio::findings::Report;
use crate::domain::access::Grant;
use crate::domain::bulletin::{Facts, Sound};
use crate::domain::ids::{BulletinCode, Sha256};
use crate::domain::order::Demand;
use crate::domain::upload::{UploadState, unit_of};
use crate::store::bulletins::NewVersion;
use crate::store::uploads::{AddedUpload, NewUpload, UploadBounds, UsedUpload};
use crate::trust::keys::random_bytes;

pub use crate::store::uploads::UploadRow;
pub use receive::{Received, measure};

/// Days over which a unit's quota counts.
pub const QUOTA_DAYS: i64 = 30;
/// Days for which a refused upload stays in its owner's list.
const REFUSED_DAYS: i64 = 7;

/// What this process does with uploads at this moment.
#[derive(Default)]
pub struct UnderWay {
    /// The connection that writes each file; a later one ends an earlier.
    writers: Mutex<HashMap<String, receive::Writer>>,
    /// Ends the check of each upload that is being checked.
    checks: Mutex<HashMap<String, CancellationToken>>,
    /// Held while one is taken from the queue and noted above.
    claiming: tokio::sync::Mutex<()>,
    /// Something was queued.
    queued: Notify,
}

impl UnderWay {
    fn writers(&self) -> MutexGuard<'_, HashMap<String, receive::Writer>> {
        self.writers.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn checks(&self) -> MutexGuard<'_, HashMap<String, CancellationToken>> {
        self.checks.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What somebody announces of a file before its first byte.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Announced {
    /// Its name, for people.
    pub file_name: String,
    /// Its size.
    pub bytes: u64,
    /// SHA-256 of its first [`crate::domain::upload::HEAD_BYTES`].
    pub head: Sha256,
    /// Whether silence at both ends is to be cut from what airs.
    pub trim: bool,
}

/// Why an upload is not begun; each has its sentence on pages.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NotTaken {
    /// The file is empty.
    Empty,
    /// It is larger than the province allows.
    TooLong {
        /// Largest file, bytes.
        most: u64,
    },
    /// The unit's quota would be overrun.
    OverQuota {
        /// Bytes used of it within [`QUOTA_DAYS`].
        used: u64,
        /// The quota, bytes.
        quota: u64,
    },
    /// The person has too many open.
    TooManyOpen {
        /// The most one may have.
        most: u32,
    },
    /// The person uploads for no unit.
    NoUnit,
}

/// What became of announcing a file.
#[derive(Debug, Clone, PartialEq)]
pub enum Begun {
    /// Send it from its first byte.
    New(Box<UploadRow>),
    /// It was announced before: go on from what is here.
    Known(Box<UploadRow>),
    /// It is not taken.
    Refused(NotTaken),
}

/// What an upload is to become, complete.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Wish {
    /// Facts of the version.
    pub facts: Facts,
    /// An order to be made with it.
    #[serde(default)]
    pub demand: Option<Demand>,
    /// Whether it is a new version of a bulletin that is here already.
    pub replaces: bool,
}

/// What its owner said of it so far.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Draft {
    /// Fields of the form as typed, right or wrong.
    #[serde(default)]
    pub typed: BTreeMap<String, String>,
    /// The same when all of it was right.
    #[serde(default)]
    pub wish: Option<Wish>,
    /// What it is to become as a commune's own bulletin; it waits for a person to submit it then.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub local: Option<LocalWish>,
    /// The bulletin of the commune's own that it is sent in place of; it is no duplicate of that one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub instead_of: Option<BulletinCode>,
}

/// What the check said.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CheckVerdict {
    /// Its report.
    pub report: Report,
    /// What was made of it; none when it was refused.
    pub sound: Option<Sound>,
}

/// What came of the order that was asked for with a version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ordered {
    /// None was asked for.
    None,
    /// It was made.
    Made,
    /// It was made, and the plan may not hold all of it.
    Warned,
    /// It was refused: the sentence. The version stands.
    Refused(String),
}

/// What giving an upload its facts came to.
#[derive(Debug, Clone, PartialEq)]
pub enum Given {
    /// It is not checked yet and becomes a version by itself once it is accepted.
    Waits,
    /// It is a version now.
    Used {
        /// The bulletin.
        code: BulletinCode,
        /// The version.
        version: u32,
        /// Whether it is a new one; `false` when the newest was the same already.
        new: bool,
        /// What came of the order.
        order: Ordered,
    },
    /// The code was taken meanwhile; it waits for another.
    CodeTaken,
    /// It is not open any more.
    Ended,
}

/// The draft of a row; one written by an older program counts as none.
pub fn draft_of(row: &UploadRow) -> Draft {
    row.draft.as_deref().and_then(|text| serde_json::from_str(text).ok()).unwrap_or_default()
}

/// The verdict of a row, if it was checked.
pub fn verdict_of(row: &UploadRow) -> Option<CheckVerdict> {
    row.verdict.as_deref().and_then(|text| serde_json::from_str(text).ok())
}

/// An upload's id, drawn by lot.
fn new_id() -> Result<String, CenterError> {
    Ok(hex::encode(random_bytes::<16>()?))
}

impl Center {
    /// Announces a file: judged by its size and its unit's quota before a byte of it is taken. A file that is here
    /// already, known by its owner, size and start, is gone on with.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn begin_upload(&self, by: &str, grants: &[Grant], file: &Announced) -> Result<Begun, CenterError> {
        self.begin(&new_id()?, by, grants, file, true).await
    }

    async fn begin(
        &self,
        id: &str,
        by: &str,
        grants: &[Grant],
        file: &Announced,
        resume: bool,
    ) -> Result<Begun, CenterError> {
        let Some(unit) = unit_of(grants) else { return Ok(Begun::Refused(NotTaken::NoUnit)) };
        if let Some(refused) = self.judge_size(file.bytes).await? {
            return Ok(Begun::Refused(refused));
        }
        let rules = self.schedules().await?.desk.upload;
        let now = crate::clock::now();
        let new = NewUpload {
            id,
            by,
            unit,
            file_name: &file.file_name,
            bytes: file.bytes,
            head: file.head,
            trim: file.trim,
            draft: None,
        };
        let quota = rules.bytes_a_month(unit);
        let since = now - Duration::days(QUOTA_DAYS);
        let bounds = UploadBounds { quota_bytes: quota, since, open_each: rules.open_each, resume };
        Ok(match self.store.add_upload(&new, &bounds, now).await? {
            AddedUpload::New => Begun::New(Box::new(self.upload(id).await?)),
            AddedUpload::Known(row) => {
                if row.trim != file.trim {
                    self.store.trim_upload(&row.id, file.trim).await?;
                }
                Begun::Known(row)
            }
            AddedUpload::OverQuota { used } => Begun::Refused(NotTaken::OverQuota { used, quota }),
            AddedUpload::TooManyOpen => Begun::Refused(NotTaken::TooManyOpen { most: rules.open_each }),
        })
    }

    async fn judge_size(&self, bytes: u64) -> Result<Option<NotTaken>, CenterError> {
        let most = self.largest_upload().await?;
        Ok(match bytes {
            0 => Some(NotTaken::Empty),
            _ if bytes > most => Some(NotTaken::TooLong { most }),
            _ => None,
        })
    }

    /// Largest file taken, bytes.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn largest_upload(&self) -> Result<u64, CenterError> {
        Ok(self.schedules().await?.desk.check.max_bytes)
    }

    /// Whether so many bytes more would overrun the person's quota, before any of them is taken.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn over_quota(&self, grants: &[Grant], bytes: u64) -> Result<Option<NotTaken>, CenterError> {
        let Some(unit) = unit_of(grants) else { return Ok(Some(NotTaken::NoUnit)) };
        let quota = self.schedules().await?.desk.upload.bytes_a_month(unit);
        let since = crate::clock::now() - Duration::days(QUOTA_DAYS);
        let used = self.store.uploaded_bytes(unit, since).await?;
        Ok((used.saturating_add(bytes) > quota).then_some(NotTaken::OverQuota { used, quota }))
    }

    /// One upload.
    ///
    /// # Errors
    /// When there is none of this id, or the store fails.
    pub async fn upload(&self, id: &str) -> Result<UploadRow, CenterError> {
        let row = self.store.upload(id).await?;
        row.ok_or_else(|| CenterError::NotFound(format!("upload {id} is not known")))
    }

    /// A person's open uploads and those refused lately, the newest first.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn uploads_of(&self, by: &str) -> Result<Vec<UploadRow>, CenterError> {
        Ok(self.store.uploads_of(by, crate::clock::now() - Duration::days(REFUSED_DAYS)).await?)
    }

    /// Bytes of it that are here, told by the disk.
    pub fn received_bytes(&self, row: &UploadRow) -> u64 {
        if row.state != UploadState::Receiving {
            return row.bytes;
        }
        std::fs::metadata(self.upload_file(&row.id)).map_or(0, |meta| meta.len())
    }

    fn upload_file(&self, id: &str) -> PathBuf {
        self.files.upload_folder(id).join(ORIGINAL_FILE)
    }

    /// Gives an upload up: nothing of it stays but its row, and a check under way ends at once. `false` when it is
    /// past that.
    ///
    /// # Errors
    /// When the store or the disk fails.
    pub async fn cancel_upload(&self, id: &str) -> Result<bool, CenterError> {
        if !self.store.move_upload(id, UploadState::Cancelled, None, crate::clock::now()).await? {
            return Ok(false);
        }
        // The row comes first: whoever is at work on it finds it ended, whenever they look.
        if let Some(check) = self.uploads.checks().get(id) {
            check.cancel();
        }
        let writer = self.take_turn(id).await;
        self.files.remove_upload(id)?;
        drop(writer);
        self.uploads.writers().remove(id);
        Ok(true)
    }

    /// Tries again what the center could not check; `false` when there is nothing to try.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn retry_upload(&self, id: &str) -> Result<bool, CenterError> {
        let queued = self.upload(id).await?.state == UploadState::Failed
            && self.store.move_upload(id, UploadState::Queued, None, crate::clock::now()).await?;
        self.uploads.queued.notify_one();
        Ok(queued)
    }

    /// Keeps what was typed about an upload, and with a wish makes it a version: now if it is checked, else once it is.
    ///
    /// # Errors
    /// When the store or the disk fails.
    pub async fn give_facts(&self, id: &str, draft: &Draft) -> Result<Given, CenterError> {
        if !self.store.draft_upload(id, &serde_json::to_string(draft)?).await? {
            return Ok(Given::Ended);
        }
        if draft.wish.is_none() {
            return Ok(Given::Waits);
        }
        self.use_upload(id).await
    }

    /// Makes a checked upload with facts a version. The files come first, then one transaction for the version and
    /// the upload's end, so that it happens once however often it is tried.
    async fn use_upload(&self, id: &str) -> Result<Given, CenterError> {
        let row = self.upload(id).await?;
        if let Some((code, version)) = row.made {
            return Ok(Given::Used { code, version, new: true, order: Ordered::None });
        }
        if row.state != UploadState::Checked {
            return Ok(if row.state.is_open() { Given::Waits } else { Given::Ended });
        }
        let draft = draft_of(&row);
        let verdict = verdict_of(&row).and_then(|verdict| Some((verdict.sound?, verdict.report)));
        let (Some(wish), Some((sound, report))) = (draft.wish, verdict) else { return Ok(Given::Waits) };
        let (facts, fresh) = (&wish.facts, !wish.replaces);
        if fresh && !self.store.bulletin_versions(Some(&facts.code)).await?.is_empty() {
            return self.forget_wish(id, draft.typed).await;
        }
        self.keep_files(&self.files.upload_folder(id), &sound)?;
        let new = NewVersion {
            digest: version_digest(facts, &sound.original)?,
            facts,
            sound: &sound,
            findings: &serde_json::to_string(&report)?,
            author: &row.by,
            file_name: &row.file_name,
        };
        let (version, new) = match self.store.use_upload(id, new, fresh, crate::clock::now()).await? {
            UsedUpload::New(version) => (version, true),
            UsedUpload::Same(version) => (version, false),
            UsedUpload::CodeTaken => return self.forget_wish(id, draft.typed).await,
            UsedUpload::Gone => return Ok(Given::Ended),
        };
        self.files.remove_upload(id)?;
        let order = self.order_wished(&facts.code, wish.demand, &row.by).await?;
        Ok(Given::Used { code: facts.code.clone(), version, new, order })
    }

    /// The order that comes with a new version, if one is wished for.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn order_wished(
        &self,
        code: &BulletinCode,
        demand: Option<Demand>,
        by: &str,
    ) -> Result<Ordered, CenterError> {
        let Some(demand) = demand else { return Ok(Ordered::None) };
        match self.add_order(code, demand, by).await {
            Ok(problems) if problems.is_empty() => Ok(Ordered::Made),
            Ok(_) => Ok(Ordered::Warned),
            Err(CenterError::Refused(sentence)) => Ok(Ordered::Refused(sentence)),
            Err(error) => Err(error),
        }
    }

    /// The code is taken: what was typed stays, to be mended.
    async fn forget_wish(&self, id: &str, typed: BTreeMap<String, String>) -> Result<Given, CenterError> {
        self.store.draft_upload(id, &serde_json::to_string(&Draft { typed, ..Draft::default() })?).await?;
        Ok(Given::CodeTaken)
    }

    /// A folder for a form's file while it comes in; removed when dropped.
    ///
    /// # Errors
    /// When the disk refuses.
    pub fn form_folder(&self) -> Result<tempfile::TempDir, CenterError> {
        Ok(self.files.incoming()?)
    }
}
