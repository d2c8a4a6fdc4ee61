//! One slot rule: read by everybody, changed in the draft by whoever may.

use askama::Template;
use chrono::{NaiveDate, NaiveDateTime};

use super::bulletins::FieldError;
use super::frame::{Choice, Frame};

/// A rule's fields as typed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RuleForm {
    /// Name for people.
    pub name: String,
    /// `relay`, `bulletin` or `commune`.
    pub kind: String,
    /// Whose stream a relay carries.
    pub source: String,
    /// Time of day, `HH:MM`.
    pub time: String,
    /// Weekdays as cron writes them.
    pub weekdays: Vec<String>,
    /// Whether the cron text counts instead of time and weekdays.
    pub use_cron: bool,
    /// Cron text.
    pub cron: String,
    /// Length of each slot, minutes.
    pub minutes: String,
    /// Codes of areas.
    pub areas: String,
    /// Codes of areas left out.
    pub except: String,
    /// First day.
    pub valid_from: String,
    /// Last day.
    pub valid_to: String,
    /// What becomes of what would pass the slot's end: `cut`, `fade`, `push` or `drop`; empty for nothing.
    pub overrun: String,
    /// The rule that it stands in for.
    pub replaces: String,
    /// Digest of the rule as the form was opened on; empty for a new one.
    pub seen: String,
}

/// A field as it was and as it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RuleLine {
    /// Which field.
    pub label: String,
    /// As it was; empty for nothing.
    pub before: String,
    /// As it is.
    pub after: String,
}

/// `/khung-gio/{rule}` and `/khung-gio/them`. POST to the same address sends the fields of [`RuleForm`] with a `weekday`
/// for each day; `…/ket-thuc` sends `seen` and `last`; `…/hoan-lai` sends nothing else.
#[derive(Debug, Clone, Template)]
#[template(path = "grid_rule.html")]
pub struct GridRulePage {
    /// Around the page.
    pub frame: Frame,
    /// The rule's id; none for a new one.
    pub rule: Option<String>,
    /// Its name, or what is being made.
    pub heading: String,
    /// From which unit it comes and where it holds.
    pub origin: String,
    /// Code of the unit that is looked at; forms and links carry it on.
    pub area: String,
    /// That unit's name.
    pub area_name: String,
    /// The slot's day that led here.
    pub date: Option<NaiveDate>,
    /// Its fields for reading.
    pub lines: Vec<RuleLine>,
    /// Whether the draft has it otherwise than what is in force.
    pub changed: bool,
    /// Whether the reader may change it.
    pub may_edit: bool,
    /// Whether the reader may set another rule in its place in the unit looked at.
    pub may_override: bool,
    /// The form.
    pub form: RuleForm,
    /// What is wrong with it.
    pub errors: Vec<FieldError>,
    /// Somebody changed it since the form was opened: who, when, and how it stands now.
    pub conflict: Option<Conflict>,
    /// The form for one slot on one day, for whoever may change it in the unit looked at.
    pub exception: Option<ExceptionForm>,
    /// Such exceptions from today on.
    pub exceptions: Vec<ExceptionView>,
    /// Kinds to choose from.
    pub kinds: Vec<Choice>,
    /// What may become of what would pass the slot's end.
    pub overruns: Vec<Choice>,
    /// Weekdays to choose from.
    pub days: Vec<Choice>,
}

/// The form for one slot on one day, with what was typed. POST `…/ngoai-le` sends its fields; `…/ngoai-le/bo` sends `id`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ExceptionForm {
    /// The slot's day.
    pub date: String,
    /// The start that its rule gives it, `HH:MM`.
    pub at: String,
    /// `cancel`, `move` or `length`.
    pub what: String,
    /// Another start, `HH:MM`.
    pub to: String,
    /// Another length, minutes.
    pub minutes: String,
    /// Codes of areas.
    pub areas: String,
    /// Why.
    pub reason: String,
}

/// What becomes of one slot.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExceptionView {
    /// Its id.
    pub id: String,
    /// When, and what.
    pub text: String,
    /// Where.
    pub areas: String,
    /// Why.
    pub reason: String,
    /// Whether the reader may take it back.
    pub may: bool,
}

/// What somebody else made of a rule meanwhile.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Conflict {
    /// Who, a name; empty when it came with a new grid.
    pub by: String,
    /// When, local.
    pub at: NaiveDateTime,
    /// Where it differs from what was typed.
    pub lines: Vec<RuleLine>,
}

impl GridRulePage {
    /// The page as HTML.
    pub fn render(&self) -> Result<String, askama::Error> {
        super::render(self)
    }

    fn action(&self) -> String {
        format!("/khung-gio/{}", self.rule.as_deref().unwrap_or("them"))
    }

    /// The week that led here.
    fn back(&self) -> String {
        let week = self.date.map(|date| format!("&tuan={date}")).unwrap_or_default();
        format!("/khung-gio?don-vi={}{week}", self.area)
    }

    fn override_link(&self) -> String {
        format!("/khung-gio/them?don-vi={}&thay={}", self.area, self.rule.as_deref().unwrap_or(""))
    }

    fn invalid(&self, field: &str) -> bool {
        self.errors.iter().any(|error| error.field == field)
    }
}
