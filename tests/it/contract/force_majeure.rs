//! Declarations of force majeure.

use loa::domain::force_majeure::Declaration;
use loa::domain::place::Place as Where;
use loa::store::force_majeure::NewDeclaration;
use loa::store::schedules::PLANNING;

use super::Place;
use super::samples::{VIETNAMESE, at, station};

pub async fn a_declaration_comes_back_is_withdrawn_once_and_stays_in_the_books(place: Place) {
    let store = place.open().await;
    let (here, area) = (Where::Station(station(1)), Where::Area("502".parse().unwrap()));
    let planned_by = store.revision(PLANNING).await.unwrap();
    let new = NewDeclaration { place: &here, from: at(10), until: at(20), reason: VIETNAMESE, by: "an", at: at(31) };
    let first = store.add_force_majeure(&new).await.unwrap();
    let new = NewDeclaration { place: &area, from: at(15), until: at(16), reason: "lũ", by: "binh", at: at(32) };
    let second = store.add_force_majeure(&new).await.unwrap();
    assert!(second > first);
    assert!(store.withdraw_force_majeure(first, "binh", at(33)).await.unwrap());
    assert!(!store.withdraw_force_majeure(first, "an", at(34)).await.unwrap());
    assert!(store.withdraw_force_majeure(second + 1, "an", at(34)).await.is_err(), "there is no such declaration");
    assert_eq!(store.revision(PLANNING).await.unwrap(), planned_by, "no plan looks at it");
    let expected = [
        Declaration {
            id: first,
            place: here,
            from: at(10),
            until: at(20),
            reason: VIETNAMESE.into(),
            by: "an".into(),
            at: at(31),
            withdrawn: Some(("binh".into(), at(33))),
        },
        Declaration {
            id: second,
            place: area,
            from: at(15),
            until: at(16),
            reason: "lũ".into(),
            by: "binh".into(),
            at: at(32),
            withdrawn: None,
        },
    ];
    assert_eq!(store.force_majeure().await.unwrap(), expected);
}
