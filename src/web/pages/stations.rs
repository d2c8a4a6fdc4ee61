//! The list of stations: who is connected, what they hold, and the keys of their devices.

use askama::Template;
use chrono::NaiveDateTime;

use super::frame::{Choice, Frame};
use super::status::{Sign, Tone};
use crate::domain::station::{StandingChoice, StationKind};

/// `/dai?area=&kind=&page=`. POSTs, all with `csrf`: `/dai/{id}/moi` makes a one-time code, shown on the next page only;
/// `/dai/{id}/thu-hoi` revokes the station's devices; `/dai/{id}/lua-chon` sends `choice` = `accept` or `decline`.
#[derive(Debug, Clone, Template)]
#[template(path = "stations.html")]
pub struct StationsPage {
    /// Around the page.
    pub frame: Frame,
    /// A code just made; shown once.
    pub invite: Option<InviteCode>,
    /// Areas to choose from; the first has an empty value and means all.
    pub areas: Vec<Choice>,
    /// Kinds to choose from, in the same way.
    pub kinds: Vec<Choice>,
    /// Stations of this page.
    pub stations: Vec<StationRow>,
    /// Stations that match, on all pages.
    pub total: u64,
    /// Stations among them connected now.
    pub connected: u64,
    /// This page, from 1.
    pub page: u64,
    /// Pages.
    pub pages: u64,
    /// Query of the filter without `page`, encoded, such as `area=49`; empty without a filter.
    pub query: String,
    /// Whether the reader may invite, revoke and change choices.
    pub may_change: bool,
    /// Days held back until somebody gives their word.
    pub held: u64,
}

/// A one-time code for enrolling a device.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InviteCode {
    /// Station it is for.
    pub station: String,
    /// The code.
    pub code: String,
    /// When it ends, local.
    pub expires_at: NaiveDateTime,
}

/// A station.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StationRow {
    /// Its id, such as `dtt-0001`.
    pub id: String,
    /// Name.
    pub name: String,
    /// The area it serves today.
    pub area: String,
    /// With a device or without.
    pub kind: StationKind,
    /// Whether a device is connected now.
    pub connected: bool,
    /// Devices enrolled and not revoked.
    pub devices: u32,
    /// When a device was last heard, local.
    pub last_seen: Option<NaiveDateTime>,
    /// Sequence number of the journal's newest accepted line.
    pub journal_seq: Option<u64>,
    /// Items of the next 24 hours whose audio the device says it holds.
    pub ready: u32,
    /// Items of the next 24 hours that need audio.
    pub wanted: u32,
    /// What it said of ordinary bulletins.
    pub choice: StandingChoice,
    /// Whether something is wrong that a person must look at (quarantine), as a sentence.
    pub alarm: Option<String>,
}

impl StationsPage {
    /// The page as HTML.
    pub fn render(&self) -> Result<String, askama::Error> {
        super::render(self)
    }

    fn link(&self, row: &StationRow) -> Sign {
        let words = self.frame.w;
        match (row.kind, row.devices, row.connected) {
            (StationKind::Manual, 0, _) => Sign::new("hand", Tone::Idle, words.t("station-by-hand")),
            (StationKind::Connected, 0, _) => Sign::new("ask", Tone::Warn, words.t("station-not-enrolled")),
            (_, _, true) => Sign::new("net", Tone::Ok, words.t("station-online")),
            (_, _, false) => Sign::new("off", Tone::Fail, words.t("station-offline")),
        }
    }

    fn audio(&self, row: &StationRow) -> Sign {
        let words = self.frame.w;
        match (row.wanted, row.ready) {
            (0, _) => Sign::new("next", Tone::Idle, words.t("station-nothing-due")),
            (wanted, ready) if ready >= wanted => {
                Sign::new("ok", Tone::Ok, words.of("station-audio-ready", ready, wanted))
            }
            (wanted, ready) => Sign::new("late", Tone::Warn, words.of("station-audio-short", ready, wanted)),
        }
    }

    fn page_link(&self, page: u64) -> String {
        let mark = if self.query.is_empty() { "" } else { "&" };
        format!("/dai?{}{mark}page={page}", self.query)
    }
}
