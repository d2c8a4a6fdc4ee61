//! `/khan-cap`: asks for, confirms, refuses and repeats break-in orders, shows what became of them, and who is on duty.

use std::collections::BTreeMap;

use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::Response;
use chrono::Duration;

use super::Failed;
use super::desk::{Desk, date_time, full_name, name_of, names, only};
use crate::center::approval::SignedBy;
use crate::center::break_ins::{BreakInOrder, Wish, by_kind};
use crate::domain::access::Role;
use crate::domain::break_in::reached;
use crate::domain::ids::BreakInId;
use crate::domain::reconcile::Outcome;
use crate::web::pages::{AnswerView, BreakInView, Choice, DutyView, Tab, UrgentPage};
use crate::web::session::{Posted, Signed};

/// Who may read the page.
const READ: [Role; 2] = [Role::Approver, Role::Admin];
/// Orders asked for so many days ago are shown.
const SHOWN_DAYS: i64 = 30;
const HERE: &str = "/khan-cap";

/// `GET /khan-cap`
pub async fn page(me: Signed) -> Response {
    let result = show(&me).await;
    me.answer(result)
}

async fn show(me: &Signed) -> Result<Response, Failed> {
    only(me, &READ)?;
    let desk = Desk::open(me).await?;
    let center = &me.visit.web.center;
    let names = names(me).await?;
    let (mut waiting, mut past) = (Vec::new(), Vec::new());
    for order in center.break_ins_since(desk.now - Duration::days(SHOWN_DAYS)).await? {
        if !desk.may_in(me, &READ, &order.order.area, desk.today) {
            continue;
        }
        let view = view(me, &desk, &names, &order).await?;
        if order.waits(desk.now) { waiting.push(view) } else { past.push(view) }
    }
    let duties = center.duties(desk.now).await?;
    let duties = duties.into_iter().filter(|duty| duty.ended.is_none()).map(|duty| DutyView {
        name: name_of(&names, &duty.user),
        from: desk.local(duty.from),
        to: desk.local(duty.to),
    });
    let may_ask = me.person.is(Role::Approver);
    let page = UrgentPage {
        frame: me.frame(Tab::None),
        waiting,
        past,
        bulletins: if may_ask { bulletins(me).await? } else { Vec::new() },
        areas: areas(me, &desk),
        may_ask,
        duties: duties.collect(),
        approvers: if me.person.is(Role::Admin) { approvers(me).await? } else { Vec::new() },
    };
    Ok(me.visit.page(StatusCode::OK, page.render()))
}

