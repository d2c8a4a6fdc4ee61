//! One person as their administrator changes them: grants with their days, hand-over, resets.

use std::collections::BTreeMap;

use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::Response;
use chrono::NaiveDate;

use super::Failed;
use super::desk::{Desk, name_of, names, only};
use super::wording::{refusal_status, refused};
use crate::center::people::{Giving, PeopleError, Refusal};
use crate::domain::access::{GivenGrant, Grant, Role, Standing};
use crate::web::pages::{Choice, GrantForm, GrantView, Tab, UserPage};
use crate::web::session::{Posted, Signed};

/// What is shown beside the person.
#[derive(Default)]
struct Shown {
    form: Option<GrantForm>,
    password: Option<String>,
    error: Option<String>,
}

/// `GET /nguoi-dung/{name}`
pub async fn page(me: Signed, Path(name): Path<String>) -> Response {
    let result = show(&me, &name, StatusCode::OK, Shown::default()).await;
    me.answer(result)
}

async fn show(me: &Signed, name: &str, status: StatusCode, shown: Shown) -> Result<Response, Failed> {
    only(me, &[Role::Admin])?;
    let (center, desk, names) = (&me.visit.web.center, Desk::open(me).await?, names(me).await?);
    let user = center.users().await?.into_iter().find(|user| user.name == name).ok_or(Failed::NotFound)?;
    let near = user.grants.iter().any(|grant| desk.may_in(me, &[Role::Admin], &grant.area, desk.today));
    let may_change = center.may_change(name, &me.person.doer()).await?;
    if !near && !may_change && name != me.person.name {
        return Err(Failed::Forbidden);
    }
    let given = center.grants_of(name).await?;
    let mut grants = grant_views(&given, &desk, &names);
    grants.sort_by_key(|grant| (grant.standing, std::cmp::Reverse(grant.id)));
    let today = desk.today.to_string();
    let page = UserPage {
        frame: me.frame(Tab::Users),
        name: user.name,
        display_name: user.display_name,
        disabled_at: user.disabled_at.map(|at| desk.local(at)),
        second_factor: center.second_factor_of(name).await?.is_some(),
        posts: posts(&given, &desk),
        grants,
        form: shown.form.unwrap_or_else(|| GrantForm { from: today, ..GrantForm::default() }),
        password: shown.password,
        may_change,
        prove_first: !me.person.proved_lately(desk.now),
        error: shown.error,
    };
    Ok(me.visit.page(status, page.render()))
}

/// Grants as pages show them.
pub fn grant_views(given: &[GivenGrant], desk: &Desk, names: &BTreeMap<String, String>) -> Vec<GrantView> {
    let view = |one: &GivenGrant| GrantView {
        id: one.id,
        role: one.grant.role,
        area: desk.area_name(&one.grant.area, desk.today),
        from: one.from,
        to: one.to,
        acting_for: one.acting_for.as_ref().map(|other| name_of(names, other)),
        reason: one.reason.clone(),
        given_by: name_of(names, &one.given_by),
        ended: one.ended_at.map(|at| (desk.local(at), name_of(names, one.ended_by.as_deref().unwrap_or("")))),
        standing: one.standing(desk.today, desk.now),
    };
    given.iter().map(view).collect()
}

/// Operator's posts that can be handed over, each once.
fn posts(given: &[GivenGrant], desk: &Desk) -> Vec<Choice> {
    let open = given.iter().filter(|one| one.standing(desk.today, desk.now) != Standing::Over);
    let mut posts: Vec<Choice> = open
        .filter(|one| one.grant.role == Role::Operator)
        .map(|one| Choice {
            value: one.grant.area.to_string(),
            label: desk.area_name(&one.grant.area, desk.today),
            selected: false,
        })
        .collect();
    posts.sort_by(|one, other| one.value.cmp(&other.value));
    posts.dedup();
    posts
}

