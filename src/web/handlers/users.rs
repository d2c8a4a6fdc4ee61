//! People: the administrator adds and disables those of their own areas.

use axum::http::StatusCode;
use axum::response::Response;

use super::Failed;
use super::desk::{Desk, codes, only};
use super::wording::refused;
use crate::center::people::{Listed, NewUser, PeopleError, Refusal};
use crate::domain::access::{Grant, Role};
use crate::domain::password::SHORTEST;
use crate::web::pages::{FieldError, Tab, UserForm, UserRow, UsersPage};
use crate::web::session::{Posted, Signed};

/// `GET /nguoi-dung`
pub async fn list(me: Signed) -> Response {
    let result = show(&me, StatusCode::OK, UserForm::default()).await;
    me.answer(result)
}

async fn show(me: &Signed, status: StatusCode, form: UserForm) -> Result<Response, Failed> {
    only(me, &[Role::Admin])?;
    let desk = Desk::open(me).await?;
    let users = me.visit.web.center.users().await?;
    let mut rows = Vec::new();
    for user in users {
        let own = user.name == me.person.name;
        let near = user.grants.iter().any(|grant| desk.may_in(me, &[Role::Admin], &grant.area, desk.today));
        if own || near {
            rows.push(row(user, own, &desk));
        }
    }
    let page = UsersPage {
        frame: me.frame(Tab::Users),
        users: rows,
        form,
        password_letters: u32::try_from(SHORTEST).unwrap_or(u32::MAX),
    };
    Ok(me.visit.page(status, page.render()))
}

fn row(user: Listed, own: bool, desk: &Desk) -> UserRow {
    let grants = user.grants.iter().map(|grant| (grant.role, desk.area_name(&grant.area, desk.today))).collect();
    UserRow {
        name: user.name,
        display_name: user.display_name,
        grants,
        disabled_at: user.disabled_at.map(|at| desk.local(at)),
        own,
    }
}

/// `POST /nguoi-dung`
pub async fn add(form: Posted) -> Response {
    form.me.answer(try_add(&form).await)
}

async fn try_add(form: &Posted) -> Result<Response, Failed> {
    let me = &form.me;
    only(me, &[Role::Admin])?;
    me.proved("/nguoi-dung")?;
    let desk = Desk::open(me).await?;
    let mut again = UserForm {
        name: form.field("name").into(),
        display_name: form.field("display_name").into(),
        role: form.field("role").into(),
        areas: form.field("areas").into(),
        errors: Vec::new(),
    };
    // Blanks at its ends are part of a password.
    let password = form.raw("password");
    let grants = judge(me, &desk, &mut again);
    if !again.errors.is_empty() {
        return show(me, StatusCode::UNPROCESSABLE_ENTITY, again).await;
    }
    let center = &me.visit.web.center;
    let new = NewUser {
        name: &again.name,
        display_name: &again.display_name,
        password,
        own_password: false,
        grants: &grants,
    };
    match center.add_user(&new, &me.person.doer()).await {
        Ok(()) => Ok(me.visit.redirect("/nguoi-dung", Some(("user-added", 0)))),
        Err(PeopleError::Refused(refusal)) => {
            let field = match refusal {
                Refusal::Weak(_) => "password",
                Refusal::AreaUnknown(_) | Refusal::OutsideArea(_) => "areas",
                Refusal::DisplayName => "display_name",
                _ => "name",
            };
            again.errors.push(FieldError { field: field.into(), text: refused(me.words(), &refusal) });
            show(me, StatusCode::UNPROCESSABLE_ENTITY, again).await
        }
        Err(error) => Err(error.into()),
    }
}

fn judge(me: &Signed, desk: &Desk, form: &mut UserForm) -> Vec<Grant> {
    let words = me.words();
    let mut wrong = |field: &str, text: String| form.errors.push(FieldError { field: field.into(), text });
    if form.display_name.is_empty() {
        wrong("display_name", words.t("error-user-display"));
    }
    let role = form.role.parse::<Role>().ok();
    if role.is_none() {
        wrong("role", words.t("error-user-role"));
    }
    let areas = codes(&form.areas).unwrap_or_default();
    if areas.is_empty() {
        wrong("areas", words.t("error-areas"));
    }
    for area in &areas {
        if !desk.areas().knows(area) {
            wrong("areas", words.t1("error-area-unknown", "value", area));
        } else if !desk.may_in(me, &[Role::Admin], area, desk.today) {
            wrong("areas", words.t("error-area-right"));
        }
    }
    role.map(|role| areas.into_iter().map(|area| Grant { role, area }).collect()).unwrap_or_default()
}
