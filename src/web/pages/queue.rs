//! The approver's queue: what waits, and what was decided lately.

use askama::Template;
use chrono::NaiveDateTime;

use super::frame::Frame;
use crate::domain::bulletin::{Priority, State};

/// `/duyet`. Rows lead to `/ban-tin/{code}`, where the decision is made.
#[derive(Debug, Clone, Template)]
#[template(path = "queue.html")]
pub struct QueuePage {
    /// Around the page.
    pub frame: Frame,
    /// Versions that wait, the oldest first.
    pub waiting: Vec<QueueRow>,
    /// Versions decided lately, the newest first.
    pub decided: Vec<DecidedRow>,
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
    /// Author's name.
    pub author: String,
    /// When it was submitted, local.
    pub submitted_at: NaiveDateTime,
    /// Findings to look at before deciding.
    pub warnings: u32,
    /// Whether the reader wrote it and so cannot decide.
    pub own: bool,
}

/// A version decided lately.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DecidedRow {
    /// Code of the bulletin.
    pub code: String,
    /// Title.
    pub title: String,
    /// What was decided.
    pub state: State,
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

    fn decision(&self, row: &DecidedRow) -> super::Sign {
        super::bulletins::state_sign(self.frame.w, row.state)
    }
}
