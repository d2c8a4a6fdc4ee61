//! Whom a withdrawal concerns: stations that had the bulletin ahead, and who must be phoned.

use askama::Template;
use chrono::NaiveDateTime;

use super::frame::Frame;
use super::status::{Sign, Tone};

/// What pressing the button would remove.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct RemovalView {
    /// Stations.
    pub stations: u64,
    /// Stations where it is on the air by schedule now.
    pub on_air: u64,
    /// Airings of today still to come.
    pub today: u64,
    /// Airings of later days in the rundowns.
    pub later: u64,
}

/// `/ban-tin/{code}/thu-hoi?version=`
#[derive(Debug, Clone, Template)]
#[template(path = "withdrawal.html")]
pub struct WithdrawalPage {
    /// Around the page.
    pub frame: Frame,
    /// Code.
    pub code: String,
    /// Title.
    pub title: String,
    /// Version.
    pub version: u32,
    /// When it was withdrawn, local.
    pub at: NaiveDateTime,
    /// By whom.
    pub by: String,
    /// Why.
    pub reason: String,
    /// Stations without a device: people must be told.
    pub manual: Vec<ConcernedView>,
    /// Stations whose device does not hold the new rundown yet.
    pub waiting: Vec<ConcernedView>,
    /// Stations whose device holds it.
    pub told: Vec<ConcernedView>,
}

/// A station that had it ahead.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConcernedView {
    /// Its name.
    pub station: String,
    /// Its commune with the unit above.
    pub area: String,
    /// When the first airing taken out would have begun, local.
    pub first: NaiveDateTime,
    /// Airings taken out.
    pub airings: u64,
    /// Whether its device is connected now.
    pub connected: bool,
    /// When it was last heard, local.
    pub last_seen: Option<NaiveDateTime>,
    /// Operators' names, with commas; may be empty.
    pub operators: String,
}

impl WithdrawalPage {
    /// The page as HTML.
    pub fn render(&self) -> Result<String, askama::Error> {
        super::render(self)
    }

    fn stations(&self) -> usize {
        self.manual.len() + self.waiting.len() + self.told.len()
    }

    fn link(&self, row: &ConcernedView) -> Sign {
        let words = self.frame.w;
        match (row.connected, row.last_seen) {
            (true, _) => Sign::new("net", Tone::Ok, words.t("station-online")),
            (false, Some(at)) => {
                Sign::new("off", Tone::Warn, words.t1("withdrawal-last-seen", "at", words.date_time(at)))
            }
            (false, None) => Sign::new("off", Tone::Warn, words.t("station-not-enrolled")),
        }
    }
}
