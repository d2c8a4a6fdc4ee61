//! Why a bulletin airs at a station on a day, or does not, slot by slot.

use askama::Template;
use chrono::{NaiveDate, NaiveDateTime};

use super::frame::{Choice, Frame};

/// `/vi-sao?station=&date=&bulletin=`
#[derive(Debug, Clone, Template)]
#[template(path = "why.html")]
pub struct WhyPage {
    /// Around the page.
    pub frame: Frame,
    /// The station's id.
    pub station: String,
    /// Its name.
    pub station_name: String,
    /// The day.
    pub date: NaiveDate,
    /// Bulletins to ask about.
    pub bulletins: Vec<Choice>,
    /// The one asked about.
    pub bulletin: Option<String>,
    /// What each order for it came to.
    pub orders: Vec<WhyOrder>,
    /// Why orders were left out.
    pub left_out: Vec<String>,
    /// Slots that people left out or changed that day, and why.
    pub altered: Vec<String>,
    /// Slots that may not stand that day, and why.
    pub refused: Vec<String>,
}

/// One order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WhyOrder {
    /// Which, and how many plays it has of how many.
    pub heading: String,
    /// Whether it has all.
    pub whole: bool,
    /// The slots of the day.
    pub slots: Vec<WhySlot>,
}

/// One slot.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WhySlot {
    /// Start, local.
    pub at: NaiveDateTime,
    /// What of the order is in it, or why nothing.
    pub answer: String,
    /// What would have to change; empty where it airs.
    pub remedy: String,
    /// Whether it airs there.
    pub airs: bool,
}

impl WhyPage {
    /// The page as HTML.
    pub fn render(&self) -> Result<String, askama::Error> {
        super::render(self)
    }

    fn silent(&self) -> bool {
        self.bulletin.is_some() && self.orders.is_empty() && self.left_out.is_empty()
    }
}
