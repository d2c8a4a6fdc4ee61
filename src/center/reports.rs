//! Planned against aired: rundowns and records of a period set side by side, with their sums.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};
use chrono_tz::Tz;

use super::{Center, CenterError};
use crate::domain::area::Areas;
use crate::domain::as_run::Record;
use crate::domain::force_majeure::Declaration;
use crate::domain::ids::{AreaCode, StationId};
use crate::domain::reconcile::{Line, OffSchedule, StationDay, Sums, Urgent, reconcile};
use crate::domain::rundown::Rundown;
use crate::domain::station::Station;
use crate::trust::envelope;

/// A station-day of a report.
#[derive(Debug, Clone)]
pub struct ReportDay {
    /// Station.
    pub station: StationId,
    /// Local date.
    pub date: NaiveDate,
    /// Lines and off-schedule plays.
    pub day: StationDay,
}

/// A period, set side by side.
#[derive(Debug, Clone)]
pub struct Report {
    /// First day.
    pub from: NaiveDate,
    /// Last day, inclusive.
    pub to: NaiveDate,
    /// The moment it tells of.
    pub as_of: DateTime<Utc>,
    /// Zone of its local times.
    pub zone: Tz,
    /// Stations named in it, by id.
    pub stations: BTreeMap<StationId, Station>,
    /// Units, to name them.
    pub areas: Areas,
    /// Days with a rundown or a record, by station and date.
    pub days: Vec<ReportDay>,
}

/// What a report is about.
#[derive(Debug, Clone)]
pub struct Question {
    /// First day.
    pub from: NaiveDate,
    /// Last day, inclusive.
    pub to: NaiveDate,
    /// Only stations serving this unit or one beneath it on the day.
    pub area: Option<AreaCode>,
    /// Only this station.
    pub station: Option<StationId>,
}

impl Report {
    /// Sums of each station, by id.
    pub fn rows(&self) -> BTreeMap<&StationId, Sums> {
        let mut rows: BTreeMap<&StationId, Sums> = BTreeMap::new();
        for day in &self.days {
            rows.entry(&day.station).or_default().add(&day.day.sums());
        }
        rows
    }

    /// Sums of everything in it.
    pub fn total(&self) -> Sums {
        let mut total = Sums::default();
        for sums in self.rows().values() {
            total.add(sums);
        }
        total
    }

    /// Every line with its day, in order of planned start.
    pub fn lines(&self) -> Vec<(&ReportDay, &Line)> {
        let mut lines: Vec<_> =
            self.days.iter().flat_map(|day| day.day.lines.iter().map(move |line| (day, line))).collect();
        lines.sort_by_key(|(day, line)| (line.counted.item.start, &day.station));
        lines
    }

    /// Every break-in order at every station that it reached, with its day, in order of time.
    pub fn urgent(&self) -> Vec<(&ReportDay, &Urgent)> {
        let mut orders: Vec<_> =
            self.days.iter().flat_map(|day| day.day.urgent.iter().map(move |one| (day, one))).collect();
        orders.sort_by_key(|(day, one)| (one.line.counted.item.start, &day.station));
        orders
    }

    /// Every off-schedule play with its day.
    pub fn off_schedule(&self) -> Vec<(&ReportDay, &OffSchedule)> {
        self.days.iter().flat_map(|day| day.day.off_schedule.iter().map(move |play| (day, play))).collect()
    }
}

