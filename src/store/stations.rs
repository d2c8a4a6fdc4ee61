//! Invitations, devices' keys, standing choices: what is known of a station besides its imported facts.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};

use super::db::{bump, corrupt, hold, parse, reading, writing};
use super::schedules::PLANNING;
use super::{Store, StoreError};
use crate::domain::ids::{Sha256, StationId};
use crate::domain::station::StandingChoice;

/// Subject of [`Store::revision`] raised when a device is admitted or revoked.
pub const DEVICES: &str = "devices";

/// A device's key as admitted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeviceRow {
    /// Its public key, hex.
    pub key: String,
    /// The station it speaks for.
    pub station: StationId,
    /// When it enrolled.
    pub enrolled_at: DateTime<Utc>,
    /// When it was revoked.
    pub revoked_at: Option<DateTime<Utc>>,
    /// When it was last heard.
    pub last_seen_at: Option<DateTime<Utc>>,
    /// What it last said it holds, JSON.
    pub holding: Option<String>,
}

/// What came of using a code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CodeUse {
    /// The device was admitted for this station.
    Admitted(StationId),
    /// No such code.
    Unknown,
    /// It was used before.
    Used,
    /// An administrator took it back.
    Revoked,
    /// It is too old.
    Expired,
}

impl Store {
    /// Adds a one-time code for a station.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn add_invite(
        &self,
        station: &StationId,
        code: &Sha256,
        by: &str,
        at: DateTime<Utc>,
        expires_at: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        writing!(self, tx => {
            sqlx::query(
                "INSERT INTO invites (code_digest, station, created_by, created_at, expires_at)
                 VALUES ($1, $2, $3, $4, $5)",
            )
            .bind(code.to_string()).bind(station.as_str()).bind(by).bind(at).bind(expires_at)
            .execute(&mut *tx)
            .await?;
        });
        Ok(())
    }

    /// Uses a code up and admits the device's key, in one transaction. The same device asking again with the same
    /// code (its answer was lost) is admitted again.
    ///
    /// # Errors
    /// When the database fails; the code is unused then.
    pub async fn use_invite(&self, code: &Sha256, key: &str, at: DateTime<Utc>) -> Result<CodeUse, StoreError> {
        type Row = (String, DateTime<Utc>, Option<DateTime<Utc>>, Option<DateTime<Utc>>);
        type Known = (String, Option<DateTime<Utc>>);
        Ok(writing!(self, tx => {
            hold!(tx, DEVICES);
            let row: Option<Row> = sqlx::query_as(
                "SELECT station, expires_at, used_at, revoked_at FROM invites WHERE code_digest = $1",
            )
            .bind(code.to_string())
            .fetch_optional(&mut *tx)
            .await?;
            let known: Option<Known> = sqlx::query_as("SELECT station, revoked_at FROM station_keys WHERE key = $1")
                .bind(key)
                .fetch_optional(&mut *tx)
                .await?;
            match row {
                None => CodeUse::Unknown,
                Some((_, _, _, Some(_))) => CodeUse::Revoked,
                Some((station, _, Some(_), _)) if known.as_ref().is_some_and(|(held, _)| *held == station) => {
                    match known {
                        Some((_, Some(_))) => CodeUse::Revoked,
                        _ => CodeUse::Admitted(parse("invites.station", &station)?),
                    }
                }
                Some((_, _, Some(_), _)) => CodeUse::Used,
                Some((_, expires_at, _, _)) if expires_at <= at => CodeUse::Expired,
                // A key enrols once; the code stays good for a device with a new one.
                Some(_) if known.is_some() => CodeUse::Used,
                Some((station, ..)) => {
                    let station: StationId = parse("invites.station", &station)?;
                    // The condition makes two devices with one code impossible on PostgreSQL too.
                    let taken = sqlx::query("UPDATE invites SET used_at = $2 WHERE code_digest = $1 AND used_at IS NULL")
                        .bind(code.to_string()).bind(at)
                        .execute(&mut *tx)
                        .await?
                        .rows_affected();
                    if taken == 0 {
                        CodeUse::Used
                    } else {
                        sqlx::query("UPDATE station_keys SET revoked_at = $2 WHERE station = $1 AND revoked_at IS NULL")
                            .bind(station.as_str()).bind(at)
                            .execute(&mut *tx)
                            .await?;
                        sqlx::query("INSERT INTO station_keys (key, station, enrolled_at) VALUES ($1, $2, $3)")
                            .bind(key).bind(station.as_str()).bind(at)
                            .execute(&mut *tx)
                            .await?;
                        bump!(tx, DEVICES);
                        CodeUse::Admitted(station)
                    }
                }
            }
        }))
    }

    /// Revokes a station's open codes and devices; returns how many of both.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn revoke_station(&self, station: &StationId, at: DateTime<Utc>) -> Result<u64, StoreError> {
        Ok(writing!(self, tx => {
            hold!(tx, DEVICES);
            let codes = sqlx::query(
                "UPDATE invites SET revoked_at = $2 WHERE station = $1 AND used_at IS NULL AND revoked_at IS NULL",
            )
            .bind(station.as_str()).bind(at)
            .execute(&mut *tx)
            .await?
            .rows_affected();
            let keys = sqlx::query("UPDATE station_keys SET revoked_at = $2 WHERE station = $1 AND revoked_at IS NULL")
                .bind(station.as_str()).bind(at)
                .execute(&mut *tx)
                .await?
                .rows_affected();
            bump!(tx, DEVICES);
            codes + keys
        }))
    }

    /// Every device ever admitted, of one station or of all, oldest first.
    ///
    /// # Errors
    /// When the database fails or holds something unreadable.
    pub async fn devices(&self, station: Option<&StationId>) -> Result<Vec<DeviceRow>, StoreError> {
        type Row = (String, String, DateTime<Utc>, Option<DateTime<Utc>>, Option<DateTime<Utc>>, Option<String>);
        let rows: Vec<Row> = reading!(self, pool => sqlx::query_as(
            "SELECT key, station, enrolled_at, revoked_at, last_seen_at, holding FROM station_keys
             WHERE $1 IS NULL OR station = $1 ORDER BY enrolled_at, key",
        )
        .bind(station.map(StationId::as_str))
        .fetch_all(pool)
        .await?);
        rows.into_iter()
            .map(|(key, station, enrolled_at, revoked_at, last_seen_at, holding)| {
                let station = parse("station_keys.station", &station)?;
                Ok(DeviceRow { key, station, enrolled_at, revoked_at, last_seen_at, holding })
            })
            .collect()
    }

    /// Notes that a device was heard and what it holds.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn note_holding(&self, key: &str, holding: &str, at: DateTime<Utc>) -> Result<(), StoreError> {
        writing!(self, tx => {
            sqlx::query("UPDATE station_keys SET last_seen_at = $2, holding = $3 WHERE key = $1")
                .bind(key).bind(at).bind(holding)
                .execute(&mut *tx)
                .await?;
        });
        Ok(())
    }

    /// Appends a commune's standing choice.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn add_standing_choice(
        &self,
        station: &StationId,
        choice: StandingChoice,
        by: &str,
        at: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        let word = match choice {
            StandingChoice::Accept => "accept",
            StandingChoice::Decline => "decline",
        };
        writing!(self, tx => {
            hold!(tx, PLANNING);
            sqlx::query("INSERT INTO standing_choices (station, choice, by_user, at) VALUES ($1, $2, $3, $4)")
                .bind(station.as_str()).bind(word).bind(by).bind(at)
                .execute(&mut *tx)
                .await?;
            bump!(tx, PLANNING);
        });
        Ok(())
    }

    /// The newest standing choice of each station that made one.
    ///
    /// # Errors
    /// When the database fails or holds something unreadable.
    pub async fn standing_choices(&self) -> Result<BTreeMap<StationId, StandingChoice>, StoreError> {
        self.standing_choices_at(None).await
    }

    /// The same of choices up to this id alone, as they were made by then.
    ///
    /// # Errors
    /// As [`Self::standing_choices`].
    pub async fn standing_choices_at(
        &self,
        last: Option<i64>,
    ) -> Result<BTreeMap<StationId, StandingChoice>, StoreError> {
        let rows: Vec<(String, String)> = reading!(self, pool => sqlx::query_as(
            "SELECT station, choice FROM standing_choices WHERE $1 IS NULL OR id <= $1 ORDER BY id",
        )
        .bind(last)
        .fetch_all(pool)
        .await?);
        rows.into_iter()
            .map(|(station, word)| {
                let choice = match word.as_str() {
                    "accept" => StandingChoice::Accept,
                    "decline" => StandingChoice::Decline,
                    _ => return Err(corrupt("standing_choices.choice")(word)),
                };
                Ok((parse("standing_choices.station", &station)?, choice))
            })
            .collect()
    }
}
