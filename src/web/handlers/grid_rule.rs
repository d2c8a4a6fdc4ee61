//! One slot rule: its form, and what is done with it in the draft.

use std::collections::BTreeSet;

use axum::extract::{Path, Query};
use axum::http::StatusCode;
use axum::response::Response;
use chrono::{NaiveDate, NaiveTime};
use serde::Deserialize;

use super::Failed;
use super::desk::{Desk, name_of, names, only};
use super::grid::{CHANGERS, changes_something, may_change, unit};
use super::grid_rule_judge::Judge;
use super::grid_words::{kind, kind_word, lines, overrun_word};
use crate::center::grid_drafts::{Edited, GridDesk, GridEdit, rule_digest};
use crate::domain::access::Role;
use crate::domain::grid_changes::{free_rule_id, rule};
use crate::domain::ids::{AreaCode, RuleId, Sha256};
use crate::domain::overrun::Policy;
use crate::domain::planner::area_day::named_by;
use crate::domain::slot::{Grid, SlotKind, SlotRule};
use crate::domain::timing::{Timing, WEEKDAYS};
use crate::web::pages::{Choice, Conflict, FieldError, GridRulePage, RuleForm, Tab};
use crate::web::session::{Posted, Signed};

pub(super) const KINDS: [SlotKind; 3] = [SlotKind::Bulletin, SlotKind::Commune, SlotKind::Relay];
/// Addresses beside rules' own.
const OWN_ADDRESSES: [&str; 3] = ["them", "xem-truoc", "giu-lai"];

/// `?don-vi=&ngay=&thay=`
#[derive(Debug, Default, Deserialize)]
pub struct Asked {
    #[serde(default, rename = "don-vi")]
    area: String,
    #[serde(default, rename = "ngay")]
    date: String,
    #[serde(default, rename = "luc")]
    at: String,
    #[serde(default, rename = "thay")]
    replaces: String,
}

/// One request about a rule.
pub struct Sheet<'a> {
    /// Who asks.
    pub me: &'a Signed,
    /// The province.
    pub desk: Desk,
    /// The grid and its draft.
    pub grid: GridDesk,
    /// The unit looked at.
    pub area: AreaCode,
    /// The slot's day that led here.
    pub date: Option<NaiveDate>,
    /// The start that its rule gives it.
    pub at: Option<NaiveTime>,
}

impl<'a> Sheet<'a> {
    /// Looks it up; the unit must be one that the reader may look at.
    pub async fn open(me: &'a Signed, area: &str, date: &str) -> Result<Self, Failed> {
        only(me, &Role::ALL)?;
        let desk = Desk::open(me).await?;
        let area = unit(me, &desk, area)?;
        let grid = me.visit.web.center.grid_desk().await?;
        Ok(Self { me, desk, grid, area, date: date.parse().ok(), at: None })
    }

    /// A rule as the reader may see it: drafts are for those who change things.
    pub fn rule(&self, id: &str) -> Result<&SlotRule, Failed> {
        let id: RuleId = id.parse().map_err(|_| Failed::NotFound)?;
        rule(self.shown(), &id).ok_or(Failed::NotFound)
    }

    /// The grid that the reader sees.
    pub fn shown(&self) -> &Grid {
        if changes_something(self.me) { self.grid.newest() } else { &self.grid.grid }
    }

