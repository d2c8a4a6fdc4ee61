//! What stations talk to (enrolment, the link, audio; refusals are one JSON sentence), and what people's programs and
//! our own scripts do (the operations of [`document`]).

pub mod account;
pub mod acts;
pub mod audio;
pub mod bulletins;
pub mod caller;
pub mod document;
pub mod enrol;
pub mod error;
pub mod facts;
pub mod findings;
pub mod keys;
pub mod link;
pub mod outlook;
pub mod schedules;
pub mod shapes;
pub mod sounds;
pub mod steps;
pub mod tokens;
pub mod uploads;
pub mod users;

use axum::Json;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};

use crate::center::CenterError;
use crate::protocol::enrol::Refusal;

/// A use case's failure as an answer: sentences for the person asking, the rest only in the log.
pub fn refusal(error: &CenterError) -> Response {
    let (status, text) = match error {
        CenterError::Refused(sentence) => (StatusCode::UNPROCESSABLE_ENTITY, sentence.clone()),
        CenterError::NotFound(sentence) => (StatusCode::NOT_FOUND, sentence.clone()),
        CenterError::Forbidden(sentence) => (StatusCode::FORBIDDEN, sentence.clone()),
        other => {
            tracing::error!("{other}");
            (StatusCode::INTERNAL_SERVER_ERROR, "the center failed while working: try again later".to_string())
        }
    };
    (status, Json(Refusal { error: text })).into_response()
}

/// Whether the service answers.
pub async fn health() -> &'static str {
    "ok"
}
