//! Links by which calendar programs read a station's items, by their public id; the secret comes in as a digest.

use chrono::{DateTime, Utc};

use super::db::{hold, parse, reading, writing};
use super::{Store, StoreError};
use crate::domain::ids::{Sha256, StationId};

/// Subject of [`Store::revision`] at which those who make links wait for their turn.
const CALENDAR_LINKS: &str = "calendar-links";

/// A link.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CalendarLinkRow {
    /// Its public part.
    pub id: String,
    /// Whose items it shows.
    pub station: StationId,
    /// Who made it, and whose rights bound it.
    pub user_name: String,
    /// Digest of the whole secret.
    pub digest: Sha256,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When it was last used, to the minute.
    pub last_used_at: Option<DateTime<Utc>>,
    /// When it was taken back.
    pub revoked_at: Option<DateTime<Utc>>,
}

type Row = (String, String, String, String, DateTime<Utc>, Option<DateTime<Utc>>, Option<DateTime<Utc>>);

fn read(
    (id, station, user_name, digest, created_at, last_used_at, revoked_at): Row,
) -> Result<CalendarLinkRow, StoreError> {
    Ok(CalendarLinkRow {
        id,
        station: parse("calendar_links.station", &station)?,
        user_name,
        digest: parse("calendar_links.digest", &digest)?,
        created_at,
        last_used_at,
        revoked_at,
    })
}

impl Store {
    /// Adds a link, and takes back the one that the same person had at that station.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn add_calendar_link(&self, link: &CalendarLinkRow) -> Result<(), StoreError> {
        writing!(self, tx => {
            hold!(tx, CALENDAR_LINKS);
            sqlx::query(
                "UPDATE calendar_links SET revoked_at = $3, revoked_by = $2
                 WHERE station = $1 AND user_name = $2 AND revoked_at IS NULL",
            )
            .bind(link.station.as_str()).bind(&link.user_name).bind(link.created_at)
            .execute(&mut *tx)
            .await?;
            sqlx::query(
                "INSERT INTO calendar_links (id, station, user_name, digest, created_at) VALUES ($1, $2, $3, $4, $5)",
            )
            .bind(&link.id).bind(link.station.as_str()).bind(&link.user_name)
            .bind(link.digest.to_string()).bind(link.created_at)
            .execute(&mut *tx)
            .await?;
        });
        Ok(())
    }

    /// A link by its public part, whatever became of it.
    ///
    /// # Errors
    /// When the database fails or holds something unreadable.
    pub async fn calendar_link(&self, id: &str) -> Result<Option<CalendarLinkRow>, StoreError> {
        let row: Option<Row> = reading!(self, pool => sqlx::query_as(
            "SELECT id, station, user_name, digest, created_at, last_used_at, revoked_at
             FROM calendar_links WHERE id = $1",
        )
        .bind(id)
        .fetch_optional(pool)
        .await?);
        row.map(read).transpose()
    }

    /// A station's links in force, newest first.
    ///
    /// # Errors
    /// When the database fails or holds something unreadable.
    pub async fn calendar_links_of(&self, station: &StationId) -> Result<Vec<CalendarLinkRow>, StoreError> {
        let rows: Vec<Row> = reading!(self, pool => sqlx::query_as(
            "SELECT id, station, user_name, digest, created_at, last_used_at, revoked_at
             FROM calendar_links WHERE station = $1 AND revoked_at IS NULL ORDER BY created_at DESC, id",
        )
        .bind(station.as_str())
        .fetch_all(pool)
        .await?);
        rows.into_iter().map(read).collect()
    }

    /// Notes that a link was used.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn touch_calendar_link(&self, id: &str, at: DateTime<Utc>) -> Result<(), StoreError> {
        writing!(self, tx => {
            sqlx::query("UPDATE calendar_links SET last_used_at = $2 WHERE id = $1")
                .bind(id).bind(at)
                .execute(&mut *tx)
                .await?;
        });
        Ok(())
    }

    /// Takes a station's link back; `false` when it has no such link in force.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn revoke_calendar_link(
        &self,
        id: &str,
        station: &StationId,
        by: &str,
        at: DateTime<Utc>,
    ) -> Result<bool, StoreError> {
        Ok(writing!(self, tx => {
            sqlx::query(
                "UPDATE calendar_links SET revoked_at = $3, revoked_by = $4
                 WHERE id = $1 AND station = $2 AND revoked_at IS NULL",
            )
            .bind(id).bind(station.as_str()).bind(at).bind(by)
            .execute(&mut *tx)
            .await?
            .rows_affected()
                == 1
        }))
    }
}
