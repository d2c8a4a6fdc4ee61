//! Users, grants, sessions, second factors, failed attempts, tokens and acts.

use chrono::Duration;
use loa::domain::access::{GivenGrant, Grant, Role, Standing};
use loa::store::Store;
use loa::store::people::attempts::Subject;
use loa::store::people::tokens::TokenRow;
use loa::store::people::{NewGrant, PEOPLE, SessionRow, Stage, UserRow};

use super::Place;
use super::samples::{VIETNAMESE, at, day, digest};

fn user(name: &str) -> UserRow {
    UserRow {
        name: name.into(),
        display_name: VIETNAMESE.into(),
        password: "$argon2id$v=19$m=19456,t=2,p=1$c2FsdA$aGFzaA".into(),
        must_change: true,
        password_set_at: Some(at(0)),
        disabled_at: None,
    }
}

fn new_grant(user: &str, role: Role, area: &str) -> NewGrant {
    NewGrant {
        user: user.into(),
        grant: Grant { role, area: area.parse().unwrap() },
        from: day(3),
        to: Some(day(20)),
        given_by: "quantri".into(),
        acting_for: Some("binh".into()),
        reason: Some(VIETNAMESE.into()),
    }
}

fn session(name: &str, token: &str) -> SessionRow {
    SessionRow {
        token: digest(token),
        user_name: name.into(),
        csrf: "mã của phiên".into(),
        stage: Stage::Full,
        created_at: at(0),
        expires_at: at(1000),
        last_seen_at: at(0),
        proved_at: Some(at(0)),
        address: "203.0.113.7".into(),
        agent: "Cốc Cốc, Windows".into(),
        new_device: false,
        noticed_at: None,
    }
}

async fn revision(store: &Store) -> i64 {
    store.revision(PEOPLE).await.unwrap()
}

pub async fn a_user_comes_back_with_every_grant(place: Place) {
    let store = place.open().await;
    let given = [new_grant("an", Role::Approver, "49"), new_grant("an", Role::Editor, "20335")];
    assert!(store.add_user(&user("an"), &given, at(7)).await.unwrap());
    assert!(store.user("an").await.unwrap() == Some(UserRow { password_set_at: Some(at(7)), ..user("an") }));
    assert!(store.user("An").await.unwrap().is_none(), "names are as they were written");
    let held = store.grants(Some("an")).await.unwrap();
    let expected = |new: &NewGrant, id| GivenGrant {
        id,
        user: new.user.clone(),
        grant: new.grant.clone(),
        from: new.from,
        to: new.to,
        given_by: new.given_by.clone(),
        given_at: at(7),
        ended_at: None,
        ended_by: None,
        acting_for: new.acting_for.clone(),
        reason: new.reason.clone(),
    };
    assert_eq!(held, [expected(&given[0], held[0].id), expected(&given[1], held[1].id)]);
    assert!(store.grants(Some("binh")).await.unwrap().is_empty());
    assert_eq!(store.grants(None).await.unwrap(), held);
}

pub async fn a_name_is_given_once(place: Place) {
    let store = place.open().await;
    let given = [new_grant("an", Role::Editor, "49")];
    assert!(store.add_user(&user("an"), &given, at(0)).await.unwrap());
    let impostor = UserRow { password: "another".into(), ..user("an") };
    assert!(!store.add_user(&impostor, &[new_grant("an", Role::Admin, "49")], at(1)).await.unwrap());
    assert!(store.users().await.unwrap() == [user("an")]);
    assert_eq!(store.grants(None).await.unwrap().len(), 1, "and with it no right");
}

pub async fn of_two_people_taking_one_name_exactly_one_gets_it(place: Place) {
    let (one, other) = (place.open().await, place.open().await);
    for round in 0..6 {
        let user = user(&format!("user {round}"));
        let (first, second) = tokio::join!(one.add_user(&user, &[], at(0)), other.add_user(&user, &[], at(0)));
        assert_ne!(first.unwrap(), second.unwrap(), "round {round}");
    }
    assert_eq!(one.users().await.unwrap().len(), 6);
}

