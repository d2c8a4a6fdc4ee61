//! Where a person's word holds that is about stations: a stop order, a declaration of force majeure.

use std::fmt;

use chrono::NaiveDate;

use super::access::{Grant, Role, allows};
use super::area::Areas;
use super::ids::{AreaCode, StationId};
use super::station::Station;

/// One station, or a unit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    /// One station.
    Station(StationId),
    /// A unit with everything beneath it.
    Area(AreaCode),
}

impl Place {
    /// Whether the station is in it on that day.
    pub fn reaches(&self, station: &Station, areas: &Areas, date: NaiveDate) -> bool {
        match self {
            Self::Station(id) => *id == station.id,
            Self::Area(code) => station.area_on(date).is_some_and(|own| own == code || areas.within(own, code, date)),
        }
    }

    /// Whether the grants give their holder one of the roles in the whole of it on that day; nobody has any at a station
    /// that is not known.
    pub fn allows(
        &self,
        grants: &[Grant],
        roles: &[Role],
        areas: &Areas,
        stations: &[Station],
        date: NaiveDate,
    ) -> bool {
        let area = match self {
            Self::Area(code) => Some(code),
            Self::Station(id) => stations.iter().find(|one| one.id == *id).and_then(|one| one.area_on(date)),
        };
        area.is_some_and(|area| roles.iter().any(|role| allows(grants, *role, areas, area, date)))
    }
}

/// The bare code.
impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Station(id) => id.fmt(f),
            Self::Area(code) => code.fmt(f),
        }
    }
}
