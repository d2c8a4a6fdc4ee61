//! Orders made at the center, and how far a bulletin would reach with those there are.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Days, Utc};

use super::planning::{ORDERS, approved_as};
use super::{Center, CenterError};
use crate::domain::bulletin::State;
use crate::domain::ids::{BulletinCode, OrderId, Sha256, StationId};
use crate::domain::order::{Demand, Order};
use crate::domain::planner::{GridPlan, KnownBulletin, gather, lint_orders, plan_day};
use crate::domain::problem::{Problem, Severity};
use crate::domain::province::Province;
use crate::domain::rundown::{Item, Rundown};
use crate::trust::envelope;

/// Days a reach is told for, today included.
const REACH_DAYS: u64 = 7;

/// How far a bulletin's version reaches within the next seven days.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Reached {
    /// Stations with at least one airing of it.
    pub stations: u64,
    /// Airings planned at them.
    pub airings: u64,
}

impl Center {
    /// Adds an order for a bulletin, everywhere and on all days that its newest version may air; returns what the
    /// linter warns of. Its id is `yc-` and the bulletin's code, with a number when that is taken.
    ///
    /// # Errors
    /// When the bulletin is not known, the linter refuses the order, or the store fails; nothing is stored then.
    pub async fn add_order(
        &self,
        bulletin: &BulletinCode,
        demand: Demand,
        by: &str,
    ) -> Result<Vec<Problem>, CenterError> {
        // Orders are one document: two that are added at once must not lose one.
        let _one_at_a_time = self.planning.lock().await;
        let facts = self.bulletin(bulletin).await?.facts;
        let schedules = self.schedules().await?;
        let mut orders = schedules.orders;
        let id = free_id(bulletin, &orders)?;
        orders.push(Order {
            id: id.clone(),
            bulletin: bulletin.clone(),
            demand,
            dayparts: Vec::new(),
            from: facts.airs_from,
            to: facts.airs_to,
            target: facts.target.clone(),
        });
        let new = orders.len() - 1;
        let known = [KnownBulletin::from(&facts)];
        let problems = lint_orders(&orders[new..], &schedules.areas, &known, &schedules.grid);
        if let Some(refused) = problems.iter().find(|problem| problem.severity == Severity::Refuse) {
            return Err(CenterError::refused(refused.sentence.clone()));
        }
        let body = serde_json::to_string(&orders)?;
        let digest = Sha256::of(body.as_bytes()).to_string();
        let now = crate::clock::now();
        self.store.add_schedule_document(ORDERS, &digest, &body, by, now).await?;
        self.store.note_act(by, "order-added", id.as_str(), bulletin.as_str(), now).await?;
        Ok(problems)
    }

    /// Where a version airs in the next seven days: counted in the issued rundowns once it is approved, else in a
    /// preview as if it were approved now.
    ///
    /// # Errors
    /// When there is no such version or the store fails.
    pub async fn reach(&self, code: &BulletinCode, version: u32, now: DateTime<Utc>) -> Result<Reached, CenterError> {
        let versions = self.store.bulletin_versions(Some(code)).await?;
        let row = versions
            .iter()
            .find(|row| row.version == version)
            .ok_or_else(|| CenterError::NotFound(format!("bulletin {code} has no version {version}")))?;
        let mut province = self.province().await?;
        let today = now.with_timezone(&province.grid.zone).date_naive();
        let counts = move |item: &Item| {
            let wanted = |sound: &crate::domain::rundown::PlannedSound| sound.bulletin_version == version;
            item.start > now && item.sound.as_ref().is_some_and(wanted)
        };
        if row.state() == State::Approved {
            let last = today.checked_add_days(Days::new(REACH_DAYS - 1)).unwrap_or(today);
            let mut reached: BTreeMap<StationId, u64> = BTreeMap::new();
            for row in self.store.newest_rundowns(None, today, last).await? {
                let rundown: Rundown = envelope::peek(row.body.as_bytes(), envelope::RUNDOWN)?;
                let of_it = |item: &&Item| item.sound.as_ref().is_some_and(|sound| sound.bulletin == *code);
                let airings = rundown.items.iter().filter(of_it).filter(|item| counts(item)).count() as u64;
                if airings > 0 {
                    *reached.entry(row.station).or_default() += airings;
                }
            }
            return Ok(Reached { stations: reached.len() as u64, airings: reached.values().sum() });
        }
        province.bulletins.retain(|bulletin| bulletin.code != *code);
        // The manifest does not exist yet; a preview needs none.
        province.bulletins.push(approved_as(row, Sha256::of(b"preview")));
        let code = code.clone();
        tokio::task::spawn_blocking(move || preview(&province, &code, now))
            .await
            .map_err(|error| CenterError::Broken(error.to_string()))
    }
}

fn free_id(bulletin: &BulletinCode, orders: &[Order]) -> Result<OrderId, CenterError> {
    let taken: BTreeSet<&str> = orders.iter().map(|order| order.id.as_str()).collect();
    let first = format!("yc-{}", bulletin.as_str().to_lowercase());
    let mut id = first.clone();
    let mut number = 1;
    while taken.contains(id.as_str()) {
        number += 1;
        id = format!("{first}-{number}");
    }
    id.parse().map_err(|error: crate::domain::ids::BadName| CenterError::refused(error.to_string()))
}

fn preview(province: &Province, code: &BulletinCode, now: DateTime<Utc>) -> Reached {
    let (plan, _) = GridPlan::new(&province.grid);
    let today = now.with_timezone(&province.grid.zone).date_naive();
    let mut by_class: BTreeMap<Sha256, u64> = BTreeMap::new();
    let mut reached = Reached::default();
    for station in province.stations.values() {
        let mut airings = 0;
        for date in today.iter_days().take(REACH_DAYS as usize) {
            let (inputs, _) = gather(province, &plan, station, date, Vec::new(), None);
            if !inputs.orders.iter().any(|order| order.bulletin == *code) {
                continue;
            }
            airings += *by_class.entry(inputs.class_digest()).or_insert_with(|| {
                let of_it =
                    |item: &&Item| item.start > now && item.sound.as_ref().is_some_and(|sound| sound.bulletin == *code);
                plan_day(&inputs).items.iter().filter(of_it).count() as u64
            });
        }
        reached.stations += u64::from(airings > 0);
        reached.airings += airings;
    }
    reached
}
