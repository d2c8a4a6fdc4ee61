//! Which station's day is asked for, and whether the reader may see it.

use axum::http::StatusCode;
use chrono::NaiveDate;
use serde::Deserialize;

use super::Failed;
use super::desk::{Desk, only};
use crate::domain::access::Role;
use crate::domain::station::Station;
use crate::web::session::Signed;

/// Roles that see what a station of their area airs: whoever operates it, and whoever reads everything there.
pub const DAY_READERS: [Role; 5] = [Role::Operator, Role::Editor, Role::Approver, Role::Auditor, Role::Admin];

/// `?station=&date=`
#[derive(Debug, Default, Deserialize)]
pub struct Asked {
    station: Option<String>,
    date: Option<String>,
}

impl Asked {
    /// The station and the day: today when none is named, and the first station that the reader sees.
    ///
    /// # Errors
    /// When there is no such station, or the reader may not see it.
    pub fn of<'a>(&self, me: &Signed, desk: &'a Desk) -> Result<(&'a Station, NaiveDate), Failed> {
        only(me, &DAY_READERS)?;
        let date = self.date.as_ref().and_then(|date| date.parse().ok()).unwrap_or(desk.today);
        let sees = |station: &&Station| desk.may_at(me, &DAY_READERS, station, date);
        let mut stations = desk.schedules.stations.iter();
        let found = match self.station.as_deref().filter(|id| !id.is_empty()) {
            Some(id) => {
                let named = stations.find(|station| station.id.as_str() == id).ok_or(Failed::NotFound)?;
                Some(named).filter(sees)
            }
            None => stations.find(sees),
        };
        let refused = || Failed::Bad(StatusCode::FORBIDDEN, Some(me.words().t("error-no-station")));
        Ok((found.ok_or_else(refused)?, date))
    }
}
