//! Failed attempts in a row, by subject, so that a restart forgets none.

use chrono::{DateTime, Duration, Utc};

use crate::domain::back_off::{FORGET_HOURS, Failures};
use crate::store::db::{hold, writing};
use crate::store::{Store, StoreError};

/// A subject whose failures are counted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Subject {
    /// What is counted, such as `name an at 10.0.0.7`.
    pub words: String,
    /// Failures that cost nothing.
    pub free: i64,
    /// The longest wait, seconds.
    pub longest_seconds: i64,
}

impl Store {
    /// Counts an attempt against each subject as failed before it is judged, so that many at once are no way around;
    /// [`Self::attempt_succeeded`] takes it back. When one of them must still wait, nothing is counted and the moment
    /// until which is returned.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn begin_attempt(
        &self,
        subjects: &[Subject],
        now: DateTime<Utc>,
    ) -> Result<Option<DateTime<Utc>>, StoreError> {
        Ok(writing!(self, tx => {
            hold!(tx, "attempts");
            // Counts that are forgotten anyway; what became of each attempt stands among the acts.
            sqlx::query("DELETE FROM attempts WHERE last_at < $1")
                .bind(now - Duration::hours(FORGET_HOURS))
                .execute(&mut *tx)
                .await?;
            let mut until: Option<DateTime<Utc>> = None;
            let mut counts = Vec::new();
            for subject in subjects {
                let row: Option<(i64, DateTime<Utc>)> =
                    sqlx::query_as("SELECT failures, last_at FROM attempts WHERE subject = $1")
                        .bind(&subject.words)
                        .fetch_optional(&mut *tx)
                        .await?;
                let held = row.map(|(count, last)| Failures { count, last }).filter(|held| !held.forgotten(now));
                if let Some(held) = held {
                    let from = held.until(subject.free, subject.longest_seconds);
                    if from > now {
                        until = until.max(Some(from));
                    }
                }
                counts.push(held.map_or(0, |held| held.count));
            }
            if until.is_none() {
                for (subject, count) in subjects.iter().zip(counts) {
                    sqlx::query(
                        "INSERT INTO attempts (subject, failures, last_at) VALUES ($1, $2, $3)
                         ON CONFLICT (subject) DO UPDATE SET failures = $2, last_at = $3",
                    )
                    .bind(&subject.words).bind(count.saturating_add(1)).bind(now)
                    .execute(&mut *tx)
                    .await?;
                }
            }
            until
        }))
    }

    /// Takes back what [`Self::begin_attempt`] counted: the first subject begins anew, the others lose this one failure.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn attempt_succeeded(&self, subjects: &[Subject]) -> Result<(), StoreError> {
        writing!(self, tx => {
            hold!(tx, "attempts");
            for (place, subject) in subjects.iter().enumerate() {
                let less = if place == 0 { "failures = 0" } else { "failures = failures - 1" };
                let sql = format!("UPDATE attempts SET {less} WHERE subject = $1 AND failures > 0");
                sqlx::query(sqlx::AssertSqlSafe(sql)).bind(&subject.words).execute(&mut *tx).await?;
            }
        });
        Ok(())
    }
}
