//! Stations: who is connected, what they hold; codes for devices, their revocation, and standing choices.

use axum::extract::{Path, Query};
use axum::http::StatusCode;
use axum::response::Response;
use chrono::{DateTime, Duration, Utc};
use serde::Deserialize;

use super::Failed;
use super::desk::{Desk, READERS, choices_of, only};
use crate::center::CenterError;
use crate::center::stations::StationStatus;
use crate::domain::access::Role;
use crate::domain::ids::StationId;
use crate::domain::station::{StandingChoice, StationKind};
use crate::web::pages::{InviteCode, StationRow, StationsPage, Tab, encode};
use crate::web::session::{Posted, Signed};

/// Stations a page.
const PAGE_SIZE: usize = 50;
/// How long a code may be used, days, as the use case makes it.
const CODE_DAYS: i64 = 7;

/// `?area=&kind=&page=`
#[derive(Debug, Default, Deserialize)]
pub struct Asked {
    #[serde(default)]
    area: String,
    #[serde(default)]
    kind: String,
    #[serde(default)]
    page: String,
}

/// `GET /dai`
pub async fn list(me: Signed, Query(asked): Query<Asked>) -> Response {
    let result = show(&me, &asked, None).await;
    me.answer(result)
}

async fn show(me: &Signed, asked: &Asked, invite: Option<InviteCode>) -> Result<Response, Failed> {
    only(me, &READERS)?;
    let desk = Desk::open(me).await?;
    let seen = |status: &StationStatus| {
        let Some(area) = status.station.area_on(desk.today) else { return me.person.is(Role::Admin) };
        let chain = desk.areas().chain(area, desk.today);
        let asked_for = asked.area.is_empty() || chain.iter().any(|unit| unit.code.as_str() == asked.area);
        asked_for && desk.may_in(me, &READERS, area, desk.today)
    };
    let of_kind = |status: &StationStatus| asked.kind.is_empty() || status.station.kind.to_string() == asked.kind;
    let mut statuses = me.visit.web.center.station_statuses().await?;
    statuses.retain(|status| seen(status) && of_kind(status));
    let (total, pages) = (statuses.len(), statuses.len().div_ceil(PAGE_SIZE).max(1));
    let connected = statuses.iter().filter(|status| status.connected).count();
    let page = asked.page.parse::<usize>().unwrap_or(1).clamp(1, pages);
    let mut rows = Vec::new();
    for status in statuses.into_iter().skip((page - 1) * PAGE_SIZE).take(PAGE_SIZE) {
        rows.push(row(me, &desk, status).await?);
    }
    let filters = [("area", &asked.area), ("kind", &asked.kind)];
    let filled = filters.iter().filter(|(_, value)| !value.is_empty());
    let query: Vec<String> = filled.map(|(name, value)| format!("{name}={}", encode(value))).collect();
    let kind = |kind: StationKind| (kind.to_string(), me.words().station_kind(&kind));
    let view = StationsPage {
        frame: me.frame(Tab::Stations),
        invite,
        areas: desk.area_choices(me, &asked.area, desk.today),
        kinds: choices_of(me, [kind(StationKind::Connected), kind(StationKind::Manual)], &asked.kind),
        stations: rows,
        total: total as u64,
        connected: connected as u64,
        page: page as u64,
        pages: pages as u64,
        query: query.join("&"),
        may_change: me.person.is(Role::Admin),
        held: super::held_days::count(me).await?,
    };
    Ok(me.visit.page(StatusCode::OK, view.render()))
}

async fn row(me: &Signed, desk: &Desk, status: StationStatus) -> Result<StationRow, Failed> {
    let center = &me.visit.web.center;
    let station = &status.station;
    let (mut ready, mut wanted) = (0, 0);
    let mut journal_seq = None;
    if status.enrolled {
        let held = status.holding.as_ref().map(|holding| holding.renditions.as_slice()).unwrap_or_default();
        for rendition in next_day(me, desk, &station.id).await? {
            wanted += 1;
            ready += u32::from(held.contains(&rendition));
        }
        if let Some(key) = center.station_key(&station.id).await? {
            journal_seq = center.journal_next(&key).await?.checked_sub(1);
        }
    }
    Ok(StationRow {
        id: station.id.to_string(),
        name: station.name.clone(),
        area: station.area_on(desk.today).map(|area| desk.area_name(area, desk.today)).unwrap_or_default(),
        kind: station.kind,
        connected: status.connected,
        devices: u32::from(status.enrolled),
        last_seen: status.last_seen_at.map(|at| desk.local(at)),
        journal_seq,
        ready,
        wanted,
        choice: status.choice,
        alarm: None,
    })
}

