//! One slot on one day: cancelled, moved or of another length, in the draft; and such exceptions taken back.

use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::Response;
use chrono::{NaiveDate, NaiveDateTime, NaiveTime};

use super::Failed;
use super::desk::{Desk, codes, only};
use super::grid::CHANGERS;
use super::grid_rule::{Sheet, form_of};
use super::grid_words::{exception_text, where_};
use crate::center::grid_drafts::GridEdit;
use crate::domain::area::Target;
use crate::domain::grid_changes::free_exception_id;
use crate::domain::guard::MinuteOfDay;
use crate::domain::ids::ChangeId;
use crate::domain::recurrence::CronRule;
use crate::domain::slot::{Changed, SlotChange, SlotRule};
use crate::web::pages::{ExceptionForm, ExceptionView, FieldError, GridRulePage, Words};
use crate::web::session::{Posted, Signed};

/// Longest reason, characters.
const LONGEST_REASON: usize = 200;

/// Whether the reader may make or take back an exception with this target.
pub fn may(me: &Signed, desk: &Desk, target: &Target) -> bool {
    CHANGERS.iter().any(|role| desk.may_target(me, *role, target))
}

/// Exceptions of a rule from today on, the nearest first.
pub fn views(sheet: &Sheet<'_>, rule: &SlotRule) -> Vec<ExceptionView> {
    let (words, desk) = (sheet.me.words(), &sheet.desk);
    let of_rule = |change: &&SlotChange| change.rule == rule.id && desk.today <= change.at.date();
    let mut changes: Vec<&SlotChange> = sheet.shown().changes.iter().filter(of_rule).collect();
    changes.sort_by_key(|change| change.at);
    let view = |change: &SlotChange| ExceptionView {
        id: change.id.to_string(),
        text: exception_text(words, change),
        areas: where_(words, desk, &change.target),
        reason: change.reason.clone(),
        may: may(sheet.me, desk, &change.target),
    };
    changes.into_iter().map(view).collect()
}

/// An empty form for the slot that led here.
pub fn empty(sheet: &Sheet<'_>, rule: &SlotRule) -> ExceptionForm {
    let day = sheet.date.unwrap_or(sheet.desk.today);
    let times = times(rule, day);
    let at = sheet.at.filter(|at| times.contains(at)).or_else(|| times.first().copied());
    ExceptionForm {
        date: sheet.date.map(|date| date.to_string()).unwrap_or_default(),
        at: at.map(|at| at.format("%H:%M").to_string()).unwrap_or_default(),
        what: "cancel".into(),
        areas: sheet.area.to_string(),
        ..ExceptionForm::default()
    }
}

/// Times of day at which a rule makes slots on a day.
fn times(rule: &SlotRule, date: NaiveDate) -> Vec<NaiveTime> {
    CronRule::parse(&rule.cron)
        .map(|cron| cron.on_day(date))
        .unwrap_or_default()
        .iter()
        .map(NaiveDateTime::time)
        .collect()
}

fn typed(form: &Posted) -> ExceptionForm {
    let text = |field: &str| form.field(field).to_string();
    ExceptionForm {
        date: text("date"),
        at: text("at"),
        what: text("what"),
        to: text("to"),
        minutes: text("minutes"),
        areas: text("areas"),
        reason: text("reason"),
    }
}

/// What is wrong with a form, by field.
#[derive(Default)]
struct Wrong(Vec<FieldError>);

impl Wrong {
    fn note(&mut self, field: &str, text: String) {
        self.0.push(FieldError { field: format!("x-{field}"), text });
    }
}

fn what(words: Words, form: &ExceptionForm, wrong: &mut Wrong) -> Changed {
    let minutes: Option<u32> = form.minutes.parse().ok().filter(|minutes| (1..=240).contains(minutes));
    if minutes.is_none() && (!form.minutes.is_empty() || form.what == "length") {
        wrong.note("minutes", words.t("kg-error-minutes"));
    }
    match form.what.as_str() {
        "move" => {
            let to: Option<MinuteOfDay> = form.to.parse().ok().filter(|to: &MinuteOfDay| to.minutes() < 1440);
            if to.is_none() {
                wrong.note("to", words.t("kg-error-time"));
            }
            to.map_or(Changed::Cancel, |to| Changed::Move { to, minutes })
        }
        "length" => Changed::Length { minutes: minutes.unwrap_or(1) },
        _ => Changed::Cancel,
    }
}

