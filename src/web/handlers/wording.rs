//! What a record says, in the reader's words.

use std::collections::BTreeMap;

use axum::http::StatusCode;
use chrono::{DateTime, Utc};
use chrono_tz::Tz;

use super::desk::name_of;
use crate::center::people::Refusal;
use crate::domain::as_run::{Record, Said, samples_to_ms};
use crate::domain::reconcile::{Line, Outcome as Became};
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

/// The page's outcome of a due line: excused where force majeure was declared, else what the records say.
pub fn standing(line: &Line) -> Outcome {
    if line.excused.is_some() { Outcome::Excused } else { outcome(line.outcome) }
}

/// What excuses a due line, and who declared it.
pub fn excuse(words: Words, names: &BTreeMap<String, String>, line: &Line) -> Option<String> {
    let excuse = line.excused.as_ref().filter(|_| line.due)?;
    Some(words.t2("force-line", "reason", &excuse.reason, "by", name_of(names, &excuse.by)))
}

/// The page's outcome of an airing at this moment.
pub fn outcome_now(line: &Line, now: DateTime<Utc>) -> Outcome {
    let item = &line.counted.item;
    match (line.outcome != Became::Unreported, item.end() <= now, item.start <= now) {
        (true, _, _) | (false, true, _) => standing(line),
        // An order says when it may begin, not what is on by the plan.
        (false, false, _) if line.is_urgent() => Outcome::Unreported,
        (false, false, true) => Outcome::NowScheduled,
        (false, false, false) => Outcome::Upcoming,
    }
}

/// Why something about people is refused, and what to do.
pub fn refused(words: Words, refusal: &Refusal) -> String {
    let value = refusal.value();
    let why = words.t1(&format!("refused-{}", refusal.word()), "value", &value);
    format!("{why} {}", words.t1(&format!("remedy-{}", refusal.word()), "value", &value))
}

/// The status that goes with it.
pub fn refusal_status(refusal: &Refusal) -> StatusCode {
    match refusal {
        Refusal::Wait(_) => StatusCode::TOO_MANY_REQUESTS,
        Refusal::WrongPassword | Refusal::WrongCode => StatusCode::UNAUTHORIZED,
        Refusal::OutsideArea(_) | Refusal::OwnAccount => StatusCode::FORBIDDEN,
        Refusal::NoUser(_) | Refusal::NoGrant | Refusal::NoToken | Refusal::NoSession => StatusCode::NOT_FOUND,
        Refusal::Changed => StatusCode::CONFLICT,
        _ => StatusCode::UNPROCESSABLE_ENTITY,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::web::pages::Lang;

    #[test]
    fn every_refusal_has_its_words_and_its_remedy_in_both_languages() {
        for word in Refusal::WORDS {
            for key in [format!("refused-{word}"), format!("remedy-{word}")] {
                for lang in [Lang::Vi, Lang::En] {
                    let text = Words::new(lang).t1(&key, "value", "x");
                    assert!(!text.contains("Unknown"), "{key} in {}", lang.tag());
                }
            }
        }
        assert_eq!(refused(Words::new(Lang::Vi), &Refusal::Wait(8)), "Nhập sai nhiều lần. Hãy đợi 8 giây rồi thử lại.");
    }
}
