//! What is done at `/khan-cap`: asks for, confirms, refuses and repeats break-in orders, by the reader's own key or by
//! the center's; puts on duty and takes off.

use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::Response;

use super::Failed;
use super::desk::{Desk, date_time, only};
use super::own_signature::{Decoded, OwnSignature};
use super::urgent::{HERE, number, wish_of};
use crate::center::CenterError;
use crate::center::break_ins::Wish;
use crate::center::signed::Signing;
use crate::domain::access::{Grant, Role};
use crate::domain::break_in::BreakIn;
use crate::domain::ids::BreakInId;
use crate::web::session::{Posted, Signed};

/// `POST /khan-cap`
pub async fn ask(form: Posted) -> Response {
    let result = async {
        only(&form.me, &[Role::Approver])?;
        let wish = Wish {
            bulletin: form.field("bulletin").parse().map_err(|_| Failed::NotFound)?,
            area: form.field("area").parse().map_err(|_| Failed::NotFound)?,
            reason: form.field("reason").into(),
        };
        take(&form, &wish, None).await
    };
    form.me.answer(result.await)
}

/// `POST /khan-cap/{id}/phat-lai`
pub async fn repeat(Path(id): Path<String>, form: Posted) -> Response {
    let result = async {
        only(&form.me, &[Role::Approver])?;
        let id = number(&id)?;
        let wish = wish_of(&form.me.visit.web.center.break_in(&id).await?.order);
        take(&form, &wish, Some(&id)).await
    };
    form.me.answer(result.await)
}

async fn take(form: &Posted, wish: &Wish, repeats: Option<&BreakInId>) -> Result<Response, Failed> {
    let (me, sent) = (&form.me, signature(form)?);
    let (center, by, now) = (&me.visit.web.center, doer(me), crate::clock::now());
    // The order of the page, so that a second press asks for the same one.
    let shown = serde_json::from_slice::<BreakIn>(&sent.payload).ok().filter(|order| wish_of(order) == *wish);
    let order = match (shown, &sent.own) {
        (Some(order), _) => order,
        (None, None) => center.prepare_break_in(wish, by, now).await?,
        (None, Some(_)) => return Err(Failed::Bad(StatusCode::BAD_REQUEST, None)),
    };
    let Err(error) = center.ask_break_in(&order, repeats, sent.signed(), by).await else {
        return Ok(me.visit.redirect(HERE, Some(("urgent-asked", 0))));
    };
    // Sent twice, by a second press or from an earlier page.
    if center.break_in(&order.id).await.is_ok() {
        return Ok(me.visit.redirect(HERE, Some(("urgent-asked", 0))));
    }
    if order.has_expired(now) {
        return Ok(me.visit.redirect(HERE, Some(("urgent-too-old", 0))));
    }
    if key_is_gone(me, &order, &sent).await? {
        return Ok(me.visit.redirect(HERE, Some(("urgent-key-gone", 0))));
    }
    // What would be asked for now, but for the number and the time that are each order's own.
    let fresh = center.prepare_break_in(wish, by, now).await?;
    let (id, issued_at, not_after) = (order.id.clone(), order.issued_at, order.not_after);
    if (BreakIn { id, issued_at, not_after, date: order.date, ..fresh }) != order {
        return Ok(me.visit.redirect(HERE, Some(("urgent-changed", 0))));
    }
    Err(error.into())
}

/// `POST /khan-cap/{id}/xac-nhan`
pub async fn confirm(Path(id): Path<String>, form: Posted) -> Response {
    let me = &form.me;
    let result = async {
        only(me, &[Role::Approver])?;
        let (id, sent) = (number(&id)?, signature(&form)?);
        match me.visit.web.center.confirm_break_in(&id, sent.signed(), doer(me)).await {
            Ok(()) => Ok(me.visit.redirect(HERE, Some(("urgent-confirmed", 0)))),
            Err(error) => not_confirmed(me, &id, &sent, error).await,
        }
    };
    me.answer(result.await)
}

/// Why it was not, in the reader's words where it is one of the usual reasons.
async fn not_confirmed(me: &Signed, id: &BreakInId, sent: &Decoded, error: CenterError) -> Result<Response, Failed> {
    let center = &me.visit.web.center;
    let held = center.break_in(id).await?;
    let word = if held.answer.is_some() {
        "urgent-answered-before"
    } else if !held.waits(crate::clock::now()) {
        "urgent-too-late"
    } else if key_is_gone(me, &held.order, sent).await? {
        "urgent-key-gone"
    } else {
        return Err(error.into());
    };
    Ok(me.visit.redirect(HERE, Some((word, 0))))
}

/// Whether it was signed by a key that is none of the reader's, or was revoked after the page was opened.
async fn key_is_gone(me: &Signed, order: &BreakIn, sent: &Decoded) -> Result<bool, Failed> {
    let Some((keyid, _)) = &sent.own else { return Ok(false) };
    let signing = me.visit.web.center.signing_break_in(order, &me.person.name).await?;
    Ok(!matches!(signing, Signing::Own { keyids, .. } if keyids.contains(keyid)))
}

/// `POST /khan-cap/{id}/tu-choi`
pub async fn refuse(Path(id): Path<String>, form: Posted) -> Response {
    let me = &form.me;
    let result = async {
        only(me, &[Role::Approver])?;
        let refused = me.visit.web.center.refuse_break_in(&number(&id)?, doer(me)).await?;
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

/// `POST /khan-cap/truc/{id}/thoi`
pub async fn end_duty(Path(id): Path<u64>, form: Posted) -> Response {
    let me = &form.me;
    let result = async {
        only(me, &[Role::Admin])?;
        let ended = me.visit.web.center.end_duty(id, &me.person.name).await?;
        let word = if ended { "urgent-duty-ended" } else { "urgent-duty-ended-before" };
        Ok(me.visit.redirect(HERE, Some((word, 0))))
    };
    me.answer(result.await)
}

fn signature(form: &Posted) -> Result<Decoded, Failed> {
    OwnSignature::of(form).decoded().map_err(|_| Failed::Bad(StatusCode::BAD_REQUEST, None))
}

fn doer(me: &Signed) -> (&str, &[Grant]) {
    (me.person.name.as_str(), &me.person.grants)
}
