//! What an operator's browser keeps besides the day itself: the words of its script, a form to fill in, a notice.

use askama::Template;
use chrono::NaiveDateTime;

use super::frame::Frame;
use super::status::Outcome;
use super::today::{ItemView, StationHead};
use super::words::Words;
use crate::domain::as_run::Evidence;
use crate::domain::rundown::ItemKind;
use crate::domain::station::StationKind;

/// `/assets/hom-nay.{vi,en}.html`: texts by their name in `data-say`, and the form of a confirmation, its fields empty.
/// Here and not in the day, so that the day stays light where the signal is poor.
#[derive(Debug, Clone, Template)]
#[template(path = "parts_phone.html")]
pub struct PhonePartsPage {
    frame: Frame,
    station: StationHead,
    date: &'static str,
    item: ItemView,
}

impl PhonePartsPage {
    /// For everybody who reads this language.
    pub fn new(w: Words) -> Self {
        let item = ItemView {
            airing: Some(String::new()),
            kind: ItemKind::Bulletin,
            start: NaiveDateTime::MIN,
            end: NaiveDateTime::MIN,
            title: String::new(),
            producer: String::new(),
            duration_ms: 0,
            outcome: Outcome::Unreported,
            late: false,
            late_ms: None,
            played_ms: None,
            evidence: Evidence::None,
            cause: None,
            said: Vec::new(),
            deadline: None,
            overdue: false,
            urgent: None,
            audio: None,
            key: String::new(),
            may_confirm: true,
            asks_at: None,
            may_undo: false,
        };
        let (id, name, area) = (String::new(), String::new(), String::new());
        Self {
            frame: Frame::nobody(w),
            station: StationHead { id, name, area, kind: StationKind::Manual },
            date: "",
            item,
        }
    }

    /// The fragment as HTML.
    pub fn render(&self) -> Result<String, askama::Error> {
        super::render(self)
    }
}

/// `/khong-mang`: shown by the browser itself when a page is not kept and nobody answers; in both languages, because a
/// browser keeps it once.
#[derive(Debug, Clone, Template)]
#[template(path = "offline.html")]
pub struct OfflinePage {
    /// Around the page.
    pub frame: Frame,
    /// The other language.
    pub other: Words,
}

impl OfflinePage {
    /// The page as HTML.
    pub fn render(&self) -> Result<String, askama::Error> {
        super::render(self)
    }
}
