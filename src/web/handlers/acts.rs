//! The list of acts: who changed what among people.

use std::collections::BTreeSet;

use axum::extract::Query;
use axum::http::StatusCode;
use axum::response::Response;
use serde::Deserialize;

use super::Failed;
use super::desk::{Desk, name_of, names, only};
use crate::center::people::ActRow;
use crate::domain::access::Role;
use crate::web::pages::{ActView, ActsPage, Tab, encode};
use crate::web::session::Signed;

/// Acts of a page.
const PAGE: usize = 100;
/// Acts looked at for a page: those outside the reader's area are passed over.
const LOOKED_AT: i64 = 2000;

/// `?user=&before=`
#[derive(Default, Deserialize)]
pub struct Asked {
    #[serde(default)]
    user: String,
    #[serde(default)]
    before: String,
}

/// `GET /nguoi-dung/nhat-ky`
pub async fn list(me: Signed, Query(asked): Query<Asked>) -> Response {
    let result = show(&me, &asked).await;
    me.answer(result)
}

async fn show(me: &Signed, asked: &Asked) -> Result<Response, Failed> {
    only(me, &[Role::Admin, Role::Auditor])?;
    let (desk, names) = (Desk::open(me).await?, names(me).await?);
    let user = asked.user.trim();
    let before = asked.before.parse::<i64>().unwrap_or(0).max(0);
    let (acts, older) = visible(me, &desk, Some(user).filter(|user| !user.is_empty()), before).await?;
    let words = me.words();
    let view = |row: ActRow| ActView {
        at: desk.local(row.at),
        by: name_of(&names, &row.by_user),
        act: words.act(&row.act),
        subject: name_of(&names, &row.subject),
        detail: row.detail,
    };
    let older = older.map(|before| format!("/nguoi-dung/nhat-ky?user={}&before={before}", encode(user)));
    let rows = acts.into_iter().map(view).collect();
    let page = ActsPage { frame: me.frame(Tab::Users), rows, user: user.into(), older };
    Ok(me.visit.page(StatusCode::OK, page.render()))
}

/// A page of acts that the reader may see, and the number before which older ones are. Whoever reads for a part of the
/// province sees the acts by and about its people.
pub async fn visible(
    me: &Signed,
    desk: &Desk,
    user: Option<&str>,
    before: i64,
) -> Result<(Vec<ActRow>, Option<i64>), Failed> {
    let center = &me.visit.web.center;
    let users = center.users().await?;
    let mine: BTreeSet<&str> = users
        .iter()
        .filter(|user| {
            let within = |area| desk.may_in(me, &[Role::Admin, Role::Auditor], area, desk.today);
            user.name == me.person.name || user.grants.iter().any(|grant| within(&grant.area))
        })
        .map(|user| user.name.as_str())
        .collect();
    let all = center.acts(user, before, LOOKED_AT).await?;
    let more = all.len() == usize::try_from(LOOKED_AT).unwrap_or(usize::MAX);
    let end = all.last().map(|row| row.id);
    let known: BTreeSet<&str> = users.iter().map(|user| user.name.as_str()).collect();
    // What is by and about nobody in particular (an import by command) is everybody's.
    let seen = |row: &ActRow| {
        let named = [row.by_user.as_str(), row.subject.as_str()];
        named.iter().any(|name| mine.contains(name)) || !named.iter().any(|name| known.contains(name))
    };
    let mut rows: Vec<ActRow> = all.into_iter().filter(seen).collect();
    if rows.len() > PAGE {
        rows.truncate(PAGE);
        let last = rows.last().map(|row| row.id);
        return Ok((rows, last));
    }
    Ok((rows, end.filter(|_| more)))
}
