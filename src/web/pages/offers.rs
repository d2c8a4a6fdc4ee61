//! "Lời mời": ordinary bulletins that the department offers a commune, what follows when nothing is said, and the
//! commune's answers; also whose priority items come first.

use askama::Template;
use chrono::{NaiveDate, NaiveDateTime};

use super::frame::{Choice, Frame};

/// `/loi-moi?station=`. POSTs with `csrf` and `station`: to `/loi-moi` with `order` and `answer` (`accept`, `decline` with
/// `reason`, `move` with the letters of `dayparts`); to `/loi-moi/thu-tu` with `own_first` (`1` or `0`).
#[derive(Debug, Clone, Template)]
#[template(path = "offers.html")]
pub struct OffersPage {
    /// Around the page.
    pub frame: Frame,
    /// The station's id.
    pub station: String,
    /// Its name.
    pub station_name: String,
    /// Stations to choose from; shown when there is more than one.
    pub stations: Vec<Choice>,
    /// Whether what nobody answers airs: the standing choice.
    pub accepts: bool,
    /// Items are fixed this long before they begin, minutes.
    pub freeze_minutes: u32,
    /// Those that nobody answered first.
    pub offers: Vec<LocalOfferView>,
    /// Whether the commune's own priority items come first.
    pub own_first: bool,
    /// Slots ahead in which priority items of both stand, local.
    pub clashes: Vec<ClashView>,
}

/// One offer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LocalOfferView {
    /// The order's id.
    pub order: String,
    /// The bulletin's title.
    pub title: String,
    /// Its length, ms.
    pub duration_ms: u64,
    /// How often, in words.
    pub demand: String,
    /// First day.
    pub from: NaiveDate,
    /// Last day.
    pub to: NaiveDate,
    /// Next start and when it is fixed, local; none where nothing is planned.
    pub next: Option<(NaiveDateTime, NaiveDateTime)>,
    /// What was said, in words; none where nothing was.
    pub answer: Option<String>,
    /// Who said it, and when.
    pub said: Option<(String, NaiveDateTime)>,
    /// Whether it airs as things stand.
    pub airs: bool,
}

/// A slot in which priority items of the commune and of the province stand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClashView {
    /// The slot's start, local.
    pub at: NaiveDateTime,
    /// Titles in the order in which they air.
    pub titles: Vec<String>,
}

impl OffersPage {
    /// The page as HTML.
    pub fn render(&self) -> Result<String, askama::Error> {
        super::render(self)
    }

    fn dayparts(&self) -> [(&'static str, &'static str); 3] {
        [("m", "daypart-morning"), ("n", "daypart-noon"), ("e", "daypart-evening")]
    }
}
