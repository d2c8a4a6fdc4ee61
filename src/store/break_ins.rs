//! Break-in orders, the answers to them, and the duty list: rows that are only ever added. The orders' signed bytes
//! are opaque here.

use chrono::{DateTime, Utc};

use super::db::{Store, StoreError, bump, parse, reading, unsigned, writing};
use crate::domain::duty::Duty;
use crate::domain::ids::BreakInId;

/// Subject of [`Store::revision`] raised by every order asked for or answered.
pub const BREAK_INS: &str = "break-ins";

/// An order as it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BreakInRow {
    /// Its number.
    pub id: BreakInId,
    /// Who asked for it.
    pub asked_by: String,
    /// When.
    pub at: DateTime<Utc>,
    /// What they signed, sealed with their signature alone.
    pub asked: String,
    /// The order it repeats.
    pub repeats: Option<BreakInId>,
    /// The second person's answer.
    pub answer: Option<AnswerRow>,
}

/// The second person's answer to an order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AnswerRow {
    /// Who.
    pub by: String,
    /// When.
    pub at: DateTime<Utc>,
    /// The order with all signatures; none when they refused.
    pub envelope: Option<String>,
}

type Row =
    (String, String, DateTime<Utc>, String, Option<String>, Option<String>, Option<DateTime<Utc>>, Option<String>);

fn row((id, asked_by, at, asked, repeats, by, answered_at, envelope): Row) -> Result<BreakInRow, StoreError> {
    Ok(BreakInRow {
        id: parse("break_ins.id", &id)?,
        asked_by,
        at,
        asked,
        repeats: repeats.map(|id| parse("break_ins.repeats", &id)).transpose()?,
        answer: by.zip(answered_at).map(|(by, at)| AnswerRow { by, at, envelope }),
    })
}

impl Store {
    /// Keeps an order that waits for its second approver; `false` when its number was used before.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn add_break_in(
        &self,
        id: &BreakInId,
        asked_by: &str,
        at: DateTime<Utc>,
        envelope: &str,
        repeats: Option<&BreakInId>,
    ) -> Result<bool, StoreError> {
        let added = writing!(self, tx => {
            bump!(tx, BREAK_INS);
            sqlx::query(
                "INSERT INTO break_ins (id, asked_by, at, envelope, repeats) VALUES ($1, $2, $3, $4, $5)
                 ON CONFLICT (id) DO NOTHING",
            )
            .bind(id.as_str()).bind(asked_by).bind(at).bind(envelope).bind(repeats.map(BreakInId::as_str))
            .execute(&mut *tx)
            .await?
            .rows_affected()
        });
        Ok(added > 0)
    }

    /// Keeps the one answer to an order, refused without an envelope; `false` when somebody answered before.
    ///
    /// # Errors
    /// When there is no such order or the database fails.
    pub async fn answer_break_in(
        &self,
        id: &BreakInId,
        by: &str,
        at: DateTime<Utc>,
        envelope: Option<&str>,
    ) -> Result<bool, StoreError> {
        let added = writing!(self, tx => {
            bump!(tx, BREAK_INS);
            sqlx::query(
                "INSERT INTO break_in_answers (break_in, by_user, at, envelope) VALUES ($1, $2, $3, $4)
                 ON CONFLICT (break_in) DO NOTHING",
            )
            .bind(id.as_str()).bind(by).bind(at).bind(envelope)
            .execute(&mut *tx)
            .await?
            .rows_affected()
        });
        Ok(added > 0)
    }

    /// Orders asked for since that moment, the oldest first.
    ///
    /// # Errors
    /// When the database fails or holds something unreadable.
    pub async fn break_ins_since(&self, since: DateTime<Utc>) -> Result<Vec<BreakInRow>, StoreError> {
        let rows: Vec<Row> = reading!(self, pool => sqlx::query_as(
            "SELECT o.id, o.asked_by, o.at, o.envelope, o.repeats, a.by_user, a.at, a.envelope
             FROM break_ins o LEFT JOIN break_in_answers a ON a.break_in = o.id
             WHERE o.at >= $1 ORDER BY o.serial",
        )
        .bind(since)
        .fetch_all(pool)
        .await?);
        rows.into_iter().map(row).collect()
    }

    /// One order.
    ///
    /// # Errors
    /// When the database fails or holds something unreadable.
    pub async fn break_in(&self, id: &BreakInId) -> Result<Option<BreakInRow>, StoreError> {
        let found: Option<Row> = reading!(self, pool => sqlx::query_as(
            "SELECT o.id, o.asked_by, o.at, o.envelope, o.repeats, a.by_user, a.at, a.envelope
             FROM break_ins o LEFT JOIN break_in_answers a ON a.break_in = o.id WHERE o.id = $1",
        )
        .bind(id.as_str())
        .fetch_optional(pool)
        .await?);
        found.map(row).transpose()
    }

    /// Puts a duty down; its number.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn add_duty(
        &self,
        user: &str,
        from: DateTime<Utc>,
        to: DateTime<Utc>,
        by: &str,
        at: DateTime<Utc>,
    ) -> Result<u64, StoreError> {
        let (id,): (i64,) = writing!(self, tx => sqlx::query_as(
            "INSERT INTO duties (user_name, from_at, to_at, by_user, at) VALUES ($1, $2, $3, $4, $5) RETURNING id",
        )
        .bind(user).bind(from).bind(to).bind(by).bind(at)
        .fetch_one(&mut *tx)
        .await?);
        unsigned("duties.id", id)
    }

    /// Ends a duty before its time; `false` when somebody did before, which changes nothing.
    ///
    /// # Errors
    /// When there is no such duty or the database fails.
    pub async fn end_duty(&self, id: u64, by: &str, at: DateTime<Utc>) -> Result<bool, StoreError> {
        let added = writing!(self, tx => sqlx::query(
            "INSERT INTO duty_ends (duty, by_user, at) VALUES ($1, $2, $3) ON CONFLICT (duty) DO NOTHING",
        )
        .bind(id.cast_signed()).bind(by).bind(at)
        .execute(&mut *tx)
        .await?
        .rows_affected());
        Ok(added > 0)
    }

    /// Duties that last beyond that moment by what was first put down, in order of their beginning.
    ///
    /// # Errors
    /// When the database fails or holds something unreadable.
    pub async fn duties_beyond(&self, moment: DateTime<Utc>) -> Result<Vec<Duty>, StoreError> {
        type Line =
            (i64, String, DateTime<Utc>, DateTime<Utc>, String, DateTime<Utc>, Option<String>, Option<DateTime<Utc>>);
        let rows: Vec<Line> = reading!(self, pool => sqlx::query_as(
            "SELECT d.id, d.user_name, d.from_at, d.to_at, d.by_user, d.at, e.by_user, e.at
             FROM duties d LEFT JOIN duty_ends e ON e.duty = d.id WHERE d.to_at > $1 ORDER BY d.from_at, d.id",
        )
        .bind(moment)
        .fetch_all(pool)
        .await?);
        let duty = |(id, user, from, to, by, at, ended_by, ended_at): Line| {
            Ok(Duty { id: unsigned("duties.id", id)?, user, from, to, by, at, ended: ended_by.zip(ended_at) })
        };
        rows.into_iter().map(duty).collect()
    }
}
