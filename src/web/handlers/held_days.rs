//! Days that were held back: seen by those who decide, who give their word for what is meant.

use axum::http::StatusCode;
use axum::response::Response;

use super::Failed;
use super::desk::{Desk, full_name, only};
use super::grid::CHANGERS;
use crate::center::held_days::{HeldDayRow, held_key};
use crate::domain::access::Role;
use crate::web::pages::{HeldDayView, HeldDaysPage, Tab};
use crate::web::session::{Posted, Signed};

/// Who sees them.
const READERS: [Role; 3] = [Role::Approver, Role::Admin, Role::Auditor];

/// `GET /khung-gio/giu-lai`
pub async fn list(me: Signed) -> Response {
    let result = show(&me).await;
    me.answer(result)
}

async fn show(me: &Signed) -> Result<Response, Failed> {
    only(me, &READERS)?;
    let desk = Desk::open(me).await?;
    let rows: Vec<HeldDayView> =
        me.visit.web.center.held_days().await?.iter().filter_map(|row| view(me, &desk, row)).collect();
    let may_agree = rows.iter().any(|row| row.may_agree);
    let page = HeldDaysPage { frame: me.frame(Tab::Grid), rows, may_agree };
    Ok(me.visit.page(StatusCode::OK, page.render()))
}

/// How many days are held back, where the reader may do something about it.
pub async fn count(me: &Signed) -> Result<u64, Failed> {
    if CHANGERS.iter().all(|role| !me.person.is(*role)) {
        return Ok(0);
    }
    Ok(me.visit.web.center.count_held_days().await?)
}

fn may(me: &Signed, desk: &Desk, roles: &[Role], row: &HeldDayRow) -> bool {
    let station = desk.schedules.stations.iter().find(|station| station.id == row.station);
    match station {
        // A station that was taken out, or serves nothing that day, is the whole province's matter.
        Some(station) if station.area_on(row.date).is_some() => desk.may_at(me, roles, station, row.date),
        _ => roles.iter().any(|role| me.person.is(*role)),
    }
}

fn view(me: &Signed, desk: &Desk, row: &HeldDayRow) -> Option<HeldDayView> {
    if !may(me, desk, &READERS, row) {
        return None;
    }
    let station = desk.schedules.stations.iter().find(|station| station.id == row.station);
    let chain = station.and_then(|station| station.area_on(row.date)).map(|area| desk.areas().chain(area, row.date));
    let unit: Vec<String> = chain.unwrap_or_default().iter().take(2).map(|unit| full_name(unit)).collect();
    Some(HeldDayView {
        key: held_key(row),
        station: station.map_or_else(|| row.station.to_string(), |station| station.name.clone()),
        id: row.station.to_string(),
        unit: unit.join(", "),
        date: row.date,
        had: row.had.into(),
        has: row.has.into(),
        since: desk.local(row.at),
        may_agree: may(me, desk, &CHANGERS, row),
    })
}

/// `POST /khung-gio/giu-lai`
pub async fn agree(form: Posted) -> Response {
    form.me.answer(try_agree(&form).await)
}

async fn try_agree(form: &Posted) -> Result<Response, Failed> {
    let me = &form.me;
    only(me, &CHANGERS)?;
    let desk = Desk::open(me).await?;
    let center = &me.visit.web.center;
    let keys: Vec<&str> = form.all("day").collect();
    let held = center.held_days().await?;
    let meant: Vec<HeldDayRow> = held.into_iter().filter(|row| keys.contains(&held_key(row).as_str())).collect();
    if meant.iter().any(|row| !may(me, &desk, &CHANGERS, row)) {
        return Err(Failed::Forbidden);
    }
    let agreed = center.agree_to_small_days(&meant, &me.person.name).await?;
    let flash = if agreed == 0 { "small-none" } else { "small-agreed" };
    Ok(me.visit.redirect("/khung-gio/giu-lai", Some((flash, agreed as u64))))
}
