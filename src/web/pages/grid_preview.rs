//! What publishing the drafted grid would do, and the button that does it.

use askama::Template;
use chrono::{NaiveDate, NaiveDateTime};

use super::frame::Frame;
use super::grid_rule::RuleLine;
use super::words::Words;

/// `/khung-gio/xem-truoc`. POST `/khung-gio/phat-hanh` sends `seen`, and `word` where stations become small.
#[derive(Debug, Clone, Template)]
#[template(path = "grid_preview.html")]
pub struct GridPreviewPage {
    /// Around the page.
    pub frame: Frame,
    /// What is not as it was when the button was pressed.
    pub moved: Vec<String>,
    /// Why it was not published.
    pub error: Option<String>,
    /// The preview; none when no draft is open.
    pub view: Option<PreviewView>,
}

/// The preview.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PreviewView {
    /// Rules that change.
    pub changes: Vec<ChangeView>,
    /// What keeps it from being published.
    pub refusals: Vec<ProblemView>,
    /// What to look at.
    pub warnings: Vec<ProblemView>,
    /// Today.
    pub from: NaiveDate,
    /// The last day planned.
    pub to: NaiveDate,
    /// Stations where something changes, those that become small first; of this page.
    pub rows: Vec<PreviewRow>,
    /// How many stations there are on all pages.
    pub stations: u64,
    /// Items over all of them: before, after, new, gone, moved.
    pub sums: [u64; 5],
    /// This page, from 1.
    pub page: u64,
    /// Pages.
    pub pages: u64,
    /// Stations where nothing does.
    pub unchanged: u64,
    /// Stations that become empty or much smaller, by name.
    pub small: Vec<String>,
    /// Rules of others that the reader may not publish, by name.
    pub outside: Vec<String>,
    /// Whether another grid came into force since the draft was begun.
    pub overtaken: bool,
    /// Whether the reader may publish.
    pub may_publish: bool,
    /// What the form must carry.
    pub seen: String,
    /// The draft's newest step.
    pub step: i64,
}

/// A rule that changes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChangeView {
    /// Its id.
    pub rule: String,
    /// Its name.
    pub name: String,
    /// Whether it is new, changed, ended or taken out.
    pub what: String,
    /// Field by field.
    pub lines: Vec<RuleLine>,
}

/// What the linter says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProblemView {
    /// In the reader's words, with the rule.
    pub text: String,
    /// The rules that it takes together, none of which can be spared; none where one does so alone.
    pub together: Option<String>,
    /// The linter's own sentence, in English.
    pub detail: String,
    /// Where the rule is changed.
    pub href: Option<String>,
}

/// A station where something changes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PreviewRow {
    /// Its name.
    pub station: String,
    /// Its id.
    pub id: String,
    /// Its unit.
    pub unit: String,
    /// Items issued.
    pub before: u64,
    /// Items of the new plan.
    pub after: u64,
    /// Items that come.
    pub new: u64,
    /// Items that go.
    pub gone: u64,
    /// Items that move.
    pub moved: u64,
    /// Days that become empty or much smaller, a sentence each.
    pub small: Vec<String>,
    /// What moves and goes: title, from when, to when.
    pub displaced: Vec<(String, NaiveDateTime, Option<NaiveDateTime>)>,
    /// How many more there are.
    pub more: u64,
}

impl GridPreviewPage {
    /// The page as HTML.
    pub fn render(&self) -> Result<String, askama::Error> {
        super::render(self)
    }
}

impl PreviewView {
    /// Sums over all stations in words.
    fn counts(&self, words: &Words) -> (String, String) {
        let [before, after, new, gone, moved] = self.sums;
        let [new, gone, moved] = [new, gone, moved].map(|sum| words.n(sum));
        let rest = words.t3("kp-sums", ("new", new), ("gone", gone), ("moved", moved));
        (words.of("kp-sum", before, after), rest)
    }

    fn ready(&self) -> bool {
        self.may_publish && self.refusals.is_empty() && !self.overtaken && !self.changes.is_empty()
    }
}
