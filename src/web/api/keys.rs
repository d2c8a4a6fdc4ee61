//! The caller's own keys to approve with: seen, asked for, reported lost.

use axum::Json;
use axum::extract::Path;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::caller::{Caller, Sent};
use super::error::{Answer, Refusals};
use super::shapes::{Done, time};
use crate::center::key_requests::{OwnKey, Standing};
use crate::domain::access::{Role, Scope};

/// A key of the caller's.
#[derive(Serialize, ToSchema)]
pub struct KeyBody {
    /// Public key, hex.
    key: String,
    /// Its id, SHA-256 in hex.
    keyid: String,
    /// As it is read out to whoever admits it.
    fingerprint: String,
    /// waiting, refused, admitted or revoked.
    standing: String,
    /// When it was asked for; none for one admitted by command.
    #[schema(format = DateTime)]
    asked_at: Option<String>,
    /// Whether it was reported lost, and that waits.
    revocation_asked: bool,
}

/// The caller's keys
#[utoipa::path(get, path = "/api/v1/keys", tag = "account", security(("token" = ["read"]), ("session" = [])),
    responses((status = 200, description = "Newest first", body = Vec<KeyBody>), Refusals))]
pub async fn list(caller: Caller) -> Answer<Vec<KeyBody>> {
    caller.need(Scope::Read)?;
    caller.only(&[Role::Approver])?;
    let keys = caller.center().own_keys(&caller.me.person.name).await;
    let view = |key: OwnKey| KeyBody {
        standing: match key.standing {
            Standing::Waiting => "waiting".into(),
            Standing::Refused => "refused".into(),
            Standing::Admitted => "admitted".into(),
            Standing::Revoked => "revoked".into(),
        },
        asked_at: key.asked_at.map(time),
        revocation_asked: key.revocation_asked,
        key: key.key,
        keyid: key.keyid,
        fingerprint: key.fingerprint,
    };
    Ok(Json(keys.map_err(|error| caller.center_failed(error))?.into_iter().map(view).collect()))
}

/// A key that is to be the caller's.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewKey {
    /// Ed25519 public key, hex.
    key: String,
    /// Its signature over the DSSE encoding of the request, base64. The payload type is
    /// `application/vnd.loa.key-request.v1+json`, the payload `{"user":NAME,"key":KEY}` without blanks.
    signature: String,
}

/// Asks to have a key admitted as the caller's
#[utoipa::path(post, path = "/api/v1/keys", tag = "account", security(("token" = ["decide"]), ("session" = [])),
    request_body = NewKey, responses((status = 200, description = "It waits to be admitted", body = Done), Refusals))]
pub async fn request(sent: Sent<NewKey>) -> Answer<Done> {
    let Sent { caller, body } = sent;
    caller.need(Scope::Decide)?;
    caller.only(&[Role::Approver])?;
    let asked = caller.center().request_key(&caller.me.person.name, &body.key, &body.signature).await;
    asked.map_err(|error| caller.center_failed(error))?;
    Ok(Json(Done::DONE))
}

/// Reports a key of the caller's lost
#[utoipa::path(post, path = "/api/v1/keys/{keyid}/lost", tag = "account",
    security(("token" = ["decide"]), ("session" = [])), params(("keyid" = String, Path, description = "Its id")),
    responses((status = 200, description = "It waits to be revoked", body = Done), Refusals))]
pub async fn lost(caller: Caller, Path(keyid): Path<String>) -> Answer<Done> {
    caller.need(Scope::Decide)?;
    caller.only(&[Role::Approver])?;
    let asked = caller.center().ask_revocation(&caller.me.person.name, &keyid).await;
    asked.map_err(|error| caller.center_failed(error))?;
    Ok(Json(Done::DONE))
}
