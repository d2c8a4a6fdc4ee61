//! The operator's day at one station: what airs when, what aired, and one-tap confirmation for stations without a device.

use askama::Template;
use chrono::{NaiveDate, NaiveDateTime};

use super::alarm::AlarmView;
use super::frame::{AudioLinks, Choice, Frame};
use super::status::{Outcome, Sign, Tone};
use crate::domain::as_run::{Cause, Evidence};
use crate::domain::rundown::ItemKind;
use crate::domain::slot::Daypart;
use crate::domain::station::StationKind;

/// `/hom-nay?station=&date=YYYY-MM-DD`. Every POST sends `csrf`, `station`, `date` and an idempotency `key`, and leads
/// back here:
/// - `/hom-nay/xac-nhan`: `airing`, and either `said` = `full`, `part` (with `minutes`, `seconds`, `cause`, `note`) or
///   `late` (with `began`, HH:MM, `cause`, `note`), or `missed` = a cause (with `missed_note`). Causes: `power_cut`,
///   `equipment`, `no_operator`, `other`. All these fields come along, empty when not filled in; `said` and `missed` are
///   the buttons, so exactly one of the two comes;
/// - `/hom-nay/ca-buoi`: `airing` once for each airing shown as waiting in the daypart, all aired in full;
/// - `/hom-nay/mat-dien`: `from` and `to` (HH:MM), `note`;
/// - `/hom-nay/hoan-tac`: `airing`, takes back what operators said of it.
#[derive(Debug, Clone, Template)]
#[template(path = "today.html")]
pub struct TodayPage {
    /// Around the page.
    pub frame: Frame,
    /// The station.
    pub station: StationHead,
    /// Stations to choose from; shown when there is more than one.
    pub stations: Vec<Choice>,
    /// The day shown.
    pub date: NaiveDate,
    /// Now, local; the clock stands on the page only when the day is today.
    pub now: NaiveDateTime,
    /// The device's state; none for a manual station.
    pub device: Option<DeviceState>,
    /// What airs at this moment by the schedule or by the device's word.
    pub current: Option<NowView>,
    /// What comes after it.
    pub next: Option<NextView>,
    /// The day in the order shown: the current daypart first, then the others.
    pub dayparts: Vec<DaypartView>,
    /// What still needs a word.
    pub standing: Standing,
    /// Airings that withdrawals took out of the day, by time.
    pub taken_out: Vec<TakenOutView>,
    /// What stop orders silence here now: what, and why.
    pub stops: Vec<(String, String)>,
    /// What force majeure was declared here for this day, in words.
    pub force: Vec<String>,
    /// Key of the power-cut form; none hides the form (nothing due, or no right).
    pub power_cut_key: Option<String>,
    /// For the script that keeps the day and queues what is said without a link; none where the reader may say nothing.
    pub phone: Option<PhoneView>,
}

/// What the script `phone.js` must know of the page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PhoneView {
    /// Log-in name of the reader: what they say waits for them and nobody else.
    pub user: String,
    /// Serial of the newest record of the day that the page shows; 0 when there is none.
    pub seen: i64,
}

/// Which station.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StationHead {
    /// Its id.
    pub id: String,
    /// Its name, such as `Đài truyền thanh xã Bình Dương`.
    pub name: String,
    /// The area around it, such as `huyện Thăng Bình`.
    pub area: String,
    /// With a device or without.
    pub kind: StationKind,
}

/// What is known of a station's device.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DeviceState {
    /// Whether it is connected now.
    pub connected: bool,
    /// When it was last heard, local.
    pub last_seen: Option<NaiveDateTime>,
}

/// The item of this moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NowView {
    /// Title.
    pub title: String,
    /// Who made it; empty if not known.
    pub producer: String,
    /// Planned start, local.
    pub start: NaiveDateTime,
    /// Planned end, local.
    pub end: NaiveDateTime,
    /// Whether a device says it plays now. Without a machine's word the page says `theo lịch lúc này`.
    pub on_air: bool,
}

/// The item after this moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NextView {
    /// Title.
    pub title: String,
    /// Planned start, local; may be tomorrow.
    pub start: NaiveDateTime,
}

/// A daypart and its items.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DaypartView {
    /// Which.
    pub daypart: Daypart,
    /// Items, by time.
    pub items: Vec<ItemView>,
    /// Key of the form that confirms all waiting items at once; none hides it.
    pub confirm_key: Option<String>,
}

/// One item of the rundown, and what is known of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ItemView {
    /// Airing id in hex; none for items that are listed but never counted.
    pub airing: Option<String>,
    /// What it is.
    pub kind: ItemKind,
    /// Planned start, local.
    pub start: NaiveDateTime,
    /// Planned end, local.
    pub end: NaiveDateTime,
    /// Title.
    pub title: String,
    /// Who made it; empty if not known.
    pub producer: String,
    /// Planned length, ms.
    pub duration_ms: u64,
    /// What became of it.
    pub outcome: Outcome,
    /// Whether it began more than the grace after plan.
    pub late: bool,
    /// By how much it began late, ms, if known.
    pub late_ms: Option<u64>,
    /// How much of it aired, ms, if only a part.
    pub played_ms: Option<u64>,
    /// How the outcome is known.
    pub evidence: Evidence,
    /// Why it went wrong.
    pub cause: Option<Cause>,
    /// Who said what, the newest last.
    pub said: Vec<Said>,
    /// Until when a word is awaited, local; shown while unreported.
    pub deadline: Option<NaiveDateTime>,
    /// Whether the deadline has passed.
    pub overdue: bool,
    /// The break-in order that it is by; none for what is of the plan.
    pub urgent: Option<AlarmView>,
    /// To hear and download, for bulletins.
    pub audio: Option<AudioLinks>,
    /// Key of this item's forms.
    pub key: String,
    /// Whether the reader may say what became of it: due, and no stronger word wanted. A connected station's airing that
    /// its device has reported may still get a person's word; the page offers it beneath, as an addition.
    pub may_confirm: bool,
    /// When the reader may be asked about it without another look at the center, Unix seconds; none when they are asked
    /// already, or a device tells.
    pub asks_at: Option<i64>,
    /// Whether there is an operator's word that the reader may take back.
    pub may_undo: bool,
}