fn judge(sheet: &Sheet<'_>, rule: &SlotRule, form: &ExceptionForm, wrong: &mut Wrong) -> Option<SlotChange> {
    let (me, words, desk) = (sheet.me, sheet.me.words(), &sheet.desk);
    let date: Option<NaiveDate> = form.date.parse().ok();
    if date.is_none() {
        wrong.note("date", words.t("kg-error-date"));
    }
    let time = NaiveTime::parse_from_str(&form.at, "%H:%M").ok();
    let at = date.zip(time).map(|(date, time)| date.and_time(time));
    let made = at.is_some_and(|at| times(rule, at.date()).contains(&at.time()));
    if date.is_some() && !made {
        wrong.note("at", words.t1("kx-error-at", "at", &form.at));
    }
    let what = what(words, form, wrong);
    if form.reason.is_empty() || form.reason.chars().count() > LONGEST_REASON {
        wrong.note("reason", words.t("kx-error-reason"));
    }
    let areas = codes(&form.areas).unwrap_or_default();
    if areas.is_empty() {
        wrong.note("areas", words.t("error-areas"));
    }
    for area in areas.iter().filter(|area| !desk.areas().knows(area)) {
        wrong.note("areas", words.t1("error-area-unknown", "value", area));
    }
    let target = Target { areas, except: Default::default() };
    if wrong.0.is_empty() && !may(me, desk, &target) {
        wrong.note("areas", words.t("error-area-right"));
    }
    let at = at.filter(|_| wrong.0.is_empty())?;
    // What is said of the same slot and areas once more takes the place of what was said before.
    let grid = sheet.grid.newest();
    let same = |one: &&SlotChange| one.rule == rule.id && one.at == at && one.target == target;
    let id = match grid.changes.iter().find(same) {
        Some(held) => held.id.clone(),
        None => free_exception_id(grid, &format!("{}-{}", rule.id, at.format("%Y%m%d-%H%M")))?,
    };
    let by = Some(me.person.name.clone());
    Some(SlotChange { id, target, rule: rule.id.clone(), at, what, reason: form.reason.clone(), by })
}

/// `POST /khung-gio/{rule}/ngoai-le`
pub async fn make(Path(id): Path<String>, form: Posted) -> Response {
    form.me.answer(try_make(&form, &id).await)
}

async fn try_make(form: &Posted, id: &str) -> Result<Response, Failed> {
    let me = &form.me;
    only(me, &CHANGERS)?;
    let sheet = Sheet::open(me, form.field("don-vi"), form.field("date")).await?;
    let rule = sheet.rule(id)?;
    let again = typed(form);
    let mut wrong = Wrong::default();
    let change = judge(&sheet, rule, &again, &mut wrong);
    let Some(change) = change else {
        let page = sheet.page(Some(rule), form_of(rule));
        let page = GridRulePage { exception: Some(again), errors: wrong.0, ..page };
        return Ok(me.visit.page(StatusCode::UNPROCESSABLE_ENTITY, page.render()));
    };
    let edit = GridEdit::PutException(Box::new(change));
    me.visit.web.center.edit_grid(&edit, &me.person.name).await?;
    Ok(me.visit.redirect(&sheet.week(), Some(("grid-kept", 0))))
}

/// `POST /khung-gio/{rule}/ngoai-le/bo`
pub async fn delete(Path(id): Path<String>, form: Posted) -> Response {
    form.me.answer(try_delete(&form, &id).await)
}

async fn try_delete(form: &Posted, rule: &str) -> Result<Response, Failed> {
    let me = &form.me;
    only(me, &CHANGERS)?;
    let sheet = Sheet::open(me, form.field("don-vi"), form.field("ngay")).await?;
    let id: ChangeId = form.field("id").parse().map_err(|_| Failed::NotFound)?;
    let held = sheet.grid.newest().changes.iter().find(|one| one.id == id && one.rule.as_str() == rule);
    let held = held.ok_or(Failed::NotFound)?;
    if !may(me, &sheet.desk, &held.target) {
        return Err(Failed::Forbidden);
    }
    me.visit.web.center.edit_grid(&GridEdit::DeleteException(id), &me.person.name).await?;
    Ok(me.visit.redirect(&sheet.week(), Some(("grid-kept", 0))))
}
