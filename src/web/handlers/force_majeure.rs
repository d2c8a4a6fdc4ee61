//! `/bat-kha-khang`: declares and withdraws force majeure, and lists what was declared.

use std::collections::BTreeMap;

use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::Response;
use chrono::{NaiveDate, NaiveDateTime};

use super::Failed;
use super::desk::{Desk, READERS, date_time, name_of, names, only, place};
use crate::center::force_majeure::MOST_DAYS;
use crate::center::reason::LONGEST_REASON;
use crate::domain::access::Role;
use crate::domain::force_majeure::{Declaration, may_declare};
use crate::domain::place::Place;
use crate::domain::station::Station;
use crate::web::flash;
use crate::web::pages::{DeclarationView, ForceMajeurePage, Tab, TypedDeclaration};
use crate::web::session::{Posted, Signed};

/// Who may declare anything at all.
const DECLARERS: [Role; 2] = [Role::Approver, Role::Admin];
/// Withdrawn declarations shown.
const WITHDRAWN: usize = 20;

/// `GET /bat-kha-khang`
pub async fn page(me: Signed) -> Response {
    let result = show(&me, None).await;
    me.answer(result)
}

/// The page; after a form that was not taken with what was typed in it, and the flash's word that says why.
async fn show(me: &Signed, wrong: Option<(&Posted, &str)>) -> Result<Response, Failed> {
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
    let (units, stations) = desk.places(|place| may(me, &desk, place));
    let mut page = ForceMajeurePage {
        frame: me.frame(Tab::Reconcile),
        places: [units, stations].concat(),
        typed: TypedDeclaration::default(),
        holding,
        withdrawn,
    };
    let Some((form, word)) = wrong else { return Ok(me.visit.page(StatusCode::OK, page.render())) };
    page.frame.flash = flash::read(me.words(), &format!("{word}.0"));
    let typed = |field| form.field(field).to_string();
    page.typed = TypedDeclaration { from: typed("from"), until: typed("until"), reason: typed("reason") };
    for choice in &mut page.places {
        choice.selected = choice.value == form.field("place");
    }
    Ok(me.visit.page(StatusCode::UNPROCESSABLE_ENTITY, page.render()))
}

/// What is declared for a station on a day and holds, in words: for who airs there, what it asks of them.
pub async fn banners(me: &Signed, desk: &Desk, station: &Station, date: NaiveDate) -> Result<Vec<String>, Failed> {
    let declared = me.visit.web.center.force_majeure_at(station, date).await?;
    let words = me.words();
    let banner = |one: Declaration| {
        let time = |at| words.date_time(desk.local(at));
        words.t3("force-day", ("from", time(one.from)), ("until", time(one.until)), ("reason", one.reason))
    };
    Ok(declared.into_iter().map(banner).collect())
}

/// `POST /bat-kha-khang`
pub async fn declare(form: Posted) -> Response {
    let me = &form.me;
    let result = async {
        only(me, &DECLARERS)?;
        let place = place(form.field("place"))?;
        let fits = |(from, until): &(NaiveDateTime, NaiveDateTime)| {
            from < until && *until - *from <= chrono::Duration::days(MOST_DAYS)
        };
        let Some(span) = date_time(form.field("from")).zip(date_time(form.field("until"))).filter(fits) else {
            return show(me, Some((&form, "force-bad-span"))).await;
        };
        let reason = form.field("reason").trim();
        if reason.is_empty() || reason.chars().count() > LONGEST_REASON {
            return show(me, Some((&form, "force-no-reason"))).await;
        }
        let by = (me.person.name.as_str(), &me.person.grants[..]);
        me.visit.web.center.declare_force_majeure(&place, span, reason, by).await?;
        Ok(me.visit.redirect("/bat-kha-khang", Some(("force-declared", 0))))
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

fn view(me: &Signed, desk: &Desk, names: &BTreeMap<String, String>, one: &Declaration) -> DeclarationView {
    DeclarationView {
        id: one.id,
        place: desk.place_name(&one.place, desk.local(one.from).date()),
        from: desk.local(one.from),
        until: desk.local(one.until),
        reason: one.reason.clone(),
        by: name_of(names, &one.by),
        at: desk.local(one.at),
        withdrawn: one.withdrawn.as_ref().map(|(by, at)| (name_of(names, by), desk.local(*at))),
        may_withdraw: may(me, desk, &one.place),
    }
}
