//! Stations and orders, as imported.

use axum::Json;
use serde::Serialize;
use utoipa::ToSchema;

use super::caller::Caller;
use super::error::{Answer, Refusals};
use crate::domain::access::{Role, Scope};
use crate::domain::order::{Demand, Order};
use crate::domain::station::{Station, StationKind};
use crate::web::handlers::desk::READERS;

/// A station.
#[derive(Serialize, ToSchema)]
pub struct StationBody {
    /// Its id.
    id: String,
    /// Name for people.
    name: String,
    /// connected or manual.
    kind: String,
    /// Code of the unit it serves today; none when it serves none.
    area: Option<String>,
}

/// Stations that the caller may read of
#[utoipa::path(get, path = "/api/v1/stations", tag = "schedules", security(("token" = ["read"]), ("session" = [])),
    responses((status = 200, description = "By id", body = Vec<StationBody>), Refusals))]
pub async fn stations(caller: Caller) -> Answer<Vec<StationBody>> {
    caller.need(Scope::Read)?;
    let desk = caller.desk().await?;
    let readers = [READERS.as_slice(), &[Role::Operator]].concat();
    let mine = |station: &&Station| desk.may_at(&caller.me, &readers, station, desk.today);
    let view = |station: &Station| StationBody {
        id: station.id.to_string(),
        name: station.name.clone(),
        kind: if station.kind == StationKind::Connected { "connected".into() } else { "manual".into() },
        area: station.area_on(desk.today).map(ToString::to_string),
    };
    Ok(Json(desk.schedules.stations.iter().filter(mine).map(view).collect()))
}

/// An order.
#[derive(Serialize, ToSchema)]
pub struct OrderBody {
    /// Its id.
    id: String,
    /// Code of the bulletin.
    bulletin: String,
    /// Plays a day; none when it is by the week.
    per_day: Option<u32>,
    /// Plays a week; none when it is by the day.
    per_week: Option<u32>,
    /// What one play counts for beside others of its priority when not all fits, 1 to 9.
    weight: u32,
    /// Least time between two plays of its bulletin at a station, minutes.
    spacing_minutes: u32,
    /// Codes of the units where it airs.
    areas: Vec<String>,
    /// First local day.
    #[schema(format = Date)]
    from: String,
    /// Last local day.
    #[schema(format = Date)]
    to: String,
}

/// Orders
#[utoipa::path(get, path = "/api/v1/orders", tag = "schedules", security(("token" = ["read"]), ("session" = [])),
    responses((status = 200, description = "In the order of their file", body = Vec<OrderBody>), Refusals))]
pub async fn orders(caller: Caller) -> Answer<Vec<OrderBody>> {
    caller.need(Scope::Read)?;
    caller.only(&READERS)?;
    let desk = caller.desk().await?;
    let view = |order: &Order| {
        let (per_day, per_week) = match order.demand {
            Demand::PerDay(plays) => (Some(plays), None),
            Demand::PerWeek(plays) => (None, Some(plays)),
        };
        OrderBody {
            id: order.id.to_string(),
            bulletin: order.bulletin.to_string(),
            per_day,
            per_week,
            weight: order.weight,
            spacing_minutes: order.spacing_minutes,
            areas: order.target.areas.iter().map(ToString::to_string).collect(),
            from: order.from.to_string(),
            to: order.to.to_string(),
        }
    };
    Ok(Json(desk.schedules.orders.iter().map(view).collect()))
}
