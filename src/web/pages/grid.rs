//! The week grid of an area: which slots there are, from which rules, and how its draft stands.

use askama::Template;
use chrono::{NaiveDate, NaiveDateTime};

use super::frame::{Choice, Frame};

/// `/khung-gio?don-vi=&tuan=&xem=`
#[derive(Debug, Clone, Template)]
#[template(path = "grid.html")]
pub struct GridPage {
    /// Around the page.
    pub frame: Frame,
    /// Code of the unit.
    pub area: String,
    /// Its name.
    pub area_name: String,
    /// Units to choose from.
    pub areas: Vec<Choice>,
    /// The days of the week, Monday first.
    pub days: Vec<GridDay>,
    /// Rows by time of start.
    pub rows: Vec<GridRow>,
    /// What is allowed there, a sentence for each span of days with the same hours.
    pub hours: Vec<String>,
    /// Whether the reader may change anything.
    pub may_edit: bool,
    /// The draft, where one is open.
    pub draft: Option<DraftView>,
    /// Whether the slots shown are the draft's.
    pub drafted: bool,
    /// Days held back, for those who may give their word.
    pub held: u64,
}

/// A day's column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GridDay {
    /// The day.
    pub date: NaiveDate,
    /// Whether it is today.
    pub today: bool,
    /// When loudspeakers may sound, such as `05:00–21:00`; none where no guard gives hours.
    pub hours: Option<String>,
    /// Why the hours are not the usual ones.
    pub exception: Option<String>,
}

/// Slots that start at the same time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GridRow {
    /// When, such as `05:45`.
    pub time: String,
    /// Whether a new part of the day begins.
    pub gap: bool,
    /// A cell a day.
    pub cells: Vec<Option<SlotView>>,
}

/// A slot.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SlotView {
    /// Where its rule is read or changed.
    pub href: String,
    /// The rule's name.
    pub name: String,
    /// `06:00–06:30`.
    pub span: String,
    /// What it carries.
    pub carries: String,
    /// From which unit its rule comes; for the unit's own rule that it is its own.
    pub from: String,
    /// Whether the draft has it otherwise than what is in force.
    pub changed: bool,
    /// What it runs into, and whether it may not stand.
    pub signs: Vec<(bool, String)>,
}

/// How a draft stands.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DraftView {
    /// Changes in it.
    pub changes: u64,
    /// The newest step, as its forms carry it.
    pub seen: i64,
    /// Who took the newest step, a name.
    pub by: String,
    /// When, local.
    pub at: NaiveDateTime,
    /// Steps, newest first: when, who, what.
    pub steps: Vec<(NaiveDateTime, String, String)>,
    /// Whether another grid came into force since it was begun.
    pub overtaken: bool,
}

impl GridPage {
    /// The page as HTML.
    pub fn render(&self) -> Result<String, askama::Error> {
        super::render(self)
    }

    fn monday(&self) -> NaiveDate {
        self.days.first().map_or(NaiveDate::MIN, |day| day.date)
    }

    fn week(&self, weeks: i64) -> String {
        let day = self.monday().checked_add_signed(chrono::Duration::weeks(weeks)).unwrap_or(self.monday());
        format!(
            "/khung-gio?don-vi={}&tuan={day}{}",
            self.area,
            if self.in_force_asked() { "&xem=dang-dung" } else { "" }
        )
    }

    /// The same week of what is in force, or of the draft.
    fn other_view(&self) -> String {
        let view = if self.drafted { "&xem=dang-dung" } else { "" };
        format!("/khung-gio?don-vi={}&tuan={}{view}", self.area, self.monday())
    }

    fn in_force_asked(&self) -> bool {
        self.draft.is_some() && !self.drafted
    }

    fn add_link(&self) -> String {
        format!("/khung-gio/them?don-vi={}", self.area)
    }

    fn holds_today(&self) -> bool {
        self.days.iter().any(|day| day.today)
    }

    /// A day's slots in order, for reading as a list.
    fn slots_of(&self, day: impl std::borrow::Borrow<usize>) -> impl Iterator<Item = &SlotView> {
        let day = *day.borrow();
        self.rows.iter().filter_map(move |row| row.cells.get(day)?.as_ref())
    }
}
