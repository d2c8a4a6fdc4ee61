//! Links by which calendar programs on phones and computers read one station's items.

use askama::Template;
use chrono::NaiveDateTime;

use super::frame::{Choice, Frame, encode};

/// `/noi-lich?station=`. POSTs, all with `csrf`: `/noi-lich?station=` makes the reader's link, shown on the next page only,
/// in place of the one they had; `/noi-lich/{id}/thu-hoi?station=` revokes one.
#[derive(Debug, Clone, Template)]
#[template(path = "calendar.html")]
pub struct CalendarPage {
    /// Around the page.
    pub frame: Frame,
    /// The station's id.
    pub station: String,
    /// Its name.
    pub station_name: String,
    /// Stations the reader operates, to choose from; shown when there is more than one.
    pub stations: Vec<Choice>,
    /// Links in force, newest first.
    pub rows: Vec<CalendarLinkView>,
    /// The whole address of a link just made; shown once.
    pub made: Option<String>,
}

/// A link.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CalendarLinkView {
    /// Its public part.
    pub id: String,
    /// Who made it.
    pub by: String,
    /// Whether the reader did.
    pub mine: bool,
    /// Whether the reader may revoke it.
    pub may_revoke: bool,
    /// When it was made, local.
    pub made: NaiveDateTime,
    /// When a program last read by it, local.
    pub used: Option<NaiveDateTime>,
}

impl CalendarPage {
    /// The page as HTML.
    pub fn render(&self) -> Result<String, askama::Error> {
        super::render(self)
    }

    fn query(&self) -> String {
        format!("station={}", encode(&self.station))
    }

    /// The address by which phones open their calendar program.
    fn opening(&self, made: &str) -> String {
        made.split_once("://").map_or_else(|| made.to_string(), |(_, rest)| format!("webcal://{rest}"))
    }

    fn has_own(&self) -> bool {
        self.rows.iter().any(|row| row.mine)
    }
}
