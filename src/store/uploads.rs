//! Uploads on their way to a version. Rows are never deleted: what was refused, given up or swept stays told.

use chrono::{DateTime, Utc};

use super::bulletins::{NewVersion, insert_version, newest_version};
use super::db::{corrupt, hold, parse, reading, to_json, unsigned, writing};
use super::schedules::PLANNING;
use super::{Store, StoreError};
use crate::domain::ids::{AreaCode, BulletinCode, Sha256};
use crate::domain::upload::UploadState;

/// Subject that those wait in line for who begin an upload, so that a quota is never overrun by two at once.
const UPLOADS: &str = "uploads";

/// An upload.
#[derive(Debug, Clone, PartialEq)]
pub struct UploadRow {
    /// 32 hex digits drawn by lot.
    pub id: String,
    /// Whose: a user's name.
    pub by: String,
    /// The unit whose quota it counts against.
    pub unit: AreaCode,
    /// The file's name, for people.
    pub file_name: String,
    /// Its whole size.
    pub bytes: u64,
    /// SHA-256 of its first [`crate::domain::upload::HEAD_BYTES`].
    pub head: Sha256,
    /// Whether silence at both ends is to be cut from what airs.
    pub trim: bool,
    /// What it is to become, as far as its owner said, JSON.
    pub draft: Option<String>,
    /// Where it stands.
    pub state: UploadState,
    /// Why, in a word that pages have a sentence for.
    pub reason: Option<String>,
    /// What the check said, JSON.
    pub verdict: Option<String>,
    /// The version it became.
    pub made: Option<(BulletinCode, u32)>,
    /// When it was begun.
    pub created_at: DateTime<Utc>,
    /// When its state last changed.
    pub changed_at: DateTime<Utc>,
}

/// An upload about to be begun.
#[derive(Debug, Clone)]
pub struct NewUpload<'a> {
    /// Id.
    pub id: &'a str,
    /// Whose.
    pub by: &'a str,
    /// The unit whose quota it counts against.
    pub unit: &'a AreaCode,
    /// The file's name, for people.
    pub file_name: &'a str,
    /// Its whole size.
    pub bytes: u64,
    /// SHA-256 of its start.
    pub head: Sha256,
    /// Whether silence at both ends is to be cut.
    pub trim: bool,
    /// What it is to become, JSON.
    pub draft: Option<&'a str>,
}

/// What a new upload must keep within.
#[derive(Debug, Clone, Copy)]
pub struct UploadBounds {
    /// Bytes that the unit may upload since `since`.
    pub quota_bytes: u64,
    /// Where the quota's time begins.
    pub since: DateTime<Utc>,
    /// Uploads that one person may have open.
    pub open_each: u32,
    /// Whether an open one of the same person, size and start is gone on with instead.
    pub resume: bool,
}

/// What became of beginning one.
#[derive(Debug, Clone, PartialEq)]
pub enum AddedUpload {
    /// It is a new one.
    New,
    /// The same file is here already.
    Known(Box<UploadRow>),
    /// The unit's quota would be overrun.
    OverQuota {
        /// Bytes used of it.
        used: u64,
    },
    /// The person has as many open as one may.
    TooManyOpen,
}

/// What became of turning one into a version.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UsedUpload {
    /// A new version.
    New(u32),
    /// The newest version is the same; no new one was made.
    Same(u32),
    /// The bulletin's code was to be a new one and is taken.
    CodeTaken,
    /// It is not waiting for its facts any more.
    Gone,
}

const COLUMNS: &str = "id, by_user, unit, file_name, bytes, head, trim_silence, draft, state, reason, verdict, code, \
                       version, created_at, changed_at";

type Row = (
    String,
    String,
    String,
    String,
    i64,
    String,
    i64,
    Option<String>,
    String,
    Option<String>,
    Option<String>,
    Option<String>,
    Option<i64>,
    DateTime<Utc>,
    DateTime<Utc>,
);

