//! The approver's queue: what waits, and what was decided lately.

use askama::Template;
use chrono::NaiveDateTime;

use super::frame::Frame;
use super::status::Sign;
use super::words::Words;
use crate::domain::bulletin::{Priority, State};

/// Both lists, as they stand beside a bulletin.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct QueueColumn {
    /// Versions that wait, the oldest first.
    pub waiting: Vec<QueueRow>,
    /// Versions decided lately, the newest first.
    pub decided: Vec<DecidedRow>,
}

/// `/duyet`. Rows lead to `/ban-tin/{code}`, where the decision is made.
#[derive(Debug, Clone, Template)]
#[template(path = "queue.html")]
pub struct QueuePage {
    /// Around the page.
    pub frame: Frame,
    /// What waits, and what was decided.
    pub queue: QueueColumn,
    /// Days held back until somebody gives their word.
    pub held: u64,
}

/// A version that waits for an approver.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QueueRow {
    /// Code of the bulletin.
    pub code: String,
    /// Title.
    pub title: String,
    /// Version.
    pub version: u32,
    /// Length, ms.
    pub duration_ms: u64,
    /// Priority.
    pub priority: Priority,
    /// Name of whoever submitted it, who need not have written it.
    pub submitted_by: String,
    /// When it was submitted, local.
    pub submitted_at: NaiveDateTime,
    /// Findings to look at before deciding.
    pub warnings: u32,
    /// Whether the reader wrote it and so cannot decide.
    pub own: bool,
    /// Whether it is a commune's own.
    pub commune: bool,
    /// Whether somebody else approved it first and a second approver is waited for.
    pub second: bool,
    /// Whether it is the version on the page.
    pub current: bool,
}

/// A version decided lately.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DecidedRow {
    /// Code of the bulletin.
    pub code: String,
    /// Title.
    pub title: String,
    /// Version.
    pub version: u32,
    /// What was decided.
    pub state: State,
    /// Whether it is approved and its last day is over.
    pub expired: bool,
    /// By whom.
    pub by: String,
    /// When, local.
    pub at: NaiveDateTime,
    /// Why, if a reason was given.
    pub reason: Option<String>,
}

impl QueuePage {
    /// The page as HTML.
    pub fn render(&self) -> Result<String, askama::Error> {
        super::render(self)
    }

    /// The oldest that the reader may decide.
    fn first(&self) -> Option<&QueueRow> {
        self.queue.waiting.iter().find(|row| !row.own)
    }
}

impl QueueRow {
    /// Whether it goes before ordinary ones.
    pub fn marked(&self) -> bool {
        self.priority != Priority::Ordinary
    }
}

impl DecidedRow {
    /// What was decided.
    pub fn sign(&self, words: &Words) -> Sign {
        super::bulletin::standing_sign(*words, self.state, self.expired)
    }
}
