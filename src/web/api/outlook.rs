//! What a version does to the days ahead, and after a withdrawal whom it concerns.

use axum::Json;
use axum::extract::Path;
use serde::Serialize;
use utoipa::ToSchema;

use super::caller::Caller;
use super::error::{Answer, ApiError, Refusals};
use super::shapes::time;
use crate::center::withdrawal::Concerned;
use crate::domain::access::Scope;
use crate::domain::bulletin::State;
use crate::domain::planner::impact::StationImpact;
use crate::domain::station::StationKind;
use crate::web::handlers::desk::READERS;
use crate::web::handlers::{reach, steps};
use crate::web::pages::DisplacedView;

/// Another bulletin that does not stay where it would be.
#[derive(Serialize, ToSchema)]
pub struct Displaced {
    /// Its code.
    bulletin: String,
    /// Its title.
    title: String,
    /// Whether it is a commune's own.
    commune: bool,
    /// Stations where it does not stay.
    stations: u64,
    /// Airings that begin at another time of their slot.
    later: u64,
    /// By how many minutes at most, rounded up.
    later_minutes: u64,
    /// Airings that go to another slot of the day.
    elsewhere: u64,
    /// Airings that lose their place.
    out: u64,
}

/// Why stations do not air it.
#[derive(Serialize, ToSchema)]
pub struct SilentBody {
    /// A sentence in the reader's language.
    why: String,
    /// At how many stations.
    stations: u64,
}

/// What it does at one station.
#[derive(Serialize, ToSchema)]
pub struct StationAhead {
    /// Id.
    station: String,
    /// Code of the commune it serves.
    area: String,
    /// Days with an airing.
    days: u64,
    /// Airings on all of them; 0 where it is meant to be heard and is not.
    airings: u64,
}

/// What approving a version does, or what an approved one does.
#[derive(Serialize, ToSchema)]
pub struct OutlookBody {
    /// First local day counted; after `to` when no day is left.
    #[schema(format = Date)]
    from: String,
    /// Last local day counted: the last it may air, or four weeks after the first.
    #[schema(format = Date)]
    to: String,
    /// The last local day it may air.
    #[schema(format = Date)]
    last_day: String,
    /// Stations with an airing.
    stations: u64,
    /// Days with an airing.
    days: u64,
    /// Airings at all stations.
    airings: u64,
    /// Airings that its orders ask for and that find no place.
    short: u64,
    /// Airings before the hour until which the night figure holds.
    night: u64,
    /// Airings near the opening or closing of the guard hours.
    near_edge: u64,
    /// Stations with a slot that the guard hours refuse.
    refused_at: u64,
    /// Other bulletins that do not stay where they would be; communes' own first.
    displaced: Vec<Displaced>,
    /// Why stations do not air it, most first.
    silent: Vec<SilentBody>,
    /// Every station it is meant for, by id.
    each: Vec<StationAhead>,
}

/// What a version does to the days ahead
#[utoipa::path(get, path = "/api/v1/bulletins/{code}/versions/{version}/outlook", tag = "bulletins",
    security(("token" = ["read"]), ("session" = [])),
    params(("code" = String, Path, description = "Its code"), ("version" = String, Path, description = "Its number")),
    responses((status = 200, description = "Its reach", body = OutlookBody), Refusals))]
