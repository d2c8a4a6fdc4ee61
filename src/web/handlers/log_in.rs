//! Logging in and out, and each role's first page.

use axum::Form;
use axum::extract::Query;
use axum::http::header::RETRY_AFTER;
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;

use super::Failed;
use super::wording::{refusal_status, refused};
use crate::center::people::{Duty, LogIn, PeopleError, Person, Refusal};
use crate::domain::access::Role;
use crate::web::api::caller::words;
use crate::web::api::document;
use crate::web::api::error::ApiError;
use crate::web::origin::local;
use crate::web::pages::{CodePage, LoginPage, Tab, encode};
use crate::web::session::{Early, EarlyPosted, Signed, Visit};

/// Not among the names that the library knows.
const CLEAR_SITE_DATA: HeaderName = HeaderName::from_static("clear-site-data");

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

/// Where a person begins.
pub fn first_page(person: &Person) -> &'static str {
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
    page(&visit, StatusCode::OK, String::new(), next, None).await
}

async fn page(visit: &Visit, status: StatusCode, user: String, next: String, error: Option<String>) -> Response {
    let listen = match visit.web.center.listening().await {
        Ok(open) => open.is_some(),
        Err(failed) => {
            tracing::error!("{failed}");
            false
        }
    };
    let page = LoginPage { frame: visit.frame(Tab::None, None), user, next, listen, error };
    visit.page(status, page.render())
}

/// `POST /dang-nhap`
pub async fn log_in(visit: Visit, Form(sent): Form<Credentials>) -> Response {
    let Credentials { user, password, next } = sent;
    let (user, next) = (user.trim().to_string(), local(&next).unwrap_or("").to_string());
    match visit.web.center.log_in(&user, &password, &visit.place, visit.token.as_deref()).await {
        Ok(LogIn::Open(opened)) if opened.code_next => {
            let to = format!("/dang-nhap/ma?next={}", encode(&next));
            visit.with_session(visit.redirect(&to, None), &opened.token)
        }
        Ok(LogIn::Open(opened)) => {
            visit.with_session(visit.redirect(if next.is_empty() { "/" } else { &next }, None), &opened.token)
        }
        Ok(LogIn::Wrong) => {
            let text = visit.words.t("error-login");
            page(&visit, StatusCode::UNAUTHORIZED, user, next, Some(text)).await
        }
        Ok(LogIn::Stale) => {
            let text = visit.words.t("error-password-stale");
            page(&visit, StatusCode::UNAUTHORIZED, user, next, Some(text)).await
        }
        Ok(LogIn::Wait(seconds)) => {
            let text = refused(visit.words, &Refusal::Wait(seconds));
            let response = page(&visit, StatusCode::TOO_MANY_REQUESTS, user, next, Some(text)).await;
            retry_after(response, seconds)
        }
        Err(error) => {
            let (status, text) = Failed::from(error).status_and_text(visit.words);
            visit.message(None, status, text)
        }
    }
}

fn retry_after(mut response: Response, seconds: i64) -> Response {
    response.headers_mut().insert(RETRY_AFTER, HeaderValue::from(seconds));
    response
}

/// `GET /dang-nhap/ma`
pub async fn code_form(Early(me): Early, Query(onward): Query<Onward>) -> Response {
    let next = local(&onward.next).unwrap_or("");
    match me.person.duty {
        Some(Duty::Code) => code_page(&me, StatusCode::OK, next, None),
        _ => me.visit.redirect("/", None),
    }
}

fn code_page(me: &Signed, status: StatusCode, next: &str, error: Option<String>) -> Response {
    let page = CodePage { frame: me.early_frame(), next: next.into(), error };
    me.visit.page(status, page.render())
}

/// `POST /dang-nhap/ma`
pub async fn enter_code(EarlyPosted(form): EarlyPosted) -> Response {
    let (me, visit) = (&form.me, &form.me.visit);
    let next = local(form.field("next")).unwrap_or("");
    match visit.web.center.enter_code(&me.person, form.field("code"), &visit.place).await {
        Ok(opened) => visit.with_session(visit.redirect(if next.is_empty() { "/" } else { next }, None), &opened.token),
        Err(PeopleError::Refused(Refusal::NoSecondFactor)) => visit.redirect("/", None),
        Err(PeopleError::Refused(refusal)) => {
            let status = refusal_status(&refusal);
            let response = code_page(me, status, next, Some(refused(me.words(), &refusal)));
            match refusal {
                Refusal::Wait(seconds) => retry_after(response, seconds),
                _ => response,
            }
        }
        Err(PeopleError::Center(error)) => me.answer(Err(error.into())),
    }
}

/// `POST /dang-xuat`
pub async fn log_out(EarlyPosted(form): EarlyPosted) -> Response {
    let visit = &form.me.visit;
    if let Some(token) = &visit.token
        && let Err(error) = visit.web.center.log_out(token).await
    {
        return form.me.answer(Err(error.into()));
    }
    let mut response = visit.with_session(visit.redirect("/dang-nhap", None), "");
    // What the browser kept of these pages goes as well.
    response.headers_mut().insert(CLEAR_SITE_DATA, HeaderValue::from_static("\"cache\""));
    response
}

/// Any other address.
pub async fn nowhere(visit: Visit, headers: HeaderMap) -> Response {
    if document::is_api(&visit.path) {
        return ApiError::not_found(words(&visit, &headers)).into_response();
    }
    let person = match &visit.token {
        Some(token) => visit.web.center.person(token).await.ok().flatten(),
        None => None,
    };
    visit.message(person.as_ref(), StatusCode::NOT_FOUND, None)
}
