//! API tokens, by their public id; the secret comes in as a digest.

use chrono::{DateTime, Utc};

use crate::domain::ids::Sha256;
use crate::store::db::{parse, reading, writing};
use crate::store::{Store, StoreError};

/// A token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TokenRow {
    /// Its public part.
    pub id: String,
    /// Whose.
    pub user_name: String,
    /// What its owner calls it.
    pub name: String,
    /// What it may do, words with blanks between them.
    pub scopes: String,
    /// Digest of the whole token.
    pub digest: Sha256,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When it ends.
    pub expires_at: DateTime<Utc>,
    /// When it was last used, to the minute.
    pub last_used_at: Option<DateTime<Utc>>,
    /// When it was taken back.
    pub revoked_at: Option<DateTime<Utc>>,
}

type Row = (
    String,
    String,
    String,
    String,
    String,
    DateTime<Utc>,
    DateTime<Utc>,
    Option<DateTime<Utc>>,
    Option<DateTime<Utc>>,
);

fn read(row: Row) -> Result<TokenRow, StoreError> {
    let (id, user_name, name, scopes, digest, created_at, expires_at, last_used_at, revoked_at) = row;
    Ok(TokenRow {
        id,
        user_name,
        name,
        scopes,
        digest: parse("api_tokens.digest", &digest)?,
        created_at,
        expires_at,
        last_used_at,
        revoked_at,
    })
}

impl Store {
    /// Adds a token.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn add_token(&self, token: &TokenRow) -> Result<(), StoreError> {
        writing!(self, tx => {
            sqlx::query(
                "INSERT INTO api_tokens (id, user_name, name, scopes, digest, created_at, expires_at)
                 VALUES ($1, $2, $3, $4, $5, $6, $7)",
            )
            .bind(&token.id).bind(&token.user_name).bind(&token.name).bind(&token.scopes)
            .bind(token.digest.to_string()).bind(token.created_at).bind(token.expires_at)
            .execute(&mut *tx)
            .await?;
        });
        Ok(())
    }

    /// A token by its public part, whatever became of it.
    ///
    /// # Errors
    /// When the database fails or holds something unreadable.
    pub async fn token(&self, id: &str) -> Result<Option<TokenRow>, StoreError> {
        let row: Option<Row> = reading!(self, pool => sqlx::query_as(
            "SELECT id, user_name, name, scopes, digest, created_at, expires_at, last_used_at, revoked_at
             FROM api_tokens WHERE id = $1",
        )
        .bind(id)
        .fetch_optional(pool)
        .await?);
        row.map(read).transpose()
    }

    /// A user's tokens, newest first.
    ///
    /// # Errors
    /// When the database fails or holds something unreadable.
    pub async fn tokens_of(&self, user: &str) -> Result<Vec<TokenRow>, StoreError> {
        let rows: Vec<Row> = reading!(self, pool => sqlx::query_as(
            "SELECT id, user_name, name, scopes, digest, created_at, expires_at, last_used_at, revoked_at
             FROM api_tokens WHERE user_name = $1 ORDER BY created_at DESC, id",
        )
        .bind(user)
        .fetch_all(pool)
        .await?);
        rows.into_iter().map(read).collect()
    }

    /// Notes that a token was used.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn touch_token(&self, id: &str, at: DateTime<Utc>) -> Result<(), StoreError> {
        writing!(self, tx => {
            sqlx::query("UPDATE api_tokens SET last_used_at = $2 WHERE id = $1")
                .bind(id).bind(at)
                .execute(&mut *tx)
                .await?;
        });
        Ok(())
    }

    /// Takes a user's token back; `false` when they have no such token in force.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn revoke_token(&self, id: &str, user: &str, by: &str, at: DateTime<Utc>) -> Result<bool, StoreError> {
        Ok(writing!(self, tx => {
            sqlx::query(
                "UPDATE api_tokens SET revoked_at = $3, revoked_by = $4
                 WHERE id = $1 AND user_name = $2 AND revoked_at IS NULL",
            )
            .bind(id).bind(user).bind(at).bind(by)
            .execute(&mut *tx)
            .await?
            .rows_affected()
                == 1
        }))
    }

    /// Takes every token of a user back; how many.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn revoke_tokens(&self, user: &str, by: &str, at: DateTime<Utc>) -> Result<u64, StoreError> {
        Ok(writing!(self, tx => {
            sqlx::query(
                "UPDATE api_tokens SET revoked_at = $2, revoked_by = $3 WHERE user_name = $1 AND revoked_at IS NULL",
            )
            .bind(user).bind(at).bind(by)
            .execute(&mut *tx)
            .await?
            .rows_affected()
        }))
    }
}
