//! Days that were held back because their new plan is empty or much smaller, and the form that gives the word.

use askama::Template;
use chrono::{NaiveDate, NaiveDateTime};

use super::frame::Frame;

/// `/khung-gio/giu-lai`. POST to the same address sends a `day` for each that is agreed to.
#[derive(Debug, Clone, Template)]
#[template(path = "held_days.html")]
pub struct HeldDaysPage {
    /// Around the page.
    pub frame: Frame,
    /// The days.
    pub rows: Vec<HeldDayView>,
    /// Whether the reader may give their word for some of them.
    pub may_agree: bool,
}

/// A station's day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HeldDayView {
    /// As the form carries it.
    pub key: String,
    /// The station's name.
    pub station: String,
    /// Its id.
    pub id: String,
    /// Its unit.
    pub unit: String,
    /// The day.
    pub date: NaiveDate,
    /// Airings as issued that are expected still.
    pub had: u64,
    /// Airings of the new plan.
    pub has: u64,
    /// Since when, local.
    pub since: NaiveDateTime,
    /// Whether the reader may give their word for it.
    pub may_agree: bool,
}

impl HeldDaysPage {
    /// The page as HTML.
    pub fn render(&self) -> Result<String, askama::Error> {
        super::render(self)
    }
}
