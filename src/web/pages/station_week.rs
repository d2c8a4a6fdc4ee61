//! A station's week: what airs when, day by day, what became of it, and what is only listed.

use askama::Template;
use chrono::{Datelike, Days, NaiveDate, NaiveDateTime};

use super::frame::{Choice, Frame, encode};
use super::status::{Outcome, Sign, Tone};
use super::today::TakenOutView;
use crate::domain::rundown::ItemKind;

/// `/ca-tuan?station=&date=`: the week in which the date is.
#[derive(Debug, Clone, Template)]
#[template(path = "station_week.html")]
pub struct StationWeekPage {
    /// Around the page.
    pub frame: Frame,
    /// The station's id.
    pub station: String,
    /// Its name.
    pub station_name: String,
    /// Stations to choose from; shown when there is more than one.
    pub stations: Vec<Choice>,
    /// Local date of now.
    pub today: NaiveDate,
    /// Monday to Sunday.
    pub days: Vec<WeekDayView>,
    /// Whether the reader opens the day to confirm; others open its sheet.
    pub operates: bool,
}

/// One day of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WeekDayView {
    /// Which.
    pub date: NaiveDate,
    /// Version of its rundown and when that was issued, local; none before one was issued.
    pub issued: Option<(u32, NaiveDateTime)>,
    /// Items, by time.
    pub items: Vec<WeekItemView>,
    /// What force majeure was declared for the day, in words.
    pub force: Vec<String>,
    /// Airings that withdrawals took out, by time.
    pub taken_out: Vec<TakenOutView>,
}

/// One item of a day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WeekItemView {
    /// Planned start, local.
    pub start: NaiveDateTime,
    /// Title.
    pub title: String,
    /// What it is.
    pub kind: ItemKind,
    /// Planned length, ms.
    pub duration_ms: u64,
    /// What became of it.
    pub outcome: Outcome,
    /// Whether it began more than the grace after plan.
    pub late: bool,
    /// Whether it is by a break-in order, beside the plan.
    pub urgent: bool,
    /// Whether an operator's word alone says so.
    pub declared: bool,
    /// The bulletin it airs; none for what has no bulletin.
    pub bulletin: Option<String>,
}

impl WeekDayView {
    fn unreported(&self) -> usize {
        self.items.iter().filter(|item| item.outcome == Outcome::Unreported).count()
    }
}

impl StationWeekPage {
    /// The page as HTML.
    pub fn render(&self) -> Result<String, askama::Error> {
        super::render(self)
    }

    fn monday(&self) -> NaiveDate {
        self.days.first().map_or(self.today, |day| day.date)
    }

    fn sunday(&self) -> NaiveDate {
        self.days.last().map_or(self.today, |day| day.date)
    }

    fn week_link(&self, date: Option<NaiveDate>) -> String {
        format!("/ca-tuan?{}", self.query(&date.unwrap_or(self.today)))
    }

    fn query(&self, date: &NaiveDate) -> String {
        format!("station={}&date={date}", encode(&self.station))
    }

    fn previous(&self) -> String {
        self.week_link(self.monday().checked_sub_days(Days::new(7)))
    }

    fn following(&self) -> String {
        self.week_link(self.monday().checked_add_days(Days::new(7)))
    }

    fn this_week(&self) -> Option<String> {
        let here = self.monday() <= self.today && self.today <= self.sunday();
        (!here).then(|| self.week_link(Some(self.today)))
    }

    fn day_link(&self, date: &NaiveDate) -> String {
        let page = if self.operates { "/hom-nay" } else { "/phieu-lich-ngay" };
        format!("{page}?{}", self.query(date))
    }

    fn why_link(&self, date: &NaiveDate, bulletin: &str) -> String {
        format!("/vi-sao?{}&bulletin={}", self.query(date), encode(bulletin))
    }

    fn is_today(&self, date: &NaiveDate) -> bool {
        *date == self.today
    }

    /// A weekday in two or three letters, for seven of them beside each other on a phone.
    fn day_name(&self, date: &NaiveDate) -> String {
        self.frame.w.t(&format!("weekday-mini-{}", date.weekday().number_from_monday()))
    }

    fn day_number(&self, date: &NaiveDate) -> u32 {
        date.day()
    }

    fn sign(&self, item: &WeekItemView) -> Sign {
        let words = self.frame.w;
        if item.outcome == Outcome::Listed {
            return Sign::new("next", Tone::Idle, words.item_kind(&item.kind));
        }
        item.outcome.sign(words, item.late, item.declared)
    }
}
