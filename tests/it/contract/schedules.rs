//! Imported schedule documents.

use super::Place;
use super::samples::{VIETNAMESE, at};

pub async fn a_changed_document_is_a_new_version_and_an_equal_one_is_not(place: Place) {
    let store = place.open().await;
    assert!(store.add_schedule_document("grid", "d1", "one", "an", at(0)).await.unwrap());
    assert!(!store.add_schedule_document("grid", "d1", "one", "an", at(1)).await.unwrap());
    assert!(store.add_schedule_document("grid", "d2", VIETNAMESE, "an", at(2)).await.unwrap());
    let documents = store.schedule_documents().await.unwrap();
    assert_eq!(documents.len(), 1);
    assert_eq!((documents[0].version, documents[0].body.as_str()), (2, VIETNAMESE));
}

pub async fn a_document_may_go_back_to_what_it_was(place: Place) {
    let store = place.open().await;
    for digest in ["d1", "d2", "d1"] {
        assert!(store.add_schedule_document("orders", digest, digest, "an", at(0)).await.unwrap());
    }
    let documents = store.schedule_documents().await.unwrap();
    assert_eq!((documents[0].version, documents[0].body.as_str()), (3, "d1"));
}

pub async fn each_kind_has_its_own_versions_in_order_of_name(place: Place) {
    let store = place.open().await;
    for kind in ["stations", "areas", "orders", "grid"] {
        store.add_schedule_document(kind, "d1", kind, "an", at(0)).await.unwrap();
    }
    store.add_schedule_document("areas", "d2", "areas again", "an", at(1)).await.unwrap();
    let documents = store.schedule_documents().await.unwrap();
    let found: Vec<_> = documents.iter().map(|d| (d.kind.as_str(), d.version)).collect();
    assert_eq!(found, [("areas", 2), ("grid", 1), ("orders", 1), ("stations", 1)]);
}

pub async fn only_a_new_version_raises_the_planning_number(place: Place) {
    let store = place.open().await;
    for digest in ["d1", "d1", "d2", "d2"] {
        store.add_schedule_document("grid", digest, "{}", "an", at(0)).await.unwrap();
    }
    assert_eq!(store.revision("planning").await.unwrap(), 2);
}

pub async fn of_two_imports_at_once_one_is_new_and_neither_fails(place: Place) {
    let (one, other) = (place.open().await, place.open().await);
    for round in 1..=8 {
        let digest = format!("d{round}");
        let (first, second) = tokio::join!(
            one.add_schedule_document("grid", &digest, "{}", "an", at(0)),
            other.add_schedule_document("grid", &digest, "{}", "bình", at(0)),
        );
        assert_ne!(first.unwrap(), second.unwrap(), "round {round}");
        assert_eq!(one.schedule_documents().await.unwrap()[0].version, round);
    }
}
