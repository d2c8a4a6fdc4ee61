//! Bulletins, their versions, and the steps from draft to approved.

use std::fmt;
use std::str::FromStr;

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

use super::area::Target;
use super::ids::{BulletinCode, Sha256};

/// The three priorities of Thông tư 39/2020/TT-BTTTT, least first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Priority {
    /// Thông thường: the commune chooses whether and when.
    Ordinary,
    /// Ưu tiên: must air, first in the programme.
    Priority,
    /// Khẩn cấp: airs at once by a break-in order ([`super::break_in`]), never by the plan; two people approve it.
    Urgent,
}

impl Priority {
    /// The word as files and forms spell it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Ordinary => "ordinary",
            Self::Priority => "priority",
            Self::Urgent => "urgent",
        }
    }
}

impl FromStr for Priority {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        match text {
            "ordinary" => Ok(Self::Ordinary),
            "priority" => Ok(Self::Priority),
            "urgent" => Ok(Self::Urgent),
            _ => Err(format!("priority \"{text}\" is unknown: use ordinary, priority or urgent")),
        }
    }
}

/// One of the seven contents in section II of the 2024 CCHC publicity plan.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "u8", into = "u8")]
pub struct Topic(u8);

impl TryFrom<u8> for Topic {
    type Error = String;
    fn try_from(number: u8) -> Result<Self, String> {
        if (1..=7).contains(&number) {
            return Ok(Self(number));
        }
        Err(format!("topic {number} is unknown: use 1 to 7, the contents of the plan's section II"))
    }
}

impl From<Topic> for u8 {
    fn from(topic: Topic) -> u8 {
        topic.0
    }
}

/// Whose bulletin it is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Origin {
    /// The department's, for the communes it names.
    #[default]
    Department,
    /// Tin địa phương: a commune's own, for that commune (Nghị định 49/2024/NĐ-CP).
    Commune,
}

impl Origin {
    fn is_usual(&self) -> bool {
        *self == Self::Department
    }
}

/// Everything an editor says of one version; any change to it is a new version.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Facts {
    /// Code of the bulletin.
    pub code: BulletinCode,
    /// Title for people.
    pub title: String,
    /// Content of the plan it serves.
    pub topic: Topic,
    /// Priority.
    pub priority: Priority,
    /// Who made it.
    pub producer: String,
    /// BCP 47 tag of the spoken language.
    pub language: String,
    /// The document it explains.
    pub source_document: String,
    /// The words spoken.
    pub transcript: String,
    /// Where it may air.
    pub target: Target,
    /// First day it may air.
    pub airs_from: NaiveDate,
    /// Last day it may air, inclusive.
    pub airs_to: NaiveDate,
    /// Last day the source document is in force; the bulletin ends with it. Left out of the stored form when unknown,
    /// so that versions made before it existed keep their digest.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub document_ends: Option<NaiveDate>,
    /// The bulletin that this one says in another language; none for one that stands alone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sibling_of: Option<BulletinCode>,
    /// Whose it is.
    #[serde(default, skip_serializing_if = "Origin::is_usual")]
    pub origin: Origin,
}

impl Facts {
    /// The last day it may really air: [`Self::airs_to`], or the end of its document if that comes first.
    pub fn last_day(&self) -> NaiveDate {
        self.document_ends.map_or(self.airs_to, |end| end.min(self.airs_to))
    }
}

/// The audio of one version, by content.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Sound {
    /// As uploaded, never altered.
    pub original: Sha256,
    /// The WAV made from it.
    pub master: Sha256,
    /// What stations fetch and play.
    pub rendition: Sha256,
    /// Bytes of the rendition.
    pub rendition_bytes: u64,
    /// Length of the rendition as played, ms.
    pub duration_ms: u64,
    /// Loudness of the original, LUFS (EBU R128).
    pub original_lufs: f64,
    /// Loudness reached in the master, LUFS.
    pub reached_lufs: f64,
    /// True peak reached in the master, dBTP.
    pub reached_true_peak_dbtp: f64,
    /// What was done to it on the way; none for versions made before that was recorded.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mend: Option<Mend>,
}

