//! `stations.csv`: one row a station and span of days it serves an area.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use serde::Deserialize;

use super::{Finder, areas};
use crate::domain::area::Areas;
use crate::domain::ids::{AreaCode, StationId};
use crate::domain::station::{Serves, Station, StationKind, Transport};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    station: StationId,
    name: String,
    kind: StationKind,
    transport: Transport,
    area: AreaCode,
    serves_from: NaiveDate,
    serves_to: Option<NaiveDate>,
}

/// Reads the file.
pub fn read(finder: &mut Finder) -> Option<Vec<Station>> {
    let rows: Vec<(usize, Row)> = areas::rows(finder)?;
    let mut stations: BTreeMap<StationId, Station> = BTreeMap::new();
    for (line, row) in rows {
        if row.serves_to.is_some_and(|to| to < row.serves_from) {
            finder.refuse(Some(line), format!("station {}: serves_to is before serves_from: swap them", row.station));
            continue;
        }
        let serves = Serves { area: row.area, from: row.serves_from, to: row.serves_to };
        match stations.get_mut(&row.station) {
            None => {
                let station = Station {
                    id: row.station.clone(),
                    name: row.name,
                    kind: row.kind,
                    transport: row.transport,
                    serves: vec![serves],
                };
                stations.insert(row.station, station);
            }
            Some(known) => {
                if (&known.name, known.kind, known.transport) != (&row.name, row.kind, row.transport) {
                    let sentence = "differs from its first row in name, kind or transport: make them equal";
                    finder.refuse(Some(line), format!("station {} {sentence}", row.station));
                }
                let last = serves.to.unwrap_or(NaiveDate::MAX);
                if known.serves.iter().any(|s| s.from <= last && s.to.is_none_or(|to| serves.from <= to)) {
                    let sentence = "end one row before the next begins";
                    finder
                        .refuse(Some(line), format!("station {} serves two areas on one day: {sentence}", row.station));
                }
                known.serves.push(serves);
            }
        }
    }
    let mut list: Vec<Station> = stations.into_values().collect();
    for station in &mut list {
        station.serves.sort_by_key(|row| row.from);
    }
    Some(list)
}

/// Every served area must be a unit on the first day of its row.
pub fn judge(finder: &mut Finder, stations: &[Station], areas: &Areas) {
    for station in stations {
        for row in &station.serves {
            if areas.on(&row.area, row.from).is_none() {
                finder.refuse(None, format!("station {}: area {} is no unit on {}", station.id, row.area, row.from));
            }
        }
    }
}
