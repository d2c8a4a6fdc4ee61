//! `/khan-cap`: break-in orders that wait, what became of earlier ones, the order that would be asked for, and who is on
//! duty. What is done there is in [`super::urgent_steps`].

use std::collections::BTreeMap;

use axum::Json;
use axum::extract::Query;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use chrono::Duration;
use serde::Deserialize;

use super::Failed;
use super::desk::{Desk, full_name, name_of, names, only};
use super::own_signature::signer;
use crate::center::break_ins::{BreakInOrder, Wish, by_kind};
use crate::domain::access::Role;
use crate::domain::area::{Area, Target};
use crate::domain::break_in::{BreakIn, reached};
use crate::domain::ids::BreakInId;
use crate::domain::reconcile::Outcome;
use crate::domain::station::Station;
use crate::web::pages::{
    AnswerView, BreakInView, Choice, DutyView, OrderView, ProposalPage, Repeat, RepeatForm, Signer, Tab, UrgentPage,
};
use crate::web::session::Signed;

/// Who may read the page.
const READ: [Role; 2] = [Role::Approver, Role::Admin];
/// Orders asked for so many days ago are shown.
const SHOWN_DAYS: i64 = 30;
/// Orders asked for so many days ago are news when they move on.
const NEWS_DAYS: i64 = 1;
/// So many of the newest orders are repeated at one press; each is prepared with the page.
const AT_ONCE: usize = 3;
/// Where it all is.
pub(super) const HERE: &str = "/khan-cap";

/// `GET /khan-cap`
pub async fn page(me: Signed) -> Response {
    let result = show(&me).await;
    me.answer(result)
}

async fn show(me: &Signed) -> Result<Response, Failed> {
    only(me, &READ)?;
    let (desk, names) = (Desk::open(me).await?, names(me).await?);
    let center = &me.visit.web.center;
    let may_ask = me.person.is(Role::Approver);
    let bulletins = if may_ask { bulletins(me).await? } else { Vec::new() };
    let (mut waiting, mut past) = (Vec::new(), Vec::new());
    for held in center.break_ins_since(desk.now - Duration::days(SHOWN_DAYS)).await? {
        if !desk.may_in(me, &READ, &held.order.area, desk.today) {
            continue;
        }
        let mut view = view(me, &desk, &names, &held).await?;
        let mine = desk.may_in(me, &[Role::Approver], &held.order.area, desk.today);
        if held.waits(desk.now) {
            view.may_refuse = mine;
            view.confirm = match mine && held.order.asked_by != me.person.name {
                true => Some(signer_of(me, &held.order).await?),
                false => None,
            };
            waiting.push(view);
        } else {
            if mine && !bulletins.is_empty() {
                view.repeat = if past.len() < AT_ONCE { at_once(me, &desk, &held.order).await? } else { Repeat::Apart };
            }
            past.push(view);
        }
    }
    let duties = center.duties(desk.now).await?;
    let duties = duties.into_iter().filter(|duty| duty.ended.is_none()).map(|duty| DutyView {
        id: duty.id,
        name: name_of(&names, &duty.user),
        from: desk.local(duty.from),
        to: desk.local(duty.to),
    });
    let admin = me.person.is(Role::Admin);
    let page = UrgentPage {
        frame: me.frame(Tab::None),
        waiting,
        past,
        bulletins,
        areas: areas(me, &desk),
        may_ask,
        duties: duties.collect(),
        approvers: if admin { approvers(me).await? } else { Vec::new() },
        may_end_duty: admin,
    };
    Ok(me.visit.page(StatusCode::OK, page.render()))
}

/// `GET /khan-cap/moi`: where each order stands that was asked for since yesterday, for the script of a page that is open.
pub async fn news(me: Signed) -> Response {
    let result = async {
        only(&me, &READ)?;
        let (desk, names) = (Desk::open(&me).await?, BTreeMap::new());
        let mut states = BTreeMap::new();
        for held in me.visit.web.center.break_ins_since(desk.now - Duration::days(NEWS_DAYS)).await? {
            if desk.may_in(&me, &READ, &held.order.area, desk.today) {
                let view = view(&me, &desk, &names, &held).await?;
                let state = view.state(held.waits(desk.now));
                states.insert(view.id, state);
            }
        }
        Ok(Json(states).into_response())
    };
    me.answer(result.await)
}

/// What is asked for: a bulletin, an area and a reason, or an earlier order once more.
#[derive(Debug, Deserialize)]
pub struct Asked {
    #[serde(default)]
    bulletin: String,
    #[serde(default)]
    area: String,
    #[serde(default)]
    reason: String,
    lap: Option<String>,
}

