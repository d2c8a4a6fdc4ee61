//! The week of a station, for who operates it and for who reads everything there.

use axum::extract::Query;
use axum::http::StatusCode;
use axum::response::Response;
use chrono::{Days, NaiveDate};

use super::desk::Desk;
use super::station_day::{Asked, DAY_READERS};
use super::{Failed, alarm, force_majeure, wording};
use crate::center::reports::Question;
use crate::center::withdrawal::TakenOut;
use crate::domain::access::Role;
use crate::domain::as_run::Evidence;
use crate::domain::planner::{WEEK, monday_of};
use crate::domain::reconcile::Line;
use crate::domain::rundown::Item;
use crate::domain::station::Station;
use crate::web::pages::{Choice, Outcome, StationWeekPage, Tab, TakenOutView, WeekDayView, WeekItemView};
use crate::web::session::Signed;

/// `GET /ca-tuan?station=&date=`
pub async fn week(me: Signed, Query(asked): Query<Asked>) -> Response {
    let result = show(&me, &asked).await;
    me.answer(result)
}

async fn show(me: &Signed, asked: &Asked) -> Result<Response, Failed> {
    let desk = Desk::open(me).await?;
    let (station, date) = asked.of(me, &desk)?;
    let sees = |one: &&Station| desk.may_at(me, &DAY_READERS, one, date);
    let choice =
        |one: &Station| Choice { value: one.id.to_string(), label: one.name.clone(), selected: one.id == station.id };
    // Who reads a whole province comes here from a station; a list of hundreds is no help on a phone.
    let operates = desk.may_at(me, &[Role::Operator, Role::Admin], station, date);
    let mut frame = me.frame(if operates { Tab::Week } else { Tab::Stations });
    frame.alarms = alarm::links(me, &desk, None).await?;
    let page = StationWeekPage {
        frame,
        station: station.id.to_string(),
        station_name: station.name.clone(),
        stations: if operates { desk.schedules.stations.iter().filter(sees).map(choice).collect() } else { Vec::new() },
        today: desk.today,
        days: days(me, &desk, station, monday_of(date)).await?,
        operates,
    };
    Ok(me.visit.page(StatusCode::OK, page.render()))
}

async fn days(me: &Signed, desk: &Desk, station: &Station, monday: NaiveDate) -> Result<Vec<WeekDayView>, Failed> {
    let center = &me.visit.web.center;
    let sunday = monday.checked_add_days(Days::new(WEEK as u64 - 1)).unwrap_or(monday);
    let question = Question { from: monday, to: sunday, area: None, station: Some(station.id.clone()) };
    let report = center.report(&question, desk.now).await?;
    let mut days = Vec::new();
    for date in monday.iter_days().take(WEEK) {
        let mut items: Vec<WeekItemView> = Vec::new();
        for told in report.days.iter().filter(|day| day.date == date) {
            let lines = told.day.lines.iter().chain(told.day.urgent.iter().map(|one| &one.line));
            items.extend(lines.map(|line| counted(desk, line)));
        }
        let issued = center.issued_items(&station.id, date).await?;
        let listed = issued.iter().flat_map(|rundown| &rundown.items).filter(|item| item.airing.is_none());
        items.extend(listed.map(|item| view(desk, item)));
        items.sort_by_key(|item| item.start);
        let taken_out = center.taken_out(&station.id, date).await?;
        let taken_out = taken_out.into_iter().map(|one: TakenOut| TakenOutView {
            start: desk.local(one.item.start),
            at: desk.local(one.at),
            title: one.item.title,
        });
        days.push(WeekDayView {
            date,
            issued: issued.as_ref().map(|rundown| (rundown.version, desk.local(rundown.issued_at))),
            items,
            force: force_majeure::banners(me, desk, station, date).await?,
            taken_out: taken_out.collect(),
        });
    }
    Ok(days)
}

fn view(desk: &Desk, item: &Item) -> WeekItemView {
    WeekItemView {
        start: desk.local(item.start),
        title: item.title.clone(),
        kind: item.kind,
        duration_ms: item.duration_ms,
        outcome: Outcome::Listed,
        late: false,
        declared: false,
        urgent: false,
        bulletin: item.sound.as_ref().map(|sound| sound.bulletin.to_string()),
    }
}

fn counted(desk: &Desk, line: &Line) -> WeekItemView {
    WeekItemView {
        outcome: wording::outcome_now(line, desk.now),
        late: line.late,
        urgent: line.is_urgent(),
        declared: line.evidence == Evidence::Declared,
        ..view(desk, &line.counted.item)
    }
}
