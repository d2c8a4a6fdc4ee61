//! A break-in order as operators see it: above everything on the day of its station, as a line on their other pages.

use chrono::NaiveDateTime;

/// The order behind an urgent item of the day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AlarmView {
    /// Why, as it was ordered.
    pub reason: String,
    /// Who asked for it.
    pub asked_by: String,
    /// Who confirmed it.
    pub confirmed_by: String,
    /// Begins by then or not at all, local.
    pub until: NaiveDateTime,
    /// Whether it may still begin.
    pub may_begin: bool,
    /// Whether nobody and nothing has answered it, so that the reader is called.
    pub calls: bool,
}

/// A line that leads to the day on which an order calls.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AlarmLink {
    /// Its airing there, hex.
    pub airing: String,
    /// What is ordered and where, in words.
    pub text: String,
    /// The day of the station.
    pub href: String,
}