/// What was done to a recording between original and master. The original itself is never altered.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Mend {
    /// Gain on the whole recording, dB.
    pub gain_db: f64,
    /// Time during which the limiter took more than 0.1 dB off, ms.
    pub limited_ms: u64,
    /// The most that it took off at any moment, dB; 0 when it was not needed.
    pub deepest_reduction_db: f64,
    /// Whether the target was left unreached, because the limiter would have had to squeeze the sound.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub gain_held_back: bool,
    /// Silence cut off at the start, ms.
    pub trimmed_head_ms: u64,
    /// Silence cut off at the end, ms.
    pub trimmed_tail_ms: u64,
    /// Channels of the original that were mixed, numbered from 1; empty for all of them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub mixed_from: Vec<u32>,
}

/// Where a version stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum State {
    /// Imported or uploaded; nobody was asked yet.
    Draft,
    /// Waits for an approver.
    Submitted,
    /// Approved once, where two approvers are needed: waits for the second, and may not air yet.
    Endorsed,
    /// May air.
    Approved,
    /// Sent back to its author with a reason.
    Returned,
    /// Was approved, may not air any more.
    Withdrawn,
}

impl fmt::Display for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Draft => "draft",
            Self::Submitted => "submitted",
            Self::Endorsed => "endorsed",
            Self::Approved => "approved",
            Self::Returned => "returned",
            Self::Withdrawn => "withdrawn",
        })
    }
}

impl FromStr for State {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        [Self::Draft, Self::Submitted, Self::Endorsed, Self::Approved, Self::Returned, Self::Withdrawn]
            .into_iter()
            .find(|state| state.to_string() == text)
            .ok_or_else(|| format!("approval state \"{text}\" is unknown"))
    }
}

/// Whether a version has run out: approved, and its last day is over. Nothing is stored for it; planning leaves it out by
/// its dates all the same.
pub fn has_expired(state: State, facts: &Facts, today: NaiveDate) -> bool {
    state == State::Approved && facts.last_day() < today
}

/// Something done to a version; appended, never changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Step {
    /// The state it leads to.
    pub to: State,
    /// Who did it: a user's name.
    pub by: String,
    /// Why, required when returning and withdrawing.
    pub reason: Option<String>,
    /// When.
    pub at: DateTime<Utc>,
}

/// Why a step may not be taken.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum StepRefused {
    /// Author and approver must be two people.
    #[error("{by} wrote this version and so cannot decide on it: ask another approver")]
    OwnWork {
        /// The author who tried.
        by: String,
    },
    /// Only who wrote a version takes it back.
    #[error("{by} did not write this version and so cannot take it back: return it with a reason instead")]
    NotOwn {
        /// Somebody else who tried.
        by: String,
    },
    /// First and second approver must be two people.
    #[error("{by} approved this version first and so cannot approve it a second time: ask another approver")]
    SecondOfOne {
        /// The first approver, who tried again.
        by: String,
    },
    /// The state does not allow it.
    #[error("the version is {from} and cannot become {to}: {remedy}")]
    WrongState {
        /// State now.
        from: State,
        /// State wished for.
        to: State,
        /// What to do instead.
        remedy: &'static str,
    },
    /// A reason is needed.
    #[error("a reason is needed to make a version {to}: say what should change")]
    NoReason {
        /// State wished for.
        to: State,
    },
    /// One approval is never enough for an urgent bulletin.
    #[error("an urgent bulletin needs two approvers, so the first approval alone does not make it {to}")]
    Urgent {
        /// State wished for.
        to: State,
    },
}

/// Where a version stands, as far as a step depends on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Before<'a> {
    /// Who wrote it.
    pub author: &'a str,
    /// Its priority.
    pub priority: Priority,
    /// Its state.
    pub state: State,
    /// Who took its last step; in [`State::Endorsed`] that is the first approver.
    pub last_by: Option<&'a str>,
}

