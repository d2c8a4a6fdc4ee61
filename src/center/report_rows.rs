//! A report as a table of comma-separated values, for spreadsheets. Columns are only ever added, at the end.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};

use super::reports::{Report, ReportDay};
use crate::domain::reconcile::{Line, OffSchedule, Outcome, Standing, Urgent};

const HEADER: [&str; 24] = [
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
    // Of what two people ordered, which is outside the plan: the order, and what became of it.
    "urgent_order",
    "urgent_outcome",
];

/// A row by the names of its columns; what is not named is empty.
type Row = BTreeMap<&'static str, String>;

impl Report {
    /// One row an airing, then one for each station that a break-in order reached, then one a play off schedule; with a
    /// BOM, so that spreadsheets read Vietnamese.
    pub fn csv(&self) -> String {
        let mut writer = csv::Writer::from_writer(vec![0xEF, 0xBB, 0xBF]);
        let lines = self.lines().into_iter().map(|(day, line)| self.line_row(day, line));
        let urgent = self.urgent().into_iter().map(|(day, one)| self.urgent_row(day, one));
        let off = self.off_schedule().into_iter().map(|(day, play)| self.off_row(day, play));
        // Writing into memory cannot fail.
        let _written = writer.write_record(HEADER);
        for row in lines.chain(urgent).chain(off) {
            let _written = writer.write_record(HEADER.map(|name| row.get(name).map_or("", String::as_str)));
        }
        let bytes = writer.into_inner().unwrap_or_default();
        String::from_utf8_lossy(&bytes).into_owned()
    }

    fn line_row(&self, day: &ReportDay, line: &Line) -> Row {
        let item = &line.counted.item;
        let area = self.stations.get(&day.station).and_then(|station| station.area_on(day.date));
        let standing = match line.standing() {
            Standing::Upcoming => "upcoming".to_string(),
            Standing::Due(outcome) => word(&outcome),
            Standing::Excused => "excused".to_string(),
        };
        let mut row = self.place_row(day);
        row.extend([
            ("area", area.map(ToString::to_string).unwrap_or_default()),
            ("airing", line.counted.airing.to_string()),
            ("bulletin", item.sound.as_ref().map(|sound| sound.bulletin.to_string()).unwrap_or_default()),
            ("title", item.title.clone()),
            ("planned_start", self.local(item.start)),
            ("duration_ms", item.duration_ms.to_string()),
            ("rundown_version", line.counted.version.to_string()),
            ("standing", standing),
            ("late", if line.late { "late".into() } else { String::new() }),
            ("evidence", word(&line.evidence)),
            ("began_at", line.began_at.map(|at| self.local(at)).unwrap_or_default()),
            ("played_ms", line.played_ms.map(|ms| ms.to_string()).unwrap_or_default()),
            ("cause", line.cause.map(|cause| word(&cause)).unwrap_or_default()),
            ("note", line.note.clone().unwrap_or_default()),
            ("said_by", line.deciding_record().map(|record| record.by.clone()).unwrap_or_default()),
        ]);
        if let Some(excuse) = line.excused.as_ref().filter(|_| line.due) {
            row.extend([
                ("without_force_majeure", word(&line.outcome)),
                ("force_majeure", excuse.declaration.to_string()),
                ("force_majeure_reason", excuse.reason.clone()),
                ("force_majeure_by", excuse.by.clone()),
            ]);
        }
        row
    }

    /// Its `standing` is a word that no airing of the plan has: whoever counts rows by it counts the plan.
    fn urgent_row(&self, day: &ReportDay, one: &Urgent) -> Row {
        let mut row = self.line_row(day, &one.line);
        let waits = one.line.outcome == Outcome::Unreported && one.may_begin(self.as_of);
        row.extend([
            ("standing", "urgent".to_string()),
            ("urgent_order", one.order.to_string()),
            ("urgent_outcome", if waits { "upcoming".into() } else { word(&one.line.outcome) }),
        ]);
        row
    }

    fn off_row(&self, day: &ReportDay, play: &OffSchedule) -> Row {
        let record = &play.record;
        let mut row = self.place_row(day);
        row.extend([
            ("airing", record.airing.to_string()),
            ("standing", "off_schedule".into()),
            ("evidence", word(&record.evidence)),
            ("played_ms", play.played_ms.map(|ms| ms.to_string()).unwrap_or_default()),
            ("said_by", record.by.clone()),
        ]);
        row
    }

    fn place_row(&self, day: &ReportDay) -> Row {
        let name = self.stations.get(&day.station).map(|station| station.name.clone()).unwrap_or_default();
        [("date", day.date.to_string()), ("station", day.station.to_string()), ("station_name", name)].into()
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
