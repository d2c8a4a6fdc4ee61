//! Portraits of renditions, the marks they are found by, and who holds a recording.

use loa::domain::portrait::{Fingerprint, Portrait, Waveform};
use loa::store::Store;
use loa::store::bulletins::NewVersion;

use super::Place;
use super::samples::{at, digest, facts, sound};

fn portrait(items: Vec<u32>) -> Portrait {
    let waveform = Waveform { duration_ms: 180_034, peaks: vec![0, 1, 128, 255] };
    Portrait { waveform, fingerprint: Fingerprint::new(items) }
}

async fn add(store: &Store, name: &str, marks: &[u32]) -> bool {
    let portrait = portrait(vec![u32::MAX, 0, marks.len() as u32]);
    store.add_portrait(&digest(name), &digest("original"), &portrait, marks, at(5)).await.unwrap()
}

pub async fn a_portrait_comes_back_as_it_went_in_and_is_kept_once(place: Place) {
    let store = place.open().await;
    assert!(add(&store, "một", &[1, 2, 3]).await);
    assert!(!add(&store, "một", &[7, 8]).await);
    assert_eq!(store.waveform(&digest("một")).await.unwrap(), Some(portrait(vec![]).waveform));
    assert_eq!(store.waveform(&digest("hai")).await.unwrap(), None);
    assert!(store.portraits_sharing(&[7, 8], 5).await.unwrap().is_empty());
    let found = store.portraits_sharing(&[3, 2, 99], 5).await.unwrap();
    assert_eq!(found.len(), 1);
    assert_eq!((found[0].rendition, found[0].fingerprint.items()), (digest("một"), &[u32::MAX, 0, 3][..]));
}

pub async fn the_portraits_sharing_most_marks_come_first_and_one_mark_is_none(place: Place) {
    let store = place.open().await;
    // More marks than go into one statement.
    let many: Vec<u32> = (0..1800).collect();
    add(&store, "tất cả", &many).await;
    add(&store, "nửa", &many[900..]).await;
    add(&store, "ít", &[5, 1_000_000]).await;
    let names = |found: Vec<loa::store::portraits::Candidate>| -> Vec<_> {
        found.into_iter().map(|candidate| candidate.rendition).collect()
    };
    assert_eq!(names(store.portraits_sharing(&many, 5).await.unwrap()), [digest("tất cả"), digest("nửa")]);
    assert_eq!(names(store.portraits_sharing(&many, 1).await.unwrap()), [digest("tất cả")]);
    assert_eq!(names(store.portraits_sharing(&[5, 1_000_000], 1).await.unwrap()), [digest("ít")]);
    assert!(store.portraits_sharing(&[], 5).await.unwrap().is_empty());
}

pub async fn the_versions_that_hold_a_recording_are_known(place: Place) {
    let store = place.open().await;
    for (code, title) in [("B-1", "một"), ("A-1", "hai"), ("A-1", "một")] {
        let (facts, sound) = (facts(code, title), sound(title));
        let new = NewVersion {
            digest: digest(title),
            facts: &facts,
            sound: &sound,
            findings: "[]",
            author: "bien.tap",
            file_name: "a.mp3",
        };
        store.add_bulletin_version(new, at(0)).await.unwrap().unwrap();
    }
    let told = |holders: Vec<loa::store::portraits::Holder>| -> Vec<_> {
        holders.into_iter().map(|holder| format!("{} {}", holder.code, holder.version)).collect()
    };
    assert_eq!(told(store.holders_of_original(&digest("một")).await.unwrap()), ["A-1 2", "B-1 1"]);
    assert_eq!(told(store.holders_of_rendition(&digest("rendition")).await.unwrap()), ["A-1 1", "A-1 2", "B-1 1"]);
    assert!(store.holders_of_original(&digest("ba")).await.unwrap().is_empty());
}

pub async fn of_two_equal_portraits_at_once_one_is_kept_and_neither_fails(place: Place) {
    let store = place.open().await;
    let marks: Vec<u32> = (0..700).collect();
    let (one, other) = tokio::join!(add(&store, "một", &marks), add(&store, "một", &marks));
    assert!(one != other);
    assert_eq!(store.portraits_sharing(&marks, 5).await.unwrap().len(), 1);
}
