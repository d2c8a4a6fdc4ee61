//! An approver opens a warning: noted, and led back to the page with the sound at its place.

use axum::extract::Path;
use axum::response::Response;

use super::Failed;
use super::desk::{Desk, READERS, only};
use super::steps;
use crate::center::checks::Check;
use crate::domain::access::Role;
use crate::domain::ids::BulletinCode;
use crate::web::session::{Posted, Signed};

/// `POST /ban-tin/{code}/nghe`
pub async fn open(Path(code): Path<String>, form: Posted) -> Response {
    form.me.answer(note(&form, &code).await)
}

async fn note(form: &Posted, code: &str) -> Result<Response, Failed> {
    let (me, version) = (&form.me, form.field("version"));
    let heard = hear(me, code, version, form.field("finding")).await?;
    let number = heard.number.unwrap_or(0);
    Ok(me.visit.redirect(&format!("/ban-tin/{}?version={version}&luu-y={number}#f{number}", heard.code), None))
}

/// A finding that was opened.
pub struct Heard {
    /// Of which bulletin.
    pub code: BulletinCode,
    /// Its number on the waveform.
    pub number: Option<u32>,
    /// Whether it was noted. Everybody may listen; only of those who may decide it is noted.
    pub noted: bool,
}

/// Notes that the reader opened a finding.
pub async fn hear(me: &Signed, code: &str, version: &str, finding: &str) -> Result<Heard, Failed> {
    only(me, &READERS)?;
    let row = steps::version(me, code, version).await?;
    let check = Check::of(&row);
    let found = check.findings.iter().find(|found| found.key == finding).ok_or(Failed::NotFound)?;
    let noted = Desk::open(me).await?.may_target(me, Role::Approver, &row.facts.target) && row.author != me.person.name;
    if noted {
        me.visit.web.center.note_look(&row.facts.code, row.version, &found.key, &me.person.name).await?;
    }
    Ok(Heard { code: row.facts.code.clone(), number: found.number, noted })
}
