//! The operator's day: the counted airings with what was said of them, and beside them what is only listed.

use std::collections::BTreeMap;

use axum::extract::Query;
use axum::http::StatusCode;
use axum::response::Response;
use chrono::{Days, NaiveDate, NaiveDateTime, NaiveTime, Timelike};
use serde::Deserialize;

use super::desk::{Desk, full_name, name_of, names, only};
use super::{Failed, alarm, audio, force_majeure, wording};
use crate::center::NewToken;
use crate::center::bulletins::VersionRow;
use crate::center::reports::Question;
use crate::center::withdrawal::TakenOut;
use crate::domain::access::Role;
use crate::domain::as_run::{Evidence, Said as Word};
use crate::domain::reconcile::{Line, Outcome as Became, StationDay, Urgent};
use crate::domain::rundown::Item;
use crate::domain::slot::Daypart;
use crate::domain::station::{Station, StationKind};
use crate::web::pages::{
    AlarmView, Choice, DaypartView, DeviceState, ItemView, NextView, NowView, Outcome, PhoneView, Said, Standing,
    StationHead, Tab, TakenOutView, TodayPage,
};
use crate::web::session::Signed;

/// Earlier days looked through for airings nobody spoke of.
const BACK_DAYS: u64 = 7;

/// `?station=&date=`
#[derive(Debug, Default, Deserialize)]
pub struct Asked {
    station: Option<String>,
    date: Option<String>,
}

/// `GET /hom-nay`
pub async fn today(me: Signed, Query(asked): Query<Asked>) -> Response {
    let result = show(&me, &asked).await;
    me.answer(result)
}

async fn show(me: &Signed, asked: &Asked) -> Result<Response, Failed> {
    only(me, &[Role::Operator, Role::Admin])?;
    let desk = Desk::open(me).await?;
    let date = asked.date.as_ref().and_then(|date| date.parse().ok()).unwrap_or(desk.today);
    let sees = |station: &&Station| desk.may_at(me, &[Role::Operator, Role::Admin], station, date);
    let mine: Vec<&Station> = desk.schedules.stations.iter().filter(sees).collect();
    let asked_for = asked.station.as_deref().filter(|id| !id.is_empty());
    let station = match asked_for {
        Some(id) if !desk.schedules.stations.iter().any(|station| station.id.as_str() == id) => {
            return Err(Failed::NotFound);
        }
        Some(id) => mine.iter().find(|station| station.id.as_str() == id),
        None => mine.first(),
    };
    let Some(station) = station else {
        let text = me.words().t("error-no-station");
        return Err(Failed::Bad(StatusCode::FORBIDDEN, Some(text)));
    };
    let stations = mine
        .iter()
        .map(|one| Choice { value: one.id.to_string(), label: one.name.clone(), selected: one.id == station.id })
        .collect();
    let mut page = Day::read(me, &desk, station, date).await?.page(stations).await?;
    page.frame.alarms = alarm::links(me, &desk, Some((&station.id, date))).await?;
    Ok(me.visit.page(StatusCode::OK, page.render()))
}

/// Everything known of one station's day.
struct Day<'a> {
    me: &'a Signed,
    desk: &'a Desk,
    station: &'a Station,
    date: NaiveDate,
    day: StationDay,
    issued: Vec<Item>,
    versions: Vec<VersionRow>,
    names: BTreeMap<String, String>,
    key: String,
    may_speak: bool,
    /// The device as the center knows it; none for a station without one.
    device: Option<DeviceState>,
}

impl<'a> Day<'a> {
    async fn read(me: &'a Signed, desk: &'a Desk, station: &'a Station, date: NaiveDate) -> Result<Self, Failed> {
        let center = &me.visit.web.center;
        let mut key = NewToken::make()?.text;
        key.truncate(32);
        Ok(Self {
            device: device(me, desk, station).await?,
            day: center.station_day(&station.id, date, desk.now).await?,
            issued: center.issued_items(&station.id, date).await?.map(|rundown| rundown.items).unwrap_or_default(),
            versions: center.bulletin_versions(None).await?,
            names: names(me).await?,
            may_speak: desk.may_at(me, &[Role::Operator], station, date),
            me,
            desk,
            station,
            date,
            key,
        })
    }

