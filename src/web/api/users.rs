//! Users and their grants, for administrators within their own areas.

use axum::Json;
use axum::extract::Path;
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::caller::{Caller, Sent};
use super::error::{Answer, ApiError, Refusals};
use super::shapes::{Done, GrantBody, time};
use crate::center::people::{Giving, Listed, NewUser, PeopleError, Refusal, new_password};
use crate::domain::access::{GivenGrant, Grant, Role, Scope, Standing};
use crate::web::handlers::desk::Desk;

/// A user.
#[derive(Serialize, ToSchema)]
pub struct User {
    /// Log-in name.
    name: String,
    /// Name for people.
    display_name: String,
    /// What they may do now, and where.
    grants: Vec<GrantBody>,
    /// When the user was disabled.
    #[schema(format = DateTime)]
    disabled_at: Option<String>,
}

/// Users of the caller's areas
#[utoipa::path(get, path = "/api/v1/users", tag = "people", security(("token" = ["read"]), ("session" = [])),
    responses((status = 200, description = "By name", body = Vec<User>), Refusals))]
pub async fn list(caller: Caller) -> Answer<Vec<User>> {
    caller.need(Scope::Read)?;
    caller.only(&[Role::Admin])?;
    let desk = caller.desk().await?;
    let users = caller.center().users().await.map_err(|error| caller.center_failed(error))?;
    let view = |user: Listed| User {
        grants: user.grants.iter().map(GrantBody::of).collect(),
        disabled_at: user.disabled_at.map(time),
        name: user.name,
        display_name: user.display_name,
    };
    Ok(Json(users.into_iter().filter(|user| near(&caller, &desk, user)).map(view).collect()))
}

/// Whether somebody is the caller or has a right in an area that the caller administers.
fn near(caller: &Caller, desk: &Desk, user: &Listed) -> bool {
    let within = |grant: &Grant| desk.may_in(&caller.me, &[Role::Admin], &grant.area, desk.today);
    user.name == caller.me.person.name || user.grants.iter().any(within)
}

/// A user to be added.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewUserBody {
    /// Log-in name: 1 to 40 of a-z, 0-9, dot, dash and underscore.
    name: String,
    /// Name for people.
    display_name: String,
    /// What they may do from today on, and where.
    grants: Vec<GrantBody>,
}

/// A user just added.
#[derive(Serialize, ToSchema)]
pub struct Added {
    /// Log-in name.
    name: String,
    /// The first password, to be changed at the first log-in; it is never shown again.
    password: String,
}

fn grant(body: &GrantBody) -> Result<Grant, PeopleError> {
    Ok(Grant {
        role: body.role.parse().map_err(|_| Refusal::NoRole)?,
        area: body.area.parse().map_err(|_| Refusal::AreaUnknown(body.area.clone()))?,
    })
}

/// Adds a user with a first password
#[utoipa::path(post, path = "/api/v1/users", tag = "people", security(("token" = ["people"]), ("session" = [])),
    request_body = NewUserBody, responses((status = 200, description = "Added", body = Added), Refusals))]
pub async fn add(sent: Sent<NewUserBody>) -> Answer<Added> {
    let Sent { caller, body } = sent;
    caller.need_to_change_people()?;
    let grants = body.grants.iter().map(grant).collect::<Result<Vec<_>, _>>();
    let grants = grants.map_err(|error| caller.people_failed(error))?;
    let password = new_password().map_err(|error| caller.center_failed(error))?;
    let new = NewUser {
        name: &body.name,
        display_name: &body.display_name,
        password: &password,
        own_password: false,
        grants: &grants,
    };
    let added = caller.center().add_user(&new, &caller.me.person.doer()).await;
    added.map_err(|error| caller.people_failed(error))?;
    Ok(Json(Added { name: body.name, password }))
}

/// Ends a user's right to log in, and their sessions
#[utoipa::path(post, path = "/api/v1/users/{name}/disable", tag = "people",
    security(("token" = ["people"]), ("session" = [])), params(("name" = String, Path, description = "Log-in name")),
    responses((status = 200, description = "Disabled", body = Done), Refusals))]
pub async fn disable(caller: Caller, Path(name): Path<String>) -> Answer<Done> {
    caller.need_to_change_people()?;
    let disabled = caller.center().disable_user(&name, &caller.me.person.doer()).await;
    disabled.map_err(|error| caller.people_failed(error))?;
    Ok(Json(Done::DONE))
}

/// Lets a disabled user log in again
#[utoipa::path(post, path = "/api/v1/users/{name}/enable", tag = "people",
    security(("token" = ["people"]), ("session" = [])), params(("name" = String, Path, description = "Log-in name")),
    responses((status = 200, description = "Enabled", body = Done), Refusals))]
pub async fn enable(caller: Caller, Path(name): Path<String>) -> Answer<Done> {
    caller.need_to_change_people()?;
    let enabled = caller.center().enable_user(&name, &caller.me.person.doer()).await;
    enabled.map_err(|error| caller.people_failed(error))?;
    Ok(Json(Done::DONE))
}

