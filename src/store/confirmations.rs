//! Journal lines as received, and the as-run records read from them or said by operators. Nothing here is changed or
//! deleted; a correction is a new row.

use chrono::{DateTime, NaiveDate, Utc};

use super::db::{bump, corrupt, hold, json, parse, reading, to_json, unsigned, writing};
use super::{Store, StoreError};
use crate::domain::as_run::{Cause, Evidence, Record, Said};
use crate::domain::ids::{AiringId, Sha256, StationId};

/// Subject of [`Store::revision`] raised by every accepted record.
pub const RECORDS: &str = "records";

/// How far a device's journal is durably kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct JournalPlace {
    /// First line not yet kept.
    pub next_seq: u64,
    /// SHA-256 of the last kept line.
    pub hash: Sha256,
}

/// A line to be kept.
#[derive(Debug, Clone)]
pub struct NewLine {
    /// Its place.
    pub seq: u64,
    /// Its exact bytes.
    pub line: String,
    /// Why it could not be read as a record, if so.
    pub quarantined: Option<String>,
}

/// A record to be kept; the serial is given by the database.
#[derive(Debug, Clone)]
pub struct NewRecord {
    /// Station.
    pub station: StationId,
    /// Day of the rundown.
    pub date: NaiveDate,
    /// Airing.
    pub airing: AiringId,
    /// Version of the rundown.
    pub rundown_version: Option<u32>,
    /// Rendition played.
    pub rendition: Option<Sha256>,
    /// Strength.
    pub evidence: Evidence,
    /// What was said.
    pub said: Said,
    /// Why it fell short.
    pub cause: Option<Cause>,
    /// More words.
    pub note: Option<String>,
    /// Sink or user.
    pub by: String,
    /// Place in the device's journal.
    pub journal_seq: Option<u64>,
    /// Random key of an operator's form, so that sending it twice counts once.
    pub request_key: Option<String>,
}

/// A batch from one device.
#[derive(Debug, Clone)]
pub struct JournalBatch<'a> {
    /// The device's public key, hex.
    pub key: &'a str,
    /// Its station.
    pub station: &'a StationId,
    /// Where the chain check began.
    pub expect: JournalPlace,
    /// Where it ended.
    pub place: JournalPlace,
    /// The signed head, verbatim.
    pub head: &'a str,
    /// Lines from `expect` to `place`.
    pub lines: &'a [NewLine],
    /// Records read from them.
    pub records: &'a [NewRecord],
}

macro_rules! insert_record {
    ($tx:ident, $record:expr, $key:expr, $at:expr) => {{
        let record: &NewRecord = $record;
        let said = to_json("records.said", &record.said)?;
        let cause = record.cause.map(|cause| to_json("records.cause", &cause)).transpose()?;
        sqlx::query(
            "INSERT INTO records (station, date, airing, rundown_version, rendition, evidence, said, cause, note,
                                  by_whom, accepted_at, journal_key, journal_seq, request_key)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)
             ON CONFLICT DO NOTHING",
        )
        .bind(record.station.as_str())
        .bind(record.date)
        .bind(record.airing.to_string())
        .bind(record.rundown_version.map(i64::from))
        .bind(record.rendition.map(|digest| digest.to_string()))
        .bind(to_json("records.evidence", &record.evidence)?)
        .bind(said)
        .bind(cause)
        .bind(record.note.as_deref().map(storable))
        .bind(storable(&record.by))
        .bind($at)
        .bind($key)
        .bind(record.journal_seq.and_then(|seq| i64::try_from(seq).ok()))
        .bind(&record.request_key)
        .execute(&mut *$tx)
        .await?
        .rows_affected()
    }};
}

/// PostgreSQL's text cannot hold a zero byte; one damaged note must not stop a whole journal. The journal's own line
/// is kept as bytes, whatever is in it.
fn storable(text: &str) -> String {
    text.replace('\0', "\u{fffd}")
}

