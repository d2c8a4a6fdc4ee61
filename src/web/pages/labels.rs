//! The glossary's word for each state, role, cause and the like, in the reader's language.

use chrono::NaiveDate;

use super::words::{Whole, Words};
use crate::domain::access::{Role, Scope, Standing};
use crate::domain::as_run::{Cause, Evidence};
use crate::domain::bulletin::{Priority, State};
use crate::domain::rundown::ItemKind;
use crate::domain::slot::Daypart;
use crate::domain::station::{StandingChoice, StationKind};

impl Words {
    /// `người duyệt`
    pub fn role(self, role: &Role) -> String {
        self.t(&format!("role-{}", role.word()))
    }

    /// `duyệt, trả lại, thu hồi`
    pub fn scope(self, scope: &Scope) -> String {
        self.t(&format!("scope-{}", scope.word()))
    }

    /// `Đang có hiệu lực`
    pub fn standing(self, standing: &Standing) -> String {
        self.t(match standing {
            Standing::Now => "standing-now",
            Standing::Later => "standing-later",
            Standing::Over => "standing-over",
        })
    }

    /// Whether a grant can still be taken back.
    pub fn open(self, standing: &Standing) -> bool {
        *standing != Standing::Over
    }

    /// `từ 1/6/2024 đến 30/6/2024`
    pub fn days(self, from: &NaiveDate, to: &Option<NaiveDate>) -> String {
        match to {
            Some(to) => self.t2("days-span", "from", self.date(from), "to", self.date(to)),
            None => self.t1("days-from", "from", self.date(from)),
        }
    }

    /// An act in words; its own word when it has none.
    pub fn act(self, word: &str) -> String {
        self.try_t(&format!("act-{word}")).unwrap_or_else(|| word.to_string())
    }

    /// `nhật ký thiết bị`
    pub fn evidence(self, evidence: &Evidence) -> String {
        self.t(match evidence {
            Evidence::None => "evidence-none",
            Evidence::Declared => "evidence-declared",
            Evidence::Played => "evidence-played",
            Evidence::Heard => "evidence-heard",
        })
    }

    /// `mất điện`
    pub fn cause(self, cause: &Cause) -> String {
        self.t(match cause {
            Cause::NotRunning => "cause-not-running",
            Cause::Interrupted => "cause-interrupted",
            Cause::NoAudio => "cause-no-audio",
            Cause::NotVerified => "cause-not-verified",
            Cause::SinkFailed => "cause-sink-failed",
            Cause::DecodeFailed => "cause-decode-failed",
            Cause::Clock => "cause-clock",
            Cause::Withdrawn => "cause-withdrawn",
            Cause::Stopped => "cause-stopped",
            Cause::Urgent => "cause-urgent",
            Cause::Expired => "cause-expired",
            Cause::Busy => "cause-busy",
            Cause::SlotEnded => "cause-slot-ended",
            Cause::PowerCut => "cause-power-cut",
            Cause::Equipment => "cause-equipment",
            Cause::NoOperator => "cause-no-operator",
            Cause::Other => "cause-other",
        })
    }

    /// `ưu tiên`
    pub fn priority(self, priority: &Priority) -> String {
        self.t(match priority {
            Priority::Ordinary => "priority-ordinary",
            Priority::Priority => "priority-priority",
            Priority::Urgent => "priority-urgent",
        })
    }

    /// `chờ duyệt`
    pub fn state(self, state: &State) -> String {
        self.t(match state {
            State::Draft => "state-draft",
            State::Submitted => "state-submitted",
            State::Endorsed => "state-endorsed",
            State::Approved => "state-approved",
            State::Returned => "state-returned",
            State::Withdrawn => "state-withdrawn",
        })
    }

    /// `có thiết bị`
    pub fn station_kind(self, kind: &StationKind) -> String {
        self.t(match kind {
            StationKind::Connected => "kind-connected",
            StationKind::Manual => "kind-manual",
        })
    }

    /// `nhận phát`
    pub fn choice(self, choice: &StandingChoice) -> String {
        self.t(match choice {
            StandingChoice::Accept => "choice-accept",
            StandingChoice::Decline => "choice-decline",
        })
    }

    /// `Buổi sáng`
    pub fn daypart(self, daypart: &Daypart) -> String {
        self.t(match daypart {
            Daypart::Morning => "daypart-morning",
            Daypart::Noon => "daypart-noon",
            Daypart::Evening => "daypart-evening",
        })
    }

    /// `Tiếp âm`
    pub fn item_kind(self, kind: &ItemKind) -> String {
        self.t(match kind {
            ItemKind::Bulletin => "item-bulletin",
            ItemKind::Commune => "item-commune",
            ItemKind::Relay => "item-relay",
            ItemKind::Filler => "item-filler",
        })
    }

    /// The plan's content with that number, 1 to 7 (section II of the 2024 plan).
    pub fn topic(self, number: impl Whole) -> String {
        match number.whole() {
            1 => self.t("topic-1"),
            2 => self.t("topic-2"),
            3 => self.t("topic-3"),
            4 => self.t("topic-4"),
            5 => self.t("topic-5"),
            6 => self.t("topic-6"),
            7 => self.t("topic-7"),
            other => other.to_string(),
        }
    }

    /// `tiếng Cơ Tu`; the tag itself for a language without a name here.
    pub fn language(self, tag: &str) -> String {
        // By ISO 639: languages spoken in the provinces' programmes.
        self.t(match tag.split('-').next().unwrap_or(tag) {
            "vi" => "language-vi",
            "ktv" | "kuf" => "language-katu",
            "sed" => "language-sedang",
            "jeh" => "language-jeh",
            "cua" => "language-cua",
            "en" => "language-en",
            _ => return tag.to_string(),
        })
    }
}
