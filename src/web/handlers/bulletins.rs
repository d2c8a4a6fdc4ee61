//! Bulletins: the list, and the steps of their approval.

use std::collections::BTreeMap;

use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::Response;

use super::Failed;
use super::desk::{READERS, only};
use super::steps::{self, Refused};
use super::upload::desk_of;
use crate::center::bulletins::VersionRow;
use crate::center::checks::Check;
use crate::domain::access::Role;
use crate::domain::bulletin::{State, has_expired};
use crate::domain::ids::BulletinCode;
use crate::web::pages::{BulletinRow, BulletinsPage, Tab, UploadDesk};
use crate::web::session::{Posted, Signed};

/// Findings to hear before deciding.
pub fn warnings(row: &VersionRow) -> u32 {
    Check::of(row).warnings().count().try_into().unwrap_or(u32::MAX)
}

/// `GET /ban-tin`
pub async fn list(me: Signed) -> Response {
    let result = try_list(&me).await;
    me.answer(result)
}

async fn try_list(me: &Signed) -> Result<Response, Failed> {
    let desk = if me.person.is(Role::Editor) { Some(desk_of(me, None).await?) } else { None };
    list_with(me, StatusCode::OK, desk).await
}

/// The list with the upload desk, its form as it was typed.
pub async fn list_with(me: &Signed, status: StatusCode, desk: Option<UploadDesk>) -> Result<Response, Failed> {
    only(me, &READERS)?;
    let mut newest: BTreeMap<BulletinCode, Vec<VersionRow>> = BTreeMap::new();
    for row in me.visit.web.center.bulletin_versions(None).await? {
        newest.entry(row.facts.code.clone()).or_default().push(row);
    }
    let mut versions: Vec<Vec<VersionRow>> = newest.into_values().collect();
    versions.sort_by_key(|rows| std::cmp::Reverse(rows.last().map(|row| row.created_at)));
    let today = me.visit.web.center.local_today().await?;
    let rows = versions.iter().filter_map(|rows| list_row(rows, today)).collect();
    let page = BulletinsPage { frame: me.frame(Tab::Bulletins), rows, desk };
    Ok(me.visit.page(status, page.render()))
}

fn list_row(versions: &[VersionRow], today: chrono::NaiveDate) -> Option<BulletinRow> {
    let row = versions.last()?;
    // As planning sees it: a newer withdrawal does not put an older version back on the air.
    let decided =
        |one: &&VersionRow| one.state() == State::Approved || (one.state() == State::Withdrawn && one.was_approved());
    let newest = versions.iter().rev().find(decided).filter(|one| one.state() == State::Approved);
    let airing = newest.map(|one| one.version);
    Some(BulletinRow {
        code: row.facts.code.to_string(),
        title: row.facts.title.clone(),
        topic: row.facts.topic.into(),
        priority: row.facts.priority,
        state: row.state(),
        expired: has_expired(row.state(), &row.facts, today),
        version: row.version,
        airing_version: airing.filter(|version| *version != row.version),
        duration_ms: row.sound.duration_ms,
        loudness_lufs: row.sound.reached_lufs,
        warnings: warnings(row),
        airs_from: row.facts.airs_from,
        airs_to: row.facts.last_day(),
    })
}

/// `POST /ban-tin/{code}/gui-duyet`
pub async fn submit(Path(code): Path<String>, form: Posted) -> Response {
    form.me.answer(step(&form, &code, State::Submitted).await)
}

/// `POST /ban-tin/{code}/tra-lai`
pub async fn send_back(Path(code): Path<String>, form: Posted) -> Response {
    form.me.answer(step(&form, &code, State::Returned).await)
}

/// `POST /ban-tin/{code}/thu-hoi`
pub async fn withdraw(Path(code): Path<String>, form: Posted) -> Response {
    form.me.answer(step(&form, &code, State::Withdrawn).await)
}

async fn step(form: &Posted, code: &str, to: State) -> Result<Response, Failed> {
    let me = &form.me;
    let row = steps::version(me, code, form.field("version")).await?;
    let back = format!("/ban-tin/{}?version={}", row.facts.code, row.version);
    if let Err(refused) = steps::take(me, &row, to, form.field("reason")).await {
        return told(me, &back, refused);
    }
    let (onward, done) = match to {
        State::Withdrawn => (format!("/ban-tin/{}/thu-hoi?version={}", row.facts.code, row.version), "withdrawn"),
        State::Returned => ("/duyet".into(), "returned"),
        // Approvals come in at `approve`.
        State::Submitted | State::Draft | State::Approved | State::Endorsed => (back, "submitted"),
    };
    Ok(me.visit.redirect(&onward, Some((done, 0))))
}

/// Leads back to the version with what was refused.
pub fn told(me: &Signed, back: &str, refused: Refused) -> Result<Response, Failed> {
    let flash = match refused {
        Refused::OtherState => ("decided-before", 0),
        Refused::NoReason => ("no-reason", 0),
        Refused::Unheard(left) => ("not-heard", left),
        Refused::OwnWork => {
            let text = me.words().t("own-work-why");
            return Err(Failed::Bad(StatusCode::FORBIDDEN, Some(text)));
        }
        Refused::BadSignature => return Err(Failed::Bad(StatusCode::BAD_REQUEST, None)),
        Refused::Failed(failed) => return Err(failed),
    };
    Ok(me.visit.redirect(back, Some(flash)))
}
