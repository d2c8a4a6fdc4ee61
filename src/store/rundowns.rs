//! Issued rundowns, verbatim, every version.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};

use super::db::{bump, hold, json, parse, reading, to_json, unsigned, writing};
use super::marks::Marks;
use super::{Store, StoreError};
use crate::domain::ids::{Sha256, StationId};

/// Subject of [`Store::revision`] raised by every issue of rundowns.
pub const RUNDOWNS: &str = "rundowns";

/// A rundown as issued.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RundownRow {
    /// Station.
    pub station: StationId,
    /// Local date.
    pub date: NaiveDate,
    /// From 1.
    pub version: u32,
    /// When it was issued.
    pub issued_at: DateTime<Utc>,
    /// Digest of what it was planned from.
    pub inputs: Sha256,
    /// The sealed envelope.
    pub body: String,
    /// How far each input stood; none before this was kept.
    pub planned_from: Option<Marks>,
    /// Number of the issue it came with, given by the store; none before issues had numbers.
    pub issue: Option<i64>,
}

macro_rules! insert_rundown {
    ($tx:ident, $row:expr, $planned_from:expr, $issue:expr) => {{
        let row: &$crate::store::rundowns::RundownRow = $row;
        sqlx::query(
            "INSERT INTO rundowns (station, date, version, issued_at, inputs, body, planned_from, issue)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
        )
        .bind(row.station.as_str())
        .bind(row.date)
        .bind(i64::from(row.version))
        .bind(row.issued_at)
        .bind(row.inputs.to_string())
        .bind(&row.body)
        .bind($planned_from)
        .bind($issue)
        .execute(&mut *$tx)
        .await?
    }};
}
pub(super) use insert_rundown;

type Row = (String, NaiveDate, i64, DateTime<Utc>, String, String, Option<String>, Option<i64>);

fn row((station, date, version, issued_at, inputs, body, planned_from, issue): Row) -> Result<RundownRow, StoreError> {
    Ok(RundownRow {
        station: parse("rundowns.station", &station)?,
        date,
        version: unsigned("rundowns.version", version)?,
        issued_at,
        inputs: parse("rundowns.inputs", &inputs)?,
        body,
        planned_from: planned_from.map(|marks| json("rundowns.planned_from", &marks)).transpose()?,
        issue,
    })
}

impl Store {
    /// Adds rundowns, all or none, to those that stood when the last issue had the number `seen`; the number of this
    /// one. None when another process issued any since, whose rundowns these were not planned upon.
    ///
    /// # Errors
    /// When the database fails; nothing is stored then.
    pub async fn add_rundowns(&self, rundowns: &[RundownRow], seen: i64) -> Result<Option<i64>, StoreError> {
        let mut planned_from = Vec::with_capacity(rundowns.len());
        for rundown in rundowns {
            let marks = rundown.planned_from.as_ref();
            planned_from.push(marks.map(|marks| to_json("rundowns.planned_from", marks)).transpose()?);
        }
        let outcome: Result<bool, sqlx::Error> = async {
            Ok(writing!(self, tx => {
                hold!(tx, RUNDOWNS);
                let (issue,): (i64,) = sqlx::query_as("SELECT number FROM revisions WHERE subject = $1")
                    .bind(RUNDOWNS)
                    .fetch_one(&mut *tx)
                    .await?;
                if issue != seen {
                    return Ok(false);
                }
                for (rundown, planned_from) in rundowns.iter().zip(&planned_from) {
                    insert_rundown!(tx, rundown, planned_from, seen + 1);
                }
                bump!(tx, RUNDOWNS);
                true
            }))
        }
        .await;
        match outcome {
            Ok(added) => Ok(added.then_some(seen + 1)),
            Err(sqlx::Error::Database(error)) if error.is_unique_violation() => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    /// Every version of every day from `from` to `to` (inclusive), of one station or of all, oldest first.
    ///
    /// # Errors
    /// When the database fails or holds something unreadable.
    pub async fn rundowns_between(
        &self,
        station: Option<&StationId>,
        from: NaiveDate,
        to: NaiveDate,
    ) -> Result<Vec<RundownRow>, StoreError> {
        let rows: Vec<Row> = reading!(self, pool => sqlx::query_as(
            "SELECT station, date, version, issued_at, inputs, body, planned_from, issue FROM rundowns
             WHERE date >= $1 AND date <= $2 AND ($3 IS NULL OR station = $3)
             ORDER BY station, date, version",
        )
        .bind(from).bind(to).bind(station.map(StationId::as_str))
        .fetch_all(pool)
        .await?);
        rows.into_iter().map(row).collect()
    }

    /// The newest version of every day from `from` to `to` (inclusive), of one station or of all.
    ///
    /// # Errors
    /// When the database fails or holds something unreadable.
    pub async fn newest_rundowns(
        &self,
        station: Option<&StationId>,
        from: NaiveDate,
        to: NaiveDate,
    ) -> Result<Vec<RundownRow>, StoreError> {
        let rows: Vec<Row> = reading!(self, pool => sqlx::query_as(
            "SELECT station, date, version, issued_at, inputs, body, planned_from, issue FROM rundowns r
             WHERE date >= $1 AND date <= $2 AND ($3 IS NULL OR station = $3)
               AND version = (SELECT MAX(version) FROM rundowns WHERE station = r.station AND date = r.date)
             ORDER BY station, date",
        )
        .bind(from)
        .bind(to)
        .bind(station.map(StationId::as_str))
        .fetch_all(pool)
        .await?);
        rows.into_iter().map(row).collect()
    }

    /// The newest version number of every station and day from `from` on.
    ///
    /// # Errors
    /// When the database fails or holds something unreadable.
    pub async fn newest_versions(&self, from: NaiveDate) -> Result<BTreeMap<(StationId, NaiveDate), u32>, StoreError> {
        let rows: Vec<(String, NaiveDate, i64)> = reading!(self, pool => sqlx::query_as(
            "SELECT station, date, MAX(version) FROM rundowns WHERE date >= $1 GROUP BY station, date",
        )
        .bind(from)
        .fetch_all(pool)
        .await?);
        rows.into_iter()
            .map(|(station, date, version)| {
                let key = (parse("rundowns.station", &station)?, date);
                Ok((key, unsigned("rundowns.version", version)?))
            })
            .collect()
    }
}
