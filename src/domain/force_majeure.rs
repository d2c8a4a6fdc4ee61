//! Force majeure (*bất khả kháng*): a person's word that a storm, a flood or a cut of power kept an area or a station
//! from airing for a time. It excuses what did not air then; it is no input of planning and changes no record.

use chrono::{DateTime, NaiveDate, Utc};
use serde::Serialize;

use super::access::{Grant, Role};
use super::area::Areas;
use super::place::Place;
use super::station::Station;

/// A declaration in the center's books.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Declaration {
    /// Its number.
    pub id: u64,
    /// Where.
    pub place: Place,
    /// The first moment of it.
    pub from: DateTime<Utc>,
    /// The first moment after it.
    pub until: DateTime<Utc>,
    /// Why, as the person wrote it.
    pub reason: String,
    /// Who declared it: a log-in name.
    pub by: String,
    /// When.
    pub at: DateTime<Utc>,
    /// Who withdrew it and when; none while it holds.
    pub withdrawn: Option<(String, DateTime<Utc>)>,
}

/// Why an airing that did not sound is not held against anybody.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Excuse {
    /// Number of the declaration.
    pub declaration: u64,
    /// Its reason.
    pub reason: String,
    /// Who declared it: a log-in name.
    pub by: String,
}

impl Declaration {
    /// Whether it holds for a station on that local day.
    pub fn holds_at(&self, station: &Station, areas: &Areas, date: NaiveDate) -> bool {
        self.withdrawn.is_none() && self.place.reaches(station, areas, date)
    }

    /// Whether its time and another one (the last moment outside) have a moment in common.
    pub fn touches(&self, from: DateTime<Utc>, until: DateTime<Utc>) -> bool {
        self.from < until && from < self.until
    }

    /// Whether a planned start lies in its time: the first moment does, the last does not.
    pub fn spans(&self, start: DateTime<Utc>) -> bool {
        self.from <= start && start < self.until
    }

    /// What it says of an airing.
    pub fn excuse(&self) -> Excuse {
        Excuse { declaration: self.id, reason: self.reason.clone(), by: self.by.clone() }
    }
}

/// Whether the grants let their holder declare and withdraw there: approvers and administrators within their area. An
/// operator may not, since it is their own station's failures that it excuses.
pub fn may_declare(grants: &[Grant], areas: &Areas, place: &Place, stations: &[Station], date: NaiveDate) -> bool {
    place.allows(grants, &[Role::Approver, Role::Admin], areas, stations, date)
}

#[cfg(test)]
mod tests {
    use chrono::TimeZone;

    use super::*;
    use crate::domain::area::{Area, Level};
    use crate::domain::station::{Serves, StationKind, Transport};

    fn day() -> NaiveDate {
        NaiveDate::from_ymd_opt(2024, 9, 17).unwrap()
    }

    fn areas() -> Areas {
        let unit = |code: &str, level, parent: Option<&str>| Area {
            code: code.parse().unwrap(),
            valid_from: NaiveDate::from_ymd_opt(2024, 1, 1).unwrap(),
            valid_to: None,
            level,
            kind: "xã".into(),
            name: code.into(),
            parent: parent.map(|code| code.parse().unwrap()),
            successor: None,
        };
        let units = [
            unit("49", Level::Province, None),
            unit("xa-1", Level::Commune, Some("49")),
            unit("xa-2", Level::Commune, Some("49")),
        ];
        Areas::from(Vec::from(units))
    }

    fn station() -> Station {
        let from = NaiveDate::from_ymd_opt(2024, 1, 1).unwrap();
        Station {
            id: "dtt-0001".parse().unwrap(),
            name: "Đài".into(),
            kind: StationKind::Manual,
            transport: Transport::Fm,
            serves: vec![Serves { area: "xa-1".parse().unwrap(), from, to: None }],
        }
    }

    fn declared(place: Place) -> Declaration {
        let moment = |hour| Utc.with_ymd_and_hms(2024, 9, 17, hour, 0, 0).unwrap();
        let (from, until, at) = (moment(1), moment(2), moment(3));
        Declaration { id: 1, place, from, until, reason: "bão".into(), by: "binh".into(), at, withdrawn: None }
    }

    fn area(code: &str) -> Place {
        Place::Area(code.parse().unwrap())
    }

    #[test]
    fn it_holds_in_its_place_until_it_is_withdrawn() {
        let holds = |one: &Declaration| one.holds_at(&station(), &areas(), day());
        assert!(holds(&declared(area("49"))) && holds(&declared(area("xa-1"))));
        assert!(holds(&declared(Place::Station(station().id))));
        assert!(!holds(&declared(area("xa-2"))));
        assert!(!holds(&declared(Place::Station("dtt-0002".parse().unwrap()))));
        let mut withdrawn = declared(area("49"));
        withdrawn.withdrawn = Some(("binh".into(), withdrawn.at));
        assert!(!holds(&withdrawn));
    }

    #[test]
    fn it_touches_a_day_that_has_a_moment_of_it() {
        let moment = |hour| Utc.with_ymd_and_hms(2024, 9, 17, hour, 0, 0).unwrap();
        let touches = |from, until| declared(area("49")).touches(moment(from), moment(until));
        assert!(touches(0, 24 - 1) && touches(1, 2) && touches(0, 2) && touches(1, 3));
        assert!(!touches(0, 1) && !touches(2, 3));
    }

    #[test]
    fn approvers_and_administrators_declare_within_their_area_and_operators_nowhere() {
        let may = |role, held: &str, place: &Place| {
            let grants = [Grant { role, area: held.parse().unwrap() }];
            may_declare(&grants, &areas(), place, &[station()], day())
        };
        let here = Place::Station(station().id);
        for role in [Role::Approver, Role::Admin] {
            assert!(may(role, "xa-1", &here) && may(role, "49", &here) && may(role, "49", &area("49")));
            assert!(!may(role, "xa-2", &here) && !may(role, "xa-1", &area("49")));
        }
        for role in [Role::Operator, Role::Auditor, Role::Editor] {
            assert!(!may(role, "49", &here), "{role:?}");
        }
    }
}
