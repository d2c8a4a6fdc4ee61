//! How far a version reaches and what it does to the plans: stations, days and airings over its remaining dates, what it
//! displaces, and its place in a station's week.

use std::sync::{Arc, Mutex, PoisonError};

use chrono::{DateTime, Days, NaiveDate, Utc};

use super::planning::approved_as;
use super::{Center, CenterError};
use crate::domain::bulletin::State;
use crate::domain::ids::{BulletinCode, Sha256, StationId};
use crate::domain::planner::impact::{Comparison, Impact, impact};
use crate::domain::planner::{GridPlan, Held, gather, monday_of, plan_week};
use crate::domain::province::Province;
use crate::domain::rundown::Item;
use crate::store::bulletins::VersionRow;
use crate::store::schedules::PLANNING;

/// Days looked at from the first that is left, at most: weekly orders repeat, so four weeks show what the rest will be.
pub const HORIZON_DAYS: u64 = 28;
/// Days of the week table.
const WEEK_DAYS: u64 = 7;
/// Comparisons kept.
const KEPT: usize = 16;
/// A comparison serves this long, seconds; only what is left of today changes without a new revision.
const STALE_SECONDS: i64 = 300;

/// What approving a version does, or what an approved one does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outlook {
    /// First day looked at; after [`Self::to`] when no day is left.
    pub from: NaiveDate,
    /// Last day looked at.
    pub to: NaiveDate,
    /// The last day it may air; after [`Self::to`] when the horizon came first.
    pub last_day: NaiveDate,
    /// Station by station.
    pub impact: Impact,
}

/// A station's week as it would be with the version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Week {
    /// Whose week.
    pub station: StationId,
    /// Its days and their items.
    pub days: Vec<(NaiveDate, Vec<Item>)>,
}

type Key = (i64, BulletinCode, u32, i64);

/// Comparisons as last made, the newest last.
#[derive(Debug, Default)]
pub struct Outlooks(Mutex<Vec<(Key, Arc<Outlook>)>>);

impl Outlooks {
    fn get(&self, key: &Key) -> Option<Arc<Outlook>> {
        let kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.iter().find(|(of, _)| of == key).map(|(_, outlook)| Arc::clone(outlook))
    }

    fn keep(&self, key: Key, outlook: &Arc<Outlook>) {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.len() >= KEPT {
            kept.remove(0);
        }
        kept.push((key, Arc::clone(outlook)));
    }
}

impl Center {
    /// What a version does to the plans of its remaining days: compared with the province as it airs now, or for an
    /// approved version with the province without it.
    ///
    /// # Errors
    /// When there is no such version or the store fails.
    pub async fn outlook(
        &self,
        code: &BulletinCode,
        version: u32,
        now: DateTime<Utc>,
    ) -> Result<Arc<Outlook>, CenterError> {
        let revision = self.store.revision(PLANNING).await?;
        let key = (revision, code.clone(), version, now.timestamp().div_euclid(STALE_SECONDS));
        if let Some(outlook) = self.outlooks.get(&key) {
            return Ok(outlook);
        }
        let row = self.bulletin_version(code, version).await?;
        let (with, without) = self.both(&row).await?;
        let code = code.clone();
        let outlook = tokio::task::spawn_blocking(move || compare(&row, &with, &without, &code, now))
            .await
            .map_err(|error| CenterError::Broken(error.to_string()))?;
        let outlook = Arc::new(outlook);
        self.outlooks.keep(key, &outlook);
        Ok(outlook)
    }

    /// A station's first week with the version; of the station with most airings when none is named. None when it
    /// reaches no station.
    ///
    /// # Errors
    /// When there is no such version or the store fails.
    pub async fn week_with(
        &self,
        code: &BulletinCode,
        version: u32,
        station: Option<&StationId>,
        now: DateTime<Utc>,
    ) -> Result<Option<Week>, CenterError> {
        let outlook = self.outlook(code, version, now).await?;
        let Some(id) = station.or_else(|| most(&outlook.impact)) else { return Ok(None) };
        let row = self.bulletin_version(code, version).await?;
        let (with, _) = self.both(&row).await?;
        let Some(facts) = with.stations.get(id) else { return Ok(None) };
        let (plan, _) = GridPlan::new(&with.grid);
        let mut days = Vec::new();
        let last = outlook.from.checked_add_days(Days::new(WEEK_DAYS - 1)).unwrap_or(outlook.from);
        let mut mondays = vec![monday_of(outlook.from), monday_of(last)];
        mondays.dedup();
        for monday in mondays {
            let (inputs, _) = gather(&with, &plan, facts, monday, |_| Held::default());
            let planned = inputs.days.iter().zip(plan_week(&inputs)).map(|(day, plan)| (day.date, plan.items));
            days.extend(planned.filter(|(date, _)| (outlook.from..=last).contains(date)));
        }
        Ok(Some(Week { station: id.clone(), days }))
    }

    /// The province with the version approved, and without it.
    async fn both(&self, row: &VersionRow) -> Result<(Province, Province), CenterError> {
        let mut without = self.province().await?;
        let mut with = without.clone();
        with.bulletins.retain(|one| one.code != row.facts.code);
        // The manifest may not exist yet; a preview needs none.
        with.bulletins.push(approved_as(row, row.manifest().unwrap_or_else(|| Sha256::of(b"preview"))));
        if row.state() == State::Approved {
            without.bulletins.retain(|one| one.code != row.facts.code);
        }
        Ok((with, without))
    }
}

/// The station with most airings, the first of equals.
fn most(impact: &Impact) -> Option<&StationId> {
    let mut best: Option<(u64, &StationId)> = None;
    for station in impact.reached() {
        if best.is_none_or(|(most, _)| most < station.airings()) {
            best = Some((station.airings(), &station.station));
        }
    }
    best.map(|(_, id)| id)
}

fn compare(row: &VersionRow, with: &Province, without: &Province, code: &BulletinCode, now: DateTime<Utc>) -> Outlook {
    let today = now.with_timezone(&with.grid.zone).date_naive();
    let from = row.facts.airs_from.max(today);
    let last_day = row.facts.last_day();
    let horizon = from.checked_add_days(Days::new(HORIZON_DAYS - 1)).unwrap_or(from);
    let to = last_day.min(horizon);
    let impact = impact(&Comparison { with, without, code, from, to, now });
    Outlook { from, to, last_day, impact }
}