impl Center {
    /// Reconciles a period as of `now`, excused by the force majeure that is declared when it is asked for.
    ///
    /// # Errors
    /// One sentence when the dates are reversed or the unit or station is not known.
    pub async fn report(&self, question: &Question, now: DateTime<Utc>) -> Result<Report, CenterError> {
        let Question { from, to, area, station } = question;
        if from > to {
            return Err(CenterError::refused(format!(
                "the period from {from} to {to} is reversed: swap the two dates"
            )));
        }
        let schedules = self.schedules().await?;
        if let Some(area) = area
            && !schedules.areas.known_between(area, *from, *to)
        {
            return Err(CenterError::refused(format!(
                "area {area} is no unit between {from} and {to}: see areas.csv for the codes of those days"
            )));
        }
        let stations: BTreeMap<StationId, Station> =
            schedules.stations.into_iter().map(|station| (station.id.clone(), station)).collect();
        if let Some(station) = station
            && !stations.contains_key(station)
        {
            return Err(CenterError::NotFound(format!("station {station} is not known: see `loa station list`")));
        }
        let mut versions: BTreeMap<(StationId, NaiveDate), Vec<Rundown>> = BTreeMap::new();
        for row in self.store.rundowns_between(station.as_ref(), *from, *to).await? {
            let rundown = envelope::peek(row.body.as_bytes(), envelope::RUNDOWN)?;
            versions.entry((row.station, row.date)).or_default().push(rundown);
        }
        let mut records: BTreeMap<(StationId, NaiveDate), Vec<Record>> = BTreeMap::new();
        for (date, record) in self.store.records_between(station.as_ref(), *from, *to).await? {
            let key = (record.station.clone(), date);
            versions.entry(key.clone()).or_default();
            records.entry(key).or_default().push(record);
        }
        let orders = self.in_force_between(*from, *to).await?;
        for force in orders.iter().map(|force| &force.order) {
            for reached in force.stations.iter().filter(|one| station.as_ref().is_none_or(|asked| asked == *one)) {
                versions.entry((reached.clone(), force.date)).or_default();
            }
        }
        let within = |id: &StationId, date: NaiveDate| {
            area.as_ref().is_none_or(|area| {
                let served = stations.get(id).and_then(|station| station.area_on(date));
                served.is_some_and(|served| schedules.areas.within(served, area, date))
            })
        };
        let grid = &schedules.grid;
        let declared = self.force_majeure().await?;
        let days = versions
            .into_iter()
            .filter(|((station, date), _)| within(station, *date))
            .map(|((station, date), versions)| {
                let records = records.remove(&(station.clone(), date)).unwrap_or_default();
                let of_day = orders.iter().filter(|force| force.order.date == date);
                let day = reconcile(&versions, &records, &grid.settings, grid.zone, now);
                let day = day.with_urgent(&station, of_day, &records, (&grid.settings, grid.zone));
                let served = stations.get(&station);
                let holds = |one: &&Declaration| served.is_some_and(|it| one.holds_at(it, &schedules.areas, date));
                let day = day.excused_by(declared.iter().filter(holds));
                ReportDay { station, date, day }
            })
            .collect();
        Ok(Report { from: *from, to: *to, as_of: now, zone: grid.zone, stations, areas: schedules.areas, days })
    }

    /// One station's day, reconciled.
    ///
    /// # Errors
    /// When there is no such station or the store fails.
    pub async fn station_day(
        &self,
        station: &StationId,
        date: NaiveDate,
        now: DateTime<Utc>,
    ) -> Result<StationDay, CenterError> {
        let question = Question { from: date, to: date, area: None, station: Some(station.clone()) };
        let report = self.report(&question, now).await?;
        let grid = self.schedules().await?.grid;
        Ok(report
            .days
            .into_iter()
            .next()
            .map_or_else(|| reconcile(&[], &[], &grid.settings, grid.zone, now), |day| day.day))
    }

    /// The items of a station's day as last issued, listed ones included.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn issued_items(&self, station: &StationId, date: NaiveDate) -> Result<Option<Rundown>, CenterError> {
        let rows = self.store.newest_rundowns(Some(station), date, date).await?;
        rows.last().map(|row| Ok(envelope::peek(row.body.as_bytes(), envelope::RUNDOWN)?)).transpose()
    }

    /// When the center issued that version of a station's day; none when it never did.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn rundown_issued_at(
        &self,
        station: &StationId,
        date: NaiveDate,
        version: u32,
    ) -> Result<Option<DateTime<Utc>>, CenterError> {
        let rows = self.store.rundowns_between(Some(station), date, date).await?;
        Ok(rows.into_iter().find(|row| row.version == version).map(|row| row.issued_at))
    }
}
