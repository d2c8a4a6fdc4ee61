//! What people ask of the root for their own keys, and the trust lists it signed.

use chrono::{DateTime, Utc};

use super::db::{bump, corrupt, reading, writing};
use super::{Store, StoreError};
use crate::domain::ids::Sha256;

/// Subject of [`Store::revision`] raised by every new trust list.
pub const TRUST: &str = "trust";

/// What is asked for a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Asks {
    /// That root names it.
    Admit,
    /// That root revokes it, as when it was lost.
    Revoke,
}

impl Asks {
    fn word(self) -> &'static str {
        match self {
            Self::Admit => "admit",
            Self::Revoke => "revoke",
        }
    }
}

impl std::str::FromStr for Asks {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        [Self::Admit, Self::Revoke]
            .into_iter()
            .find(|asks| asks.word() == text)
            .ok_or_else(|| format!("request \"{text}\" is unknown"))
    }
}

/// A request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyRequestRow {
    /// Who asks.
    pub user_name: String,
    /// The public key, hex.
    pub key: String,
    /// What for.
    pub asks: Asks,
    /// When.
    pub at: DateTime<Utc>,
    /// Whether it was granted, by whom and when; none while it waits.
    pub decided: Option<Decided>,
}

/// What became of a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decided {
    /// Granted or refused.
    pub granted: bool,
    /// By whom.
    pub by: String,
    /// When.
    pub at: DateTime<Utc>,
}

/// A trust list to be kept, with the act that made it.
#[derive(Debug, Clone)]
pub struct NewTrustList<'a> {
    /// SHA-256 of the envelope's bytes.
    pub digest: Sha256,
    /// Payload type.
    pub payload_type: &'a str,
    /// The bytes.
    pub envelope: &'a str,
    /// Who had it made.
    pub by: &'a str,
    /// What was done, such as `key-admitted`.
    pub act: &'a str,
    /// The key's id.
    pub subject: &'a str,
    /// More, for people.
    pub detail: &'a str,
}

type Row = (String, String, String, DateTime<Utc>, Option<String>, Option<String>, Option<DateTime<Utc>>);

fn request((user_name, key, asks, at, decision, by, decided_at): Row) -> Result<KeyRequestRow, StoreError> {
    let decided = match (decision.as_deref(), by, decided_at) {
        (None, _, _) => None,
        (Some(word @ ("granted" | "refused")), Some(by), Some(at)) => {
            Some(Decided { granted: word == "granted", by, at })
        }
        (Some(other), _, _) => return Err(corrupt("key_requests.decision")(other.to_string())),
    };
    let asks = asks.parse().map_err(corrupt("key_requests.asks"))?;
    Ok(KeyRequestRow { user_name, key, asks, at, decided })
}

impl Store {
    /// Adds a request; `false` when the same was asked for this key before, by whomever.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn add_key_request(
        &self,
        user: &str,
        key: &str,
        asks: Asks,
        at: DateTime<Utc>,
    ) -> Result<bool, StoreError> {
        Ok(writing!(self, tx => {
            sqlx::query(
                "INSERT INTO key_requests (user_name, key, asks, at) VALUES ($1, $2, $3, $4)
                 ON CONFLICT (key, asks) DO NOTHING",
            )
            .bind(user).bind(key).bind(asks.word()).bind(at)
            .execute(&mut *tx)
            .await?
            .rows_affected() == 1
        }))
    }

    /// Every request, oldest first; one user's when named.
    ///
    /// # Errors
    /// When the database fails or holds something unreadable.
    pub async fn key_requests(&self, user: Option<&str>) -> Result<Vec<KeyRequestRow>, StoreError> {
        let rows: Vec<Row> = reading!(self, pool => sqlx::query_as(
            "SELECT user_name, key, asks, at, decision, decided_by, decided_at FROM key_requests
             WHERE $1 IS NULL OR user_name = $1 ORDER BY id",
        )
        .bind(user)
        .fetch_all(pool)
        .await?);
        rows.into_iter().map(request).collect()
    }

    /// Decides a waiting request; `false` when none waits.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn decide_key_request(&self, key: &str, asks: Asks, decided: &Decided) -> Result<bool, StoreError> {
        let word = if decided.granted { "granted" } else { "refused" };
        Ok(writing!(self, tx => {
            sqlx::query(
                "UPDATE key_requests SET decision = $3, decided_by = $4, decided_at = $5
                 WHERE key = $1 AND asks = $2 AND decision IS NULL",
            )
            .bind(key).bind(asks.word()).bind(word).bind(&decided.by).bind(decided.at)
            .execute(&mut *tx)
            .await?
            .rows_affected() == 1
        }))
    }

    /// Keeps a signed trust list verbatim with the act that made it, and tells every process that there is a new one.
    ///
    /// # Errors
    /// When the database fails; nothing is stored then.
    pub async fn note_trust_list(&self, new: &NewTrustList<'_>, at: DateTime<Utc>) -> Result<(), StoreError> {
        writing!(self, tx => {
            sqlx::query(
                "INSERT INTO envelopes (digest, payload_type, body, created_at) VALUES ($1, $2, $3, $4)
                 ON CONFLICT (digest) DO NOTHING",
            )
            .bind(new.digest.to_string()).bind(new.payload_type).bind(new.envelope).bind(at)
            .execute(&mut *tx)
            .await?;
            sqlx::query("INSERT INTO acts (at, by_user, act, subject, detail) VALUES ($1, $2, $3, $4, $5)")
                .bind(at).bind(new.by).bind(new.act).bind(new.subject).bind(new.detail)
                .execute(&mut *tx)
                .await?;
            bump!(tx, TRUST);
        });
        Ok(())
    }
}
