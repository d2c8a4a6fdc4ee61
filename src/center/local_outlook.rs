//! Where a commune's own bulletin would land at each of the commune's stations, and what it would move there, on top of
//! what is issued: what its operator sees before submitting it.

use chrono::{DateTime, Datelike, Days, NaiveDate, Utc};

use super::local_items::{LocalWish, free_code, order_of};
use super::rundowns::{Before, eve_of};
use super::{Center, CenterError};
use crate::domain::bulletin::{Approved, Origin, Topic};
use crate::domain::ids::{Sha256, StationId};
use crate::domain::order::{Demand, Order};
use crate::domain::planner::explain::{Explanation, explain};
use crate::domain::planner::landing::{DayLanding, landings};
use crate::domain::planner::{GridPlan, WEEK, gather, monday_of, plan_week};
use crate::domain::province::Province;
use crate::domain::station::Station;
use crate::domain::stop::leave_out;

/// Days looked at from the first, at most.
const HORIZON_DAYS: u64 = 28;

/// Where a bulletin would land and what it would move.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LocalOutlook {
    /// First day looked at; after [`Self::to`] when no day is left.
    pub from: NaiveDate,
    /// Last day looked at.
    pub to: NaiveDate,
    /// The last day it may air.
    pub last_day: NaiveDate,
    /// Each station of the commune.
    pub stations: Vec<StationLanding>,
}

/// The same at one station.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StationLanding {
    /// Which.
    pub station: StationId,
    /// Day by day.
    pub days: Vec<(DayLanding, Short)>,
}

/// What a day lacks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Short {
    /// Plays that are asked for and have no place.
    pub plays: u32,
    /// Why, slot by slot; none where nothing is lacking.
    pub why: Option<Explanation>,
}

impl LocalOutlook {
    /// Plays at all stations.
    pub fn plays(&self) -> usize {
        self.stations.iter().flat_map(|one| &one.days).map(|(day, _)| day.plays.len()).sum()
    }
}

impl Center {
    /// Where a wish would land with a sound of that length, and what it would move, on top of what is issued today.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn local_outlook(&self, wish: &LocalWish, duration_ms: u64) -> Result<LocalOutlook, CenterError> {
        let now = crate::clock::now();
        let without = self.province().await?;
        let today = now.with_timezone(&without.grid.zone).date_naive();
        let versions = self.store.bulletin_versions(None).await?;
        let code = free_code(&versions, &without.orders, &wish.area, today)?;
        let order = order_of(wish, &code)?;
        let mut with = without.clone();
        with.bulletins.push(Approved {
            code,
            version: 1,
            title: wish.title.clone(),
            priority: wish.priority,
            duration_ms,
            rendition: Sha256::of(b"preview"),
            manifest: Sha256::of(b"preview"),
            target: order.target.clone(),
            airs_from: wish.airs_from,
            airs_to: wish.airs_to,
            topic: Topic::try_from(wish.topic).ok(),
            origin: Origin::Commune,
        });
        with.orders.push(order.clone());
        let from = wish.airs_from.max(today);
        let horizon = from.checked_add_days(Days::new(HORIZON_DAYS - 1)).unwrap_or(from);
        let to = wish.airs_to.min(horizon);
        let before = self.before(&with.grid, (eve_of(from), to), None).await?;
        let (plan, _) = GridPlan::new(&with.grid);
        let look = Look { without: &without, with: &with, plan: &plan, before: &before, order: &order, now };
        let serves = |station: &&Station| {
            from.iter_days().take_while(|date| *date <= to).any(|date| station.area_on(date) == Some(&wish.area))
        };
        let stations = with.stations.values().filter(serves);
        let stations = stations.map(|one| StationLanding { station: one.id.clone(), days: look.days(one, from, to) });
        Ok(LocalOutlook { from, to, last_day: wish.airs_to, stations: stations.collect() })
    }
}

/// What two plans of a station's weeks are made of.
struct Look<'a> {
    without: &'a Province,
    with: &'a Province,
    plan: &'a GridPlan,
    before: &'a Before,
    order: &'a Order,
    now: DateTime<Utc>,
}

impl Look<'_> {
    fn days(&self, station: &Station, from: NaiveDate, to: NaiveDate) -> Vec<(DayLanding, Short)> {
        let mut days = Vec::new();
        for monday in monday_of(from).iter_days().step_by(WEEK).take_while(|monday| *monday <= to) {
            days.extend(self.week(station, monday));
        }
        days.retain(|(day, _)| (from..=to).contains(&day.date));
        days
    }

    /// The week is planned as it would be issued today, then mended with the bulletin as an issued week is.
    fn week(&self, station: &Station, monday: NaiveDate) -> Vec<(DayLanding, Short)> {
        let Self { without, with, plan, before, order, now } = *self;
        let today = now.with_timezone(&with.grid.zone).date_naive();
        let stops = before.stops();
        let held = |date| before.held(&station.id, date, date < today, plan, now);
        let (mut inputs, _) = gather(without, plan, station, monday, held);
        let eve = before.items(&station.id, eve_of(monday)).unwrap_or_default();
        inputs.begin_after(eve);
        leave_out(&mut inputs, station, &without.areas, stops);
        let had = plan_week(&inputs);
        let mended = |date: NaiveDate| {
            let mut held = held(date);
            if date >= today {
                let planned = had.get((date - monday).num_days().unsigned_abs() as usize);
                let items = planned.map(|day| day.items.clone()).unwrap_or_default();
                held.published = items.into_iter().filter(|item| !held.kept.contains(item)).collect();
                held.issued = true;
            }
            held
        };
        let (mut inputs, found) = gather(with, plan, station, monday, mended);
        inputs.begin_after(eve);
        leave_out(&mut inputs, station, &with.areas, stops);
        let has = plan_week(&inputs);
        let told = landings(&inputs, &had, &has, &order.id);
        let short = |day: &DayLanding| {
            let wanted = match order.demand {
                Demand::PerDay(plays) if day.date >= today && order.from <= day.date && day.date <= order.to => plays,
                _ => 0,
            };
            let plays = wanted.saturating_sub(u32::try_from(day.plays.len()).unwrap_or(u32::MAX));
            let weekday = day.date.weekday().num_days_from_monday() as usize;
            let why = (plays > 0).then(|| explain(&inputs, &has, weekday, &order.bulletin, &found));
            Short { plays, why }
        };
        told.into_iter()
            .map(|day| {
                let short = short(&day);
                (day, short)
            })
            .collect()
    }
}
