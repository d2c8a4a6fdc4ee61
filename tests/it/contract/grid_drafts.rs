//! Drafts of the grid, and their publication with what was planned from them.

use loa::store::Store;
use loa::store::grid_drafts::{DraftRow, DraftState, Publication, Published};
use loa::store::held_days::{HeldDayRow, HeldState};
use loa::store::rundowns::RundownRow;
use loa::store::schedules::{NewDocument, PLANNING};

use super::Place;
use super::samples::{VIETNAMESE, add, at, day, rundown, station};

fn step(act: &str, microseconds: i64) -> DraftRow {
    DraftRow {
        id: 0,
        state: DraftState::Open,
        base: 3,
        body: format!("{{\"name\": \"{VIETNAMESE}\"}}"),
        act: act.into(),
        subject: "vov-sang".into(),
        by: "duyet".into(),
        at: at(microseconds),
    }
}

fn held(number: u32, state: HeldState, by: &str) -> HeldDayRow {
    HeldDayRow { station: station(number), date: day(12), version: 4, had: 6, has: 1, state, by: by.into(), at: at(7) }
}

pub async fn a_draft_comes_back_as_its_last_step_and_keeps_the_others(place: Place) {
    let store = place.open().await;
    assert_eq!(store.newest_grid_draft().await.unwrap(), None);
    let first = store.add_grid_draft(0, &step("rule-added", 1)).await.unwrap().unwrap();
    let second = store.add_grid_draft(first, &step("rule-changed", 999_999)).await.unwrap().unwrap();
    let newest = store.newest_grid_draft().await.unwrap().unwrap();
    assert_eq!(newest, DraftRow { id: second, ..step("rule-changed", 999_999) });
    let acts: Vec<String> = store.grid_draft_steps(9).await.unwrap().into_iter().map(|row| row.act).collect();
    assert_eq!(acts, ["rule-changed", "rule-added"]);
    let dropped = DraftRow { state: DraftState::Dropped, ..step("draft-dropped", 2) };
    store.add_grid_draft(second, &dropped).await.unwrap().unwrap();
    assert_eq!(store.newest_grid_draft().await.unwrap().unwrap().state, DraftState::Dropped);
    assert_eq!(store.grid_draft_steps(9).await.unwrap().len(), 3, "nothing is lost");
}

pub async fn a_step_on_what_is_not_the_newest_is_not_kept(place: Place) {
    let store = place.open().await;
    let first = store.add_grid_draft(0, &step("rule-added", 1)).await.unwrap().unwrap();
    assert_eq!(store.add_grid_draft(0, &step("rule-changed", 2)).await.unwrap(), None);
    assert_eq!(store.add_grid_draft(first + 1, &step("rule-changed", 2)).await.unwrap(), None);
    assert_eq!(store.newest_grid_draft().await.unwrap().unwrap().id, first);
}

pub async fn of_two_steps_at_once_exactly_one_is_kept(place: Place) {
    let (one, other) = (place.open().await, place.open().await);
    let mut seen = 0;
    for _ in 0..8 {
        let steps = [step("rule-changed", 1), step("rule-ended", 2)];
        let (first, second) = tokio::join!(one.add_grid_draft(seen, &steps[0]), other.add_grid_draft(seen, &steps[1]));
        let (first, second) = (first.unwrap(), second.unwrap());
        assert_ne!(first.is_some(), second.is_some());
        seen = first.or(second).unwrap();
    }
}

/// A grid in force, an open draft, and a rundown that was issued.
async fn prepared(store: &Store) -> (i64, i64) {
    store.add_schedule_document("grid", "d1", "one", "import", at(0)).await.unwrap();
    let draft = store.add_grid_draft(0, &step("rule-added", 1)).await.unwrap().unwrap();
    assert!(add(store, &[rundown(1, 12, 1)]).await);
    (draft, store.revision(PLANNING).await.unwrap())
}

async fn publish(store: &Store, draft: i64, planning: i64, rundowns: &[RundownRow]) -> Published {
    let document = NewDocument { kind: "grid", digest: "d2".into(), body: VIETNAMESE.into() };
    let agreed = [held(1, HeldState::Agreed, "duyet")];
    let marks = store.marks(None).await.unwrap();
    let new =
        Publication { draft, planning, document, rundowns, marks: &marks, agreed: &agreed, by: "duyet", at: at(5) };
    store.publish_grid(&new).await.unwrap()
}

