//! Users, their roles and areas, and their sessions. Passwords come in hashed, tokens as digests.

use chrono::{DateTime, Utc};

use super::db::{parse, reading, writing};
use super::{Store, StoreError};
use crate::domain::access::{Grant, Role};
use crate::domain::ids::Sha256;

/// A user.
#[derive(Clone, PartialEq, Eq)]
pub struct UserRow {
    /// Log-in name.
    pub name: String,
    /// Name for people.
    pub display_name: String,
    /// argon2id, PHC form.
    pub password: String,
    /// When the user may no longer log in.
    pub disabled_at: Option<DateTime<Utc>>,
    /// What they may do, and where.
    pub grants: Vec<Grant>,
}

impl std::fmt::Debug for UserRow {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("UserRow").field("name", &self.name).field("grants", &self.grants).finish_non_exhaustive()
    }
}

/// An open session.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SessionRow {
    /// Whose.
    pub user_name: String,
    /// Must come back with every form.
    pub csrf: String,
}

type Row = (String, String, String, Option<DateTime<Utc>>);

impl Store {
    /// Adds a user with grants; `false` when the name is taken.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn add_user(&self, user: &UserRow, at: DateTime<Utc>) -> Result<bool, StoreError> {
        Ok(writing!(self, tx => {
            let added = sqlx::query(
                "INSERT INTO users (name, display_name, password, created_at) VALUES ($1, $2, $3, $4)
                 ON CONFLICT (name) DO NOTHING",
            )
            .bind(&user.name).bind(&user.display_name).bind(&user.password).bind(at)
            .execute(&mut *tx)
            .await?
            .rows_affected();
            if added == 1 {
                for grant in &user.grants {
                    sqlx::query("INSERT INTO user_roles (user_name, role, area) VALUES ($1, $2, $3)")
                        .bind(&user.name).bind(grant.role.word()).bind(grant.area.as_str())
                        .execute(&mut *tx)
                        .await?;
                }
            }
            added == 1
        }))
    }

    /// Every user, by name.
    ///
    /// # Errors
    /// When the database fails or holds something unreadable.
    pub async fn users(&self) -> Result<Vec<UserRow>, StoreError> {
        let (rows, roles): (Vec<Row>, Vec<(String, String, String)>) = reading!(self, pool => (
            sqlx::query_as("SELECT name, display_name, password, disabled_at FROM users ORDER BY name")
                .fetch_all(pool).await?,
            sqlx::query_as("SELECT user_name, role, area FROM user_roles ORDER BY user_name, role, area")
                .fetch_all(pool).await?,
        ));
        let mut users: Vec<UserRow> = rows
            .into_iter()
            .map(|(name, display_name, password, disabled_at)| UserRow {
                name,
                display_name,
                password,
                disabled_at,
                grants: Vec::new(),
            })
            .collect();
        for (name, role, area) in roles {
            let grant = Grant {
                role: role.parse::<Role>().map_err(super::db::corrupt("user_roles.role"))?,
                area: parse("user_roles.area", &area)?,
            };
            if let Some(user) = users.iter_mut().find(|user| user.name == name) {
                user.grants.push(grant);
            }
        }
        Ok(users)
    }

    /// One user by name.
    ///
    /// # Errors
    /// When the database fails or holds something unreadable.
    pub async fn user(&self, name: &str) -> Result<Option<UserRow>, StoreError> {
        Ok(self.users().await?.into_iter().find(|user| user.name == name))
    }

    /// Ends a user's right to log in and their sessions; `false` when there is no such active user.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn disable_user(&self, name: &str, at: DateTime<Utc>) -> Result<bool, StoreError> {
        Ok(writing!(self, tx => {
            let changed = sqlx::query("UPDATE users SET disabled_at = $2 WHERE name = $1 AND disabled_at IS NULL")
                .bind(name).bind(at)
                .execute(&mut *tx)
                .await?
                .rows_affected();
            sqlx::query("UPDATE sessions SET ended_at = $2 WHERE user_name = $1 AND ended_at IS NULL")
                .bind(name).bind(at)
                .execute(&mut *tx)
                .await?;
            changed == 1
        }))
    }

    /// Opens a session.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn add_session(
        &self,
        token: &Sha256,
        session: &SessionRow,
        at: DateTime<Utc>,
        expires_at: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        writing!(self, tx => {
            sqlx::query(
                "INSERT INTO sessions (token_digest, user_name, csrf, created_at, expires_at)
                 VALUES ($1, $2, $3, $4, $5)",
            )
            .bind(token.to_string()).bind(&session.user_name).bind(&session.csrf).bind(at).bind(expires_at)
            .execute(&mut *tx)
            .await?;
        });
        Ok(())
    }

    /// The open session of a token.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn session(&self, token: &Sha256, now: DateTime<Utc>) -> Result<Option<SessionRow>, StoreError> {
        let row: Option<(String, String)> = reading!(self, pool => sqlx::query_as(
            "SELECT user_name, csrf FROM sessions
             WHERE token_digest = $1 AND ended_at IS NULL AND expires_at > $2",
        )
        .bind(token.to_string()).bind(now)
        .fetch_optional(pool)
        .await?);
        Ok(row.map(|(user_name, csrf)| SessionRow { user_name, csrf }))
    }

    /// Ends a session.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn end_session(&self, token: &Sha256, at: DateTime<Utc>) -> Result<(), StoreError> {
        writing!(self, tx => {
            sqlx::query("UPDATE sessions SET ended_at = $2 WHERE token_digest = $1 AND ended_at IS NULL")
                .bind(token.to_string()).bind(at)
                .execute(&mut *tx)
                .await?;
        });
        Ok(())
    }
}
