//! Users: what is known of each besides what they may do. Passwords come in hashed.

pub mod acts;
pub mod attempts;
pub mod grants;
pub mod second_factors;
pub mod sessions;
pub mod tokens;

use chrono::{DateTime, Utc};

pub use grants::NewGrant;
pub use sessions::{SessionRow, Stage};

use super::db::{bump, hold, reading, writing};
use super::{Store, StoreError};

/// Subject of [`Store::revision`] raised by every change of users and grants.
pub const PEOPLE: &str = "people";

/// A user.
#[derive(Clone, PartialEq, Eq)]
pub struct UserRow {
    /// Log-in name.
    pub name: String,
    /// Name for people.
    pub display_name: String,
    /// argon2id, PHC form.
    pub password: String,
    /// Whether somebody else gave the password, so that it must be changed first.
    pub must_change: bool,
    /// When the password was set; none for those of users older than this record. Adding a user sets it.
    pub password_set_at: Option<DateTime<Utc>>,
    /// When the user may no longer log in.
    pub disabled_at: Option<DateTime<Utc>>,
}

impl std::fmt::Debug for UserRow {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("UserRow").field("name", &self.name).finish_non_exhaustive()
    }
}

type Row = (String, String, String, i64, Option<DateTime<Utc>>, Option<DateTime<Utc>>);

fn user((name, display_name, password, must_change, password_set_at, disabled_at): Row) -> UserRow {
    UserRow { name, display_name, password, must_change: must_change != 0, password_set_at, disabled_at }
}

/// Takes the turn with users and grants, and leaves `false` behind when they changed since `$expect` was read.
macro_rules! turn {
    ($tx:ident, $expect:expr) => {{
        hold!($tx, PEOPLE);
        let (number,): (i64,) =
            sqlx::query_as("SELECT number FROM revisions WHERE subject = $1").bind(PEOPLE).fetch_one(&mut *$tx).await?;
        number == $expect
    }};
}
pub(super) use turn;

impl Store {
    /// Adds a user with grants; `false` when the name is taken.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn add_user(&self, user: &UserRow, grants: &[NewGrant], at: DateTime<Utc>) -> Result<bool, StoreError> {
        Ok(writing!(self, tx => {
            let added = sqlx::query(
                "INSERT INTO users (name, display_name, password, must_change, password_set_at, created_at)
                 VALUES ($1, $2, $3, $4, $5, $5) ON CONFLICT (name) DO NOTHING",
            )
            .bind(&user.name).bind(&user.display_name).bind(&user.password).bind(i64::from(user.must_change)).bind(at)
            .execute(&mut *tx)
            .await?
            .rows_affected();
            if added == 1 {
                for new in grants {
                    grants::insert!(tx, new, at);
                }
                bump!(tx, PEOPLE);
            }
            added == 1
        }))
    }

    /// Every user, by name.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn users(&self) -> Result<Vec<UserRow>, StoreError> {
        let rows: Vec<Row> = reading!(self, pool => {
            sqlx::query_as(
                "SELECT name, display_name, password, must_change, password_set_at, disabled_at FROM users ORDER BY name",
            )
                .fetch_all(pool)
                .await?
        });
        Ok(rows.into_iter().map(user).collect())
    }

    /// One user by name.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn user(&self, name: &str) -> Result<Option<UserRow>, StoreError> {
        let row: Option<Row> = reading!(self, pool => {
            sqlx::query_as(
                "SELECT name, display_name, password, must_change, password_set_at, disabled_at FROM users WHERE name = $1",
            )
                .bind(name)
                .fetch_optional(pool)
                .await?
        });
        Ok(row.map(user))
    }

    /// Ends a user's right to log in and their sessions, if users and grants are still as they were at revision
    /// `expect`; `false` when they are not, or there is no such active user.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn disable_user(&self, name: &str, expect: i64, at: DateTime<Utc>) -> Result<bool, StoreError> {
        Ok(writing!(self, tx => {
            let mut changed = 0;
            if turn!(tx, expect) {
                changed = sqlx::query("UPDATE users SET disabled_at = $2 WHERE name = $1 AND disabled_at IS NULL")
                    .bind(name).bind(at)
                    .execute(&mut *tx)
                    .await?
                    .rows_affected();
                sqlx::query("UPDATE sessions SET ended_at = $2 WHERE user_name = $1 AND ended_at IS NULL")
                    .bind(name).bind(at)
                    .execute(&mut *tx)
                    .await?;
                bump!(tx, PEOPLE);
            }
            changed == 1
        }))
    }

    /// Lets a disabled user log in again; `false` when there is no such disabled user.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn enable_user(&self, name: &str) -> Result<bool, StoreError> {
        Ok(writing!(self, tx => {
            let changed = sqlx::query("UPDATE users SET disabled_at = NULL WHERE name = $1 AND disabled_at IS NOT NULL")
                .bind(name)
                .execute(&mut *tx)
                .await?
                .rows_affected();
            bump!(tx, PEOPLE);
            changed == 1
        }))
    }

    /// Sets a password; `false` when there is no such user.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn set_password(
        &self,
        name: &str,
        password: &str,
        must_change: bool,
        at: DateTime<Utc>,
    ) -> Result<bool, StoreError> {
        Ok(writing!(self, tx => {
            let changed = sqlx::query(
                "UPDATE users SET password = $2, must_change = $3, password_set_at = $4 WHERE name = $1",
            )
            .bind(name).bind(password).bind(i64::from(must_change)).bind(at)
            .execute(&mut *tx)
            .await?
            .rows_affected();
            changed == 1
        }))
    }
}
