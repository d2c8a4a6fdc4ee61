//! `areas.csv`: every unit with its days and its successor.

use std::collections::BTreeMap;

use chrono::{Days, NaiveDate};
use serde::Deserialize;

use super::Finder;
use crate::domain::area::{Area, Areas, Level};
use crate::domain::ids::AreaCode;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    code: AreaCode,
    valid_from: NaiveDate,
    valid_to: Option<NaiveDate>,
    level: Level,
    kind: String,
    name: String,
    parent: Option<AreaCode>,
    successor: Option<AreaCode>,
}

/// Rows of a CSV file with their lines; bad rows are noted.
pub fn rows<T: for<'a> Deserialize<'a>>(finder: &mut Finder) -> Option<Vec<(usize, T)>> {
    let text = finder.read()?;
    let mut reader = csv::ReaderBuilder::new().trim(csv::Trim::All).from_reader(text.as_bytes());
    let headers = match reader.headers() {
        Ok(headers) => headers.clone(),
        Err(error) => {
            finder.refuse(Some(1), format!("the header cannot be read: {error}"));
            return None;
        }
    };
    let mut good = Vec::new();
    for record in reader.records() {
        let line = |position: Option<&csv::Position>| position.and_then(|p| usize::try_from(p.line()).ok());
        match record {
            Ok(record) => match record.deserialize::<T>(Some(&headers)) {
                Ok(row) => good.push((line(record.position()).unwrap_or(0), row)),
                Err(error) => {
                    let why = match error.kind() {
                        csv::ErrorKind::Deserialize { err, .. } => {
                            let column = err.field().and_then(|f| usize::try_from(f).ok()).and_then(|f| headers.get(f));
                            format!("{}: {}", column.unwrap_or("row"), err.kind())
                        }
                        _ => error.to_string(),
                    };
                    finder.refuse(line(record.position()), why);
                }
            },
            Err(error) => {
                let at = line(error.position());
                finder.refuse(at, format!("the row cannot be read: {error}"));
            }
        }
    }
    Some(good)
}

/// Reads the file.
pub fn read(finder: &mut Finder) -> Option<Vec<Area>> {
    let rows: Vec<(usize, Row)> = rows(finder)?;
    let mut lines: BTreeMap<(AreaCode, NaiveDate), usize> = BTreeMap::new();
    let mut list: Vec<Area> = Vec::new();
    for (line, row) in rows {
        if row.valid_to.is_some_and(|to| to < row.valid_from) {
            finder.refuse(Some(line), format!("area {}: valid_to is before valid_from: swap them", row.code));
            continue;
        }
        let last = row.valid_to.unwrap_or(NaiveDate::MAX);
        let clash = list.iter().find(|other| {
            other.code == row.code && other.valid_from <= last && other.valid_to.is_none_or(|to| row.valid_from <= to)
        });
        if let Some(other) = clash {
            let sentence = format!("area {} is valid twice on {}", row.code, other.valid_from.max(row.valid_from));
            finder.refuse(Some(line), format!("{sentence}: end one before the other begins"));
            continue;
        }
        lines.insert((row.code.clone(), row.valid_from), line);
        list.push(Area {
            code: row.code,
            valid_from: row.valid_from,
            valid_to: row.valid_to,
            level: row.level,
            kind: row.kind,
            name: row.name,
            parent: row.parent,
            successor: row.successor,
        });
    }
    let areas = Areas::from(list.clone());
    for area in &list {
        let line = lines.get(&(area.code.clone(), area.valid_from)).copied();
        judge(finder, line, area, &areas);
    }
    Some(list)
}

fn judge(finder: &mut Finder, line: Option<usize>, area: &Area, areas: &Areas) {
    if let Some(parent) = &area.parent
        && areas.on(parent, area.valid_from).is_none()
    {
        finder.refuse(line, format!("area {}: parent {parent} is no unit on {}", area.code, area.valid_from));
    }
    match (&area.successor, area.valid_to) {
        (Some(successor), Some(last)) => {
            let next = last.checked_add_days(Days::new(1)).unwrap_or(last);
            if areas.on(successor, next).is_none() {
                finder.refuse(line, format!("area {}: successor {successor} is no unit on {next}", area.code));
            }
        }
        (Some(_), None) => {
            finder.refuse(line, format!("area {} has a successor but no valid_to: give its last day", area.code));
        }
        _ => {}
    }
    let chain = areas.chain(&area.code, area.valid_from);
    if chain.last().is_some_and(|top| top.parent.is_some() && top.level != Level::Province) {
        finder.refuse(line, format!("area {}: its parents go in a circle or end nowhere", area.code));
    }
}
