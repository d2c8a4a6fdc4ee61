//! Planned against aired: rundowns and records of a period set side by side, with their sums.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};
use chrono_tz::Tz;

use super::{Center, CenterError};
use crate::domain::area::Areas;
use crate::domain::as_run::Record;
use crate::domain::force_majeure::Declaration;
use crate::domain::ids::{AreaCode, StationId};
use crate::domain::reconcile::{Line, OffSchedule, Standing, StationDay, Sums, reconcile};
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

    /// Every off-schedule play with its day.
    pub fn off_schedule(&self) -> Vec<(&ReportDay, &OffSchedule)> {
        self.days.iter().flat_map(|day| day.day.off_schedule.iter().map(move |play| (day, play))).collect()
    }
}

impl Report {
    /// One row an airing, then one a play off schedule; with a BOM, so that spreadsheets read Vietnamese.
    pub fn csv(&self) -> String {
        let mut writer = csv::Writer::from_writer(vec![0xEF, 0xBB, 0xBF]);
        let header = [
            "date",
            "station",
            "station_name",
            "area",
            "airing",
            "bulletin",
            "title",
            "planned_start",
            "duration_ms",
            "rundown_version",
            "standing",
            "late",
            "evidence",
            "began_at",
            "played_ms",
            "cause",
            "note",
            "said_by",
            // Of what is excused: what it would be without, and whose word it is.
            "without_force_majeure",
            "force_majeure",
            "force_majeure_reason",
            "force_majeure_by",
        ];
        // Writing into memory cannot fail.
        let _written = writer.write_record(header);
        for (day, line) in self.lines() {
            let item = &line.counted.item;
            let standing = match line.standing() {
                Standing::Upcoming => "upcoming".to_string(),
                Standing::Due(outcome) => word(&outcome),
                Standing::Excused => "excused".to_string(),
            };
            let excuse = line.excused.as_ref().filter(|_| line.due);
            let record = line.deciding_record();
            let _written = writer.write_record([
                day.date.to_string(),
                day.station.to_string(),
                self.stations.get(&day.station).map(|s| s.name.clone()).unwrap_or_default(),
                self.stations
                    .get(&day.station)
                    .and_then(|s| s.area_on(day.date))
                    .map(ToString::to_string)
                    .unwrap_or_default(),
                line.counted.airing.to_string(),
                item.sound.as_ref().map(|sound| sound.bulletin.to_string()).unwrap_or_default(),
                item.title.clone(),
                self.local(item.start),
                item.duration_ms.to_string(),
                line.counted.version.to_string(),
                standing,
                if line.late { "late".into() } else { String::new() },
                word(&line.evidence),
                line.began_at.map(|at| self.local(at)).unwrap_or_default(),
                line.played_ms.map(|ms| ms.to_string()).unwrap_or_default(),
                line.cause.map(|cause| word(&cause)).unwrap_or_default(),
                line.note.clone().unwrap_or_default(),
                record.map(|record| record.by.clone()).unwrap_or_default(),
                excuse.map(|_| word(&line.outcome)).unwrap_or_default(),
                excuse.map(|excuse| excuse.declaration.to_string()).unwrap_or_default(),
                excuse.map(|excuse| excuse.reason.clone()).unwrap_or_default(),
                excuse.map(|excuse| excuse.by.clone()).unwrap_or_default(),
            ]);
        }
        for (day, play) in self.off_schedule() {
            let record = &play.record;
            let mut row = vec![String::new(); header.len()];
            row[0] = day.date.to_string();
            row[1] = day.station.to_string();
            row[2] = self.stations.get(&day.station).map(|s| s.name.clone()).unwrap_or_default();
            row[4] = record.airing.to_string();
            row[10] = "off_schedule".into();
            row[12] = word(&record.evidence);
            row[14] = play.played_ms.map(|ms| ms.to_string()).unwrap_or_default();
            row[17] = record.by.clone();
            let _written = writer.write_record(row);
        }
        let bytes = writer.into_inner().unwrap_or_default();
        String::from_utf8_lossy(&bytes).into_owned()
    }

    fn local(&self, at: DateTime<Utc>) -> String {
        at.with_timezone(&self.zone).format("%Y-%m-%d %H:%M:%S").to_string()
    }
}

/// The word by which a value goes in files.
fn word<T: serde::Serialize>(value: &T) -> String {
    let text = serde_json::to_string(value).unwrap_or_default();
    text.trim_matches('"').to_string()
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
                let day = reconcile(&versions, &records, &grid.settings, grid.zone, now);
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
