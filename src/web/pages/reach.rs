//! How far a version reaches: the sum on the approval slip, its place in a week, and the list of stations.

use askama::Template;
use chrono::NaiveDate;

use super::frame::{Choice, Frame};
use super::status::{Sign, Tone};

/// What approving does, added up.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ReachView {
    /// Stations with an airing.
    pub stations: u64,
    /// Days with an airing.
    pub days: u64,
    /// Airings of each station on each of those days, when they are all the same.
    pub per_day: Option<u64>,
    /// Airings at all stations.
    pub airings: u64,
    /// Airings that its orders ask for and that find no place.
    pub short: u64,
    /// How many districts they are in; 0 on days without districts.
    pub districts: u64,
    /// First day counted.
    pub from: NaiveDate,
    /// Last day counted.
    pub to: NaiveDate,
    /// The last day it may air, when it is after [`Self::to`].
    pub beyond: Option<NaiveDate>,
    /// Other bulletins that do not stay where they would be.
    pub displaced: Vec<DisplacedView>,
    /// Airings before the hour until which the night figure holds.
    pub night: u64,
    /// Airings near the guard's opening or closing.
    pub near_edge: u64,
    /// Stations with a bulletin slot that the guard refuses.
    pub refused_at: u64,
    /// Why stations do not air it, with their number, most first.
    pub silent: Vec<(String, u64)>,
}

/// What happens to another bulletin.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DisplacedView {
    /// Code.
    pub code: String,
    /// Title.
    pub title: String,
    /// Whether it is a commune's own.
    pub commune: bool,
    /// Stations where it does not stay.
    pub stations: u64,
    /// Airings that only begin at another time of their slot.
    pub later: u64,
    /// By how many minutes at most, rounded up.
    pub later_minutes: u64,
    /// Airings that go to another slot.
    pub elsewhere: u64,
    /// Airings that lose their place.
    pub out: u64,
}

impl ReachView {
    /// Stations that do not air it.
    pub fn silent_count(&self) -> u64 {
        self.silent.iter().map(|(_, stations)| stations).sum()
    }

    /// Whether there is anything to look at before pressing the button.
    pub fn warns(&self) -> bool {
        !self.displaced.is_empty()
            || self.night + self.near_edge + self.refused_at + self.short > 0
            || self.airings == 0
    }
}

/// A station's week with the version in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WeekView {
    /// Whose week.
    pub station: String,
    /// Stations to choose from.
    pub stations: Vec<Choice>,
    /// Its days.
    pub days: Vec<NaiveDate>,
    /// Rows by time of day.
    pub rows: Vec<WeekRow>,
}

/// A slot through the week.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WeekRow {
    /// When it begins, such as `05:45`.
    pub time: String,
    /// Whether a new part of the day begins.
    pub gap: bool,
    /// A cell a day: what airs in the slot, in order; empty where there is no such slot.
    pub cells: Vec<Vec<WeekCell>>,
}

/// What airs there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WeekCell {
    /// When, such as `05:47`.
    pub time: String,
    /// A short name.
    pub name: String,
    /// Whether it is the bulletin itself.
    pub own: bool,
}

/// `/ban-tin/{code}/tam-phat?version=&don-vi=&xem=&trang=`: every station with its times, or why it has none.
#[derive(Debug, Clone, Template)]
#[template(path = "reach.html")]
pub struct ReachPage {
    /// Around the page.
    pub frame: Frame,
    /// Code.
    pub code: String,
    /// Title.
    pub title: String,
    /// Version.
    pub version: u32,
    /// Added up.
    pub reach: ReachView,
    /// Units to choose from.
    pub units: Vec<Choice>,
    /// Whether only stations without an airing are shown.
    pub only_silent: bool,
    /// Stations by unit, with their number of airings.
    pub spread: Vec<(String, u64, u64)>,
    /// Stations of this page.
    pub rows: Vec<ReachRow>,
    /// Stations on all pages.
    pub found: usize,
    /// This page, from 1.
    pub page: usize,
    /// Pages.
    pub pages: usize,
    /// Query of the other pages, without `trang`.
    pub query: String,
}

/// A station in the list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReachRow {
    /// The station's id.
    pub station_id: String,
    /// Its name.
    pub station: String,
    /// The unit around it.
    pub unit: String,
    /// Airings.
    pub airings: u64,
    /// Times by run of days, such as (`13/6 – 19/6`, `05:45, 17:45`).
    pub times: Vec<(String, String)>,
    /// Why it has none; empty when it has.
    pub silent: String,
}

impl ReachPage {
    /// The page as HTML.
    pub fn render(&self) -> Result<String, askama::Error> {
        super::render(self)
    }

    /// Runs shown at once; the rest are folded.
    fn shown(&self) -> usize {
        3
    }

    fn why(&self, row: &ReachRow) -> Sign {
        Sign::new("no", Tone::Idle, &row.silent)
    }
}
