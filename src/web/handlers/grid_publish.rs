//! Before and after a draft comes into force: the preview, publishing, giving up, carrying over to a newer grid.

use axum::extract::Query;
use axum::http::StatusCode;
use axum::response::Response;
use serde::Deserialize;

use super::Failed;
use super::desk::{Desk, full_name, only};
use super::grid::{CHANGERS, may_change};
use super::grid_exception;
use super::grid_words::{exception_lines, exception_text, lines, lint, what};
use crate::center::grid_preview::{GridPreview, Moved, Publishing, Seen, StationPreview};
use crate::domain::grid_changes::{ExceptionChange, RuleChange, rule};
use crate::domain::planner::difference::Difference;
use crate::domain::problem::{Problem, Severity};
use crate::web::pages::{ChangeView, GridPreviewPage, PreviewRow, PreviewView, ProblemView, Tab, Words};
use crate::web::session::{Posted, Signed};

/// Displaced items named at a station.
const NAMED: usize = 10;
/// Days named at a station that become small.
const SMALL_DAYS: usize = 3;
/// Stations a page.
const PAGE_SIZE: usize = 50;

/// `?trang=`
#[derive(Debug, Default, Deserialize)]
pub struct Asked {
    #[serde(default, rename = "trang")]
    page: String,
}

/// `GET /khung-gio/xem-truoc`
pub async fn preview(me: Signed, Query(asked): Query<Asked>) -> Response {
    let page = asked.page.parse().unwrap_or(1);
    let result = show_page(&me, StatusCode::OK, &[], None, page).await;
    me.answer(result)
}

async fn show(me: &Signed, status: StatusCode, moved: &[Moved], error: Option<&str>) -> Result<Response, Failed> {
    show_page(me, status, moved, error, 1).await
}

async fn show_page(
    me: &Signed,
    status: StatusCode,
    moved: &[Moved],
    error: Option<&str>,
    page: usize,
) -> Result<Response, Failed> {
    only(me, &CHANGERS)?;
    let desk = Desk::open(me).await?;
    let preview = me.visit.web.center.preview_grid().await?;
    let words = me.words();
    let page = GridPreviewPage {
        frame: me.frame(Tab::Grid),
        moved: moved.iter().map(|one| moved_text(words, *one)).collect(),
        error: error.map(|key| words.t(key)),
        view: preview.map(|preview| view(me, &desk, &preview, page)),
    };
    Ok(me.visit.page(status, page.render()))
}

fn moved_text(words: Words, moved: Moved) -> String {
    words.t(match moved {
        Moved::Draft => "kp-moved-draft",
        Moved::Grid => "kp-moved-grid",
        Moved::Inputs => "kp-moved-inputs",
        Moved::Rundowns => "kp-moved-rundowns",
        Moved::Time => "kp-moved-time",
    })
}