/// A grant with its days.
#[derive(Serialize, ToSchema)]
pub struct DatedGrant {
    /// Its number.
    id: i64,
    /// editor, approver, operator, auditor or admin.
    role: String,
    /// Code of the unit.
    area: String,
    /// First local day.
    #[schema(format = Date)]
    from: String,
    /// Last local day, inclusive; none while it goes on.
    #[schema(format = Date)]
    to: Option<String>,
    /// Log-in name of whoever is acted for.
    acting_for: Option<String>,
    /// Why.
    reason: Option<String>,
    /// Who gave it.
    given_by: String,
    /// When it was given.
    #[schema(format = DateTime)]
    given_at: String,
    /// From when it was taken back.
    #[schema(format = DateTime)]
    ended_at: Option<String>,
    /// now, later or over.
    standing: String,
}

/// Every grant ever given to a user
#[utoipa::path(get, path = "/api/v1/users/{name}/grants", tag = "people",
    security(("token" = ["read"]), ("session" = [])), params(("name" = String, Path, description = "Log-in name")),
    responses((status = 200, description = "In the order they were given", body = Vec<DatedGrant>), Refusals))]
pub async fn grants(caller: Caller, Path(name): Path<String>) -> Answer<Vec<DatedGrant>> {
    caller.need(Scope::Read)?;
    let desk = caller.desk().await?;
    if name != caller.me.person.name {
        caller.only(&[Role::Admin])?;
        let users = caller.center().users().await.map_err(|error| caller.center_failed(error))?;
        let user = users.into_iter().find(|user| user.name == name);
        let user = user.ok_or_else(|| ApiError::refusal(caller.words, &Refusal::NoUser(name.clone())))?;
        let may_change = caller.center().may_change(&name, &caller.me.person.doer()).await;
        if !near(&caller, &desk, &user) && !may_change.map_err(|error| caller.center_failed(error))? {
            return Err(ApiError::forbidden(caller.words));
        }
    }
    let view = |one: GivenGrant| DatedGrant {
        id: one.id,
        role: one.grant.role.word().into(),
        area: one.grant.area.to_string(),
        from: one.from.to_string(),
        to: one.to.map(|to| to.to_string()),
        given_at: time(one.given_at),
        ended_at: one.ended_at.map(time),
        standing: match one.standing(desk.today, desk.now) {
            Standing::Now => "now".into(),
            Standing::Later => "later".into(),
            Standing::Over => "over".into(),
        },
        acting_for: one.acting_for,
        reason: one.reason,
        given_by: one.given_by,
    };
    let given = caller.center().grants_of(&name).await.map_err(|error| caller.center_failed(error))?;
    Ok(Json(given.into_iter().map(view).collect()))
}

/// A grant to be given.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewGrantBody {
    /// editor, approver, operator, auditor or admin.
    role: String,
    /// Code of the unit.
    area: String,
    /// First local day; today when left out.
    #[schema(format = Date)]
    from: Option<String>,
    /// Last local day, inclusive.
    #[schema(format = Date)]
    to: Option<String>,
    /// Log-in name of whoever is acted for.
    acting_for: Option<String>,
    /// Why.
    reason: Option<String>,
}

/// Gives a user a grant
#[utoipa::path(post, path = "/api/v1/users/{name}/grants", tag = "people",
    security(("token" = ["people"]), ("session" = [])), params(("name" = String, Path, description = "Log-in name")),
    request_body = NewGrantBody, responses((status = 200, description = "Given", body = Done), Refusals))]
pub async fn give(Path(name): Path<String>, sent: Sent<NewGrantBody>) -> Answer<Done> {
    let Sent { caller, body } = sent;
    caller.need_to_change_people()?;
    let desk = caller.desk().await?;
    let read = || -> Result<Giving, PeopleError> {
        let day = |text: &String| text.parse::<NaiveDate>().map_err(|_| Refusal::DatesReversed);
        Ok(Giving {
            grant: grant(&GrantBody { role: body.role.clone(), area: body.area.clone() })?,
            from: body.from.as_ref().map(day).transpose()?.unwrap_or(desk.today),
            to: body.to.as_ref().map(day).transpose()?,
            acting_for: body.acting_for.clone(),
            reason: body.reason.clone(),
        })
    };
    let given = match read() {
        Ok(giving) => caller.center().give_grant(&name, giving, &caller.me.person.doer()).await,
        Err(error) => Err(error),
    };
    given.map_err(|error| caller.people_failed(error))?;
    Ok(Json(Done::DONE))
}

/// Takes a grant back, from now on
#[utoipa::path(post, path = "/api/v1/users/{name}/grants/{id}/end", tag = "people",
    security(("token" = ["people"]), ("session" = [])),
    params(("name" = String, Path, description = "Log-in name"), ("id" = String, Path, description = "The grant")),
    responses((status = 200, description = "Taken back", body = Done), Refusals))]
pub async fn end_grant(caller: Caller, Path((name, id)): Path<(String, String)>) -> Answer<Done> {
    caller.need_to_change_people()?;
    let ended = match id.parse() {
        Ok(id) => caller.center().end_grant(&name, id, &caller.me.person.doer()).await,
        Err(_) => Err(PeopleError::from(Refusal::NoGrant)),
    };
    ended.map_err(|error| caller.people_failed(error))?;
    Ok(Json(Done::DONE))
}
