//! Sound for people: what stations play and the WAV to download, by range, only for those with a right to hear it.

use std::path::Path;

use axum::extract::{Path as Named, Query, Request};
use axum::http::HeaderValue;
use axum::http::header::{CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use chrono::NaiveDate;
use serde::Deserialize;
use tower::ServiceExt;
use tower_http::services::ServeFile;

use super::Failed;
use super::desk::{Desk, READERS};
use crate::center::Center;
use crate::center::bulletins::VersionRow;
use crate::domain::access::Role;
use crate::domain::ids::{Sha256, StationId};
use crate::web::pages::AudioLinks;
use crate::web::session::Signed;

/// Which station's day an operator hears it from.
#[derive(Debug, Default, Deserialize)]
pub struct Place {
    station: Option<String>,
    date: Option<String>,
}

/// Addresses of a version's sound; `place` is a query without its question mark, for operators.
pub async fn links(center: &Center, row: &VersionRow, place: &str) -> AudioLinks {
    let query = if place.is_empty() { String::new() } else { format!("?{place}") };
    AudioLinks {
        opus_url: format!("/am-thanh/{}.opus{query}", row.sound.rendition),
        wav_url: format!("/am-thanh/{}.wav{query}", row.sound.master),
        wav_bytes: master_bytes(&center.master_file(&row.sound.master)).await,
    }
}

/// A WAV's size in bytes, to be shown only; a missing file is told when it is asked for.
pub async fn master_bytes(file: &Path) -> u64 {
    tokio::fs::metadata(file).await.map_or(0, |file| file.len())
}

/// `GET /am-thanh/{sha256}.opus` and `.wav`
pub async fn sound(me: Signed, Named(name): Named<String>, Query(place): Query<Place>, request: Request) -> Response {
    me.answer(serve(&me, &name, &place, request).await)
}

/// The file that a name stands for, to whoever may hear it.
pub async fn serve(me: &Signed, name: &str, place: &Place, request: Request) -> Result<Response, Failed> {
    let center = &me.visit.web.center;
    let (hash, wav) = match name.rsplit_once('.') {
        Some((hash, "wav")) => (hash, true),
        Some((hash, "opus")) => (hash, false),
        _ => return Err(Failed::NotFound),
    };
    let digest: Sha256 = hash.parse().map_err(|_| Failed::NotFound)?;
    let versions = center.bulletin_versions(None).await?;
    let is_it = |row: &&VersionRow| digest == if wav { row.sound.master } else { row.sound.rendition };
    let row = versions.iter().find(is_it).ok_or(Failed::NotFound)?;
    let reader = READERS.iter().any(|role| me.person.is(*role));
    if !reader && !hears(me, place, &row.sound.rendition).await? {
        return Err(Failed::Forbidden);
    }
    let file = if wav { center.master_file(&digest) } else { center.rendition_file(&digest) };
    let mut response = match ServeFile::new(file).oneshot(request).await {
        Ok(response) => response.into_response(),
        Err(never) => match never {},
    };
    if response.status().is_success() {
        let headers = response.headers_mut();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static(if wav { "audio/wav" } else { "audio/ogg" }));
        // A hash never names other bytes; still nobody else's cache may keep it.
        headers.insert(CACHE_CONTROL, HeaderValue::from_static("private, max-age=86400, immutable"));
        let file_name = format!("attachment; filename=\"{}.wav\"", row.facts.code);
        if let (true, Ok(value)) = (wav, HeaderValue::from_str(&file_name)) {
            headers.insert(CONTENT_DISPOSITION, value);
        }
    }
    Ok(response)
}

/// Whether an operator's station has it in that day's plan, or in its newest ones when no day is named.
async fn hears(me: &Signed, place: &Place, rendition: &Sha256) -> Result<bool, Failed> {
    let center = &me.visit.web.center;
    let desk = Desk::open(me).await?;
    let named = place.station.as_ref().and_then(|id| id.parse::<StationId>().ok());
    let date = place.date.as_ref().and_then(|date| date.parse::<NaiveDate>().ok());
    if let (Some(id), Some(date)) = (named, date) {
        let station = desk.schedules.stations.iter().find(|station| station.id == id).ok_or(Failed::NotFound)?;
        if !desk.may_at(me, &[Role::Operator], station, date) {
            return Ok(false);
        }
        let issued = center.issued_items(&id, date).await?.map(|rundown| rundown.items).unwrap_or_default();
        let counted = center.station_day(&id, date, desk.now).await?;
        let lines = counted.lines.iter().chain(counted.urgent.iter().map(|one| &one.line));
        let mut items = issued.iter().chain(lines.map(|line| &line.counted.item));
        return Ok(items.any(|item| item.plays().is_some_and(|(named, _)| named == *rendition)));
    }
    for station in &desk.schedules.stations {
        if desk.may_at(me, &[Role::Operator], station, desk.today) && center.may_fetch(&station.id, rendition).await? {
            return Ok(true);
        }
    }
    Ok(false)
}
