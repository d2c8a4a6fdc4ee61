//! Second factors and recovery codes. Secrets come in sealed, codes as digests.

use chrono::{DateTime, Utc};

use crate::domain::ids::Sha256;
use crate::store::db::{hold, reading, writing};
use crate::store::{Store, StoreError};

/// A second factor.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FactorRow {
    /// Its number.
    pub id: i64,
    /// The shared secret, sealed.
    pub secret: String,
    /// The last step of time whose code was used.
    pub last_step: i64,
    /// When the person showed that their app has it; none while it is offered.
    pub confirmed_at: Option<DateTime<Utc>>,
}

impl Store {
    /// A user's second factor, confirmed or offered.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn second_factor(&self, user: &str) -> Result<Option<FactorRow>, StoreError> {
        let row: Option<(i64, String, i64, Option<DateTime<Utc>>)> = reading!(self, pool => sqlx::query_as(
            "SELECT id, secret, last_step, confirmed_at FROM second_factors
             WHERE user_name = $1 AND ended_at IS NULL ORDER BY id DESC LIMIT 1",
        )
        .bind(user)
        .fetch_optional(pool)
        .await?);
        Ok(row.map(|(id, secret, last_step, confirmed_at)| FactorRow { id, secret, last_step, confirmed_at }))
    }

    /// Offers a second factor, unless one is in force or on offer already.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn offer_second_factor(&self, user: &str, secret: &str, at: DateTime<Utc>) -> Result<(), StoreError> {
        writing!(self, tx => {
            hold!(tx, format!("second factor of {user}"));
            sqlx::query(
                "INSERT INTO second_factors (user_name, secret, last_step, created_at)
                 SELECT $1, $2, 0, $3 WHERE NOT EXISTS
                 (SELECT 1 FROM second_factors WHERE user_name = $1 AND ended_at IS NULL)",
            )
            .bind(user).bind(secret).bind(at)
            .execute(&mut *tx)
            .await?;
        });
        Ok(())
    }

    /// Uses a step of time up, and confirms the factor if it was only offered; `false` when this step or a later one
    /// was used before, or the factor ended.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn use_step(&self, factor: i64, step: i64, at: DateTime<Utc>) -> Result<bool, StoreError> {
        Ok(writing!(self, tx => {
            sqlx::query(
                "UPDATE second_factors SET last_step = $2, confirmed_at = COALESCE(confirmed_at, $3)
                 WHERE id = $1 AND last_step < $2 AND ended_at IS NULL",
            )
            .bind(factor).bind(step).bind(at)
            .execute(&mut *tx)
            .await?
            .rows_affected()
                == 1
        }))
    }

    /// Ends a user's second factor, offered or in force; `false` when there was none.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn end_second_factor(&self, user: &str, by: &str, at: DateTime<Utc>) -> Result<bool, StoreError> {
        Ok(writing!(self, tx => {
            sqlx::query(
                "UPDATE second_factors SET ended_at = $2, ended_by = $3 WHERE user_name = $1 AND ended_at IS NULL",
            )
            .bind(user).bind(at).bind(by)
            .execute(&mut *tx)
            .await?
            .rows_affected()
                > 0
        }))
    }

    /// Gives a factor new recovery codes; those before are worth nothing any more.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn set_recovery_codes(&self, factor: i64, codes: &[Sha256], at: DateTime<Utc>) -> Result<(), StoreError> {
        writing!(self, tx => {
            sqlx::query("UPDATE recovery_codes SET replaced_at = $2 WHERE factor = $1 AND replaced_at IS NULL")
                .bind(factor).bind(at)
                .execute(&mut *tx)
                .await?;
            for code in codes {
                sqlx::query("INSERT INTO recovery_codes (digest, factor, created_at) VALUES ($1, $2, $3)")
                    .bind(code.to_string()).bind(factor).bind(at)
                    .execute(&mut *tx)
                    .await?;
            }
        });
        Ok(())
    }

    /// Uses a recovery code up; `false` when it is none of this factor's, or was used or replaced.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn use_recovery_code(&self, factor: i64, code: &Sha256, at: DateTime<Utc>) -> Result<bool, StoreError> {
        Ok(writing!(self, tx => {
            sqlx::query(
                "UPDATE recovery_codes SET used_at = $3
                 WHERE digest = $2 AND factor = $1 AND used_at IS NULL AND replaced_at IS NULL",
            )
            .bind(factor).bind(code.to_string()).bind(at)
            .execute(&mut *tx)
            .await?
            .rows_affected()
                == 1
        }))
    }

    /// Recovery codes of a factor that are still good.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn recovery_codes_left(&self, factor: i64) -> Result<i64, StoreError> {
        let (left,): (i64,) = reading!(self, pool => sqlx::query_as(
            "SELECT COUNT(*) FROM recovery_codes WHERE factor = $1 AND used_at IS NULL AND replaced_at IS NULL",
        )
        .bind(factor)
        .fetch_one(pool)
        .await?);
        Ok(left)
    }
}