    /// The page of a rule, or for a new one.
    pub fn page(&self, held: Option<&SlotRule>, form: RuleForm) -> GridRulePage {
        let (me, desk, words) = (self.me, &self.desk, self.me.words());
        let in_force = held.and_then(|held| rule(&self.grid.grid, &held.id));
        let day = self.date.unwrap_or(desk.today);
        let chain = desk.areas().chain(&self.area, day);
        let here = chain.first().copied();
        let from = held.and_then(|held| named_by(held, &chain));
        let may_edit = held.map_or(changes_something(me), |held| may_change(me, desk, held));
        let mine = desk.may_in(me, &CHANGERS, &self.area, desk.today);
        let changed = held.is_some() && in_force != held;
        let inherited = from.is_some_and(|unit| here.is_some_and(|here| unit.code != here.code));
        let origin = match (held, from) {
            (None, _) => desk.area_name(&self.area, day),
            (Some(_), Some(_)) if !inherited => words.t("kg-own"),
            (Some(_), Some(unit)) => words.t1("kg-from-unit", "unit", super::desk::full_name(unit)),
            (Some(_), None) => String::new(),
        };
        let days = WEEKDAYS.iter().enumerate().map(|(at, value)| Choice {
            value: (*value).into(),
            label: words.t(&format!("weekday-{}", at + 1)),
            selected: form.weekdays.iter().any(|day| day == value),
        });
        let kinds = KINDS.iter().map(|one| Choice {
            value: kind_word(*one).into(),
            label: kind(words, *one),
            selected: form.kind == kind_word(*one),
        });
        let overruns = std::iter::once(None).chain(Policy::ALL.map(Some)).map(|one| Choice {
            value: one.map_or("", Policy::word).into(),
            label: overrun_word(words, one),
            selected: form.overrun == one.map_or("", Policy::word),
        });
        GridRulePage {
            frame: me.frame(Tab::Grid),
            rule: held.map(|held| held.id.to_string()),
            heading: held.map_or_else(|| words.t("kg-add"), |held| held.name.clone()),
            origin,
            area: self.area.to_string(),
            area_name: desk.area_name(&self.area, day),
            date: self.date,
            lines: lines(words, desk, in_force.filter(|_| may_edit), held),
            changed,
            may_edit,
            may_override: inherited && mine,
            days: days.collect(),
            kinds: kinds.collect(),
            overruns: overruns.collect(),
            form,
            errors: Vec::new(),
            conflict: None,
            exception: held.filter(|_| mine).map(|held| super::grid_exception::empty(self, held)),
            exceptions: held.map(|held| super::grid_exception::views(self, held)).unwrap_or_default(),
        }
    }

    /// Back to the week that led here.
    pub fn week(&self) -> String {
        let week = self.date.map(|date| format!("&tuan={date}")).unwrap_or_default();
        format!("/khung-gio?don-vi={}{week}", self.area)
    }
}

/// The form as it opens.
pub fn form_of(rule: &SlotRule) -> RuleForm {
    let timing = Timing::of_cron(&rule.cron);
    let list = |codes: &BTreeSet<AreaCode>| codes.iter().map(AreaCode::as_str).collect::<Vec<_>>().join(", ");
    let date = |date: Option<NaiveDate>| date.map(|date| date.to_string()).unwrap_or_default();
    RuleForm {
        name: rule.name.clone(),
        kind: kind_word(rule.kind).into(),
        source: rule.source.clone().unwrap_or_default(),
        time: timing.as_ref().map(|timing| timing.time.format("%H:%M").to_string()).unwrap_or_default(),
        weekdays: timing.iter().flat_map(|timing| &timing.weekdays).map(|day| WEEKDAYS[*day].into()).collect(),
        use_cron: timing.is_none(),
        cron: rule.cron.clone(),
        minutes: rule.minutes.to_string(),
        areas: list(&rule.target.areas),
        except: list(&rule.target.except),
        valid_from: date(rule.valid_from),
        valid_to: date(rule.valid_to),
        overrun: rule.overrun.map_or("", Policy::word).into(),
        replaces: rule.replaces.as_ref().map(ToString::to_string).unwrap_or_default(),
        seen: rule_digest(rule).to_string(),
    }
}

/// `GET /khung-gio/{rule}`
pub async fn page(me: Signed, Path(id): Path<String>, Query(asked): Query<Asked>) -> Response {
    let result = show(&me, &id, &asked).await;
    me.answer(result)
}