    async fn page(&self, stations: Vec<Choice>) -> Result<TodayPage, Failed> {
        let items = self.items().await;
        let silent = |line: &&Line| line.outcome == Became::Unreported && line.excused.is_none();
        let open: Vec<&Line> = self.day.lines.iter().filter(silent).collect();
        let mut standing = self.earlier().await?;
        standing.unreported = open.iter().filter(|line| line.due).count().try_into().unwrap_or(u32::MAX);
        standing.overdue = open.iter().filter(|line| line.overdue).count().try_into().unwrap_or(u32::MAX);
        let cut = self.may_speak && open.iter().any(|line| line.counted.item.end() <= self.desk.now);
        let now = self.desk.local(self.desk.now);
        let (current, next) = if self.date == self.desk.today {
            (current(&items, now), self.next(&items, now).await?)
        } else {
            (None, None)
        };
        Ok(TodayPage {
            frame: self.me.frame(Tab::Today),
            station: self.head(),
            stations,
            date: self.date,
            now,
            device: self.device,
            current,
            next,
            dayparts: self.dayparts(items, now),
            standing,
            taken_out: self.taken_out().await?,
            stops: super::stop::banners(self.me, self.station).await?,
            force: force_majeure::banners(self.me, self.desk, self.station, self.date).await?,
            power_cut_key: cut.then(|| self.key.clone()),
            phone: self.phone(),
        })
    }

    fn phone(&self) -> Option<PhoneView> {
        let lines = self.day.lines.iter().chain(self.day.urgent.iter().map(|one| &one.line));
        let said = lines.flat_map(|line| &line.records);
        let seen = said.map(|record| record.serial).max().unwrap_or(0);
        self.may_speak.then(|| PhoneView { user: self.me.person.name.clone(), seen })
    }

    async fn taken_out(&self) -> Result<Vec<TakenOutView>, Failed> {
        let taken = self.me.visit.web.center.taken_out(&self.station.id, self.date).await?;
        let view = |one: TakenOut| TakenOutView {
            start: self.desk.local(one.item.start),
            at: self.desk.local(one.at),
            title: one.item.title,
        };
        Ok(taken.into_iter().map(view).collect())
    }

    fn head(&self) -> StationHead {
        let chain = self.station.area_on(self.date).map(|area| self.desk.areas().chain(area, self.date));
        StationHead {
            id: self.station.id.to_string(),
            name: self.station.name.clone(),
            area: chain.and_then(|chain| chain.get(1).map(|unit| full_name(unit))).unwrap_or_default(),
            kind: self.station.kind,
        }
    }

    /// Airings of the days before that nobody spoke of.
    async fn earlier(&self) -> Result<Standing, Failed> {
        let last = self.desk.today.pred_opt().unwrap_or(self.desk.today).min(self.date.pred_opt().unwrap_or(self.date));
        let from = self.desk.today.checked_sub_days(Days::new(BACK_DAYS)).unwrap_or(last).min(last);
        let question = Question { from, to: last, area: None, station: Some(self.station.id.clone()) };
        let report = self.me.visit.web.center.report(&question, self.desk.now).await?;
        let mut standing = Standing::default();
        for day in &report.days {
            let silent = |one: &&Urgent| one.line.outcome == Became::Unreported && one.line.excused.is_none();
            let open = day.day.sums().unreported + day.day.urgent.iter().filter(silent).count() as u64;
            standing.earlier += u32::try_from(open).unwrap_or(u32::MAX);
            if open > 0 {
                standing.earliest = Some(standing.earliest.map_or(day.date, |date| date.min(day.date)));
            }
        }
        Ok(standing)
    }

    async fn items(&self) -> Vec<ItemView> {
        let mut items = Vec::new();
        for line in &self.day.lines {
            items.push(self.counted(line).await);
        }
        for one in &self.day.urgent {
            items.push(self.urgent(one).await);
        }
        for item in self.issued.iter().filter(|item| item.airing.is_none()) {
            items.push(self.blank(item));
        }
        items.sort_by_key(|item| item.start);
        items
    }

    fn row(&self, item: &Item) -> Option<&VersionRow> {
        let sound = item.sound.as_ref()?;
        let is_it = |row: &&VersionRow| row.facts.code == sound.bulletin && row.version == sound.bulletin_version;
        self.versions.iter().find(is_it)
    }

    fn blank(&self, item: &Item) -> ItemView {
        ItemView {
            airing: None,
            kind: item.kind,
            start: self.desk.local(item.start),
            end: self.desk.local(item.end()),
            title: item.title.clone(),
            producer: self.row(item).map(|row| row.facts.producer.clone()).unwrap_or_default(),
            duration_ms: item.duration_ms,
            outcome: Outcome::Listed,
            late: false,
            late_ms: None,
            played_ms: None,
            evidence: Evidence::None,
            cause: None,
            said: Vec::new(),
            deadline: None,
            overdue: false,
            urgent: None,
            audio: None,
            key: self.key.clone(),
            may_confirm: false,
            asks_at: None,
            may_undo: false,
        }
    }

