//! Communes' own bulletins as they are submitted: version, step and order at once, within the commune's quota.

use chrono::{DateTime, Utc};

use super::bulletins::{NewVersion, insert_version, newest_version};
use super::db::{bump, hold, json, reading, to_json, writing};
use super::schedules::PLANNING;
use super::{Store, StoreError};
use crate::domain::bulletin::State;
use crate::domain::ids::{AreaCode, BulletinCode};
use crate::domain::order::Order;

/// A commune's own bulletin about to be submitted.
#[derive(Debug, Clone)]
pub struct NewLocal<'a> {
    /// The upload that it is made of: submitted once, however often it is tried.
    pub upload: &'a str,
    /// Its first version.
    pub version: NewVersion<'a>,
    /// The commune.
    pub area: &'a AreaCode,
    /// What is asked for it.
    pub order: &'a Order,
    /// The number of [`PLANNING`] at which its quota and its code were judged.
    pub judged_at: i64,
}

/// What became of submitting one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SubmittedLocal {
    /// It waits for its approval.
    Done,
    /// It was submitted before, under this code.
    Before(BulletinCode),
    /// Something was submitted or decided since it was judged: judge again.
    Moved,
    /// There is no such upload that waits.
    Gone,
}

impl Store {
    /// Submits a commune's own bulletin: the upload is used up, its first version, the step and its order are kept, all
    /// or nothing. Whoever judged the quota by an older state than stands now is told so: of two at once, one judges
    /// again.
    ///
    /// # Errors
    /// When the database fails; nothing is stored then.
    pub async fn submit_local(&self, new: &NewLocal<'_>, at: DateTime<Utc>) -> Result<SubmittedLocal, StoreError> {
        let version = &new.version;
        let facts = to_json("bulletin_versions.facts", version.facts)?;
        let sound = to_json("bulletin_versions.sound", version.sound)?;
        let body = to_json("local_items.body", new.order)?;
        let code = version.facts.code.as_str();
        let (said, held): (SubmittedLocal, Option<String>) = writing!(self, tx => {
            hold!(tx, PLANNING);
            let (revision,): (i64,) = sqlx::query_as("SELECT number FROM revisions WHERE subject = $1")
                .bind(PLANNING)
                .fetch_one(&mut *tx)
                .await?;
            let upload: Option<(String, Option<String>)> =
                sqlx::query_as("SELECT state, code FROM uploads WHERE id = $1")
                    .bind(new.upload)
                    .fetch_optional(&mut *tx)
                    .await?;
            let (newest, _) = newest_version!(tx, version.facts.code);
            match upload {
                Some((state, Some(code))) if state == "used" => (SubmittedLocal::Moved, Some(code)),
                Some((state, _)) if state == "checked" && revision == new.judged_at && newest == 0 => {
                    sqlx::query(
                        "UPDATE uploads SET state = 'used', code = $2, version = 1, changed_at = $3 WHERE id = $1",
                    )
                    .bind(new.upload).bind(code).bind(at)
                    .execute(&mut *tx)
                    .await?;
                    insert_version!(tx, version, 1_i64, &facts, &sound, at);
                    sqlx::query(
                        "INSERT INTO bulletin_steps (code, version, state, by_user, at) VALUES ($1, 1, $2, $3, $4)",
                    )
                    .bind(code).bind(State::Submitted.to_string()).bind(version.author).bind(at)
                    .execute(&mut *tx)
                    .await?;
                    sqlx::query(
                        "INSERT INTO local_items (code, area, order_id, body, upload, by_user, at)
                         VALUES ($1, $2, $3, $4, $5, $6, $7)",
                    )
                    .bind(code).bind(new.area.as_str()).bind(new.order.id.as_str()).bind(&body).bind(new.upload)
                    .bind(version.author).bind(at)
                    .execute(&mut *tx)
                    .await?;
                    bump!(tx, PLANNING);
                    (SubmittedLocal::Done, None)
                }
                Some((state, _)) if state == "checked" => (SubmittedLocal::Moved, None),
                _ => (SubmittedLocal::Gone, None),
            }
        });
        match held {
            Some(code) => Ok(SubmittedLocal::Before(super::db::parse("uploads.code", &code)?)),
            None => Ok(said),
        }
    }

    /// Orders of communes' own bulletins, oldest first, up to that row if one is given.
    ///
    /// # Errors
    /// When the database fails or holds something unreadable.
    pub async fn local_orders(&self, last: Option<i64>) -> Result<Vec<Order>, StoreError> {
        let rows: Vec<(String,)> = reading!(self, pool => sqlx::query_as(
            "SELECT body FROM local_items WHERE $1 IS NULL OR id <= $1 ORDER BY id",
        )
        .bind(last)
        .fetch_all(pool)
        .await?);
        rows.into_iter().map(|(body,)| json("local_items.body", &body)).collect()
    }
}
