//! A person's API tokens.

use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::Response;

use super::Failed;
use super::desk::Desk;
use super::wording::{refusal_status, refused};
use crate::center::people::{PeopleError, Refusal, TokenRow};
use crate::domain::access::Scope;
use crate::web::pages::{Tab, TokenView, TokensPage};
use crate::web::session::{Posted, Signed};

/// Where they are.
const PAGE: &str = "/tai-khoan/ma-truy-cap";
/// Days offered.
const DAYS: &str = "90";

/// What the form has when the page is shown.
#[derive(Default)]
struct Shown {
    made: Option<String>,
    name: String,
    days: Option<String>,
    error: Option<String>,
}

/// `GET /tai-khoan/ma-truy-cap`
pub async fn list(me: Signed) -> Response {
    let result = show(&me, StatusCode::OK, Shown::default()).await;
    me.answer(result)
}

async fn show(me: &Signed, status: StatusCode, shown: Shown) -> Result<Response, Failed> {
    let desk = Desk::open(me).await?;
    let view = |row: TokenRow| TokenView {
        scopes: row.scopes.split(' ').filter_map(|word| word.parse().ok()).collect(),
        ends: desk.local(row.expires_at).date(),
        over: row.expires_at <= desk.now,
        used: row.last_used_at.map(|at| desk.local(at)),
        revoked: row.revoked_at.map(|at| desk.local(at)),
        id: row.id,
        name: row.name,
    };
    let rows = me.visit.web.center.tokens(&me.person).await?.into_iter().map(view).collect();
    let page = TokensPage {
        frame: me.frame(Tab::None),
        rows,
        made: shown.made,
        name: shown.name,
        days: shown.days.unwrap_or_else(|| DAYS.into()),
        error: shown.error,
        prove_first: !me.person.proved_lately(desk.now),
    };
    Ok(me.visit.page(status, page.render()))
}

/// `POST /tai-khoan/ma-truy-cap`
pub async fn make(form: Posted) -> Response {
    form.me.answer(try_make(&form).await)
}

async fn try_make(form: &Posted) -> Result<Response, Failed> {
    let me = &form.me;
    me.proved(PAGE)?;
    let scopes: Result<Vec<Scope>, _> = form.all("scope").map(str::parse).collect();
    let days = form.field("days").parse().unwrap_or(0);
    let name = form.field("name");
    let made = match scopes {
        Ok(scopes) => me.visit.web.center.make_token(&me.person, name, &scopes, days).await,
        Err(_) => Err(Refusal::TokenScopes.into()),
    };
    match made {
        Ok(made) => show(me, StatusCode::OK, Shown { made: Some(made.text), ..Shown::default() }).await,
        Err(PeopleError::Refused(refusal)) => {
            let shown = Shown {
                made: None,
                name: name.into(),
                days: Some(form.field("days").into()),
                error: Some(refused(me.words(), &refusal)),
            };
            show(me, refusal_status(&refusal), shown).await
        }
        Err(error) => Err(error.into()),
    }
}

/// `POST /tai-khoan/ma-truy-cap/{id}/thu-hoi`
pub async fn revoke(Path(id): Path<String>, form: Posted) -> Response {
    let me = &form.me;
    let revoked = me.visit.web.center.revoke_token(&me.person, &id).await;
    let shown = revoked.map(|()| me.visit.redirect(PAGE, Some(("token-revoked", 0))));
    me.answer(shown.map_err(|error| match error {
        PeopleError::Refused(Refusal::NoToken) => Failed::NotFound,
        other => other.into(),
    }))
}
