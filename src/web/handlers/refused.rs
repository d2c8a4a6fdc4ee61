//! What keeps a step, a signature or an order back, in the reader's words.

use axum::http::StatusCode;

use crate::center::force_majeure::MOST_DAYS;
use crate::center::reason::LONGEST_REASON;
use crate::center::refusal::{DeskRefusal, KeyFault};
use crate::domain::bulletin::StepRefused;
use crate::web::pages::Words;

/// Why something is not done, and what to do.
pub fn not_done(words: Words, refusal: &DeskRefusal) -> String {
    use DeskRefusal as No;
    match refusal {
        No::Step(refused) => no_step(words, refused),
        No::TakenBack { code, author } => words.t2("desk-no-taken-back", "code", code, "author", author),
        No::NoApprover { code, .. } => words.t1("desk-no-approver", "code", code),
        No::Unheard { left, code, version, .. } => {
            words.t3("desk-no-unheard", ("n", words.n(*left as u64)), ("code", code), ("version", version))
        }
        No::DecidedMeanwhile { code, version } => words.t2("desk-no-decided", "code", code, "version", version),
        No::OtherAudio(code) => words.t1("desk-no-other-audio", "code", code),
        No::NotBelieved(_) => words.t("desk-no-believed"),
        No::CenterSpent { first, .. } => words.t1("desk-no-center-spent", "first", first),
        No::OtherBytes => words.t("desk-no-other-bytes"),
        No::OtherApproval => words.t("desk-no-other-approval"),
        No::PreparedTooLongAgo => words.t("desk-no-too-old"),
        No::NotAsStored { code, version } => words.t2("desk-no-not-stored", "code", code, "version", version),
        No::NotInTheBooks => words.t("desk-no-not-in-books"),
        No::OwnKey(_) => words.t("desk-no-own-key"),
        No::NoKey(_) => words.t("desk-no-key"),
        No::WrongKey { key, fault, .. } => words.t1(
            match fault {
                KeyFault::NotTheirs => "desk-no-key-of-other",
                KeyFault::Revoked => "desk-no-key-revoked",
                KeyFault::NeverAdmitted => "desk-no-key-unknown",
            },
            "key",
            key,
        ),
        No::WrongSignature(_) => words.t("desk-no-signature"),
        No::NoActiveApprover(_) => words.t("desk-no-active-approver"),
        No::KeyNotProven => words.t("desk-no-key-not-proven"),
        No::Reason { long, .. } => {
            words.t2("desk-no-reason", "most", words.n(LONGEST_REASON as u64), "long", words.n(*long as u64))
        }
        No::MayNotStop { place, .. } => words.t1("desk-no-stop", "place", place),
        No::MayNotExcuse { place, .. } => words.t1("desk-no-excuse", "place", place),
        No::ForceTime { from, until } => words.t3(
            "desk-no-force-time",
            ("from", words.date_time(*from)),
            ("until", words.date_time(*until)),
            ("most", words.n(MOST_DAYS.unsigned_abs())),
        ),
        No::NoSuchTime { local, .. } => words.t1("desk-no-such-time", "at", words.date_time(*local)),
        No::NotOffered { bulletin, priority, .. } => {
            let priority = words.t(&format!("priority-{}", priority.word()));
            words.t2("desk-no-offer", "code", bulletin, "priority", priority)
        }
        No::SpeaksNotFor { station, .. } => words.t1("desk-no-speaker", "station", station),
        No::OperatesNot { .. } => words.t("desk-no-operator"),
        No::NotTheAuthor { code, .. } => words.t1("desk-no-author", "code", code),
        No::NoFreeCode => words.t("desk-no-code"),
        No::TooManySubmit => words.t("desk-no-turn-submit"),
        No::TooManyDraft => words.t("desk-no-turn-draft"),
    }
}

fn no_step(words: Words, refused: &StepRefused) -> String {
    match refused {
        StepRefused::OwnWork { .. } => words.t("own-work-why"),
        StepRefused::NotOwn { .. } => words.t("desk-no-not-own"),
        StepRefused::SecondOfOne { .. } => words.t("desk-no-second-of-one"),
        StepRefused::WrongState { from, .. } => {
            words.t1("desk-no-other-state", "state", words.t(&format!("state-{from}")))
        }
        StepRefused::NoReason { .. } => words.t("desk-no-step-reason"),
        StepRefused::Urgent { .. } => words.t("desk-no-urgent-alone"),
    }
}

