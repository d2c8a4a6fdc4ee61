//! Orders made at the center.

use std::collections::BTreeSet;

use super::planning::ORDERS;
use super::{Center, CenterError};
use crate::domain::ids::{BulletinCode, OrderId, Sha256};
use crate::domain::order::{Demand, Order};
use crate::domain::planner::{KnownBulletin, lint_orders};
use crate::domain::problem::{Problem, Severity};

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
            weight: 1,
            spacing_minutes: 0,
            from: facts.airs_from,
            // It ends with its document, and an order beyond that is refused.
            to: facts.last_day(),
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