/// `GET /khan-cap/de-nghi`
pub async fn proposal(me: Signed, Query(asked): Query<Asked>) -> Response {
    let result = propose(&me, &asked).await;
    me.answer(result)
}

async fn propose(me: &Signed, asked: &Asked) -> Result<Response, Failed> {
    only(me, &[Role::Approver])?;
    let repeats = asked.lap.as_deref().map(number).transpose()?;
    let wish = match &repeats {
        Some(id) => wish_of(&me.visit.web.center.break_in(id).await?.order),
        None if asked.area.is_empty() => return Ok(me.visit.redirect(HERE, Some(("urgent-no-area", 0)))),
        None if asked.reason.trim().is_empty() => {
            return Ok(me.visit.redirect(HERE, Some(("urgent-no-reason", 0))));
        }
        None => Wish {
            bulletin: asked.bulletin.parse().map_err(|_| Failed::NotFound)?,
            area: asked.area.parse().map_err(|_| Failed::NotFound)?,
            reason: asked.reason.clone(),
        },
    };
    let by = (me.person.name.as_str(), &me.person.grants[..]);
    let order = me.visit.web.center.prepare_break_in(&wish, by, crate::clock::now()).await?;
    let page = ProposalPage {
        frame: me.frame(Tab::None),
        order: in_words(&Desk::open(me).await?, &order),
        bulletin: order.bulletin.to_string(),
        area: order.area.to_string(),
        repeats: repeats.map(|id| id.to_string()),
        signer: signer_of(me, &order).await?,
        payload: payload_of(&order)?,
    };
    Ok(me.visit.page(StatusCode::OK, page.render()))
}

/// The wish that an order was made of.
pub(super) fn wish_of(order: &BreakIn) -> Wish {
    Wish { bulletin: order.bulletin.clone(), area: order.area.clone(), reason: order.reason.clone() }
}

/// The number of an order, as an address says it.
pub(super) fn number(text: &str) -> Result<BreakInId, Failed> {
    text.parse().map_err(|_| Failed::NotFound)
}

/// How the reader signs an order; with their own key they see every word of it.
async fn signer_of(me: &Signed, order: &BreakIn) -> Result<Signer, Failed> {
    let signing = me.visit.web.center.signing_break_in(order, &me.person.name).await?;
    let value = serde_json::to_value(order).map_err(crate::center::CenterError::from)?;
    let rows = || {
        let rows = SIGNED.iter().map(|(name, label)| (*name, *label, text_of(&value[*name])));
        rows.collect()
    };
    Ok(signer(me, signing, "break-in", None, rows))
}

/// An order as a form sends it back.
fn payload_of(order: &BreakIn) -> Result<String, Failed> {
    Ok(STANDARD.encode(serde_json::to_vec(order).map_err(crate::center::CenterError::from)?))
}

/// Every word of an order and the key of its label; a word that is missing here is refused by the page's script.
const SIGNED: [(&str, &str); 14] = [
    ("id", "sign-number"),
    ("bulletin", "sign-bulletin"),
    ("version", "sign-version"),
    ("title", "sign-title"),
    ("rendition", "sign-rendition"),
    ("manifest", "sign-manifest"),
    ("duration_ms", "sign-duration"),
    ("area", "sign-area"),
    ("stations", "sign-stations"),
    ("reason", "sign-reason"),
    ("date", "sign-date"),
    ("issued_at", "sign-issued"),
    ("not_after", "sign-until"),
    ("asked_by", "sign-asked-by"),
];

/// A signed word as text: lists with blanks between their parts.
fn text_of(value: &serde_json::Value) -> String {
    match value {
        serde_json::Value::String(text) => text.clone(),
        serde_json::Value::Array(parts) => parts.iter().map(text_of).collect::<Vec<_>>().join(" "),
        other => other.to_string(),
    }
}

/// The form that repeats an order at one press, prepared now; on a page of its own where it cannot be prepared, which
/// then says why.
async fn at_once(me: &Signed, desk: &Desk, order: &BreakIn) -> Result<Repeat, Failed> {
    let by = (me.person.name.as_str(), &me.person.grants[..]);
    let Ok(new) = me.visit.web.center.prepare_break_in(&wish_of(order), by, crate::clock::now()).await else {
        return Ok(Repeat::Apart);
    };
    let signer = signer_of(me, &new).await?;
    if signer.lacks().is_some() {
        return Ok(Repeat::Apart);
    }
    Ok(Repeat::AtOnce(Box::new(RepeatForm { order: in_words(desk, &new), signer, payload: payload_of(&new)? })))
}

