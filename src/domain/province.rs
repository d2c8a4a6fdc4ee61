//! Everything planning looks at, in one place, as read from the newest versions in the store.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::area::Areas;
use super::bulletin::Approved;
use super::ids::{OrderId, StationId};
use super::offer::Answer;
use super::order::Order;
use super::slot::Grid;
use super::station::{StandingChoice, Station};

/// The province at one moment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Province {
    /// Units over time.
    pub areas: Areas,
    /// Stations, by id.
    pub stations: BTreeMap<StationId, Station>,
    /// Slot rules, guard and settings.
    pub grid: Grid,
    /// Orders.
    pub orders: Vec<Order>,
    /// Approved bulletins, the newest approved version of each.
    pub bulletins: Vec<Approved>,
    /// Communes' own bulletins that wait for their approval: they reserve time and are not planned. None of them is among
    /// the approved ones.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub pending: Vec<Approved>,
    /// Standing choices; a station not listed accepts.
    pub choices: BTreeMap<StationId, StandingChoice>,
    /// What communes said of single offers of ordinary bulletins, by station and order.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub answers: BTreeMap<StationId, BTreeMap<OrderId, Answer>>,
    /// Stations whose commune puts its own priority items before the department's.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub own_first: BTreeSet<StationId>,
}