/// Leads back with a flash, or shows the page again with why not.
async fn finish(
    me: &Signed,
    name: &str,
    done: Result<(&'static str, u64), PeopleError>,
    form: Option<GrantForm>,
) -> Result<Response, Failed> {
    match done {
        Ok(flash) => Ok(me.visit.redirect(&format!("/nguoi-dung/{name}"), Some(flash))),
        Err(PeopleError::Refused(refusal)) => {
            let error = Some(refused(me.words(), &refusal));
            show(me, name, refusal_status(&refusal), Shown { form, error, ..Shown::default() }).await
        }
        Err(error) => Err(error.into()),
    }
}

/// Whoever changes people is an administrator who proved lately who they are.
fn begin(me: &Signed, name: &str) -> Result<(), Failed> {
    only(me, &[Role::Admin])?;
    me.proved(&format!("/nguoi-dung/{name}"))
}

/// `POST /nguoi-dung/{name}/quyen`
pub async fn give(Path(name): Path<String>, form: Posted) -> Response {
    form.me.answer(try_give(&form, &name).await)
}

async fn try_give(form: &Posted, name: &str) -> Result<Response, Failed> {
    let me = &form.me;
    begin(me, name)?;
    let typed = |field: &str| form.field(field).to_string();
    let kept = GrantForm {
        role: typed("role"),
        area: typed("area"),
        from: typed("from"),
        to: typed("to"),
        acting_for: typed("acting_for"),
        reason: typed("reason"),
    };
    let done = match giving(&kept) {
        Ok(giving) => me.visit.web.center.give_grant(name, giving, &me.person.doer()).await,
        Err(refusal) => Err(refusal.into()),
    };
    finish(me, name, done.map(|()| ("grant-given", 0)), Some(kept)).await
}

fn giving(form: &GrantForm) -> Result<Giving, Refusal> {
    let filled = |text: &String| Some(text.clone()).filter(|text| !text.is_empty());
    let day = |text: &str| text.parse::<NaiveDate>().map_err(|_| Refusal::DatesReversed);
    Ok(Giving {
        grant: Grant {
            role: form.role.parse().map_err(|_| Refusal::NoRole)?,
            area: form.area.parse().map_err(|_| Refusal::AreaUnknown(form.area.clone()))?,
        },
        from: day(&form.from)?,
        to: filled(&form.to).map(|text| day(&text)).transpose()?,
        acting_for: filled(&form.acting_for),
        reason: filled(&form.reason),
    })
}

/// `POST /nguoi-dung/{name}/quyen/{id}/ket-thuc`
pub async fn end(Path((name, id)): Path<(String, i64)>, form: Posted) -> Response {
    form.me.answer(try_end(&form.me, &name, id).await)
}

async fn try_end(me: &Signed, name: &str, id: i64) -> Result<Response, Failed> {
    begin(me, name)?;
    let done = me.visit.web.center.end_grant(name, id, &me.person.doer()).await;
    finish(me, name, done.map(|()| ("grant-ended", 0)), None).await
}

/// `POST /nguoi-dung/{name}/ban-giao`
pub async fn hand_over(Path(name): Path<String>, form: Posted) -> Response {
    form.me.answer(try_hand_over(&form, &name).await)
}

async fn try_hand_over(form: &Posted, name: &str) -> Result<Response, Failed> {
    let me = &form.me;
    begin(me, name)?;
    let area = form.field("area");
    let read = || -> Result<_, Refusal> {
        let code = area.parse().map_err(|_| Refusal::AreaUnknown(area.into()))?;
        let from = form.field("from").parse::<NaiveDate>().map_err(|_| Refusal::DatesReversed)?;
        Ok((code, from))
    };
    let done = match read() {
        Ok((code, from)) => {
            let center = &me.visit.web.center;
            center.hand_over(name, form.field("to_user"), &code, from, &me.person.doer()).await
        }
        Err(refusal) => Err(refusal.into()),
    };
    finish(me, name, done.map(|()| ("handed-over", 0)), None).await
}

/// `POST /nguoi-dung/{name}/mat-khau`
pub async fn reset_password(Path(name): Path<String>, form: Posted) -> Response {
    form.me.answer(try_reset(&form.me, &name).await)
}

async fn try_reset(me: &Signed, name: &str) -> Result<Response, Failed> {
    begin(me, name)?;
    match me.visit.web.center.reset_password(name, &me.person.doer()).await {
        Ok(password) => show(me, name, StatusCode::OK, Shown { password: Some(password), ..Shown::default() }).await,
        Err(error) => finish(me, name, Err(error), None).await,
    }
}

/// `POST /nguoi-dung/{name}/xac-thuc`
pub async fn reset_second_factor(Path(name): Path<String>, form: Posted) -> Response {
    form.me.answer(try_reset_factor(&form.me, &name).await)
}

async fn try_reset_factor(me: &Signed, name: &str) -> Result<Response, Failed> {
    begin(me, name)?;
    let done = me.visit.web.center.reset_second_factor(name, &me.person.doer()).await;
    finish(me, name, done.map(|()| ("second-factor-reset", 0)), None).await
}

/// `POST /nguoi-dung/{name}/phien`
pub async fn end_sessions(Path(name): Path<String>, form: Posted) -> Response {
    form.me.answer(try_end_sessions(&form.me, &name).await)
}

async fn try_end_sessions(me: &Signed, name: &str) -> Result<Response, Failed> {
    begin(me, name)?;
    let done = me.visit.web.center.end_sessions_of(name, &me.person.doer()).await;
    finish(me, name, done.map(|ended| ("sessions-ended", ended)), None).await
}

/// `POST /nguoi-dung/{name}/khoa`
pub async fn disable(Path(name): Path<String>, form: Posted) -> Response {
    form.me.answer(try_disable(&form.me, &name).await)
}

async fn try_disable(me: &Signed, name: &str) -> Result<Response, Failed> {
    begin(me, name)?;
    let done = me.visit.web.center.disable_user(name, &me.person.doer()).await;
    finish(me, name, done.map(|()| ("user-locked", 0)), None).await
}

/// `POST /nguoi-dung/{name}/mo-khoa`
pub async fn enable(Path(name): Path<String>, form: Posted) -> Response {
    form.me.answer(try_enable(&form.me, &name).await)
}

async fn try_enable(me: &Signed, name: &str) -> Result<Response, Failed> {
    begin(me, name)?;
    let done = me.visit.web.center.enable_user(name, &me.person.doer()).await;
    finish(me, name, done.map(|()| ("user-enabled", 0)), None).await
}
