//! A day's sound as one file to download, for stations that play from a computer.

use axum::body::Body;
use axum::extract::Query;
use axum::http::HeaderValue;
use axum::http::header::{CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_LENGTH, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};

use super::Failed;
use super::desk::Desk;
use super::station_day::Asked;
use crate::center::day_pack::{DayPack, Packed, PackedItem};
use crate::web::pages::{DayPackView, PackedRow};
use crate::web::session::Signed;

/// `GET /goi-am-thanh.zip`
pub async fn download(me: Signed, Query(asked): Query<Asked>) -> Response {
    let result = send(&me, &asked).await;
    me.answer(result)
}

async fn send(me: &Signed, asked: &Asked) -> Result<Response, Failed> {
    let desk = Desk::open(me).await?;
    let (station, date) = asked.of(me, &desk)?;
    let pack = me.visit.web.center.day_pack(&station.id, date).await?.ok_or(Failed::NotFound)?;
    let view = DayPackView {
        w: me.words(),
        station: station.name.clone(),
        date,
        version: pack.version,
        made: desk.local(desk.now),
        rows: rows(&desk, &pack),
    };
    let archive = pack.archive(view.texts())?;
    let length = archive.bytes();
    let mut response = Body::from_stream(archive.stream()).into_response();
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/zip"));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(CONTENT_LENGTH, HeaderValue::from(length));
    let name = format!("attachment; filename=\"{}-{date}.zip\"", station.id);
    if let Ok(name) = HeaderValue::from_str(&name) {
        headers.insert(CONTENT_DISPOSITION, name);
    }
    Ok(response)
}

fn rows(desk: &Desk, pack: &DayPack) -> Vec<PackedRow> {
    let row = |(number, PackedItem { item, packed }): (usize, &PackedItem)| PackedRow {
        number,
        start: desk.local(item.start),
        duration_ms: item.duration_ms,
        kind: item.kind,
        title: item.title.clone(),
        file: if let Packed::As(name) = packed { Some(name.clone()) } else { None },
        why_not: match packed {
            Packed::Listed | Packed::As(_) => None,
            Packed::NotApproved => Some("pack-not-approved"),
            Packed::Missing => Some("pack-missing"),
        },
    };
    (1..).zip(&pack.items).map(row).collect()
}
