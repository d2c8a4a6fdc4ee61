//! Which warnings of a version somebody opened to hear: appended once for each person, never changed.

use chrono::{DateTime, Utc};

use super::db::{Store, StoreError, reading, unsigned, writing};
use crate::domain::ids::BulletinCode;

/// One warning opened by one person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LookRow {
    /// Version of the bulletin.
    pub version: u32,
    /// The finding, as its reader names it.
    pub finding: String,
    /// Who opened it.
    pub by: String,
    /// When first.
    pub at: DateTime<Utc>,
}

impl Store {
    /// Notes that somebody opened a finding of a version; `false` when they had before, which changes nothing.
    ///
    /// # Errors
    /// When there is no such version, or the database fails.
    pub async fn add_look(
        &self,
        code: &BulletinCode,
        version: u32,
        finding: &str,
        by: &str,
        at: DateTime<Utc>,
    ) -> Result<bool, StoreError> {
        let added = writing!(self, tx => {
            sqlx::query(
                "INSERT INTO finding_looks (code, version, finding, by_user, at) VALUES ($1, $2, $3, $4, $5)
                 ON CONFLICT (code, version, finding, by_user) DO NOTHING",
            )
            .bind(code.as_str()).bind(i64::from(version)).bind(finding).bind(by).bind(at)
            .execute(&mut *tx)
            .await?
            .rows_affected()
        });
        Ok(added > 0)
    }

    /// Everything that was opened of a bulletin's versions, the oldest first.
    ///
    /// # Errors
    /// When the database fails or holds something unreadable.
    pub async fn looks(&self, code: &BulletinCode) -> Result<Vec<LookRow>, StoreError> {
        type Row = (i64, String, String, DateTime<Utc>);
        let rows: Vec<Row> = reading!(self, pool => sqlx::query_as(
            "SELECT version, finding, by_user, at FROM finding_looks WHERE code = $1 ORDER BY id",
        )
        .bind(code.as_str())
        .fetch_all(pool)
        .await?);
        rows.into_iter()
            .map(|(version, finding, by, at)| {
                Ok(LookRow { version: unsigned("finding_looks.version", version)?, finding, by, at })
            })
            .collect()
    }
}
