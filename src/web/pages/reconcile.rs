//! The auditor's reconciliation: the sums, how they are known, and every line behind them.

use askama::Template;
use chrono::{NaiveDate, NaiveDateTime};

use super::frame::{Choice, Frame, encode};
use super::status::{Outcome, Sign};
use crate::domain::as_run::{Cause, Evidence};
use crate::domain::reconcile::Coverage;

/// `/doi-soat?from=&to=&area=&station=&bulletin=&outcome=&page=`; `outcome` is a word of [`Outcome`] or `late`. The same
/// query at `/doi-soat.csv` gives all lines as CSV. Lines lead to
/// `/doi-soat/{airing}?station=&date=&back=`.
#[derive(Debug, Clone, Template)]
#[template(path = "reconcile.html")]
pub struct ReconcilePage {
    /// Around the page.
    pub frame: Frame,
    /// What is asked for.
    pub filter: Filter,
    /// Areas to choose from; the first has an empty value and means all.
    pub areas: Vec<Choice>,
    /// Stations to choose from, in the same way.
    pub stations: Vec<Choice>,
    /// Bulletins to choose from, in the same way.
    pub bulletins: Vec<Choice>,
    /// Name of the area asked for; the whole province without one.
    pub area_name: String,
    /// Until when records are counted, local.
    pub as_of: NaiveDateTime,
    /// The sums.
    pub sums: Sums,
    /// How the planned airings' outcomes are known.
    pub evidence: EvidenceShares,
    /// Sums by area, or by station within a low area.
    pub groups: Vec<GroupRow>,
    /// Whether groups are areas (else stations).
    pub groups_are_areas: bool,
    /// Lines of this page.
    pub lines: Vec<LineView>,
    /// Lines that match, on all pages.
    pub total_lines: u64,
    /// This page, from 1.
    pub page: u64,
    /// Lines a page.
    pub page_size: u64,
}

/// What is asked for; empty text means all.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Filter {
    /// First day.
    pub from: NaiveDate,
    /// Last day.
    pub to: NaiveDate,
    /// Area code.
    pub area: String,
    /// Station id.
    pub station: String,
    /// Bulletin code.
    pub bulletin: String,
    /// Outcome's word, or `late`.
    pub outcome: String,
}

/// Counts of airings. `planned` = aired + partial + missed + unreported + excused; `late` is a mark within aired and
/// partial; `off_schedule`, `urgent` and `upcoming` stand outside.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Sums {
    /// Due airings of the plan.
    pub planned: u64,
    /// Aired in full.
    pub aired: u64,
    /// Aired in part.
    pub partial: u64,
    /// Not aired.
    pub missed: u64,
    /// Nobody said anything.
    pub unreported: u64,
    /// Not heard, and excused by force majeure.
    pub excused: u64,
    /// Begun late, among aired and partial.
    pub late: u64,
    /// Aired, not planned.
    pub off_schedule: u64,
    /// By break-in orders, whatever became of them.
    pub urgent: u64,
    /// Not due yet.
    pub upcoming: u64,
}

/// Planned airings by the strongest evidence of their outcome.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct EvidenceShares {
    /// Recorded off air.
    pub heard: u64,
    /// A device's journal.
    pub played: u64,
    /// A person's word.
    pub declared: u64,
    /// Nothing.
    pub none: u64,
}

/// Sums of an area or a station.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GroupRow {
    /// Area code or station id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Its sums.
    pub sums: Sums,
    /// How its outcomes are known.
    pub evidence: EvidenceShares,
}

/// One planned airing beside what became of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LineView {
    /// Airing id, hex.
    pub airing: String,
    /// Where it leads: `/doi-soat/{airing}` with the station's day and the list to go back to.
    pub href: String,
    /// Station's name.
    pub station: String,
    /// Bulletin's code.
    pub bulletin: String,
    /// Bulletin's title.
    pub title: String,
    /// Planned start, local.
    pub planned_start: NaiveDateTime,
    /// Planned length, ms.
    pub planned_ms: u64,
    /// Actual start, local, if known.
    pub actual_start: Option<NaiveDateTime>,
    /// Actual length, ms, if known.
    pub actual_ms: Option<u64>,
    /// What became of it.
    pub outcome: Outcome,
    /// Whether it began late.
    pub late: bool,
    /// How it is known.
    pub evidence: Evidence,
    /// Why it went wrong.
    pub cause: Option<Cause>,
    /// What excuses it and who declared that, in words.
    pub excuse: Option<String>,
    /// Whether it was not planned.
    pub off_schedule: bool,
    /// Whether two people ordered it beside the plan.
    pub urgent: bool,
}

