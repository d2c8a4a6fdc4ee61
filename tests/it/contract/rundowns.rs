//! Issued rundowns.

use std::collections::BTreeMap;

use loa::domain::station::StandingChoice;
use loa::store::marks::{CHOICES, STEPS};
use loa::store::rundowns::RundownRow;

use super::Place;
use super::samples::{add, at, day, rundown, station};

pub async fn rundowns_come_back_verbatim_by_station_day_and_version(place: Place) {
    let store = place.open().await;
    let mut rows = [rundown(2, 12, 1), rundown(1, 13, 1), rundown(1, 12, 2), rundown(1, 12, 1)];
    rows[0].issued_at = at(999_999);
    assert!(add(&store, &rows).await);
    for row in &mut rows {
        // The store gives the number of the issue.
        row.issue = Some(1);
    }
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
    assert!(add(&store, &[rundown(1, 12, 1)]).await);
    let mut again = rundown(1, 12, 1);
    again.body = "another".into();
    assert!(!add(&store, &[rundown(2, 12, 1), again, rundown(3, 12, 1)]).await);
    let held = store.rundowns_between(None, day(1), day(30)).await.unwrap();
    assert_eq!(held, [RundownRow { issue: Some(1), ..rundown(1, 12, 1) }]);
    assert_eq!(store.revision("rundowns").await.unwrap(), 1);
    assert!(add(&store, &[rundown(2, 12, 1), rundown(1, 12, 2)]).await, "the store still works");
}

pub async fn the_newest_version_of_each_day_is_known(place: Place) {
    let store = place.open().await;
    let rows: Vec<_> = (1..=11).map(|version| rundown(1, 12, version)).collect();
    assert!(add(&store, &rows).await);
    assert!(add(&store, &[rundown(1, 13, 1), rundown(2, 12, 1), rundown(2, 11, 1)]).await);
    let newest = store.newest_versions(day(12)).await.unwrap();
    let expected =
        BTreeMap::from([((station(1), day(12)), 11), ((station(1), day(13)), 1), ((station(2), day(12)), 1)]);
    assert_eq!(newest, expected);
}

pub async fn rundowns_planned_upon_others_than_there_are_are_refused(place: Place) {
    let store = place.open().await;
    let seen = store.revision("rundowns").await.unwrap();
    assert_eq!(store.add_rundowns(&[rundown(1, 12, 1)], seen).await.unwrap(), Some(seen + 1));
    // Another station and another day: still not what was seen when it was planned.
    assert_eq!(store.add_rundowns(&[rundown(2, 13, 1)], seen).await.unwrap(), None);
    assert_eq!(store.add_rundowns(&[rundown(2, 13, 1)], seen + 1).await.unwrap(), Some(seen + 2));
}

pub async fn marks_tell_how_far_each_input_stood(place: Place) {
    let store = place.open().await;
    store.add_schedule_document("grid", "one", "1", "ai", at(1)).await.unwrap();
    store.add_standing_choice(&station(1), StandingChoice::Decline, "ai", at(2)).await.unwrap();
    let marks = store.marks(None).await.unwrap();
    store.add_schedule_document("grid", "two", "2", "ai", at(3)).await.unwrap();
    store.add_standing_choice(&station(1), StandingChoice::Accept, "ai", at(4)).await.unwrap();
    let [(then, digest)] = &store.schedule_documents_at(&marks).await.unwrap()[..] else { panic!("one kind") };
    assert_eq!((then.version, &*then.body, &**digest), (1, "1", "one"));
    let choices = store.standing_choices_at(Some(marks.of(CHOICES))).await.unwrap();
    assert_eq!(choices, BTreeMap::from([(station(1), StandingChoice::Decline)]));
    // Times tell the same where nothing happens at once; they tell nothing of issues.
    let by_time = store.marks(Some(at(2))).await.unwrap();
    assert_eq!((by_time.of(CHOICES), by_time.of(STEPS)), (marks.of(CHOICES), 0));
    assert_eq!((by_time.issue(), marks.issue()), (None, Some(0)));
    assert_eq!(store.schedule_documents_at(&by_time).await.unwrap()[0].0.version, 1);
}

pub async fn of_two_processes_issuing_one_version_exactly_one_does(place: Place) {
    let (one, other) = (place.open().await, place.open().await);
    for version in 1..=8 {
        // Each writes a station of its own first, so that both are under way when they meet.
        let rows =
            [[rundown(10, 12, version), rundown(1, 12, version)], [rundown(20, 12, version), rundown(1, 12, version)]];
        let (first, second) = tokio::join!(add(&one, &rows[0]), add(&other, &rows[1]));
        assert_ne!(first, second, "version {version}");
        let held = one.rundowns_between(None, day(12), day(12)).await.unwrap();
        assert_eq!(held.len(), 2 * usize::try_from(version).unwrap());
    }
}
