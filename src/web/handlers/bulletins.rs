//! Bulletins: the list, one with its sound and history, and the steps of its approval.

use std::collections::BTreeMap;

use axum::extract::{Path, Query};
use axum::http::StatusCode;
use axum::response::Response;
use serde::Deserialize;

use super::desk::{Desk, READERS, name_of, names, only};
use super::upload::desk_of;
use super::{Failed, approve, audio};
use crate::center::bulletins::VersionRow;
use crate::domain::access::Role;
use crate::domain::bulletin::State;
use crate::domain::ids::BulletinCode;
use crate::domain::order::Demand;
use crate::web::pages::{
    BulletinPage, BulletinRow, BulletinsPage, FindingView, Reach, Severity, StepView, Tab, UploadDesk, VersionView,
};
use crate::web::session::{Posted, Signed};

/// Findings as the upload check wrote them.
#[derive(Default, Deserialize)]
struct Findings {
    #[serde(default)]
    findings: Vec<Finding>,
}

#[derive(Deserialize)]
struct Finding {
    severity: Weight,
    at_ms: Option<u64>,
    message: String,
    remedy: String,
}

#[derive(Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Weight {
    Note,
    Warn,
    Refuse,
}

fn findings(row: &VersionRow) -> Vec<Finding> {
    // Findings of an older program may have another shape; the version itself is none the worse.
    serde_json::from_str::<Findings>(&row.findings).unwrap_or_default().findings
}

/// Findings to look at before deciding.
pub fn warnings(row: &VersionRow) -> u32 {
    findings(row).iter().filter(|finding| finding.severity != Weight::Note).count().try_into().unwrap_or(u32::MAX)
}

/// `GET /ban-tin`
pub async fn list(me: Signed) -> Response {
    let result = try_list(&me).await;
    me.answer(result)
}

async fn try_list(me: &Signed) -> Result<Response, Failed> {
    let desk = if me.person.is(Role::Editor) { Some(desk_of(me, None).await?) } else { None };
    list_with(me, StatusCode::OK, desk).await
}

/// The list with the upload desk, its form as it was typed.
pub async fn list_with(me: &Signed, status: StatusCode, desk: Option<UploadDesk>) -> Result<Response, Failed> {
    only(me, &READERS)?;
    let mut newest: BTreeMap<BulletinCode, Vec<VersionRow>> = BTreeMap::new();
    for row in me.visit.web.center.bulletin_versions(None).await? {
        newest.entry(row.facts.code.clone()).or_default().push(row);
    }
    let mut versions: Vec<Vec<VersionRow>> = newest.into_values().collect();
    versions.sort_by_key(|rows| std::cmp::Reverse(rows.last().map(|row| row.created_at)));
    let rows = versions.iter().filter_map(|rows| list_row(rows)).collect();
    let page = BulletinsPage { frame: me.frame(Tab::Bulletins), rows, desk };
    Ok(me.visit.page(status, page.render()))
}

fn list_row(versions: &[VersionRow]) -> Option<BulletinRow> {
    let row = versions.last()?;
    // As planning sees it: a newer withdrawal does not put an older version back on the air.
    let decided =
        |one: &&VersionRow| one.state() == State::Approved || (one.state() == State::Withdrawn && one.was_approved());
    let newest = versions.iter().rev().find(decided).filter(|one| one.state() == State::Approved);
    let airing = newest.map(|one| one.version);
    Some(BulletinRow {
        code: row.facts.code.to_string(),
        title: row.facts.title.clone(),
        topic: row.facts.topic.into(),
        priority: row.facts.priority,
        state: row.state(),
        version: row.version,
        airing_version: airing.filter(|version| *version != row.version),
        duration_ms: row.sound.duration_ms,
        loudness_lufs: row.sound.reached_lufs,
        warnings: warnings(row),
        airs_from: row.facts.airs_from,
        airs_to: row.facts.airs_to,
    })
}

/// `?version=`
#[derive(Default, Deserialize)]
pub struct Shown {
    version: Option<String>,
}

