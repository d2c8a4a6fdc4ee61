//! Logging in and out, and each role's first page.

use axum::Form;
use axum::extract::Query;
use axum::http::StatusCode;
use axum::http::header::SET_COOKIE;
use axum::response::Response;
use serde::Deserialize;

use super::Failed;
use crate::center::CenterError;
use crate::center::people::Person;
use crate::domain::access::Role;
use crate::web::pages::{LoginPage, Tab};
use crate::web::session::{Posted, Signed, Visit, local};

/// `?next=`
#[derive(Deserialize)]
pub struct Onward {
    #[serde(default)]
    next: String,
}

/// The log-in form.
#[derive(Deserialize)]
pub struct Credentials {
    #[serde(default)]
    user: String,
    #[serde(default)]
    password: String,
    #[serde(default)]
    next: String,
}

/// `GET /`
pub async fn home(me: Signed) -> Response {
    me.visit.redirect(first_page(&me.person), None)
}

fn first_page(person: &Person) -> &'static str {
    let pages = [
        (Role::Operator, "/hom-nay"),
        (Role::Editor, "/ban-tin"),
        (Role::Approver, "/duyet"),
        (Role::Auditor, "/doi-soat"),
    ];
    pages.into_iter().find(|(role, _)| person.is(*role)).map_or("/dai", |(_, page)| page)
}

/// `GET /dang-nhap`
pub async fn form(visit: Visit, Query(onward): Query<Onward>) -> Response {
    let next = local(&onward.next).unwrap_or("").to_string();
    if let Some(token) = &visit.token
        && let Ok(Some(_)) = visit.web.center.person(token).await
    {
        return visit.redirect(if next.is_empty() { "/" } else { &next }, None);
    }
    page(&visit, StatusCode::OK, String::new(), next, None)
}

fn page(visit: &Visit, status: StatusCode, user: String, next: String, error: Option<&str>) -> Response {
    let error = error.map(|key| visit.words.t(key));
    let page = LoginPage { frame: visit.frame(Tab::None, None), user, next, error };
    visit.page(status, page.render())
}

/// `POST /dang-nhap`
pub async fn log_in(visit: Visit, Form(sent): Form<Credentials>) -> Response {
    let Credentials { user, password, next } = sent;
    let (user, next) = (user.trim().to_string(), local(&next).unwrap_or("").to_string());
    let center = &visit.web.center;
    match center.log_in(&user, &password).await {
        Ok(Some(token)) => {
            if let Some(older) = &visit.token
                && let Err(error) = center.log_out(older).await
            {
                tracing::error!("an older session could not be ended: {error}");
            }
            let mut response = visit.redirect(if next.is_empty() { "/" } else { &next }, None);
            if let Some(cookie) = visit.session_cookie(&token) {
                response.headers_mut().append(SET_COOKIE, cookie);
            }
            response
        }
        Ok(None) => page(&visit, StatusCode::UNAUTHORIZED, user, next, Some("error-login")),
        Err(CenterError::Refused(_)) => {
            page(&visit, StatusCode::TOO_MANY_REQUESTS, user, next, Some("error-login-wait"))
        }
        Err(error) => {
            let (status, text) = Failed::from(error).status_and_text();
            visit.message(None, status, text)
        }
    }
}

/// `POST /dang-xuat`
pub async fn log_out(form: Posted) -> Response {
    let visit = &form.me.visit;
    if let Some(token) = &visit.token
        && let Err(error) = visit.web.center.log_out(token).await
    {
        return form.me.answer(Err(error.into()));
    }
    let mut response = visit.redirect("/dang-nhap", None);
    if let Some(cookie) = visit.session_cookie("") {
        response.headers_mut().append(SET_COOKIE, cookie);
    }
    response
}

/// Any other address.
pub async fn nowhere(visit: Visit) -> Response {
    let person = match &visit.token {
        Some(token) => visit.web.center.person(token).await.ok().flatten(),
        None => None,
    };
    visit.message(person.as_ref(), StatusCode::NOT_FOUND, None)
}
