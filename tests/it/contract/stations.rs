//! Invitations, devices and standing choices.

use std::collections::BTreeMap;

use loa::domain::station::StandingChoice;
use loa::store::Store;
use loa::store::stations::CodeUse;

use super::Place;
use super::samples::{VIETNAMESE, at, digest, station};

const HOUR: i64 = 3_600_000_000;

async fn invite(store: &Store, station_number: u32, code: &str) {
    store.add_invite(&station(station_number), &digest(code), "quan.tri", at(0), at(HOUR)).await.unwrap();
}

async fn enter(store: &Store, code: &str, key: &str, microseconds: i64) -> CodeUse {
    store.use_invite(&digest(code), key, at(microseconds)).await.unwrap()
}

pub async fn a_code_admits_one_device_once(place: Place) {
    let store = place.open().await;
    invite(&store, 1, "code").await;
    assert_eq!(enter(&store, "wrong", "key", 5).await, CodeUse::Unknown);
    assert!(store.devices(None).await.unwrap().is_empty());
    assert_eq!(enter(&store, "code", "key", 123_456).await, CodeUse::Admitted(station(1)));
    assert_eq!(enter(&store, "code", "another key", 123_457).await, CodeUse::Used);
    let devices = store.devices(Some(&station(1))).await.unwrap();
    assert_eq!(devices.len(), 1);
    assert_eq!((devices[0].key.as_str(), devices[0].enrolled_at), ("key", at(123_456)));
    assert_eq!((devices[0].revoked_at, devices[0].last_seen_at, &devices[0].holding), (None, None, &None));
    assert_eq!(store.revision("devices").await.unwrap(), 1);
}

pub async fn a_device_whose_answer_was_lost_may_ask_again(place: Place) {
    let store = place.open().await;
    invite(&store, 1, "code").await;
    for microseconds in [1, 2, 2 * HOUR] {
        assert_eq!(enter(&store, "code", "key", microseconds).await, CodeUse::Admitted(station(1)));
    }
    let devices = store.devices(None).await.unwrap();
    assert_eq!((devices.len(), devices[0].enrolled_at), (1, at(1)));
}

pub async fn a_code_ends_at_its_hour_to_the_microsecond(place: Place) {
    let store = place.open().await;
    for code in ["early", "late"] {
        invite(&store, 1, code).await;
    }
    assert_eq!(enter(&store, "late", "key", HOUR).await, CodeUse::Expired);
    assert_eq!(enter(&store, "early", "key", HOUR - 1).await, CodeUse::Admitted(station(1)));
}

pub async fn a_revoked_code_admits_nobody(place: Place) {
    let store = place.open().await;
    invite(&store, 1, "code").await;
    invite(&store, 2, "other station").await;
    assert_eq!(store.revoke_station(&station(1), at(1)).await.unwrap(), 1);
    assert_eq!(enter(&store, "code", "key", 2).await, CodeUse::Revoked);
    assert_eq!(enter(&store, "other station", "key 2", 2).await, CodeUse::Admitted(station(2)));
    assert_eq!(store.devices(Some(&station(1))).await.unwrap(), []);
}

pub async fn a_revoked_device_is_not_admitted_by_asking_again(place: Place) {
    let store = place.open().await;
    invite(&store, 1, "code").await;
    enter(&store, "code", "key", 1).await;
    assert_eq!(store.revoke_station(&station(1), at(2)).await.unwrap(), 1);
    assert_eq!(store.devices(None).await.unwrap()[0].revoked_at, Some(at(2)));
    assert_eq!(enter(&store, "code", "key", 3).await, CodeUse::Revoked);
    assert_eq!(store.revoke_station(&station(1), at(4)).await.unwrap(), 0);
    assert_eq!(store.devices(None).await.unwrap()[0].revoked_at, Some(at(2)), "history does not move");
}

pub async fn a_new_device_takes_the_place_of_the_old_one(place: Place) {
    let store = place.open().await;
    for (code, key, microseconds) in [("code 1", "zz", 1), ("code 2", "aa", 2)] {
        invite(&store, 1, code).await;
        assert_eq!(enter(&store, code, key, microseconds).await, CodeUse::Admitted(station(1)));
    }
    let devices = store.devices(None).await.unwrap();
    let found: Vec<_> = devices.iter().map(|device| (device.key.as_str(), device.revoked_at)).collect();
    assert_eq!(found, [("zz", Some(at(2))), ("aa", None)]);
}