/// Renditions of the items of the next 24 hours.
async fn next_day(me: &Signed, desk: &Desk, station: &StationId) -> Result<Vec<crate::domain::ids::Sha256>, Failed> {
    let until: DateTime<Utc> = desk.now + Duration::hours(24);
    let mut wanted = Vec::new();
    for date in [Some(desk.today), desk.today.succ_opt()].into_iter().flatten() {
        let Some(rundown) = me.visit.web.center.issued_items(station, date).await? else { continue };
        let soon = rundown.items.into_iter().filter(|item| item.end() > desk.now && item.start < until);
        wanted.extend(soon.filter_map(|item| item.sound).map(|sound| sound.rendition));
    }
    Ok(wanted)
}

/// The station, if the administrator's areas hold it today.
async fn mine(form: &Posted, id: &str) -> Result<StationId, Failed> {
    only(&form.me, &[Role::Admin])?;
    let desk = Desk::open(&form.me).await?;
    let station = desk.schedules.stations.iter().find(|one| one.id.as_str() == id).ok_or(Failed::NotFound)?;
    let allowed = desk.may_at(&form.me, &[Role::Admin], station, desk.today);
    if allowed { Ok(station.id.clone()) } else { Err(Failed::Forbidden) }
}

/// `POST /dai/{id}/moi`: the answer itself shows the code, so that it stands nowhere else.
pub async fn invite(Path(id): Path<String>, form: Posted) -> Response {
    form.me.answer(try_invite(&form, &id).await)
}

async fn try_invite(form: &Posted, id: &str) -> Result<Response, Failed> {
    let station = mine(form, id).await?;
    let me = &form.me;
    let center = &me.visit.web.center;
    let code = center.invite_station(&station, &me.person.name).await?;
    let desk = Desk::open(me).await?;
    let name = center.station(&station).await?.name;
    let expires_at = desk.local(desk.now + Duration::days(CODE_DAYS));
    show(me, &Asked::default(), Some(InviteCode { station: name, code, expires_at })).await
}

/// `GET /dai/{id}/moi`, as after a reload or a change of language: nothing is shown a second time.
pub async fn invited(me: Signed) -> Response {
    me.visit.redirect("/dai", None)
}

/// `POST /dai/{id}/thu-hoi`
pub async fn revoke(Path(id): Path<String>, form: Posted) -> Response {
    form.me.answer(try_revoke(&form, &id).await)
}

async fn try_revoke(form: &Posted, id: &str) -> Result<Response, Failed> {
    let station = mine(form, id).await?;
    let me = &form.me;
    let flash = match me.visit.web.center.revoke_station(&station, &me.person.name).await {
        Ok(()) => "revoked",
        Err(CenterError::Refused(_)) => "nothing-to-revoke",
        Err(error) => return Err(error.into()),
    };
    Ok(me.visit.redirect("/dai", Some((flash, 0))))
}

/// `POST /dai/{id}/lua-chon`
pub async fn choose(Path(id): Path<String>, form: Posted) -> Response {
    form.me.answer(try_choose(&form, &id).await)
}

async fn try_choose(form: &Posted, id: &str) -> Result<Response, Failed> {
    let station = mine(form, id).await?;
    let me = &form.me;
    let choice = match form.field("choice") {
        "accept" => StandingChoice::Accept,
        "decline" => StandingChoice::Decline,
        _ => return Err(Failed::Bad(StatusCode::BAD_REQUEST, None)),
    };
    me.visit.web.center.choose(&station, choice, &me.person.name).await?;
    Ok(me.visit.redirect("/dai", Some(("choice-saved", 0))))
}