pub async fn users_are_listed_by_name(place: Place) {
    let store = place.open().await;
    for name in ["binh", "an.nguyen", "an", "chi"] {
        assert!(store.add_user(&user(name), &[], at(0)).await.unwrap());
    }
    let names: Vec<_> = store.users().await.unwrap().into_iter().map(|user| user.name).collect();
    assert_eq!(names, ["an", "an.nguyen", "binh", "chi"]);
}

pub async fn a_password_that_was_set_says_whether_it_must_be_changed(place: Place) {
    let store = place.open().await;
    store.add_user(&user("an"), &[], at(0)).await.unwrap();
    assert!(store.set_password("an", "another", false, at(1)).await.unwrap());
    let held = store.user("an").await.unwrap().unwrap();
    assert_eq!((held.password.as_str(), held.must_change), ("another", false));
    assert_eq!(held.password_set_at, Some(at(1)));
    assert!(!store.set_password("nobody", "another", false, at(1)).await.unwrap());
}

pub async fn a_grant_that_was_ended_stays_and_says_by_whom(place: Place) {
    let store = place.open().await;
    let given = [new_grant("an", Role::Operator, "20335"), new_grant("an", Role::Editor, "49")];
    store.add_user(&user("an"), &given, at(0)).await.unwrap();
    let held = store.grants(Some("an")).await.unwrap();
    let id = held[0].id;
    let given_on = new_grant("binh", Role::Operator, "20335");
    let now = revision(&store).await;
    assert!(store.change_grants(&[id], at(9), &[given_on], "quantri", now, at(5)).await.unwrap());
    let after = store.grants(None).await.unwrap();
    assert_eq!(after.len(), 3);
    assert_eq!((after[0].ended_at, after[0].ended_by.as_deref()), (Some(at(9)), Some("quantri")));
    assert_eq!(after[0].standing(day(12), at(8)), Standing::Now);
    assert_eq!(after[0].standing(day(12), at(9)), Standing::Over);
    assert_eq!(after[1], held[1]);
    assert_eq!((after[2].user.as_str(), after[2].given_at), ("binh", at(5)));
    // Ended before: nothing of the second change is kept.
    let now = revision(&store).await;
    let more = new_grant("chi", Role::Operator, "20335");
    assert!(!store.change_grants(&[id, held[1].id], at(20), &[more], "quantri", now, at(6)).await.unwrap());
    assert_eq!(store.grants(None).await.unwrap(), after);
}

pub async fn of_two_changes_of_grants_that_saw_the_same_exactly_one_is_made(place: Place) {
    let (one, other) = (place.open().await, place.open().await);
    let admins = [new_grant("an", Role::Admin, "49"), new_grant("binh", Role::Admin, "49")];
    one.add_user(&user("an"), &admins[..1], at(0)).await.unwrap();
    one.add_user(&user("binh"), &admins[1..], at(0)).await.unwrap();
    let held = one.grants(None).await.unwrap();
    // Each would leave the other as the last administrator.
    let seen = revision(&one).await;
    let (mine, yours) = ([held[0].id], [held[1].id]);
    let (first, second) = tokio::join!(
        one.change_grants(&mine, at(5), &[], "an", seen, at(5)),
        other.change_grants(&yours, at(5), &[], "binh", seen, at(5)),
    );
    assert_ne!(first.unwrap(), second.unwrap());
    let left = one.grants(None).await.unwrap().into_iter().filter(|grant| grant.ended_at.is_none()).count();
    assert_eq!(left, 1);
    let seen = revision(&one).await;
    assert!(one.give_grant(&admins[0], seen, at(6)).await.unwrap());
    assert!(!one.give_grant(&admins[0], seen, at(6)).await.unwrap(), "the list changed since");
}

