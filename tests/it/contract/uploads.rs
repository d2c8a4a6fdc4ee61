//! Uploads: their states, bounds and the version they become.

use chrono::Duration;
use loa::domain::upload::UploadState;
use loa::store::Store;
use loa::store::bulletins::NewVersion;
use loa::store::uploads::{AddedUpload, NewUpload, UploadBounds, UsedUpload};

use super::Place;
use super::samples::{VIETNAMESE, at, digest, facts, sound};

const WIDE: u64 = 1_000_000;

fn bounds(quota_bytes: u64, open_each: u32) -> UploadBounds {
    UploadBounds { quota_bytes, since: at(0) - Duration::days(30), open_each, resume: true }
}

async fn begin(store: &Store, id: &str, by: &str, bytes: u64, bounds: &UploadBounds) -> AddedUpload {
    let unit = "49".parse().unwrap();
    let new = NewUpload {
        id,
        by,
        unit: &unit,
        file_name: VIETNAMESE,
        bytes,
        head: digest(&format!("{bytes} bytes")),
        trim: true,
        draft: None,
    };
    store.add_upload(&new, bounds, at(7)).await.unwrap()
}

async fn state(store: &Store, id: &str) -> UploadState {
    store.upload(id).await.unwrap().unwrap().state
}

/// An upload that was accepted.
async fn checked(store: &Store, id: &str) {
    assert_eq!(
        begin(store, id, "bien.tap", 10, &UploadBounds { resume: false, ..bounds(WIDE, 99) }).await,
        AddedUpload::New
    );
    assert!(store.move_upload(id, UploadState::Queued, None, at(8)).await.unwrap());
    assert_eq!(store.claim_upload(at(9)).await.unwrap().unwrap().id, id);
    assert!(store.judge_upload(id, true, "{}", at(10)).await.unwrap());
}

async fn turn_into(store: &Store, id: &str, code: &str, title: &str, fresh: bool) -> UsedUpload {
    let (facts, sound) = (facts(code, title), sound(title));
    let new = NewVersion {
        digest: digest(title),
        facts: &facts,
        sound: &sound,
        findings: "{}",
        author: "bien.tap",
        file_name: "a.mp3",
    };
    store.use_upload(id, new, fresh, at(20)).await.unwrap()
}

pub async fn an_upload_comes_back_as_it_went_in(place: Place) {
    let store = place.open().await;
    assert_eq!(begin(&store, "u1", "bien.tap", 3_000_000_000, &bounds(u64::MAX, 1)).await, AddedUpload::New);
    assert!(store.draft_upload("u1", VIETNAMESE).await.unwrap());
    let row = store.upload("u1").await.unwrap().unwrap();
    assert_eq!((row.by.as_str(), row.unit.as_str(), row.file_name.as_str()), ("bien.tap", "49", VIETNAMESE));
    assert_eq!((row.bytes, row.head, row.trim), (3_000_000_000, digest("3000000000 bytes"), true));
    assert_eq!((row.state, row.created_at, row.changed_at), (UploadState::Receiving, at(7), at(7)));
    assert_eq!((row.draft.as_deref(), row.reason, row.verdict, row.made), (Some(VIETNAMESE), None, None, None));
    assert_eq!(store.upload("u2").await.unwrap(), None);
}

pub async fn a_file_of_the_same_person_size_and_start_is_gone_on_with(place: Place) {
    let store = place.open().await;
    begin(&store, "u1", "bien.tap", 10, &bounds(WIDE, 1)).await;
    // Even when quota and places are used up: nothing new is begun.
    let AddedUpload::Known(row) = begin(&store, "u2", "bien.tap", 10, &bounds(10, 1)).await else { panic!("known") };
    assert_eq!(row.id, "u1");
    assert_eq!(begin(&store, "u3", "nguoi.khac", 10, &bounds(WIDE, 1)).await, AddedUpload::New);
    assert!(store.move_upload("u1", UploadState::Cancelled, None, at(8)).await.unwrap());
    assert_eq!(begin(&store, "u4", "bien.tap", 10, &bounds(WIDE, 1)).await, AddedUpload::New);
}

