//! Sessions, by the digest of their token; ended, never removed.

use chrono::{DateTime, Utc};

use crate::domain::ids::Sha256;
use crate::store::db::{parse, reading, writing};
use crate::store::{Store, StoreError};

/// How far a log-in got.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    /// The password was right; the second factor is awaited.
    Code,
    /// All of it.
    Full,
}

impl Stage {
    fn word(self) -> &'static str {
        match self {
            Self::Code => "code",
            Self::Full => "full",
        }
    }
}

/// A session.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SessionRow {
    /// Digest of its token.
    pub token: Sha256,
    /// Whose.
    pub user_name: String,
    /// Must come back with every form.
    pub csrf: String,
    /// How far the log-in got.
    pub stage: Stage,
    /// When it was opened.
    pub created_at: DateTime<Utc>,
    /// When it ends whatever happens.
    pub expires_at: DateTime<Utc>,
    /// When it was last used; to the minute.
    pub last_seen_at: DateTime<Utc>,
    /// When the person last proved who they are.
    pub proved_at: Option<DateTime<Utc>>,
    /// From which network address.
    pub address: String,
    /// What the browser says it is.
    pub agent: String,
    /// Whether no earlier session came from such a device.
    pub new_device: bool,
    /// When the user said they saw that.
    pub noticed_at: Option<DateTime<Utc>>,
}

type Row = (
    String,
    String,
    String,
    String,
    DateTime<Utc>,
    DateTime<Utc>,
    Option<DateTime<Utc>>,
    Option<DateTime<Utc>>,
    String,
    String,
    i64,
    Option<DateTime<Utc>>,
);

fn read(row: Row) -> Result<SessionRow, StoreError> {
    let (
        token_digest,
        user_name,
        csrf,
        stage,
        created_at,
        expires_at,
        last_seen_at,
        proved_at,
        address,
        agent,
        new_device,
        noticed_at,
    ) = row;
    Ok(SessionRow {
        token: parse("sessions.token_digest", &token_digest)?,
        user_name,
        csrf,
        stage: if stage == "full" { Stage::Full } else { Stage::Code },
        created_at,
        expires_at,
        last_seen_at: last_seen_at.unwrap_or(created_at),
        proved_at,
        address,
        agent,
        new_device: new_device != 0,
        noticed_at,
    })
}

impl Store {
    /// Opens a session, and ends an older one whose place it takes.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn add_session(&self, session: &SessionRow, instead_of: Option<&Sha256>) -> Result<(), StoreError> {
        writing!(self, tx => {
            sqlx::query(
                "INSERT INTO sessions (token_digest, user_name, csrf, stage, created_at, expires_at, last_seen_at,
                                       proved_at, address, agent, new_device)
                 VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
            )
            .bind(session.token.to_string()).bind(&session.user_name).bind(&session.csrf).bind(session.stage.word())
            .bind(session.created_at).bind(session.expires_at).bind(session.last_seen_at).bind(session.proved_at)
            .bind(&session.address).bind(&session.agent).bind(i64::from(session.new_device))
            .execute(&mut *tx)
            .await?;
            if let Some(older) = instead_of {
                sqlx::query("UPDATE sessions SET ended_at = $2 WHERE token_digest = $1 AND ended_at IS NULL")
                    .bind(older.to_string()).bind(session.created_at)
                    .execute(&mut *tx)
                    .await?;
            }
        });
        Ok(())
    }

    /// The open session of a token.
    ///
    /// # Errors
    /// When the database fails or holds something unreadable.
    pub async fn session(&self, token: &Sha256, now: DateTime<Utc>) -> Result<Option<SessionRow>, StoreError> {
        let row: Option<Row> = reading!(self, pool => sqlx::query_as(
            "SELECT token_digest, user_name, csrf, stage, created_at, expires_at, last_seen_at, proved_at, address,
                    agent, new_device, noticed_at
             FROM sessions WHERE token_digest = $1 AND ended_at IS NULL AND expires_at > $2",
        )
        .bind(token.to_string()).bind(now)
        .fetch_optional(pool)
        .await?);
        row.map(read).transpose()
    }

    /// A user's open sessions, newest first.
    ///
    /// # Errors
    /// When the database fails or holds something unreadable.
    pub async fn sessions_of(&self, user: &str, now: DateTime<Utc>) -> Result<Vec<SessionRow>, StoreError> {
        let rows: Vec<Row> = reading!(self, pool => sqlx::query_as(
            "SELECT token_digest, user_name, csrf, stage, created_at, expires_at, last_seen_at, proved_at, address,
                    agent, new_device, noticed_at
             FROM sessions WHERE user_name = $1 AND ended_at IS NULL AND expires_at > $2
             ORDER BY created_at DESC, token_digest",
        )
        .bind(user).bind(now)
        .fetch_all(pool)
        .await?);
        rows.into_iter().map(read).collect()
    }

    /// Whether the user ever logged in, and ever from such a device, and ever from this address.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn known_places(&self, user: &str, agent: &str, address: &str) -> Result<(bool, bool, bool), StoreError> {
        let (all, of_agent, of_address): (i64, i64, i64) = reading!(self, pool => sqlx::query_as(
            "SELECT COUNT(*), COUNT(CASE WHEN agent = $2 THEN 1 END), COUNT(CASE WHEN address = $3 THEN 1 END)
             FROM sessions WHERE user_name = $1 AND stage = 'full'",
        )
        .bind(user).bind(agent).bind(address)
        .fetch_one(pool)
        .await?);
        Ok((all > 0, of_agent > 0, of_address > 0))
    }

    /// Notes that a session is in use.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn touch_session(&self, token: &Sha256, at: DateTime<Utc>) -> Result<(), StoreError> {
        writing!(self, tx => {
            sqlx::query("UPDATE sessions SET last_seen_at = $2 WHERE token_digest = $1 AND ended_at IS NULL")
                .bind(token.to_string()).bind(at)
                .execute(&mut *tx)
                .await?;
        });
        Ok(())
    }

    /// Notes that the person of a session proved anew who they are.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn prove_session(&self, token: &Sha256, at: DateTime<Utc>) -> Result<(), StoreError> {
        writing!(self, tx => {
            sqlx::query("UPDATE sessions SET proved_at = $2 WHERE token_digest = $1 AND ended_at IS NULL")
                .bind(token.to_string()).bind(at)
                .execute(&mut *tx)
                .await?;
        });
        Ok(())
    }

    /// Notes that a user saw which new devices logged in.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn notice_devices(&self, user: &str, at: DateTime<Utc>) -> Result<(), StoreError> {
        writing!(self, tx => {
            sqlx::query(
                "UPDATE sessions SET noticed_at = $2 WHERE user_name = $1 AND new_device = 1 AND noticed_at IS NULL",
            )
            .bind(user).bind(at)
            .execute(&mut *tx)
            .await?;
        });
        Ok(())
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

    /// Ends every session of a user but one; how many.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn end_sessions(&self, user: &str, but: Option<&Sha256>, at: DateTime<Utc>) -> Result<u64, StoreError> {
        let but = but.map(Sha256::to_string).unwrap_or_default();
        Ok(writing!(self, tx => {
            sqlx::query(
                "UPDATE sessions SET ended_at = $2
                 WHERE user_name = $1 AND ended_at IS NULL AND token_digest <> $3 AND expires_at > $2",
            )
            .bind(user).bind(at).bind(but)
            .execute(&mut *tx)
            .await?
            .rows_affected()
        }))
    }
}
