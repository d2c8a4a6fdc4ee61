//! How far a version reaches, put into sums, a week and a list of stations.

use std::collections::{BTreeMap, BTreeSet};

use axum::extract::{Path, Query};
use axum::http::StatusCode;
use axum::response::Response;
use chrono::{DateTime, NaiveDate, Timelike, Utc};
use serde::Deserialize;

use super::Failed;
use super::desk::{Desk, READERS, choices_of, full_name, only};
use crate::center::bulletins::VersionRow;
use crate::center::reach::{Outlook, Week};
use crate::domain::area::{Area, Level};
use crate::domain::bulletin::Origin;
use crate::domain::ids::{AreaCode, BulletinCode, StationId};
use crate::domain::planner::impact::{Impact, Shift, Silent, StationImpact};
use crate::domain::rundown::{Item, ItemKind};
use crate::domain::slot::Daypart;
use crate::web::pages::{
    Choice, DisplacedView, ReachPage, ReachRow, ReachView, Tab, WeekCell, WeekRow, WeekView, Words,
};
use crate::web::session::Signed;

/// Stations on a page of the list.
const A_PAGE: usize = 50;
/// Letters of a name in the week.
const SHORT_NAME: usize = 26;

/// The sum and the week.
pub type Ahead = (Option<ReachView>, Option<WeekView>);

/// What a version does to the days ahead, and its place in a station's week.
pub async fn ahead(
    me: &Signed,
    desk: &Desk,
    all: &[VersionRow],
    row: &VersionRow,
    station: Option<&StationId>,
) -> Result<Ahead, Failed> {
    let center = &me.visit.web.center;
    let (code, version) = (&row.facts.code, row.version);
    let outlook = center.outlook(code, version, desk.now).await?;
    let week = center.week_with(code, version, station, desk.now).await?;
    let week = week.map(|week| week_view(me.words(), desk, code, &outlook, &week));
    Ok((Some(sum(me.words(), desk, all, &outlook)), week))
}

/// The sum of what a version does to the days ahead.
pub fn sum(words: Words, desk: &Desk, all: &[VersionRow], outlook: &Outlook) -> ReachView {
    let impact = &outlook.impact;
    let days = impact.stations.iter().flat_map(|station| &station.days);
    let total = |of: fn(&crate::domain::planner::impact::DayImpact) -> u32| -> u64 {
        days.clone().map(|day| u64::from(of(day))).sum()
    };
    let airing_days: BTreeSet<NaiveDate> =
        days.clone().filter(|day| !day.starts.is_empty()).map(|day| day.date).collect();
    let (stations, airings) = (impact.reached().count() as u64, impact.airings());
    let asked = total(|day| day.asked);
    let mut silent: BTreeMap<Silent, u64> = BTreeMap::new();
    for reason in impact.stations.iter().filter_map(StationImpact::silent) {
        *silent.entry(reason).or_default() += 1;
    }
    let mut silent: Vec<(String, u64)> = silent.into_iter().map(|(why, n)| (reason(words, why), n)).collect();
    silent.sort_by_key(|(_, stations)| std::cmp::Reverse(*stations));
    // What a commune declined is no fault of the plan.
    let declined: u64 = impact
        .stations
        .iter()
        .flat_map(|station| &station.days)
        .filter(|day| day.silent == Some(Silent::Declined))
        .map(|day| u64::from(day.asked))
        .sum();
    let units: BTreeSet<&AreaCode> = impact
        .reached()
        .filter_map(|station| district(desk, station, outlook.from))
        .filter(|unit| unit.level == Level::District)
        .map(|unit| &unit.code)
        .collect();
    ReachView {
        stations,
        days: airing_days.len() as u64,
        per_day: even(impact, airing_days.len()),
        airings,
        short: (asked - declined).saturating_sub(airings),
        districts: units.len() as u64,
        from: outlook.from,
        to: outlook.to,
        beyond: (outlook.last_day > outlook.to).then_some(outlook.last_day),
        displaced: displaced(all, impact),
        night: total(|day| day.night),
        near_edge: total(|day| day.near_edge),
        refused_at: impact.stations.iter().filter(|one| one.days.iter().any(|day| day.refused_slots > 0)).count()
            as u64,
        silent,
    }
}

/// Airings of each reached station on each airing day, when they are all equal.
fn even(impact: &Impact, days: usize) -> Option<u64> {
    let mut plays = impact.reached().flat_map(|station| {
        let airing = station.days.iter().filter(|day| !day.starts.is_empty());
        let all = airing.clone().count() == days;
        airing.map(move |day| if all { day.starts.len() as u64 } else { 0 })
    });
    let first = plays.next()?;
    (first > 0 && plays.all(|other| other == first)).then_some(first)
}

