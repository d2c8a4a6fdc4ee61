//! Issued rundowns, verbatim, every version.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};

use super::db::{bump, parse, reading, unsigned, writing};
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
}

macro_rules! insert_rundown {
    ($tx:ident, $row:expr) => {{
        let row: &$crate::store::rundowns::RundownRow = $row;
        sqlx::query(
            "INSERT INTO rundowns (station, date, version, issued_at, inputs, body)
             VALUES ($1, $2, $3, $4, $5, $6)",
        )
        .bind(row.station.as_str())
        .bind(row.date)
        .bind(i64::from(row.version))
        .bind(row.issued_at)
        .bind(row.inputs.to_string())
        .bind(&row.body)
        .execute(&mut *$tx)
        .await?
    }};
}
pub(super) use insert_rundown;

type Row = (String, NaiveDate, i64, DateTime<Utc>, String, String);

fn row((station, date, version, issued_at, inputs, body): Row) -> Result<RundownRow, StoreError> {
    Ok(RundownRow {
        station: parse("rundowns.station", &station)?,
        date,
        version: unsigned("rundowns.version", version)?,
        issued_at,
        inputs: parse("rundowns.inputs", &inputs)?,
        body,
    })
}

impl Store {
    /// Adds rundowns, all or none; `false` when one of the versions exists already, because another process issued
    /// it first.
    ///
    /// # Errors
    /// When the database fails; nothing is stored then.
    pub async fn add_rundowns(&self, rundowns: &[RundownRow]) -> Result<bool, StoreError> {
        let outcome: Result<(), sqlx::Error> = async {
            writing!(self, tx => {
                for rundown in rundowns {
                    insert_rundown!(tx, rundown);
                }
                bump!(tx, RUNDOWNS);
            });
            Ok(())
        }
        .await;
        match outcome {
            Ok(()) => Ok(true),
            Err(sqlx::Error::Database(error)) if error.is_unique_violation() => Ok(false),
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
            "SELECT station, date, version, issued_at, inputs, body FROM rundowns
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
            "SELECT station, date, version, issued_at, inputs, body FROM rundowns r
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