/// `GET /ban-tin/{code}`
pub async fn bulletin(me: Signed, Path(code): Path<String>, Query(shown): Query<Shown>) -> Response {
    let result = show(&me, &code, &shown).await;
    me.answer(result)
}

async fn show(me: &Signed, code: &str, shown: &Shown) -> Result<Response, Failed> {
    only(me, &READERS)?;
    let code: BulletinCode = code.parse().map_err(|_| Failed::NotFound)?;
    let versions = me.visit.web.center.bulletin_versions(Some(&code)).await?;
    let row = match &shown.version {
        None => versions.last(),
        Some(number) => versions.iter().find(|row| row.version.to_string() == *number),
    };
    let page = page(me, &versions, row.ok_or(Failed::NotFound)?).await?;
    Ok(me.visit.page(StatusCode::OK, page.render()))
}

async fn page(me: &Signed, versions: &[VersionRow], row: &VersionRow) -> Result<BulletinPage, Failed> {
    let center = &me.visit.web.center;
    let desk = Desk::open(me).await?;
    let names = names(me).await?;
    let (facts, sound, state) = (&row.facts, &row.sound, row.state());
    let own = row.author == me.person.name;
    let approver = desk.may_target(me, Role::Approver, &facts.target);
    let editor = desk.may_target(me, Role::Editor, &facts.target);
    let newest = versions.last().is_some_and(|last| last.version == row.version);
    let reach = match state {
        State::Withdrawn => None,
        _ => {
            let reached = center.reach(&facts.code, row.version, desk.now).await?;
            Some(Reach { stations: reached.stations, airings: reached.airings, spread: String::new() })
        }
    };
    let stations = reach.as_ref().map(|reach| reach.stations);
    let area_names = |codes: &std::collections::BTreeSet<crate::domain::ids::AreaCode>| {
        codes.iter().map(|code| desk.area_name(code, facts.airs_from)).collect()
    };
    Ok(BulletinPage {
        frame: me.frame(Tab::Bulletins),
        code: facts.code.to_string(),
        title: facts.title.clone(),
        topic: facts.topic.into(),
        priority: facts.priority,
        producer: facts.producer.clone(),
        language: facts.language.clone(),
        source_document: facts.source_document.clone(),
        transcript: facts.transcript.clone(),
        areas: area_names(&facts.target.areas),
        except: area_names(&facts.target.except),
        airs_from: facts.airs_from,
        airs_to: facts.airs_to,
        order: order(me, &desk, &facts.code),
        version: row.version,
        state,
        author: name_of(&names, &row.author),
        file_name: row.file_name.clone(),
        duration_ms: sound.duration_ms,
        original_lufs: sound.original_lufs,
        reached_lufs: sound.reached_lufs,
        true_peak_dbtp: sound.reached_true_peak_dbtp,
        original_sha256: sound.original.to_string(),
        rendition_sha256: sound.rendition.to_string(),
        audio: Some(audio::links(center, row, "").await),
        findings: findings(row).into_iter().map(finding_view).collect(),
        versions: versions.iter().rev().map(|row| version_view(row, &desk, &names)).collect(),
        history: history(versions, &desk, &names),
        reach,
        may_submit: editor && newest && matches!(state, State::Draft | State::Returned),
        approve: if approver { approve::form(me, row, stations, |by| name_of(&names, by)).await? } else { None },
        may_decide: approver && !own && matches!(state, State::Submitted | State::Endorsed),
        may_withdraw: approver && matches!(state, State::Approved | State::Endorsed),
        may_upload: editor,
        own_work: approver && own && matches!(state, State::Submitted | State::Endorsed),
        endorsed_own: state == State::Endorsed && row.steps.last().is_some_and(|last| last.step.by == me.person.name),
    })
}

/// Orders for it, in words.
fn order(me: &Signed, desk: &Desk, code: &BulletinCode) -> Option<String> {
    let words = me.words();
    let orders = desk.schedules.orders.iter().filter(|order| order.bulletin == *code);
    let texts: Vec<String> = orders
        .map(|order| match order.demand {
            Demand::PerDay(plays) => words.count("order-per-day", plays),
            Demand::PerWeek(plays) => words.count("order-per-week", plays),
        })
        .collect();
    (!texts.is_empty()).then(|| texts.join("; "))
}

