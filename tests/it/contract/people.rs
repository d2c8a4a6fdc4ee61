//! Users, grants and sessions.

use loa::domain::access::{Grant, Role};
use loa::store::people::{SessionRow, UserRow};

use super::Place;
use super::samples::{VIETNAMESE, at, digest};

fn user(name: &str) -> UserRow {
    let grant = |role, area: &str| Grant { role, area: area.parse().unwrap() };
    UserRow {
        name: name.into(),
        display_name: VIETNAMESE.into(),
        password: "$argon2id$v=19$m=19456,t=2,p=1$c2FsdA$aGFzaA".into(),
        disabled_at: None,
        grants: vec![grant(Role::Approver, "49"), grant(Role::Editor, "20335"), grant(Role::Editor, "49")],
    }
}

fn session(name: &str) -> SessionRow {
    SessionRow { user_name: name.into(), csrf: "mã của phiên".into() }
}

pub async fn a_user_comes_back_with_every_grant(place: Place) {
    let store = place.open().await;
    assert!(store.add_user(&user("an"), at(0)).await.unwrap());
    assert!(store.user("an").await.unwrap() == Some(user("an")));
    assert!(store.user("An").await.unwrap().is_none(), "names are as they were written");
}

pub async fn a_name_is_given_once(place: Place) {
    let store = place.open().await;
    assert!(store.add_user(&user("an"), at(0)).await.unwrap());
    let impostor = UserRow { password: "another".into(), grants: Vec::new(), ..user("an") };
    assert!(!store.add_user(&impostor, at(1)).await.unwrap());
    assert!(store.users().await.unwrap() == [user("an")]);
}

pub async fn of_two_people_taking_one_name_exactly_one_gets_it(place: Place) {
    let (one, other) = (place.open().await, place.open().await);
    for round in 0..6 {
        let user = user(&format!("user {round}"));
        let (first, second) = tokio::join!(one.add_user(&user, at(0)), other.add_user(&user, at(0)));
        assert_ne!(first.unwrap(), second.unwrap(), "round {round}");
    }
    assert_eq!(one.users().await.unwrap().len(), 6);
}

pub async fn users_are_listed_by_name(place: Place) {
    let store = place.open().await;
    for name in ["binh", "an.nguyen", "an", "chi"] {
        assert!(store.add_user(&UserRow { grants: Vec::new(), ..user(name) }, at(0)).await.unwrap());
    }
    let names: Vec<_> = store.users().await.unwrap().into_iter().map(|user| user.name).collect();
    assert_eq!(names, ["an", "an.nguyen", "binh", "chi"]);
}

pub async fn a_session_ends_at_its_time_to_the_microsecond(place: Place) {
    let store = place.open().await;
    // With and without a fraction of a second, because a database that keeps text compares text.
    for (token, expires) in [("whole", 60_000_000), ("milli", 60_500_000), ("micro", 60_500_001)] {
        store.add_session(&digest(token), &session("an"), at(0), at(expires)).await.unwrap();
        for (now, open) in [(0, true), (expires - 1, true), (expires, false), (expires + 1, false)] {
            let found = store.session(&digest(token), at(now)).await.unwrap();
            assert_eq!(found.is_some(), open, "{token} at {now}");
        }
        let found = store.session(&digest(token), at(expires - 500_000)).await.unwrap();
        assert_eq!(found, Some(session("an")));
    }
    assert_eq!(store.session(&digest("unknown"), at(0)).await.unwrap(), None);
}

pub async fn an_ended_session_stays_ended_and_others_stay_open(place: Place) {
    let store = place.open().await;
    for token in ["one", "two"] {
        store.add_session(&digest(token), &session("an"), at(0), at(1000)).await.unwrap();
    }
    store.end_session(&digest("one"), at(5)).await.unwrap();
    store.end_session(&digest("unknown"), at(5)).await.unwrap();
    assert_eq!(store.session(&digest("one"), at(6)).await.unwrap(), None);
    assert_eq!(store.session(&digest("two"), at(6)).await.unwrap(), Some(session("an")));
}

pub async fn a_disabled_user_loses_every_session(place: Place) {
    let store = place.open().await;
    for name in ["an", "binh"] {
        store.add_user(&user(name), at(0)).await.unwrap();
        store.add_session(&digest(name), &session(name), at(0), at(1000)).await.unwrap();
    }
    assert!(store.disable_user("an", at(123_456)).await.unwrap());
    assert!(!store.disable_user("an", at(200_000)).await.unwrap(), "once is enough");
    assert!(!store.disable_user("nobody", at(5)).await.unwrap());
    assert_eq!(store.user("an").await.unwrap().unwrap().disabled_at, Some(at(123_456)));
    assert_eq!(store.session(&digest("an"), at(6)).await.unwrap(), None);
    assert!(store.session(&digest("binh"), at(6)).await.unwrap().is_some());
}
