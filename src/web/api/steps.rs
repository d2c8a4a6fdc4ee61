//! A bulletin's steps: sent to be approved, sent back, approved with or without a key of one's own, taken off the air.
//! Judged where pages have them judged.

use axum::Json;
use axum::extract::Path;
use axum::http::StatusCode;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::bulletins::word;
use super::caller::{Caller, Sent};
use super::error::{Answer, ApiError, Refusals};
use crate::center::approval::{SIGNED_TYPE, Turn};
use crate::center::bulletins::VersionRow;
use crate::center::signed::Signing;
use crate::domain::access::{Role, Scope};
use crate::domain::bulletin::State;
use crate::web::handlers::own_signature::OwnSignature;
use crate::web::handlers::steps::{self, Refused};

/// Why a step is taken.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Reason {
    /// In words; needed to send back and to withdraw.
    reason: Option<String>,
}

/// A step that was taken.
#[derive(Serialize, ToSchema)]
pub struct Stepped {
    /// Always true: a refusal looks otherwise.
    done: bool,
    /// The state it led to: submitted, endorsed, approved, returned or withdrawn.
    state: String,
}

fn stepped(state: State) -> Json<Stepped> {
    Json(Stepped { done: true, state: word(state) })
}

fn told(caller: &Caller, refused: Refused) -> ApiError {
    let (status, word) = match refused {
        Refused::OtherState => (StatusCode::CONFLICT, "other-state"),
        Refused::OwnWork => (StatusCode::FORBIDDEN, "own-work"),
        Refused::NoReason => (StatusCode::UNPROCESSABLE_ENTITY, "no-reason"),
        Refused::Unheard(_) => (StatusCode::CONFLICT, "not-heard"),
        Refused::BadSignature => (StatusCode::UNPROCESSABLE_ENTITY, "bad-signature"),
        Refused::Failed(failed) => return caller.failed(failed),
    };
    ApiError::general(caller.words, status, word)
}

/// The version at an address, for somebody with the scope and with the role somewhere.
async fn row(caller: &Caller, place: &(String, String), scope: Scope, role: Role) -> Result<VersionRow, ApiError> {
    caller.need(scope)?;
    caller.only(&[role])?;
    steps::version(&caller.me, &place.0, &place.1).await.map_err(|failed| caller.failed(failed))
}

async fn step(sent: &Sent<Reason>, place: &(String, String), to: State) -> Answer<Stepped> {
    let (scope, role) =
        if to == State::Submitted { (Scope::Upload, Role::Editor) } else { (Scope::Decide, Role::Approver) };
    let row = row(&sent.caller, place, scope, role).await?;
    let reason = sent.body.reason.as_deref().unwrap_or("");
    let reached = steps::take(&sent.caller.me, &row, to, reason).await;
    Ok(stepped(reached.map_err(|refused| told(&sent.caller, refused))?))
}

/// Sends a version to be approved
#[utoipa::path(post, path = "/api/v1/bulletins/{code}/versions/{version}/submit", tag = "bulletins",
    security(("token" = ["upload"]), ("session" = [])), request_body = Reason,
    params(("code" = String, Path, description = "Its code"), ("version" = String, Path, description = "Its number")),
    responses((status = 200, description = "Submitted", body = Stepped), Refusals))]
pub async fn submit(Path(place): Path<(String, String)>, sent: Sent<Reason>) -> Answer<Stepped> {
    step(&sent, &place, State::Submitted).await
}

/// Sends a version back with a reason
#[utoipa::path(post, path = "/api/v1/bulletins/{code}/versions/{version}/return", tag = "bulletins",
    security(("token" = ["decide"]), ("session" = [])), request_body = Reason,
    params(("code" = String, Path, description = "Its code"), ("version" = String, Path, description = "Its number")),
    responses((status = 200, description = "Sent back", body = Stepped), Refusals))]
pub async fn send_back(Path(place): Path<(String, String)>, sent: Sent<Reason>) -> Answer<Stepped> {
    step(&sent, &place, State::Returned).await
}

/// Takes an approved version off the air, with a reason
#[utoipa::path(post, path = "/api/v1/bulletins/{code}/versions/{version}/withdraw", tag = "bulletins",
    security(("token" = ["decide"]), ("session" = [])), request_body = Reason,
    params(("code" = String, Path, description = "Its code"), ("version" = String, Path, description = "Its number")),
    responses((status = 200, description = "Withdrawn", body = Stepped), Refusals))]
