//! Bulletins at the center: taking audio in, and the steps from draft to approved.

use std::path::{Path, PathBuf};

use chrono::{DateTime, Utc};

use super::audio_files::Form;
use super::{Center, CenterError};
use crate::audio::findings::Report;
use crate::audio::render::{MASTER_FILE, RENDITION_FILE, Rendered};
use crate::audio::worker::{Ingested, Mending, Worker};
use crate::domain::bulletin::{Facts, Priority, Sound, State, Step, StepRefused, may_step};
use crate::domain::ids::{BulletinCode, Sha256};
use crate::domain::portrait::Portrait;
use crate::store::bulletins::{Expect, NewVersion, SignedManifest};
use crate::trust::envelope;
use crate::trust::manifest::{Custody, Manifest};

pub use crate::store::bulletins::{StepRow, VersionRow};

/// What taking a file in came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Taken {
    /// A new version, with its number.
    New(u32),
    /// The newest version is the same, byte for byte and word for word.
    Unchanged,
    /// The check refused the audio; nothing was stored. One sentence a finding.
    Refused(Vec<String>),
}

/// Name of the uploaded file while it is taken in.
const ORIGINAL_FILE: &str = "original";

/// A file that passed, not stored yet.
pub(super) struct Ready {
    incoming: tempfile::TempDir,
    digest: Sha256,
    sound: Sound,
    findings: String,
    portrait: Option<Portrait>,
}

/// What checking a file came to.
pub(super) enum Prepared {
    /// The newest version is the same.
    Unchanged,
    /// The check refused the audio.
    Refused(Vec<String>),
    /// It may be stored.
    Ready(Box<Ready>),
}

impl Center {
    /// Checks an audio file in the contained worker, makes master and rendition, and stores a new draft version.
    /// Nothing is stored when the check refuses, and nothing changes when the newest version is the same.
    ///
    /// # Errors
    /// When the disk, the worker or the store fails.
    pub async fn take_bulletin(
        &self,
        facts: &Facts,
        audio: &Path,
        file_name: &str,
        author: &str,
    ) -> Result<Taken, CenterError> {
        match self.prepare_bulletin(facts, audio).await? {
            Prepared::Unchanged => Ok(Taken::Unchanged),
            Prepared::Refused(sentences) => Ok(Taken::Refused(sentences)),
            Prepared::Ready(ready) => self.keep_bulletin(facts, *ready, file_name, author).await,
        }
    }

    /// The first half of [`Self::take_bulletin`]: everything that can be refused; stores nothing.
    pub(super) async fn prepare_bulletin(&self, facts: &Facts, audio: &Path) -> Result<Prepared, CenterError> {
        if facts.priority == Priority::Urgent {
            return Ok(Prepared::Refused(vec![StepRefused::Urgent.to_string()]));
        }
        // The original is copied first, so that what is checked, stored and hashed are the same bytes.
        let incoming = self.files.incoming()?;
        let (source, target) = (audio.to_path_buf(), incoming.path().join(ORIGINAL_FILE));
        let original_file = target.clone();
        let original = blocking(move || {
            std::fs::copy(&source, &target)?;
            Ok(hash_file(&target)?)
        })
        .await?;
        let digest = version_digest(facts, &original)?;
        let held = self.store.bulletin_versions(Some(&facts.code)).await?;
        if held.last().is_some_and(|row| row.digest == digest) {
            return Ok(Prepared::Unchanged);
        }
        let Ingested { mut report, rendered, portrait } = self
            .checker()
            .await?
            .ingest(&original_file, incoming.path(), Mending::default())
            .await
            .map_err(|error| CenterError::Broken(error.to_string()))?;
        let Some(rendered) = rendered else { return Ok(Prepared::Refused(refusals(&report))) };
        let sound = sound_of(&report, &rendered, original)?;
        self.note_likeness(&facts.code, &original, portrait.as_ref(), &mut report).await?;
        let findings = serde_json::to_string(&report)?;
        Ok(Prepared::Ready(Box::new(Ready { incoming, digest, sound, findings, portrait })))
    }

