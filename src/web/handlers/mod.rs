//! Requests to pages: each asks use cases, fills a page, or does what a form says and leads back. What is shown and how
//! is the pages' business.

pub mod access_tokens;
pub mod account;
pub mod acts;
pub mod airing;
pub mod alarm;
pub mod approval_key;
pub mod approve;
pub mod assets;
pub mod audio;
pub mod bulletin;
pub mod bulletins;
pub mod calendar;
mod check_table;
pub mod day_pack;
pub mod day_sheet;
pub mod desk;
pub mod facts;
pub mod force_majeure;
pub mod grid;
pub mod grid_exception;
pub mod grid_publish;
pub mod grid_rule;
mod grid_rule_judge;
mod grid_words;
pub mod held_days;
pub mod listen;
pub mod local;
mod local_words;
pub mod log_in;
pub mod looks;
pub mod multipart;
pub mod offers;
pub mod own_signature;
pub mod phone;
pub mod podcast;
pub mod queue;
pub mod reach;
pub mod reconcile;
pub mod refused;
pub mod second_factor;
mod station_day;
pub mod station_week;
pub mod stations;
pub mod steps;
pub mod stop;
pub mod today;
pub mod today_words;
pub mod upload;
pub mod upload_words;
pub mod urgent;
pub mod urgent_steps;
pub mod user;
pub mod users;
pub mod version;
pub mod why;
pub mod withdrawal;
pub mod wording;

use axum::http::StatusCode;

use refused::{not_done, not_done_status};
use wording::{not_urgent, urgent_status};

use crate::center::CenterError;
use crate::center::people::{PeopleError, Refusal};
use crate::web::pages::Words;

/// Why there is no page.
#[derive(Debug)]
pub enum Failed {
    /// No right to it.
    Forbidden,
    /// No such thing.
    NotFound,
    /// The request is wrong; a sentence for the reader, if there is a better one than the general.
    Bad(StatusCode, Option<String>),
    /// A use case failed.
    Center(CenterError),
    /// The disk failed.
    Io(std::io::Error),
    /// Something else comes first.
    Elsewhere(Box<axum::response::Response>),
}

impl From<CenterError> for Failed {
    fn from(error: CenterError) -> Self {
        Self::Center(error)
    }
}

impl From<PeopleError> for Failed {
    fn from(error: PeopleError) -> Self {
        match error {
            PeopleError::Refused(Refusal::OwnAccount | Refusal::OutsideArea(_)) => Self::Forbidden,
            other => Self::Center(other.into()),
        }
    }
}

impl From<std::io::Error> for Failed {
    fn from(error: std::io::Error) -> Self {
        Self::Io(error)
    }
}

impl Failed {
    /// Status and sentence for the reader of these words; what is nobody's business goes to the log.
    pub fn status_and_text(self, words: Words) -> (StatusCode, Option<String>) {
        match self {
            Self::Forbidden => (StatusCode::FORBIDDEN, None),
            Self::Elsewhere(response) => (response.status(), None),
            Self::NotFound | Self::Center(CenterError::NotFound(_)) => (StatusCode::NOT_FOUND, None),
            Self::Bad(status, text) => (status, text),
            Self::Center(CenterError::Refused(sentence)) => (StatusCode::UNPROCESSABLE_ENTITY, Some(sentence)),
            Self::Center(CenterError::Forbidden(sentence)) => (StatusCode::FORBIDDEN, Some(sentence)),
            Self::Center(CenterError::Urgent(refusal)) => (urgent_status(&refusal), Some(not_urgent(words, &refusal))),
            Self::Center(CenterError::Desk(refusal)) => (not_done_status(&refusal), Some(not_done(words, &refusal))),
            Self::Center(error) => {
                tracing::error!("{error}");
                (StatusCode::INTERNAL_SERVER_ERROR, None)
            }
            Self::Io(error) => {
                tracing::error!("{error}");
                (StatusCode::INTERNAL_SERVER_ERROR, None)
            }
        }
    }
}
