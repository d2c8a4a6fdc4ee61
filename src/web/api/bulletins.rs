//! Bulletins: read, and taken through the steps of their approval by the use case that pages use.

use std::collections::BTreeMap;

use axum::Json;
use axum::extract::Path;
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::caller::{Caller, Sent};
use super::error::{Answer, ApiError, Refusals};
use super::shapes::{Done, time};
use crate::center::bulletins::VersionRow;
use crate::domain::access::{Role, Scope};
use crate::domain::bulletin::State;
use crate::domain::ids::BulletinCode;
use crate::web::handlers::bulletins::warnings;
use crate::web::handlers::desk::READERS;

/// A bulletin's newest version.
#[derive(Serialize, ToSchema)]
pub struct Bulletin {
    /// Its code.
    code: String,
    /// Title.
    title: String,
    /// Number of the version.
    version: u32,
    /// draft, submitted, approved, returned or withdrawn.
    state: String,
    /// ordinary, priority or urgent.
    priority: String,
    /// First local day on which it may air.
    #[schema(format = Date)]
    airs_from: String,
    /// Last local day.
    #[schema(format = Date)]
    airs_to: String,
    /// Length, milliseconds.
    duration_ms: u64,
    /// Findings of the upload check to look at before deciding.
    warnings: u32,
}

/// A finding of the upload check.
#[derive(Serialize, Deserialize, ToSchema)]
pub struct Finding {
    /// One word.
    #[serde(default)]
    code: String,
    /// refuse, warn or note.
    severity: String,
    /// Where in the audio, milliseconds; none when it is about all of it.
    at_ms: Option<u64>,
    /// What it is.
    message: String,
    /// What to do.
    remedy: String,
}

/// A step of the approval.
#[derive(Serialize, ToSchema)]
pub struct StepBody {
    /// draft, submitted, approved, returned or withdrawn.
    to: String,
    /// Log-in name.
    by: String,
    /// When.
    #[schema(format = DateTime)]
    at: String,
    /// Why.
    reason: Option<String>,
}

/// A version of a bulletin.
#[derive(Serialize, ToSchema)]
pub struct Version {
    /// Its number.
    version: u32,
    /// Title.
    title: String,
    /// draft, submitted, approved, returned or withdrawn.
    state: String,
    /// Log-in name of whoever made it.
    author: String,
    /// When it was made.
    #[schema(format = DateTime)]
    created_at: String,
    /// Length, milliseconds.
    duration_ms: u64,
    /// SHA-256 of the file as uploaded.
    original_sha256: String,
    /// SHA-256 of what stations play.
    rendition_sha256: String,
    /// What the upload check found.
    findings: Vec<Finding>,
    /// What was decided.
    steps: Vec<StepBody>,
}

/// A bulletin with all its versions.
#[derive(Serialize, ToSchema)]
pub struct Whole {
    /// Its code.
    code: String,
    /// Oldest first.
    versions: Vec<Version>,
}

#[derive(Default, Deserialize)]
struct Found {
    #[serde(default)]
    findings: Vec<Finding>,
}

fn word(value: impl Serialize) -> String {
    // States and priorities are single words in every stored form.
    serde_json::to_value(value).ok().and_then(|value| value.as_str().map(String::from)).unwrap_or_default()
}

/// Bulletins, each by its newest version
#[utoipa::path(get, path = "/api/v1/bulletins", tag = "bulletins", security(("token" = ["read"]), ("session" = [])),
    responses((status = 200, description = "By code", body = Vec<Bulletin>), Refusals))]
pub async fn list(caller: Caller) -> Answer<Vec<Bulletin>> {
    caller.need(Scope::Read)?;
    caller.only(&READERS)?;
    let rows = caller.center().bulletin_versions(None).await.map_err(|error| caller.center_failed(error))?;
    // Versions come in their order: the newest one stays.
    let newest: BTreeMap<BulletinCode, VersionRow> =
        rows.into_iter().map(|row| (row.facts.code.clone(), row)).collect();
    let view = |row: VersionRow| Bulletin {
        code: row.facts.code.to_string(),
        version: row.version,
        state: word(row.state()),
        priority: word(row.facts.priority),
        airs_from: row.facts.airs_from.to_string(),
        airs_to: row.facts.airs_to.to_string(),
        duration_ms: row.sound.duration_ms,
        warnings: warnings(&row),
        title: row.facts.title,
    };
    Ok(Json(newest.into_values().map(view).collect()))
}

/// One bulletin with its versions, findings and steps
#[utoipa::path(get, path = "/api/v1/bulletins/{code}", tag = "bulletins",
    security(("token" = ["read"]), ("session" = [])), params(("code" = String, Path, description = "Its code")),
    responses((status = 200, description = "The bulletin", body = Whole), Refusals))]
pub async fn one(caller: Caller, Path(code): Path<String>) -> Answer<Whole> {
    caller.need(Scope::Read)?;
    caller.only(&READERS)?;
    let rows = versions(&caller, &code).await?;
    let step = |row: &VersionRow| {
        row.steps
            .iter()
            .map(|taken| StepBody {
                to: word(taken.step.to),
                by: taken.step.by.clone(),
                at: time(taken.step.at),
                reason: taken.step.reason.clone(),
            })
            .collect()
    };
    let view = |row: VersionRow| Version {
        version: row.version,
        state: word(row.state()),
        created_at: time(row.created_at),
        duration_ms: row.sound.duration_ms,
        original_sha256: row.sound.original.to_string(),
        rendition_sha256: row.sound.rendition.to_string(),
        findings: serde_json::from_str::<Found>(&row.findings).unwrap_or_default().findings,
        steps: step(&row),
        title: row.facts.title,
        author: row.author,
    };
    Ok(Json(Whole { code, versions: rows.into_iter().map(view).collect() }))
}

