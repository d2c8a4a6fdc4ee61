//! A person's own account: password, sessions, and proving anew who they are.

use axum::extract::Query;
use axum::http::StatusCode;
use axum::response::Response;
use serde::Deserialize;

use super::Failed;
use super::desk::{Desk, name_of, names};
use super::user::grant_views;
use super::wording::{refusal_status, refused};
use crate::center::people::{Duty, PeopleError, Refusal, SessionRow};
use crate::domain::access::Standing;
use crate::domain::password::SHORTEST;
use crate::web::origin::local;
use crate::web::pages::{AccountPage, PasswordPage, ProvePage, SessionView, SessionsPage, Tab};
use crate::web::session::{Early, EarlyPosted, Posted, Signed, duty_page};

/// `GET /tai-khoan`
pub async fn overview(me: Signed) -> Response {
    let result = show(&me).await;
    me.answer(result)
}

async fn show(me: &Signed) -> Result<Response, Failed> {
    let (center, desk, names) = (&me.visit.web.center, Desk::open(me).await?, names(me).await?);
    let name = &me.person.name;
    let mut grants = grant_views(&center.grants_of(name).await?, &desk, &names);
    grants.retain(|grant| grant.standing != Standing::Over);
    let now = desk.now;
    let tokens = center.tokens(&me.person).await?;
    let tokens = tokens.iter().filter(|token| token.revoked_at.is_none() && token.expires_at > now).count();
    let page = AccountPage {
        frame: me.frame(Tab::None),
        name: name.clone(),
        display_name: name_of(&names, name),
        grants,
        second_factor: center.second_factor_of(name).await?.map(|left| left.unsigned_abs()),
        sessions: center.sessions(&me.person).await?.len() as u64,
        tokens: tokens as u64,
    };
    Ok(me.visit.page(StatusCode::OK, page.render()))
}

/// `GET /tai-khoan/mat-khau`
pub async fn password_form(Early(me): Early) -> Response {
    match me.person.duty {
        Some(duty) if duty != Duty::Password => me.visit.redirect(duty_page(duty), None),
        _ => password_page(&me, StatusCode::OK, None),
    }
}

fn password_page(me: &Signed, status: StatusCode, error: Option<String>) -> Response {
    let page = PasswordPage {
        frame: me.early_frame(),
        name: me.person.name.clone(),
        first: me.person.duty == Some(Duty::Password),
        letters: u32::try_from(SHORTEST).unwrap_or(u32::MAX),
        error,
    };
    me.visit.page(status, page.render())
}

/// `POST /tai-khoan/mat-khau`
pub async fn change_password(EarlyPosted(form): EarlyPosted) -> Response {
    let (me, visit) = (&form.me, &form.me.visit);
    if let Some(duty) = me.person.duty.filter(|duty| *duty != Duty::Password) {
        return visit.redirect(duty_page(duty), None);
    }
    // Blanks at its ends are part of a password.
    let (current, new) = (form.raw("current"), form.raw("new"));
    if new != form.raw("again") {
        let text = me.words().t("password-differ");
        return password_page(me, StatusCode::UNPROCESSABLE_ENTITY, Some(text));
    }
    match visit.web.center.change_password(&me.person, current, new, &visit.place).await {
        Ok(token) => {
            let to = if me.person.duty.is_some() { "/" } else { "/tai-khoan" };
            visit.with_session(visit.redirect(to, Some(("password-changed", 0))), &token)
        }
        Err(PeopleError::Refused(refusal)) => {
            password_page(me, refusal_status(&refusal), Some(refused(me.words(), &refusal)))
        }
        Err(error) => me.answer(Err(error.into())),
    }
}

/// `?next=`
#[derive(Deserialize)]
pub struct Onward {
    #[serde(default)]
    next: String,
}

/// `GET /xac-nhan-lai`
pub async fn prove_form(Early(me): Early, Query(onward): Query<Onward>) -> Response {
    if let Some(duty) = me.person.duty.filter(|duty| *duty != Duty::SecondFactor) {
        return me.visit.redirect(duty_page(duty), None);
    }
    let result = prove_page(&me, StatusCode::OK, &onward.next, None).await;
    me.answer(result)
}

async fn prove_page(me: &Signed, status: StatusCode, next: &str, error: Option<String>) -> Result<Response, Failed> {
    let has_code = me.visit.web.center.second_factor_of(&me.person.name).await?.is_some();
    let next = local(next).unwrap_or("/tai-khoan").to_string();
    let page = ProvePage { frame: me.early_frame(), next, has_code, error };
    Ok(me.visit.page(status, page.render()))
}

/// `POST /xac-nhan-lai`
pub async fn prove(EarlyPosted(form): EarlyPosted) -> Response {
    let (me, visit) = (&form.me, &form.me.visit);
    // Setting up a second factor may need it as well.
    if let Some(duty) = me.person.duty.filter(|duty| *duty != Duty::SecondFactor) {
        return visit.redirect(duty_page(duty), None);
    }
    let next = form.field("next");
    match visit.web.center.prove_again(&me.person, form.raw("proof"), &visit.place).await {
        Ok(()) => visit.redirect(local(next).unwrap_or("/tai-khoan"), Some(("proved", 0))),
        Err(PeopleError::Refused(refusal)) => {
            let text = refused(me.words(), &refusal);
            me.answer(prove_page(me, refusal_status(&refusal), next, Some(text)).await)
        }
        Err(error) => me.answer(Err(error.into())),
    }
}

/// `GET /tai-khoan/phien`
pub async fn sessions(me: Signed) -> Response {
    let result = show_sessions(&me).await;
    me.answer(result)
}

async fn show_sessions(me: &Signed) -> Result<Response, Failed> {
    let desk = Desk::open(me).await?;
    let view = |row: SessionRow| SessionView {
        id: row.token.to_string(),
        own: Some(row.token) == me.person.session,
        new: row.new_device && row.noticed_at.is_none(),
        agent: row.agent,
        address: row.address,
        since: desk.local(row.created_at),
        seen: desk.local(row.last_seen_at),
    };
    let rows = me.visit.web.center.sessions(&me.person).await?.into_iter().map(view).collect();
    let page = SessionsPage { frame: me.frame(Tab::None), rows };
    Ok(me.visit.page(StatusCode::OK, page.render()))
}

/// `POST /tai-khoan/phien/ket-thuc`
pub async fn end_session(form: Posted) -> Response {
    form.me.answer(try_end_session(&form).await)
}

async fn try_end_session(form: &Posted) -> Result<Response, Failed> {
    let (me, center, back) = (&form.me, &form.me.visit.web.center, "/tai-khoan/phien");
    let session = form.field("session");
    if session.is_empty() {
        let ended = center.end_other_sessions(&me.person).await?;
        return Ok(me.visit.redirect(back, Some(("sessions-ended", ended))));
    }
    let session = session.parse().map_err(|_| Failed::NotFound)?;
    match center.end_own_session(&me.person, &session).await {
        // Ended before, as was asked.
        Ok(()) | Err(PeopleError::Refused(Refusal::NoSession)) => {
            Ok(me.visit.redirect(back, Some(("session-ended", 0))))
        }
        Err(error) => Err(error.into()),
    }
}

/// `POST /tai-khoan/phien/da-xem`
pub async fn devices_seen(form: Posted) -> Response {
    let (me, center) = (&form.me, &form.me.visit.web.center);
    let noted = center.notice_devices(&me.person).await;
    let shown = noted.map(|()| me.visit.redirect("/tai-khoan/phien", Some(("devices-seen", 0))));
    me.answer(shown.map_err(Failed::from))
}