pub async fn a_quota_counts_a_units_uploads_but_not_those_given_up(place: Place) {
    let store = place.open().await;
    assert_eq!(begin(&store, "u1", "bien.tap", 60, &bounds(100, 9)).await, AddedUpload::New);
    assert_eq!(begin(&store, "u2", "nguoi.khac", 41, &bounds(100, 9)).await, AddedUpload::OverQuota { used: 60 });
    assert_eq!(begin(&store, "u3", "nguoi.khac", 40, &bounds(100, 9)).await, AddedUpload::New);
    assert_eq!(store.uploaded_bytes(&"49".parse().unwrap(), at(0)).await.unwrap(), 100);
    assert_eq!(store.uploaded_bytes(&"49".parse().unwrap(), at(7)).await.unwrap(), 0, "begun at that very moment");
    store.move_upload("u1", UploadState::Cancelled, None, at(8)).await.unwrap();
    assert_eq!(begin(&store, "u4", "bien.tap", 60, &bounds(100, 9)).await, AddedUpload::New);
}

pub async fn of_many_uploads_begun_at_once_none_overruns_the_quota(place: Place) {
    let (one, other) = (place.open().await, place.open().await);
    let mut tasks = Vec::new();
    for number in 0..10_u64 {
        let store = if number % 2 == 0 { one.clone() } else { other.clone() };
        tasks.push(tokio::spawn(async move {
            begin(&store, &format!("u{number}"), "bien.tap", 20 + number, &bounds(100, 99)).await == AddedUpload::New
        }));
    }
    let mut begun = 0;
    for task in tasks {
        begun += u32::from(task.await.unwrap());
    }
    assert!(one.uploaded_bytes(&"49".parse().unwrap(), at(0)).await.unwrap() <= 100);
    assert!((3..=4).contains(&begun), "{begun}");
}

pub async fn a_person_has_only_so_many_open(place: Place) {
    let store = place.open().await;
    assert_eq!(begin(&store, "u1", "bien.tap", 1, &bounds(WIDE, 2)).await, AddedUpload::New);
    assert_eq!(begin(&store, "u2", "bien.tap", 2, &bounds(WIDE, 2)).await, AddedUpload::New);
    assert_eq!(begin(&store, "u3", "bien.tap", 3, &bounds(WIDE, 2)).await, AddedUpload::TooManyOpen);
    assert_eq!(begin(&store, "u4", "nguoi.khac", 3, &bounds(WIDE, 2)).await, AddedUpload::New);
    let mine = store.uploads_of("bien.tap", at(0)).await.unwrap();
    assert_eq!(mine.iter().map(|row| row.id.as_str()).collect::<Vec<_>>(), ["u1", "u2"]);
}

pub async fn an_upload_moves_only_to_a_state_that_may_follow(place: Place) {
    let store = place.open().await;
    for (number, from) in UploadState::ALL.into_iter().enumerate() {
        for to in UploadState::ALL {
            let id = format!("u{number}-{to}");
            begin(&store, &id, &id, 1, &bounds(WIDE, 9)).await;
            for step in way_to(from) {
                assert!(store.move_upload(&id, step, Some("cũ"), at(8)).await.unwrap(), "{step}");
            }
            let moved = store.move_upload(&id, to, None, at(9)).await.unwrap();
            assert_eq!(moved, to.follows().contains(&from), "{from} to {to}");
            assert_eq!(state(&store, &id).await, if moved { to } else { from });
        }
    }
    assert!(!store.move_upload("unknown", UploadState::Cancelled, None, at(9)).await.unwrap());
}

/// Steps that lead from the first state to this one.
fn way_to(state: UploadState) -> Vec<UploadState> {
    let mut way = Vec::new();
    let mut at = state;
    while at != UploadState::Receiving {
        way.insert(0, at);
        at = at.follows()[0];
    }
    way
}

