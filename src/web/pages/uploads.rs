//! Uploads on their way: the desk with what is coming in, one upload with its check and facts, and a new version.

use askama::Template;

use super::bulletin::Severity;
use super::facts_form::FactsForm;
use super::frame::Frame;
use super::status::{Sign, Tone};
use super::words::Words;
use crate::domain::upload::UploadState;

/// What an uploader sees of one upload.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UploadView {
    /// Id.
    pub id: String,
    /// The file's name.
    pub file_name: String,
    /// Its size.
    pub bytes: u64,
    /// Bytes that are here.
    pub received: u64,
    /// SHA-256 of its start, by which a file picked again is known.
    pub head: String,
    /// Where it stands.
    pub state: UploadState,
    /// Why, when it needs saying.
    pub reason: Option<String>,
    /// Findings that warn.
    pub warnings: u32,
    /// Whether its facts are given.
    pub has_facts: bool,
}

impl UploadView {
    /// The sign of its state.
    pub fn sign(&self, words: &Words) -> Sign {
        let (icon, tone, key) = match self.state {
            UploadState::Receiving => ("part", Tone::Warn, "upload-state-receiving"),
            UploadState::Queued => ("next", Tone::Idle, "upload-state-queued"),
            UploadState::Checking => ("wave", Tone::Idle, "upload-state-checking"),
            UploadState::Checked => ("ask", Tone::Warn, "upload-state-checked"),
            UploadState::Refused => ("no", Tone::Fail, "upload-state-refused"),
            UploadState::Failed => ("late", Tone::Fail, "upload-state-failed"),
            UploadState::Used => ("ok", Tone::Ok, "upload-state-used"),
            UploadState::Cancelled => ("no", Tone::Idle, "upload-state-cancelled"),
            UploadState::Swept => ("no", Tone::Idle, "upload-state-swept"),
        };
        Sign::new(icon, tone, words.t(key))
    }

    /// Whether bytes are missing.
    pub fn is_receiving(&self) -> bool {
        self.state == UploadState::Receiving
    }

    /// Whether it can be tried again.
    pub fn may_retry(&self) -> bool {
        self.state == UploadState::Failed
    }

    /// Whether it can be given up.
    pub fn may_cancel(&self) -> bool {
        UploadState::Cancelled.follows().contains(&self.state)
    }

    /// Whether its facts are what it waits for.
    pub fn wants_facts(&self) -> bool {
        self.state.is_open() && !self.has_facts
    }
}

/// One thing the check found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CheckFinding {
    /// How bad.
    pub severity: Severity,
    /// The sentence.
    pub text: String,
    /// What to do.
    pub remedy: String,
    /// Where in the audio, ms.
    pub at_ms: Option<u64>,
}

impl CheckFinding {
    fn sign(&self, words: &Words) -> Sign {
        match self.severity {
            Severity::Refuse => Sign::new("no", Tone::Fail, words.t("severity-refuse")),
            Severity::Warn => Sign::new("late", Tone::Warn, words.t("severity-warn")),
            Severity::Note => Sign::new("log", Tone::Idle, words.t("severity-note")),
        }
    }
}

/// The list of uploads with the form for more; POST `/tai-len` (multipart) sends `csrf`, `file` (any number), `trim`
/// and the fields of [`FactsForm`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UploadDesk {
    /// Open uploads and those refused lately, the newest first.
    pub uploads: Vec<UploadView>,
    /// The form.
    pub form: FactsForm,
    /// Largest file, bytes.
    pub limit_bytes: u64,
}

/// `/tai-len`: the upload desk alone, for those who do not read all bulletins.
#[derive(Debug, Clone, Template)]
#[template(path = "uploads.html")]
pub struct UploadsPage {
    /// Around the page.
    pub frame: Frame,
    /// The desk.
    pub desk: UploadDesk,
}

/// `/tai-len/{id}`. POST there sends the fields of [`FactsForm`].
#[derive(Debug, Clone, Template)]
#[template(path = "upload.html")]
pub struct UploadPage {
    /// Around the page.
    pub frame: Frame,
    /// The upload.
    pub upload: UploadView,
    /// What the check found.
    pub findings: Vec<CheckFinding>,
    /// The form for its facts; none when they are given or it ended.
    pub form: Option<FactsForm>,
    /// Whether the page loads itself again: while the upload moves and nothing is being typed.
    pub refreshes: bool,
}

/// `/ban-tin/{code}/phien-ban`. POST there (multipart) sends `csrf`, `file` (or none), `trim` and the fields of
/// [`FactsForm`]; a field that is not sent stays as it is.
#[derive(Debug, Clone, Template)]
#[template(path = "version.html")]
pub struct VersionPage {
    /// Around the page.
    pub frame: Frame,
    /// The bulletin.
    pub code: String,
    /// Its newest version.
    pub version: u32,
    /// The form, filled in with its facts.
    pub form: FactsForm,
    /// Uploads of this reader that are to become a version of it.
    pub uploads: Vec<UploadView>,
    /// Largest file, bytes.
    pub limit_bytes: u64,
}

impl UploadsPage {
    /// The page as HTML.
    pub fn render(&self) -> Result<String, askama::Error> {
        super::render(self)
    }
}

impl UploadPage {
    /// The page as HTML.
    pub fn render(&self) -> Result<String, askama::Error> {
        super::render(self)
    }

    /// What its state means and what comes next.
    fn sentence(&self) -> String {
        let words = self.frame.w;
        words.t(match (self.upload.state, self.upload.has_facts) {
            (UploadState::Receiving, _) => "upload-next-receiving",
            (UploadState::Queued | UploadState::Checking, true) => "upload-next-draft",
            (UploadState::Queued | UploadState::Checking, false) => "upload-next-checking",
            (UploadState::Checked, _) => "upload-next-checked",
            (UploadState::Refused, _) => "upload-next-refused",
            (UploadState::Failed, _) => "upload-next-failed",
            (UploadState::Used, _) => "upload-next-used",
            (UploadState::Cancelled | UploadState::Swept, _) => "upload-next-ended",
        })
    }
}

impl VersionPage {
    /// The page as HTML.
    pub fn render(&self) -> Result<String, askama::Error> {
        super::render(self)
    }
}
