//! Why a bulletin airs at a station on a day, or does not: by the issued rundowns where there are, else as it would be.

use chrono::{Datelike, NaiveDate};

use super::rundowns::{Before, replan_week};
use super::{Center, CenterError};
use crate::domain::ids::{BulletinCode, StationId};
use crate::domain::planner::explain::{Explanation, explain};
use crate::domain::planner::{GridPlan, monday_of};

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
        let province = self.province().await?;
        let (plan, _) = GridPlan::new(&province.grid);
        let monday = monday_of(date);
        let sunday = monday.checked_add_days(chrono::Days::new(6)).unwrap_or(monday);
        let before: Before = self.before(&province.grid, (monday, sunday), None).await?;
        let (inputs, found, mut week) = replan_week(&province, &plan, &facts, monday, &before, crate::clock::now());
        for (day, planned) in inputs.days.iter().zip(&mut week) {
            if let Some(issued) = before.items(station, day.date) {
                planned.items = issued.to_vec();
            }
        }
        Ok(explain(&inputs, &week, date.weekday().num_days_from_monday() as usize, code, &found))
    }
}