pub async fn withdraw(Path(place): Path<(String, String)>, sent: Sent<Reason>) -> Answer<Stepped> {
    step(&sent, &place, State::Withdrawn).await
}

/// What the caller would sign to approve a version now.
#[derive(Serialize, ToSchema)]
pub struct ToSign {
    /// only: no other approval is needed; first or second: of two.
    turn: String,
    /// own: one of the caller's keys; center: the center in their stead; nobody: they have no key, and the center does
    /// not sign, or stands for the first of an urgent bulletin's two already.
    signer: String,
    /// How many people must sign the payload.
    signers_needed: u32,
    /// The manifest's exact bytes, base64; none when the caller does not sign.
    payload: Option<String>,
    /// DSSE payload type: what is signed is its pre-authentication encoding over this type and the payload.
    payload_type: String,
    /// Ids of the caller's keys that may sign, SHA-256 in hex.
    keyids: Vec<String>,
    /// Warnings that the caller did not hear yet; approving is refused while there are any.
    unheard: u32,
}

/// What is to be signed to approve a version
#[utoipa::path(get, path = "/api/v1/bulletins/{code}/versions/{version}/approval", tag = "bulletins",
    security(("token" = ["decide"]), ("session" = [])),
    params(("code" = String, Path, description = "Its code"), ("version" = String, Path, description = "Its number")),
    responses((status = 200, description = "What the caller would sign", body = ToSign), Refusals))]
pub async fn to_sign(Path(place): Path<(String, String)>, caller: Caller) -> Answer<ToSign> {
    let row = row(&caller, &place, Scope::Decide, Role::Approver).await?;
    steps::judge(&caller.me, &row, State::Approved).await.map_err(|refused| told(&caller, refused))?;
    let name = &caller.me.person.name;
    let broken = |error| caller.center_failed(error);
    let (turn, signing) = caller.center().signing(&row, name).await.map_err(broken)?;
    let unheard = caller.center().unopened_warnings(&row.facts.code, row.version, name).await.map_err(broken)?;
    let signers_needed = signing.signers_needed();
    let (signer, payload, keyids) = match signing {
        Signing::Center => ("center", None, Vec::new()),
        Signing::NoKey | Signing::CenterSpent => ("nobody", None, Vec::new()),
        Signing::Own { payload, keyids, .. } => {
            ("own", Some(STANDARD.encode(payload)), keyids.iter().map(ToString::to_string).collect())
        }
    };
    let turn = match turn {
        Turn::Only => "only",
        Turn::First => "first",
        Turn::Second => "second",
    };
    Ok(Json(ToSign {
        turn: turn.into(),
        signer: signer.into(),
        signers_needed,
        payload,
        payload_type: SIGNED_TYPE.into(),
        keyids,
        unheard: unheard.len().try_into().unwrap_or(u32::MAX),
    }))
}

/// An approval. Without a signature the center signs in the approver's stead, if it still does and they have no key.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Approval {
    /// The bytes that were fetched to be signed, base64.
    payload: Option<String>,
    /// Id of the key that signed, SHA-256 in hex.
    keyid: Option<String>,
    /// Ed25519 signature over the payload's DSSE encoding, base64.
    signature: Option<String>,
}

/// Approves a version
#[utoipa::path(post, path = "/api/v1/bulletins/{code}/versions/{version}/approve", tag = "bulletins",
    security(("token" = ["decide"]), ("session" = [])), request_body = Approval,
    params(("code" = String, Path, description = "Its code"), ("version" = String, Path, description = "Its number")),
    responses((status = 200, description = "Approved, or endorsed while a second approver is needed", body = Stepped),
        Refusals))]
pub async fn approve(Path(place): Path<(String, String)>, sent: Sent<Approval>) -> Answer<Stepped> {
    let Sent { caller, body } = sent;
    let row = row(&caller, &place, Scope::Decide, Role::Approver).await?;
    let own = OwnSignature {
        payload: body.payload.as_deref().unwrap_or(""),
        keyid: body.keyid.as_deref().unwrap_or(""),
        signature: body.signature.as_deref().unwrap_or(""),
    };
    // Half a signature asks for none by the center.
    if own.signature.is_empty() != own.payload.is_empty() || own.signature.is_empty() != own.keyid.is_empty() {
        return Err(told(&caller, Refused::BadSignature));
    }
    let reached = steps::approve(&caller.me, &row, own).await;
    Ok(stepped(reached.map_err(|refused| told(&caller, refused))?))
}
