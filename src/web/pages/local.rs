//! "Thêm tin": the page on which a commune's operator adds a bulletin of the commune's own, and the one that shows where
//! it would land and what it would move before it is submitted.

use askama::Template;
use chrono::NaiveDate;

use super::facts_form::FactsForm;
use super::frame::{Choice, Frame};
use super::status::{Sign, Tone};
use super::uploads::{CheckFinding, UploadView};
use super::words::Words;
use crate::domain::bulletin::State;
use crate::domain::upload::UploadState;

/// `/them-tin`. Its form is sent to the same address with `csrf`, `key`, `tu` (the bulletin sent again, if one is), `file`,
/// `area`, `topic` (1 to 7), `title`, `transcript`,
/// `airs_from`, `airs_to` (YYYY-MM-DD), `plays` (a day), `dayparts` (their letters: `m`, `n`, `e`; empty for all) and
/// `priority` (a priority's code word).
#[derive(Debug, Clone, Template)]
#[template(path = "local.html")]
pub struct LocalPage {
    /// Around the page.
    pub frame: Frame,
    /// The commune's name; empty where there are several.
    pub commune: String,
    /// The form.
    pub form: LocalForm,
    /// Knows the form when it is sent twice.
    pub key: String,
    /// Largest file, bytes.
    pub limit_bytes: u64,
    /// The bulletin that is sent again.
    pub again: Option<String>,
    /// The name of its file, which is used where no other is given; none where the reader did not send that file.
    pub kept: Option<String>,
    /// How many the commune has; none where there are several communes.
    pub quota: Option<QuotaView>,
    /// Uploads that wait to be submitted, the newest first.
    pub uploads: Vec<UploadView>,
    /// The commune's own bulletins that are not over, the newest first.
    pub items: Vec<LocalRow>,
}

/// The fields that both pages ask for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LocalForm {
    /// Values as typed, and what was wrong.
    pub facts: FactsForm,
    /// Communes to choose from.
    pub communes: Vec<Choice>,
}

/// How many bulletins of its own a commune has, of how many.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QuotaView {
    /// Approved and not over.
    pub in_force: u32,
    /// The most of these.
    pub most_in_force: u32,
    /// Waiting for their approval.
    pub waiting: u32,
    /// The most of these.
    pub most_waiting: u32,
    /// Whether one more may be submitted.
    pub has_room: bool,
}

impl QuotaView {
    /// The sentence that says why no more may be submitted, and what to do.
    pub fn refusal(&self, words: &Words) -> String {
        if self.waiting >= self.most_waiting {
            return words.t2("local-full-waiting", "n", words.n(self.waiting), "most", words.n(self.most_waiting));
        }
        let (in_force, waiting) = (words.n(self.in_force), words.n(self.waiting));
        words.t3("local-full-in-force", ("n", in_force), ("waiting", waiting), ("most", words.n(self.most_in_force)))
    }
}

/// A bulletin of the commune's own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LocalRow {
    /// Its code.
    pub code: String,
    /// Its title.
    pub title: String,
    /// Where it stands.
    pub state: State,
    /// First day.
    pub airs_from: NaiveDate,
    /// Last day.
    pub airs_to: NaiveDate,
    /// Why it was sent back or taken off.
    pub reason: Option<String>,
    /// Whether it may be mended and sent again.
    pub again: bool,
    /// Whether the reader may take it back: POST `/them-tin/rut` with `csrf` and `code`.
    pub may_take_back: bool,
}

impl LocalRow {
    fn sign(&self, words: &Words) -> Sign {
        let (icon, tone) = match self.state {
            State::Draft | State::Submitted | State::Endorsed => ("ask", Tone::Warn),
            State::Approved => ("ok", Tone::Ok),
            State::Returned | State::Withdrawn => ("no", Tone::Fail),
        };
        Sign::new(icon, tone, words.state(&self.state))
    }
}

/// `/them-tin/{id}`. POSTs with `csrf`: to `/them-tin/{id}/gui-duyet` submits it; to `/them-tin/{id}` with the fields of
/// [`LocalPage`] but the file changes what is wished, to `/them-tin/{id}/huy` gives it up.
#[derive(Debug, Clone, Template)]
#[template(path = "local_one.html")]
pub struct LocalOnePage {
    /// Around the page.
    pub frame: Frame,
    /// The commune's name; empty where it is not known yet.
    pub commune: String,
    /// The upload.
    pub upload: UploadView,
    /// What the check found.
    pub findings: Vec<CheckFinding>,
    /// Title, as far as it is given.
    pub title: String,
    /// Length as it will air, ms; none while it is not checked.
    pub duration_ms: Option<u64>,
    /// Where it would land; none while that cannot be said.
    pub outlook: Option<LocalOutlookView>,
    /// How many the commune has.
    pub quota: Option<QuotaView>,
    /// The form with what was typed.
    pub form: LocalForm,
}