fn finding_view(finding: Finding) -> FindingView {
    let severity = match finding.severity {
        Weight::Refuse => Severity::Refuse,
        Weight::Warn => Severity::Warn,
        Weight::Note => Severity::Note,
    };
    FindingView { severity, text: finding.message, remedy: finding.remedy, at_ms: finding.at_ms }
}

fn version_view(row: &VersionRow, desk: &Desk, names: &BTreeMap<String, String>) -> VersionView {
    VersionView {
        version: row.version,
        state: row.state(),
        author: name_of(names, &row.author),
        at: desk.local(row.created_at),
        duration_ms: row.sound.duration_ms,
    }
}

fn history(versions: &[VersionRow], desk: &Desk, names: &BTreeMap<String, String>) -> Vec<StepView> {
    let mut steps = Vec::new();
    for row in versions {
        let (version, by) = (row.version, name_of(names, &row.author));
        steps.push((
            row.created_at,
            StepView { version, to: State::Draft, by, at: desk.local(row.created_at), reason: None },
        ));
        for step in row.steps.iter().map(|taken| &taken.step) {
            let (by, reason) = (name_of(names, &step.by), step.reason.clone());
            steps.push((step.at, StepView { version, to: step.to, by, at: desk.local(step.at), reason }));
        }
    }
    steps.sort_by_key(|(at, _)| *at);
    steps.into_iter().map(|(_, step)| step).collect()
}

/// `POST /ban-tin/{code}/gui-duyet`
pub async fn submit(Path(code): Path<String>, form: Posted) -> Response {
    form.me.answer(step(&form, &code, State::Submitted).await)
}

/// `POST /ban-tin/{code}/tra-lai`
pub async fn send_back(Path(code): Path<String>, form: Posted) -> Response {
    form.me.answer(step(&form, &code, State::Returned).await)
}

/// `POST /ban-tin/{code}/thu-hoi`
pub async fn withdraw(Path(code): Path<String>, form: Posted) -> Response {
    form.me.answer(step(&form, &code, State::Withdrawn).await)
}

async fn step(form: &Posted, code: &str, to: State) -> Result<Response, Failed> {
    let (me, center) = (&form.me, &form.me.visit.web.center);
    let code: BulletinCode = code.parse().map_err(|_| Failed::NotFound)?;
    let version: u32 = form.field("version").parse().map_err(|_| Failed::NotFound)?;
    let versions = center.bulletin_versions(Some(&code)).await?;
    let row = versions.iter().find(|row| row.version == version).ok_or(Failed::NotFound)?;
    let desk = Desk::open(me).await?;
    let (role, from, done): (Role, &[State], _) = match to {
        State::Returned => (Role::Approver, &[State::Submitted, State::Endorsed], "returned"),
        State::Withdrawn => (Role::Approver, &[State::Approved, State::Endorsed], "withdrawn"),
        // Approvals come in at `approve`.
        State::Submitted | State::Draft | State::Approved | State::Endorsed => {
            (Role::Editor, &[State::Draft, State::Returned], "submitted")
        }
    };
    if !desk.may_target(me, role, &row.facts.target) {
        return Err(Failed::Forbidden);
    }
    let back = format!("/ban-tin/{code}?version={version}");
    if !from.contains(&row.state()) {
        return Ok(me.visit.redirect(&back, Some(("decided-before", 0))));
    }
    if to == State::Returned && row.author == me.person.name {
        let text = me.words().t("own-work-why");
        return Err(Failed::Bad(StatusCode::FORBIDDEN, Some(text)));
    }
    let reason = Some(form.field("reason")).filter(|reason| !reason.is_empty());
    if matches!(to, State::Returned | State::Withdrawn) && reason.is_none() {
        return Ok(me.visit.redirect(&back, Some(("no-reason", 0))));
    }
    center.step_bulletin(&code, version, to, &me.person.name, reason).await?;
    let onward = if to == State::Submitted { back.as_str() } else { "/duyet" };
    Ok(me.visit.redirect(onward, Some((done, 0))))
}
