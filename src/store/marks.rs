//! How far each input of planning stood when rundowns were planned, and reading the inputs as they stood then.
//!
//! Every input is append-only, and every writer of one holds its turn with [`PLANNING`] before it inserts and raises its
//! number afterwards: so ids rise in the order of commits, on both databases, and "everything up to this id" is exactly
//! what a reader saw who found the same number before and after. **A new input** is one line in [`INPUTS`] and a reader
//! that takes an upper end; `center::rebuild` puts it into the province.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

use super::db::{reading, unsigned};
use super::rundowns::{RUNDOWNS, RundownRow};
use super::schedules::Document;
use super::{Store, StoreError};
use crate::domain::ids::StationId;

/// The name of an input, and the newest of it, at all or by a moment.
const INPUTS: &[(&str, &str)] = &[
    (STEPS, "SELECT COALESCE(MAX(id), 0) FROM bulletin_steps WHERE $1 IS NULL OR at <= $1"),
    (CHOICES, "SELECT COALESCE(MAX(id), 0) FROM standing_choices WHERE $1 IS NULL OR at <= $1"),
    (STOPS_GIVEN, "SELECT COALESCE(MAX(id), 0) FROM stop_orders WHERE $1 IS NULL OR at <= $1"),
    (STOPS_LIFTED, "SELECT COALESCE(MAX(id), 0) FROM stop_lifts WHERE $1 IS NULL OR at <= $1"),
    (ANSWERS, "SELECT COALESCE(MAX(id), 0) FROM offer_answers WHERE $1 IS NULL OR at <= $1"),
    (OWN_FIRST, "SELECT COALESCE(MAX(id), 0) FROM own_first_choices WHERE $1 IS NULL OR at <= $1"),
    (LOCAL, "SELECT COALESCE(MAX(id), 0) FROM local_items WHERE $1 IS NULL OR at <= $1"),
    (RECORDS, "SELECT COALESCE(MAX(serial), 0) FROM records WHERE $1 IS NULL OR accepted_at <= $1"),
    (HELD, "SELECT COALESCE(MAX(id), 0) FROM held_days WHERE $1 IS NULL OR at <= $1"),
];
/// Approval steps of bulletins; versions without one are never planned.
pub const STEPS: &str = "bulletin_steps";
/// Standing choices of communes.
pub const CHOICES: &str = "standing_choices";
/// Communes' answers to offers.
pub const ANSWERS: &str = "offer_answers";
/// Communes' words on whose priority items come first.
pub const OWN_FIRST: &str = "own_first_choices";
/// Orders of communes' own bulletins.
pub const LOCAL: &str = "local_items";
/// As-run records, by which what failed is made good.
pub const RECORDS: &str = "records";
/// Stop orders given.
pub const STOPS_GIVEN: &str = "stop_orders";
/// Stop orders lifted.
pub const STOPS_LIFTED: &str = "stop_lifts";
/// Days held back, and what people said of them. Its writers hold a turn of their own, so whoever plans reads it up to
/// its mark.
pub const HELD: &str = "held_days";
/// Before a document's kind.
const DOCUMENT: &str = "document ";

/// The newest of each input that was seen.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Marks(BTreeMap<String, i64>);

impl Marks {
    /// The newest of an input; 0 where there was none, or where it did not exist yet.
    pub fn of(&self, input: &str) -> i64 {
        self.0.get(input).copied().unwrap_or(0)
    }

    /// The same, with the version of a document and what was said of held days as they stand after both were stored.
    pub(super) fn published(&self, kind: &str, version: i64, held: i64) -> Self {
        let mut marks = self.clone();
        marks.0.insert(format!("{DOCUMENT}{kind}"), version);
        marks.0.insert(HELD.to_string(), held);
        marks
    }

    /// The number of the issue that was seen; none in marks made of a moment.
    pub fn issue(&self) -> Option<i64> {
        self.0.get(RUNDOWNS).copied()
    }
}

impl Store {
    /// How far every input stands, or stood by a moment, as far as times tell.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn marks(&self, by: Option<DateTime<Utc>>) -> Result<Marks, StoreError> {
        let mut marks = BTreeMap::new();
        // First: an issue in between is then found out when these rundowns are stored.
        if by.is_none() {
            marks.insert(RUNDOWNS.to_string(), self.revision(RUNDOWNS).await?);
        }
        let documents: Vec<(String, i64)> = reading!(self, pool => sqlx::query_as(
            "SELECT kind, MAX(version) FROM schedule_documents WHERE $1 IS NULL OR imported_at <= $1 GROUP BY kind",
        )
        .bind(by)
        .fetch_all(pool)
        .await?);
        marks.extend(documents.into_iter().map(|(kind, version)| (format!("{DOCUMENT}{kind}"), version)));
        for (name, sql) in INPUTS {
            let (newest,): (i64,) = reading!(self, pool => sqlx::query_as(*sql).bind(by).fetch_one(pool).await?);
            marks.insert((*name).to_string(), newest);
        }
        Ok(Marks(marks))
    }

    /// The schedule documents that were the newest then, each with the digest it was stored under.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn schedule_documents_at(&self, marks: &Marks) -> Result<Vec<(Document, String)>, StoreError> {
        let mut documents = Vec::new();
        for (name, version) in &marks.0 {
            let Some(kind) = name.strip_prefix(DOCUMENT) else { continue };
            let row: Option<(String, String)> = reading!(self, pool => sqlx::query_as(
                "SELECT body, digest FROM schedule_documents WHERE kind = $1 AND version = $2",
            )
            .bind(kind).bind(version)
            .fetch_optional(pool)
            .await?);
            let version = unsigned("schedule_documents.version", *version)?;
            documents.extend(row.map(|(body, digest)| (Document { kind: kind.into(), version, body }, digest)));
        }
        Ok(documents)
    }

    /// What was the newest version of each day from `from` to `to` (inclusive) when a rundown was planned that was
    /// issued at `moment`.
    ///
    /// # Errors
    /// When the database fails or holds something unreadable.
    pub async fn newest_rundowns_at(
        &self,
        station: &StationId,
        from: NaiveDate,
        to: NaiveDate,
        marks: &Marks,
        moment: DateTime<Utc>,
    ) -> Result<Vec<RundownRow>, StoreError> {
        let mut newest: BTreeMap<NaiveDate, RundownRow> = BTreeMap::new();
        for row in self.rundowns_between(Some(station), from, to).await? {
            let seen = match (marks.issue(), row.issue) {
                (Some(seen), Some(issue)) => issue <= seen,
                // One of them is from before issues had numbers.
                (Some(_), None) => true,
                (None, _) => row.issued_at < moment,
            };
            if seen {
                // Oldest first, so the last one stays.
                newest.insert(row.date, row);
            }
        }
        Ok(newest.into_values().collect())
    }
}
