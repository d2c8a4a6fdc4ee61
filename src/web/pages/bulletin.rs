//! One bulletin: what is said, how it sounds, where it would air, and the steps of its approval.

use askama::Template;
use chrono::{NaiveDate, NaiveDateTime};

use super::frame::{AudioLinks, Frame};
use super::status::{Sign, Tone};
use crate::domain::bulletin::{Priority, State};

/// `/ban-tin/{code}`. POSTs send `csrf` and `version`: `/ban-tin/{code}/gui-duyet`, `…/duyet`, `…/tra-lai` and
/// `…/thu-hoi` (both with `reason`); `…/phien-ban` (multipart) also sends `file`.
#[derive(Debug, Clone, Template)]
#[template(path = "bulletin.html")]
pub struct BulletinPage {
    /// Around the page.
    pub frame: Frame,
    /// Code.
    pub code: String,
    /// Title.
    pub title: String,
    /// Content of the plan, 1 to 7.
    pub topic: u8,
    /// Priority.
    pub priority: Priority,
    /// Who made it.
    pub producer: String,
    /// Spoken language, as people call it.
    pub language: String,
    /// The document it explains.
    pub source_document: String,
    /// The words spoken.
    pub transcript: String,
    /// Names of the areas it is for.
    pub areas: Vec<String>,
    /// Names of the areas left out.
    pub except: Vec<String>,
    /// First day it may air.
    pub airs_from: NaiveDate,
    /// Last day it may air.
    pub airs_to: NaiveDate,
    /// The order in words, such as `3 lần một tuần`; none without one.
    pub order: Option<String>,
    /// The version shown.
    pub version: u32,
    /// Its state.
    pub state: State,
    /// Its author's name.
    pub author: String,
    /// File it came from.
    pub file_name: String,
    /// Length, ms.
    pub duration_ms: u64,
    /// Loudness of the original, LUFS.
    pub original_lufs: f64,
    /// Loudness reached, LUFS.
    pub reached_lufs: f64,
    /// True peak reached, dBTP.
    pub true_peak_dbtp: f64,
    /// SHA-256 of the original, hex.
    pub original_sha256: String,
    /// SHA-256 of the rendition, hex.
    pub rendition_sha256: String,
    /// To hear and download; none if the reader may not.
    pub audio: Option<AudioLinks>,
    /// What the check found, worst first.
    pub findings: Vec<FindingView>,
    /// All versions, the newest first.
    pub versions: Vec<VersionView>,
    /// Steps of all versions, the oldest first.
    pub history: Vec<StepView>,
    /// Where approving would bring it; none if not known.
    pub reach: Option<Reach>,
    /// Whether the reader may submit it now.
    pub may_submit: bool,
    /// The form to approve it with, if it waits for the reader.
    pub approve: Option<super::ApproveForm>,
    /// Whether the reader approved it first, and somebody else must approve it second.
    pub endorsed_own: bool,
    /// Whether the reader may return it now.
    pub may_decide: bool,
    /// Whether the reader may withdraw it now.
    pub may_withdraw: bool,
    /// Whether the reader may upload a new version.
    pub may_upload: bool,
    /// Whether the reader wrote it, and would be an approver otherwise.
    pub own_work: bool,
}

/// How far a bulletin reaches within the next seven days.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reach {
    /// Stations.
    pub stations: u64,
    /// Airings planned at them.
    pub airings: u64,
    /// How the stations are spread, such as `18 huyện`; may be empty.
    pub spread: String,
}

/// How bad a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Severity {
    /// The file is not taken.
    Refuse,
    /// To be looked at.
    Warn,
    /// To be known.
    Note,
}

/// What the check found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FindingView {
    /// How bad.
    pub severity: Severity,
    /// The sentence.
    pub text: String,
    /// What to do.
    pub remedy: String,
    /// Where in the audio, ms.
    pub at_ms: Option<u64>,
}

/// A version in the list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VersionView {
    /// Number, from 1.
    pub version: u32,
    /// State.
    pub state: State,
    /// Author's name.
    pub author: String,
    /// When it was made, local.
    pub at: NaiveDateTime,
    /// Length, ms.
    pub duration_ms: u64,
}

/// A step of the approval.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StepView {
    /// Version it was about.
    pub version: u32,
    /// The state it led to; draft is the upload.
    pub to: State,
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

    fn sign(&self, state: &State) -> Sign {
        super::bulletins::state_sign(self.frame.w, *state)
    }

    fn finding(&self, finding: &FindingView) -> Sign {
        let words = self.frame.w;
        match finding.severity {
            Severity::Refuse => Sign::new("no", Tone::Fail, words.t("severity-refuse")),
            Severity::Warn => Sign::new("late", Tone::Warn, words.t("severity-warn")),
            Severity::Note => Sign::new("log", Tone::Idle, words.t("severity-note")),
        }
    }

    fn step(&self, step: &StepView) -> String {
        let words = self.frame.w;
        match step.to {
            State::Draft => words.t("step-uploaded"),
            State::Submitted => words.t("step-submitted"),
            State::Endorsed => words.t("step-endorsed"),
            State::Approved => words.t("step-approved"),
            State::Returned => words.t("step-returned"),
            State::Withdrawn => words.t("step-withdrawn"),
        }
    }

    fn may_anything(&self) -> bool {
        self.may_submit || self.may_decide || self.may_withdraw
    }
}
