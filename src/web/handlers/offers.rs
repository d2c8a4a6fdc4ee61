//! "Lời mời": a commune sees what it is offered and answers, and says whose priority items come first.

use axum::extract::Query;
use axum::http::StatusCode;
use axum::response::Response;
use serde::Deserialize;

use super::desk::{Desk, name_of, names, only};
use super::local::dayparts;
use super::{Failed, alarm};
use crate::center::offers::{Offered, Offers};
use crate::domain::access::Role;
use crate::domain::ids::{OrderId, StationId};
use crate::domain::offer::Answer;
use crate::domain::order::Demand;
use crate::domain::station::{StandingChoice, Station};
use crate::web::pages::{Choice, ClashView, LocalOfferView, OffersPage, Tab, Words};
use crate::web::session::{Posted, Signed};

/// Roles that speak for a station.
const SPEAKERS: [Role; 2] = [Role::Operator, Role::Admin];

/// `?station=`
#[derive(Default, Deserialize)]
pub struct Asked {
    #[serde(default)]
    station: String,
}

/// `GET /loi-moi`
pub async fn page(me: Signed, Query(asked): Query<Asked>) -> Response {
    let result = show(&me, &asked.station).await;
    me.answer(result)
}

async fn show(me: &Signed, asked: &str) -> Result<Response, Failed> {
    only(me, &SPEAKERS)?;
    let (desk, names) = (Desk::open(me).await?, names(me).await?);
    let mine: Vec<&Station> =
        desk.schedules.stations.iter().filter(|one| desk.may_at(me, &SPEAKERS, one, desk.today)).collect();
    let found = mine.iter().find(|one| asked.is_empty() || one.id.as_str() == asked);
    let Some(station) = found else {
        return Err(Failed::Bad(StatusCode::FORBIDDEN, Some(me.words().t("error-no-station"))));
    };
    let Offers { standing, offers, own_first, clashes } = me.visit.web.center.offers(&station.id, desk.now).await?;
    let (words, freeze) = (me.words(), desk.schedules.grid.settings.freeze());
    let view = |one: Offered| LocalOfferView {
        order: one.order.id.to_string(),
        title: one.title,
        duration_ms: one.duration_ms,
        demand: match one.order.demand {
            Demand::PerDay(plays) => words.count("order-per-day", plays),
            Demand::PerWeek(plays) => words.count("order-per-week", plays),
        },
        from: one.order.from,
        to: one.order.to,
        next: one.next.map(|next| (desk.local(next), desk.local(next - freeze))),
        said: one.said.as_ref().map(|row| (name_of(&names, &row.by), desk.local(row.at))),
        answer: one.said.map(|row| answer_words(words, &row.answer, row.reason.as_deref())),
        airs: one.airs,
    };
    let mut frame = me.frame(Tab::Offers);
    frame.alarms = alarm::links(me, &desk, None).await?;
    let page = OffersPage {
        frame,
        station: station.id.to_string(),
        station_name: station.name.clone(),
        stations: mine
            .iter()
            .map(|one| Choice { value: one.id.to_string(), label: one.name.clone(), selected: one.id == station.id })
            .collect(),
        accepts: standing == StandingChoice::Accept,
        freeze_minutes: desk.schedules.grid.settings.freeze_minutes,
        offers: offers.into_iter().map(view).collect(),
        own_first,
        clashes: clashes
            .into_iter()
            .map(|clash| ClashView { at: desk.local(clash.at), titles: clash.titles })
            .collect(),
    };
    Ok(me.visit.page(StatusCode::OK, page.render()))
}

fn answer_words(words: Words, answer: &Answer, reason: Option<&str>) -> String {
    match (answer, reason) {
        (Answer::Accept, _) => words.t("offers-accepted"),
        (Answer::Decline, None) => words.t("offers-declined"),
        (Answer::Decline, Some(reason)) => words.t1("offers-declined-why", "reason", reason),
        (Answer::Move(dayparts), _) => {
            let parts: Vec<String> = dayparts.iter().map(|daypart| words.daypart(daypart)).collect();
            words.t1("offers-moved", "dayparts", parts.join(", "))
        }
    }
}

/// `POST /loi-moi`
pub async fn answer(form: Posted) -> Response {
    let me = &form.me;
    let result = async {
        only(me, &SPEAKERS)?;
        let station: StationId = form.field("station").parse().map_err(|_| Failed::NotFound)?;
        let order: OrderId = form.field("order").parse().map_err(|_| Failed::NotFound)?;
        let bad = || Failed::Bad(StatusCode::BAD_REQUEST, None);
        let back = format!("/loi-moi?station={station}");
        let said = match form.field("answer") {
            "accept" => Answer::Accept,
            "decline" if form.field("reason").is_empty() => {
                return Ok(me.visit.redirect(&back, Some(("offer-no-reason", 0))));
            }
            "decline" => Answer::Decline,
            "move" => {
                let parts = dayparts(form.field("dayparts")).filter(|parts| !parts.is_empty());
                Answer::Move(parts.ok_or_else(bad)?)
            }
            _ => return Err(bad()),
        };
        let reason = Some(form.field("reason")).filter(|_| said == Answer::Decline);
        let by = (me.person.name.as_str(), &me.person.grants[..]);
        let new = me.visit.web.center.answer_offer(&station, &order, said, reason, by).await?;
        Ok(me.visit.redirect(&back, Some((if new { "offer-answered" } else { "offer-same" }, 0))))
    };
    me.answer(result.await)
}

/// `POST /loi-moi/thu-tu`
pub async fn own_first(form: Posted) -> Response {
    let me = &form.me;
    let result = async {
        only(me, &SPEAKERS)?;
        let station: StationId = form.field("station").parse().map_err(|_| Failed::NotFound)?;
        let own_first = match form.field("own_first") {
            "1" => true,
            "0" => false,
            _ => return Err(Failed::Bad(StatusCode::BAD_REQUEST, None)),
        };
        let by = (me.person.name.as_str(), &me.person.grants[..]);
        let new = me.visit.web.center.choose_own_first(&station, own_first, by).await?;
        let word = if new { "own-first-kept" } else { "offer-same" };
        Ok(me.visit.redirect(&format!("/loi-moi?station={station}"), Some((word, 0))))
    };
    me.answer(result.await)
}
