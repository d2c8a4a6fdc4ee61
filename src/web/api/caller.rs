//! Who calls the JSON API: a program with a token, or a page of ours with the session's cookie. A token reaches as far as
//! its owner's grants and its own scopes both do.

use axum::body::Bytes;
use axum::extract::{FromRequest, FromRequestParts, Request};
use axum::http::header::{ACCEPT_LANGUAGE, AUTHORIZATION, CONTENT_TYPE};
use axum::http::request::Parts;
use axum::http::{HeaderMap, Method, StatusCode};
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::error::ApiError;
use crate::domain::access::{Role, Scope};
use crate::web::Web;
use crate::web::handlers::Failed;
use crate::web::handlers::desk::{Desk, only};
use crate::web::pages::{Lang, Words};
use crate::web::session::{Signed, Visit};

/// The header in which a page of ours sends the session's token for forms.
pub const CSRF: &str = "x-csrf";

/// Whoever calls.
pub struct Caller {
    /// The person, as pages know them.
    pub me: Signed,
    /// Texts in the reader's language.
    pub words: Words,
    /// What the token may do; none for a session, which may do all that its person may.
    scopes: Option<Vec<Scope>>,
}

impl Caller {
    /// Refuses a token whose scopes do not reach this.
    ///
    /// # Errors
    /// 403.
    pub fn need(&self, scope: Scope) -> Result<(), ApiError> {
        match &self.scopes {
            Some(scopes) if !scopes.contains(&scope) => {
                Err(ApiError::general(self.words, StatusCode::FORBIDDEN, "scope"))
            }
            _ => Ok(()),
        }
    }

    /// Refuses tokens, and sessions whose person did not prove lately who they are.
    ///
    /// # Errors
    /// 403.
    pub fn need_proof(&self) -> Result<(), ApiError> {
        let forbidden = |word| Err(ApiError::general(self.words, StatusCode::FORBIDDEN, word));
        if self.scopes.is_some() {
            return forbidden("session-only");
        }
        if self.me.person.proved_lately(crate::clock::now()) { Ok(()) } else { forbidden("prove-first") }
    }

    /// As [`Self::need`] for a token, and a recent proof of a session: for changes of people.
    ///
    /// # Errors
    /// 403.
    pub fn need_to_change_people(&self) -> Result<(), ApiError> {
        self.need(Scope::People)?;
        self.only(&[Role::Admin])?;
        if self.scopes.is_some() { Ok(()) } else { self.need_proof() }
    }

    /// Refuses whoever has none of the roles anywhere.
    ///
    /// # Errors
    /// 403.
    pub fn only(&self, roles: &[Role]) -> Result<(), ApiError> {
        only(&self.me, roles).map_err(|failed| self.failed(failed))
    }

    /// The province as handlers look at it.
    ///
    /// # Errors
    /// 500.
    pub async fn desk(&self) -> Result<Desk, ApiError> {
        Desk::open(&self.me).await.map_err(|failed| self.failed(failed))
    }

    /// The service's use cases.
    pub fn center(&self) -> &crate::center::Center {
        &self.me.visit.web.center
    }

    /// A page's failure as a refusal.
    pub fn failed(&self, failed: Failed) -> ApiError {
        ApiError::failed(self.words, failed)
    }

    /// A use case's failure as a refusal.
    pub fn center_failed(&self, error: crate::center::CenterError) -> ApiError {
        ApiError::center(self.words, error)
    }

    /// A use case's failure about people as a refusal.
    pub fn people_failed(&self, error: crate::center::people::PeopleError) -> ApiError {
        ApiError::people(self.words, error)
    }
}

/// The reader's language: as pages find it, or the one the program asks for.
pub fn words(visit: &Visit, headers: &HeaderMap) -> Words {
    if prefers_english(headers) { Words::new(Lang::En) } else { visit.words }
}

/// Whether English is the first language that is asked for.
pub fn prefers_english(headers: &HeaderMap) -> bool {
    let asked = headers.get(ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok());
    asked.is_some_and(|tags| tags.trim_start().to_ascii_lowercase().starts_with("en"))
}