async fn show(me: &Signed, id: &str, asked: &Asked) -> Result<Response, Failed> {
    let mut sheet = Sheet::open(me, &asked.area, &asked.date).await?;
    sheet.at = NaiveTime::parse_from_str(&asked.at, "%H:%M").ok();
    let held = sheet.rule(id)?;
    let page = sheet.page(Some(held), form_of(held));
    Ok(me.visit.page(StatusCode::OK, page.render()))
}

/// `GET /khung-gio/them`
pub async fn add_form(me: Signed, Query(asked): Query<Asked>) -> Response {
    let result = show_new(&me, &asked).await;
    me.answer(result)
}

async fn show_new(me: &Signed, asked: &Asked) -> Result<Response, Failed> {
    only(me, &CHANGERS)?;
    let sheet = Sheet::open(me, &asked.area, &asked.date).await?;
    let mut form = RuleForm {
        kind: kind_word(SlotKind::Bulletin).into(),
        weekdays: WEEKDAYS.map(str::to_owned).into(),
        minutes: "10".into(),
        ..RuleForm::default()
    };
    if !asked.replaces.is_empty() {
        let inherited = sheet.rule(&asked.replaces)?;
        form = RuleForm { replaces: asked.replaces.clone(), except: String::new(), ..form_of(inherited) };
        form.seen.clear();
    }
    form.areas = sheet.area.to_string();
    Ok(me.visit.page(StatusCode::OK, sheet.page(None, form).render()))
}

fn typed(form: &Posted) -> RuleForm {
    let text = |field: &str| form.field(field).to_string();
    RuleForm {
        name: text("name"),
        kind: text("kind"),
        source: text("source"),
        time: text("time"),
        weekdays: form.all("weekday").map(str::to_owned).collect(),
        use_cron: !form.field("use_cron").is_empty(),
        cron: text("cron"),
        minutes: text("minutes"),
        areas: text("areas"),
        except: text("except"),
        valid_from: text("valid_from"),
        valid_to: text("valid_to"),
        overrun: text("overrun"),
        replaces: text("replaces"),
        seen: text("seen"),
    }
}

/// `POST /khung-gio/them`
pub async fn add(form: Posted) -> Response {
    form.me.answer(keep(&form, None).await)
}

/// `POST /khung-gio/{rule}`
pub async fn change(Path(id): Path<String>, form: Posted) -> Response {
    form.me.answer(keep(&form, Some(&id)).await)
}

async fn keep(form: &Posted, id: Option<&str>) -> Result<Response, Failed> {
    let me = &form.me;
    only(me, &CHANGERS)?;
    let sheet = Sheet::open(me, form.field("don-vi"), form.field("ngay")).await?;
    // Somebody may have taken it out since; what was typed is still shown.
    let held = id.map(|id| sheet.rule(id)).transpose()?;
    if held.is_some_and(|held| !may_change(me, &sheet.desk, held)) {
        return Err(Failed::Forbidden);
    }
    let again = typed(form);
    let id = match held {
        Some(held) => held.id.clone(),
        None => new_id(&sheet, &again)?,
    };
    let mut judge = Judge { sheet: &sheet, words: me.words(), errors: Vec::new() };
    let new = judge.rule(id, &again);
    let errors = judge.errors;
    if !errors.is_empty() {
        let page = GridRulePage { errors, ..sheet.page(held, again) };
        return Ok(me.visit.page(StatusCode::UNPROCESSABLE_ENTITY, page.render()));
    }
    let seen: Option<Sha256> = again.seen.parse().ok();
    let act = if held.is_some() { "rule-changed" } else { "rule-added" };
    let edit = GridEdit::Put { rule: Box::new(new.clone()), seen, act };
    match me.visit.web.center.edit_grid(&edit, &me.person.name).await? {
        Edited::Kept => Ok(me.visit.redirect(&sheet.week(), Some(("grid-kept", 0)))),
        Edited::Overtaken { now, by, at } => {
            let words = me.words();
            let conflict = Conflict {
                by: if by.is_empty() { by } else { name_of(&names(me).await?, &by) },
                at: sheet.desk.local(at),
                lines: now.as_ref().map(|now| lines(words, &sheet.desk, Some(now), Some(&new))).unwrap_or_default(),
            };
            // Sent once more, it is meant to stand above what the other person made.
            let seen = now.map(|now| rule_digest(&now).to_string()).unwrap_or_default();
            let page = sheet.page(held, RuleForm { seen, ..again });
            let page = GridRulePage { conflict: Some(conflict), ..page };
            Ok(me.visit.page(StatusCode::CONFLICT, page.render()))
        }
    }
}