impl Sums {
    /// Whether the five outcomes make up the plan; a page that shows otherwise says so in red.
    pub fn agree(&self) -> bool {
        self.planned == self.aired + self.partial + self.missed + self.unreported + self.excused
    }

    /// The share of what was to air that did, by the one rule for it.
    fn coverage(&self) -> Coverage {
        Coverage::of(self.aired, self.planned, self.excused)
    }
}

impl Filter {
    /// The query of this filter, encoded, without `page`.
    pub fn query(&self) -> String {
        let mut query = format!("from={}&to={}", self.from, self.to);
        for (name, value) in
            [("area", &self.area), ("station", &self.station), ("bulletin", &self.bulletin), ("outcome", &self.outcome)]
        {
            if !value.is_empty() {
                query.push_str(&format!("&{name}={}", encode(value)));
            }
        }
        query
    }
}

impl ReconcilePage {
    /// The page as HTML.
    pub fn render(&self) -> Result<String, askama::Error> {
        super::render(self)
    }

    fn of_outcome(&self, outcome: &str) -> String {
        let filter = Filter { outcome: outcome.into(), ..self.filter.clone() };
        format!("/doi-soat?{}#l", filter.query())
    }

    fn of_group(&self, group: &GroupRow) -> String {
        let mut filter = self.filter.clone();
        if self.groups_are_areas {
            filter.area.clone_from(&group.id);
        } else {
            filter.station.clone_from(&group.id);
        }
        format!("/doi-soat?{}", filter.query())
    }

    fn of_page(&self, page: u64) -> String {
        format!("/doi-soat?{}&page={page}#l", self.filter.query())
    }

    fn csv(&self) -> String {
        format!("/doi-soat.csv?{}", self.filter.query())
    }

    fn first_line(&self) -> u64 {
        (self.page.saturating_sub(1) * self.page_size + 1).min(self.total_lines)
    }

    fn last_line(&self) -> u64 {
        (self.page * self.page_size).min(self.total_lines)
    }

    fn more(&self) -> bool {
        self.last_line() < self.total_lines
    }

    fn sign(&self, line: &LineView) -> Sign {
        if line.off_schedule {
            return self.frame.warn(self.frame.w.t("outcome-off-schedule"));
        }
        line.outcome.sign(self.frame.w, line.late, line.evidence == Evidence::Declared)
    }

    fn part(&self, outcome: Outcome) -> Sign {
        outcome.sign(self.frame.w, false, false)
    }

    fn outcomes(&self) -> Vec<Choice> {
        let words = self.frame.w;
        let mut choices = vec![("", words.t("filter-all")), ("late", words.t("sum-late"))];
        for outcome in [Outcome::Aired, Outcome::Partial, Outcome::Missed, Outcome::Unreported, Outcome::Excused] {
            choices.push((outcome.word(), words.t(&format!("outcome-{}", outcome.word()))));
        }
        choices.push(("urgent", words.t("outcome-urgent")));
        choices.push(("off_schedule", words.t("outcome-off-schedule")));
        choices
            .into_iter()
            .map(|(value, label)| Choice { value: value.into(), label, selected: value == self.filter.outcome })
            .collect()
    }

    /// The grades of a group that know at least one outcome: `nhật ký thiết bị 75,0%`.
    fn known_by(&self, group: &GroupRow) -> String {
        let words = self.frame.w;
        let known = group.evidence.grades().into_iter().filter(|(_, count)| *count > 0);
        let share = |(grade, count)| format!("{} {}", words.evidence(&grade), words.percent(count, group.sums.planned));
        known.map(share).collect::<Vec<_>>().join(" · ")
    }
}

impl EvidenceShares {
    /// The grades of evidence, strongest first, with their counts.
    fn grades(self) -> [(Evidence, u64); 4] {
        let shares = self;
        [
            (Evidence::Heard, shares.heard),
            (Evidence::Played, shares.played),
            (Evidence::Declared, shares.declared),
            (Evidence::None, shares.none),
        ]
    }
}
