//! Break-in orders: what waits for a second person, the form to ask, the order to be asked for, what became of earlier
//! ones, and who is on duty.

use askama::Template;
use chrono::NaiveDateTime;

use super::frame::{Choice, Frame};
use super::own_sign::Signer;
use crate::domain::as_run::Cause;
use crate::domain::ids::Sha256;

/// `/khan-cap`. GET `/khan-cap/de-nghi` with `bulletin`, `area`, `reason`, or with `lap` (an earlier order's number), shows
/// what would be asked for. POSTs, all with `csrf`: `/khan-cap/{id}/xac-nhan`, `/tu-choi` and `/phat-lai` confirm, refuse
/// and repeat; `/khan-cap/truc` with `user`, `from`, `to` puts on duty, `/khan-cap/truc/{id}/thoi` ends it. With an own
/// key, those that sign also send what [`ToSign`](super::ToSign) says.
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
    /// Whether the reader may end duties.
    pub may_end_duty: bool,
}

/// What would be asked for (`/khan-cap/de-nghi`): POST `/khan-cap` asks, or `/khan-cap/{repeats}/phat-lai`.
#[derive(Debug, Clone, Template)]
#[template(path = "urgent_proposal.html")]
pub struct ProposalPage {
    /// Around the page.
    pub frame: Frame,
    /// The order.
    pub order: OrderView,
    /// The bulletin's code, to be sent.
    pub bulletin: String,
    /// The unit's code, to be sent.
    pub area: String,
    /// Number of the order that it repeats.
    pub repeats: Option<String>,
    /// How it is signed.
    pub signer: Signer,
    /// Base64 of the order, sent where the center signs: a second press then asks for the same order.
    pub payload: String,
}

/// What an order says, in words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OrderView {
    /// Code and title.
    pub title: String,
    /// Where, in words.
    pub area: String,
    /// Why.
    pub reason: String,
    /// Communes that its stations serve.
    pub communes: usize,
    /// Stations with a device.
    pub devices: usize,
    /// Stations that air by hand.
    pub by_hand: usize,
    /// Since when it may begin, local.
    pub from: NaiveDateTime,
    /// It begins by then or not at all, local.
    pub until: NaiveDateTime,
}

/// One order that was asked for.
#[derive(Debug, Clone)]
pub struct BreakInView {
    /// Its number.
    pub id: String,
    /// What it says.
    pub order: OrderView,
    /// Who asked.
    pub by: String,
    /// When, local.
    pub at: NaiveDateTime,
    /// Whole minutes left; 0 when over.
    pub minutes_left: u64,
    /// Who answered, when (local), and whether they confirmed.
    pub answer: Option<(String, NaiveDateTime, bool)>,
    /// How the reader confirms it; none when they may not.
    pub confirm: Option<Signer>,
    /// Whether the reader may refuse it or take it back.
    pub may_refuse: bool,
    /// How the reader repeats it.
    pub repeat: Repeat,
    /// What became of it at each station.
    pub answers: Vec<AnswerView>,
}

impl BreakInView {
    /// Where it stands, as one short word that differs whenever what the page says of it does, but for the minutes left.
    /// `waits`: whether it can still be confirmed, to the second.
    pub fn state(&self, waits: bool) -> String {
        let decided = self.answer.as_ref().map(|(_, _, yes)| *yes);
        let told =
            |one: &AnswerView| format!("{:?}", (one.received, one.connected, one.said, &one.cause, one.began_at));
        let told: Vec<String> = self.answers.iter().map(told).collect();
        Sha256::of(format!("{:?}", (decided, waits, told)).as_bytes()).short()
    }
}

/// How an order is asked for once more.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Repeat {
    /// Not by this reader, or not now.
    No,
    /// At one press.
    AtOnce(Box<RepeatForm>),
    /// On a page of its own, which also says why it may not be.
    Apart,
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
    /// Its number.
    pub id: u64,
    /// The person.
    pub name: String,
    /// From, local.
    pub from: NaiveDateTime,
    /// Until, local.
    pub to: NaiveDateTime,
}

/// The order that one press asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RepeatForm {
    /// What it says.
    pub order: OrderView,
    /// How it is signed.
    pub signer: Signer,
    /// Base64 of the order, sent where the center signs: a second press then asks for the same order.
    pub payload: String,
}

impl OrderView {
    /// How many stations it is for.
    fn stations(&self) -> usize {
        self.devices + self.by_hand
    }
}

impl UrgentPage {
    /// The page as HTML.
    pub fn render(&self) -> Result<String, askama::Error> {
        super::render(self)
    }

    /// Whether anything on the page is signed by the reader's own key.
    fn signs(&self) -> bool {
        let at_once = |one: &BreakInView| matches!(&one.repeat, Repeat::AtOnce(form) if form.signer.own().is_some());
        let confirms = |one: &BreakInView| one.confirm.as_ref().is_some_and(|signer| signer.own().is_some());
        self.waiting.iter().any(confirms) || self.past.iter().any(at_once)
    }
}

impl ProposalPage {
    /// The page as HTML.
    pub fn render(&self) -> Result<String, askama::Error> {
        super::render(self)
    }
}