impl Store {
    /// How far a device's journal is kept; none before its first line.
    ///
    /// # Errors
    /// When the database fails or holds something unreadable.
    pub async fn journal_place(&self, key: &str) -> Result<Option<JournalPlace>, StoreError> {
        let row: Option<(i64, String)> = reading!(self, pool => sqlx::query_as(
            "SELECT next_seq, hash FROM journals WHERE key = $1",
        )
        .bind(key)
        .fetch_optional(pool)
        .await?);
        row.map(|(next, hash)| {
            Ok(JournalPlace { next_seq: unsigned("journals.next_seq", next)?, hash: parse("journals.hash", &hash)? })
        })
        .transpose()
    }

    /// Lines of a device's journal from `from` on, at most `limit`, exact bytes.
    ///
    /// # Errors
    /// When the database fails or holds something unreadable.
    pub async fn journal_lines(&self, key: &str, from: u64, limit: u32) -> Result<Vec<String>, StoreError> {
        let rows: Vec<(Vec<u8>,)> = reading!(self, pool => sqlx::query_as(
            "SELECT line FROM journal_lines WHERE key = $1 AND seq >= $2 ORDER BY seq LIMIT $3",
        )
        .bind(key).bind(i64::try_from(from).unwrap_or(i64::MAX)).bind(i64::from(limit))
        .fetch_all(pool)
        .await?);
        rows.into_iter()
            .map(|(line,)| String::from_utf8(line).map_err(|error| corrupt("journal_lines.line")(error.to_string())))
            .collect()
    }

    /// Keeps a batch and its records in one durable transaction; `false` when the journal is no longer where the
    /// batch's chain check began. Only after `true` may the center acknowledge.
    ///
    /// # Errors
    /// When the database fails; nothing is kept then.
    pub async fn append_journal(&self, batch: &JournalBatch<'_>, at: DateTime<Utc>) -> Result<bool, StoreError> {
        let first = i64::try_from(batch.expect.next_seq).unwrap_or(i64::MAX);
        let next = i64::try_from(batch.place.next_seq).unwrap_or(i64::MAX);
        let outcome: Result<bool, StoreError> = async {
            Ok(writing!(self, tx => {
                let moved = if first == 0 {
                    sqlx::query(
                        "INSERT INTO journals (key, station, next_seq, hash, head, received_at)
                         VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (key) DO NOTHING",
                    )
                    .bind(batch.key).bind(batch.station.as_str()).bind(next).bind(batch.place.hash.to_string())
                    .bind(batch.head).bind(at)
                    .execute(&mut *tx)
                    .await?
                    .rows_affected()
                } else {
                    sqlx::query(
                        "UPDATE journals SET next_seq = $2, hash = $3, head = $4, received_at = $5
                         WHERE key = $1 AND next_seq = $6 AND hash = $7",
                    )
                    .bind(batch.key).bind(next).bind(batch.place.hash.to_string()).bind(batch.head).bind(at)
                    .bind(first).bind(batch.expect.hash.to_string())
                    .execute(&mut *tx)
                    .await?
                    .rows_affected()
                };
                if moved == 1 {
                    for line in batch.lines {
                        sqlx::query(
                            "INSERT INTO journal_lines (key, seq, line, quarantined, received_at)
                             VALUES ($1, $2, $3, $4, $5)",
                        )
                        .bind(batch.key).bind(i64::try_from(line.seq).unwrap_or(i64::MAX)).bind(line.line.as_bytes())
                        .bind(line.quarantined.as_deref().map(storable)).bind(at)
                        .execute(&mut *tx)
                        .await?;
                    }
                    if !batch.records.is_empty() {
                        // Serials rise in the order of commits: planning reads records up to one.
                        hold!(tx, RECORDS);
                        for record in batch.records {
                            insert_record!(tx, record, Some(batch.key), at);
                        }
                        bump!(tx, RECORDS);
                    }
                }
                moved == 1
            }))
        }
        .await;
        outcome
    }