pub async fn a_session_ends_at_its_time_to_the_microsecond(place: Place) {
    let store = place.open().await;
    // With and without a fraction of a second, because a database that keeps text compares text.
    for (token, expires) in [("whole", 60_000_000), ("milli", 60_500_000), ("micro", 60_500_001)] {
        let row = SessionRow { expires_at: at(expires), ..session("an", token) };
        store.add_session(&row, None).await.unwrap();
        for (now, open) in [(0, true), (expires - 1, true), (expires, false), (expires + 1, false)] {
            let found = store.session(&digest(token), at(now)).await.unwrap();
            assert_eq!(found.is_some(), open, "{token} at {now}");
        }
        assert_eq!(store.session(&digest(token), at(expires - 500_000)).await.unwrap(), Some(row));
    }
    assert_eq!(store.session(&digest("unknown"), at(0)).await.unwrap(), None);
}

pub async fn an_ended_session_stays_ended_and_others_stay_open(place: Place) {
    let store = place.open().await;
    for token in ["one", "two", "three"] {
        store.add_session(&session("an", token), None).await.unwrap();
    }
    store.add_session(&session("binh", "four"), None).await.unwrap();
    store.end_session(&digest("one"), at(5)).await.unwrap();
    store.end_session(&digest("unknown"), at(5)).await.unwrap();
    assert_eq!(store.session(&digest("one"), at(6)).await.unwrap(), None);
    assert_eq!(store.session(&digest("two"), at(6)).await.unwrap(), Some(session("an", "two")));
    assert_eq!(store.end_sessions("an", Some(&digest("two")), at(6)).await.unwrap(), 1);
    let left = store.sessions_of("an", at(7)).await.unwrap();
    assert_eq!(left, [session("an", "two")]);
    assert_eq!(store.end_sessions("an", None, at(8)).await.unwrap(), 1);
    assert!(store.sessions_of("an", at(9)).await.unwrap().is_empty());
    assert!(store.session(&digest("four"), at(9)).await.unwrap().is_some());
}

pub async fn a_session_that_takes_anothers_place_ends_it(place: Place) {
    let store = place.open().await;
    store.add_session(&SessionRow { stage: Stage::Code, ..session("an", "half") }, None).await.unwrap();
    assert_eq!(store.session(&digest("half"), at(1)).await.unwrap().unwrap().stage, Stage::Code);
    store.add_session(&session("an", "whole"), Some(&digest("half"))).await.unwrap();
    assert_eq!(store.session(&digest("half"), at(1)).await.unwrap(), None);
    store.touch_session(&digest("whole"), at(50)).await.unwrap();
    store.prove_session(&digest("whole"), at(60)).await.unwrap();
    let held = store.session(&digest("whole"), at(70)).await.unwrap().unwrap();
    assert_eq!((held.last_seen_at, held.proved_at), (at(50), Some(at(60))));
}

pub async fn a_device_is_known_once_it_got_all_the_way_in(place: Place) {
    let store = place.open().await;
    let known = async |agent: &str, address: &str| store.known_places("an", agent, address).await.unwrap();
    assert_eq!(known("Edge", "203.0.113.7").await, (false, false, false));
    store.add_session(&SessionRow { stage: Stage::Code, ..session("an", "half") }, None).await.unwrap();
    assert_eq!(known("Cốc Cốc, Windows", "203.0.113.7").await, (false, false, false));
    let new = SessionRow { new_device: true, ..session("an", "whole") };
    store.add_session(&new, None).await.unwrap();
    assert_eq!(known("Cốc Cốc, Windows", "203.0.113.8").await, (true, true, false));
    assert_eq!(known("Edge", "203.0.113.7").await, (true, false, true));
    assert_eq!(store.session(&digest("whole"), at(1)).await.unwrap(), Some(new));
    store.notice_devices("an", at(2)).await.unwrap();
    assert_eq!(store.session(&digest("whole"), at(3)).await.unwrap().unwrap().noticed_at, Some(at(2)));
}