fn read(row: Row) -> Result<UploadRow, StoreError> {
    let (id, by, unit, file_name, bytes, head, trim, draft, state, reason, verdict, code, version, created, changed) =
        row;
    let made = match code.zip(version) {
        None => None,
        Some((code, version)) => Some((parse("uploads.code", &code)?, unsigned("uploads.version", version)?)),
    };
    Ok(UploadRow {
        id,
        by,
        unit: parse("uploads.unit", &unit)?,
        file_name,
        bytes: unsigned("uploads.bytes", bytes)?,
        head: parse("uploads.head", &head)?,
        trim: trim != 0,
        draft,
        state: state.parse().map_err(corrupt("uploads.state"))?,
        reason,
        verdict,
        made,
        created_at: created,
        changed_at: changed,
    })
}

/// States as one text, `|receiving|queued|`, to be asked with LIKE: lists cannot be bound alike on both databases.
fn listed(states: impl IntoIterator<Item = UploadState>) -> String {
    states.into_iter().fold("|".into(), |text, state| text + state.word() + "|")
}

fn open_states() -> String {
    listed(UploadState::ALL.into_iter().filter(|state| state.is_open()))
}

fn number(place: &'static str, value: u64) -> Result<i64, StoreError> {
    i64::try_from(value).map_err(|_| StoreError::Corrupt { place, why: format!("number {value}") })
}

/// The statement with the columns filled in; only our own words are joined here.
fn select(rest: &str) -> sqlx::AssertSqlSafe<String> {
    sqlx::AssertSqlSafe(format!("SELECT {COLUMNS} FROM uploads {rest}"))
}

