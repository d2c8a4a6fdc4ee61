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
use crate::web::handlers::wording::refusal_status;
use crate::web::pages::Words;

/// What every refusal looks like.
#[derive(Debug, Serialize, ToSchema)]
pub struct ErrorBody {
    /// Why it was refused.
    pub error: ErrorInfo,
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
    info: ErrorInfo,
    wait_seconds: Option<i64>,
}

/// Of every operation.
pub type Answer<T> = Result<Json<T>, ApiError>;

impl ApiError {
    /// One of the general refusals, by its word: its texts are `api-WORD` and `api-WORD-remedy`.
    pub fn general(words: Words, status: StatusCode, word: &str) -> Self {
        let info = ErrorInfo {
            code: word.into(),
            message: words.t(&format!("api-{word}")),
            remedy: words.t(&format!("api-{word}-remedy")),
        };
        Self { status, info, wait_seconds: None }
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
        let info = ErrorInfo { code: refusal.word().into(), message: text("refused"), remedy: text("remedy") };
        let wait_seconds = match refusal {
            Refusal::Wait(seconds) => Some(*seconds),
            _ => None,
        };
        Self { status: refusal_status(refusal), info, wait_seconds }
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
            CenterError::Refused(sentence) => Self {
                status: StatusCode::UNPROCESSABLE_ENTITY,
                info: ErrorInfo { code: "refused".into(), message: sentence, remedy: String::new() },
                wait_seconds: None,
            },
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
        let mut response = (self.status, Json(ErrorBody { error: self.info })).into_response();
        if let Some(seconds) = self.wait_seconds {
            response.headers_mut().insert(RETRY_AFTER, HeaderValue::from(seconds));
        }
        response
    }
}