fn view(me: &Signed, desk: &Desk, preview: &GridPreview, page: usize) -> PreviewView {
    let words = me.words();
    let problem = |problem: &Problem| problem_view(words, preview, problem);
    let change = |change: &RuleChange| ChangeView {
        rule: change.rule.to_string(),
        name: change.after.as_ref().or(change.before.as_ref()).map(|rule| rule.name.clone()).unwrap_or_default(),
        what: what(words, change),
        lines: lines(words, desk, change.before.as_ref(), change.after.as_ref()),
    };
    let exception = |change: &ExceptionChange| {
        let one = change.after.as_ref().or(change.before.as_ref());
        let rule_of = one.and_then(|one| rule(preview.desk.newest(), &one.rule));
        ChangeView {
            rule: one.map(|one| one.rule.to_string()).unwrap_or_default(),
            name: rule_of.map(|rule| rule.name.clone()).unwrap_or_default(),
            what: words.t("kx-what-one"),
            lines: exception_lines(words, desk, change),
        }
    };
    let exceptions = preview.exceptions.iter().map(exception);
    let outside: Vec<String> = outside(me, desk, preview);
    let mut stations: Vec<&StationPreview> = preview.stations.iter().collect();
    stations.sort_by_key(|one| one.small.is_empty());
    let pages = stations.len().div_ceil(PAGE_SIZE).max(1);
    let page = page.clamp(1, pages);
    let mut sums = [0; 5];
    for Difference { before, after, new, gone, moved, .. } in stations.iter().map(|one| &one.difference) {
        for (sum, part) in sums.iter_mut().zip([before, after, new, gone, moved]) {
            *sum += u64::from(*part);
        }
    }
    let shown = stations.iter().skip((page - 1) * PAGE_SIZE).take(PAGE_SIZE);
    let name = |one: &StationPreview| {
        let station = desk.schedules.stations.iter().find(|station| station.id == one.station);
        station.map_or_else(|| one.station.to_string(), |station| station.name.clone())
    };
    let warns = |one: &&Problem| one.severity == Severity::Warn || preview.known.contains(one);
    PreviewView {
        changes: preview.changes.iter().map(change).chain(exceptions).collect(),
        refusals: preview.refusals().map(problem).collect(),
        warnings: preview.problems.iter().filter(warns).map(problem).collect(),
        from: preview.from,
        to: preview.to,
        small: preview.small().map(name).collect(),
        rows: shown.map(|one| row(words, desk, one)).collect(),
        stations: stations.len() as u64,
        sums,
        page: page as u64,
        pages: pages as u64,
        unchanged: preview.unchanged as u64,
        may_publish: outside.is_empty(),
        outside,
        overtaken: preview.desk.overtaken(),
        seen: preview.seen.field(),
        step: preview.seen.draft,
    }
}

/// Rules of the draft that the reader has no right to, as they were or as they become.
fn outside(me: &Signed, desk: &Desk, preview: &GridPreview) -> Vec<String> {
    let states = |change: &RuleChange| [change.before.clone(), change.after.clone()];
    let changed = preview.changes.iter().flat_map(states).flatten();
    let mut names: Vec<String> = changed.filter(|rule| !may_change(me, desk, rule)).map(|rule| rule.name).collect();
    let states = |change: &ExceptionChange| [change.before.clone(), change.after.clone()];
    let changed = preview.exceptions.iter().flat_map(states).flatten();
    let theirs = changed.filter(|one| !grid_exception::may(me, desk, &one.target));
    names.extend(theirs.map(|one| exception_text(me.words(), &one)));
    names.sort();
    names.dedup();
    names
}

fn problem_view(words: Words, preview: &GridPreview, problem: &Problem) -> ProblemView {
    let id = problem.subject.parse().ok();
    let about = id.as_ref().and_then(|id| rule(preview.desk.newest(), id));
    let name = |id: &String| {
        let known = id.parse().ok().and_then(|id| rule(preview.desk.newest(), &id));
        format!("“{}”", known.map_or(id.as_str(), |rule| &rule.name))
    };
    let together = || problem.rules.iter().map(name).collect::<Vec<_>>().join(", ");
    ProblemView {
        text: lint(words, problem, about.map_or(problem.subject.as_str(), |rule| &rule.name)),
        together: (problem.rules.len() > 1).then(|| words.t1("kg-lint-together", "rules", together())),
        detail: problem.sentence.clone(),
        href: about.map(|rule| format!("/khung-gio/{}", rule.id)),
    }
}

