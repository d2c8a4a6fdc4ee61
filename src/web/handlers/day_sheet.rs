//! The sheet of one station's day, to be printed: what is issued, in order, with boxes to tick by hand.

use std::collections::BTreeMap;

use axum::extract::Query;
use axum::http::StatusCode;
use axum::response::Response;
use chrono::{NaiveDate, Timelike};

use super::Failed;
use super::desk::{Desk, full_name};
use super::station_day::Asked;
use crate::center::bulletins::VersionRow;
use crate::domain::access::Role;
use crate::domain::ids::BulletinCode;
use crate::domain::rundown::{Item, Rundown};
use crate::domain::slot::Daypart;
use crate::domain::station::Station;
use crate::web::pages::{DaySheetPage, QrView, SheetPart, SheetRow, Tab};
use crate::web::qr;
use crate::web::session::Signed;

/// `GET /phieu-lich-ngay`
pub async fn sheet(me: Signed, Query(asked): Query<Asked>) -> Response {
    let result = show(&me, &asked).await;
    me.answer(result)
}

async fn show(me: &Signed, asked: &Asked) -> Result<Response, Failed> {
    let desk = Desk::open(me).await?;
    let (station, date) = asked.of(me, &desk)?;
    let center = &me.visit.web.center;
    let issued = center.issued_items(&station.id, date).await?;
    let versions = center.bulletin_versions(None).await?;
    let operates = desk.may_at(me, &[Role::Operator, Role::Admin], station, date);
    let unit = station.area_on(date).and_then(|area| desk.areas().on(area, date));
    let confirm = confirm_address(me, station, date);
    let page = DaySheetPage {
        frame: me.frame(if operates { Tab::Today } else { Tab::Stations }),
        station: station.id.to_string(),
        station_name: station.name.clone(),
        stops: super::stop::banners(me, station).await?,
        body: unit.map_or_else(String::new, |unit| full_name(unit).to_uppercase()),
        head_of: unit.map_or_else(String::new, |unit| unit.kind.to_uppercase()),
        place: unit.map_or_else(String::new, |unit| unit.name.clone()),
        date,
        printed: desk.local(desk.now),
        version: issued.as_ref().map_or(0, |rundown| rundown.version),
        parts: issued.map(|rundown| parts(&desk, &rundown, &versions)).unwrap_or_default(),
        qr: confirm.as_deref().and_then(qr::draw).map(|drawn| QrView { path: drawn.path, side: drawn.side }),
        address: confirm.and_then(|url| Some(url.split_once("://")?.1.to_string())).unwrap_or_default(),
        operates,
    };
    Ok(me.visit.page(StatusCode::OK, page.render()))
}

/// Where what aired that day is confirmed.
fn confirm_address(me: &Signed, station: &Station, date: NaiveDate) -> Option<String> {
    let site = me.visit.site.as_ref()?;
    Some(format!("{site}/hom-nay?station={}&date={date}", station.id))
}

fn parts(desk: &Desk, rundown: &Rundown, versions: &[VersionRow]) -> Vec<SheetPart> {
    let mut plays: BTreeMap<&BulletinCode, u32> = BTreeMap::new();
    let mut parts: Vec<SheetPart> = Vec::new();
    for (number, item) in (1..).zip(&rundown.items) {
        let play = item.sound.as_ref().map_or(1, |sound| {
            let play = plays.entry(&sound.bulletin).or_default();
            *play += 1;
            *play
        });
        let start = desk.local(item.start);
        let row = SheetRow {
            number,
            start,
            kind: item.kind,
            title: item.title.clone(),
            producer: producer(item, versions),
            play,
            duration_ms: item.duration_ms,
        };
        // A slot over midnight ends in the next day's morning, and stays where it began.
        let begun = desk.local(item.slot.begins());
        let daypart = Daypart::of_hour(if begun.date() == start.date() { start.hour() } else { begun.hour() });
        match parts.last_mut().filter(|part| part.daypart == daypart) {
            Some(part) => part.rows.push(row),
            None => parts.push(SheetPart { daypart, rows: vec![row] }),
        }
    }
    parts
}

fn producer(item: &Item, versions: &[VersionRow]) -> String {
    let Some(sound) = &item.sound else { return String::new() };
    let is_it = |row: &&VersionRow| row.facts.code == sound.bulletin && row.version == sound.bulletin_version;
    versions.iter().find(is_it).map(|row| row.facts.producer.clone()).unwrap_or_default()
}
