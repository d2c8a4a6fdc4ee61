//! Links for calendar programs: a page on which people make and revoke them, and the calendar behind one.

use axum::extract::{Path, Query, State};
use axum::http::header::{CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_TYPE, ETAG, IF_NONE_MATCH};
use axum::http::request::Parts;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use chrono::NaiveDate;

use super::Failed;
use super::desk::{Desk, name_of, names};
use super::station_day::{Asked, DAY_READERS};
use crate::center::CenterError;
use crate::center::calendar::{self, Wording};
use crate::center::calendar_links::CalendarLinkRow;
use crate::domain::access::{Role, allows};
use crate::domain::ids::Sha256;
use crate::domain::rundown::ItemKind;
use crate::domain::station::Station;
use crate::web::Web;
use crate::web::pages::{CalendarLinkView, CalendarPage, Choice, Tab, Words};
use crate::web::session::{Posted, Signed, Visit};

/// Who may revoke what others made.
const KEEPERS: [Role; 2] = [Role::Operator, Role::Admin];

/// `GET /noi-lich?station=`
pub async fn links(me: Signed, Query(asked): Query<Asked>) -> Response {
    let result = show(&me, &asked, None).await;
    me.answer(result)
}

async fn show(me: &Signed, asked: &Asked, made: Option<String>) -> Result<Response, Failed> {
    let desk = Desk::open(me).await?;
    let (station, _) = asked.of(me, &desk)?;
    let names = names(me).await?;
    let keeps = desk.may_at(me, &KEEPERS, station, desk.today);
    let view = |row: CalendarLinkRow| CalendarLinkView {
        mine: row.user_name == me.person.name,
        may_revoke: keeps || row.user_name == me.person.name,
        by: name_of(&names, &row.user_name),
        made: desk.local(row.created_at),
        used: row.last_used_at.map(|at| desk.local(at)),
        id: row.id,
    };
    let rows = me.visit.web.center.calendar_links(&station.id).await?.into_iter().map(view).collect();
    let operates = |one: &&Station| desk.may_at(me, &[Role::Operator], one, desk.today);
    let stations = desk.schedules.stations.iter().filter(operates);
    let choice =
        |one: &Station| Choice { value: one.id.to_string(), label: one.name.clone(), selected: one.id == station.id };
    let page = CalendarPage {
        frame: me.frame(if keeps { Tab::Today } else { Tab::Stations }),
        station: station.id.to_string(),
        station_name: station.name.clone(),
        stations: stations.map(choice).collect(),
        rows,
        made: made.map(|token| format!("{}/lich/{token}.ics", me.visit.site.as_deref().unwrap_or_default())),
    };
    Ok(me.visit.page(StatusCode::OK, page.render()))
}

/// `POST /noi-lich?station=`: the answer itself shows the link, so that it stands nowhere else.
pub async fn make(Query(asked): Query<Asked>, form: Posted) -> Response {
    let me = &form.me;
    let result = async {
        let desk = Desk::open(me).await?;
        let (station, _) = asked.of(me, &desk)?;
        let token = me.visit.web.center.make_calendar_link(&me.person, &station.id).await?;
        show(me, &asked, Some(token)).await
    };
    me.answer(result.await)
}

/// `POST /noi-lich/{id}/thu-hoi?station=`
pub async fn revoke(Path(id): Path<String>, Query(asked): Query<Asked>, form: Posted) -> Response {
    let me = &form.me;
    let result = async {
        let desk = Desk::open(me).await?;
        let (station, _) = asked.of(me, &desk)?;
        let center = &me.visit.web.center;
        let rows = center.calendar_links(&station.id).await?;
        let row = rows.iter().find(|row| row.id == id).ok_or(Failed::NotFound)?;
        if row.user_name != me.person.name && !desk.may_at(me, &KEEPERS, station, desk.today) {
            return Err(Failed::Forbidden);
        }
        center.revoke_calendar_link(&me.person.name, &station.id, &id).await?;
        Ok(me.visit.redirect(&format!("/noi-lich?station={}", station.id), Some(("calendar-revoked", 0))))
    };
    me.answer(result.await)
}

/// `GET /lich/{token}.ics`, for programs that cannot log in: whoever knows the address reads it.
pub async fn feed(State(web): State<Web>, Path(file): Path<String>, parts: Parts) -> Response {
    match read(&web, &file, &parts).await {
        Ok(Some(response)) => response,
        Ok(None) => (StatusCode::NOT_FOUND, "404: this calendar link is unknown or was revoked").into_response(),
        Err(error) => {
            tracing::error!("a calendar cannot be read: {error}");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
}

async fn read(web: &Web, file: &str, parts: &Parts) -> Result<Option<Response>, CenterError> {
    let Some(token) = file.strip_suffix(".ics") else { return Ok(None) };
    let Some((person, id)) = web.center.calendar_link_holder(token).await? else { return Ok(None) };
    let schedules = web.center.schedules().await?;
    let zone = schedules.grid.zone;
    let today = crate::clock::now().with_timezone(&zone).date_naive();
    let Some(station) = schedules.stations.iter().find(|station| station.id == id) else { return Ok(None) };
    // A link never reaches further than who made it.
    let may = station.area_on(today).is_some_and(|area| {
        DAY_READERS.iter().any(|role| allows(&person.grants, *role, &schedules.areas, area, today))
    });
    if !may {
        return Ok(None);
    }
    let visit = Visit::of(parts, web);
    let events = web.center.calendar_of(&station.id, today).await?;
    let site = visit.site.unwrap_or_default();
    let page = |date: NaiveDate| format!("{site}/hom-nay?station={}&date={date}", station.id);
    let wording = Wording {
        name: &visit.words.t1("calendar-name", "station", &station.name),
        zone: zone.name(),
        language: visit.words.lang.tag(),
        kind: &kind(visit.words),
        page: &page,
    };
    let text = calendar::write(&events, &wording);
    Ok(Some(answer(&parts.headers, text, &format!("lich-{}.ics", station.id))))
}

fn kind(words: Words) -> impl Fn(ItemKind) -> String {
    move |kind| words.item_kind(&kind)
}

/// The calendar, or that nothing changed since the reader's copy.
fn answer(headers: &HeaderMap, text: String, name: &str) -> Response {
    let tag = format!("\"{}\"", Sha256::of(text.as_bytes()));
    // Kept by the reader alone, and asked for again each time: what was withdrawn must not stay.
    let kept = [(ETAG, tag.clone()), (CACHE_CONTROL, "private, no-cache".into())];
    let held = headers.get_all(IF_NONE_MATCH).iter().filter_map(|value| value.to_str().ok());
    let mut held = held.flat_map(|all| all.split(',')).map(|one| one.trim().trim_start_matches("W/"));
    if held.any(|one| one == tag || one == "*") {
        return (StatusCode::NOT_MODIFIED, kept).into_response();
    }
    let described = [
        (CONTENT_TYPE, "text/calendar; charset=utf-8".to_string()),
        (CONTENT_DISPOSITION, format!("inline; filename=\"{name}\"")),
    ];
    (kept, described, text).into_response()
}