pub async fn a_disabled_user_loses_every_session_and_may_be_enabled_again(place: Place) {
    let store = place.open().await;
    for name in ["an", "binh"] {
        store.add_user(&user(name), &[], at(0)).await.unwrap();
        store.add_session(&session(name, name), None).await.unwrap();
    }
    let seen = revision(&store).await;
    assert!(!store.disable_user("an", seen - 1, at(1)).await.unwrap(), "something changed since");
    assert!(store.disable_user("an", seen, at(123_456)).await.unwrap());
    assert!(!store.disable_user("an", revision(&store).await, at(200_000)).await.unwrap(), "once is enough");
    assert!(!store.disable_user("nobody", revision(&store).await, at(5)).await.unwrap());
    assert_eq!(store.user("an").await.unwrap().unwrap().disabled_at, Some(at(123_456)));
    assert_eq!(store.session(&digest("an"), at(6)).await.unwrap(), None);
    assert!(store.session(&digest("binh"), at(6)).await.unwrap().is_some());
    assert!(store.enable_user("an").await.unwrap());
    assert!(!store.enable_user("an").await.unwrap());
    assert_eq!(store.user("an").await.unwrap().unwrap().disabled_at, None);
    assert_eq!(store.session(&digest("an"), at(6)).await.unwrap(), None, "sessions stay ended");
}

pub async fn a_step_of_time_is_used_once(place: Place) {
    let (one, other) = (place.open().await, place.open().await);
    assert_eq!(one.second_factor("an").await.unwrap(), None);
    one.offer_second_factor("an", "sealed", at(0)).await.unwrap();
    other.offer_second_factor("an", "another", at(1)).await.unwrap();
    let factor = one.second_factor("an").await.unwrap().unwrap();
    assert_eq!((factor.secret.as_str(), factor.confirmed_at), ("sealed", None));
    let (first, second) = tokio::join!(one.use_step(factor.id, 100, at(2)), other.use_step(factor.id, 100, at(2)));
    assert_ne!(first.unwrap(), second.unwrap());
    assert_eq!(one.second_factor("an").await.unwrap().unwrap().confirmed_at, Some(at(2)));
    assert!(!one.use_step(factor.id, 99, at(3)).await.unwrap(), "nor an earlier one");
    assert!(one.use_step(factor.id, 101, at(4)).await.unwrap());
    assert_eq!(one.second_factor("an").await.unwrap().unwrap().confirmed_at, Some(at(2)));
    assert!(one.end_second_factor("an", "quantri", at(5)).await.unwrap());
    assert!(!one.end_second_factor("an", "quantri", at(6)).await.unwrap());
    assert!(!one.use_step(factor.id, 102, at(7)).await.unwrap());
    one.offer_second_factor("an", "new", at(8)).await.unwrap();
    assert_ne!(one.second_factor("an").await.unwrap().unwrap().id, factor.id);
}

pub async fn a_recovery_code_is_used_once_and_new_ones_replace_all(place: Place) {
    let store = place.open().await;
    store.offer_second_factor("an", "sealed", at(0)).await.unwrap();
    store.offer_second_factor("binh", "sealed", at(0)).await.unwrap();
    let id = store.second_factor("an").await.unwrap().unwrap().id;
    let other = store.second_factor("binh").await.unwrap().unwrap().id;
    store.set_recovery_codes(id, &[digest("a"), digest("b"), digest("c")], at(1)).await.unwrap();
    assert!(!store.use_recovery_code(other, &digest("a"), at(2)).await.unwrap());
    assert!(store.use_recovery_code(id, &digest("a"), at(2)).await.unwrap());
    assert!(!store.use_recovery_code(id, &digest("a"), at(3)).await.unwrap());
    assert_eq!(store.recovery_codes_left(id).await.unwrap(), 2);
    store.set_recovery_codes(id, &[digest("d")], at(4)).await.unwrap();
    assert!(!store.use_recovery_code(id, &digest("b"), at(5)).await.unwrap());
    assert_eq!(store.recovery_codes_left(id).await.unwrap(), 1);
}

fn subject(words: &str) -> Subject {
    Subject { words: words.into(), free: 2, longest_seconds: 900 }
}

