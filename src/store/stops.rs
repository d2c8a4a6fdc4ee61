//! Stop orders: given and lifted by rows that are only ever added.

use chrono::{DateTime, Utc};

use super::db::{Store, StoreError, bump, parse, reading, unsigned, writing};
use super::marks::{Marks, STOPS_GIVEN, STOPS_LIFTED};
use super::places;
use super::schedules::PLANNING;
use crate::domain::ids::BulletinCode;
use crate::domain::place::Place;
use crate::domain::stop::{Stop, StopOrder};

/// Subject of [`Store::revision`] raised by every stop order given or lifted.
pub const STOPS: &str = "stops";

/// A stop order about to be stored.
#[derive(Debug, Clone)]
pub struct NewStop<'a> {
    /// Where.
    pub place: &'a Place,
    /// Only this bulletin.
    pub bulletin: Option<&'a BulletinCode>,
    /// Why.
    pub reason: &'a str,
    /// Who.
    pub by: &'a str,
    /// When.
    pub at: DateTime<Utc>,
}

impl Store {
    /// Keeps a stop order; its number.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn add_stop(&self, new: &NewStop<'_>) -> Result<u64, StoreError> {
        let (station, area) = places::columns(new.place);
        let (id,): (i64,) = writing!(self, tx => {
            bump!(tx, STOPS);
            bump!(tx, PLANNING);
            sqlx::query_as(
                "INSERT INTO stop_orders (station, area, bulletin, reason, by_user, at)
                 VALUES ($1, $2, $3, $4, $5, $6) RETURNING id",
            )
            .bind(station).bind(area).bind(new.bulletin.map(BulletinCode::as_str))
            .bind(new.reason).bind(new.by).bind(new.at)
            .fetch_one(&mut *tx)
            .await?
        });
        unsigned("stop_orders.id", id)
    }

    /// Lifts a stop order; `false` when somebody did before, which changes nothing.
    ///
    /// # Errors
    /// When there is no such order or the database fails.
    pub async fn lift_stop(&self, id: u64, by: &str, at: DateTime<Utc>) -> Result<bool, StoreError> {
        let added = writing!(self, tx => {
            bump!(tx, STOPS);
            bump!(tx, PLANNING);
            sqlx::query(
                "INSERT INTO stop_lifts (stop, by_user, at) VALUES ($1, $2, $3) ON CONFLICT (stop) DO NOTHING",
            )
            .bind(id.cast_signed()).bind(by).bind(at)
            .execute(&mut *tx)
            .await?
            .rows_affected()
        });
        Ok(added > 0)
    }

    /// Every stop order ever given, the oldest first.
    ///
    /// # Errors
    /// When the database fails or holds something unreadable.
    pub async fn stop_orders(&self) -> Result<Vec<StopOrder>, StoreError> {
        self.stop_orders_at(None).await
    }

    /// The same as it stood at some marks.
    ///
    /// # Errors
    /// When the database fails or holds something unreadable.
    pub async fn stop_orders_at(&self, marks: Option<&Marks>) -> Result<Vec<StopOrder>, StoreError> {
        let (given, lifts) = (marks.map(|marks| marks.of(STOPS_GIVEN)), marks.map(|marks| marks.of(STOPS_LIFTED)));
        type Row = (
            i64,
            Option<String>,
            Option<String>,
            Option<String>,
            String,
            String,
            DateTime<Utc>,
            Option<String>,
            Option<DateTime<Utc>>,
        );
        let rows: Vec<Row> = reading!(self, pool => sqlx::query_as(
            "SELECT o.id, o.station, o.area, o.bulletin, o.reason, o.by_user, o.at, l.by_user, l.at
             FROM stop_orders o LEFT JOIN stop_lifts l ON l.stop = o.id AND ($2 IS NULL OR l.id <= $2)
             WHERE $1 IS NULL OR o.id <= $1 ORDER BY o.id",
        )
        .bind(given).bind(lifts)
        .fetch_all(pool)
        .await?);
        let order = |(id, station, area, bulletin, reason, by, at, lifted_by, lifted_at): Row| {
            let place = places::read((station, area), ("stop_orders.station", "stop_orders.area"))?;
            let bulletin = bulletin.map(|code| parse("stop_orders.bulletin", &code)).transpose()?;
            let stop = Stop { id: unsigned("stop_orders.id", id)?, bulletin, reason };
            Ok(StopOrder { stop, place, by, at, lifted: lifted_by.zip(lifted_at) })
        };
        rows.into_iter().map(order).collect()
    }
}
