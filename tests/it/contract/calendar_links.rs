//! Links for calendar programs.

use loa::store::calendar_links::CalendarLinkRow;

use super::Place;
use super::samples::{at, digest, station};

fn link(id: &str, number: u32, user: &str, made: i64) -> CalendarLinkRow {
    CalendarLinkRow {
        id: id.into(),
        station: station(number),
        user_name: user.into(),
        digest: digest(id),
        created_at: at(made),
        last_used_at: None,
        revoked_at: None,
    }
}

pub async fn a_calendar_link_comes_back_and_is_revoked_once(place: Place) {
    let store = place.open().await;
    let row = link("0a1b", 1, "an", 1);
    store.add_calendar_link(&row).await.unwrap();
    assert_eq!(store.calendar_link("0a1b").await.unwrap(), Some(row.clone()));
    assert_eq!(store.calendar_link("0a1c").await.unwrap(), None);
    assert_eq!(store.calendar_links_of(&station(1)).await.unwrap(), [row]);
    store.touch_calendar_link("0a1b", at(5)).await.unwrap();
    // Only at its own station, and once.
    assert!(!store.revoke_calendar_link("0a1b", &station(2), "binh", at(6)).await.unwrap());
    assert!(store.revoke_calendar_link("0a1b", &station(1), "binh", at(7)).await.unwrap());
    assert!(!store.revoke_calendar_link("0a1b", &station(1), "binh", at(8)).await.unwrap());
    let held = store.calendar_link("0a1b").await.unwrap().unwrap();
    assert_eq!((held.last_used_at, held.revoked_at), (Some(at(5)), Some(at(7))));
    assert!(store.calendar_links_of(&station(1)).await.unwrap().is_empty());
}

pub async fn a_new_calendar_link_takes_the_place_of_the_same_persons_at_that_station_only(place: Place) {
    let store = place.open().await;
    for row in [link("01", 1, "an", 1), link("02", 1, "binh", 2), link("03", 2, "an", 3), link("04", 1, "an", 4)] {
        store.add_calendar_link(&row).await.unwrap();
    }
    let ids = async |number| {
        let rows = store.calendar_links_of(&station(number)).await.unwrap();
        rows.into_iter().map(|row| row.id).collect::<Vec<_>>()
    };
    assert_eq!(ids(1).await, ["04", "02"]);
    assert_eq!(ids(2).await, ["03"]);
    assert_eq!(store.calendar_link("01").await.unwrap().unwrap().revoked_at, Some(at(4)));
}

pub async fn of_two_links_made_at_once_by_one_person_one_is_in_force(place: Place) {
    let (store, other) = (place.open().await, place.open().await);
    let (one, two) = (link("01", 1, "an", 1), link("02", 1, "an", 2));
    let (a, b) = tokio::join!(store.add_calendar_link(&one), other.add_calendar_link(&two));
    a.unwrap();
    b.unwrap();
    assert_eq!(store.calendar_links_of(&station(1)).await.unwrap().len(), 1);
}