impl Store {
    /// Begins an upload within its bounds. One of the same person and id that is here already is known, whatever became
    /// of it.
    ///
    /// # Errors
    /// When the database fails; nothing is stored then.
    pub async fn add_upload(
        &self,
        new: &NewUpload<'_>,
        bounds: &UploadBounds,
        at: DateTime<Utc>,
    ) -> Result<AddedUpload, StoreError> {
        let (bytes, head, open) = (number("uploads.bytes", new.bytes)?, new.head.to_string(), open_states());
        let added: Result<Option<Row>, AddedUpload> = writing!(self, tx => {
            hold!(tx, UPLOADS);
            let same: Option<Row> = sqlx::query_as(select("WHERE id = $1 AND by_user = $2"))
                .bind(new.id).bind(new.by)
                .fetch_optional(&mut *tx)
                .await?;
            let known: Option<Row> = if same.is_some() {
                same
            } else if bounds.resume {
                sqlx::query_as(select(
                    "WHERE by_user = $1 AND bytes = $2 AND head = $3 AND $4 LIKE '%|' || state || '|%'
                     ORDER BY created_at DESC, id LIMIT 1",
                ))
                .bind(new.by).bind(bytes).bind(&head).bind(&open)
                .fetch_optional(&mut *tx)
                .await?
            } else {
                None
            };
            let (used,): (i64,) = sqlx::query_as(
                "SELECT CAST(COALESCE(SUM(bytes), 0) AS BIGINT) FROM uploads
                 WHERE unit = $1 AND created_at > $2 AND state <> 'cancelled' AND state <> 'swept'",
            )
            .bind(new.unit.as_str()).bind(bounds.since)
            .fetch_one(&mut *tx)
            .await?;
            let (held,): (i64,) = sqlx::query_as(
                "SELECT COUNT(*) FROM uploads WHERE by_user = $1 AND $2 LIKE '%|' || state || '|%'",
            )
            .bind(new.by).bind(&open)
            .fetch_one(&mut *tx)
            .await?;
            let used = u64::try_from(used).unwrap_or(u64::MAX);
            if known.is_some() {
                Ok(known)
            } else if used.saturating_add(new.bytes) > bounds.quota_bytes {
                Err(AddedUpload::OverQuota { used })
            } else if held >= i64::from(bounds.open_each) {
                Err(AddedUpload::TooManyOpen)
            } else {
                sqlx::query(
                    "INSERT INTO uploads
                     (id, by_user, unit, file_name, bytes, head, trim_silence, draft, state, created_at, changed_at)
                     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 'receiving', $9, $9)",
                )
                .bind(new.id).bind(new.by).bind(new.unit.as_str()).bind(new.file_name).bind(bytes).bind(&head)
                .bind(i64::from(new.trim)).bind(new.draft).bind(at)
                .execute(&mut *tx)
                .await?;
                Ok(None)
            }
        });
        Ok(match added {
            Ok(None) => AddedUpload::New,
            Ok(Some(row)) => AddedUpload::Known(Box::new(read(row)?)),
            Err(refused) => refused,
        })
    }

    /// Bytes that a unit has uploaded since then, given up and swept ones left out.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn uploaded_bytes(&self, unit: &AreaCode, since: DateTime<Utc>) -> Result<u64, StoreError> {
        let (used,): (i64,) = reading!(self, pool => sqlx::query_as(
            "SELECT CAST(COALESCE(SUM(bytes), 0) AS BIGINT) FROM uploads
             WHERE unit = $1 AND created_at > $2 AND state <> 'cancelled' AND state <> 'swept'",
        )
        .bind(unit.as_str()).bind(since)
        .fetch_one(pool)
        .await?);
        unsigned("uploads.bytes", used)
    }

    /// One upload.
    ///
    /// # Errors
    /// When the database fails or holds something unreadable.
    pub async fn upload(&self, id: &str) -> Result<Option<UploadRow>, StoreError> {
        let row: Option<Row> = reading!(self, pool => sqlx::query_as(select("WHERE id = $1"))
            .bind(id)
            .fetch_optional(pool)
            .await?);
        row.map(read).transpose()
    }

    /// A person's open uploads, and those refused since then; the newest first.
    ///
    /// # Errors
    /// When the database fails or holds something unreadable.
    pub async fn uploads_of(&self, by: &str, refused_since: DateTime<Utc>) -> Result<Vec<UploadRow>, StoreError> {
        let rows: Vec<Row> = reading!(self, pool => sqlx::query_as(select(
            "WHERE by_user = $1 AND ($2 LIKE '%|' || state || '|%' OR (state = 'refused' AND changed_at > $3))
             ORDER BY created_at DESC, id",
        ))
        .bind(by).bind(open_states()).bind(refused_since)
        .fetch_all(pool)
        .await?);
        rows.into_iter().map(read).collect()
    }

    /// Every upload in one of these states, the one longest in it first.
    ///
    /// # Errors
    /// When the database fails or holds something unreadable.
    pub async fn uploads_in(&self, states: &[UploadState]) -> Result<Vec<UploadRow>, StoreError> {
        let rows: Vec<Row> = reading!(self, pool => sqlx::query_as(select(
            "WHERE $1 LIKE '%|' || state || '|%' ORDER BY changed_at, id",
        ))
        .bind(listed(states.iter().copied()))
        .fetch_all(pool)
        .await?);
        rows.into_iter().map(read).collect()
    }

    /// Moves an upload on to a state, if that may follow the one it is in; `false` when it may not.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn move_upload(
        &self,
        id: &str,
        to: UploadState,
        reason: Option<&str>,
        at: DateTime<Utc>,
    ) -> Result<bool, StoreError> {
        let from = listed(to.follows().iter().copied());
        Ok(writing!(self, tx => {
            sqlx::query(
                "UPDATE uploads SET state = $2, reason = COALESCE($3, reason), changed_at = $4
                 WHERE id = $1 AND $5 LIKE '%|' || state || '|%'",
            )
            .bind(id).bind(to.word()).bind(reason).bind(at).bind(from)
            .execute(&mut *tx)
            .await?
            .rows_affected() == 1
        }))
    }

    /// Takes the upload that has waited longest to be checked; `None` when none waits. Of two that ask at once, two
    /// get two.
    ///
    /// # Errors
    /// When the database fails or holds something unreadable.
    pub async fn claim_upload(&self, at: DateTime<Utc>) -> Result<Option<UploadRow>, StoreError> {
        let row: Option<Row> = writing!(self, tx => {
            hold!(tx, UPLOADS);
            let next: Option<Row> = sqlx::query_as(select("WHERE state = 'queued' ORDER BY changed_at, id LIMIT 1"))
                .fetch_optional(&mut *tx)
                .await?;
            if let Some(row) = &next {
                sqlx::query("UPDATE uploads SET state = 'checking', changed_at = $2 WHERE id = $1")
                    .bind(&row.0).bind(at)
                    .execute(&mut *tx)
                    .await?;
            }
            next
        });
        let row = row.map(read).transpose()?;
        Ok(row.map(|row| UploadRow { state: UploadState::Checking, changed_at: at, ..row }))
    }

    /// Keeps what the check of an upload said: it is accepted or refused; `false` when it is not being checked any
    /// more.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn judge_upload(
        &self,
        id: &str,
        accepted: bool,
        verdict: &str,
        at: DateTime<Utc>,
    ) -> Result<bool, StoreError> {
        let to = if accepted { UploadState::Checked } else { UploadState::Refused };
        Ok(writing!(self, tx => {
            sqlx::query(
                "UPDATE uploads SET state = $2, verdict = $3, changed_at = $4 WHERE id = $1 AND state = 'checking'",
            )
            .bind(id).bind(to.word()).bind(verdict).bind(at)
            .execute(&mut *tx)
            .await?
            .rows_affected() == 1
        }))
    }

    /// Keeps what an open upload is to become; `false` when it is not open any more.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn draft_upload(&self, id: &str, draft: &str) -> Result<bool, StoreError> {
        Ok(writing!(self, tx => {
            sqlx::query("UPDATE uploads SET draft = $2 WHERE id = $1 AND $3 LIKE '%|' || state || '|%'")
                .bind(id).bind(draft).bind(open_states())
                .execute(&mut *tx)
                .await?
                .rows_affected() == 1
        }))
    }

    /// Whether silence at both ends of an upload that is not checked yet is to be cut.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn trim_upload(&self, id: &str, trim: bool) -> Result<(), StoreError> {
        writing!(self, tx => {
            sqlx::query("UPDATE uploads SET trim_silence = $2 WHERE id = $1 AND state IN ('receiving', 'queued')")
                .bind(id).bind(i64::from(trim))
                .execute(&mut *tx)
                .await?;
        });
        Ok(())
    }

    /// Turns a checked upload into a version, both or neither. With `fresh` the bulletin's code must be a new one.
    ///
    /// # Errors
    /// When the database fails; nothing is stored then.
    pub async fn use_upload(
        &self,
        id: &str,
        new: NewVersion<'_>,
        fresh: bool,
        at: DateTime<Utc>,
    ) -> Result<UsedUpload, StoreError> {
        let facts = to_json("bulletin_versions.facts", new.facts)?;
        let sound = to_json("bulletin_versions.sound", new.sound)?;
        let (used, version) = writing!(self, tx => {
            hold!(tx, PLANNING);
            let (newest, held) = newest_version!(tx, new.facts.code);
            let same = held == Some(new.digest.to_string());
            let version = if same { newest } else { newest + 1 };
            let taken = fresh && newest > 0;
            let moved = if taken {
                0
            } else {
                sqlx::query(
                    "UPDATE uploads SET state = 'used', code = $2, version = $3, changed_at = $4
                     WHERE id = $1 AND state = 'checked'",
                )
                .bind(id).bind(new.facts.code.as_str()).bind(version).bind(at)
                .execute(&mut *tx)
                .await?
                .rows_affected()
            };
            if moved == 1 && !same {
                insert_version!(tx, new, version, &facts, &sound, at);
            }
            let used = match (taken, moved, same) {
                (true, _, _) => UsedUpload::CodeTaken,
                (_, 0, _) => UsedUpload::Gone,
                (_, _, true) => UsedUpload::Same(0),
                (_, _, false) => UsedUpload::New(0),
            };
            (used, version)
        });
        let version: u32 = unsigned("bulletin_versions.version", version)?;
        Ok(match used {
            UsedUpload::New(_) => UsedUpload::New(version),
            UsedUpload::Same(_) => UsedUpload::Same(version),
            other => other,
        })
    }
}
