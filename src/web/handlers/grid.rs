//! The week grid: which slots a unit has in a week, by what is in force or by the draft.

use std::collections::{BTreeMap, BTreeSet};

use axum::extract::Query;
use axum::http::StatusCode;
use axum::response::Response;
use chrono::{NaiveDate, NaiveDateTime, NaiveTime, Timelike};
use serde::Deserialize;

use super::Failed;
use super::desk::{Desk, full_name, name_of, names, only};
use super::grid_words::{carries, slot_sign, step_text};
use crate::center::grid_drafts::GridDesk;
use crate::center::grid_preview::week_days;
use crate::domain::access::Role;
use crate::domain::area::{Area, Level};
use crate::domain::grid_changes::{exception_changes, rule, rule_changes};
use crate::domain::ids::{AreaCode, RuleId};
use crate::domain::planner::GridPlan;
use crate::domain::planner::area_day::{AreaDay, AreaSlot, area_day};
use crate::domain::slot::{Alteration, AlteredSlot, Daypart, SlotRule};
use crate::web::pages::{Choice, DraftView, GridDay, GridPage, GridRow, SlotView, Tab, Words};
use crate::web::session::Signed;

/// Who may change the grid where they have the role.
pub const CHANGERS: [Role; 2] = [Role::Approver, Role::Admin];

/// `?don-vi=&tuan=&xem=`
#[derive(Debug, Default, Deserialize)]
pub struct Asked {
    #[serde(default, rename = "don-vi")]
    area: String,
    #[serde(default, rename = "tuan")]
    week: String,
    #[serde(default, rename = "xem")]
    view: String,
}

/// `GET /khung-gio`
pub async fn week(me: Signed, Query(asked): Query<Asked>) -> Response {
    let result = show(&me, &asked).await;
    me.answer(result)
}

async fn show(me: &Signed, asked: &Asked) -> Result<Response, Failed> {
    only(me, &Role::ALL)?;
    let desk = Desk::open(me).await?;
    let center = &me.visit.web.center;
    let area = unit(me, &desk, &asked.area)?;
    let date = asked.week.parse().unwrap_or(desk.today);
    let grid = center.grid_desk().await?;
    let may_edit = changes_something(me);
    let draft = if may_edit { draft_view(me, &desk, &grid).await? } else { None };
    let drafted = draft.is_some() && asked.view != "dang-dung";
    let shown = if drafted { grid.newest() } else { &grid.grid };
    let (plan, _) = GridPlan::new(shown);
    let days: Vec<AreaDay> = week_days(date).into_iter().map(|day| area_day(&plan, desk.areas(), &area, day)).collect();
    let held = if may_edit { center.count_held_days().await? } else { 0 };
    let drafted_grid = Some(&grid).filter(|_| drafted);
    let look = Look { me, desk: &desk, changed: changed(drafted_grid), area: &area };
    let page = GridPage {
        frame: me.frame(Tab::Grid),
        area_name: desk.area_name(&area, date),
        areas: choices(me, &desk, &area, date),
        hours: hours(me.words(), &days),
        rows: rows(&look, &days),
        days: days.iter().map(|day| day_view(day, desk.today)).collect(),
        may_edit: draft.is_some() || may_edit,
        area: area.to_string(),
        draft,
        drafted,
        held,
    };
    Ok(me.visit.page(StatusCode::OK, page.render()))
}

/// Whether the reader may change rules anywhere.
pub fn changes_something(me: &Signed) -> bool {
    CHANGERS.iter().any(|role| me.person.is(*role))
}

/// Whether the reader may change this rule: they must have the role wherever it holds.
pub fn may_change(me: &Signed, desk: &Desk, rule: &SlotRule) -> bool {
    CHANGERS.iter().any(|role| desk.may_target(me, *role, &rule.target))
}

/// The unit asked for, or the reader's own: the first of those they have rights in that stands today.
pub fn unit(me: &Signed, desk: &Desk, asked: &str) -> Result<AreaCode, Failed> {
    if asked.is_empty() {
        let standing = |area: &&AreaCode| desk.areas().on(area, desk.today).is_some();
        let own = || me.person.grants.iter().map(|grant| &grant.area);
        return own().find(standing).or_else(|| own().next()).cloned().ok_or(Failed::Forbidden);
    }
    let area: AreaCode = asked.parse().map_err(|_| Failed::NotFound)?;
    if !desk.areas().knows(&area) {
        return Err(Failed::NotFound);
    }
    if desk.may_in(me, &Role::ALL, &area, desk.today) { Ok(area) } else { Err(Failed::Forbidden) }
}

