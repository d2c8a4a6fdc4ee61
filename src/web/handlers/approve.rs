//! Approving a version: the form with what is to be signed, and taking it back.

use axum::extract::Path;
use axum::response::Response;

use super::Failed;
use super::bulletins::told;
use super::own_signature::{OwnSignature, signer};
use super::steps;
use crate::center::approval::Turn;
use crate::center::bulletins::VersionRow;
use crate::domain::bulletin::State;
use crate::web::pages::{ApproveForm, ApproveTurn, Tab};
use crate::web::session::{Posted, Signed};

/// The form for this reader; none when the version does not wait for them. That they are an approver of its area, the
/// caller knows. `stations`: where it would air; `unheard`: whether warnings
/// wait to be opened; `first`: the first approver's name for people, if there was one.
pub async fn form(
    me: &Signed,
    row: &VersionRow,
    stations: Option<u64>,
    unheard: bool,
    first: impl Fn(&str) -> String,
) -> Result<Option<ApproveForm>, Failed> {
    let last_by = row.steps.last().map(|last| last.step.by.as_str());
    let waits = match row.state() {
        State::Submitted => true,
        State::Endorsed => last_by != Some(me.person.name.as_str()),
        _ => false,
    };
    if !waits || row.author == me.person.name {
        return Ok(None);
    }
    let (turn, signing) = me.visit.web.center.signing(row, &me.person.name).await?;
    let (facts, signers) = (&row.facts, signing.signers_needed());
    let codes = |codes: &std::collections::BTreeSet<crate::domain::ids::AreaCode>| {
        codes.iter().map(|code| code.as_str()).collect::<Vec<_>>().join(" ")
    };
    let sound_url = format!("/am-thanh/{}.opus", row.sound.rendition);
    let rows = || {
        vec![
            ("bulletin", "sign-bulletin", facts.code.to_string()),
            ("version", "sign-version", row.version.to_string()),
            ("title", "sign-title", facts.title.clone()),
            ("rendition", "sign-rendition", row.sound.rendition.to_string()),
            ("areas", "sign-areas", codes(&facts.target.areas)),
            ("except", "sign-except", codes(&facts.target.except)),
            ("from", "sign-from", facts.airs_from.to_string()),
            ("to", "sign-to", facts.last_day().to_string()),
            ("priority", "sign-priority", facts.priority.word().to_string()),
            ("signers", "sign-signers", signers.to_string()),
        ]
    };
    let signer = signer(me, signing, "manifest", Some(sound_url), rows);
    let turn = match turn {
        Turn::Only => ApproveTurn::Only,
        Turn::First => ApproveTurn::First,
        Turn::Second => ApproveTurn::Second(last_by.map(first).unwrap_or_default()),
    };
    Ok(Some(ApproveForm {
        frame: me.frame(Tab::Bulletins),
        code: facts.code.to_string(),
        version: row.version,
        stations,
        unheard,
        turn,
        signer,
    }))
}

/// `POST /ban-tin/{code}/duyet`
pub async fn approve(Path(code): Path<String>, form: Posted) -> Response {
    form.me.answer(take(&form, &code).await)
}

async fn take(form: &Posted, code: &str) -> Result<Response, Failed> {
    let me = &form.me;
    let row = steps::version(me, code, form.field("version")).await?;
    match steps::approve(me, &row, OwnSignature::of(form)).await {
        Ok(State::Endorsed) => Ok(me.visit.redirect("/duyet", Some(("endorsed", 0)))),
        Ok(_) => Ok(me.visit.redirect("/duyet", Some(("approved", 0)))),
        Err(refused) => told(me, &format!("/ban-tin/{}?version={}", row.facts.code, row.version), refused),
    }
}
