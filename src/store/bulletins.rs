//! Bulletin versions and the steps taken on them; both only ever grow.

use chrono::{DateTime, Utc};

use super::db::{bump, corrupt, hold, json, parse, reading, to_json, unsigned, writing};
use super::schedules::PLANNING;
use super::{Store, StoreError};
use crate::domain::bulletin::{Facts, Origin, Sound, State, Step};
use crate::domain::ids::{BulletinCode, Sha256};

/// A version with its steps.
#[derive(Debug, Clone, PartialEq)]
pub struct VersionRow {
    /// From 1.
    pub version: u32,
    /// Digest of facts and original audio, to know an unchanged file.
    pub digest: Sha256,
    /// What the editor says of it.
    pub facts: Facts,
    /// Its audio.
    pub sound: Sound,
    /// Findings of the upload check, as JSON.
    pub findings: String,
    /// Who wrote it.
    pub author: String,
    /// The file it came from, for people.
    pub file_name: String,
    /// When.
    pub created_at: DateTime<Utc>,
    /// Steps in order.
    pub steps: Vec<StepRow>,
}

/// A step, and the manifest an approval made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StepRow {
    /// The step.
    pub step: Step,
    /// Digest of the manifest's envelope, for approvals; a first of two has one only if it was signed with the
    /// approver's own key.
    pub manifest: Option<Sha256>,
}

impl VersionRow {
    /// The state its last step led to.
    pub fn state(&self) -> State {
        self.steps.last().map_or(State::Draft, |row| row.step.to)
    }

    /// Whether it is a commune's own that its author took back: nobody else submits it for them.
    pub fn was_taken_back(&self) -> bool {
        self.facts.origin == Origin::Commune && self.state() == State::Draft && !self.steps.is_empty()
    }

    /// Whether it could ever air.
    pub fn was_approved(&self) -> bool {
        self.steps.iter().any(|row| row.step.to == State::Approved)
    }

    /// The manifest in force: that of the last step, if it is an approval. Of a first approval where two are needed it
    /// is what the first approver signed, which no station believes yet.
    pub fn manifest(&self) -> Option<Sha256> {
        self.steps.last().and_then(|row| row.manifest)
    }
}

/// A version about to be stored.
#[derive(Debug, Clone)]
pub struct NewVersion<'a> {
    /// Digest of facts and original audio.
    pub digest: Sha256,
    /// What the editor says of it.
    pub facts: &'a Facts,
    /// Its audio.
    pub sound: &'a Sound,
    /// Findings of the upload check, as JSON.
    pub findings: &'a str,
    /// Who wrote it.
    pub author: &'a str,
    /// The file it came from.
    pub file_name: &'a str,
}

/// What a step must find, so that two people at two desks cannot both decide.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Expect {
    /// Number of steps already taken.
    pub steps: usize,
}

/// A signed approval to be stored with its step.
#[derive(Debug, Clone)]
pub struct SignedManifest<'a> {
    /// SHA-256 of the envelope's bytes.
    pub digest: Sha256,
    /// Payload type.
    pub payload_type: &'a str,
    /// The bytes.
    pub envelope: &'a str,
}

/// The newest version's number and digest of a bulletin inside a transaction; 0 when there is none.
macro_rules! newest_version {
    ($tx:ident, $code:expr) => {{
        let newest: Option<(i64, String)> = sqlx::query_as(
            "SELECT version, digest FROM bulletin_versions WHERE code = $1 ORDER BY version DESC LIMIT 1",
        )
        .bind($code.as_str())
        .fetch_optional(&mut *$tx)
        .await?;
        newest.map_or((0, None), |(version, digest)| (version, Some(digest)))
    }};
}

