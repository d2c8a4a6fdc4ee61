//! One bulletin: what is said, how it sounds, where it would air, and the steps of its approval.

use askama::Template;
use chrono::{NaiveDate, NaiveDateTime};

use super::frame::Frame;
use super::queue::QueueColumn;
use super::reach::{ReachView, WeekView};
use super::sound::SoundView;
use super::status::{Sign, Tone};
use super::withdrawal::RemovalView;
use super::words::Words;
use crate::domain::bulletin::{Origin, Priority, State};

/// `/ban-tin/{code}?version=&luu-y=&dai=`. POSTs send `csrf` and `version`: `/ban-tin/{code}/gui-duyet`, `…/duyet`,
/// `…/tra-lai` and `…/thu-hoi` (both with `reason`), `…/nghe` (with `finding`: notes that the reader opened it and leads
/// back with the sound at its place); `…/phien-ban` (multipart) also sends `file`.
#[derive(Debug, Clone, Template)]
#[template(path = "bulletin.html")]
pub struct BulletinPage {
    /// Around the page.
    pub frame: Frame,
    /// The approver's queue beside it; none for others.
    pub queue: Option<QueueColumn>,
    /// Code.
    pub code: String,
    /// Title.
    pub title: String,
    /// Content of the plan, 1 to 7.
    pub topic: u8,
    /// Priority.
    pub priority: Priority,
    /// Whose it is.
    pub origin: Origin,
    /// Who made it.
    pub producer: String,
    /// BCP 47 tag of the spoken language.
    pub language: String,
    /// The same in other languages.
    pub siblings: Vec<SiblingView>,
    /// The document it explains.
    pub source_document: String,
    /// Last day the document is in force.
    pub document_ends: Option<NaiveDate>,
    /// The words spoken.
    pub transcript: String,
    /// Names of the areas it is for.
    pub areas: Vec<String>,
    /// Names of the areas left out.
    pub except: Vec<String>,
    /// First day it may air.
    pub airs_from: NaiveDate,
    /// Last day it may air; the end of its document if that comes first.
    pub airs_to: NaiveDate,
    /// The order in words, such as `3 lần một tuần`; none without one.
    pub order: Option<String>,
    /// The version shown.
    pub version: u32,
    /// Its state.
    pub state: State,
    /// Whether it is approved and its last day is over.
    pub expired: bool,
    /// Its author's name.
    pub author: String,
    /// File it came from.
    pub file_name: String,
    /// When it was made, local.
    pub made_at: NaiveDateTime,
    /// Its sound.
    pub sound: SoundView,
    /// Warnings in it.
    pub warnings: u32,
    /// Of them, those the reader opened.
    pub heard: u32,
    /// All versions, the newest first.
    pub versions: Vec<VersionView>,
    /// What happened to all versions, the oldest first.
    pub history: Vec<StepView>,
    /// Where approving would bring it; none if it can air no more.
    pub reach: Option<ReachView>,
    /// Its place in a week; none if it reaches no station.
    pub week: Option<WeekView>,
    /// What withdrawing it would remove, when the reader may.
    pub removal: Option<RemovalView>,
    /// Whether everybody may hear this version now.
    pub public: bool,
    /// Whether the reader may submit it now.
    pub may_submit: bool,
    /// The form to approve it with, if it waits for the reader.
    pub approve: Option<super::ApproveForm>,
    /// Whether the reader approved it first, and somebody else must approve it second.
    pub endorsed_own: bool,
    /// Whether the reader may return it now.
    pub may_decide: bool,
    /// Whether the reader may upload a new version.
    pub may_upload: bool,
    /// Whether the reader wrote it, and would be an approver otherwise.
    pub own_work: bool,
}

/// The same bulletin in another language.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SiblingView {
    /// Code.
    pub code: String,
    /// Title.
    pub title: String,
    /// BCP 47 tag of its language.
    pub language: String,
    /// State of its newest version.
    pub state: State,
    /// Whether that has expired.
    pub expired: bool,
}