/// Everything that a publication writes, counted.
async fn written(store: &Store) -> (u32, usize, usize, usize, i64) {
    let documents = store.schedule_documents().await.unwrap();
    let (rundowns, held) =
        (store.rundowns_between(None, day(1), day(30)).await.unwrap(), store.held_days(day(1)).await.unwrap());
    let acts = store.acts(None, 0, 10).await.unwrap();
    (documents[0].version, rundowns.len(), held.len(), acts.len(), store.revision(PLANNING).await.unwrap())
}

pub async fn a_publication_stores_the_grid_its_rundowns_and_the_words_together(place: Place) {
    let store = place.open().await;
    let (draft, planning) = prepared(&store).await;
    assert_eq!(store.last_published_grid().await.unwrap(), None);
    let issued = store.revision("rundowns").await.unwrap();
    let rows = [rundown(1, 12, 2), rundown(2, 12, 1)];
    assert_eq!(publish(&store, draft, planning, &rows).await, Published::As(2));
    assert_eq!(written(&store).await, (2, 3, 1, 1, planning + 1));
    assert_eq!(store.revision("rundowns").await.unwrap(), issued + 1);
    assert_eq!(store.schedule_documents().await.unwrap()[0].body, VIETNAMESE);
    assert_eq!(store.schedule_document("grid", 1).await.unwrap().as_deref(), Some("one"));
    assert_eq!(store.schedule_document("grid", 3).await.unwrap(), None);
    let last = store.last_published_grid().await.unwrap().unwrap();
    assert_eq!((last.base, last.by.as_str(), last.at, last.state), (2, "duyet", at(5), DraftState::Published));
    assert_eq!(store.newest_grid_draft().await.unwrap().unwrap(), last, "the draft is closed");
}

pub async fn a_publication_of_what_has_moved_stores_nothing(place: Place) {
    let store = place.open().await;
    let (draft, planning) = prepared(&store).await;
    let before = written(&store).await;
    assert_eq!(publish(&store, draft, planning - 1, &[rundown(2, 12, 1)]).await, Published::PlanMoved);
    assert_eq!(publish(&store, draft - 1, planning, &[rundown(2, 12, 1)]).await, Published::DraftMoved);
    // A rundown that another process issued first, the last of three.
    let rows = [rundown(2, 12, 1), rundown(3, 12, 1), rundown(1, 12, 1)];
    assert_eq!(publish(&store, draft, planning, &rows).await, Published::PlanMoved);
    assert_eq!(written(&store).await, before);
    assert_eq!(publish(&store, draft, planning, &rows[..2]).await, Published::As(2), "the store still works");
}

pub async fn of_two_publications_at_once_exactly_one_is_in_force(place: Place) {
    let (one, other) = (place.open().await, place.open().await);
    let (draft, planning) = prepared(&one).await;
    let (mine, yours) = ([rundown(5, 12, 1)], [rundown(6, 12, 1)]);
    let (first, second) = tokio::join!(publish(&one, draft, planning, &mine), publish(&other, draft, planning, &yours));
    let done = [first, second].into_iter().filter(|published| *published == Published::As(2)).count();
    assert_eq!(done, 1, "{first:?} {second:?}");
    assert_eq!(written(&one).await.1, 2);
}

pub async fn a_held_day_stands_as_the_last_that_was_said_of_it(place: Place) {
    let store = place.open().await;
    let rows = [
        held(2, HeldState::Held, "center"),
        held(1, HeldState::Held, "center"),
        held(1, HeldState::Agreed, "duyet"),
        held(3, HeldState::Held, "center"),
        held(3, HeldState::Settled, "center"),
    ];
    store.add_held_days(&rows).await.unwrap();
    let stands = store.held_days(day(12)).await.unwrap();
    assert_eq!(stands, [rows[2].clone(), rows[0].clone(), rows[4].clone()]);
    assert_eq!(store.count_held_days(day(12)).await.unwrap(), 1);
    assert!(store.held_days(day(13)).await.unwrap().is_empty());
    assert_eq!(store.count_held_days(day(13)).await.unwrap(), 0);
}
