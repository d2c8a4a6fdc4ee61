//! The caller's API tokens.

use axum::Json;
use axum::extract::Path;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::caller::{Caller, Sent};
use super::error::{Answer, Refusals};
use super::shapes::{Done, time};
use crate::center::people::{PeopleError, Refusal, TokenRow};
use crate::domain::access::Scope;

/// A token, without its secret.
#[derive(Serialize, ToSchema)]
pub struct Token {
    /// Its public part.
    id: String,
    /// What its owner calls it.
    name: String,
    /// What it may do: read, upload, decide, people.
    scopes: Vec<String>,
    /// When it was made.
    #[schema(format = DateTime)]
    created_at: String,
    /// When it ends.
    #[schema(format = DateTime)]
    expires_at: String,
    /// When it was last used, to the minute.
    #[schema(format = DateTime)]
    last_used_at: Option<String>,
    /// When it was taken back.
    #[schema(format = DateTime)]
    revoked_at: Option<String>,
}

/// The caller's tokens
#[utoipa::path(get, path = "/api/v1/tokens", tag = "account", security(("token" = ["read"]), ("session" = [])),
    responses((status = 200, description = "Newest first", body = Vec<Token>), Refusals))]
pub async fn list(caller: Caller) -> Answer<Vec<Token>> {
    caller.need(Scope::Read)?;
    let rows = caller.center().tokens(&caller.me.person).await.map_err(|error| caller.center_failed(error))?;
    let view = |row: TokenRow| Token {
        scopes: row.scopes.split(' ').map(String::from).collect(),
        created_at: time(row.created_at),
        expires_at: time(row.expires_at),
        last_used_at: row.last_used_at.map(time),
        revoked_at: row.revoked_at.map(time),
        id: row.id,
        name: row.name,
    };
    Ok(Json(rows.into_iter().map(view).collect()))
}

/// A token to be made.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewToken {
    /// What it is for, 1 to 60 characters.
    name: String,
    /// What it may do: read, upload, decide, people.
    scopes: Vec<String>,
    /// Days it lasts, 1 to 365.
    days: i64,
}

/// A token just made.
#[derive(Serialize, ToSchema)]
pub struct Made {
    /// Its public part.
    id: String,
    /// All of it; it is never shown again.
    token: String,
    /// When it ends.
    #[schema(format = DateTime)]
    expires_at: String,
}

/// Makes a token; only from a session whose person proved lately who they are
#[utoipa::path(post, path = "/api/v1/tokens", tag = "account", security(("session" = [])), request_body = NewToken,
    responses((status = 200, description = "Made", body = Made), Refusals))]
pub async fn make(sent: Sent<NewToken>) -> Answer<Made> {
    let Sent { caller, body } = sent;
    caller.need_proof()?;
    let scopes: Result<Vec<Scope>, _> = body.scopes.iter().map(|word| word.parse()).collect();
    let made = match scopes {
        Ok(scopes) => caller.center().make_token(&caller.me.person, &body.name, &scopes, body.days).await,
        Err(_) => Err(PeopleError::from(Refusal::TokenScopes)),
    };
    let made = made.map_err(|error| caller.people_failed(error))?;
    Ok(Json(Made { id: made.id, token: made.text, expires_at: time(made.expires_at) }))
}

/// Takes a token of the caller's back
#[utoipa::path(post, path = "/api/v1/tokens/{id}/revoke", tag = "account",
    security(("token" = ["people"]), ("session" = [])), params(("id" = String, Path, description = "Its public part")),
    responses((status = 200, description = "Taken back", body = Done), Refusals))]
pub async fn revoke(caller: Caller, Path(id): Path<String>) -> Answer<Done> {
    caller.need(Scope::People)?;
    let revoked = caller.center().revoke_token(&caller.me.person, &id).await;
    revoked.map_err(|error| caller.people_failed(error))?;
    Ok(Json(Done::DONE))
}
