//! One airing: the plan that counts beside every record of it.

use axum::extract::{Path, Query};
use axum::http::StatusCode;
use axum::response::Response;
use chrono::NaiveDate;
use serde::Deserialize;

use super::desk::{Desk, READERS, name_of, names, only};
use super::{Failed, wording};
use crate::domain::ids::{AiringId, StationId};
use crate::domain::reconcile::{Line, Outcome as Became};
use crate::domain::station::Station;
use crate::web::pages::{AiringPage, Outcome, RecordView, Tab};
use crate::web::session::Signed;

/// Which station's day it is on, and the query of the list to go back to.
#[derive(Debug, Default, Deserialize)]
pub struct Place {
    #[serde(default)]
    station: String,
    #[serde(default)]
    date: String,
    #[serde(default)]
    back: String,
}

/// `GET /doi-soat/{airing}`
pub async fn airing(me: Signed, Path(airing): Path<String>, Query(place): Query<Place>) -> Response {
    let result = show(&me, &airing, &place).await;
    me.answer(result)
}

async fn show(me: &Signed, airing: &str, place: &Place) -> Result<Response, Failed> {
    only(me, &READERS)?;
    let airing: AiringId = airing.parse().map_err(|_| Failed::NotFound)?;
    let id: StationId = place.station.parse().map_err(|_| Failed::NotFound)?;
    let date: NaiveDate = place.date.parse().map_err(|_| Failed::NotFound)?;
    let desk = Desk::open(me).await?;
    let station = desk.schedules.stations.iter().find(|station| station.id == id).ok_or(Failed::NotFound)?;
    if !desk.may_at(me, &READERS, station, date) {
        return Err(Failed::Forbidden);
    }
    let day = me.visit.web.center.station_day(&id, date, desk.now).await?;
    let line = day.line(airing).ok_or(Failed::NotFound)?;
    let mut page = page(me, &desk, station, line, place).await?;
    if let Some(one) = day.urgent.iter().find(|one| one.line.counted.airing == airing) {
        let names = names(me).await?;
        let by = ("by", name_of(&names, &one.asked_by));
        let other = ("other", name_of(&names, &one.confirmed_by));
        page.order = Some(me.words().t3("alarm-order-line", by, other, ("reason", &one.reason)));
    }
    Ok(me.visit.page(StatusCode::OK, page.render()))
}

async fn page(me: &Signed, desk: &Desk, station: &Station, line: &Line, place: &Place) -> Result<AiringPage, Failed> {
    let names = names(me).await?;
    let (item, date) = (&line.counted.item, line.counted.date);
    let sound = item.sound.as_ref();
    let issued_at = me.visit.web.center.rundown_issued_at(&station.id, date, line.counted.version).await?;
    let actual = line.deciding_record().and_then(|record| record.rendition).filter(|_| line.played_ms != Some(0));
    let late_ms = line.began_at.and_then(|at| u64::try_from((at - item.start).num_milliseconds()).ok());
    let zone = desk.schedules.grid.zone;
    let records = line.records.iter().enumerate().map(|(index, record)| RecordView {
        evidence: record.evidence,
        text: wording::said(me.words(), zone, record),
        by: name_of(&names, &record.by),
        accepted_at: desk.local(record.accepted_at),
        cause: record.cause,
        note: record.note.clone(),
        rendition_sha256: record.rendition.map(|digest| digest.to_string()),
        rundown_version: record.rundown_version,
        journal_seq: None,
        overruled: line.deciding != Some(index),
    });
    Ok(AiringPage {
        frame: me.frame(Tab::Reconcile),
        airing: line.counted.airing.to_string(),
        station_id: station.id.to_string(),
        station: station.name.clone(),
        area: station.area_on(date).map(|area| desk.area_name(area, date)).unwrap_or_default(),
        bulletin: sound.map(|sound| sound.bulletin.to_string()).unwrap_or_default(),
        bulletin_version: sound.map_or(0, |sound| sound.bulletin_version),
        title: item.title.clone(),
        outcome: match line.outcome {
            Became::Unreported if line.is_urgent() && !line.due => Outcome::Unreported,
            Became::Unreported if item.start > desk.now => Outcome::Upcoming,
            Became::Unreported if !line.due => Outcome::NowScheduled,
            _ => wording::standing(line),
        },
        late: line.late,
        late_ms: late_ms.filter(|_| line.late),
        evidence: line.evidence,
        cause: line.cause,
        excuse: wording::excuse(me.words(), &names, line),
        planned_start: desk.local(item.start),
        planned_ms: item.duration_ms,
        actual_start: line.began_at.map(|at| desk.local(at)),
        actual_ms: line.played_ms,
        planned_sha256: sound.map(|sound| sound.rendition.to_string()).unwrap_or_default(),
        actual_sha256: actual.map(|digest| digest.to_string()),
        order: None,
        rundown_version: line.counted.version,
        rundown_issued_at: desk.local(issued_at.unwrap_or(item.start)),
        manifest_sha256: sound.map(|sound| sound.manifest.to_string()),
        records: records.collect(),
        back: format!("/doi-soat?{}", place.back),
    })
}
