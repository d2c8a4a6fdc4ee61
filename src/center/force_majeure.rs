//! Force majeure: declared for a place and a time, and withdrawn. Reports excuse by what holds when they are made.

use chrono::{DateTime, Duration, NaiveDate, NaiveDateTime, NaiveTime, TimeZone, Utc};

use super::reason::reason_of;
use super::refusal::DeskRefusal;
use super::{Center, CenterError};
use crate::domain::access::Grant;
use crate::domain::force_majeure::{Declaration, may_declare};
use crate::domain::place::Place;
use crate::domain::station::Station;
use crate::store::force_majeure::NewDeclaration;

/// Longest time of one declaration, days: a longer flood is said once more.
pub const MOST_DAYS: i64 = 31;

impl Center {
    /// Every declaration ever made, the oldest first.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn force_majeure(&self) -> Result<Vec<Declaration>, CenterError> {
        Ok(self.store.force_majeure().await?)
    }

    /// What is declared for a station on a local day and holds, the oldest first.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn force_majeure_at(&self, station: &Station, date: NaiveDate) -> Result<Vec<Declaration>, CenterError> {
        let schedules = self.schedules().await?;
        let midnight = |date: NaiveDate| {
            let moment = schedules.grid.zone.from_local_datetime(&date.and_time(NaiveTime::MIN)).earliest();
            moment.map_or_else(|| date.and_time(NaiveTime::MIN).and_utc(), |at| at.to_utc())
        };
        let (from, until) = (midnight(date), midnight(date.succ_opt().unwrap_or(date)));
        let mut declared = self.force_majeure().await?;
        declared.retain(|one| one.holds_at(station, &schedules.areas, date) && one.touches(from, until));
        Ok(declared)
    }

    /// Declares force majeure at a place from one local time until before another; the declaration's number.
    ///
    /// # Errors
    /// When the time is empty, reversed or too long, the reason is empty or too long, these grants do not reach the
    /// place, or the store fails.
    pub async fn declare_force_majeure(
        &self,
        place: &Place,
        (from, until): (NaiveDateTime, NaiveDateTime),
        reason: &str,
        by: (&str, &[Grant]),
    ) -> Result<u64, CenterError> {
        let reason = reason_of("force majeure", reason)?;
        if until <= from || until - from > Duration::days(MOST_DAYS) {
            return Err(DeskRefusal::ForceTime { from, until }.into());
        }
        self.must_reach_force(place, by).await?;
        let (begins, ends) = (self.moment(from).await?, self.moment(until).await?);
        let (by, _) = by;
        let at = crate::clock::now();
        let new = NewDeclaration { place, from: begins, until: ends, reason, by, at };
        let id = self.store.add_force_majeure(&new).await?;
        let detail = format!("{} – {}: {reason}", from.format(MINUTES), until.format(MINUTES));
        self.store.note_act(by, "force-majeure-declared", &place.to_string(), &detail, at).await?;
        Ok(id)
    }

    /// Withdraws a declaration; `false` when it was withdrawn before.
    ///
    /// # Errors
    /// When there is no such declaration, these grants do not reach its place, or the store fails.
    pub async fn withdraw_force_majeure(&self, id: u64, by: (&str, &[Grant])) -> Result<bool, CenterError> {
        let declared = self.force_majeure().await?.into_iter().find(|one| one.id == id);
        let declared =
            declared.ok_or_else(|| CenterError::NotFound(format!("there is no declaration of force majeure {id}")))?;
        self.must_reach_force(&declared.place, by).await?;
        let (by, _) = by;
        let at = crate::clock::now();
        if declared.withdrawn.is_some() || !self.store.withdraw_force_majeure(id, by, at).await? {
            return Ok(false);
        }
        self.store.note_act(by, "force-majeure-withdrawn", &declared.place.to_string(), &declared.reason, at).await?;
        Ok(true)
    }

    /// A local time as a moment; the earlier of two where clocks are set back.
    async fn moment(&self, local: NaiveDateTime) -> Result<DateTime<Utc>, CenterError> {
        let zone = self.schedules().await?.grid.zone;
        let moment = zone.from_local_datetime(&local).earliest().map(|at| at.to_utc());
        moment.ok_or_else(|| DeskRefusal::NoSuchTime { local, zone }.into())
    }

    async fn must_reach_force(&self, place: &Place, (by, grants): (&str, &[Grant])) -> Result<(), CenterError> {
        let (schedules, today) = (self.schedules().await?, self.local_today().await?);
        if may_declare(grants, &schedules.areas, place, &schedules.stations, today) {
            return Ok(());
        }
        Err(DeskRefusal::MayNotExcuse { by: by.into(), place: place.clone() }.into())
    }
}

const MINUTES: &str = "%Y-%m-%d %H:%M";