fn in_words(desk: &Desk, order: &BreakIn) -> OrderView {
    let stations: Vec<&Station> =
        desk.schedules.stations.iter().filter(|one| order.stations.contains(&one.id)).collect();
    let communes: std::collections::BTreeSet<_> = stations.iter().filter_map(|one| one.area_on(order.date)).collect();
    let (devices, by_hand) = by_kind(stations.iter().copied());
    OrderView {
        title: format!("{} · {}", order.bulletin, order.title),
        area: desk.area_name(&order.area, desk.today),
        reason: order.reason.clone(),
        communes: communes.len(),
        devices,
        by_hand,
        from: desk.local(order.issued_at),
        until: desk.local(order.not_after),
    }
}

async fn view(
    me: &Signed,
    desk: &Desk,
    names: &BTreeMap<String, String>,
    held: &BreakInOrder,
) -> Result<BreakInView, Failed> {
    let order = &held.order;
    let answers = me.visit.web.center.break_in_answers(held, desk.now).await?;
    let answers = answers.into_iter().map(|answer| AnswerView {
        name: answer.station.name.clone(),
        received: answer.received,
        connected: answer.connected,
        said: !answer.line.records.is_empty(),
        standing: me.words().t(match answer.line.outcome {
            Outcome::Aired => "outcome-aired",
            Outcome::Partial => "outcome-partial",
            Outcome::Missed => "outcome-missed",
            Outcome::Unreported => "outcome-unreported",
        }),
        cause: answer.line.cause,
        began_at: answer.line.began_at.map(|at| desk.local(at)),
    });
    Ok(BreakInView {
        id: order.id.to_string(),
        order: in_words(desk, order),
        by: name_of(names, &order.asked_by),
        at: desk.local(held.asked_at),
        minutes_left: u64::try_from((order.not_after - desk.now).num_minutes()).unwrap_or(0),
        answer: held.answer.as_ref().map(|(by, at, yes)| (name_of(names, by), desk.local(*at), *yes)),
        confirm: None,
        may_refuse: false,
        repeat: Repeat::No,
        answers: answers.collect(),
    })
}

async fn bulletins(me: &Signed) -> Result<Vec<Choice>, Failed> {
    let rows = me.visit.web.center.urgent_bulletins().await?;
    let choice = |facts: &crate::domain::bulletin::Facts| Choice {
        value: facts.code.to_string(),
        label: format!("{} · {}", facts.code, facts.title),
        selected: false,
    };
    Ok(rows.iter().map(|row| choice(&row.facts)).collect())
}

/// Units the reader approves for, each with how many stations it holds, so that nobody orders without knowing. None is
/// chosen beforehand but an only one: a slip would alarm a whole province.
fn areas(me: &Signed, desk: &Desk) -> Vec<Choice> {
    let mut units: Vec<&Area> = desk.areas().iter().filter(|unit| unit.valid_on(desk.today)).collect();
    units.retain(|unit| desk.may_in(me, &[Role::Approver], &unit.code, desk.today));
    units.sort_by_key(|unit| (unit.level, full_name(unit)));
    let (stations, only_one) = (&desk.schedules.stations, units.len() == 1);
    let choice = |unit: &Area| {
        let target = Target { areas: [unit.code.clone()].into(), except: [].into() };
        let within = reached(stations, desk.areas(), &unit.code, &target, desk.today);
        let (devices, by_hand) = by_kind(stations.iter().filter(|one| within.contains(&one.id)));
        let counts = me.words().t2("urgent-counts", "devices", devices, "hands", by_hand);
        Choice { value: unit.code.to_string(), label: format!("{} · {counts}", full_name(unit)), selected: only_one }
    };
    units.into_iter().map(choice).collect()
}

async fn approvers(me: &Signed) -> Result<Vec<Choice>, Failed> {
    let users = me.visit.web.center.users().await?;
    let fit = users
        .into_iter()
        .filter(|one| one.disabled_at.is_none() && one.grants.iter().any(|grant| grant.role == Role::Approver));
    Ok(fit.map(|one| Choice { value: one.name, label: one.display_name, selected: false }).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::break_in::samples::break_in;
    use crate::domain::ids::Sha256;

    #[test]
    fn every_word_of_an_order_is_shown_to_whoever_signs_it() {
        let value = serde_json::to_value(break_in(1, Sha256::of(b"sound"), chrono::DateTime::UNIX_EPOCH)).unwrap();
        let mut shown: Vec<&str> = SIGNED.iter().map(|(name, _)| *name).collect();
        shown.sort_unstable();
        let mut fields: Vec<&str> = value.as_object().unwrap().keys().map(String::as_str).collect();
        fields.sort_unstable();
        assert_eq!(shown, fields);
    }
}
