//! Requests for keys, and the trust lists that root signed.

use loa::store::keys::{Asks, Decided, NewTrustList, TRUST};

use super::Place;
use super::samples::{VIETNAMESE, at, digest};

pub async fn a_request_for_a_key_waits_until_it_is_decided_once(place: Place) {
    let store = place.open().await;
    for (user, key) in [("an", "aa"), ("binh", "bb")] {
        assert!(store.add_key_request(user, key, Asks::Admit, at(1)).await.unwrap());
    }
    let waiting = store.key_requests(Some("an")).await.unwrap();
    assert_eq!(waiting.len(), 1);
    assert_eq!((waiting[0].key.as_str(), waiting[0].at, &waiting[0].decided), ("aa", at(1), &None));
    let granted = Decided { granted: true, by: VIETNAMESE.into(), at: at(7) };
    assert!(store.decide_key_request("aa", Asks::Admit, &granted).await.unwrap());
    let late = Decided { granted: false, by: "ai".into(), at: at(9) };
    assert!(!store.decide_key_request("aa", Asks::Admit, &late).await.unwrap(), "once is enough");
    assert!(!store.decide_key_request("bb", Asks::Revoke, &late).await.unwrap(), "nobody asked for that");
    assert!(store.decide_key_request("bb", Asks::Admit, &late).await.unwrap());
    let all = store.key_requests(None).await.unwrap();
    assert_eq!(all.iter().map(|row| row.decided.clone()).collect::<Vec<_>>(), [Some(granted), Some(late)]);
}

pub async fn a_key_is_asked_for_once_and_by_one_person(place: Place) {
    let (one, other) = (place.open().await, place.open().await);
    for round in 0..6 {
        let key = format!("key {round}");
        let (first, second) = tokio::join!(
            one.add_key_request("an", &key, Asks::Admit, at(0)),
            other.add_key_request("binh", &key, Asks::Admit, at(0)),
        );
        assert_ne!(first.unwrap(), second.unwrap(), "round {round}");
        // To ask for its end is another request.
        assert!(one.add_key_request("an", &key, Asks::Revoke, at(1)).await.unwrap());
    }
    assert_eq!(one.key_requests(None).await.unwrap().len(), 12);
}

pub async fn a_trust_list_is_kept_verbatim_and_tells_other_processes(place: Place) {
    let (one, other) = (place.open().await, place.open().await);
    let before = other.revision(TRUST).await.unwrap();
    let body = format!(" {{\"list\": \"{VIETNAMESE}\"}}\r\n");
    let new = NewTrustList {
        digest: digest(&body),
        payload_type: "t",
        envelope: &body,
        by: "command-line",
        act: "key-admitted",
        subject: "aa",
        detail: VIETNAMESE,
    };
    one.note_trust_list(&new, at(3)).await.unwrap();
    assert_eq!(other.envelope(&digest(&body)).await.unwrap(), Some(body.clone()));
    assert!(other.revision(TRUST).await.unwrap() > before);
}