pub async fn a_known_key_does_not_use_up_a_second_code(place: Place) {
    let store = place.open().await;
    for code in ["code 1", "code 2"] {
        invite(&store, 1, code).await;
    }
    assert_eq!(enter(&store, "code 1", "key", 1).await, CodeUse::Admitted(station(1)));
    assert_eq!(enter(&store, "code 2", "key", 2).await, CodeUse::Used);
    assert_eq!(enter(&store, "code 2", "new key", 3).await, CodeUse::Admitted(station(1)));
}

pub async fn of_two_devices_racing_with_one_code_exactly_one_is_admitted(place: Place) {
    let (one, other) = (place.open().await, place.open().await);
    for round in 0..10 {
        let code = format!("code {round}");
        invite(&one, round, &code).await;
        let keys = [format!("{round} a"), format!("{round} b")];
        let (first, second) = tokio::join!(enter(&one, &code, &keys[0], 1), enter(&other, &code, &keys[1], 1));
        let mut uses = [first, second];
        uses.sort_by_key(|code_use| *code_use == CodeUse::Used);
        assert_eq!(uses, [CodeUse::Admitted(station(round)), CodeUse::Used], "round {round}");
        assert_eq!(one.devices(Some(&station(round))).await.unwrap().len(), 1);
    }
}

pub async fn a_device_asking_twice_at_once_is_admitted_twice_and_kept_once(place: Place) {
    let (one, other) = (place.open().await, place.open().await);
    for round in 0..8 {
        let (code, key) = (format!("code {round}"), format!("key {round}"));
        invite(&one, round, &code).await;
        let (first, second) = tokio::join!(enter(&one, &code, &key, 1), enter(&other, &code, &key, 1));
        assert_eq!([first, second], [CodeUse::Admitted(station(round)), CodeUse::Admitted(station(round))]);
        assert_eq!(one.devices(Some(&station(round))).await.unwrap().len(), 1);
    }
}

pub async fn of_two_codes_used_at_once_one_device_stays_in_force(place: Place) {
    let (one, other) = (place.open().await, place.open().await);
    for round in 0..8 {
        let codes = [format!("{round} a"), format!("{round} b")];
        for code in &codes {
            invite(&one, round, code).await;
        }
        let (first, second) =
            tokio::join!(enter(&one, &codes[0], &codes[0], 1), enter(&other, &codes[1], &codes[1], 1));
        assert_eq!([first, second], [CodeUse::Admitted(station(round)), CodeUse::Admitted(station(round))]);
        let devices = one.devices(Some(&station(round))).await.unwrap();
        assert_eq!(devices.iter().filter(|device| device.revoked_at.is_none()).count(), 1, "round {round}");
    }
}

pub async fn what_a_device_holds_is_noted(place: Place) {
    let store = place.open().await;
    invite(&store, 1, "code").await;
    enter(&store, "code", "key", 1).await;
    for microseconds in [2, 999_999] {
        store.note_holding("key", VIETNAMESE, at(microseconds)).await.unwrap();
    }
    store.note_holding("nobody", "{}", at(3)).await.unwrap();
    let devices = store.devices(None).await.unwrap();
    assert_eq!(devices.len(), 1);
    assert_eq!((devices[0].last_seen_at, devices[0].holding.as_deref()), (Some(at(999_999)), Some(VIETNAMESE)));
}

pub async fn the_last_standing_choice_is_the_one_that_counts(place: Place) {
    let store = place.open().await;
    assert!(store.standing_choices().await.unwrap().is_empty());
    let said = [
        (1, StandingChoice::Decline, 9),
        (2, StandingChoice::Accept, 8),
        (1, StandingChoice::Accept, 7),
        // Earlier by the clock, later by arrival: a clock set back does not undo a choice.
        (2, StandingChoice::Decline, 1),
    ];
    for (number, choice, microseconds) in said {
        store.add_standing_choice(&station(number), choice, "truc.dai", at(microseconds)).await.unwrap();
    }
    let expected = BTreeMap::from([(station(1), StandingChoice::Accept), (station(2), StandingChoice::Decline)]);
    assert_eq!(store.standing_choices().await.unwrap(), expected);
    assert_eq!(store.revision("planning").await.unwrap(), 4);
}
