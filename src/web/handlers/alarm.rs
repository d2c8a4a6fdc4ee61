//! Break-in orders that call an operator: the lines above their pages, and what the script of the day asks for.

use std::collections::BTreeSet;

use axum::Json;
use axum::response::{IntoResponse, Response};
use chrono::NaiveDate;

use super::Failed;
use super::desk::{Desk, only};
use crate::domain::access::Role;
use crate::domain::break_in::InForce;
use crate::domain::ids::StationId;
use crate::domain::reconcile::Outcome;
use crate::domain::station::Station;
use crate::web::pages::{AlarmLink, encode};
use crate::web::session::Signed;

/// Orders that may still begin at a station of which the reader is an operator, and that nobody and nothing answered
/// there; without those on the page of that station's day.
pub async fn links(me: &Signed, desk: &Desk, but: Option<(&StationId, NaiveDate)>) -> Result<Vec<AlarmLink>, Failed> {
    let center = &me.visit.web.center;
    let yesterday = desk.today.pred_opt().unwrap_or(desk.today);
    let orders = center.in_force_between(yesterday, desk.today).await?;
    let mut links = Vec::new();
    for force in orders.iter().filter(|force| force.stands && !force.order.has_expired(desk.now)) {
        for station in called(me, desk, force).filter(|one| but != Some((&one.id, force.order.date))) {
            let day = center.station_day(&station.id, force.order.date, desk.now).await?;
            let airing = force.order.airing(&station.id);
            if day.line(airing).is_some_and(|line| line.outcome == Outcome::Unreported) {
                links.push(AlarmLink {
                    airing: airing.to_string(),
                    text: me.words().t1("alarm-elsewhere", "station", &station.name),
                    href: format!("/hom-nay?station={}&date={}", encode(station.id.as_str()), force.order.date),
                });
            }
        }
    }
    Ok(links)
}

/// The reader's stations among those that an order is for.
fn called<'a>(me: &Signed, desk: &'a Desk, force: &InForce) -> impl Iterator<Item = &'a Station> {
    let order = &force.order;
    let mine = |one: &&Station| order.stations.contains(&one.id) && desk.may_at(me, &[Role::Operator], one, order.date);
    desk.schedules.stations.iter().filter(mine).collect::<Vec<_>>().into_iter()
}

/// `GET /hom-nay/khan-cap`: the airings of the orders that call the reader now, for the script of a day that is open.
pub async fn calling(me: Signed) -> Response {
    let result = async {
        only(&me, &[Role::Operator])?;
        let desk = Desk::open(&me).await?;
        let airings: BTreeSet<String> = links(&me, &desk, None).await?.into_iter().map(|one| one.airing).collect();
        Ok(Json(airings).into_response())
    };
    me.answer(result.await)
}