/// Units the reader may look at: those above communes, and communes where they are few or near the chosen one.
fn choices(me: &Signed, desk: &Desk, chosen: &AreaCode, date: NaiveDate) -> Vec<Choice> {
    const FEW: usize = 60;
    let may = |unit: &&Area| unit.valid_on(date) && desk.may_in(me, &Role::ALL, &unit.code, desk.today);
    let mine: Vec<&Area> = desk.areas().iter().filter(may).collect();
    let all = mine.len() <= FEW;
    let above: BTreeSet<&AreaCode> = desk.areas().chain(chosen, date).iter().map(|unit| &unit.code).collect();
    let near = |unit: &Area| {
        let parent = unit.parent.as_ref();
        unit.code == *chosen || parent.is_some_and(|parent| above.contains(parent))
    };
    let shown = mine.into_iter().filter(|unit| all || unit.level != Level::Commune || near(unit));
    let mut shown: Vec<&Area> = shown.collect();
    shown.sort_by_key(|unit| (unit.level, full_name(unit)));
    let choice =
        |unit: &Area| Choice { selected: unit.code == *chosen, value: unit.code.to_string(), label: full_name(unit) };
    let mut choices: Vec<Choice> = shown.into_iter().map(choice).collect();
    if choices.iter().all(|choice| !choice.selected) {
        let label = desk.area_name(chosen, date);
        choices.insert(0, Choice { value: chosen.to_string(), label, selected: true });
    }
    choices
}

/// How the draft stands; none when none is open.
pub async fn draft_view(me: &Signed, desk: &Desk, grid: &GridDesk) -> Result<Option<DraftView>, Failed> {
    let Some(draft) = &grid.draft else { return Ok(None) };
    let (center, names) = (&me.visit.web.center, names(me).await?);
    let steps = center.grid_draft_steps().await?;
    let step = |row: &crate::center::grid_drafts::DraftRow| {
        let name = row.subject.parse().ok().and_then(|id| rule(&draft.grid, &id)).map(|rule| rule.name.as_str());
        let text = step_text(me.words(), &row.act, name.unwrap_or(&row.subject));
        (desk.local(row.at), name_of(&names, &row.by), text)
    };
    Ok(Some(DraftView {
        changes: (rule_changes(&grid.grid, &draft.grid).len() + exception_changes(&grid.grid, &draft.grid).len())
            as u64,
        seen: grid.seen,
        by: name_of(&names, &draft.by),
        at: desk.local(draft.at),
        steps: steps.iter().map(step).collect(),
        overtaken: grid.overtaken(),
    }))
}

fn day_view(day: &AreaDay, today: NaiveDate) -> GridDay {
    let guard = day.guard.as_ref();
    GridDay {
        date: day.date,
        today: day.date == today,
        hours: guard.map(|guard| format!("{}–{}", guard.open, guard.close)),
        exception: guard.and_then(|guard| guard.exception.clone()),
    }
}

/// What is allowed, a sentence for each span of days with the same hours.
fn hours(words: Words, days: &[AreaDay]) -> Vec<String> {
    let mut spans: Vec<(NaiveDate, NaiveDate, String)> = Vec::new();
    for day in days {
        let text = match &day.guard {
            None => words.t("kg-no-guard"),
            Some(guard) => {
                let span = format!("{}–{}", guard.open, guard.close);
                let minutes = words.n(guard.session_minutes);
                let text = words.t3("kg-hours", ("span", span), ("minutes", minutes), ("warn", guard.warn_before));
                match &guard.exception {
                    Some(why) => format!("{text} ({why})"),
                    None => text,
                }
            }
        };
        match spans.last_mut() {
            Some((_, last, same)) if *same == text => *last = day.date,
            _ => spans.push((day.date, day.date, text)),
        }
    }
    if let [(_, _, text)] = spans.as_slice() {
        return vec![text.clone()];
    }
    let named = |(from, to, text): &(NaiveDate, NaiveDate, String)| match from == to {
        true => format!("{}: {text}", words.weekday_short(from)),
        false => format!("{} – {}: {text}", words.weekday_short(from), words.weekday_short(to)),
    };
    spans.iter().map(named).collect()
}

