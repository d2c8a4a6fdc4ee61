//! Stop orders (*dừng loa ngay*): a person's word that silences one bulletin, one station or one area until it is
//! lifted. It must not know how the word reaches a station.

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

use super::access::{Grant, Role};
use super::area::Areas;
use super::ids::BulletinCode;
use super::place::Place;
use super::planner::WeekInputs;
use super::problem::Problem;
use super::rundown::Item;
use super::station::Station;

/// What a station is told of a stop order, and keeps.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stop {
    /// Number of the order.
    pub id: u64,
    /// Only this bulletin; everything when none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bulletin: Option<BulletinCode>,
    /// Why, as the person wrote it.
    pub reason: String,
}

impl Stop {
    /// Whether the item may not sound. What has no sound of ours (relay) is not the device's to stop.
    pub fn covers(&self, item: &Item) -> bool {
        let counted = item.sound.as_ref().map(|sound| &sound.bulletin);
        let bulletin = counted.or_else(|| item.filler.as_ref().map(|sound| &sound.bulletin));
        bulletin.is_some_and(|bulletin| self.silences(bulletin))
    }

    /// Whether that bulletin may not sound.
    pub fn silences(&self, bulletin: &BulletinCode) -> bool {
        self.bulletin.as_ref().is_none_or(|stopped| stopped == bulletin)
    }
}

/// A stop order in the center's books.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StopOrder {
    /// What and why.
    pub stop: Stop,
    /// Where.
    pub place: Place,
    /// Who gave it: a log-in name.
    pub by: String,
    /// When.
    pub at: DateTime<Utc>,
    /// Who lifted it and when; none while it is in force.
    pub lifted: Option<(String, DateTime<Utc>)>,
}

/// Whether the grants let their holder give and lift stop orders there: approvers and administrators within their
/// area, operators for their own station.
pub fn may_stop(grants: &[Grant], areas: &Areas, place: &Place, stations: &[Station], date: NaiveDate) -> bool {
    let roles: &[Role] = match place {
        Place::Area(_) => &[Role::Approver, Role::Admin],
        Place::Station(_) => &[Role::Approver, Role::Admin, Role::Operator],
    };
    place.allows(grants, roles, areas, stations, date)
}

/// Whether an item of a station's day is silenced by one of these orders.
pub fn covers(stops: &[StopOrder], station: &Station, areas: &Areas, date: NaiveDate, item: &Item) -> bool {
    stops.iter().any(|one| one.stop.covers(item) && one.place.reaches(station, areas, date))
}

/// Takes out of a station's week what stop orders in force silence there; one problem for each order left out.
pub fn leave_out(
    inputs: &mut WeekInputs,
    station: &Station,
    areas: &Areas,
    stops: &[StopOrder],
) -> Vec<(usize, Problem)> {
    let mut problems = Vec::new();
    for (number, day) in inputs.days.iter_mut().enumerate().filter(|(_, day)| !day.over) {
        let here: Vec<&Stop> =
            stops.iter().filter(|one| one.place.reaches(station, areas, day.date)).map(|one| &one.stop).collect();
        day.published.retain(|item| !here.iter().any(|stop| stop.covers(item)));
        day.ladder.retain(|rung| !here.iter().any(|stop| stop.silences(&rung.sound.bulletin)));
        day.orders.retain(|order| {
            let stop = here.iter().find(|stop| stop.bulletin.as_ref().is_none_or(|code| *code == order.bulletin));
            if let Some(stop) = stop {
                let sentence = format!(
                    "order \"{}\" wants bulletin {}, which is left out while stop order {} is in force ({}): \
                     lift it to plan again",
                    order.id, order.bulletin, stop.id, stop.reason
                );
                problems.push((number, Problem::warn("stopped", &order.id, sentence)));
            }
            stop.is_none()
        });
    }
    problems
}
