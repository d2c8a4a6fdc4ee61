//! What most handlers look up first: schedules, today's date, and where the reader may do what.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, NaiveDate, NaiveDateTime, TimeZone, Utc};

use super::Failed;
use crate::center::import::IMPORTER;
use crate::center::people::COMMAND_LINE;
use crate::center::planning::Schedules;
use crate::domain::access::{Role, allows, allows_target};
use crate::domain::area::{Area, Areas, Target};
use crate::domain::ids::AreaCode;
use crate::domain::place::Place;
use crate::domain::station::Station;
use crate::web::pages::Choice;
use crate::web::session::Signed;

/// Roles that read everything in their areas.
pub const READERS: [Role; 4] = [Role::Editor, Role::Approver, Role::Auditor, Role::Admin];

/// One request's view of the province.
pub struct Desk {
    /// Areas, stations, grid, orders.
    pub schedules: Schedules,
    /// The moment.
    pub now: DateTime<Utc>,
    /// Its local date.
    pub today: NaiveDate,
}

impl Desk {
    /// Looks it up.
    pub async fn open(me: &Signed) -> Result<Self, Failed> {
        let schedules = me.visit.web.center.schedules().await?;
        let now = crate::clock::now();
        let today = now.with_timezone(&schedules.grid.zone).date_naive();
        Ok(Self { schedules, now, today })
    }

    /// Local time.
    pub fn local(&self, at: DateTime<Utc>) -> NaiveDateTime {
        at.with_timezone(&self.schedules.grid.zone).naive_local()
    }

    /// A local time as a moment, the earlier of two; none for one that clocks leave out.
    pub fn moment(&self, local: NaiveDateTime) -> Option<DateTime<Utc>> {
        self.schedules.grid.zone.from_local_datetime(&local).earliest().map(|at| at.to_utc())
    }

    /// Units.
    pub fn areas(&self) -> &Areas {
        &self.schedules.areas
    }

    /// Whether the reader has one of the roles at this station on that day.
    pub fn may_at(&self, me: &Signed, roles: &[Role], station: &Station, date: NaiveDate) -> bool {
        station.area_on(date).is_some_and(|area| self.may_in(me, roles, area, date))
    }

    /// Whether the reader has one of the roles in this unit on that day.
    pub fn may_in(&self, me: &Signed, roles: &[Role], area: &AreaCode, date: NaiveDate) -> bool {
        roles.iter().any(|role| allows(&me.person.grants, *role, self.areas(), area, date))
    }

    /// Whether the reader has the role wherever the target is, judged today.
    pub fn may_target(&self, me: &Signed, role: Role, target: &Target) -> bool {
        allows_target(&me.person.grants, role, self.areas(), target, self.today)
    }

    /// A unit's name with its kind, or its code when no such unit stands.
    pub fn area_name(&self, code: &AreaCode, date: NaiveDate) -> String {
        let unit = self.areas().on(code, date).or_else(|| self.areas().iter().find(|unit| unit.code == *code));
        unit.map_or_else(|| code.to_string(), full_name)
    }

    /// Units and stations for which `may` says yes, as [`place`] reads them: units from the widest down, stations.
    pub fn places(&self, may: impl Fn(&Place) -> bool) -> (Vec<Choice>, Vec<Choice>) {
        let choice = |value: String, label: String| Choice { value, label, selected: false };
        let mut units: Vec<&Area> = self.areas().iter().filter(|unit| unit.valid_on(self.today)).collect();
        units.retain(|unit| may(&Place::Area(unit.code.clone())));
        units.sort_by_key(|unit| (unit.level, full_name(unit)));
        let units = units.into_iter().map(|unit| choice(format!("area:{}", unit.code), full_name(unit)));
        let stations = self.schedules.stations.iter().filter(|one| may(&Place::Station(one.id.clone())));
        let stations = stations.map(|one| choice(format!("station:{}", one.id), one.name.clone()));
        (units.collect(), stations.collect())
    }