/// A version in the list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VersionView {
    /// Number, from 1.
    pub version: u32,
    /// State.
    pub state: State,
    /// Whether it is approved and its last day is over.
    pub expired: bool,
    /// Author's name.
    pub author: String,
    /// When it was made, local.
    pub at: NaiveDateTime,
    /// Length, ms.
    pub duration_ms: u64,
    /// What is not as in the version before it; empty for the first.
    pub changed: Vec<Changed>,
}

/// What an editor changed from one version to the next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Changed {
    /// The original recording.
    Sound,
    /// Title.
    Title,
    /// Content of the plan.
    Topic,
    /// Priority.
    Priority,
    /// Who made it.
    Producer,
    /// Language, or which bulletin it says in another one.
    Language,
    /// Source document or its end.
    Document,
    /// Words.
    Transcript,
    /// Areas.
    Areas,
    /// Days.
    Dates,
}

/// What happened to a version.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Happened {
    /// Uploaded, and checked with that many warnings.
    Made(u32),
    /// A step of the approval.
    Step(State),
    /// An approver opened the warning of that number.
    Heard(u32),
}

/// A line of the history.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StepView {
    /// Version it was about.
    pub version: u32,
    /// What.
    pub what: Happened,
    /// Who.
    pub by: String,
    /// When, local.
    pub at: NaiveDateTime,
    /// Why, if said.
    pub reason: Option<String>,
}

impl BulletinPage {
    /// The page as HTML.
    pub fn render(&self) -> Result<String, askama::Error> {
        super::render(self)
    }

    fn sign(&self, state: &State, expired: &bool) -> Sign {
        standing_sign(self.frame.w, *state, *expired)
    }

    fn happened(&self, row: &StepView) -> String {
        let words = self.frame.w;
        match row.what {
            Happened::Made(0) => words.t("step-made-clean"),
            Happened::Made(warnings) => words.count("step-made", warnings),
            Happened::Heard(number) => words.count("step-heard", number),
            Happened::Step(State::Draft) => words.t("step-uploaded"),
            Happened::Step(State::Submitted) => words.t("step-submitted"),
            Happened::Step(State::Endorsed) => words.t("step-endorsed"),
            Happened::Step(State::Approved) => words.t("step-approved"),
            Happened::Step(State::Returned) => words.t("step-returned"),
            Happened::Step(State::Withdrawn) => words.t("step-withdrawn"),
        }
    }

    fn changed(&self, row: &VersionView) -> String {
        let words = self.frame.w;
        let word = |changed: &Changed| {
            words.t(match changed {
                Changed::Sound => "changed-sound",
                Changed::Title => "changed-title",
                Changed::Topic => "changed-topic",
                Changed::Priority => "changed-priority",
                Changed::Producer => "changed-producer",
                Changed::Language => "changed-language",
                Changed::Document => "changed-document",
                Changed::Transcript => "changed-transcript",
                Changed::Areas => "changed-areas",
                Changed::Dates => "changed-dates",
            })
        };
        row.changed.iter().map(word).collect::<Vec<_>>().join(", ")
    }

    fn may_anything(&self) -> bool {
        self.may_submit || self.may_decide || self.removal.is_some()
    }

    fn unheard(&self) -> bool {
        self.heard < self.warnings
    }

    fn days(&self) -> u64 {
        u64::try_from((self.airs_to - self.airs_from).num_days() + 1).unwrap_or(0)
    }

    fn word_count(&self) -> usize {
        self.transcript.split_whitespace().count()
    }

    /// The first words; none when all of them are few.
    fn beginning(&self) -> Option<String> {
        const SHOWN: usize = 45;
        (self.word_count() > SHOWN)
            .then(|| self.transcript.split_whitespace().take(SHOWN).collect::<Vec<_>>().join(" "))
    }

    fn withdrawn(&self) -> bool {
        self.state == State::Withdrawn
    }

    fn commune(&self) -> bool {
        self.origin == Origin::Commune
    }
}

/// The sign of a version's state; one that ran out is shown as such.
pub(super) fn standing_sign(words: Words, state: State, expired: bool) -> Sign {
    if expired {
        return Sign::new("next", Tone::Idle, words.t("state-expired"));
    }
    super::bulletins::state_sign(words, state)
}
