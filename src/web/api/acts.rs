//! Who changed what among people.

use axum::Json;
use axum::extract::Query;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::caller::Caller;
use super::error::{Answer, Refusals};
use super::shapes::time;
use crate::center::people::ActRow;
use crate::domain::access::{Role, Scope};
use crate::web::handlers::acts::visible;

/// Which acts.
#[derive(Deserialize)]
pub struct Asked {
    /// Only those by or about this log-in name.
    user: Option<String>,
    /// Only those older than this number.
    before: Option<String>,
}

/// One act.
#[derive(Serialize, ToSchema)]
pub struct Act {
    /// Its number, rising.
    id: i64,
    /// When.
    #[schema(format = DateTime)]
    at: String,
    /// Who did it.
    by: String,
    /// What, one word.
    act: String,
    /// To whom or what.
    subject: String,
    /// More about it.
    detail: String,
}

/// A page of acts.
#[derive(Serialize, ToSchema)]
pub struct Acts {
    /// Newest first.
    acts: Vec<Act>,
    /// Older ones are before this number; none when there are none.
    before: Option<i64>,
}

/// Acts by and about the people of the caller's areas
#[utoipa::path(get, path = "/api/v1/acts", tag = "people", security(("token" = ["read"]), ("session" = [])),
    params(("user" = Option<String>, Query, description = "Only those by or about this log-in name"),
        ("before" = Option<String>, Query, description = "Only those older than this number")),
    responses((status = 200, description = "A page", body = Acts), Refusals))]
pub async fn list(caller: Caller, Query(asked): Query<Asked>) -> Answer<Acts> {
    caller.need(Scope::Read)?;
    caller.only(&[Role::Admin, Role::Auditor])?;
    let desk = caller.desk().await?;
    let before = asked.before.and_then(|text| text.parse::<i64>().ok()).unwrap_or(0).max(0);
    let user = asked.user.as_deref().filter(|user| !user.is_empty());
    let found = visible(&caller.me, &desk, user, before).await;
    let (rows, before) = found.map_err(|failed| caller.failed(failed))?;
    let view = |row: ActRow| Act {
        id: row.id,
        at: time(row.at),
        by: row.by_user,
        act: row.act,
        subject: row.subject,
        detail: row.detail,
    };
    Ok(Json(Acts { acts: rows.into_iter().map(view).collect(), before }))
}