    /// The second half: files first, then the row that names them.
    pub(super) async fn keep_bulletin(
        &self,
        facts: &Facts,
        ready: Ready,
        file_name: &str,
        author: &str,
    ) -> Result<Taken, CenterError> {
        let (folder, sound) = (ready.incoming.path(), &ready.sound);
        self.files.keep(&folder.join(MASTER_FILE), &sound.master, Form::Master)?;
        self.files.keep(&folder.join(RENDITION_FILE), &sound.rendition, Form::Rendition)?;
        self.files.keep(&folder.join(ORIGINAL_FILE), &sound.original, Form::Original)?;
        if let Some(portrait) = &ready.portrait {
            self.keep_portrait(&sound.rendition, &sound.original, portrait).await?;
        }
        let new = NewVersion { digest: ready.digest, facts, sound, findings: &ready.findings, author, file_name };
        let added = self.store.add_bulletin_version(new, crate::clock::now()).await?;
        Ok(added.map_or(Taken::Unchanged, Taken::New))
    }

    /// The worker under the province's limits.
    pub(super) async fn checker(&self) -> Result<Worker, CenterError> {
        let limits = self.schedules().await?.desk.check;
        Ok(Worker { limits, ..(*self.worker).clone() })
    }

    /// Checks one file without storing anything.
    ///
    /// # Errors
    /// When it cannot be read or the worker cannot run.
    pub async fn probe(worker: &Worker, file: &Path) -> Result<Report, CenterError> {
        worker.check(file).await.map_err(|error| CenterError::refused(error.to_string()))
    }

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

    /// A folder for a file being uploaded; removed when dropped.
    ///
    /// # Errors
    /// When the disk refuses.
    pub fn upload_folder(&self) -> Result<tempfile::TempDir, CenterError> {
        Ok(self.files.incoming()?)
    }

    /// Whether approvals are signed by the center in the approvers' stead.
    pub fn holds_approvals(&self) -> bool {
        self.custodian.holds_approvals()
    }
}

/// Facts and original bytes make a version; anything else about it follows from them.
fn version_digest(facts: &Facts, original: &Sha256) -> Result<Sha256, CenterError> {
    let mut bytes = serde_json::to_vec(facts)?;
    bytes.extend_from_slice(original.as_bytes());
    Ok(Sha256::of(&bytes))
}

/// The refusing findings as sentences.
pub fn refusals(report: &Report) -> Vec<String> {
    report
        .findings
        .iter()
        .filter(|finding| finding.severity == crate::audio::findings::Severity::Refuse)
        .map(|finding| format!("{} {}", finding.message, finding.remedy))
        .collect()
}

fn sound_of(report: &Report, rendered: &Rendered, original: Sha256) -> Result<Sound, CenterError> {
    let digest = |text: &str| text.parse::<Sha256>().map_err(|error| CenterError::Broken(error.to_string()));
    Ok(Sound {
        original,
        master: digest(&rendered.master_sha256)?,
        rendition: digest(&rendered.rendition_sha256)?,
        rendition_bytes: rendered.rendition_bytes,
        duration_ms: rendered.duration_ms,
        original_lufs: report.integrated_lufs.unwrap_or(f64::MIN),
        reached_lufs: rendered.reached_lufs.unwrap_or(f64::MIN),
        reached_true_peak_dbtp: rendered.reached_true_peak_dbtp.unwrap_or(f64::MIN),
        mend: Some(rendered.mend.clone()),
    })
}

fn hash_file(path: &Path) -> std::io::Result<Sha256> {
    use sha2::Digest;
    let mut hasher = sha2::Sha256::new();
    std::io::copy(&mut std::fs::File::open(path)?, &mut Hashing(&mut hasher))?;
    Ok(Sha256::from_bytes(hasher.finalize().into()))
}

struct Hashing<'a>(&'a mut sha2::Sha256);

impl std::io::Write for Hashing<'_> {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        sha2::Digest::update(self.0, bytes);
        Ok(bytes.len())
    }
    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, CenterError> + Send + 'static,
) -> Result<T, CenterError> {
    tokio::task::spawn_blocking(work).await.map_err(|error| CenterError::Broken(error.to_string()))?
}