fn row(words: Words, desk: &Desk, one: &StationPreview) -> PreviewRow {
    let station = desk.schedules.stations.iter().find(|station| station.id == one.station);
    let area = station.and_then(|station| station.area_on(desk.today));
    let chain = area.map(|area| desk.areas().chain(area, desk.today)).unwrap_or_default();
    let difference = &one.difference;
    let small = |(date, had, has): &(chrono::NaiveDate, u32, u32)| {
        let date = words.weekday_short(date);
        words.t3("kp-small-day", ("date", date), ("had", words.n(*had)), ("has", words.n(*has)))
    };
    let displaced = difference.displaced.iter().take(NAMED);
    let displaced = displaced.map(|one| (one.title.clone(), desk.local(one.from), one.to.map(|to| desk.local(to))));
    let mut small_days: Vec<String> = one.small.iter().take(SMALL_DAYS).map(small).collect();
    if one.small.len() > SMALL_DAYS {
        small_days.push(words.count("kp-small-more", one.small.len() - SMALL_DAYS));
    }
    PreviewRow {
        station: station.map_or_else(|| one.station.to_string(), |station| station.name.clone()),
        id: one.station.to_string(),
        unit: chain.iter().take(2).map(|unit| full_name(unit)).collect::<Vec<_>>().join(", "),
        before: difference.before.into(),
        after: difference.after.into(),
        new: difference.new.into(),
        gone: difference.gone.into(),
        moved: difference.moved.into(),
        small: small_days,
        displaced: displaced.collect(),
        more: difference.displaced.len().saturating_sub(NAMED) as u64,
    }
}

/// `POST /khung-gio/phat-hanh`
pub async fn publish(form: Posted) -> Response {
    form.me.answer(try_publish(&form).await)
}

async fn try_publish(form: &Posted) -> Result<Response, Failed> {
    let me = &form.me;
    only(me, &CHANGERS)?;
    let center = &me.visit.web.center;
    let Some(seen) = Seen::of_field(form.field("seen")) else {
        return show(me, StatusCode::CONFLICT, &[Moved::Draft], None).await;
    };
    // Whose right it is is judged of the same draft: another step makes another draft, which is refused below.
    let desk = Desk::open(me).await?;
    let preview = center.preview_grid().await?;
    if preview.is_some_and(|preview| preview.seen.draft == seen.draft && !outside(me, &desk, &preview).is_empty()) {
        return Err(Failed::Forbidden);
    }
    let word = !form.field("word").is_empty();
    match center.publish_grid(&seen, word, &me.person.name).await? {
        Publishing::Done { rundowns, .. } => {
            Ok(me.visit.redirect("/khung-gio", Some(("grid-published", rundowns as u64))))
        }
        Publishing::Nothing => show(me, StatusCode::UNPROCESSABLE_ENTITY, &[], Some("kp-nothing")).await,
        Publishing::Refused => show(me, StatusCode::UNPROCESSABLE_ENTITY, &[], Some("kp-error-refused")).await,
        Publishing::NeedsWord => show(me, StatusCode::UNPROCESSABLE_ENTITY, &[], Some("kp-error-word")).await,
        Publishing::Moved(moved) => show(me, StatusCode::CONFLICT, &moved, None).await,
    }
}

/// `POST /khung-gio/bo-nhap`
pub async fn give_up(form: Posted) -> Response {
    let me = &form.me;
    let result = async {
        only(me, &CHANGERS)?;
        let desk = Desk::open(me).await?;
        let center = &me.visit.web.center;
        // Nobody gives up what they could not have begun.
        if let Some(preview) = center.preview_grid().await?
            && !outside(me, &desk, &preview).is_empty()
        {
            return Err(Failed::Forbidden);
        }
        let seen = form.field("step").parse().unwrap_or(0);
        let dropped = center.drop_grid_draft(seen, &me.person.name).await?;
        let (to, word) =
            if dropped { ("/khung-gio", "grid-dropped") } else { ("/khung-gio/xem-truoc", "grid-overtaken") };
        Ok(me.visit.redirect(to, Some((word, 0))))
    };
    let result = result.await;
    me.answer(result)
}

/// `POST /khung-gio/chuyen-ban`
pub async fn carry_over(form: Posted) -> Response {
    let me = &form.me;
    let result = async {
        only(me, &CHANGERS)?;
        let both = me.visit.web.center.carry_grid_draft_over(&me.person.name).await?;
        let flash = if both.is_empty() { "grid-carried" } else { "grid-carried-both" };
        Ok(me.visit.redirect("/khung-gio/xem-truoc", Some((flash, both.len() as u64))))
    };
    let result = result.await;
    me.answer(result)
}