pub async fn queued_uploads_are_taken_in_turn_and_each_once(place: Place) {
    let (one, other) = (place.open().await, place.open().await);
    for (number, microseconds) in [(1, 30), (2, 20), (3, 40), (4, 50)] {
        let id = format!("u{number}");
        begin(&one, &id, "bien.tap", number, &bounds(WIDE, 9)).await;
        one.move_upload(&id, UploadState::Queued, None, at(microseconds)).await.unwrap();
    }
    assert_eq!(one.claim_upload(at(60)).await.unwrap().unwrap().id, "u2");
    let (first, second) = tokio::join!(one.claim_upload(at(61)), other.claim_upload(at(61)));
    let mut taken = [first.unwrap().unwrap().id, second.unwrap().unwrap().id];
    taken.sort();
    assert_eq!(taken, ["u1", "u3"]);
    let last = other.claim_upload(at(62)).await.unwrap().unwrap();
    assert_eq!((last.id.as_str(), last.state, last.changed_at), ("u4", UploadState::Checking, at(62)));
    assert_eq!(other.claim_upload(at(63)).await.unwrap(), None);
    assert_eq!(one.uploads_in(&[UploadState::Checking]).await.unwrap().len(), 4);
}

pub async fn a_verdict_on_an_upload_given_up_is_not_kept(place: Place) {
    let store = place.open().await;
    begin(&store, "u1", "bien.tap", 1, &bounds(WIDE, 9)).await;
    store.move_upload("u1", UploadState::Queued, None, at(8)).await.unwrap();
    store.claim_upload(at(9)).await.unwrap();
    store.move_upload("u1", UploadState::Cancelled, None, at(10)).await.unwrap();
    assert!(!store.judge_upload("u1", true, "{}", at(11)).await.unwrap());
    assert!(!store.draft_upload("u1", "{}").await.unwrap());
    let row = store.upload("u1").await.unwrap().unwrap();
    assert_eq!((row.state, row.verdict), (UploadState::Cancelled, None));
}

pub async fn a_refused_upload_is_listed_for_a_while(place: Place) {
    let store = place.open().await;
    begin(&store, "u1", "bien.tap", 1, &bounds(WIDE, 9)).await;
    store.move_upload("u1", UploadState::Queued, None, at(8)).await.unwrap();
    store.claim_upload(at(9)).await.unwrap();
    assert!(store.judge_upload("u1", false, "{\"why\": 1}", at(10)).await.unwrap());
    let listed = store.uploads_of("bien.tap", at(9)).await.unwrap();
    assert_eq!(listed[0].verdict.as_deref(), Some("{\"why\": 1}"));
    assert_eq!(store.uploads_of("bien.tap", at(10)).await.unwrap(), []);
}

pub async fn a_checked_upload_becomes_one_version_once(place: Place) {
    let (one, other) = (place.open().await, place.open().await);
    checked(&one, "u1").await;
    let (first, second) =
        tokio::join!(turn_into(&one, "u1", "A-1", "một", true), turn_into(&other, "u1", "A-1", "một", true));
    // The second finds the code taken by the first, or the upload gone: both are no.
    let made = [first, second].into_iter().filter(|used| *used == UsedUpload::New(1)).count();
    assert_eq!(made, 1, "{first:?} {second:?}");
    assert_eq!(one.bulletin_versions(None).await.unwrap().len(), 1);
    let row = one.upload("u1").await.unwrap().unwrap();
    assert_eq!((row.state, row.made), (UploadState::Used, Some(("A-1".parse().unwrap(), 1))));
    assert_eq!(turn_into(&one, "u1", "B-1", "một", true).await, UsedUpload::Gone);
    assert_eq!(one.bulletin_versions(None).await.unwrap().len(), 1);
}

pub async fn a_taken_code_leaves_an_upload_waiting_and_a_known_version_uses_it_up(place: Place) {
    let store = place.open().await;
    for id in ["u1", "u2", "u3"] {
        checked(&store, id).await;
    }
    assert_eq!(turn_into(&store, "u1", "A-1", "một", true).await, UsedUpload::New(1));
    assert_eq!(turn_into(&store, "u2", "A-1", "hai", true).await, UsedUpload::CodeTaken);
    assert_eq!(state(&store, "u2").await, UploadState::Checked);
    assert_eq!(turn_into(&store, "u2", "A-1", "hai", false).await, UsedUpload::New(2));
    assert_eq!(turn_into(&store, "u3", "A-1", "hai", false).await, UsedUpload::Same(2));
    assert_eq!(state(&store, "u3").await, UploadState::Used);
    assert_eq!(store.bulletin_versions(None).await.unwrap().len(), 2);
}