/// Where a bulletin would land and what it would move.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LocalOutlookView {
    /// First day looked at.
    pub from: NaiveDate,
    /// Last day looked at.
    pub to: NaiveDate,
    /// The last day it may air, where that is later.
    pub beyond: Option<NaiveDate>,
    /// Plays at all stations.
    pub plays: usize,
    /// Days with fewer plays than were asked for.
    pub short_days: usize,
    /// Each station of the commune.
    pub stations: Vec<StationLandingView>,
}

/// The same at one station.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StationLandingView {
    /// Its name.
    pub name: String,
    /// Days in a row with equal plays.
    pub days: Vec<LandingRow>,
    /// What it moves.
    pub moved: Vec<MovedRow>,
    /// What is lacking.
    pub short: Vec<ShortRow>,
}

/// Days in a row with equal plays.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LandingRow {
    /// The days in words.
    pub days: String,
    /// Start and slot of each play.
    pub plays: Vec<(String, String)>,
}

/// What happens to another item, alike on some days.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MovedRow {
    /// Its title.
    pub title: String,
    /// Whether it is a commune's own.
    pub commune: bool,
    /// Where it would begin.
    pub from: String,
    /// What becomes of it, in words.
    pub how: String,
    /// Whether it falls out.
    pub out: bool,
    /// The days in words.
    pub days: String,
}

/// Why plays are lacking, alike on some days.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ShortRow {
    /// The days in words.
    pub days: String,
    /// Each slot of the commune, and why not there; what would help.
    pub slots: Vec<(String, String)>,
}

/// The sign of an upload that a person submits; whoever uploads for the desk reads other words.
fn local_sign(upload: &UploadView, words: &Words) -> Sign {
    match upload.state {
        UploadState::Checked => Sign::new("ask", Tone::Warn, words.t("local-state-checked")),
        UploadState::Used => Sign::new("ok", Tone::Ok, words.t("local-state-used")),
        _ => upload.sign(words),
    }
}

impl LocalPage {
    fn sign(&self, upload: &UploadView) -> Sign {
        local_sign(upload, &self.frame.w)
    }

    /// The page as HTML.
    pub fn render(&self) -> Result<String, askama::Error> {
        super::render(self)
    }
}

impl LocalOnePage {
    /// The page as HTML.
    pub fn render(&self) -> Result<String, askama::Error> {
        super::render(self)
    }

    fn refreshes(&self) -> bool {
        self.upload.state.is_moving()
    }

    fn may_submit(&self) -> bool {
        self.upload.state == UploadState::Checked
            && self.outlook.is_some()
            && self.quota.as_ref().is_none_or(|quota| quota.has_room)
    }

    fn sign(&self) -> Sign {
        local_sign(&self.upload, &self.frame.w)
    }

    /// Where the upload stands, in a sentence.
    fn sentence(&self) -> String {
        self.frame.w.t(match self.upload.state {
            UploadState::Receiving => "upload-next-receiving",
            UploadState::Queued | UploadState::Checking => "local-checking",
            UploadState::Checked => "local-checked",
            UploadState::Refused => "local-refused",
            UploadState::Failed => "upload-next-failed",
            UploadState::Used => "local-used",
            UploadState::Cancelled | UploadState::Swept => "upload-next-ended",
        })
    }
}

impl LocalForm {
    fn plays(&self) -> [&'static str; 4] {
        ["1", "2", "3", "4"]
    }

    /// Parts of the day to choose from: letters, and the key of their words.
    fn dayparts(&self) -> [(&'static str, &'static str); 7] {
        [
            ("", "local-any-daypart"),
            ("m", "daypart-morning"),
            ("n", "daypart-noon"),
            ("e", "daypart-evening"),
            ("me", "local-morning-evening"),
            ("mn", "local-morning-noon"),
            ("ne", "local-noon-evening"),
        ]
    }

    fn topics(&self) -> [&'static str; 7] {
        ["1", "2", "3", "4", "5", "6", "7"]
    }

    fn topic(&self, words: &Words, number: &str) -> String {
        words.topic(number.parse::<u64>().unwrap_or_default())
    }

    fn priorities(&self) -> [(&'static str, &'static str); 2] {
        [("ordinary", "local-ordinary"), ("priority", "local-priority")]
    }
}
