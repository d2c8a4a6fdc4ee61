//! Approving a version: the form with what is to be signed, and taking it back.

use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::Response;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::Failed;
use crate::center::approval::{SignedBy, Signing, Turn};
use crate::center::bulletins::VersionRow;
use crate::domain::bulletin::State;
use crate::domain::ids::BulletinCode;
use crate::web::pages::{ApproveForm, ApproveTurn, Signer, Tab, ToSign};
use crate::web::session::{Posted, Signed};

/// The form for this reader; none when the version does not wait for them. That they are an approver of its area, the
/// caller knows. `stations`: where it would air; `first`: the first approver's name for people, if there was one.
pub async fn form(
    me: &Signed,
    row: &VersionRow,
    stations: Option<u64>,
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
    let signer = match signing {
        Signing::Center => Signer::Center,
        Signing::NoKey => Signer::NoKey,
        Signing::Own { payload, keyids, .. } => Signer::Own(Box::new(ToSign {
            payload: STANDARD.encode(payload),
            keyids: keyids.iter().map(ToString::to_string).collect(),
            sound_url: format!("/am-thanh/{}.opus", row.sound.rendition),
            title: facts.title.clone(),
            rendition: row.sound.rendition.to_string(),
            areas: codes(&facts.target.areas),
            except: codes(&facts.target.except),
            airs_from: facts.airs_from,
            airs_to: facts.last_day(),
            priority: facts.priority,
            signers,
        })),
    };
    let turn = match turn {
        Turn::Only => ApproveTurn::Only,
        Turn::First => ApproveTurn::First,
        Turn::Second => ApproveTurn::Second(last_by.map(first).unwrap_or_default()),
    };
    Ok(Some(ApproveForm {
        frame: me.frame(Tab::Bulletins),
        code: facts.code.to_string(),
        version: row.version,
        user: me.person.name.clone(),
        stations,
        turn,
        signer,
    }))
}

/// `POST /ban-tin/{code}/duyet`
pub async fn approve(Path(code): Path<String>, form: Posted) -> Response {
    form.me.answer(take(&form, &code).await)
}

async fn take(form: &Posted, code: &str) -> Result<Response, Failed> {
    let (me, center) = (&form.me, &form.me.visit.web.center);
    let code: BulletinCode = code.parse().map_err(|_| Failed::NotFound)?;
    let version: u32 = form.field("version").parse().map_err(|_| Failed::NotFound)?;
    let versions = center.bulletin_versions(Some(&code)).await?;
    let row = versions.iter().find(|row| row.version == version).ok_or(Failed::NotFound)?;
    if row.author == me.person.name {
        let text = me.words().t("own-work-why");
        return Err(Failed::Bad(StatusCode::FORBIDDEN, Some(text)));
    }
    if !matches!(row.state(), State::Submitted | State::Endorsed) {
        let back = format!("/ban-tin/{code}?version={version}");
        return Ok(me.visit.redirect(&back, Some(("decided-before", 0))));
    }
    let bad = |_| Failed::Bad(StatusCode::BAD_REQUEST, None);
    let payload = STANDARD.decode(form.field("payload")).map_err(bad)?;
    let signature = STANDARD.decode(form.field("signature")).map_err(bad)?;
    let signed = if signature.is_empty() {
        SignedBy::Center
    } else {
        let keyid = form.field("keyid").parse().map_err(|_| Failed::Bad(StatusCode::BAD_REQUEST, None))?;
        SignedBy::Browser { payload: &payload, keyid, signature: &signature }
    };
    let reached = center.approve(&code, version, &me.person.name, signed).await?;
    let done = if reached == State::Endorsed { "endorsed" } else { "approved" };
    Ok(me.visit.redirect("/duyet", Some((done, 0))))
}
