//! `/dung-loa`: gives and lifts stop orders, and shows who answered.

use std::collections::BTreeMap;

use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::Response;

use super::Failed;
use super::desk::{Desk, name_of, names, only, place};
use crate::center::stations::StationStatus;
use crate::domain::access::Role;
use crate::domain::bulletin::State;
use crate::domain::ids::BulletinCode;
use crate::domain::place::Place;
use crate::domain::station::{Station, StationKind};
use crate::domain::stop::{StopOrder, may_stop};
use crate::web::pages::{Choice, SilentView, StopPage, StopView, Tab};
use crate::web::session::{Posted, Signed};

/// Who may silence anything at all.
pub const STOPPERS: [Role; 3] = [Role::Approver, Role::Admin, Role::Operator];
/// Lifted orders shown.
const LIFTED: usize = 20;

/// `GET /dung-loa`
pub async fn page(me: Signed) -> Response {
    let result = show(&me).await;
    me.answer(result)
}

async fn show(me: &Signed) -> Result<Response, Failed> {
    only(me, &STOPPERS)?;
    let desk = Desk::open(me).await?;
    let center = &me.visit.web.center;
    let statuses = center.station_statuses().await?;
    let names = names(me).await?;
    let mut orders = Vec::new();
    let mut lifted = Vec::new();
    for order in center.stop_orders().await?.into_iter().rev() {
        let (mine, open) = (may(me, &desk, &order.place), order.lifted.is_none());
        // An operator reads what silences their own stations, whoever gave it.
        let reached = reached(&desk, &order, &statuses);
        let concerns = mine || reached.iter().any(|one| desk.may_at(me, &STOPPERS, &one.station, desk.today));
        if !concerns || (!open && lifted.len() >= LIFTED) {
            continue;
        }
        let view = view(&desk, &names, &order, mine, &reached);
        if open { orders.push(view) } else { lifted.push(view) }
    }
    let (units, stations) = desk.places(|place| may(me, &desk, place));
    let page = StopPage {
        frame: me.frame(Tab::None),
        // Own stations first: whoever has one only needs to choose nothing.
        places: [stations, units].concat(),
        bulletins: bulletins(me).await?,
        orders,
        lifted,
    };
    Ok(me.visit.page(StatusCode::OK, page.render()))
}

/// `POST /dung-loa`
pub async fn give(form: Posted) -> Response {
    let me = &form.me;
    let result = async {
        only(me, &STOPPERS)?;
        let place = place(form.field("place"))?;
        let bulletin: Option<BulletinCode> = match form.field("bulletin") {
            "" => None,
            code => Some(code.parse().map_err(|_| Failed::NotFound)?),
        };
        let word = match form.field("reason") {
            "content" => "stop-reason-content",
            "foreign" => "stop-reason-foreign",
            "noise" => "stop-reason-noise",
            "order" => "stop-reason-order",
            _ => "stop-reason-other",
        };
        let (word, note) = (me.words().t(word), form.field("note").trim());
        let reason = if note.is_empty() { word } else { format!("{word}: {note}") };
        let by = (me.person.name.as_str(), &me.person.grants[..]);
        me.visit.web.center.give_stop(&place, bulletin.as_ref(), &reason, by).await?;
        Ok(me.visit.redirect("/dung-loa", Some(("stop-given", 0))))
    };
    me.answer(result.await)
}

/// `POST /dung-loa/{id}/go`
pub async fn lift(Path(id): Path<u64>, form: Posted) -> Response {
    let me = &form.me;
    let result = async {
        only(me, &STOPPERS)?;
        let by = (me.person.name.as_str(), &me.person.grants[..]);
        let lifted = me.visit.web.center.lift_stop(id, by).await?;
        let word = if lifted { "stop-lifted" } else { "stop-lifted-before" };
        Ok(me.visit.redirect("/dung-loa", Some((word, 0))))
    };
    me.answer(result.await)
}

fn may(me: &Signed, desk: &Desk, place: &Place) -> bool {
    may_stop(&me.person.grants, desk.areas(), place, &desk.schedules.stations, desk.today)
}

/// What stop orders silence at a station now, in words: what, and why.
pub async fn banners(me: &Signed, station: &Station) -> Result<Vec<(String, String)>, Failed> {
    let stops = me.visit.web.center.stops_at(&station.id).await?;
    let what = |code: Option<BulletinCode>| code.map_or_else(|| me.words().t("stop-day-all"), |code| code.to_string());
    Ok(stops.into_iter().map(|stop| (what(stop.bulletin), stop.reason)).collect())
}

async fn bulletins(me: &Signed) -> Result<Vec<Choice>, Failed> {
    let rows = me.visit.web.center.bulletin_versions(None).await?;
    let mut held: BTreeMap<String, String> = BTreeMap::new();
    for row in rows.iter().filter(|row| row.state() == State::Approved) {
        held.insert(row.facts.code.to_string(), format!("{} · {}", row.facts.code, row.facts.title));
    }
    Ok(held.into_iter().map(|(value, label)| Choice { value, label, selected: false }).collect())
}

fn reached<'a>(desk: &Desk, order: &StopOrder, statuses: &'a [StationStatus]) -> Vec<&'a StationStatus> {
    statuses.iter().filter(|one| order.place.reaches(&one.station, desk.areas(), desk.today)).collect()
}

fn view(
    desk: &Desk,
    names: &BTreeMap<String, String>,
    order: &StopOrder,
    may_lift: bool,
    reached: &[&StationStatus],
) -> StopView {
    let holds =
        |one: &&&StationStatus| one.holding.as_ref().is_some_and(|holding| holding.stops.contains(&order.stop.id));
    let device = |one: &&&StationStatus| one.station.kind == StationKind::Connected;
    let silent = reached.iter().filter(|one| !holds(one)).map(|one| SilentView {
        name: one.station.name.clone(),
        manual: one.station.kind != StationKind::Connected,
        last_seen: one.last_seen_at.map(|at| desk.local(at)),
    });
    StopView {
        id: order.stop.id,
        place: desk.place_name(&order.place, desk.today),
        bulletin: order.stop.bulletin.as_ref().map(ToString::to_string).unwrap_or_default(),
        reason: order.stop.reason.clone(),
        by: name_of(names, &order.by),
        at: desk.local(order.at),
        lifted: order.lifted.as_ref().map(|(by, at)| (name_of(names, by), desk.local(*at))),
        may_lift,
        received: reached.iter().filter(holds).count(),
        devices: reached.iter().filter(device).count(),
        silent: silent.collect(),
    }
}
