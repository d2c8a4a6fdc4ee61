//! An approver's own key: seen, asked for, reported lost.

use axum::http::StatusCode;
use axum::response::Response;

use super::Failed;
use super::desk::{Desk, only};
use crate::center::CenterError;
use crate::center::keys::{OwnKey, Standing};
use crate::domain::access::Role;
use crate::web::pages::{ApprovalKeyPage, KeyStanding, KeyView, Tab};
use crate::web::session::{Posted, Signed};

/// Where the page stands.
const PATH: &str = "/khoa-duyet";

/// `GET /khoa-duyet`
pub async fn page(me: Signed) -> Response {
    let result = show(&me).await;
    me.answer(result)
}

async fn show(me: &Signed) -> Result<Response, Failed> {
    only(me, &[Role::Approver])?;
    let (center, desk) = (&me.visit.web.center, Desk::open(me).await?);
    let view = |key: OwnKey| KeyView {
        keyid: key.keyid,
        fingerprint: key.fingerprint,
        standing: match key.standing {
            Standing::Waiting => KeyStanding::Waiting,
            Standing::Admitted => KeyStanding::Admitted,
            Standing::Revoked => KeyStanding::Revoked,
            Standing::Refused => KeyStanding::Refused,
        },
        asked_at: key.asked_at.map(|at| desk.local(at)),
        revocation_asked: key.revocation_asked,
    };
    let keys: Vec<KeyView> = center.own_keys(&me.person.name).await?.into_iter().map(view).collect();
    let center_signs = center.holds_approvals() && keys.iter().all(|key| key.standing != KeyStanding::Admitted);
    let frame = me.frame(Tab::Queue);
    let page = ApprovalKeyPage { frame, user: me.person.name.clone(), keys, center_signs };
    Ok(me.visit.page(StatusCode::OK, page.render()))
}

/// `POST /khoa-duyet`
pub async fn request(form: Posted) -> Response {
    let (me, center) = (&form.me, &form.me.visit.web.center);
    let asked = center.request_key(&me.person.name, form.field("key"), form.field("signature")).await;
    me.answer(told(me, asked, "key-requested"))
}

/// `POST /khoa-duyet/mat`
pub async fn lost(form: Posted) -> Response {
    let (me, center) = (&form.me, &form.me.visit.web.center);
    let asked = center.ask_revocation(&me.person.name, form.field("keyid")).await;
    me.answer(told(me, asked, "key-lost"))
}

fn told(me: &Signed, asked: Result<(), CenterError>, done: &str) -> Result<Response, Failed> {
    match asked {
        Ok(()) => Ok(me.visit.redirect(PATH, Some((done, 0)))),
        Err(CenterError::Refused(_)) => Ok(me.visit.redirect(PATH, Some(("key-not-taken", 0)))),
        Err(error) => Err(error.into()),
    }
}