/// Checks one step against where the version stands; returns nothing but the permission. Whether the person is an
/// approver there, and whether two are needed, is asked elsewhere.
///
/// Author, first and second approver are three people. Both approvers may return what waits for the second. Until an
/// approver has said anything, its author may take it back: it is a draft again.
///
/// # Errors
/// [`StepRefused`], in one sentence.
pub fn may_step(before: Before<'_>, step: &Step) -> Result<(), StepRefused> {
    let (from, to) = (before.state, step.to);
    let allowed = matches!(
        (from, to),
        (State::Draft | State::Returned, State::Submitted)
            | (State::Submitted, State::Draft | State::Endorsed | State::Approved | State::Returned)
            | (State::Endorsed, State::Approved | State::Returned | State::Withdrawn)
            | (State::Approved, State::Withdrawn)
    );
    if !allowed {
        let remedy = match from {
            State::Draft => "submit it first",
            State::Submitted => "approve or return it",
            State::Endorsed => "approve it as the second approver, return or withdraw it",
            State::Approved => "withdraw it, or make a new version",
            State::Returned => "mend and submit it again",
            State::Withdrawn => "make a new version",
        };
        return Err(StepRefused::WrongState { from, to, remedy });
    }
    if before.priority == Priority::Urgent && (from, to) == (State::Submitted, State::Approved) {
        return Err(StepRefused::Urgent { to });
    }
    if to == State::Draft && step.by != before.author {
        return Err(StepRefused::NotOwn { by: step.by.clone() });
    }
    let approving = matches!(to, State::Endorsed | State::Approved);
    if (approving || to == State::Returned) && step.by == before.author {
        return Err(StepRefused::OwnWork { by: before.author.into() });
    }
    if approving && from == State::Endorsed && before.last_by == Some(step.by.as_str()) {
        return Err(StepRefused::SecondOfOne { by: step.by.clone() });
    }
    let reasoned = step.reason.as_deref().is_some_and(|reason| !reason.trim().is_empty());
    if matches!(to, State::Returned | State::Withdrawn) && !reasoned {
        return Err(StepRefused::NoReason { to });
    }
    Ok(())
}

/// An approved version as the planner sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Approved {
    /// Bulletin.
    pub code: BulletinCode,
    /// Its version, from 1.
    pub version: u32,
    /// Title for people.
    pub title: String,
    /// Priority.
    pub priority: Priority,
    /// Length of the rendition, ms.
    pub duration_ms: u64,
    /// What stations play.
    pub rendition: Sha256,
    /// Digest of the signed approval manifest's envelope bytes.
    pub manifest: Sha256,
    /// Where it may air.
    pub target: Target,
    /// First day it may air.
    pub airs_from: NaiveDate,
    /// Last day it may air, inclusive.
    pub airs_to: NaiveDate,
    /// Its topic, for slots that are kept for some; none where no slot of its week is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub topic: Option<Topic>,
    /// Whose it is: a commune's own goes into the commune's slots.
    #[serde(default, skip_serializing_if = "Origin::is_usual")]
    pub origin: Origin,
}

#[cfg(test)]
mod tests {
    use super::*;

    /// As the first program stored it.
    const OLD: &str = r#"{"code":"CCHC-1","title":"Tin","topic":1,"priority":"ordinary","producer":"Sở","language":"vi","source_document":"","transcript":"Lời.","target":{"areas":["49"]},"airs_from":"2024-06-01","airs_to":"2024-06-30"}"#;

    #[test]
    fn facts_stored_before_documents_had_an_end_read_and_write_as_they_were() {
        let facts: Facts = serde_json::from_str(OLD).unwrap();
        assert_eq!(serde_json::to_string(&facts).unwrap(), OLD);
        assert_eq!(facts.last_day(), facts.airs_to);
    }

    #[test]
    fn only_an_approved_version_expires_and_on_the_day_after_its_last() {
        let mut facts: Facts = serde_json::from_str(OLD).unwrap();
        let day = |text: &str| text.parse().unwrap();
        assert!(!has_expired(State::Approved, &facts, day("2024-06-30")));
        assert!(has_expired(State::Approved, &facts, day("2024-07-01")));
        assert!(!has_expired(State::Withdrawn, &facts, day("2024-07-01")));
        assert!(!has_expired(State::Submitted, &facts, day("2024-07-01")));
        facts.document_ends = Some(day("2024-06-12"));
        assert!(has_expired(State::Approved, &facts, day("2024-06-13")));
    }

    #[test]
    fn a_bulletin_ends_with_its_document_and_never_after_its_own_last_day() {
        let facts: Facts = serde_json::from_str(OLD).unwrap();
        let ends = |text: &str| Facts { document_ends: Some(text.parse().unwrap()), ..facts.clone() }.last_day();
        assert_eq!(ends("2024-06-12").to_string(), "2024-06-12");
        assert_eq!(ends("2025-01-01").to_string(), "2024-06-30");
    }

