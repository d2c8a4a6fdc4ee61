//! Opening a store: migrations, a second process, revision numbers.

use super::Place;
use super::samples::{VIETNAMESE, at};

pub async fn a_store_opened_twice_keeps_what_it_holds(place: Place) {
    let first = place.open().await;
    assert!(first.add_schedule_document("grid", "d1", VIETNAMESE, "an", at(0)).await.unwrap());
    let second = place.open().await;
    assert_eq!(second.schedule_documents().await.unwrap(), first.schedule_documents().await.unwrap());
    drop((first, second));
    let third = place.open().await;
    assert_eq!(third.schedule_documents().await.unwrap()[0].body, VIETNAMESE);
}

pub async fn two_processes_may_open_a_new_store_at_once(place: Place) {
    let (first, second) = tokio::join!(place.open(), place.open());
    assert!(first.add_schedule_document("grid", "d1", "{}", "an", at(0)).await.unwrap());
    assert_eq!(second.schedule_documents().await.unwrap().len(), 1);
}

pub async fn what_one_process_writes_another_sees_as_new(place: Place) {
    let (one, other) = (place.open().await, place.open().await);
    assert_eq!(other.revision("planning").await.unwrap(), 0);
    for expected in 1..=3 {
        let digest = format!("d{expected}");
        assert!(one.add_schedule_document("orders", &digest, "{}", "an", at(expected)).await.unwrap());
        assert_eq!(other.revision("planning").await.unwrap(), expected);
    }
    assert_eq!(other.revision("records").await.unwrap(), 0, "one subject's number is not another's");
}

pub async fn many_writers_wait_in_line_and_none_fails(place: Place) {
    let stores = [place.open().await, place.open().await];
    let mut writers = tokio::task::JoinSet::new();
    for number in 0..20_i64 {
        let store = stores[usize::from(number % 2 == 0)].clone();
        let by = format!("người thứ {number}");
        writers.spawn(async move { store.note_act(&by, "import", "grid", VIETNAMESE, at(number)).await });
    }
    for outcome in writers.join_all().await {
        outcome.unwrap();
    }
}

pub async fn a_copy_is_a_whole_store_of_its_own(place: Place) {
    let store = place.open().await;
    store.add_schedule_document("areas", "d1", VIETNAMESE, "an", at(0)).await.unwrap();
    let folder = tempfile::tempdir().unwrap();
    let copied = store.copy_to(&folder.path().join("loa.db")).await.unwrap();
    // PostgreSQL has its own tool for it and says so.
    assert_eq!(copied, matches!(place, Place::Folder(_)));
    if copied {
        let copy = Place::Folder(folder).open().await;
        assert_eq!(copy.schedule_documents().await.unwrap(), store.schedule_documents().await.unwrap());
    }
}
