//! An approver opens a warning: noted, and led back to the page with the sound at its place.

use axum::extract::Path;
use axum::response::Response;

use super::Failed;
use super::desk::{Desk, READERS, only};
use crate::center::checks::Check;
use crate::domain::access::Role;
use crate::domain::ids::BulletinCode;
use crate::web::session::Posted;

/// `POST /ban-tin/{code}/nghe`
pub async fn open(Path(code): Path<String>, form: Posted) -> Response {
    form.me.answer(note(&form, &code).await)
}

async fn note(form: &Posted, code: &str) -> Result<Response, Failed> {
    let (me, center) = (&form.me, &form.me.visit.web.center);
    only(me, &READERS)?;
    let code: BulletinCode = code.parse().map_err(|_| Failed::NotFound)?;
    let version: u32 = form.field("version").parse().map_err(|_| Failed::NotFound)?;
    let row = center.bulletin_version(&code, version).await?;
    let check = Check::of(&row);
    let found = check.findings.iter().find(|found| found.key == form.field("finding")).ok_or(Failed::NotFound)?;
    // Everybody may listen; only of those who may decide it is noted.
    let decides = Desk::open(me).await?.may_target(me, Role::Approver, &row.facts.target);
    if decides && row.author != me.person.name {
        center.note_look(&code, version, &found.key, &me.person.name).await?;
    }
    let number = found.number.unwrap_or(0);
    Ok(me.visit.redirect(&format!("/ban-tin/{code}?version={version}&luu-y={number}#f{number}"), None))
}