/// Somebody's or something's word about an airing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Said {
    /// How strong.
    pub evidence: Evidence,
    /// A device's or a person's name.
    pub by: String,
    /// When accepted, local.
    pub at: NaiveDateTime,
    /// What was said, in the reader's words; a note may be part of it.
    pub text: String,
}

/// An airing taken out of the day because its bulletin was withdrawn.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TakenOutView {
    /// Title.
    pub title: String,
    /// When it would have begun, local.
    pub start: NaiveDateTime,
    /// When it was withdrawn, local.
    pub at: NaiveDateTime,
}

/// What still needs a word.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Standing {
    /// Due airings of the day nobody spoke of.
    pub unreported: u32,
    /// Those among them past their deadline.
    pub overdue: u32,
    /// Airings of earlier days nobody spoke of.
    pub earlier: u32,
    /// The oldest day with such airings.
    pub earliest: Option<NaiveDate>,
}

impl ItemView {
    /// What is urgent asks above everything, and never together with other items.
    fn waiting(&self) -> bool {
        self.may_confirm && self.urgent.is_none() && self.airing.is_some() && self.outcome == Outcome::Unreported
    }

    fn calls(&self) -> bool {
        self.urgent.as_ref().is_some_and(|alarm| alarm.calls)
    }

    fn past(&self) -> bool {
        matches!(self.outcome, Outcome::Aired | Outcome::Partial | Outcome::Missed)
    }
}

impl DaypartView {
    fn waiting(&self) -> Vec<&str> {
        self.items.iter().filter(|item| item.waiting()).filter_map(|item| item.airing.as_deref()).collect()
    }
}

impl TodayPage {
    /// The page as HTML.
    pub fn render(&self) -> Result<String, askama::Error> {
        super::render(self)
    }

    fn is_today(&self) -> bool {
        self.date == self.now.date()
    }

    fn day_link(&self, date: Option<NaiveDate>) -> String {
        let date = date.unwrap_or(self.date);
        format!("/hom-nay?station={}&date={date}", super::frame::encode(&self.station.id))
    }

    fn query(&self) -> String {
        format!("station={}&date={}", super::frame::encode(&self.station.id), self.date)
    }

    fn previous(&self) -> String {
        self.day_link(self.date.pred_opt())
    }

    fn following(&self) -> String {
        self.day_link(self.date.succ_opt())
    }

    fn on_day(&self, date: &NaiveDate) -> String {
        self.day_link(Some(*date))
    }

    fn today(&self) -> String {
        self.day_link(Some(self.now.date()))
    }

    /// Items that wait for a word, in the order they aired, over the whole day.
    fn waiting(&self) -> Vec<&ItemView> {
        let mut waiting: Vec<_> =
            self.dayparts.iter().flat_map(|part| &part.items).filter(|item| item.waiting()).collect();
        waiting.sort_by_key(|item| item.start);
        waiting
    }

    /// Orders that nobody answered, the newest first.
    fn alarms(&self) -> Vec<(&ItemView, &AlarmView)> {
        let items = self.dayparts.iter().flat_map(|part| &part.items).filter(|item| item.calls());
        let mut alarms: Vec<_> = items.filter_map(|item| Some((item, item.urgent.as_ref()?))).collect();
        alarms.sort_by_key(|(item, _)| std::cmp::Reverse(item.start));
        alarms
    }

    fn sign(&self, item: &ItemView) -> Sign {
        let words = self.frame.w;
        if item.outcome == Outcome::Listed {
            return Sign::new("next", Tone::Idle, words.item_kind(&item.kind));
        }
        item.outcome.sign(words, item.late, item.evidence == Evidence::Declared)
    }

    /// What stands under the sign: how much, how late, why, how known.
    fn details(&self, item: &ItemView) -> Vec<String> {
        let words = self.frame.w;
        let mut details = Vec::new();
        if let Some(played_ms) = item.played_ms {
            details.push(words.t2(
                "today-played",
                "part",
                words.clock(played_ms),
                "whole",
                words.clock(item.duration_ms),
            ));
        }
        if let (true, Some(late_ms)) = (item.late, item.late_ms) {
            details.push(words.t1("today-late-by", "length", words.length(late_ms)));
        }
        if let Some(cause) = &item.cause {
            details.push(words.cause(cause));
        }
        if item.past() {
            details.push(words.evidence(&item.evidence));
        }
        details
    }

    fn net(&self, device: &DeviceState) -> String {
        let words = self.frame.w;
        let key = if device.connected { "today-device-on" } else { "today-device-off" };
        match device.last_seen {
            Some(at) if at.date() == self.now.date() => words.t1(key, "at", words.time(at)),
            Some(at) => words.t1(key, "at", words.date_time(at)),
            None => words.t("today-device-never"),
        }
    }

    fn next_time(&self, next: &NextView) -> String {
        if next.start.date() == self.now.date() {
            return self.frame.w.time(next.start);
        }
        format!("{}, {}", self.frame.w.time(next.start), self.frame.w.day_month(next.start))
    }

    /// Whether sound comes out only by somebody's hand: there is no device, or it is away.
    fn by_hand(&self) -> bool {
        self.device.is_none_or(|device| !device.connected)
    }

    fn manual(&self) -> bool {
        self.station.kind == StationKind::Manual
    }
}
