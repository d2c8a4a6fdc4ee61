//! Stop orders: the form that silences loudspeakers, and what is in force.

use askama::Template;
use chrono::NaiveDateTime;

use super::frame::{Choice, Frame};

/// `/dung-loa`. POSTs, all with `csrf`: `/dung-loa` with `place`, `bulletin`, `reason` and `note` gives an order;
/// `/dung-loa/{id}/go` lifts one.
#[derive(Debug, Clone, Template)]
#[template(path = "stop.html")]
pub struct StopPage {
    /// Around the page.
    pub frame: Frame,
    /// Stations and units that the reader may silence.
    pub places: Vec<Choice>,
    /// Bulletins that may be on the air.
    pub bulletins: Vec<Choice>,
    /// Orders in force, newest first.
    pub orders: Vec<StopView>,
    /// Orders lifted last, newest first.
    pub lifted: Vec<StopView>,
}

/// One stop order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StopView {
    /// Its number.
    pub id: u64,
    /// Where, in words.
    pub place: String,
    /// Only this bulletin, in words; everything when empty.
    pub bulletin: String,
    /// Why.
    pub reason: String,
    /// Who gave it.
    pub by: String,
    /// When, local.
    pub at: NaiveDateTime,
    /// Who lifted it and when, local.
    pub lifted: Option<(String, NaiveDateTime)>,
    /// Whether the reader may lift it.
    pub may_lift: bool,
    /// Devices that said they hold it.
    pub received: usize,
    /// Devices it reaches.
    pub devices: usize,
    /// Stations that have not answered: without a device, not connected, or not heard of it yet.
    pub silent: Vec<SilentView>,
}

/// A station that has not answered a stop order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SilentView {
    /// Its name.
    pub name: String,
    /// Whether a person has to switch it off.
    pub manual: bool,
    /// When its device was last heard, local.
    pub last_seen: Option<NaiveDateTime>,
}

impl StopPage {
    /// The page as HTML.
    pub fn render(&self) -> Result<String, askama::Error> {
        super::render(self)
    }
}