fn displaced(all: &[VersionRow], impact: &Impact) -> Vec<DisplacedView> {
    let mut by_code: BTreeMap<&BulletinCode, DisplacedView> = BTreeMap::new();
    for station in &impact.stations {
        let mut here: BTreeSet<&BulletinCode> = BTreeSet::new();
        for other in station.days.iter().flat_map(|day| &day.displaced) {
            let view = by_code.entry(&other.bulletin).or_insert_with(|| DisplacedView {
                code: other.bulletin.to_string(),
                title: other.title.clone(),
                commune: all.iter().any(|row| row.facts.code == other.bulletin && row.facts.origin == Origin::Commune),
                stations: 0,
                later: 0,
                later_minutes: 0,
                elsewhere: 0,
                out: 0,
            });
            match other.how {
                Shift::InSlot(seconds) => {
                    view.later += 1;
                    view.later_minutes = view.later_minutes.max(seconds.unsigned_abs().div_ceil(60));
                }
                Shift::OtherSlot => view.elsewhere += 1,
                Shift::Out => view.out += 1,
            }
            here.insert(&other.bulletin);
        }
        for code in here {
            if let Some(view) = by_code.get_mut(code) {
                view.stations += 1;
            }
        }
    }
    let mut views: Vec<DisplacedView> = by_code.into_values().collect();
    // Communes' own first, then those that lose most.
    views.sort_by_key(|view| std::cmp::Reverse((view.commune, view.out, view.elsewhere, view.later)));
    views
}

fn reason(words: Words, silent: Silent) -> String {
    words.t(match silent {
        Silent::NoOrder => "silent-no-order",
        Silent::NoSlot => "silent-no-slot",
        Silent::TooLong => "silent-too-long",
        Silent::Full => "silent-full",
        Silent::Declined => "silent-declined",
    })
}

/// The district around a station; its commune on days without districts.
fn district<'a>(desk: &'a Desk, station: &StationImpact, date: NaiveDate) -> Option<&'a Area> {
    let chain = desk.areas().chain(&station.area, date);
    let above = chain.iter().find(|unit| unit.level == Level::District).or(chain.first());
    above.copied()
}

fn week_view(words: Words, desk: &Desk, code: &BulletinCode, outlook: &Outlook, week: &Week) -> WeekView {
    let name = |id: &StationId| {
        let station = desk.schedules.stations.iter().find(|station| station.id == *id);
        station.map_or_else(|| id.to_string(), |station| station.name.clone())
    };
    let mut by_time: BTreeMap<String, Vec<Vec<WeekCell>>> = BTreeMap::new();
    for (column, (_, items)) in week.days.iter().enumerate() {
        for item in items {
            let slot = words.time(desk.local(item.slot.begins()));
            let cells = by_time.entry(slot).or_insert_with(|| vec![Vec::new(); week.days.len()]);
            cells[column].push(week_cell(words, words.time(desk.local(item.start)), code, item));
        }
    }
    let mut before: Option<Daypart> = None;
    let rows = by_time.into_iter().map(|(time, cells)| {
        let daypart = Daypart::of_hour(time[..2].parse().unwrap_or(0));
        let gap = before.is_some_and(|last| last != daypart);
        before = Some(daypart);
        WeekRow { time, gap, cells }
    });
    WeekView {
        station: name(&week.station),
        rows: rows.collect(),
        days: week.days.iter().map(|(date, _)| *date).collect(),
        stations: outlook
            .impact
            .reached()
            .map(|one| Choice {
                value: one.station.to_string(),
                label: name(&one.station),
                selected: one.station == week.station,
            })
            .collect(),
    }
}

fn week_cell(words: Words, time: String, code: &BulletinCode, item: &Item) -> WeekCell {
    let own = item.sound.as_ref().is_some_and(|sound| sound.bulletin == *code);
    let name = match (&item.sound, item.kind) {
        (Some(sound), _) => sound.bulletin.to_string(),
        (None, ItemKind::Relay) => short(&item.title),
        (None, kind) => words.item_kind(&kind),
    };
    WeekCell { time, name, own }
}

fn short(title: &str) -> String {
    if title.chars().count() <= SHORT_NAME {
        return title.to_owned();
    }
    title.chars().take(SHORT_NAME - 1).chain(['…']).collect()
}

/// `?version=&don-vi=&xem=&trang=`
#[derive(Default, Deserialize)]
pub struct Asked {
    #[serde(default)]
    version: String,
    #[serde(rename = "don-vi", default)]
    unit: String,
    #[serde(default)]
    xem: String,
    #[serde(default)]
    trang: String,
}

