//! Orders: how often a bulletin must air, where, and between which days (yêu cầu phát).

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::area::Target;
use super::ids::{BulletinCode, OrderId};
use super::slot::Daypart;

/// How often, at each station.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Demand {
    /// Airings a day, 1 to 24.
    PerDay(u32),
    /// Airings a week (Monday to Sunday), 1 to 168, spread evenly over its days.
    PerWeek(u32),
}

/// One order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Order {
    /// Id; part of airing ids.
    pub id: OrderId,
    /// What must air.
    pub bulletin: BulletinCode,
    /// How often.
    pub demand: Demand,
    /// Dayparts allowed; empty = all.
    pub dayparts: Vec<Daypart>,
    /// What one play counts for beside others of its priority when not all fits, 1 to 9.
    #[serde(default = "one")]
    pub weight: u32,
    /// Least time between two plays of its bulletin at a station, by the starts of their slots, minutes, 0 to 1440.
    #[serde(default)]
    pub spacing_minutes: u32,
    /// Where.
    pub target: Target,
    /// First day.
    pub from: NaiveDate,
    /// Last day, inclusive.
    pub to: NaiveDate,
}

fn one() -> u32 {
    1
}