async fn versions(caller: &Caller, code: &str) -> Result<Vec<VersionRow>, ApiError> {
    let code: BulletinCode = code.parse().map_err(|_| ApiError::not_found(caller.words))?;
    let rows = caller.center().bulletin_versions(Some(&code)).await.map_err(|error| caller.center_failed(error))?;
    if rows.is_empty() { Err(ApiError::not_found(caller.words)) } else { Ok(rows) }
}

/// Why a step is taken.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Reason {
    /// In words; needed to send back and to withdraw.
    reason: Option<String>,
}

async fn step(caller: &Caller, code: &str, version: &str, to: State, reason: Option<&str>) -> Answer<Done> {
    let (scope, role, from): (Scope, Role, &[State]) = match to {
        State::Submitted | State::Draft => (Scope::Upload, Role::Editor, &[State::Draft, State::Returned]),
        State::Approved | State::Endorsed | State::Returned => {
            (Scope::Decide, Role::Approver, &[State::Submitted, State::Endorsed])
        }
        State::Withdrawn => (Scope::Decide, Role::Approver, &[State::Approved, State::Endorsed]),
    };
    let refuse = |status, word| Err(ApiError::general(caller.words, status, word));
    caller.need(scope)?;
    caller.only(&[role])?;
    let rows = versions(caller, code).await?;
    let row = rows.into_iter().find(|row| row.version.to_string() == version);
    let row = row.ok_or_else(|| ApiError::not_found(caller.words))?;
    if !caller.desk().await?.may_target(&caller.me, role, &row.facts.target) {
        return Err(ApiError::forbidden(caller.words));
    }
    if !from.contains(&row.state()) {
        return refuse(StatusCode::CONFLICT, "other-state");
    }
    if matches!(to, State::Approved | State::Returned) && row.author == caller.me.person.name {
        return refuse(StatusCode::FORBIDDEN, "own-work");
    }
    let reason = reason.map(str::trim).filter(|reason| !reason.is_empty());
    if matches!(to, State::Returned | State::Withdrawn) && reason.is_none() {
        return refuse(StatusCode::UNPROCESSABLE_ENTITY, "no-reason");
    }
    let taken = caller.center().step_bulletin(&row.facts.code, row.version, to, &caller.me.person.name, reason).await;
    taken.map_err(|error| caller.center_failed(error))?;
    Ok(Json(Done::DONE))
}

/// Sends a version to be approved
#[utoipa::path(post, path = "/api/v1/bulletins/{code}/versions/{version}/submit", tag = "bulletins",
    security(("token" = ["upload"]), ("session" = [])), request_body = Reason,
    params(("code" = String, Path, description = "Its code"), ("version" = String, Path, description = "Its number")),
    responses((status = 200, description = "Submitted", body = Done), Refusals))]
pub async fn submit(Path((code, version)): Path<(String, String)>, sent: Sent<Reason>) -> Answer<Done> {
    step(&sent.caller, &code, &version, State::Submitted, sent.body.reason.as_deref()).await
}

/// Approves a version; the center signs in the approver's stead
#[utoipa::path(post, path = "/api/v1/bulletins/{code}/versions/{version}/approve", tag = "bulletins",
    security(("token" = ["decide"]), ("session" = [])), request_body = Reason,
    params(("code" = String, Path, description = "Its code"), ("version" = String, Path, description = "Its number")),
    responses((status = 200, description = "Approved", body = Done), Refusals))]
pub async fn approve(Path((code, version)): Path<(String, String)>, sent: Sent<Reason>) -> Answer<Done> {
    step(&sent.caller, &code, &version, State::Approved, sent.body.reason.as_deref()).await
}

/// Sends a version back with a reason
#[utoipa::path(post, path = "/api/v1/bulletins/{code}/versions/{version}/return", tag = "bulletins",
    security(("token" = ["decide"]), ("session" = [])), request_body = Reason,
    params(("code" = String, Path, description = "Its code"), ("version" = String, Path, description = "Its number")),
    responses((status = 200, description = "Sent back", body = Done), Refusals))]
pub async fn send_back(Path((code, version)): Path<(String, String)>, sent: Sent<Reason>) -> Answer<Done> {
    step(&sent.caller, &code, &version, State::Returned, sent.body.reason.as_deref()).await
}

/// Takes an approved version off the air, with a reason
#[utoipa::path(post, path = "/api/v1/bulletins/{code}/versions/{version}/withdraw", tag = "bulletins",
    security(("token" = ["decide"]), ("session" = [])), request_body = Reason,
    params(("code" = String, Path, description = "Its code"), ("version" = String, Path, description = "Its number")),
    responses((status = 200, description = "Withdrawn", body = Done), Refusals))]
pub async fn withdraw(Path((code, version)): Path<(String, String)>, sent: Sent<Reason>) -> Answer<Done> {
    step(&sent.caller, &code, &version, State::Withdrawn, sent.body.reason.as_deref()).await
}