pub async fn outlook(caller: Caller, Path((code, version)): Path<(String, String)>) -> Answer<OutlookBody> {
    caller.need(Scope::Read)?;
    caller.only(&READERS)?;
    let row = steps::version(&caller.me, &code, &version).await.map_err(|failed| caller.failed(failed))?;
    let desk = caller.desk().await?;
    let broken = |error| caller.center_failed(error);
    let all = caller.center().bulletin_versions(None).await.map_err(broken)?;
    let outlook = caller.center().outlook(&row.facts.code, row.version, desk.now).await.map_err(broken)?;
    let sum = reach::sum(caller.words, &desk, &all, &outlook);
    let station = |one: &StationImpact| StationAhead {
        station: one.station.to_string(),
        area: one.area.to_string(),
        days: one.days.iter().filter(|day| !day.starts.is_empty()).count() as u64,
        airings: one.airings(),
    };
    Ok(Json(OutlookBody {
        from: outlook.from.to_string(),
        to: outlook.to.to_string(),
        last_day: outlook.last_day.to_string(),
        stations: sum.stations,
        days: sum.days,
        airings: sum.airings,
        short: sum.short,
        night: sum.night,
        near_edge: sum.near_edge,
        refused_at: sum.refused_at,
        displaced: sum.displaced.into_iter().map(displaced).collect(),
        silent: sum.silent.into_iter().map(|(why, stations)| SilentBody { why, stations }).collect(),
        each: outlook.impact.stations.iter().map(station).collect(),
    }))
}

fn displaced(one: DisplacedView) -> Displaced {
    Displaced {
        bulletin: one.code,
        title: one.title,
        commune: one.commune,
        stations: one.stations,
        later: one.later,
        later_minutes: one.later_minutes,
        elsewhere: one.elsewhere,
        out: one.out,
    }
}

/// A station that lost airings by the withdrawal.
#[derive(Serialize, ToSchema)]
pub struct ConcernedBody {
    /// Id.
    station: String,
    /// Name for people.
    name: String,
    /// connected or manual.
    kind: String,
    /// Starts of the airings taken out, in order.
    starts: Vec<String>,
    /// Whether its device is connected now.
    connected: bool,
    /// When its device was last heard.
    #[schema(format = DateTime)]
    last_seen_at: Option<String>,
    /// Whether its device holds the changed rundowns; never for a manual station.
    delivered: bool,
    /// Names of the operators of its commune, for people.
    operators: Vec<String>,
}

/// A withdrawal and whom it concerns.
#[derive(Serialize, ToSchema)]
pub struct WithdrawalBody {
    /// When.
    #[schema(format = DateTime)]
    at: String,
    /// Log-in name.
    by: String,
    /// Why.
    reason: String,
    /// Every station that had it ahead.
    concerned: Vec<ConcernedBody>,
}

/// Whom the withdrawal of a version concerns; not found while it is not withdrawn
#[utoipa::path(get, path = "/api/v1/bulletins/{code}/versions/{version}/withdrawal", tag = "bulletins",
    security(("token" = ["read"]), ("session" = [])),
    params(("code" = String, Path, description = "Its code"), ("version" = String, Path, description = "Its number")),
    responses((status = 200, description = "The withdrawal", body = WithdrawalBody), Refusals))]
pub async fn withdrawal(caller: Caller, Path((code, version)): Path<(String, String)>) -> Answer<WithdrawalBody> {
    caller.need(Scope::Read)?;
    caller.only(&READERS)?;
    let row = steps::version(&caller.me, &code, &version).await.map_err(|failed| caller.failed(failed))?;
    let step = row.steps.last().map(|taken| &taken.step).filter(|step| step.to == State::Withdrawn);
    let step = step.ok_or_else(|| ApiError::not_found(caller.words))?;
    let concerned = caller.center().concerned(&row.facts.code, row.version).await;
    let view = |one: Concerned| ConcernedBody {
        station: one.station.id.to_string(),
        kind: if one.station.kind == StationKind::Connected { "connected".into() } else { "manual".into() },
        name: one.station.name,
        starts: one.starts.into_iter().map(time).collect(),
        connected: one.connected,
        last_seen_at: one.last_seen_at.map(time),
        delivered: one.delivered,
        operators: one.operators,
    };
    Ok(Json(WithdrawalBody {
        at: time(step.at),
        by: step.by.clone(),
        reason: step.reason.clone().unwrap_or_default(),
        concerned: concerned.map_err(|error| caller.center_failed(error))?.into_iter().map(view).collect(),
    }))
}
