//! Issued rundowns.

use std::collections::BTreeMap;

use super::Place;
use super::samples::{at, day, rundown, station};

pub async fn rundowns_come_back_verbatim_by_station_day_and_version(place: Place) {
    let store = place.open().await;
    let mut rows = [rundown(2, 12, 1), rundown(1, 13, 1), rundown(1, 12, 2), rundown(1, 12, 1)];
    rows[0].issued_at = at(999_999);
    assert!(store.add_rundowns(&rows).await.unwrap());
    rows.reverse();
    rows.swap(2, 1);
    rows.swap(1, 2);
    let all = store.rundowns_between(None, day(12), day(13)).await.unwrap();
    assert_eq!(all, rows);
    assert_eq!(store.rundowns_between(Some(&station(2)), day(1), day(30)).await.unwrap(), rows[3..]);
    assert_eq!(store.rundowns_between(None, day(13), day(13)).await.unwrap(), rows[2..3]);
    assert!(store.rundowns_between(None, day(14), day(30)).await.unwrap().is_empty());
}

pub async fn rundowns_are_added_all_or_none(place: Place) {
    let store = place.open().await;
    assert!(store.add_rundowns(&[rundown(1, 12, 1)]).await.unwrap());
    let mut again = rundown(1, 12, 1);
    again.body = "another".into();
    assert!(!store.add_rundowns(&[rundown(2, 12, 1), again, rundown(3, 12, 1)]).await.unwrap());
    assert_eq!(store.rundowns_between(None, day(1), day(30)).await.unwrap(), [rundown(1, 12, 1)]);
    assert_eq!(store.revision("rundowns").await.unwrap(), 1);
    assert!(store.add_rundowns(&[rundown(2, 12, 1), rundown(1, 12, 2)]).await.unwrap(), "the store still works");
}

pub async fn the_newest_version_of_each_day_is_known(place: Place) {
    let store = place.open().await;
    let rows: Vec<_> = (1..=11).map(|version| rundown(1, 12, version)).collect();
    assert!(store.add_rundowns(&rows).await.unwrap());
    assert!(store.add_rundowns(&[rundown(1, 13, 1), rundown(2, 12, 1), rundown(2, 11, 1)]).await.unwrap());
    let newest = store.newest_versions(day(12)).await.unwrap();
    let expected =
        BTreeMap::from([((station(1), day(12)), 11), ((station(1), day(13)), 1), ((station(2), day(12)), 1)]);
    assert_eq!(newest, expected);
}

pub async fn of_two_processes_issuing_one_version_exactly_one_does(place: Place) {
    let (one, other) = (place.open().await, place.open().await);
    for version in 1..=8 {
        // Each writes a station of its own first, so that both are under way when they meet.
        let rows =
            [[rundown(10, 12, version), rundown(1, 12, version)], [rundown(20, 12, version), rundown(1, 12, version)]];
        let (first, second) = tokio::join!(one.add_rundowns(&rows[0]), other.add_rundowns(&rows[1]));
        assert_ne!(first.unwrap(), second.unwrap(), "version {version}");
        let held = one.rundowns_between(None, day(12), day(12)).await.unwrap();
        assert_eq!(held.len(), 2 * usize::try_from(version).unwrap());
    }
}
