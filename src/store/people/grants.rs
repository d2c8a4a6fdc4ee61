//! Grants: dated, added and ended, never removed.

use chrono::{DateTime, NaiveDate, Utc};

use super::{PEOPLE, turn};
use crate::domain::access::{GivenGrant, Grant, Role};
use crate::store::db::{bump, corrupt, hold, parse, reading, writing};
use crate::store::{Store, StoreError};

/// A grant to be given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewGrant {
    /// Log-in name of whoever gets it.
    pub user: String,
    /// What, and where.
    pub grant: Grant,
    /// First local day.
    pub from: NaiveDate,
    /// Last local day, inclusive; none while it goes on.
    pub to: Option<NaiveDate>,
    /// Who gives it.
    pub given_by: String,
    /// For whom it acts or stands in.
    pub acting_for: Option<String>,
    /// Why.
    pub reason: Option<String>,
}

/// Inserts a grant inside a transaction.
macro_rules! insert {
    ($tx:ident, $new:expr, $at:expr) => {
        sqlx::query(
            "INSERT INTO grants (user_name, role, area, from_day, to_day, given_by, given_at, acting_for, reason)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        )
        .bind(&$new.user)
        .bind($new.grant.role.word())
        .bind($new.grant.area.as_str())
        .bind($new.from.to_string())
        .bind($new.to.map(|day| day.to_string()))
        .bind(&$new.given_by)
        .bind($at)
        .bind(&$new.acting_for)
        .bind(&$new.reason)
        .execute(&mut *$tx)
        .await?
    };
}
pub(super) use insert;

/// Ends a grant inside a transaction at `$from`, unless it ended before; rows changed.
macro_rules! end {
    ($tx:ident, $id:expr, $by:expr, $from:expr) => {
        sqlx::query(
            "UPDATE grants SET ended_at = $2, ended_by = $3 WHERE id = $1 AND (ended_at IS NULL OR ended_at > $2)",
        )
        .bind($id)
        .bind($from)
        .bind($by)
        .execute(&mut *$tx)
        .await?
        .rows_affected()
    };
}

type Row = (
    i64,
    String,
    String,
    String,
    String,
    Option<String>,
    String,
    DateTime<Utc>,
    Option<DateTime<Utc>>,
    Option<String>,
    Option<String>,
    Option<String>,
);

fn read(row: Row) -> Result<GivenGrant, StoreError> {
    let (id, user_name, role, area, from_day, to_day, given_by, given_at, ended_at, ended_by, acting_for, reason) = row;
    Ok(GivenGrant {
        id,
        user: user_name,
        grant: Grant {
            role: role.parse::<Role>().map_err(corrupt("grants.role"))?,
            area: parse("grants.area", &area)?,
        },
        from: parse("grants.from_day", &from_day)?,
        to: to_day.map(|day| parse("grants.to_day", &day)).transpose()?,
        given_by,
        given_at,
        ended_at,
        ended_by,
        acting_for,
        reason,
    })
}

impl Store {
    /// Every grant ever given, to one user or to all, in the order they were given.
    ///
    /// # Errors
    /// When the database fails or holds something unreadable.
    pub async fn grants(&self, user: Option<&str>) -> Result<Vec<GivenGrant>, StoreError> {
        let rows: Vec<Row> = reading!(self, pool => {
            sqlx::query_as(
                "SELECT id, user_name, role, area, from_day, to_day, given_by, given_at, ended_at, ended_by, acting_for,
                        reason
                 FROM grants WHERE $1 IS NULL OR user_name = $1 ORDER BY id",
            )
            .bind(user)
            .fetch_all(pool)
            .await?
        });
        rows.into_iter().map(read).collect()
    }

    /// Gives a grant, if users and grants are still as at revision `expect`; `false` when they are not.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn give_grant(&self, new: &NewGrant, expect: i64, at: DateTime<Utc>) -> Result<bool, StoreError> {
        Ok(writing!(self, tx => {
            let turn = turn!(tx, expect);
            if turn {
                insert!(tx, new, at);
                bump!(tx, PEOPLE);
            }
            turn
        }))
    }

    /// Ends grants from a moment and gives others, all or nothing: taking back, and handing over. `false` when users
    /// or grants changed since revision `expect`, or one of them had ended by then.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn change_grants(
        &self,
        end: &[i64],
        from: DateTime<Utc>,
        give: &[NewGrant],
        by: &str,
        expect: i64,
        at: DateTime<Utc>,
    ) -> Result<bool, StoreError> {
        Ok(writing!(self, tx => {
            let mut good = turn!(tx, expect);
            if good {
                for id in end {
                    good &= end!(tx, *id, by, from) == 1;
                }
                if !good {
                    tx.rollback().await?;
                    return Ok(false);
                }
                for new in give {
                    insert!(tx, new, at);
                }
                bump!(tx, PEOPLE);
            }
            good
        }))
    }
}
