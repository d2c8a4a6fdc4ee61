//! A day's sound as one file to download, for stations that play from a computer.

use axum::body::Body;
use axum::extract::Query;
use axum::http::header::{
    ACCEPT_RANGES, CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_LENGTH, CONTENT_RANGE, CONTENT_TYPE, ETAG, IF_RANGE,
    RANGE,
};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};

use super::Failed;
use super::desk::Desk;
use super::station_day::Asked;
use crate::center::day_pack::{DayPack, Packed, PackedItem};
use crate::web::pages::{DayPackView, PackedRow};
use crate::web::session::Signed;

/// `GET /goi-am-thanh.zip`
pub async fn download(me: Signed, Query(asked): Query<Asked>, headers: HeaderMap) -> Response {
    let result = send(&me, &asked, &headers).await;
    me.answer(result)
}

async fn send(me: &Signed, asked: &Asked, sent: &HeaderMap) -> Result<Response, Failed> {
    let desk = Desk::open(me).await?;
    let (station, date) = asked.of(me, &desk)?;
    let pack = me.visit.web.center.day_pack(&station.id, date).await?.ok_or(Failed::NotFound)?;
    let view = DayPackView {
        w: me.words(),
        station: station.name.clone(),
        date,
        version: pack.version,
        issued: desk.local(pack.issued_at),
        rows: rows(&desk, &pack),
    };
    let archive = pack.archive(view.texts())?;
    let length = archive.bytes();
    let tag = format!("\"{}\"", archive.digest());
    let first = resumed_at(sent, &tag);
    let mut response = Body::empty().into_response();
    if first <= length {
        response = Body::from_stream(archive.stream_from(first)).into_response();
    }
    let whole = first == 0;
    if !whole {
        let rest = first < length;
        *response.status_mut() = if rest { StatusCode::PARTIAL_CONTENT } else { StatusCode::RANGE_NOT_SATISFIABLE };
        let range = if rest { format!("bytes {first}-{}/{length}", length - 1) } else { format!("bytes */{length}") };
        response.headers_mut().extend(HeaderValue::from_str(&range).ok().map(|value| (CONTENT_RANGE, value)));
    }
    let headers = response.headers_mut();
    headers.insert(ACCEPT_RANGES, HeaderValue::from_static("bytes"));
    headers.extend(HeaderValue::from_str(&tag).ok().map(|value| (ETAG, value)));
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/zip"));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(CONTENT_LENGTH, HeaderValue::from(length.saturating_sub(first)));
    let name = format!("attachment; filename=\"{}-{date}.zip\"", station.id);
    if let Ok(name) = HeaderValue::from_str(&name) {
        headers.insert(CONTENT_DISPOSITION, name);
    }
    Ok(response)
}

/// From which byte on a download that was cut off goes on; from the first when it is new, or is of another pack.
fn resumed_at(sent: &HeaderMap, tag: &str) -> u64 {
    let text = |name| sent.get(name).and_then(|value| value.to_str().ok());
    if text(IF_RANGE).is_some_and(|held| held != tag) {
        return 0;
    }
    let range = text(RANGE).and_then(|range| range.strip_prefix("bytes=")?.strip_suffix('-'));
    range.and_then(|first| first.parse().ok()).unwrap_or(0)
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
