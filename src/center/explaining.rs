//! Why a bulletin airs at a station on a day, or does not: by the issued rundowns where there are, else as it would be. A
//! day that is over is explained by what stood when its newest rundown was issued, not by today's rules.

use chrono::{DateTime, Datelike, NaiveDate, Utc};

use super::rundowns::{Before, Ground, eve_of, replan_week};
use super::{Center, CenterError};
use crate::domain::ids::{BulletinCode, StationId};
use crate::domain::planner::difference::Expected;
use crate::domain::planner::explain::{Explanation, explain};
use crate::domain::planner::{GridPlan, SharedWeeks, monday_of};
use crate::domain::province::Province;
use crate::domain::slot::Grid;
use crate::domain::station::Station;
use crate::store::bulletins::VersionRow;
use crate::store::marks::{Marks, RECORDS};

/// What a station's week is explained by.
struct Then {
    province: Province,
    station: Station,
    before: Before,
    now: DateTime<Utc>,
}

impl Center {
    /// Explains one bulletin at one station on one day.
    ///
    /// # Errors
    /// When there is no such station or bulletin, or the store fails.
    pub async fn why(
        &self,
        station: &StationId,
        date: NaiveDate,
        code: &BulletinCode,
    ) -> Result<Explanation, CenterError> {
        let facts = self.station(station).await?;
        self.bulletin(code).await?;
        let monday = monday_of(date);
        let sunday = monday.checked_add_days(chrono::Days::new(6)).unwrap_or(monday);
        let today = self.schedules().await?.grid;
        let days = (eve_of(date), sunday);
        let issued: Before = self.before(&today, days, None).await?;
        let then = match self.ground_then(station, date, days).await? {
            Some(then) => then,
            None => Then {
                province: self.province().await?,
                station: facts,
                before: self.before(&today, days, None).await?,
                now: crate::clock::now(),
            },
        };
        let Then { province, station: facts, before, now } = &then;
        let (plan, _) = GridPlan::new(&province.grid);
        let (shared, expected) = (SharedWeeks::default(), Expected::new(&province.bulletins));
        let ground = Ground { shared: &shared, province, plan: &plan, before, expected: &expected, now: *now };
        let (inputs, found, mut week) = replan_week(&ground, facts, monday);
        for (day, planned) in inputs.days.iter().zip(&mut week) {
            if let Some(items) = issued.items(station, day.date) {
                planned.items = items.to_vec();
            }
        }
        Ok(explain(&inputs, &week, date.weekday().num_days_from_monday() as usize, code, &found))
    }

    /// What stood when the newest rundown of a day that is over was issued; none for other days, and where it was not
    /// kept how far the inputs stood.
    async fn ground_then(
        &self,
        station: &StationId,
        date: NaiveDate,
        days: (NaiveDate, NaiveDate),
    ) -> Result<Option<Then>, CenterError> {
        if self.local_today().await? <= date {
            return Ok(None);
        }
        let row = self.store.newest_rundowns(Some(station), date, date).await?.pop();
        let Some((marks, now)) = row.and_then(|row| Some((row.planned_from?, row.issued_at))) else { return Ok(None) };
        let then = self.province_at(&marks).await?;
        let Some(facts) = then.province.stations.get(station).cloned() else { return Ok(None) };
        let before = self.before_at(&facts, days, (&marks, now), (&then.province.grid, &then.versions)).await?;
        Ok(Some(Then { province: then.province, station: facts, before, now }))
    }

    /// What was issued and said of a station's days (both inclusive) when the inputs stood at these marks.
    pub(super) async fn before_at(
        &self,
        station: &Station,
        (from, to): (NaiveDate, NaiveDate),
        (marks, now): (&Marks, DateTime<Utc>),
        (grid, versions): (&Grid, &[VersionRow]),
    ) -> Result<Before, CenterError> {
        let rows = self.store.newest_rundowns_at(&station.id, from, to, marks, now).await?;
        let stops = self.stops_in_force_at(Some(marks)).await?;
        let failed = self.failed(&rows, grid, (from, to), Some(marks.of(RECORDS))).await?;
        Before::of(rows, versions, stops, failed)
    }
}