/// Adds a version inside a transaction that holds planning; facts and sound come as JSON.
macro_rules! insert_version {
    ($tx:ident, $new:expr, $version:expr, $facts:expr, $sound:expr, $at:expr) => {
        sqlx::query(
            "INSERT INTO bulletin_versions
             (code, version, digest, facts, sound, findings, author, file_name, created_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        )
        .bind($new.facts.code.as_str())
        .bind($version)
        .bind($new.digest.to_string())
        .bind($facts)
        .bind($sound)
        .bind($new.findings)
        .bind($new.author)
        .bind($new.file_name)
        .bind($at)
        .execute(&mut *$tx)
        .await?;
        sqlx::query("INSERT INTO bulletin_sounds (code, version, original, rendition) VALUES ($1, $2, $3, $4)")
            .bind($new.facts.code.as_str())
            .bind($version)
            .bind($new.sound.original.to_string())
            .bind($new.sound.rendition.to_string())
            .execute(&mut *$tx)
            .await?
    };
}

pub(super) use {insert_version, newest_version};

impl Store {
    /// Adds a version unless the bulletin's newest has the same digest; returns the new version's number.
    ///
    /// # Errors
    /// When the database fails; nothing is stored then.
    pub async fn add_bulletin_version(
        &self,
        new: NewVersion<'_>,
        at: DateTime<Utc>,
    ) -> Result<Option<u32>, StoreError> {
        let facts = to_json("bulletin_versions.facts", new.facts)?;
        let sound = to_json("bulletin_versions.sound", new.sound)?;
        let version = writing!(self, tx => {
            hold!(tx, PLANNING);
            let (newest, held) = newest_version!(tx, new.facts.code);
            let (version, changed) = (newest + 1, held != Some(new.digest.to_string()));
            if changed {
                insert_version!(tx, new, version, &facts, &sound, at);
            }
            changed.then_some(version)
        });
        version.map(|number| unsigned("bulletin_versions.version", number)).transpose()
    }

    /// Every version of one bulletin, oldest first; of all bulletins when `code` is none, by code.
    ///
    /// # Errors
    /// When the database fails or holds something unreadable.
    pub async fn bulletin_versions(&self, code: Option<&BulletinCode>) -> Result<Vec<VersionRow>, StoreError> {
        self.bulletin_versions_at(code, None).await
    }

    /// The same with the steps up to this id alone, as they were taken by then.
    ///
    /// # Errors
    /// As [`Self::bulletin_versions`].
    pub async fn bulletin_versions_at(
        &self,
        code: Option<&BulletinCode>,
        last_step: Option<i64>,
    ) -> Result<Vec<VersionRow>, StoreError> {
        type Row = (i64, String, String, String, String, String, String, DateTime<Utc>);
        type Steps = (String, i64, String, String, Option<String>, DateTime<Utc>, Option<String>);
        let code = code.map(BulletinCode::as_str);
        let (rows, steps): (Vec<Row>, Vec<Steps>) = reading!(self, pool => (
            sqlx::query_as(
                "SELECT version, digest, facts, sound, findings, author, file_name, created_at FROM bulletin_versions
                 WHERE $1 IS NULL OR code = $1 ORDER BY code, version",
            ).bind(code).fetch_all(pool).await?,
            sqlx::query_as(
                "SELECT code, version, state, by_user, reason, at, manifest FROM bulletin_steps
                 WHERE ($1 IS NULL OR code = $1) AND ($2 IS NULL OR id <= $2) ORDER BY id",
            ).bind(code).bind(last_step).fetch_all(pool).await?,
        ));
        let mut versions = Vec::with_capacity(rows.len());
        for (version, digest, facts, sound, findings, author, file_name, created_at) in rows {
            versions.push(VersionRow {
                version: unsigned("bulletin_versions.version", version)?,
                digest: parse("bulletin_versions.digest", &digest)?,
                facts: json("bulletin_versions.facts", &facts)?,
                sound: json("bulletin_versions.sound", &sound)?,
                findings,
                author,
                file_name,
                created_at,
                steps: Vec::new(),
            });
        }
        for (code, version, state, by, reason, at, manifest) in steps {
            let row = StepRow {
                step: Step { to: state.parse().map_err(corrupt("bulletin_steps.state"))?, by, reason, at },
                manifest: manifest.map(|text| parse("bulletin_steps.manifest", &text)).transpose()?,
            };
            let of = |v: &&mut VersionRow| v.facts.code.as_str() == code && i64::from(v.version) == version;
            if let Some(owner) = versions.iter_mut().find(of) {
                owner.steps.push(row);
            }
        }
        Ok(versions)
    }

    /// Appends a step, with its manifest if it is an approval; `false` when another step came first.
    ///
    /// # Errors
    /// When the database fails; nothing is stored then.
    pub async fn add_bulletin_step(
        &self,
        code: &BulletinCode,
        version: u32,
        step: &Step,
        expect: &Expect,
        manifest: Option<SignedManifest<'_>>,
    ) -> Result<bool, StoreError> {
        Ok(writing!(self, tx => {
            hold!(tx, PLANNING);
            let (count,): (i64,) = sqlx::query_as(
                "SELECT COUNT(*) FROM bulletin_steps WHERE code = $1 AND version = $2",
            )
            .bind(code.as_str()).bind(i64::from(version))
            .fetch_one(&mut *tx)
            .await?;
            let first = usize::try_from(count).is_ok_and(|count| count == expect.steps);
            if first {
                if let Some(signed) = &manifest {
                    sqlx::query(
                        "INSERT INTO envelopes (digest, payload_type, body, created_at) VALUES ($1, $2, $3, $4)
                         ON CONFLICT (digest) DO NOTHING",
                    )
                    .bind(signed.digest.to_string()).bind(signed.payload_type).bind(signed.envelope).bind(step.at)
                    .execute(&mut *tx)
                    .await?;
                }
                sqlx::query(
                    "INSERT INTO bulletin_steps (code, version, state, by_user, reason, at, manifest)
                     VALUES ($1, $2, $3, $4, $5, $6, $7)",
                )
                .bind(code.as_str()).bind(i64::from(version)).bind(step.to.to_string()).bind(&step.by)
                .bind(&step.reason).bind(step.at).bind(manifest.as_ref().map(|signed| signed.digest.to_string()))
                .execute(&mut *tx)
                .await?;
                bump!(tx, PLANNING);
            }
            first
        }))
    }

    /// An envelope's bytes by their digest.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn envelope(&self, digest: &Sha256) -> Result<Option<String>, StoreError> {
        let row: Option<(String,)> = reading!(self, pool => sqlx::query_as("SELECT body FROM envelopes WHERE digest = $1")
            .bind(digest.to_string())
            .fetch_optional(pool)
            .await?);
        Ok(row.map(|(body,)| body))
    }

    /// Keeps an envelope's bytes by their digest; keeping the same ones twice changes nothing.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn add_envelope(
        &self,
        digest: &Sha256,
        payload_type: &str,
        body: &str,
        at: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        writing!(self, tx => {
            sqlx::query(
                "INSERT INTO envelopes (digest, payload_type, body, created_at) VALUES ($1, $2, $3, $4)
                 ON CONFLICT (digest) DO NOTHING",
            )
            .bind(digest.to_string()).bind(payload_type).bind(body).bind(at)
            .execute(&mut *tx)
            .await?;
        });
        Ok(())
    }
}
