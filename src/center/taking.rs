//! Taking audio in: the check in the contained worker, the files by their hashes, the row that names them. Uploads and
//! imports both come through here.

use std::path::Path;

use super::audio_files::Form;
use super::{Center, CenterError};
use crate::audio::findings::{Report, Severity, Verdict};
use crate::audio::render::{MASTER_FILE, RENDITION_FILE, Rendered};
use crate::audio::worker::{Ingested, Mending, Worker};
use crate::domain::bulletin::{Facts, Sound};
use crate::domain::ids::{BulletinCode, Sha256};
use crate::domain::portrait::Portrait;
use crate::store::bulletins::{NewVersion, VersionRow};

/// What taking a file in came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Taken {
    /// A new version, with its number.
    New(u32),
    /// The newest version is the same, byte for byte and word for word.
    Unchanged,
}

/// Name of the uploaded file while it is taken in.
pub(super) const ORIGINAL_FILE: &str = "original";

/// A file that passed, not stored yet.
pub(super) struct Ready {
    incoming: tempfile::TempDir,
    digest: Sha256,
    sound: Sound,
    findings: String,
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

/// What the check heard: its report, and the sound made of it when it was accepted.
pub(super) struct Heard {
    pub(super) report: Report,
    pub(super) sound: Option<Sound>,
}

impl Center {
    /// Everything about a file of an import that can be refused; stores nothing.
    pub(super) async fn prepare_bulletin(&self, facts: &Facts, audio: &Path) -> Result<Prepared, CenterError> {
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
        let heard = self.hear(&original_file, original, incoming.path(), false, Some(&facts.code)).await?;
        let Some(sound) = heard.sound else { return Ok(Prepared::Refused(refusals(&heard.report))) };
        let findings = serde_json::to_string(&heard.report)?;
        Ok(Prepared::Ready(Box::new(Ready { incoming, digest, sound, findings })))
    }

    /// The other half for an import: files first, then the row that names them.
    pub(super) async fn keep_bulletin(
        &self,
        facts: &Facts,
        ready: Ready,
        file_name: &str,
        author: &str,
    ) -> Result<Taken, CenterError> {
        self.keep_files(ready.incoming.path(), &ready.sound)?;
        let (sound, findings) = (&ready.sound, ready.findings.as_str());
        let new = NewVersion { digest: ready.digest, facts, sound, findings, author, file_name };
        let added = self.store.add_bulletin_version(new, crate::clock::now()).await?;
        Ok(added.map_or(Taken::Unchanged, Taken::New))
    }

    /// A new version of the same audio with other facts: nothing is uploaded, checked or rendered again.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn change_facts(&self, facts: &Facts, of: &VersionRow, author: &str) -> Result<Taken, CenterError> {
        let new = NewVersion {
            digest: version_digest(facts, &of.sound.original)?,
            facts,
            sound: &of.sound,
            findings: &of.findings,
            author,
            file_name: &of.file_name,
        };
        let added = self.store.add_bulletin_version(new, crate::clock::now()).await?;
        Ok(added.map_or(Taken::Unchanged, Taken::New))
    }

    /// Checks a file, whose hash is known, in the contained worker; leaves master and rendition in `folder` when it is
    /// accepted. `code` is the bulletin it is for, where that is known already.
    pub(super) async fn hear(
        &self,
        file: &Path,
        original: Sha256,
        folder: &Path,
        trim_silence: bool,
        code: Option<&BulletinCode>,
    ) -> Result<Heard, CenterError> {
        let checked = self.checker().await?.ingest(file, folder, Mending { trim_silence }).await;
        let Ingested { mut report, rendered, portrait } =
            checked.map_err(|error| CenterError::Broken(error.to_string()))?;
        let accepted = report.verdict == Verdict::Accepted;
        let Some(rendered) = rendered.filter(|_| accepted) else { return Ok(Heard { report, sound: None }) };
        let sound = sound_of(&report, &rendered, original)?;
        self.finish_check(code, &sound, portrait.as_ref(), &mut report).await?;
        Ok(Heard { report, sound: Some(sound) })
    }

    /// What a check finds out only beside everything that is here already is added to its report: the one place for
    /// it, between the worker's word and its being kept.
    async fn finish_check(
        &self,
        code: Option<&BulletinCode>,
        sound: &Sound,
        portrait: Option<&Portrait>,
        report: &mut Report,
    ) -> Result<(), CenterError> {
        self.note_likeness(code, &sound.original, portrait, report).await?;
        // A portrait that no bulletin comes to hold is never found: the library is what bulletins hold.
        if let Some(portrait) = portrait {
            self.keep_portrait(&sound.rendition, &sound.original, portrait).await?;
        }
        Ok(())
    }

    /// Takes original, master and rendition from `folder`. Those taken before stay as they are, so that it can be done
    /// again after a power cut in the middle.
    pub(super) fn keep_files(&self, folder: &Path, sound: &Sound) -> Result<(), CenterError> {
        self.files.keep(&folder.join(MASTER_FILE), &sound.master, Form::Master)?;
        self.files.keep(&folder.join(RENDITION_FILE), &sound.rendition, Form::Rendition)?;
        self.files.keep(&folder.join(ORIGINAL_FILE), &sound.original, Form::Original)?;
        Ok(())
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
}

/// Facts and original bytes make a version; anything else about it follows from them.
pub(super) fn version_digest(facts: &Facts, original: &Sha256) -> Result<Sha256, CenterError> {
    let mut bytes = serde_json::to_vec(facts)?;
    bytes.extend_from_slice(original.as_bytes());
    Ok(Sha256::of(&bytes))
}

/// The refusing findings as sentences.
pub fn refusals(report: &Report) -> Vec<String> {
    report
        .findings
        .iter()
        .filter(|finding| finding.severity == Severity::Refuse)
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

pub(super) fn hash_file(path: &Path) -> std::io::Result<Sha256> {
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

/// Runs what waits for the disk where it holds nobody up.
pub(super) async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, CenterError> + Send + 'static,
) -> Result<T, CenterError> {
    tokio::task::spawn_blocking(work).await.map_err(|error| CenterError::Broken(error.to_string()))?
}
