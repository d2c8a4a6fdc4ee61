//! Which warnings were opened by whom.

use loa::store::Store;

use super::Place;
use super::bulletins::add;
use super::samples::at;

async fn with_two_versions(place: &Place) -> Store {
    let store = place.open().await;
    add(&store, "A-1", "một", 0).await;
    add(&store, "A-1", "hai", 1).await;
    add(&store, "B-1", "ba", 2).await;
    store
}

pub async fn a_warning_opened_twice_is_noted_once_and_at_the_first_time(place: Place) {
    let store = with_two_versions(&place).await;
    let code = "A-1".parse().unwrap();
    assert!(store.add_look(&code, 1, "clipping@91000", "duyet.mot", at(1_000_001)).await.unwrap());
    assert!(!store.add_look(&code, 1, "clipping@91000", "duyet.mot", at(2_000_000)).await.unwrap());
    let looks = store.looks(&code).await.unwrap();
    assert_eq!(looks.len(), 1);
    assert_eq!((looks[0].version, looks[0].by.as_str(), looks[0].at), (1, "duyet.mot", at(1_000_001)));
    assert_eq!(looks[0].finding, "clipping@91000");
}

pub async fn looks_belong_to_their_person_version_and_finding(place: Place) {
    let store = with_two_versions(&place).await;
    let (one, other) = ("A-1".parse().unwrap(), "B-1".parse().unwrap());
    for (code, version, finding, by) in [
        (&one, 1, "clipping@91000", "duyet.mot"),
        (&one, 1, "clipping@91000", "duyet.hai"),
        (&one, 1, "clipping@91001", "duyet.mot"),
        (&one, 2, "clipping@91000", "duyet.mot"),
        (&other, 1, "clipping@91000", "duyet.mot"),
    ] {
        assert!(store.add_look(code, version, finding, by, at(7)).await.unwrap(), "{code} {version} {finding} {by}");
    }
    assert_eq!(store.looks(&one).await.unwrap().len(), 4);
    assert_eq!(store.looks(&other).await.unwrap().len(), 1);
    assert!(store.looks(&"C-1".parse().unwrap()).await.unwrap().is_empty());
}

pub async fn a_look_at_a_version_nobody_made_is_refused(place: Place) {
    let store = with_two_versions(&place).await;
    let code = "A-1".parse().unwrap();
    assert!(store.add_look(&code, 3, "clipping@91000", "duyet", at(0)).await.is_err());
    assert!(store.looks(&code).await.unwrap().is_empty());
}

pub async fn of_two_looks_at_once_one_is_new_and_neither_fails(place: Place) {
    let (store, other) = (with_two_versions(&place).await, place.open().await);
    let code = "A-1".parse().unwrap();
    let (a, b) = tokio::join!(
        store.add_look(&code, 1, "silent@0", "duyet", at(0)),
        other.add_look(&code, 1, "silent@0", "duyet", at(1)),
    );
    assert_eq!([a.unwrap(), b.unwrap()].into_iter().filter(|new| *new).count(), 1);
}
