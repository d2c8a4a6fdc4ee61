//! A place in two columns, of which one is filled.

use super::StoreError;
use super::db::{corrupt, parse};
use crate::domain::place::Place;

/// Station and area, as they are stored.
pub(super) fn columns(place: &Place) -> (Option<&str>, Option<&str>) {
    match place {
        Place::Station(id) => (Some(id.as_str()), None),
        Place::Area(code) => (None, Some(code.as_str())),
    }
}

/// The place in the columns `station` and `area`, whose names with their table are for people.
pub(super) fn read(
    (station, area): (Option<String>, Option<String>),
    names: (&'static str, &'static str),
) -> Result<Place, StoreError> {
    match (station, area) {
        (Some(id), None) => Ok(Place::Station(parse(names.0, &id)?)),
        (None, Some(code)) => Ok(Place::Area(parse(names.1, &code)?)),
        _ => Err(corrupt(names.0)("neither one station nor one area".into())),
    }
}
