//! `/bat-kha-khang`: declares and withdraws force majeure, and lists what was declared.

use std::collections::BTreeMap;

use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::Response;
use chrono::NaiveDateTime;

use super::Failed;
use super::desk::{Desk, READERS, full_name, name_of, names, only};
use crate::center::force_majeure::{LONGEST_REASON, MOST_DAYS};
use crate::domain::access::Role;
use crate::domain::area::Area;
use crate::domain::force_majeure::{Declaration, may_declare};
use crate::domain::ids::StationId;
use crate::domain::stop::Place;
use crate::web::pages::{Choice, DeclarationView, ForceMajeurePage, Tab};
use crate::web::session::{Posted, Signed};

/// Who may declare anything at all.
const DECLARERS: [Role; 2] = [Role::Approver, Role::Admin];
/// Withdrawn declarations shown.
const WITHDRAWN: usize = 20;

/// `GET /bat-kha-khang`
pub async fn page(me: Signed) -> Response {
    let result = show(&me).await;
    me.answer(result)
}

async fn show(me: &Signed) -> Result<Response, Failed> {
    only(me, &READERS)?;
    let (desk, names) = (Desk::open(me).await?, names(me).await?);
    let (mut holding, mut withdrawn) = (Vec::new(), Vec::new());
    for one in me.visit.web.center.force_majeure().await?.into_iter().rev() {
        if !concerns(me, &desk, &one) {
            continue;
        }
        let view = view(me, &desk, &names, &one);
        if one.withdrawn.is_none() {
            holding.push(view);
        } else if withdrawn.len() < WITHDRAWN {
            withdrawn.push(view);
        }
    }
    let page = ForceMajeurePage { frame: me.frame(Tab::Reconcile), places: places(me, &desk), holding, withdrawn };
    Ok(me.visit.page(StatusCode::OK, page.render()))
}

/// `POST /bat-kha-khang`
pub async fn declare(form: Posted) -> Response {
    let me = &form.me;
    let result = async {
        only(me, &DECLARERS)?;
        let place = match form.field("place").split_once(':') {
            Some(("station", id)) => Place::Station(id.parse().map_err(|_| Failed::NotFound)?),
            Some(("area", code)) => Place::Area(code.parse().map_err(|_| Failed::NotFound)?),
            _ => return Err(Failed::NotFound),
        };
        let back = |word| Ok(me.visit.redirect("/bat-kha-khang", Some((word, 0))));
        let fits = |(from, until): &(NaiveDateTime, NaiveDateTime)| {
            from < until && *until - *from <= chrono::Duration::days(MOST_DAYS)
        };
        let Some(span) = time(form.field("from")).zip(time(form.field("until"))).filter(fits) else {
            return back("force-bad-span");
        };
        let reason = form.field("reason").trim();
        if reason.is_empty() || reason.chars().count() > LONGEST_REASON {
            return back("force-no-reason");
        }
        let by = (me.person.name.as_str(), &me.person.grants[..]);
        me.visit.web.center.declare_force_majeure(&place, span, reason, by).await?;
        back("force-declared")
    };
    me.answer(result.await)
}

/// `POST /bat-kha-khang/{id}/rut`
pub async fn withdraw(Path(id): Path<u64>, form: Posted) -> Response {
    let me = &form.me;
    let result = async {
        only(me, &DECLARERS)?;
        let by = (me.person.name.as_str(), &me.person.grants[..]);
        let withdrawn = me.visit.web.center.withdraw_force_majeure(id, by).await?;
        let word = if withdrawn { "force-withdrawn" } else { "force-withdrawn-before" };
        Ok(me.visit.redirect("/bat-kha-khang", Some((word, 0))))
    };
    me.answer(result.await)
}

/// What a date-and-time field sends, with or without seconds.
fn time(text: &str) -> Option<NaiveDateTime> {
    let read = |form| NaiveDateTime::parse_from_str(text.trim(), form).ok();
    read("%Y-%m-%dT%H:%M").or_else(|| read("%Y-%m-%dT%H:%M:%S"))
}

fn may(me: &Signed, desk: &Desk, place: &Place) -> bool {
    may_declare(&me.person.grants, desk.areas(), place, &desk.schedules.stations, desk.today)
}

/// Whether it is about a station that the reader reads reports of on its first day: a reader of one commune sees what
/// was declared for the district around it.
fn concerns(me: &Signed, desk: &Desk, one: &Declaration) -> bool {
    let date = desk.local(one.from).date();
    let stations = desk.schedules.stations.iter();
    let mine = stations.filter(|station| one.place.reaches(station, desk.areas(), date));
    may(me, desk, &one.place) || mine.into_iter().any(|station| desk.may_at(me, &READERS, station, date))
}

fn places(me: &Signed, desk: &Desk) -> Vec<Choice> {
    let choice = |value: String, label: String| Choice { value, label, selected: false };
    let mut units: Vec<&Area> = desk.areas().iter().filter(|unit| unit.valid_on(desk.today)).collect();
    units.retain(|unit| may(me, desk, &Place::Area(unit.code.clone())));
    units.sort_by_key(|unit| (unit.level, full_name(unit)));
    let units = units.into_iter().map(|unit| choice(format!("area:{}", unit.code), full_name(unit)));
    let stations = desk.schedules.stations.iter().filter(|one| may(me, desk, &Place::Station(one.id.clone())));
    let stations = stations.map(|one| choice(format!("station:{}", one.id), one.name.clone()));
    units.chain(stations).collect()
}

fn view(me: &Signed, desk: &Desk, names: &BTreeMap<String, String>, one: &Declaration) -> DeclarationView {
    let station = |id: &StationId| desk.schedules.stations.iter().find(|one| one.id == *id).map(|one| one.name.clone());
    DeclarationView {
        id: one.id,
        place: match &one.place {
            Place::Station(id) => station(id).unwrap_or_else(|| id.to_string()),
            Place::Area(code) => desk.area_name(code, desk.local(one.from).date()),
        },
        from: desk.local(one.from),
        until: desk.local(one.until),
        reason: one.reason.clone(),
        by: name_of(names, &one.by),
        at: desk.local(one.at),
        withdrawn: one.withdrawn.as_ref().map(|(by, at)| (name_of(names, by), desk.local(*at))),
        may_withdraw: may(me, desk, &one.place),
    }
}