    const STATES: [State; 6] =
        [State::Draft, State::Submitted, State::Endorsed, State::Approved, State::Returned, State::Withdrawn];

    fn tried(from: State, last_by: Option<&str>, to: State, by: &str, reason: Option<&str>) -> Result<(), StepRefused> {
        let before = Before { author: "tac-gia", priority: Priority::Ordinary, state: from, last_by };
        let step = Step { to, by: by.into(), reason: reason.map(String::from), at: DateTime::UNIX_EPOCH };
        may_step(before, &step)
    }

    #[test]
    fn states_are_spelled_one_way() {
        for state in STATES {
            assert_eq!(state.to_string().parse(), Ok(state));
            assert_eq!(serde_json::to_string(&state).unwrap(), format!("\"{state}\""));
        }
    }

    #[test]
    fn only_these_steps_lead_from_state_to_state() {
        let allowed: Vec<(State, State)> = STATES
            .into_iter()
            .flat_map(|from| STATES.into_iter().map(move |to| (from, to)))
            .filter(|(from, to)| tried(*from, None, *to, "duyet", Some("lý do")).is_ok())
            .collect();
        use State::{Approved, Draft, Endorsed, Returned, Submitted, Withdrawn};
        let expected = [
            (Draft, Submitted),
            (Submitted, Endorsed),
            (Submitted, Approved),
            (Submitted, Returned),
            (Endorsed, Approved),
            (Endorsed, Returned),
            (Endorsed, Withdrawn),
            (Approved, Withdrawn),
            (Returned, Submitted),
        ];
        assert_eq!(allowed, expected);
    }

    #[test]
    fn author_first_and_second_approver_are_three_people() {
        use State::{Approved, Endorsed, Returned, Submitted};
        for (from, to) in [(Submitted, Approved), (Submitted, Endorsed), (Submitted, Returned), (Endorsed, Approved)] {
            let own = tried(from, Some("mot"), to, "tac-gia", Some("lý do"));
            assert!(matches!(own, Err(StepRefused::OwnWork { .. })), "{from} {to}");
        }
        assert!(matches!(tried(Endorsed, Some("mot"), Approved, "mot", None), Err(StepRefused::SecondOfOne { .. })));
        assert_eq!(tried(Endorsed, Some("mot"), Approved, "hai", None), Ok(()));
        // Whoever approved first may think again.
        assert_eq!(tried(Endorsed, Some("mot"), Returned, "mot", Some("nghe lại thấy sai")), Ok(()));
    }

    #[test]
    fn an_author_takes_back_what_nobody_has_said_anything_of_and_nobody_else_does() {
        use State::{Draft, Endorsed, Submitted};
        assert_eq!(tried(Submitted, None, Draft, "tac-gia", None), Ok(()));
        assert_eq!(tried(Submitted, None, Draft, "khac", None), Err(StepRefused::NotOwn { by: "khac".into() }));
        assert!(matches!(tried(Endorsed, None, Draft, "tac-gia", None), Err(StepRefused::WrongState { .. })));
    }

    #[test]
    fn an_urgent_bulletin_is_never_approved_by_one() {
        let step = |to, by: &str| Step { to, by: by.into(), reason: None, at: DateTime::UNIX_EPOCH };
        let before = |state, last_by| Before { author: "tac-gia", priority: Priority::Urgent, state, last_by };
        let one = may_step(before(State::Submitted, None), &step(State::Approved, "mot"));
        assert_eq!(one, Err(StepRefused::Urgent { to: State::Approved }));
        assert_eq!(may_step(before(State::Submitted, None), &step(State::Endorsed, "mot")), Ok(()));
        let endorsed = before(State::Endorsed, Some("mot"));
        assert!(matches!(may_step(endorsed, &step(State::Approved, "mot")), Err(StepRefused::SecondOfOne { .. })));
        assert_eq!(may_step(endorsed, &step(State::Approved, "hai")), Ok(()));
    }

    #[test]
    fn taking_back_needs_a_reason() {
        for (from, to) in [(State::Endorsed, State::Returned), (State::Approved, State::Withdrawn)] {
            for reason in [None, Some(""), Some("  ")] {
                assert_eq!(tried(from, None, to, "duyet", reason), Err(StepRefused::NoReason { to }));
            }
        }
    }
}
