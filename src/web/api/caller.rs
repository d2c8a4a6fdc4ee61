//! Who calls the API for people: the session of a page's script, with the session's token in `x-csrf` for whatever
//! changes something. Answers are JSON, never a page.

use axum::Json;
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{Method, StatusCode};
use axum::response::{IntoResponse, Response};

use crate::center::people::Person;
use crate::domain::access::Role;
use crate::protocol::enrol::Refusal;
use crate::web::Web;
use crate::web::pages::Words;
use crate::web::session::{Signed, Visit};

/// Header that proves that a page of ours sent it: another site's page can neither read nor send it.
const CSRF: &str = "x-csrf";

/// A caller.
pub struct Caller {
    /// Who.
    pub person: Person,
    /// Texts in their language.
    pub words: Words,
}

impl Caller {
    /// Refuses whoever has none of the roles anywhere.
    pub fn must_be(&self, roles: &[Role]) -> Result<(), Response> {
        if roles.iter().any(|role| self.person.is(*role)) {
            return Ok(());
        }
        Err(refusal(StatusCode::FORBIDDEN, self.words.t("upload-refused-role")))
    }
}

fn refusal(status: StatusCode, error: String) -> Response {
    (status, Json(Refusal { error })).into_response()
}

impl FromRequestParts<Web> for Caller {
    type Rejection = Response;
    async fn from_request_parts(parts: &mut Parts, web: &Web) -> Result<Self, Response> {
        let words = match Visit::from_request_parts(parts, web).await {
            Ok(visit) => visit.words,
            Err(never) => match never {},
        };
        let Ok(me) = Signed::from_request_parts(parts, web).await else {
            return Err(refusal(StatusCode::UNAUTHORIZED, words.t("upload-refused-log-in")));
        };
        let sent = parts.headers.get(CSRF).and_then(|value| value.to_str().ok()).unwrap_or("");
        if parts.method != Method::GET && !me.csrf_is_right(sent) {
            return Err(refusal(StatusCode::FORBIDDEN, words.t("error-csrf")));
        }
        Ok(Self { person: me.person, words })
    }
}