pub async fn failures_are_remembered_by_other_processes_and_after_a_restart(place: Place) {
    let subjects = [subject("an from here"), subject("from here")];
    let now = at(0);
    let store = place.open().await;
    for _ in 0..3 {
        assert_eq!(store.begin_attempt(&subjects, now).await.unwrap(), None);
    }
    drop(store);
    let store = place.open().await;
    let until = store.begin_attempt(&subjects, now).await.unwrap();
    assert_eq!(until, Some(now + Duration::seconds(1)));
    // An attempt that must wait is not counted.
    assert_eq!(store.begin_attempt(&subjects, now).await.unwrap(), until);
    assert_eq!(store.begin_attempt(&[subject("an from elsewhere")], now).await.unwrap(), None);
    let later = now + Duration::seconds(1);
    assert_eq!(store.begin_attempt(&subjects, later).await.unwrap(), None);
    assert_eq!(store.begin_attempt(&subjects, later).await.unwrap(), Some(later + Duration::seconds(2)));
    // A good one sets the first subject to nothing and takes one from the others.
    store.attempt_succeeded(&subjects).await.unwrap();
    assert_eq!(store.begin_attempt(&subjects[..1], later).await.unwrap(), None);
    let next = store.begin_attempt(&subjects[1..], later).await.unwrap();
    assert_eq!(next, Some(later + Duration::seconds(1)));
    let next_day = now + Duration::hours(25);
    assert_eq!(store.begin_attempt(&subjects[1..], next_day).await.unwrap(), None);
}

pub async fn many_attempts_at_once_are_no_way_around_the_wait(place: Place) {
    let (one, other) = (place.open().await, place.open().await);
    let subjects = [subject("an from here")];
    let tries = (0..12).map(|number| {
        let store = if number % 2 == 0 { &one } else { &other };
        store.begin_attempt(&subjects, at(0))
    });
    let results = futures_util::future::join_all(tries).await;
    let through = results.into_iter().filter(|result| result.as_ref().unwrap().is_none()).count();
    assert_eq!(through, 3);
}

pub async fn a_token_comes_back_and_is_revoked_by_its_owner_once(place: Place) {
    let store = place.open().await;
    let row = TokenRow {
        id: "0a1b2c".into(),
        user_name: "an".into(),
        name: VIETNAMESE.into(),
        scopes: "read upload".into(),
        digest: digest("secret"),
        created_at: at(0),
        expires_at: at(1000),
        last_used_at: None,
        revoked_at: None,
    };
    store.add_token(&row).await.unwrap();
    assert_eq!(store.token("0a1b2c").await.unwrap(), Some(row.clone()));
    assert_eq!(store.token("none").await.unwrap(), None);
    assert_eq!(store.tokens_of("an").await.unwrap(), [row]);
    store.touch_token("0a1b2c", at(5)).await.unwrap();
    assert!(!store.revoke_token("0a1b2c", "binh", "binh", at(6)).await.unwrap());
    assert!(store.revoke_token("0a1b2c", "an", "an", at(7)).await.unwrap());
    assert!(!store.revoke_token("0a1b2c", "an", "an", at(8)).await.unwrap());
    store.add_token(&TokenRow { id: "3d4e5f".into(), ..store.token("0a1b2c").await.unwrap().unwrap() }).await.unwrap();
    assert_eq!(store.revoke_tokens("an", "quantri", at(9)).await.unwrap(), 1);
    let held = store.token("0a1b2c").await.unwrap().unwrap();
    assert_eq!((held.last_used_at, held.revoked_at), (Some(at(5)), Some(at(7))));
}

pub async fn acts_come_newest_first_by_person_and_by_page(place: Place) {
    let store = place.open().await;
    for (number, (by, subject)) in [("an", "binh"), ("binh", "chi"), ("chi", "an"), ("an", "an")].iter().enumerate() {
        store.note_act(by, "act", subject, VIETNAMESE, at(i64::try_from(number).unwrap())).await.unwrap();
    }
    let all = store.acts(None, 0, 10).await.unwrap();
    let order: Vec<_> = all.iter().map(|act| act.by_user.as_str()).collect();
    assert_eq!(order, ["an", "chi", "binh", "an"]);
    assert_eq!((all[0].at, all[0].detail.as_str()), (at(3), VIETNAMESE));
    assert_eq!(store.acts(Some("binh"), 0, 10).await.unwrap(), [all[2].clone(), all[3].clone()]);
    assert_eq!(store.acts(None, all[1].id, 1).await.unwrap(), [all[2].clone()]);
}
