//! The editor's list of bulletins, with what is coming in.

use askama::Template;
use chrono::{Datelike, NaiveDate};

use super::frame::Frame;
use super::status::{Sign, Tone};
use super::uploads::UploadDesk;
use super::words::Words;
use crate::domain::bulletin::{Priority, State};

/// `/ban-tin`. What its form sends is told at [`UploadDesk`].
#[derive(Debug, Clone, Template)]
#[template(path = "bulletins.html")]
pub struct BulletinsPage {
    /// Around the page.
    pub frame: Frame,
    /// Bulletins, the newest first, each with its newest version.
    pub rows: Vec<BulletinRow>,
    /// What is coming in and the form for more, for editors; none for others.
    pub desk: Option<UploadDesk>,
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

impl BulletinsPage {
    /// The page as HTML.
    pub fn render(&self) -> Result<String, askama::Error> {
        super::render(self)
    }

    /// First and last day; the year is told once where both are in it.
    fn airs(&self, row: &BulletinRow) -> String {
        let w = self.frame.w;
        let one_year = row.airs_from.year() == row.airs_to.year();
        let from = if one_year { w.day_month(row.airs_from) } else { w.date(row.airs_from) };
        format!("{from} – {}", w.date(row.airs_to))
    }

    fn sign(&self, row: &BulletinRow) -> Sign {
        super::bulletin::standing_sign(self.frame.w, row.state, row.expired)
    }
}

/// The sign of a version's state.
pub(super) fn state_sign(words: Words, state: State) -> Sign {
    let (icon, tone) = match state {
        State::Draft => ("next", Tone::Idle),
        State::Submitted | State::Endorsed => ("ask", Tone::Warn),
        State::Approved => ("ok", Tone::Ok),
        State::Returned => ("late", Tone::Warn),
        State::Withdrawn => ("no", Tone::Fail),
    };
    Sign::new(icon, tone, words.state(&state))
}
