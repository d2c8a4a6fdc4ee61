//! Stop orders.

use loa::domain::place::Place as Where;
use loa::domain::stop::{Stop, StopOrder};
use loa::store::stops::{NewStop, STOPS};

use super::Place;
use super::samples::{VIETNAMESE, at, station};

pub async fn a_stop_order_comes_back_and_is_lifted_once(place: Place) {
    let store = place.open().await;
    let (here, area) = (Where::Station(station(1)), Where::Area("502".parse().unwrap()));
    let code = "A-1".parse().unwrap();
    let before = store.revision(STOPS).await.unwrap();
    let new = NewStop { place: &here, bulletin: None, reason: VIETNAMESE, by: "an", at: at(1) };
    let first = store.add_stop(&new).await.unwrap();
    let new = NewStop { place: &area, bulletin: Some(&code), reason: "sai", by: "binh", at: at(2) };
    let second = store.add_stop(&new).await.unwrap();
    assert!(second > first);
    assert!(store.lift_stop(first, "binh", at(3)).await.unwrap());
    assert!(!store.lift_stop(first, "an", at(4)).await.unwrap());
    assert!(store.lift_stop(second + 1, "an", at(4)).await.is_err(), "there is no such order");
    assert!(store.revision(STOPS).await.unwrap() >= before + 3);
    let stop = |id, bulletin, reason: &str| Stop { id, bulletin, reason: reason.into() };
    let expected = [
        StopOrder {
            stop: stop(first, None, VIETNAMESE),
            place: here,
            by: "an".into(),
            at: at(1),
            lifted: Some(("binh".into(), at(3))),
        },
        StopOrder { stop: stop(second, Some(code), "sai"), place: area, by: "binh".into(), at: at(2), lifted: None },
    ];
    assert_eq!(store.stop_orders().await.unwrap(), expected);
}