/// Rows by time of start; slots of one day that start together are rows of their own.
fn rows(look: &Look<'_>, days: &[AreaDay]) -> Vec<GridRow> {
    let mut rows: BTreeMap<(NaiveTime, usize), Vec<Option<SlotView>>> = BTreeMap::new();
    for (column, day) in days.iter().enumerate() {
        let mut together: BTreeMap<NaiveTime, usize> = BTreeMap::new();
        let standing = day.slots.iter().map(|one| (one.slot.start, look.slot(one, day)));
        let cancelled = day.altered.iter().filter(|one| one.how == Alteration::Cancelled);
        let cancelled = cancelled.map(|one| (one.original_start, look.cancelled(one)));
        for (start, view) in standing.chain(cancelled) {
            let time = look.desk.local(start).time();
            let lane = together.entry(time).or_default();
            rows.entry((time, *lane)).or_insert_with(|| vec![None; days.len()])[column] = Some(view);
            *lane += 1;
        }
    }
    let mut part = None;
    let row = |((time, _), cells): ((NaiveTime, usize), _)| {
        let daypart = Daypart::of_hour(time.hour());
        let gap = part.is_some_and(|before| before != daypart);
        part = Some(daypart);
        GridRow { time: time.format("%H:%M").to_string(), gap, cells }
    };
    rows.into_iter().map(row).collect()
}

/// Rules that the draft has otherwise, and single slots of rules, by their original start.
type Changed = (BTreeSet<RuleId>, BTreeSet<(RuleId, NaiveDateTime)>);

fn changed(draft: Option<&GridDesk>) -> Changed {
    let Some(desk) = draft else { return Changed::default() };
    let (before, after) = (&desk.grid, desk.newest());
    let rules = rule_changes(before, after).into_iter().map(|change| change.rule).collect();
    let exceptions = exception_changes(before, after).into_iter();
    let slots = exceptions.flat_map(|change| [change.before, change.after]).flatten();
    (rules, slots.map(|change| (change.rule, change.at)).collect())
}

/// How the slots of a unit are shown.
struct Look<'a> {
    me: &'a Signed,
    desk: &'a Desk,
    changed: Changed,
    area: &'a AreaCode,
}

impl Look<'_> {
    fn href(&self, rule: &RuleId, original: NaiveDateTime) -> String {
        let (date, at) = (original.date(), original.format("%H:%M"));
        format!("/khung-gio/{rule}?don-vi={}&ngay={date}&luc={at}", self.area)
    }

    fn is_changed(&self, rule: &RuleId, original: NaiveDateTime) -> bool {
        self.changed.0.contains(rule) || self.changed.1.contains(&(rule.clone(), original))
    }

    fn slot(&self, one: &AreaSlot, day: &AreaDay) -> SlotView {
        let (words, slot) = (self.me.words(), &one.slot);
        let original = self.desk.local(slot.original_start());
        let from = match &one.from {
            Some(unit) if unit == self.area => words.t("kg-own"),
            Some(unit) => words.t1("kg-from-unit", "unit", self.desk.area_name(unit, day.date)),
            None => String::new(),
        };
        let mut signs: Vec<(bool, String)> = one.problems.iter().map(|problem| slot_sign(words, problem)).collect();
        let same = |other: &&AlteredSlot| other.rule == slot.rule && other.original_start == slot.original_start();
        if let Some(other) = day.altered.iter().find(same) {
            let key = if slot.moved_from.is_some() { "kx-sign-moved" } else { "kx-sign-length" };
            signs.push((false, words.t2(key, "from", words.time(original), "reason", &other.reason)));
        }
        SlotView {
            href: self.href(&slot.rule, original),
            name: slot.name.clone(),
            span: format!("{}–{}", words.time(self.desk.local(slot.start)), words.time(self.desk.local(slot.end))),
            carries: carries(words, slot.kind, slot.source.as_deref()),
            from,
            changed: self.is_changed(&slot.rule, original),
            signs,
        }
    }

    /// A slot that people left out that day: where it would be, so that it can be found and put back.
    fn cancelled(&self, one: &AlteredSlot) -> SlotView {
        let words = self.me.words();
        let original = self.desk.local(one.original_start);
        SlotView {
            href: self.href(&one.rule, original),
            name: one.name.clone(),
            span: words.time(original),
            carries: words.t("kx-cancelled"),
            from: one.reason.clone(),
            changed: self.is_changed(&one.rule, original),
            signs: vec![(false, words.t("kx-sign-cancelled"))],
        }
    }
}
