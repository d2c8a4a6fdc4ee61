//! What a record says, in the reader's words.

use chrono_tz::Tz;

use crate::domain::as_run::{Record, Said, samples_to_ms};
use crate::domain::reconcile::Outcome as Became;
use crate::web::pages::{Outcome, Words};

/// The sentence of a record, without cause and note.
pub fn said(words: Words, zone: Tz, record: &Record) -> String {
    match &record.said {
        Said::Played { samples, began_at, .. } => words.t2(
            "word-played",
            "length",
            words.length(samples_to_ms(*samples)),
            "at",
            words.seconds(began_at.with_timezone(&zone).naive_local()),
        ),
        Said::AiredInFull { began_at: None } => words.t("word-full"),
        Said::AiredInFull { began_at: Some(at) } => {
            words.t1("word-full-at", "at", words.time(at.with_timezone(&zone).naive_local()))
        }
        Said::AiredInPart { played_ms } => words.t1("word-part", "length", words.length(*played_ms)),
        Said::Missed => words.t("word-missed"),
        Said::Undone => words.t("word-undone"),
    }
}

/// The sentence with cause and note.
pub fn said_in_full(words: Words, zone: Tz, record: &Record) -> String {
    let mut text = said(words, zone, record);
    if let Some(cause) = &record.cause {
        text = format!("{text}, {}", words.cause(cause));
    }
    if let Some(note) = &record.note {
        text = format!("{text}: “{note}”");
    }
    text
}

/// The page's outcome of a reconciled one.
pub fn outcome(became: Became) -> Outcome {
    match became {
        Became::Aired => Outcome::Aired,
        Became::Partial => Outcome::Partial,
        Became::Missed => Outcome::Missed,
        Became::Unreported => Outcome::Unreported,
    }
}
