//! Refusals of the JSON API: a word for programs, a sentence and a remedy for people, and nothing of our insides.

use axum::Json;
use axum::http::header::RETRY_AFTER;
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use utoipa::{IntoResponses, ToSchema};

use crate::center::CenterError;
use crate::center::people::{Duty, PeopleError, Refusal};
use crate::web::handlers::Failed;
use crate::web::handlers::refused::{not_done, not_done_status};
use crate::web::handlers::wording::{not_urgent, refusal_status, urgent_status};
use crate::web::pages::{FieldError, Words};

/// What every refusal looks like.
#[derive(Debug, Serialize, ToSchema)]
pub struct ErrorBody {
    /// Why it was refused.
    pub error: ErrorInfo,
    /// Bytes of an upload that are here, where it is about them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub received: Option<u64>,
    /// What is wrong with each field, where facts were judged.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fields: Option<Vec<FieldFault>>,
}

/// What is wrong with a field.
#[derive(Debug, Serialize, ToSchema)]
pub struct FieldFault {
    /// Its name.
    pub field: String,
    /// A sentence in the reader's language.
    pub message: String,
}

/// Why something was refused.
#[derive(Debug, Serialize, ToSchema)]
pub struct ErrorInfo {
    /// One word that stays the same.
    pub code: String,
    /// A sentence in the reader's language.
    pub message: String,
    /// What to do, in the reader's language; may be empty.
    pub remedy: String,
}

/// Refusals that any operation may answer with.
#[derive(IntoResponses)]
#[expect(dead_code, reason = "it only describes")]
pub enum Refusals {
    /// The request cannot be read.
    #[response(status = 400)]
    Bad(ErrorBody),
    /// Nobody is logged in, or the token is worth nothing.
    #[response(status = 401)]
    Unauthenticated(ErrorBody),
    /// No right to it, or the token's scopes do not reach so far.
    #[response(status = 403)]
    Forbidden(ErrorBody),
    /// No such thing.
    #[response(status = 404)]
    NotFound(ErrorBody),
    /// Somebody else was first, or the state is another.
    #[response(status = 409)]
    Conflict(ErrorBody),
    /// The body is too long.
    #[response(status = 413)]
    TooLong(ErrorBody),
    /// The body is no JSON by its type.
    #[response(status = 415)]
    NotJson(ErrorBody),
    /// What is asked for cannot be.
    #[response(status = 422)]
    Refused(ErrorBody),
    /// Too many failures; Retry-After says how many seconds.
    #[response(status = 429)]
    Wait(ErrorBody),
    /// Our fault.
    #[response(status = 500)]
    Broken(ErrorBody),
}

/// A refusal on its way out.
#[derive(Debug)]
pub struct ApiError {
    status: StatusCode,
    body: Box<ErrorBody>,
    wait_seconds: Option<i64>,
}

/// Of every operation.
pub type Answer<T> = Result<Json<T>, ApiError>;

impl ApiError {
    fn new(status: StatusCode, code: &str, message: String, remedy: String) -> Self {
        let error = ErrorInfo { code: code.into(), message, remedy };
        Self { status, body: Box::new(ErrorBody { error, received: None, fields: None }), wait_seconds: None }
    }

    /// A refusal whose sentence says what to do as well.
    pub fn told(status: StatusCode, code: &str, sentence: String) -> Self {
        Self::new(status, code, sentence, String::new())
    }

    /// The same with how many bytes of an upload are here.
    pub fn with_received(mut self, received: Option<u64>) -> Self {
        self.body.received = received;
        self
    }

    /// Facts that were judged wrong, field by field.
    pub fn fields(words: Words, faults: Vec<FieldError>) -> Self {
        let mut refusal = Self::general(words, StatusCode::UNPROCESSABLE_ENTITY, "facts");
        let fault = |one: FieldError| FieldFault { field: one.field, message: one.text };
        refusal.body.fields = Some(faults.into_iter().map(fault).collect());
        refusal
    }

    /// One of the general refusals, by its word: its texts are `api-WORD` and `api-WORD-remedy`.
    pub fn general(words: Words, status: StatusCode, word: &str) -> Self {
        Self::new(status, word, words.t(&format!("api-{word}")), words.t(&format!("api-{word}-remedy")))
    }

    /// Nobody is logged in.
    pub fn unauthenticated(words: Words) -> Self {
        Self::general(words, StatusCode::UNAUTHORIZED, "unauthenticated")
    }

    /// No right to it.
    pub fn forbidden(words: Words) -> Self {
        Self::general(words, StatusCode::FORBIDDEN, "forbidden")
    }

    /// No such thing.
    pub fn not_found(words: Words) -> Self {
        Self::general(words, StatusCode::NOT_FOUND, "not-found")
    }

    /// Something else comes first, on a page.
    pub fn duty(words: Words, duty: Duty) -> Self {
        let word = match duty {
            Duty::Code => "code-first",
            Duty::Password => "password-first",
            Duty::SecondFactor => "second-factor-first",
        };
        Self::general(words, StatusCode::FORBIDDEN, word)
    }

    /// A refusal about people.
    pub fn refusal(words: Words, refusal: &Refusal) -> Self {
        let text = |key: &str| words.t1(&format!("{key}-{}", refusal.word()), "value", refusal.value());
        let mut refused = Self::new(refusal_status(refusal), refusal.word(), text("refused"), text("remedy"));
        if let Refusal::Wait(seconds) = refusal {
            refused.wait_seconds = Some(*seconds);
        }
        refused
    }

    /// A use case about people that ended otherwise.
    pub fn people(words: Words, error: PeopleError) -> Self {
        match error {
            PeopleError::Refused(refusal) => Self::refusal(words, &refusal),
            PeopleError::Center(error) => Self::center(words, error),
        }
    }

    /// A use case that ended otherwise. Its sentence is for the person asking; the rest only for the log.
    pub fn center(words: Words, error: CenterError) -> Self {
        match error {
            CenterError::Refused(sentence) => Self::told(StatusCode::UNPROCESSABLE_ENTITY, "refused", sentence),
            CenterError::Forbidden(sentence) => Self::told(StatusCode::FORBIDDEN, "refused", sentence),
            CenterError::Urgent(refusal) => Self::told(urgent_status(&refusal), "refused", not_urgent(words, &refusal)),
            CenterError::Desk(refusal) => Self::told(not_done_status(&refusal), "refused", not_done(words, &refusal)),
            CenterError::NotFound(_) => Self::not_found(words),
            other => {
                tracing::error!("{other}");
                Self::general(words, StatusCode::INTERNAL_SERVER_ERROR, "broken")
            }
        }
    }

    /// What a page would have failed with.
    pub fn failed(words: Words, failed: Failed) -> Self {
        match failed {
            Failed::Forbidden => Self::forbidden(words),
            Failed::NotFound => Self::not_found(words),
            Failed::Bad(status, Some(sentence)) => Self::told(status, "refused", sentence),
            Failed::Center(error) => Self::center(words, error),
            other => {
                tracing::error!("{other:?}");
                Self::general(words, StatusCode::INTERNAL_SERVER_ERROR, "broken")
            }
        }
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let mut response = (self.status, Json(self.body)).into_response();
        if let Some(seconds) = self.wait_seconds {
            response.headers_mut().insert(RETRY_AFTER, HeaderValue::from(seconds));
        }
        response
    }
}
