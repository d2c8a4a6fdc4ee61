//! Break-in orders told: to stations, and to people what became of them.

use std::collections::BTreeSet;

use chrono::{DateTime, Duration, NaiveDate, NaiveTime, Utc};

use super::{BreakInOrder, StationAnswer};
use crate::center::{Center, CenterError};
use crate::domain::break_in::{BreakIn, InForce};
use crate::domain::bulletin::State;
use crate::domain::ids::{BreakInId, StationId};
use crate::domain::reconcile::Urgent;
use crate::protocol::link::Holding;
use crate::store::break_ins::BreakInRow;
use crate::trust::envelope::{self, BREAK_IN};

/// How long a station is told of an order, also one that expired, so that it says that it never began, hours.
const TOLD_HOURS: i64 = 24;

impl Center {
    pub(super) async fn break_in_row(&self, id: &BreakInId) -> Result<BreakInRow, CenterError> {
        let row = self.store.break_in(id).await?;
        row.ok_or_else(|| CenterError::NotFound(format!("there is no break-in order {id}")))
    }

    /// One order.
    ///
    /// # Errors
    /// When there is no such order or the store fails.
    pub async fn break_in(&self, id: &BreakInId) -> Result<BreakInOrder, CenterError> {
        order_of(self.break_in_row(id).await?)
    }

    /// Orders asked for since that moment, the newest first.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn break_ins_since(&self, since: DateTime<Utc>) -> Result<Vec<BreakInOrder>, CenterError> {
        let rows = self.store.break_ins_since(since).await?;
        rows.into_iter().rev().map(order_of).collect()
    }

    /// What became of an order at each of its stations, by name.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn break_in_answers(
        &self,
        order: &BreakInOrder,
        now: DateTime<Utc>,
    ) -> Result<Vec<StationAnswer>, CenterError> {
        let Some(force) = order.clone().in_force() else { return Ok(Vec::new()) };
        let (grid, date) = (self.schedules().await?.grid, force.order.date);
        let records = self.store.records_between(None, date, date).await?;
        let airings: BTreeSet<_> = force.order.stations.iter().map(|one| force.order.airing(one)).collect();
        let records = records.into_iter().map(|(_, record)| record).filter(|record| airings.contains(&record.airing));
        let records: Vec<_> = records.collect();
        let statuses = self.station_statuses().await?;
        let mut answers: Vec<StationAnswer> = statuses
            .into_iter()
            .filter_map(|status| {
                let rules = (&grid.settings, grid.zone);
                let urgent = Urgent::of(&force, &status.station.id, &records, rules, now)?;
                let held = |holding: &Holding| holding.break_ins.contains(&force.order.id);
                Some(StationAnswer {
                    received: status.holding.as_ref().is_some_and(held),
                    connected: status.connected,
                    line: urgent.line,
                    station: status.station,
                })
            })
            .collect();
        answers.sort_by(|a, b| a.station.name.cmp(&b.station.name));
        Ok(answers)
    }

    /// Orders of those days (both inclusive) that were ever in force, the oldest first.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn in_force_between(&self, from: NaiveDate, to: NaiveDate) -> Result<Vec<InForce>, CenterError> {
        // A day begins in its zone a day before midnight of UTC at the most.
        let since = from.and_time(NaiveTime::MIN).and_utc() - Duration::days(1);
        let mut orders = Vec::new();
        for row in self.store.break_ins_since(since).await? {
            let Some(mut force) = order_of(row)?.in_force() else { continue };
            if !(from..=to).contains(&force.order.date) {
                continue;
            }
            let version = self.bulletin_version(&force.order.bulletin, force.order.version).await?;
            force.stands = version.state() != State::Withdrawn;
            orders.push(force);
        }
        Ok(orders)
    }

    /// Orders in force that a station is still told of, with their signed bytes, the oldest first.
    pub(in crate::center) async fn break_ins_at(
        &self,
        station: &StationId,
    ) -> Result<Vec<(BreakIn, String)>, CenterError> {
        let since = crate::clock::now() - Duration::hours(TOLD_HOURS);
        let mut told = Vec::new();
        for row in self.store.break_ins_since(since).await? {
            let Some(text) = row.answer.and_then(|answer| answer.envelope) else { continue };
            let order: BreakIn = envelope::peek(text.as_bytes(), BREAK_IN)?;
            if !order.stations.contains(station) {
                continue;
            }
            // What was withdrawn since breaks in nowhere.
            let version = self.bulletin_version(&order.bulletin, order.version).await?;
            if version.state() == State::Approved {
                told.push((order, text));
            }
        }
        Ok(told)
    }
}

fn order_of(row: BreakInRow) -> Result<BreakInOrder, CenterError> {
    Ok(BreakInOrder {
        order: envelope::peek(row.asked.as_bytes(), BREAK_IN)?,
        asked_at: row.at,
        repeats: row.repeats,
        answer: row.answer.map(|answer| (answer.by, answer.at, answer.envelope.is_some())),
    })
}