    async fn counted(&self, line: &Line) -> ItemView {
        let item = &line.counted.item;
        let now = self.desk.now;
        let known = line.outcome != Became::Unreported;
        let ended = item.end() <= now;
        // A device says what it played by itself, within seconds; people are asked once it is due.
        let asked = if self.station.kind == StationKind::Manual { ended } else { line.due };
        let spoken = line.records.iter().rev().find(|record| record.evidence == Evidence::Declared);
        let place = format!("station={}&date={}", self.station.id, self.date);
        let audio = match self.row(item) {
            Some(row) => Some(audio::links(&self.me.visit.web.center, row, &place).await),
            None => None,
        };
        let late_ms = line.began_at.and_then(|at| u64::try_from((at - item.start).num_milliseconds()).ok());
        let noon = NaiveTime::from_hms_opt(12, 0, 0).unwrap_or_default();
        ItemView {
            airing: Some(line.counted.airing.to_string()),
            outcome: wording::outcome_now(line, now),
            late: line.late,
            late_ms: late_ms.filter(|_| line.late),
            played_ms: line.played_ms.filter(|_| line.outcome == Became::Partial),
            evidence: line.evidence,
            cause: line.cause,
            said: line.records.iter().map(|record| self.said(record)).collect(),
            deadline: self.date.succ_opt().filter(|_| !known && line.excused.is_none()).map(|day| day.and_time(noon)),
            overdue: line.overdue,
            audio,
            may_confirm: self.may_speak && asked,
            asks_at: (self.may_speak && self.station.kind == StationKind::Manual && !ended && line.excused.is_none())
                .then(|| item.end().timestamp() + 1),
            may_undo: self.may_speak && spoken.is_some_and(|record| record.said != Word::Undone),
            ..self.blank(item)
        }
    }

    /// What two people ordered: its form is there from the first moment on, since who cannot play it says so at once.
    async fn urgent(&self, one: &Urgent) -> ItemView {
        let (line, now) = (&one.line, self.desk.now);
        let may_begin = one.may_begin(now);
        let silent = line.outcome == Became::Unreported;
        // A device that is away plays nothing: whoever is there does.
        let by_hand = self.device.is_none_or(|device| !device.connected);
        ItemView {
            urgent: Some(AlarmView {
                reason: one.reason.clone(),
                asked_by: name_of(&self.names, &one.asked_by),
                confirmed_by: name_of(&self.names, &one.confirmed_by),
                until: self.desk.local(one.not_after),
                may_begin,
                calls: silent && (may_begin || (one.stands && line.excused.is_none())),
            }),
            may_confirm: self.may_speak && (by_hand || line.due),
            asks_at: None,
            ..self.counted(line).await
        }
    }

    fn said(&self, record: &crate::domain::as_run::Record) -> Said {
        Said {
            evidence: record.evidence,
            by: name_of(&self.names, &record.by),
            at: self.desk.local(record.accepted_at),
            text: wording::said_in_full(self.me.words(), self.desk.schedules.grid.zone, record),
        }
    }

    fn dayparts(&self, items: Vec<ItemView>, now: NaiveDateTime) -> Vec<DaypartView> {
        let mut parts: BTreeMap<Daypart, Vec<ItemView>> = BTreeMap::new();
        for item in items {
            parts.entry(Daypart::of_hour(item.start.hour())).or_default().push(item);
        }
        let confirm_key = self.may_speak.then(|| self.key.clone());
        let mut views: Vec<DaypartView> = parts
            .into_iter()
            .map(|(daypart, items)| DaypartView { daypart, items, confirm_key: confirm_key.clone() })
            .collect();
        if self.date == self.desk.today {
            let current = Daypart::of_hour(now.hour());
            views.sort_by_key(|view| view.daypart != current);
        }
        views
    }

    async fn next(&self, items: &[ItemView], now: NaiveDateTime) -> Result<Option<NextView>, Failed> {
        if let Some(item) = items.iter().find(|item| item.start > now) {
            return Ok(Some(NextView { title: item.title.clone(), start: item.start }));
        }
        let Some(tomorrow) = self.date.succ_opt() else { return Ok(None) };
        let issued = self.me.visit.web.center.issued_items(&self.station.id, tomorrow).await?;
        let first = issued.and_then(|rundown| rundown.items.into_iter().next());
        Ok(first.map(|item| NextView { start: self.desk.local(item.start), title: item.title }))
    }
}

async fn device(me: &Signed, desk: &Desk, station: &Station) -> Result<Option<DeviceState>, Failed> {
    if station.kind == StationKind::Manual {
        return Ok(None);
    }
    let statuses = me.visit.web.center.station_statuses().await?;
    let status = statuses.into_iter().find(|status| status.station.id == station.id);
    Ok(status.map(|status| DeviceState {
        connected: status.connected,
        last_seen: status.last_seen_at.map(|at| desk.local(at)),
    }))
}

fn current(items: &[ItemView], now: NaiveDateTime) -> Option<NowView> {
    // An order says when it begins at the latest, not what is on.
    let item = items.iter().find(|item| item.urgent.is_none() && item.start <= now && now < item.end)?;
    Some(NowView {
        title: item.title.clone(),
        producer: item.producer.clone(),
        start: item.start,
        end: item.end,
        // No device tells what it plays at this moment; it tells afterwards.
        on_air: false,
    })
}
