//! Declarations of force majeure: made and withdrawn by rows that are only ever added. Reports read them; no plan does.

use chrono::{DateTime, Utc};

use super::db::{Store, StoreError, reading, unsigned, writing};
use super::places;
use crate::domain::force_majeure::Declaration;
use crate::domain::place::Place;

/// A declaration about to be stored.
#[derive(Debug, Clone)]
pub struct NewDeclaration<'a> {
    /// Where.
    pub place: &'a Place,
    /// The first moment of it.
    pub from: DateTime<Utc>,
    /// The first moment after it.
    pub until: DateTime<Utc>,
    /// Why.
    pub reason: &'a str,
    /// Who: a log-in name.
    pub by: &'a str,
    /// When it was said.
    pub at: DateTime<Utc>,
}

impl Store {
    /// Keeps a declaration; its number.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn add_force_majeure(&self, new: &NewDeclaration<'_>) -> Result<u64, StoreError> {
        let (station, area) = places::columns(new.place);
        let (id,): (i64,) = writing!(self, tx => {
            sqlx::query_as(
                "INSERT INTO force_majeure (station, area, from_at, until_at, reason, by_user, at)
                 VALUES ($1, $2, $3, $4, $5, $6, $7) RETURNING id",
            )
            .bind(station).bind(area).bind(new.from).bind(new.until)
            .bind(new.reason).bind(new.by).bind(new.at)
            .fetch_one(&mut *tx)
            .await?
        });
        unsigned("force_majeure.id", id)
    }

    /// Withdraws a declaration; `false` when somebody did before, which changes nothing.
    ///
    /// # Errors
    /// When there is no such declaration or the database fails.
    pub async fn withdraw_force_majeure(&self, id: u64, by: &str, at: DateTime<Utc>) -> Result<bool, StoreError> {
        let added = writing!(self, tx => {
            sqlx::query(
                "INSERT INTO force_majeure_withdrawals (declaration, by_user, at) VALUES ($1, $2, $3)
                 ON CONFLICT (declaration) DO NOTHING",
            )
            .bind(id.cast_signed()).bind(by).bind(at)
            .execute(&mut *tx)
            .await?
            .rows_affected()
        });
        Ok(added > 0)
    }

    /// Every declaration ever made, the oldest first.
    ///
    /// # Errors
    /// When the database fails or holds something unreadable.
    pub async fn force_majeure(&self) -> Result<Vec<Declaration>, StoreError> {
        type Row = (
            i64,
            Option<String>,
            Option<String>,
            DateTime<Utc>,
            DateTime<Utc>,
            String,
            String,
            DateTime<Utc>,
            Option<String>,
            Option<DateTime<Utc>>,
        );
        let rows: Vec<Row> = reading!(self, pool => sqlx::query_as(
            "SELECT d.id, d.station, d.area, d.from_at, d.until_at, d.reason, d.by_user, d.at, w.by_user, w.at
             FROM force_majeure d LEFT JOIN force_majeure_withdrawals w ON w.declaration = d.id ORDER BY d.id",
        )
        .fetch_all(pool)
        .await?);
        let declaration = |(id, station, area, from, until, reason, by, at, withdrawn_by, withdrawn_at): Row| {
            let place = places::read((station, area), ("force_majeure.station", "force_majeure.area"))?;
            let (id, withdrawn) = (unsigned("force_majeure.id", id)?, withdrawn_by.zip(withdrawn_at));
            Ok(Declaration { id, place, from, until, reason, by, at, withdrawn })
        };
        rows.into_iter().map(declaration).collect()
    }
}