async fn view(
    me: &Signed,
    desk: &Desk,
    names: &BTreeMap<String, String>,
    held: &BreakInOrder,
) -> Result<BreakInView, Failed> {
    let order = &held.order;
    let stations = desk.schedules.stations.iter().filter(|one| order.stations.contains(&one.id));
    let (devices, by_hand) = by_kind(stations);
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
    let mine = desk.may_in(me, &[Role::Approver], &order.area, desk.today);
    Ok(BreakInView {
        id: order.id.to_string(),
        title: format!("{} · {}", order.bulletin, order.title),
        area: desk.area_name(&order.area, desk.today),
        reason: order.reason.clone(),
        by: name_of(names, &order.asked_by),
        at: desk.local(held.asked_at),
        until: desk.local(order.not_after),
        minutes_left: u64::try_from((order.not_after - desk.now).num_minutes()).unwrap_or(0),
        devices,
        by_hand,
        answer: held.answer.as_ref().map(|(by, at, yes)| (name_of(names, by), desk.local(*at), *yes)),
        may_confirm: mine && order.asked_by != me.person.name,
        may_act: mine,
        user: me.person.name.clone(),
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

/// Units the reader approves for, each with how many stations it holds, so that nobody orders without knowing.
fn areas(me: &Signed, desk: &Desk) -> Vec<Choice> {
    let mut units: Vec<_> = desk.areas().iter().filter(|unit| unit.valid_on(desk.today)).collect();
    units.retain(|unit| desk.may_in(me, &[Role::Approver], &unit.code, desk.today));
    units.sort_by_key(|unit| (unit.level, full_name(unit)));
    let stations = &desk.schedules.stations;
    let choice = |unit: &crate::domain::area::Area| {
        let target = crate::domain::area::Target { areas: [unit.code.clone()].into(), except: [].into() };
        let within = reached(stations, desk.areas(), &unit.code, &target, desk.today);
        let (devices, by_hand) = by_kind(stations.iter().filter(|one| within.contains(&one.id)));
        let counts = me.words().t2("urgent-counts", "devices", devices, "hands", by_hand);
        Choice { value: unit.code.to_string(), label: format!("{} · {counts}", full_name(unit)), selected: false }
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

/// `POST /khan-cap`
pub async fn ask(form: Posted) -> Response {
    let result = async {
        only(&form.me, &[Role::Approver])?;
        let wish = Wish {
            bulletin: form.field("bulletin").parse().map_err(|_| Failed::NotFound)?,
            area: form.field("area").parse().map_err(|_| Failed::NotFound)?,
            reason: form.field("reason").into(),
        };
        take(&form.me, &wish, None).await
    };
    form.me.answer(result.await)
}

/// `POST /khan-cap/{id}/phat-lai`
pub async fn repeat(Path(id): Path<String>, form: Posted) -> Response {
    let result = async {
        only(&form.me, &[Role::Approver])?;
        let id = number(&id)?;
        let order = form.me.visit.web.center.break_in(&id).await?.order;
        let wish = Wish { bulletin: order.bulletin, area: order.area, reason: order.reason };
        take(&form.me, &wish, Some(&id)).await
    };
    form.me.answer(result.await)
}

async fn take(me: &Signed, wish: &Wish, repeats: Option<&BreakInId>) -> Result<Response, Failed> {
    let by = (me.person.name.as_str(), &me.person.grants[..]);
    let center = &me.visit.web.center;
    let order = center.prepare_break_in(wish, by, crate::clock::now()).await?;
    center.ask_break_in(&order, repeats, SignedBy::Center, by).await?;
    Ok(me.visit.redirect(HERE, Some(("urgent-asked", 0))))
}

/// `POST /khan-cap/{id}/xac-nhan`
pub async fn confirm(Path(id): Path<String>, form: Posted) -> Response {
    let me = &form.me;
    let result = async {
        only(me, &[Role::Approver])?;
        let by = (me.person.name.as_str(), &me.person.grants[..]);
        me.visit.web.center.confirm_break_in(&number(&id)?, SignedBy::Center, by).await?;
        Ok(me.visit.redirect(HERE, Some(("urgent-confirmed", 0))))
    };
    me.answer(result.await)
}

/// `POST /khan-cap/{id}/tu-choi`
pub async fn refuse(Path(id): Path<String>, form: Posted) -> Response {
    let me = &form.me;
    let result = async {
        only(me, &[Role::Approver])?;
        let by = (me.person.name.as_str(), &me.person.grants[..]);
        let refused = me.visit.web.center.refuse_break_in(&number(&id)?, by).await?;
        let word = if refused { "urgent-refused" } else { "urgent-answered-before" };
        Ok(me.visit.redirect(HERE, Some((word, 0))))
    };
    me.answer(result.await)
}

/// `POST /khan-cap/truc`
pub async fn give_duty(form: Posted) -> Response {
    let me = &form.me;
    let result = async {
        only(me, &[Role::Admin])?;
        let desk = Desk::open(me).await?;
        let moment = |field| desk.moment(date_time(form.field(field))?);
        let Some((from, to)) = moment("from").zip(moment("to")).filter(|(from, to)| from < to) else {
            return Ok(me.visit.redirect(HERE, Some(("urgent-bad-time", 0))));
        };
        me.visit.web.center.give_duty(form.field("user"), from, to, &me.person.name).await?;
        Ok(me.visit.redirect(HERE, Some(("urgent-duty-given", 0))))
    };
    me.answer(result.await)
}

fn number(text: &str) -> Result<BreakInId, Failed> {
    text.parse().map_err(|_| Failed::NotFound)
}
