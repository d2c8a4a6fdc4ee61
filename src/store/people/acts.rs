//! Who changed what: read here, written by [`Store::note_act`], never changed.

use chrono::{DateTime, Utc};

use crate::store::db::reading;
use crate::store::{Store, StoreError};

/// One act.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ActRow {
    /// Its number, rising.
    pub id: i64,
    /// When.
    pub at: DateTime<Utc>,
    /// Who did it: a log-in name, or the word of a command.
    pub by_user: String,
    /// What, one word.
    pub act: String,
    /// To whom or what.
    pub subject: String,
    /// More about it.
    pub detail: String,
}

impl Store {
    /// Acts, newest first, `most` of them older than number `before` (0 for the newest); only those by or about one
    /// user when `person` is given.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn acts(&self, person: Option<&str>, before: i64, most: i64) -> Result<Vec<ActRow>, StoreError> {
        type Row = (i64, DateTime<Utc>, String, String, String, String);
        let rows: Vec<Row> = reading!(self, pool => sqlx::query_as(
            "SELECT id, at, by_user, act, subject, detail FROM acts
             WHERE ($1 IS NULL OR by_user = $1 OR subject = $1) AND ($2 = 0 OR id < $2) ORDER BY id DESC LIMIT $3",
        )
        .bind(person).bind(before).bind(most)
        .fetch_all(pool)
        .await?);
        let act = |(id, at, by_user, act, subject, detail)| ActRow { id, at, by_user, act, subject, detail };
        Ok(rows.into_iter().map(act).collect())
    }
}
