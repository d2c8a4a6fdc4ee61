//! One station's day on paper, A4, black on white: what airs when, boxes to tick, lines to sign, and a QR code that leads
//! to the page where it is confirmed.

use askama::Template;
use chrono::{Datelike, NaiveDate, NaiveDateTime};

use super::frame::Frame;
use crate::domain::rundown::ItemKind;
use crate::domain::slot::Daypart;

/// `/phieu-lich-ngay?station=&date=YYYY-MM-DD`
#[derive(Debug, Clone, Template)]
#[template(path = "day_sheet.html")]
pub struct DaySheetPage {
    /// Around the page; none of it is printed.
    pub frame: Frame,
    /// The station's id.
    pub station: String,
    /// Its name.
    pub station_name: String,
    /// The commune in capitals, such as `XÃ BÌNH DƯƠNG`; empty when the station serves none that day.
    pub body: String,
    /// What stop orders silence here now: what, and why.
    pub stops: Vec<(String, String)>,
    /// Its kind in capitals, such as `XÃ`.
    pub head_of: String,
    /// Its name alone, where the sheet is signed.
    pub place: String,
    /// The day.
    pub date: NaiveDate,
    /// When the page was made, local.
    pub printed: NaiveDateTime,
    /// The rundown's version; 0 when none was issued.
    pub version: u32,
    /// The day by dayparts, in order.
    pub parts: Vec<SheetPart>,
    /// The code that leads to the confirmation page.
    pub qr: Option<QrView>,
    /// The same address without its scheme, to be typed; empty with the code.
    pub address: String,
    /// Whether the reader confirms here, and so has the page to go back to.
    pub operates: bool,
}

/// A QR code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QrView {
    /// Its black squares as an SVG path.
    pub path: String,
    /// Squares a side, border included.
    pub side: u32,
}

/// A daypart's rows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SheetPart {
    /// Which.
    pub daypart: Daypart,
    /// Rows, by time.
    pub rows: Vec<SheetRow>,
}

/// An item.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SheetRow {
    /// Its place in the day, from 1.
    pub number: usize,
    /// Planned start, local.
    pub start: NaiveDateTime,
    /// What it is.
    pub kind: ItemKind,
    /// Title.
    pub title: String,
    /// Who made it; empty if not known.
    pub producer: String,
    /// Which play of the same bulletin that day, from 1.
    pub play: u32,
    /// Planned length, ms.
    pub duration_ms: u64,
}

impl DaySheetPage {
    /// The page as HTML.
    pub fn render(&self) -> Result<String, askama::Error> {
        super::render(self)
    }

    /// `Thứ Tư, ngày 12 tháng 6 năm 2024`
    fn long_date(&self) -> String {
        let weekday = self.frame.w.t(&format!("weekday-{}", self.date.weekday().number_from_monday()));
        format!("{weekday}, {}", self.day_month_year())
    }

    /// `ngày 12 tháng 6 năm 2024`
    fn day_month_year(&self) -> String {
        let (day, month, year) = (self.date.day(), self.date.month(), self.date.year());
        let month = self.frame.w.t(&format!("month-{month}"));
        self.frame.w.t3("sheet-date", ("day", day), ("month", month), ("year", year))
    }

    /// `DTT-0001-20240612-03`: station, day, and the rundown's version.
    fn code(&self) -> String {
        format!("{}-{}-{:02}", self.station.to_uppercase(), self.date.format("%Y%m%d"), self.version)
    }

    fn title(&self, row: &SheetRow) -> String {
        let words = self.frame.w;
        let mut title = if row.title.trim().is_empty() { words.item_kind(&row.kind) } else { row.title.clone() };
        if row.play > 1 {
            title.push_str(&words.t1("sheet-play", "n", row.play));
        }
        if !row.producer.is_empty() {
            title.push_str(&format!(" ({})", row.producer));
        }
        title
    }

    fn query(&self) -> String {
        format!("station={}&date={}", super::frame::encode(&self.station), self.date)
    }
}
