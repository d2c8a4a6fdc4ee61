//! Communes' own bulletins: submitted once, judged by what stands, and read as they stood.

use std::collections::BTreeSet;

use loa::domain::area::Target;
use loa::domain::order::{Demand, Order};
use loa::domain::upload::UploadState;
use loa::store::Store;
use loa::store::bulletins::NewVersion;
use loa::store::local_items::{NewLocal, SubmittedLocal};
use loa::store::schedules::PLANNING;
use loa::store::uploads::{NewUpload, UploadBounds};

use super::Place;
use super::samples::{at, digest, facts, sound};

async fn checked(store: &Store, id: &str) {
    let unit = "20503".parse().unwrap();
    let new = NewUpload {
        id,
        by: "truc",
        unit: &unit,
        file_name: "a.mp3",
        bytes: 10,
        head: digest(id),
        trim: false,
        draft: None,
    };
    let bounds = UploadBounds { quota_bytes: 1_000, since: at(0), open_each: 99, resume: false };
    store.add_upload(&new, &bounds, at(1)).await.unwrap();
    assert!(store.move_upload(id, UploadState::Queued, None, at(2)).await.unwrap());
    assert_eq!(store.claim_upload(at(3)).await.unwrap().unwrap().id, id);
    assert!(store.judge_upload(id, true, "{}", at(4)).await.unwrap());
}

fn order(code: &str) -> Order {
    Order {
        id: code.to_lowercase().parse().unwrap(),
        bulletin: code.parse().unwrap(),
        demand: Demand::PerDay(1),
        dayparts: Vec::new(),
        weight: 1,
        spacing_minutes: 0,
        target: Target { areas: ["20503".parse().unwrap()].into(), except: BTreeSet::new() },
        from: at(0).date_naive(),
        to: at(0).date_naive(),
    }
}

async fn submit(store: &Store, upload: &str, code: &str, judged_at: i64) -> SubmittedLocal {
    let (facts, sound, order, area) = (facts(code, code), sound(code), order(code), "20503".parse().unwrap());
    let version = NewVersion {
        digest: digest(code),
        facts: &facts,
        sound: &sound,
        findings: "{}",
        author: "truc",
        file_name: "a.mp3",
    };
    let new = NewLocal { upload, version, area: &area, order: &order, judged_at };
    store.submit_local(&new, at(20)).await.unwrap()
}

pub async fn a_local_bulletin_is_submitted_once_with_its_order(place: Place) {
    let store = place.open().await;
    checked(&store, "u1").await;
    let now = store.revision(PLANNING).await.unwrap();
    assert_eq!(submit(&store, "u9", "DP-1", now).await, SubmittedLocal::Gone);
    assert_eq!(submit(&store, "u1", "DP-1", now).await, SubmittedLocal::Done);
    assert_eq!(submit(&store, "u1", "DP-2", now).await, SubmittedLocal::Before("DP-1".parse().unwrap()));
    let rows = store.bulletin_versions(None).await.unwrap();
    assert_eq!((rows.len(), rows[0].steps.len(), rows[0].state().to_string().as_str()), (1, 1, "submitted"));
    assert_eq!(store.local_orders(None).await.unwrap(), [order("DP-1")]);
    assert_eq!(store.revision(PLANNING).await.unwrap(), now + 1);
    let marks = store.marks(Some(at(19))).await.unwrap();
    assert!(store.local_orders(Some(marks.of("local_items"))).await.unwrap().is_empty());
    assert_eq!(store.upload("u1").await.unwrap().unwrap().made, Some(("DP-1".parse().unwrap(), 1)));
}

pub async fn of_two_local_bulletins_judged_by_the_same_state_one_is_judged_again(place: Place) {
    let store = place.open().await;
    checked(&store, "u1").await;
    checked(&store, "u2").await;
    let now = store.revision(PLANNING).await.unwrap();
    let (one, two) = tokio::join!(submit(&store, "u1", "DP-1", now), submit(&store, "u2", "DP-2", now));
    let done = [&one, &two].iter().filter(|said| ***said == SubmittedLocal::Done).count();
    let moved = [&one, &two].iter().filter(|said| ***said == SubmittedLocal::Moved).count();
    assert_eq!((done, moved), (1, 1), "{one:?} {two:?}");
    let now = store.revision(PLANNING).await.unwrap();
    // A taken code is judged again, too.
    let (left, taken) = if one == SubmittedLocal::Done { ("u2", "DP-1") } else { ("u1", "DP-2") };
    assert_eq!(submit(&store, left, taken, now).await, SubmittedLocal::Moved);
    assert_eq!(submit(&store, left, "DP-3", now).await, SubmittedLocal::Done);
    assert_eq!(store.local_orders(None).await.unwrap().len(), 2);
}
