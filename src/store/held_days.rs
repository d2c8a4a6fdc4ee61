//! Days whose new plan is much smaller than the issued one: held back by the center, agreed to by somebody, or settled.

use chrono::{DateTime, NaiveDate, Utc};

use super::db::{hold, parse, reading, unsigned, writing};
use super::{Store, StoreError};
use crate::domain::ids::StationId;

/// Subject of [`Store::revision`] at which those who write here wait for their turn.
pub(super) const HELD_DAYS: &str = "held-days";

/// How a held day stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HeldState {
    /// The old rundown stands until somebody gives their word.
    Held,
    /// Somebody gave their word that the day may become so small.
    Agreed,
    /// It is no question any more: the plan is not small, or the day was issued.
    Settled,
}

impl HeldState {
    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Held => "held",
            Self::Agreed => "agreed",
            Self::Settled => "settled",
        }
    }

    fn of_word(word: &str) -> Result<Self, StoreError> {
        [Self::Held, Self::Agreed, Self::Settled]
            .into_iter()
            .find(|state| state.word() == word)
            .ok_or_else(|| StoreError::Corrupt { place: "held_days.state", why: format!("state \"{word}\"") })
    }
}

/// A station's day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HeldDayRow {
    /// Station.
    pub station: StationId,
    /// Local day.
    pub date: NaiveDate,
    /// Version of the rundown that stands.
    pub version: u32,
    /// Airings of it that were still to come.
    pub had: u32,
    /// Airings of the whole day in the new plan.
    pub has: u32,
    /// How it stands.
    pub state: HeldState,
    /// Who said so; the center itself when held or settled.
    pub by: String,
    /// Since when.
    pub at: DateTime<Utc>,
}

macro_rules! insert_held {
    ($tx:ident, $row:expr) => {{
        let row: &$crate::store::held_days::HeldDayRow = $row;
        sqlx::query(
            "INSERT INTO held_days (station, date, version, had, has, state, by_user, at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
        )
        .bind(row.station.as_str())
        .bind(row.date)
        .bind(i64::from(row.version))
        .bind(i64::from(row.had))
        .bind(i64::from(row.has))
        .bind(row.state.word())
        .bind(&row.by)
        .bind(row.at)
        .execute(&mut *$tx)
        .await?
    }};
}
pub(super) use insert_held;

type Row = (String, NaiveDate, i64, i64, i64, String, String, DateTime<Utc>);

fn row((station, date, version, had, has, state, by, at): Row) -> Result<HeldDayRow, StoreError> {
    Ok(HeldDayRow {
        station: parse("held_days.station", &station)?,
        date,
        version: unsigned("held_days.version", version)?,
        had: unsigned("held_days.had", had)?,
        has: unsigned("held_days.has", has)?,
        state: HeldState::of_word(&state)?,
        by,
        at,
    })
}

impl Store {
    /// Adds rows, all or none; the newest row of a station's day is how it stands.
    ///
    /// # Errors
    /// When the database fails; nothing is stored then.
    pub async fn add_held_days(&self, rows: &[HeldDayRow]) -> Result<(), StoreError> {
        writing!(self, tx => {
            hold!(tx, HELD_DAYS);
            for row in rows {
                insert_held!(tx, row);
            }
        });
        Ok(())
    }

    /// How every station's day from `from` on stands that was ever held, by day and station.
    ///
    /// # Errors
    /// When the database fails or holds something unreadable.
    pub async fn held_days(&self, from: NaiveDate) -> Result<Vec<HeldDayRow>, StoreError> {
        self.held_days_at(from, None).await
    }

    /// The same as it stood when this was the newest row.
    ///
    /// # Errors
    /// When the database fails or holds something unreadable.
    pub async fn held_days_at(&self, from: NaiveDate, last: Option<i64>) -> Result<Vec<HeldDayRow>, StoreError> {
        let rows: Vec<Row> = reading!(self, pool => sqlx::query_as(
            "SELECT station, date, version, had, has, state, by_user, at FROM held_days h
             WHERE date >= $1 AND id = (SELECT MAX(id) FROM held_days WHERE station = h.station AND date = h.date
               AND ($2 IS NULL OR id <= $2))
             ORDER BY date, station",
        )
        .bind(from).bind(last)
        .fetch_all(pool)
        .await?);
        rows.into_iter().map(row).collect()
    }

    /// How many days from `from` on are held now.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn count_held_days(&self, from: NaiveDate) -> Result<u64, StoreError> {
        let (count,): (i64,) = reading!(self, pool => sqlx::query_as(
            "SELECT COUNT(*) FROM held_days h WHERE date >= $1 AND state = 'held'
               AND id = (SELECT MAX(id) FROM held_days WHERE station = h.station AND date = h.date)",
        )
        .bind(from)
        .fetch_one(pool)
        .await?);
        Ok(u64::try_from(count).unwrap_or(0))
    }
}
