//! The caller themself: who they are, and their sessions.

use axum::Json;
use axum::extract::Path;
use serde::Serialize;
use utoipa::ToSchema;

use super::caller::Caller;
use super::error::{Answer, Refusals};
use super::shapes::{Done, GrantBody, time};
use crate::center::people::{PeopleError, Refusal};
use crate::domain::access::Scope;

/// Who calls.
#[derive(Serialize, ToSchema)]
pub struct Me {
    /// Log-in name.
    name: String,
    /// Name for people.
    display_name: String,
    /// What they may do now, and where.
    grants: Vec<GrantBody>,
}

/// Who calls, and what they may do now
#[utoipa::path(get, path = "/api/v1/me", tag = "account", security(("token" = ["read"]), ("session" = [])),
    responses((status = 200, description = "Who calls", body = Me), Refusals))]
pub async fn me(caller: Caller) -> Answer<Me> {
    caller.need(Scope::Read)?;
    let person = &caller.me.person;
    let grants = person.grants.iter().map(GrantBody::of).collect();
    Ok(Json(Me { name: person.name.clone(), display_name: person.display_name.clone(), grants }))
}

/// An open session.
#[derive(Serialize, ToSchema)]
pub struct Session {
    /// What ends it.
    id: String,
    /// When it was opened.
    #[schema(format = DateTime)]
    created_at: String,
    /// When it was last used, to the minute.
    #[schema(format = DateTime)]
    last_seen_at: String,
    /// When it ends whatever happens.
    #[schema(format = DateTime)]
    expires_at: String,
    /// Network address.
    address: String,
    /// The browser in a few words.
    agent: String,
    /// Whether it is the one that calls.
    own: bool,
}

/// The caller's open sessions
#[utoipa::path(get, path = "/api/v1/sessions", tag = "account", security(("token" = ["read"]), ("session" = [])),
    responses((status = 200, description = "Newest first", body = Vec<Session>), Refusals))]
pub async fn sessions(caller: Caller) -> Answer<Vec<Session>> {
    caller.need(Scope::Read)?;
    let rows = caller.center().sessions(&caller.me.person).await.map_err(|error| caller.center_failed(error))?;
    let own = caller.me.person.session;
    let view = |row: crate::center::people::SessionRow| Session {
        id: row.token.to_string(),
        created_at: time(row.created_at),
        last_seen_at: time(row.last_seen_at),
        expires_at: time(row.expires_at),
        own: Some(row.token) == own,
        address: row.address,
        agent: row.agent,
    };
    Ok(Json(rows.into_iter().map(view).collect()))
}

/// Ends one of the caller's sessions
#[utoipa::path(post, path = "/api/v1/sessions/{id}/end", tag = "account",
    security(("token" = ["people"]), ("session" = [])), params(("id" = String, Path, description = "The session")),
    responses((status = 200, description = "Ended", body = Done), Refusals))]
pub async fn end_session(caller: Caller, Path(id): Path<String>) -> Answer<Done> {
    caller.need(Scope::People)?;
    let ended = match id.parse() {
        Ok(session) => caller.center().end_own_session(&caller.me.person, &session).await,
        Err(_) => Err(PeopleError::from(Refusal::NoSession)),
    };
    ended.map_err(|error| caller.people_failed(error))?;
    Ok(Json(Done::DONE))
}