impl FromRequestParts<Web> for Caller {
    type Rejection = ApiError;
    async fn from_request_parts(parts: &mut Parts, web: &Web) -> Result<Self, ApiError> {
        let mut visit = Visit::of(parts, web);
        let words = words(&visit, &parts.headers);
        visit.words = words;
        let broken = |error| ApiError::center(words, error);
        let bearer = parts.headers.get(AUTHORIZATION).map(|value| value.to_str().unwrap_or(""));
        let (person, scopes) = match (bearer, &visit.token) {
            (Some(header), _) => {
                let token = header.strip_prefix("Bearer ").unwrap_or("").trim();
                match web.center.token_holder(token).await.map_err(broken)? {
                    Some((person, scopes)) => (person, Some(scopes)),
                    None => return Err(ApiError::unauthenticated(words)),
                }
            }
            (None, Some(token)) => match web.center.person(token).await.map_err(broken)? {
                Some(person) => (person, None),
                None => return Err(ApiError::unauthenticated(words)),
            },
            (None, None) => return Err(ApiError::unauthenticated(words)),
        };
        if let Some(duty) = person.duty {
            return Err(ApiError::duty(words, duty));
        }
        let me = Signed { person, visit };
        let reads = matches!(parts.method, Method::GET | Method::HEAD);
        let csrf = parts.headers.get(CSRF).and_then(|value| value.to_str().ok()).unwrap_or("");
        // A cookie comes along whoever sends the request; only our own pages know this.
        if scopes.is_none() && !reads && !me.csrf_is_right(csrf) {
            return Err(ApiError::general(words, StatusCode::FORBIDDEN, "csrf"));
        }
        Ok(Self { me, words, scopes })
    }
}

/// A JSON body, read after the caller is known.
pub struct Sent<T> {
    /// Whoever sends it.
    pub caller: Caller,
    /// What was sent.
    pub body: T,
}

impl<T: DeserializeOwned> FromRequest<Web> for Sent<T> {
    type Rejection = ApiError;
    async fn from_request(request: Request, web: &Web) -> Result<Self, ApiError> {
        let (mut parts, body) = request.into_parts();
        let caller = Caller::from_request_parts(&mut parts, web).await?;
        let refuse = |status, word| ApiError::general(caller.words, status, word);
        let kind = parts.headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or("");
        if !kind.starts_with("application/json") {
            return Err(refuse(StatusCode::UNSUPPORTED_MEDIA_TYPE, "not-json"));
        }
        let bytes = Bytes::from_request(Request::from_parts(parts, body), web).await;
        let bytes = bytes.map_err(|rejection| match rejection.into_response_status() {
            StatusCode::PAYLOAD_TOO_LARGE => refuse(StatusCode::PAYLOAD_TOO_LARGE, "too-long"),
            _ => refuse(StatusCode::BAD_REQUEST, "bad-body"),
        })?;
        // What the reader of JSON says names our types; the documentation says it better.
        let unreadable = |_| refuse(StatusCode::BAD_REQUEST, "bad-body");
        if has_nul(&serde_json::from_slice(&bytes).map_err(unreadable)?) {
            return Err(refuse(StatusCode::BAD_REQUEST, "bad-body"));
        }
        let body = serde_json::from_slice(&bytes).map_err(unreadable)?;
        Ok(Self { caller, body })
    }
}

/// Whether a text in it has the byte that no text of ours has and not every database takes.
fn has_nul(value: &Value) -> bool {
    match value {
        Value::String(text) => text.contains('\0'),
        Value::Array(items) => items.iter().any(has_nul),
        Value::Object(fields) => fields.iter().any(|(name, value)| name.contains('\0') || has_nul(value)),
        Value::Null | Value::Bool(_) | Value::Number(_) => false,
    }
}

trait RejectedStatus {
    fn into_response_status(self) -> StatusCode;
}

impl<R: axum::response::IntoResponse> RejectedStatus for R {
    fn into_response_status(self) -> StatusCode {
        self.into_response().status()
    }
}