/// An id for a new rule: after what it replaces and where, or after its kind.
fn new_id(sheet: &Sheet<'_>, form: &RuleForm) -> Result<RuleId, Failed> {
    let start = match form.replaces.as_str() {
        "" => format!("{}-{}", form.kind, sheet.area),
        replaced => format!("{}-{}", replaced.chars().take(20).collect::<String>(), sheet.area),
    };
    let start = if OWN_ADDRESSES.contains(&start.as_str()) { format!("{start}-1") } else { start };
    free_rule_id(sheet.grid.newest(), &start).ok_or(Failed::Bad(StatusCode::UNPROCESSABLE_ENTITY, None))
}

/// `POST /khung-gio/{rule}/ket-thuc`
pub async fn end(Path(id): Path<String>, form: Posted) -> Response {
    form.me.answer(try_end(&form, &id).await)
}

async fn try_end(form: &Posted, id: &str) -> Result<Response, Failed> {
    let me = &form.me;
    only(me, &CHANGERS)?;
    let sheet = Sheet::open(me, form.field("don-vi"), "").await?;
    let held = sheet.rule(id)?;
    if !may_change(me, &sheet.desk, held) {
        return Err(Failed::Forbidden);
    }
    let last: Option<NaiveDate> = form.field("last").parse().ok();
    let Some(last) = last.filter(|last| held.valid_from.is_none_or(|first| first <= *last)) else {
        let field = "last".to_string();
        let errors = vec![FieldError { field, text: me.words().t("kg-error-reversed") }];
        let page = GridRulePage { errors, ..sheet.page(Some(held), form_of(held)) };
        return Ok(me.visit.page(StatusCode::UNPROCESSABLE_ENTITY, page.render()));
    };
    let rule = Box::new(SlotRule { valid_to: Some(last), ..held.clone() });
    let edit = GridEdit::Put { rule, seen: form.field("seen").parse().ok(), act: "rule-ended" };
    match me.visit.web.center.edit_grid(&edit, &me.person.name).await? {
        Edited::Kept => Ok(me.visit.redirect(&sheet.week(), Some(("grid-kept", 0)))),
        Edited::Overtaken { .. } => {
            let here = format!("/khung-gio/{id}?don-vi={}", sheet.area);
            Ok(me.visit.redirect(&here, Some(("grid-overtaken", 0))))
        }
    }
}

/// `POST /khung-gio/{rule}/hoan-lai`
pub async fn restore(Path(id): Path<String>, form: Posted) -> Response {
    form.me.answer(try_restore(&form, &id).await)
}

async fn try_restore(form: &Posted, id: &str) -> Result<Response, Failed> {
    let me = &form.me;
    only(me, &CHANGERS)?;
    let sheet = Sheet::open(me, form.field("don-vi"), "").await?;
    let id: RuleId = id.parse().map_err(|_| Failed::NotFound)?;
    let states = [rule(sheet.grid.newest(), &id), rule(&sheet.grid.grid, &id)];
    if states.iter().all(Option::is_none) {
        return Err(Failed::NotFound);
    }
    if states.into_iter().flatten().any(|rule| !may_change(me, &sheet.desk, rule)) {
        return Err(Failed::Forbidden);
    }
    me.visit.web.center.edit_grid(&GridEdit::Restore(id), &me.person.name).await?;
    Ok(me.visit.redirect(&sheet.week(), Some(("grid-restored", 0))))
}