/// `GET /ban-tin/{code}/tam-phat`
pub async fn page(me: Signed, Path(code): Path<String>, Query(asked): Query<Asked>) -> Response {
    let result = show(&me, &code, &asked).await;
    me.answer(result)
}

async fn show(me: &Signed, code: &str, asked: &Asked) -> Result<Response, Failed> {
    only(me, &READERS)?;
    let center = &me.visit.web.center;
    let code: BulletinCode = code.parse().map_err(|_| Failed::NotFound)?;
    let all = center.bulletin_versions(None).await?;
    let is_it = |row: &&VersionRow| row.facts.code == code && row.version.to_string() == asked.version;
    let row = all.iter().find(is_it).ok_or(Failed::NotFound)?;
    let desk = Desk::open(me).await?;
    let outlook = center.outlook(&code, row.version, desk.now).await?;
    let mut by_unit: BTreeMap<(String, String), Vec<&StationImpact>> = BTreeMap::new();
    for station in &outlook.impact.stations {
        let unit = district(&desk, station, outlook.from);
        let key = unit.map(|unit| (full_name(unit), unit.code.to_string())).unwrap_or_default();
        by_unit.entry(key).or_default().push(station);
    }
    let only_silent = asked.xem == "khong";
    let found: Vec<(&str, &StationImpact)> = by_unit
        .iter()
        .filter(|((_, code), _)| asked.unit.is_empty() || *code == asked.unit)
        .flat_map(|((name, _), stations)| stations.iter().map(move |station| (name.as_str(), *station)))
        .filter(|(_, station)| !only_silent || station.airings() == 0)
        .collect();
    let pages = found.len().div_ceil(A_PAGE).max(1);
    let page = asked.trang.parse().unwrap_or(1).clamp(1, pages);
    let spread = by_unit.iter().filter_map(|((name, _), stations)| {
        let reached = stations.iter().filter(|station| station.airings() > 0).count() as u64;
        let airings = stations.iter().map(|station| station.airings()).sum();
        (reached > 0).then(|| (name.clone(), reached, airings))
    });
    let units = by_unit.keys().map(|(name, code)| (code.clone(), name.clone()));
    let page = ReachPage {
        frame: me.frame(Tab::Bulletins),
        code: code.to_string(),
        title: row.facts.title.clone(),
        version: row.version,
        reach: sum(me.words(), &desk, &all, &outlook),
        units: choices_of(me, units, &asked.unit),
        only_silent,
        spread: spread.collect(),
        rows: found
            .iter()
            .skip((page - 1) * A_PAGE)
            .take(A_PAGE)
            .map(|(unit, station)| reach_row(me.words(), &desk, unit, station))
            .collect(),
        found: found.len(),
        page,
        pages,
        query: format!(
            "version={}&don-vi={}&xem={}",
            row.version,
            crate::web::pages::encode(&asked.unit),
            if only_silent { "khong" } else { "" }
        ),
    };
    Ok(me.visit.page(StatusCode::OK, page.render()))
}

fn reach_row(words: Words, desk: &Desk, unit: &str, station: &StationImpact) -> ReachRow {
    let known = desk.schedules.stations.iter().find(|one| one.id == station.station);
    ReachRow {
        station_id: station.station.to_string(),
        station: known.map_or_else(|| station.station.to_string(), |one| one.name.clone()),
        unit: unit.to_owned(),
        airings: station.airings(),
        times: runs(words, desk, station),
        silent: station.silent().map_or_else(|| words.t("silent-not-due"), |silent| reason(words, silent)),
    }
}

/// Days in a row with equal times are one entry.
fn runs(words: Words, desk: &Desk, station: &StationImpact) -> Vec<(String, String)> {
    let times = |starts: &[DateTime<Utc>]| {
        let list: Vec<String> =
            starts.iter().map(|start| words.time(desk.local(*start).with_second(0).unwrap_or_default())).collect();
        list.join(", ")
    };
    let mut runs: Vec<(NaiveDate, NaiveDate, String)> = Vec::new();
    for day in station.days.iter().filter(|day| !day.starts.is_empty()) {
        let text = times(&day.starts);
        match runs.last_mut() {
            Some((_, last, held)) if *held == text && last.succ_opt() == Some(day.date) => *last = day.date,
            _ => runs.push((day.date, day.date, text)),
        }
    }
    let span = |first: NaiveDate, last: NaiveDate| {
        if first == last {
            words.day_month(first)
        } else {
            format!("{} – {}", words.day_month(first), words.day_month(last))
        }
    };
    runs.into_iter().map(|(first, last, text)| (span(first, last), text)).collect()
}
