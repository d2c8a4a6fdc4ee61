//! What the upload check found of a version, and that an approver heard it.

use axum::Json;
use axum::extract::Path;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::caller::{Caller, Sent};
use super::error::{Answer, ApiError, Refusals};
use crate::center::checks::{Check, Severity};
use crate::domain::access::{Role, Scope};
use crate::web::handlers::desk::READERS;
use crate::web::handlers::{looks, steps};

/// A finding of a version, as its page numbers it.
#[derive(Serialize, ToSchema)]
pub struct FoundBody {
    /// Names it within its version.
    key: String,
    /// Its number on the waveform, from 1; none for a note about the whole.
    number: Option<u32>,
    /// Which rule, one word.
    code: String,
    /// refuse, warn or note.
    severity: String,
    /// Where in what stations play, milliseconds; none when it is about all of it.
    at_ms: Option<u64>,
    /// What it is, in Vietnamese.
    message: String,
    /// What to do, in Vietnamese.
    remedy: String,
    /// Whether an approver must hear it before approving.
    must_be_heard: bool,
    /// Whether the caller heard it.
    heard: bool,
}

/// What the upload check found of a version
#[utoipa::path(get, path = "/api/v1/bulletins/{code}/versions/{version}/findings", tag = "bulletins",
    security(("token" = ["read"]), ("session" = [])),
    params(("code" = String, Path, description = "Its code"), ("version" = String, Path, description = "Its number")),
    responses((status = 200, description = "In the order of the recording", body = Vec<FoundBody>), Refusals))]
pub async fn list(caller: Caller, Path((code, version)): Path<(String, String)>) -> Answer<Vec<FoundBody>> {
    caller.need(Scope::Read)?;
    caller.only(&READERS)?;
    let row = steps::version(&caller.me, &code, &version).await.map_err(|failed| caller.failed(failed))?;
    let looks = caller.center().looks(&row.facts.code).await.map_err(|error| caller.center_failed(error))?;
    let name = &caller.me.person.name;
    let heard =
        |key: &str| looks.iter().any(|look| look.version == row.version && look.finding == key && look.by == *name);
    let view = |found: crate::center::checks::Found| FoundBody {
        severity: match found.severity {
            Severity::Refuse => "refuse".into(),
            Severity::Warn => "warn".into(),
            Severity::Note => "note".into(),
        },
        must_be_heard: found.warns(),
        heard: heard(&found.key),
        key: found.key,
        number: found.number,
        code: found.code,
        at_ms: found.at_ms,
        message: found.message,
        remedy: found.remedy,
    };
    Ok(Json(Check::of(&row).findings.into_iter().map(view).collect()))
}

/// A finding that was heard.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct HeardBody {
    /// Its key.
    finding: String,
}

/// What came of it.
#[derive(Serialize, ToSchema)]
pub struct Noted {
    /// Whether it is noted: only of those who may decide it is.
    noted: bool,
}

/// Notes that the caller heard a finding
#[utoipa::path(post, path = "/api/v1/bulletins/{code}/versions/{version}/heard", tag = "bulletins",
    security(("token" = ["decide"]), ("session" = [])), request_body = HeardBody,
    params(("code" = String, Path, description = "Its code"), ("version" = String, Path, description = "Its number")),
    responses((status = 200, description = "Noted, or only listened to", body = Noted), Refusals))]
pub async fn hear(Path((code, version)): Path<(String, String)>, sent: Sent<HeardBody>) -> Answer<Noted> {
    let Sent { caller, body } = sent;
    caller.need(Scope::Decide)?;
    caller.only(&[Role::Approver])?;
    let heard = looks::hear(&caller.me, &code, &version, &body.finding).await;
    let heard = heard.map_err(|failed| -> ApiError { caller.failed(failed) })?;
    Ok(Json(Noted { noted: heard.noted }))
}
