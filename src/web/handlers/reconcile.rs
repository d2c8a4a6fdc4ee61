//! Planned against aired: the report of the use case, restricted to the reader's areas and narrowed by the filter. Page
//! and CSV are the same report, so their sums are the same.

use std::collections::BTreeMap;

use axum::extract::Query;
use axum::http::StatusCode;
use axum::http::header::{CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use chrono::{Days, NaiveDate};
use serde::Deserialize;

use super::desk::{Desk, READERS, choices_of, full_name, names, only};
use super::{Failed, wording};
use crate::center::reports::{Question, Report, ReportDay};
use crate::domain::area::{Area, Level};
use crate::domain::ids::Sha256;
use crate::domain::reconcile::{Line, OffSchedule, Outcome as Became, Sums as Counted};
use crate::web::pages::{EvidenceShares, Filter, GroupRow, LineView, Outcome, ReconcilePage, Sums, Tab, encode};
use crate::web::session::Signed;

/// Lines a page.
const PAGE_SIZE: usize = 50;
/// Longest period, days: a year and its neighbours.
const MOST_DAYS: u64 = 400;

/// The query.
#[derive(Debug, Default, Deserialize)]
pub struct Asked {
    #[serde(default)]
    from: String,
    #[serde(default)]
    to: String,
    #[serde(default)]
    area: String,
    #[serde(default)]
    station: String,
    #[serde(default)]
    bulletin: String,
    #[serde(default)]
    outcome: String,
    #[serde(default)]
    page: String,
}

impl Asked {
    fn filter(self, me: &Signed, desk: &Desk) -> Result<Filter, Failed> {
        let bad = |key| Failed::Bad(StatusCode::BAD_REQUEST, Some(me.words().t(key)));
        let date = |text: &str| match text {
            "" => Ok(desk.today),
            text => text.parse::<NaiveDate>().map_err(|_| bad("error-period")),
        };
        let (from, to) = (date(&self.from)?, date(&self.to)?);
        if from > to {
            return Err(bad("error-period-reversed"));
        }
        if from.checked_add_days(Days::new(MOST_DAYS)).is_none_or(|last| to > last) {
            return Err(bad("error-period-long"));
        }
        let Self { area, station, bulletin, outcome, .. } = self;
        Ok(Filter { from, to, area, station, bulletin, outcome })
    }
}

/// `GET /doi-soat`
pub async fn page(me: Signed, Query(asked): Query<Asked>) -> Response {
    let result = show(&me, asked).await;
    me.answer(result)
}

/// `GET /doi-soat.csv`
pub async fn csv(me: Signed, Query(asked): Query<Asked>) -> Response {
    let result = download(&me, asked).await;
    me.answer(result)
}

async fn download(me: &Signed, asked: Asked) -> Result<Response, Failed> {
    only(me, &READERS)?;
    let desk = Desk::open(me).await?;
    let filter = asked.filter(me, &desk)?;
    let mut report = read(me, &desk, &filter).await?;
    narrow(&mut report, &filter.outcome);
    let name = format!("attachment; filename=\"doi-soat-{}-{}.csv\"", filter.from, filter.to);
    let headers = [
        (CONTENT_TYPE, "text/csv; charset=utf-8".to_string()),
        (CACHE_CONTROL, "no-store".into()),
        (CONTENT_DISPOSITION, name),
    ];
    Ok((headers, report.csv()).into_response())
}

/// The report within the reader's areas, of the area, station and bulletin asked for.
async fn read(me: &Signed, desk: &Desk, filter: &Filter) -> Result<Report, Failed> {
    let center = &me.visit.web.center;
    let bad = |_| Failed::NotFound;
    let area = Some(&filter.area).filter(|text| !text.is_empty()).map(|text| text.parse()).transpose().map_err(bad)?;
    let station =
        Some(&filter.station).filter(|text| !text.is_empty()).map(|text| text.parse()).transpose().map_err(bad)?;
    if let Some(area) = &area
        && !desk.areas().known_between(area, filter.from, filter.to)
    {
        return Err(Failed::Bad(StatusCode::BAD_REQUEST, Some(me.words().t1("error-area-unknown", "value", area))));
    }
    let question = Question { from: filter.from, to: filter.to, area, station };
    let mut report = center.report(&question, desk.now).await?;
    let stations = std::mem::take(&mut report.stations);
    report
        .days
        .retain(|day| stations.get(&day.station).is_some_and(|station| desk.may_at(me, &READERS, station, day.date)));
    report.stations = stations;
    if !filter.bulletin.is_empty() {
        let versions = center.bulletin_versions(None).await?;
        let of_it = versions.iter().filter(|row| row.facts.code.as_str() == filter.bulletin);
        let renditions: Vec<Sha256> = of_it.map(|row| row.sound.rendition).collect();
        for day in &mut report.days {
            only_bulletin(day, &filter.bulletin, &renditions);
        }
    }
    Ok(report)
}

/// Leaves one bulletin's airings, and counts the plan of those again.
fn only_bulletin(day: &mut ReportDay, code: &str, renditions: &[Sha256]) {
    let day = &mut day.day;
    let of_it = |line: &Line| line.counted.item.sound.as_ref().is_some_and(|sound| sound.bulletin.as_str() == code);
    day.lines.retain(of_it);
    day.urgent.retain(|one| of_it(&one.line));
    day.off_schedule.retain(|play| play.record.rendition.is_some_and(|rendition| renditions.contains(&rendition)));
    day.planned = day.lines.iter().filter(|line| line.due).count() as u64;
    day.upcoming = day.lines.len() as u64 - day.planned;
    // The rundown counts what was declined without saying of which bulletin.
    day.declined = 0;
}

/// Leaves the lines with that outcome; the sums are taken before.
fn narrow(report: &mut Report, outcome: &str) {
    if outcome.is_empty() {
        return;
    }
    let fits = |line: &Line| match outcome {
        "late" => line.due && line.late,
        "upcoming" => !line.due,
        // Outside the plan, so among none of its outcomes.
        "urgent" | "off_schedule" => false,
        word => line.due && wording::standing(line).word() == word,
    };
    for day in &mut report.days {
        day.day.lines.retain(fits);
        if outcome != "urgent" {
            day.day.urgent.clear();
        }
        if outcome != "off_schedule" {
            day.day.off_schedule.clear();
        }
    }
}

async fn show(me: &Signed, asked: Asked) -> Result<Response, Failed> {
    only(me, &READERS)?;
    let desk = Desk::open(me).await?;
    let page: usize = asked.page.parse().unwrap_or(1);
    let filter = asked.filter(me, &desk)?;
    let mut report = read(me, &desk, &filter).await?;
    let total = report.total();
    let (groups, groups_are_areas) = groups(&report, &desk, &filter);
    let bulletins = bulletins(&report);
    narrow(&mut report, &filter.outcome);
    let lines = lines(me, &names(me).await?, &report, &desk, &filter);
    let total_lines = lines.len();
    let page = page.clamp(1, total_lines.div_ceil(PAGE_SIZE).max(1));
    let mut stations: Vec<(String, String)> = desk
        .schedules
        .stations
        .iter()
        .filter(|station| {
            let Some(area) = station.area_on(filter.to) else { return false };
            let chain = desk.areas().chain(area, filter.to);
            let within = filter.area.is_empty() || chain.iter().any(|unit| unit.code.as_str() == filter.area);
            within && desk.may_in(me, &READERS, area, filter.to)
        })
        .map(|station| (station.id.to_string(), station.name.clone()))
        .collect();
    stations.sort_by(|a, b| a.1.cmp(&b.1));
    let area_name = match filter.area.parse() {
        Ok(code) => desk.area_name(&code, filter.to),
        Err(_) => me.words().t("filter-all-areas"),
    };
    let view = ReconcilePage {
        frame: me.frame(Tab::Reconcile),
        areas: desk.area_choices(me, &filter.area, filter.to),
        stations: choices_of(me, stations, &filter.station),
        bulletins: choices_of(me, bulletins, &filter.bulletin),
        area_name,
        as_of: desk.local(report.as_of),
        sums: sums(&total),
        evidence: shares(&total),
        groups,
        groups_are_areas,
        lines: lines.into_iter().skip((page - 1) * PAGE_SIZE).take(PAGE_SIZE).collect(),
        total_lines: total_lines as u64,
        page: page as u64,
        page_size: PAGE_SIZE as u64,
        filter,
    };
    Ok(me.visit.page(StatusCode::OK, view.render()))
}

fn sums(counted: &Counted) -> Sums {
    Sums {
        planned: counted.planned,
        aired: counted.aired,
        partial: counted.partial,
        missed: counted.missed,
        unreported: counted.unreported,
        excused: counted.excused,
        late: counted.late,
        off_schedule: counted.off_schedule,
        urgent: counted.urgent,
        upcoming: counted.upcoming,
    }
}

fn shares(counted: &Counted) -> EvidenceShares {
    let Counted { heard, played, declared, none, .. } = *counted;
    EvidenceShares { heard, played, declared, none }
}

fn bulletins(report: &Report) -> Vec<(String, String)> {
    let lines = report.days.iter().flat_map(|day| &day.day.lines);
    let sounds = lines.filter_map(|line| Some((line.counted.item.sound.as_ref()?, &line.counted.item.title)));
    let named: BTreeMap<String, String> =
        sounds.map(|(sound, title)| (sound.bulletin.to_string(), format!("{}: {title}", sound.bulletin))).collect();
    named.into_iter().collect()
}

/// Sums of the units just beneath the one asked for; of stations where those units are communes.
fn groups(report: &Report, desk: &Desk, filter: &Filter) -> (Vec<GroupRow>, bool) {
    let mut areas: BTreeMap<(String, String), Counted> = BTreeMap::new();
    let mut low = true;
    for day in &report.days {
        let Some(served) = report.stations.get(&day.station).and_then(|station| station.area_on(day.date)) else {
            continue;
        };
        let chain = desk.areas().chain(served, day.date);
        let Some(unit) = beneath(&chain, &filter.area) else { continue };
        low &= unit.level == Level::Commune;
        let key = (full_name(unit), unit.code.to_string());
        areas.entry(key).or_default().add(&day.day.sums());
    }
    if filter.station.is_empty() && !low {
        let rows = areas.into_iter().map(|((name, id), counted)| GroupRow {
            id,
            name,
            sums: sums(&counted),
            evidence: shares(&counted),
        });
        return (rows.collect(), true);
    }
    let rows = report.rows().into_iter().map(|(id, counted)| GroupRow {
        id: id.to_string(),
        name: report.stations.get(id).map_or_else(|| id.to_string(), |station| station.name.clone()),
        sums: sums(&counted),
        evidence: shares(&counted),
    });
    (rows.collect(), false)
}

/// The unit of a chain just beneath `area`, or just beneath its top.
fn beneath<'a>(chain: &[&'a Area], area: &str) -> Option<&'a Area> {
    let above = chain.iter().position(|unit| unit.code.as_str() == area).unwrap_or(chain.len().saturating_sub(1));
    chain.get(above.saturating_sub(1)).copied()
}

