//! What communes said of offers, and of the order in which priority items clash. Rows are appended; the newest stands.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};

use super::db::{bump, corrupt, hold, parse, reading, writing};
use super::schedules::PLANNING;
use super::{Store, StoreError};
use crate::domain::ids::{OrderId, StationId};
use crate::domain::offer::Answer;

/// A word said of an offer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AnswerRow {
    /// Station.
    pub station: StationId,
    /// The order that is offered.
    pub order: OrderId,
    /// What was said.
    pub answer: Answer,
    /// Why, in the commune's words; for a refusal.
    pub reason: Option<String>,
    /// Who said it.
    pub by: String,
    /// When.
    pub at: DateTime<Utc>,
}

type AnswerColumns = (String, String, String, Option<String>, String, DateTime<Utc>);

impl Store {
    /// Appends a commune's answer to an offer.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn add_offer_answer(&self, row: &AnswerRow) -> Result<(), StoreError> {
        let answer =
            serde_json::to_string(&row.answer).map_err(|error| corrupt("offer_answers.answer")(error.to_string()))?;
        writing!(self, tx => {
            hold!(tx, PLANNING);
            sqlx::query("INSERT INTO offer_answers (station, order_id, answer, reason, by_user, at) VALUES ($1, $2, $3, $4, $5, $6)")
                .bind(row.station.as_str()).bind(row.order.as_str()).bind(&answer).bind(&row.reason).bind(&row.by)
                .bind(row.at)
                .execute(&mut *tx)
                .await?;
            bump!(tx, PLANNING);
        });
        Ok(())
    }

    /// Every answer given, up to that row if one is given, in order; the last one of a station and order stands.
    ///
    /// # Errors
    /// When the database fails or holds something unreadable.
    pub async fn offer_answers(&self, last: Option<i64>) -> Result<Vec<AnswerRow>, StoreError> {
        let rows: Vec<AnswerColumns> = reading!(self, pool => sqlx::query_as(
            "SELECT station, order_id, answer, reason, by_user, at FROM offer_answers WHERE $1 IS NULL OR id <= $1 ORDER BY id",
        )
        .bind(last)
        .fetch_all(pool)
        .await?);
        let row = |(station, order, answer, reason, by, at): AnswerColumns| {
            Ok(AnswerRow {
                station: parse("offer_answers.station", &station)?,
                order: parse("offer_answers.order_id", &order)?,
                answer: serde_json::from_str(&answer).map_err(|_| corrupt("offer_answers.answer")(answer))?,
                reason,
                by,
                at,
            })
        };
        rows.into_iter().map(row).collect()
    }

    /// Appends whether a commune's own priority items come first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn add_own_first(
        &self,
        station: &StationId,
        own_first: bool,
        by: &str,
        at: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        writing!(self, tx => {
            hold!(tx, PLANNING);
            sqlx::query("INSERT INTO own_first_choices (station, own_first, by_user, at) VALUES ($1, $2, $3, $4)")
                .bind(station.as_str()).bind(i64::from(own_first)).bind(by).bind(at)
                .execute(&mut *tx)
                .await?;
            bump!(tx, PLANNING);
        });
        Ok(())
    }

    /// Stations whose newest word is that their own priority items come first, by what was said up to that row if one is given.
    ///
    /// # Errors
    /// When the database fails or holds something unreadable.
    pub async fn own_first(&self, last: Option<i64>) -> Result<BTreeSet<StationId>, StoreError> {
        let rows: Vec<(String, i64)> = reading!(self, pool => sqlx::query_as(
            "SELECT station, own_first FROM own_first_choices WHERE $1 IS NULL OR id <= $1 ORDER BY id",
        )
        .bind(last)
        .fetch_all(pool)
        .await?);
        let mut newest: BTreeMap<StationId, bool> = BTreeMap::new();
        for (station, own_first) in rows {
            newest.insert(parse("own_first_choices.station", &station)?, own_first != 0);
        }
        Ok(newest.into_iter().filter(|(_, own_first)| *own_first).map(|(station, _)| station).collect())
    }
}
