//! Break-in orders: what waits for a second person, the form to ask, what became of earlier ones, and who is on duty.

use askama::Template;
use chrono::NaiveDateTime;

use super::frame::{Choice, Frame};
use crate::domain::as_run::Cause;

/// `/khan-cap`. POSTs, all with `csrf`: `/khan-cap` with `bulletin`, `area`, `reason` asks; `/khan-cap/{id}/xac-nhan`,
/// `/tu-choi` and `/phat-lai` confirm, refuse and repeat; `/khan-cap/truc` with `user`, `from`, `to` puts on duty.
#[derive(Debug, Clone, Template)]
#[template(path = "urgent.html")]
pub struct UrgentPage {
    /// Around the page.
    pub frame: Frame,
    /// Orders that wait, newest first.
    pub waiting: Vec<BreakInView>,
    /// Orders that were answered or expired, newest first.
    pub past: Vec<BreakInView>,
    /// Bulletins that may break in today.
    pub bulletins: Vec<Choice>,
    /// Units the reader approves for, with the number of their stations.
    pub areas: Vec<Choice>,
    /// Whether the reader may ask at all.
    pub may_ask: bool,
    /// Duties now and to come.
    pub duties: Vec<DutyView>,
    /// Whom the reader may put on duty; none unless an administrator.
    pub approvers: Vec<Choice>,
}

/// One order.
#[derive(Debug, Clone)]
pub struct BreakInView {
    /// Its number.
    pub id: String,
    /// Code and title.
    pub title: String,
    /// Where, in words.
    pub area: String,
    /// Why.
    pub reason: String,
    /// Who asked.
    pub by: String,
    /// When, local.
    pub at: NaiveDateTime,
    /// It begins by then or not at all, local.
    pub until: NaiveDateTime,
    /// Whole minutes left; 0 when over.
    pub minutes_left: u64,
    /// Stations with a device.
    pub devices: usize,
    /// Stations that air by hand.
    pub by_hand: usize,
    /// Who answered, when (local), and whether they confirmed.
    pub answer: Option<(String, NaiveDateTime, bool)>,
    /// Whether the reader may confirm it.
    pub may_confirm: bool,
    /// Whether the reader may refuse or repeat it.
    pub may_act: bool,
    /// The reader's log-in name, for the command that signs with an own key.
    pub user: String,
    /// What became of it at each station.
    pub answers: Vec<AnswerView>,
}

/// What became of an order at one station.
#[derive(Debug, Clone)]
pub struct AnswerView {
    /// Its name.
    pub name: String,
    /// Whether its device holds the order.
    pub received: bool,
    /// Whether its device is connected.
    pub connected: bool,
    /// Whether anything was said of it yet.
    pub said: bool,
    /// Where it stands, in words.
    pub standing: String,
    /// Why not in full.
    pub cause: Option<Cause>,
    /// First sample, local.
    pub began_at: Option<NaiveDateTime>,
}

/// One duty.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DutyView {
    /// The person.
    pub name: String,
    /// From, local.
    pub from: NaiveDateTime,
    /// Until, local.
    pub to: NaiveDateTime,
}

impl UrgentPage {
    /// The page as HTML.
    pub fn render(&self) -> Result<String, askama::Error> {
        super::render(self)
    }
}