    /// Keeps operators' records, all or none; those whose request key is known already change nothing. Returns how
    /// many were new.
    ///
    /// # Errors
    /// When the database fails; nothing is kept then.
    pub async fn add_operator_records(&self, records: &[NewRecord], at: DateTime<Utc>) -> Result<u64, StoreError> {
        let outcome: Result<u64, StoreError> = async {
            Ok(writing!(self, tx => {
                let mut new = 0;
                hold!(tx, RECORDS);
                for record in records {
                    new += insert_record!(tx, record, None::<&str>, at);
                }
                if new > 0 {
                    bump!(tx, RECORDS);
                }
                new
            }))
        }
        .await;
        outcome
    }

    /// Records of days from `from` to `to` (inclusive), of one station or of all, with their days, in serial order.
    ///
    /// # Errors
    /// When the database fails or holds something unreadable.
    pub async fn records_between(
        &self,
        station: Option<&StationId>,
        from: NaiveDate,
        to: NaiveDate,
    ) -> Result<Vec<(NaiveDate, Record)>, StoreError> {
        let rows: Vec<RecordRow> = reading!(self, pool => sqlx::query_as(
            "SELECT serial, station, date, airing, rundown_version, rendition, evidence, said, cause, note, by_whom,
                    accepted_at
             FROM records WHERE date >= $1 AND date <= $2 AND ($3 IS NULL OR station = $3) ORDER BY serial",
        )
        .bind(from).bind(to).bind(station.map(StationId::as_str))
        .fetch_all(pool)
        .await?);
        records(rows)
    }

    /// Every record of those airings of the days (both inclusive) of which one tells that it fell short.
    ///
    /// # Errors
    /// When the database fails or holds something unreadable.
    pub async fn records_of_failures(
        &self,
        from: NaiveDate,
        to: NaiveDate,
        last: Option<i64>,
    ) -> Result<Vec<(NaiveDate, Record)>, StoreError> {
        let rows: Vec<RecordRow> = reading!(self, pool => sqlx::query_as(
            "SELECT serial, station, date, airing, rundown_version, rendition, evidence, said, cause, note, by_whom,
                    accepted_at
             FROM records WHERE date >= $1 AND date <= $2 AND ($3 IS NULL OR serial <= $3) AND airing IN
                (SELECT airing FROM records WHERE date >= $1 AND date <= $2 AND ($3 IS NULL OR serial <= $3)
                   AND (cause IS NOT NULL OR said LIKE '%missed%' OR said LIKE '%aired_in_part%'))
             ORDER BY serial",
        )
        .bind(from).bind(to).bind(last)
        .fetch_all(pool)
        .await?);
        records(rows)
    }

    /// The newest record that tells that an airing of that day or a later one fell short; 0 when there is none.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn newest_failure(&self, from: NaiveDate) -> Result<i64, StoreError> {
        let (newest,): (i64,) = reading!(self, pool => sqlx::query_as(
            "SELECT COALESCE(MAX(serial), 0) FROM records WHERE date >= $1
                AND (cause IS NOT NULL OR said LIKE '%missed%' OR said LIKE '%aired_in_part%')",
        )
        .bind(from)
        .fetch_one(pool)
        .await?);
        Ok(newest)
    }
}

type RecordRow = (
    i64,
    String,
    NaiveDate,
    String,
    Option<i64>,
    Option<String>,
    String,
    String,
    Option<String>,
    Option<String>,
    String,
    DateTime<Utc>,
);

fn records(rows: Vec<RecordRow>) -> Result<Vec<(NaiveDate, Record)>, StoreError> {
    rows.into_iter()
        .map(|(serial, station, date, airing, version, rendition, evidence, said, cause, note, by, at)| {
            let record = Record {
                station: parse("records.station", &station)?,
                airing: parse("records.airing", &airing)?,
                rundown_version: version.map(|v| unsigned("records.rundown_version", v)).transpose()?,
                rendition: rendition.map(|text| parse("records.rendition", &text)).transpose()?,
                evidence: json("records.evidence", &evidence)?,
                said: json("records.said", &said)?,
                cause: cause.map(|text| json("records.cause", &text)).transpose()?,
                note,
                by,
                accepted_at: at,
                serial,
            };
            Ok((date, record))
        })
        .collect()
}
