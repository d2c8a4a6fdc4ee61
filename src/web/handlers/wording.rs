//! What a record says, in the reader's words.

use std::collections::BTreeMap;

use axum::http::StatusCode;
use chrono::{DateTime, Utc};
use chrono_tz::Tz;

use super::desk::name_of;
use crate::center::break_ins::UrgentRefusal;
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

/// Why what is urgent is not ordered, and what to do.
pub fn not_urgent(words: Words, refusal: &UrgentRefusal) -> String {
    match refusal {
        UrgentRefusal::OffDuty { on_duty, .. } if on_duty.is_empty() => words.t("urgent-no-one-on-duty"),
        UrgentRefusal::OffDuty { on_duty, .. } => words.t1("urgent-no-duty", "who", on_duty.join(", ")),
        UrgentRefusal::NoApprover { .. } => words.t("urgent-no-right"),
        UrgentRefusal::NotUrgent(code) => words.t1("urgent-no-such", "code", code),
        UrgentRefusal::WrongDay { code, from, to, .. } => {
            words.t3("urgent-no-day", ("code", code), ("from", words.date(from)), ("to", words.date(to)))
        }
        UrgentRefusal::NoStation { code, .. } => words.t1("urgent-no-station", "code", code),
        UrgentRefusal::TooOld => words.t("flash-urgent-too-old"),
        UrgentRefusal::NotInTheBooks | UrgentRefusal::Changed(_) => words.t("flash-urgent-changed"),
        UrgentRefusal::AskedAlready(_) => words.t("urgent-no-twice"),
        UrgentRefusal::OwnOrder(_) => words.t("urgent-no-own"),
        UrgentRefusal::Over(_) => words.t("urgent-no-more"),
        UrgentRefusal::NotBelieved(_) => words.t("urgent-no-key"),
        UrgentRefusal::AnsweredMeanwhile(_) => words.t("flash-urgent-answered-before"),
        UrgentRefusal::DutyOver { .. } => words.t("urgent-no-duty-time"),
        UrgentRefusal::NoActiveApprover(user) => words.t1("urgent-no-duty-user", "user", user),
    }
}

/// The status that goes with it.
pub fn urgent_status(refusal: &UrgentRefusal) -> StatusCode {
    if refusal.is_no() { StatusCode::FORBIDDEN } else { StatusCode::UNPROCESSABLE_ENTITY }
}

#[cfg(test)]
mod tests {
    use chrono::NaiveDate;

    use super::*;
    use crate::domain::ids::{AreaCode, BreakInId, BulletinCode};
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

    #[test]
    fn whatever_keeps_an_urgent_order_back_is_said_in_the_readers_language() {
        let code: BulletinCode = "BAO-1".parse().unwrap();
        let id: BreakInId = "0011223344556677".parse().unwrap();
        let (area, date): (AreaCode, NaiveDate) = ("502".parse().unwrap(), "2024-09-18".parse().unwrap());
        let at = date.and_hms_opt(2, 0, 0).unwrap().and_utc();
        let by = || "an".to_string();
        let all = [
            UrgentRefusal::OffDuty { by: by(), on_duty: Vec::new() },
            UrgentRefusal::OffDuty { by: by(), on_duty: vec!["binh".into(), "chi".into()] },
            UrgentRefusal::NoApprover { by: by(), area: area.clone() },
            UrgentRefusal::NotUrgent(code.clone()),
            UrgentRefusal::WrongDay { code: code.clone(), from: date, to: date, date },
            UrgentRefusal::NoStation { area, code: code.clone() },
            UrgentRefusal::TooOld,
            UrgentRefusal::NotInTheBooks,
            UrgentRefusal::AskedAlready(id.clone()),
            UrgentRefusal::OwnOrder(by()),
            UrgentRefusal::Over(id.clone()),
            UrgentRefusal::Changed(code),
            UrgentRefusal::NotBelieved("the center's is missing".into()),
            UrgentRefusal::AnsweredMeanwhile(id),
            UrgentRefusal::DutyOver { from: at, to: at },
            UrgentRefusal::NoActiveApprover(by()),
        ];
        let said = |lang| all.iter().map(|one| not_urgent(Words::new(lang), one)).collect::<Vec<_>>();
        let (vi, en) = (said(Lang::Vi), said(Lang::En));
        for (vi, en) in vi.iter().zip(&en) {
            assert!(!vi.contains("Unknown") && !en.contains("Unknown") && vi != en, "{vi} – {en}");
        }
        assert_eq!(
            vi[1],
            "Ngoài giờ làm việc chỉ người trực mới được quyết định phát khẩn cấp, và bạn không trong ca trực. Hãy gọi \
             người đang trực: binh, chi."
        );
        assert_eq!(
            en[4],
            "BAO-1 may air from 18/9/2024 to 18/9/2024 only, which is not today. Make a new version of it."
        );
    }
}