fn lines(
    me: &Signed,
    names: &BTreeMap<String, String>,
    report: &Report,
    desk: &Desk,
    filter: &Filter,
) -> Vec<LineView> {
    let name = |day: &ReportDay| {
        let station = report.stations.get(&day.station);
        station.map_or_else(|| day.station.to_string(), |station| station.name.clone())
    };
    let back = encode(&filter.query());
    let urgent = report.urgent().into_iter().map(|(day, one)| (day, &one.line));
    let counted = report.lines().into_iter().chain(urgent).map(|(day, line)| {
        let href = format!("/doi-soat/{}?station={}&date={}&back={back}", line.counted.airing, day.station, day.date);
        line_view(me, names, line, name(day), href, desk)
    });
    let off = report.off_schedule().into_iter().map(|(day, play)| off_view(me, play, name(day), desk));
    counted.chain(off).collect()
}

fn line_view(
    me: &Signed,
    names: &BTreeMap<String, String>,
    line: &Line,
    station: String,
    href: String,
    desk: &Desk,
) -> LineView {
    let item = &line.counted.item;
    LineView {
        airing: line.counted.airing.to_string(),
        href,
        station,
        bulletin: item.sound.as_ref().map(|sound| sound.bulletin.to_string()).unwrap_or_default(),
        title: item.title.clone(),
        planned_start: desk.local(item.start),
        planned_ms: item.duration_ms,
        actual_start: line.began_at.map(|at| desk.local(at)),
        actual_ms: line.played_ms,
        outcome: match (line.due, line.outcome) {
            (false, Became::Unreported) if line.is_urgent() => Outcome::Unreported,
            (false, Became::Unreported) if item.start > desk.now => Outcome::Upcoming,
            (false, Became::Unreported) => Outcome::NowScheduled,
            _ => wording::standing(line),
        },
        late: line.late,
        evidence: line.evidence,
        cause: line.cause,
        excuse: wording::excuse(me.words(), names, line),
        off_schedule: false,
        urgent: line.is_urgent(),
    }
}

fn off_view(me: &Signed, play: &OffSchedule, station: String, desk: &Desk) -> LineView {
    let record = &play.record;
    let began = match &record.said {
        crate::domain::as_run::Said::Played { began_at, .. } => Some(*began_at),
        crate::domain::as_run::Said::AiredInFull { began_at } => *began_at,
        _ => None,
    };
    LineView {
        airing: record.airing.to_string(),
        // There is no plan to set beside it: the line says all there is.
        href: "#l".into(),
        station,
        bulletin: String::new(),
        title: me.words().t("outcome-off-schedule"),
        planned_start: desk.local(began.unwrap_or(record.accepted_at)),
        planned_ms: 0,
        actual_start: began.map(|at| desk.local(at)),
        actual_ms: play.played_ms,
        outcome: Outcome::Aired,
        late: false,
        evidence: record.evidence,
        cause: record.cause,
        excuse: None,
        off_schedule: true,
        urgent: false,
    }
}
