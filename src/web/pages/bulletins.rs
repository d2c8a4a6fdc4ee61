//! The editor's list of bulletins, with the form for a new one.

use askama::Template;
use chrono::NaiveDate;

use super::frame::Frame;
use super::status::{Sign, Tone};
use super::words::Words;
use crate::domain::bulletin::{Priority, State};

/// `/ban-tin`. POST `/ban-tin` (multipart) sends `csrf`, `file`, `code`, `title`, `topic` (1 to 7), `priority` (a
/// priority's code word), `producer`, `language`, `source_document`, `transcript`, `areas` and `except` (codes with
/// commas), `airs_from`, `airs_to` (YYYY-MM-DD), and, if an order is wanted, one of `per_week`
/// and `per_day` (whole numbers; both empty: no order).
#[derive(Debug, Clone, Template)]
#[template(path = "bulletins.html")]
pub struct BulletinsPage {
    /// Around the page.
    pub frame: Frame,
    /// Bulletins, the newest first, each with its newest version.
    pub rows: Vec<BulletinRow>,
    /// The form, for editors; none for others.
    pub form: Option<UploadForm>,
}

/// A bulletin's newest version.
#[derive(Debug, Clone, PartialEq)]
pub struct BulletinRow {
    /// Code.
    pub code: String,
    /// Title.
    pub title: String,
    /// Content of the plan, 1 to 7.
    pub topic: u8,
    /// Priority.
    pub priority: Priority,
    /// State of the newest version.
    pub state: State,
    /// Whether that is approved and its last day is over.
    pub expired: bool,
    /// The newest version.
    pub version: u32,
    /// The version that may air, if another than the newest.
    pub airing_version: Option<u32>,
    /// Length, ms.
    pub duration_ms: u64,
    /// Loudness reached, LUFS.
    pub loudness_lufs: f64,
    /// Findings that warn.
    pub warnings: u32,
    /// First day it may air.
    pub airs_from: NaiveDate,
    /// Last day it may air.
    pub airs_to: NaiveDate,
}

/// What was wrong with a field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldError {
    /// The field's name; empty when it is the whole form's.
    pub field: String,
    /// The sentence, in the reader's language where we have one.
    pub text: String,
}

/// Values of the form as typed, kept after an error; a file must be chosen again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UploadForm {
    /// Code.
    pub code: String,
    /// Title.
    pub title: String,
    /// Content of the plan.
    pub topic: String,
    /// Priority's code word.
    pub priority: String,
    /// Who made it.
    pub producer: String,
    /// BCP 47 tag of the spoken language.
    pub language: String,
    /// The document it explains.
    pub source_document: String,
    /// The words spoken.
    pub transcript: String,
    /// Codes of areas, with commas.
    pub areas: String,
    /// Codes of areas left out, with commas.
    pub except: String,
    /// First day, YYYY-MM-DD.
    pub airs_from: String,
    /// Last day, YYYY-MM-DD.
    pub airs_to: String,
    /// How many times a week; empty for no such order.
    pub per_week: String,
    /// How many times a day; empty for no such order.
    pub per_day: String,
    /// Longest file taken, megabytes.
    pub limit_megabytes: u32,
    /// What was wrong, by field.
    pub errors: Vec<FieldError>,
}

impl UploadForm {
    /// An empty form with the usual language and priority.
    pub fn new(limit_megabytes: u32) -> Self {
        Self {
            code: String::new(),
            title: String::new(),
            topic: String::new(),
            priority: "priority".into(),
            producer: String::new(),
            language: "vi".into(),
            source_document: String::new(),
            transcript: String::new(),
            areas: String::new(),
            except: String::new(),
            airs_from: String::new(),
            airs_to: String::new(),
            per_week: String::new(),
            per_day: String::new(),
            limit_megabytes,
            errors: Vec::new(),
        }
    }

    /// Whether the field was wrong, as `aria-invalid` wants it.
    fn wrong(&self, field: &str) -> bool {
        self.errors.iter().any(|error| error.field == field)
    }
}

impl BulletinsPage {
    /// The page as HTML.
    pub fn render(&self) -> Result<String, askama::Error> {
        super::render(self)
    }

    fn sign(&self, row: &BulletinRow) -> Sign {
        super::bulletin::standing_sign(self.frame.w, row.state, row.expired)
    }
}

/// The sign of a version's state.
pub(super) fn state_sign(words: Words, state: State) -> Sign {
    let (icon, tone) = match state {
        State::Draft => ("next", Tone::Idle),
        State::Submitted => ("ask", Tone::Warn),
        State::Approved => ("ok", Tone::Ok),
        State::Returned => ("late", Tone::Warn),
        State::Withdrawn => ("no", Tone::Fail),
    };
    Sign::new(icon, tone, words.state(&state))
}