    /// A place in words, as it was named on that day.
    pub fn place_name(&self, place: &Place, date: NaiveDate) -> String {
        match place {
            Place::Station(id) => {
                let known = self.schedules.stations.iter().find(|one| one.id == *id);
                known.map_or_else(|| id.to_string(), |one| one.name.clone())
            }
            Place::Area(code) => self.area_name(code, date),
        }
    }

    /// Units the reader may choose from: those above communes, and communes where they are few or beneath `chosen`.
    pub fn area_choices(&self, me: &Signed, chosen: &str, date: NaiveDate) -> Vec<Choice> {
        const FEW: usize = 60;
        let mine: Vec<&Area> = self
            .areas()
            .iter()
            .filter(|unit| unit.valid_on(date) && self.may_in(me, &READERS, &unit.code, date))
            .collect();
        let all = mine.len() <= FEW;
        let beneath = |unit: &Area| self.areas().chain(&unit.code, date).iter().any(|up| up.code.as_str() == chosen);
        let mut shown: Vec<&Area> = mine
            .into_iter()
            .filter(|unit| all || unit.level != crate::domain::area::Level::Commune || beneath(unit))
            .collect();
        shown.sort_by_key(|unit| (unit.level, full_name(unit)));
        let choices = shown.into_iter().map(|unit| (unit.code.to_string(), full_name(unit)));
        choices_of(me, choices, chosen)
    }
}

/// `xã Bình Dương`
pub fn full_name(unit: &Area) -> String {
    format!("{} {}", unit.kind, unit.name)
}

/// Choices with "all" before them.
pub fn choices_of(me: &Signed, values: impl IntoIterator<Item = (String, String)>, chosen: &str) -> Vec<Choice> {
    let all = (String::new(), me.words().t("filter-all"));
    std::iter::once(all)
        .chain(values)
        .map(|(value, label)| Choice { selected: value == chosen, value, label })
        .collect()
}

/// Names for people by log-in name, and for commands by the word that stands for them.
pub async fn names(me: &Signed) -> Result<BTreeMap<String, String>, Failed> {
    let commands = [(COMMAND_LINE, me.words().t("by-command")), (IMPORTER, me.words().t("by-import"))];
    let users = me.visit.web.center.users().await?;
    // Somebody who is called so comes later and keeps their name.
    let commands = commands.into_iter().map(|(word, name)| (word.to_owned(), name));
    Ok(commands.chain(users.into_iter().map(|user| (user.name, user.display_name))).collect())
}

/// Stands for whoever did it: the name for people where there is one.
pub fn name_of(names: &BTreeMap<String, String>, by: &str) -> String {
    names.get(by).cloned().unwrap_or_else(|| by.to_string())
}

/// Codes as typed with commas or blanks between them; none when one is no code.
pub fn codes(text: &str) -> Option<BTreeSet<AreaCode>> {
    text.split([',', ';', ' ', '\n'])
        .map(str::trim)
        .filter(|code| !code.is_empty())
        .map(|code| code.parse().ok())
        .collect()
}

/// Refuses whoever has none of the roles anywhere.
pub fn only(me: &Signed, roles: &[Role]) -> Result<(), Failed> {
    if roles.iter().any(|role| me.person.is(*role)) { Ok(()) } else { Err(Failed::Forbidden) }
}

/// The place that a choice of [`Desk::places`] stands for.
pub fn place(value: &str) -> Result<Place, Failed> {
    match value.split_once(':') {
        Some(("station", id)) => id.parse().map(Place::Station).map_err(|_| Failed::NotFound),
        Some(("area", code)) => code.parse().map(Place::Area).map_err(|_| Failed::NotFound),
        _ => Err(Failed::NotFound),
    }
}

/// What a date-and-time field sends, with or without seconds.
pub fn date_time(text: &str) -> Option<NaiveDateTime> {
    let read = |form| NaiveDateTime::parse_from_str(text.trim(), form).ok();
    read("%Y-%m-%dT%H:%M").or_else(|| read("%Y-%m-%dT%H:%M:%S"))
}
