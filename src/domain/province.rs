//! Everything planning looks at, in one place, as read from the newest versions in the store.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::area::Areas;
use super::bulletin::Approved;
use super::ids::StationId;
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
    /// Standing choices; a station not listed accepts.
    pub choices: BTreeMap<StationId, StandingChoice>,
}