/// The status that goes with it.
pub fn not_done_status(refusal: &DeskRefusal) -> StatusCode {
    if refusal.is_no() { StatusCode::FORBIDDEN } else { StatusCode::UNPROCESSABLE_ENTITY }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::bulletin::{Priority, State};
    use crate::domain::ids::{AreaCode, BulletinCode, StationId};
    use crate::domain::place::Place;
    use crate::web::pages::Lang;

    #[test]
    fn whatever_keeps_a_step_or_an_order_back_is_said_in_the_readers_language() {
        let code = || "TIN-1".parse::<BulletinCode>().unwrap();
        let (area, station): (AreaCode, StationId) = ("502".parse().unwrap(), "dtt-1".parse().unwrap());
        let place = || Place::Station(station.clone());
        let by = || "an".to_string();
        let key = |fault| DeskRefusal::WrongKey { name: by(), key: "00ff".into(), fault };
        let at = chrono::DateTime::UNIX_EPOCH.naive_utc();
        let all = [
            StepRefused::OwnWork { by: by() }.into(),
            StepRefused::NotOwn { by: by() }.into(),
            StepRefused::SecondOfOne { by: by() }.into(),
            StepRefused::WrongState { from: State::Endorsed, to: State::Draft, remedy: "load it again" }.into(),
            StepRefused::NoReason { to: State::Returned }.into(),
            StepRefused::Urgent { to: State::Approved }.into(),
            DeskRefusal::TakenBack { code: code(), author: by() },
            DeskRefusal::NoApprover { by: by(), code: code() },
            DeskRefusal::Unheard { by: by(), left: 2, code: code(), version: 3 },
            DeskRefusal::DecidedMeanwhile { code: code(), version: 3 },
            DeskRefusal::OtherAudio(code()),
            DeskRefusal::NotBelieved("an English sentence".into()),
            DeskRefusal::CenterSpent { by: by(), first: "binh".into() },
            DeskRefusal::OtherBytes,
            DeskRefusal::OtherApproval,
            DeskRefusal::PreparedTooLongAgo,
            DeskRefusal::NotAsStored { code: code(), version: 3 },
            DeskRefusal::NotInTheBooks,
            DeskRefusal::OwnKey(by()),
            DeskRefusal::NoKey(by()),
            key(KeyFault::NotTheirs),
            key(KeyFault::Revoked),
            key(KeyFault::NeverAdmitted),
            DeskRefusal::WrongSignature(by()),
            DeskRefusal::NoActiveApprover(by()),
            DeskRefusal::KeyNotProven,
            DeskRefusal::Reason { what: "a stop order", long: 0 },
            DeskRefusal::MayNotStop { by: by(), place: place() },
            DeskRefusal::MayNotExcuse { by: by(), place: place() },
            DeskRefusal::ForceTime { from: at, until: at },
            DeskRefusal::NoSuchTime { local: at, zone: chrono_tz::Europe::Berlin },
            DeskRefusal::NotOffered { order: "yc-1".parse().unwrap(), bulletin: code(), priority: Priority::Priority },
            DeskRefusal::SpeaksNotFor { by: by(), station: station.clone() },
            DeskRefusal::OperatesNot { by: by(), area },
            DeskRefusal::NotTheAuthor { by: by(), code: code() },
            DeskRefusal::NoFreeCode,
            DeskRefusal::TooManySubmit,
            DeskRefusal::TooManyDraft,
        ];
        let said = |lang| all.iter().map(|one: &DeskRefusal| not_done(Words::new(lang), one)).collect::<Vec<_>>();
        let (vi, en) = (said(Lang::Vi), said(Lang::En));
        for (vi, en) in vi.iter().zip(&en) {
            let whole = |text: &str| !text.contains("Unknown") && !text.contains('{') && !text.contains('$');
            assert!(whole(vi) && whole(en) && vi != en, "{vi} – {en}");
        }
        let different: std::collections::BTreeSet<_> = vi.iter().collect();
        assert_eq!(different.len(), all.len(), "two reasons in the same words");
        assert_eq!(
            vi[3],
            "Phiên bản này đang ở trạng thái “Đã duyệt lần một, chờ người duyệt thứ hai” nên không làm được việc này nữa. \
             Hãy tải lại trang."
        );
        assert_eq!(en[9], "Somebody else just decided on TIN-1 version 3. Load the page again to see.");
    }
}
