//! Bulletin versions, their steps, and signed envelopes.

use loa::domain::bulletin::State;
use loa::store::Store;
use loa::store::bulletins::{Expect, NewVersion, SignedManifest};

use super::Place;
use super::samples::{VIETNAMESE, at, digest, facts, sound, step};

pub(super) async fn add(store: &Store, code: &str, title: &str, microseconds: i64) -> Option<u32> {
    let (facts, sound) = (facts(code, title), sound(title));
    let new = NewVersion {
        digest: digest(title),
        facts: &facts,
        sound: &sound,
        findings: "[]",
        author: "bien.tap",
        file_name: "01-bà-con.mp3",
    };
    store.add_bulletin_version(new, at(microseconds)).await.unwrap()
}

pub async fn a_version_comes_back_as_it_went_in(place: Place) {
    let store = place.open().await;
    assert_eq!(add(&store, "CCHC-2024-01", VIETNAMESE, 123_456).await, Some(1));
    let versions = store.bulletin_versions(None).await.unwrap();
    let version = &versions[0];
    assert_eq!(version.facts, facts("CCHC-2024-01", VIETNAMESE));
    assert_eq!(version.sound, sound(VIETNAMESE));
    assert_eq!((version.digest, version.created_at), (digest(VIETNAMESE), at(123_456)));
    assert_eq!((version.author.as_str(), version.file_name.as_str()), ("bien.tap", "01-bà-con.mp3"));
    assert_eq!((version.findings.as_str(), version.state(), version.manifest()), ("[]", State::Draft, None));
}

pub async fn an_unchanged_bulletin_is_no_new_version(place: Place) {
    let store = place.open().await;
    assert_eq!(add(&store, "A-1", "một", 0).await, Some(1));
    assert_eq!(add(&store, "A-1", "một", 1).await, None);
    assert_eq!(add(&store, "A-1", "hai", 2).await, Some(2));
    assert_eq!(add(&store, "A-1", "một", 3).await, Some(3));
}

pub async fn versions_are_listed_by_code_then_number_or_for_one_code(place: Place) {
    let store = place.open().await;
    for (code, title) in [("B-1", "một"), ("A-10", "một"), ("A-1", "một"), ("A-1", "hai")] {
        add(&store, code, title, 0).await;
    }
    let all = store.bulletin_versions(None).await.unwrap();
    let found: Vec<_> = all.iter().map(|v| (v.facts.code.as_str(), v.version)).collect();
    assert_eq!(found, [("A-1", 1), ("A-1", 2), ("A-10", 1), ("B-1", 1)]);
    let one = store.bulletin_versions(Some(&"A-1".parse().unwrap())).await.unwrap();
    assert_eq!(one.iter().map(|v| v.version).collect::<Vec<_>>(), [1, 2]);
    assert!(store.bulletin_versions(Some(&"C-1".parse().unwrap())).await.unwrap().is_empty());
}

pub async fn steps_belong_to_their_version_and_keep_their_order(place: Place) {
    let store = place.open().await;
    add(&store, "A-1", "một", 0).await;
    add(&store, "A-1", "hai", 1).await;
    let code = "A-1".parse().unwrap();
    let mut returned = step(State::Returned, "duyet", 2_000_001);
    returned.reason = Some(VIETNAMESE.into());
    // All at one moment but the second: the order is that of arrival, not of the clock.
    let steps = [step(State::Submitted, "bien.tap", 5), returned, step(State::Submitted, "bien.tap", 5)];
    for (taken, step) in steps.iter().enumerate() {
        assert!(store.add_bulletin_step(&code, 1, step, &Expect { steps: taken }, None).await.unwrap());
    }
    let versions = store.bulletin_versions(Some(&code)).await.unwrap();
    let found: Vec<_> = versions[0].steps.iter().map(|row| row.step.clone()).collect();
    assert_eq!(found, steps);
    assert_eq!((versions[0].state(), versions[1].state()), (State::Submitted, State::Draft));
}

pub async fn an_approval_keeps_its_signed_bytes_and_a_withdrawal_takes_the_manifest_out_of_force(place: Place) {
    let store = place.open().await;
    add(&store, "A-1", "một", 0).await;
    let code = "A-1".parse().unwrap();
    let envelope = format!("{{\"payload\":  \"{VIETNAMESE}\"}}\n\n");
    let signed = SignedManifest { digest: digest(&envelope), payload_type: "application/vnd.loa", envelope: &envelope };
    let approved = step(State::Approved, "duyet", 0);
    assert!(store.add_bulletin_step(&code, 1, &approved, &Expect { steps: 0 }, Some(signed)).await.unwrap());
    let versions = store.bulletin_versions(None).await.unwrap();
    assert_eq!(versions[0].manifest(), Some(digest(&envelope)));
    assert_eq!(store.envelope(&digest(&envelope)).await.unwrap(), Some(envelope.clone()));
    let withdrawn = step(State::Withdrawn, "duyet", 1);
    assert!(store.add_bulletin_step(&code, 1, &withdrawn, &Expect { steps: 1 }, None).await.unwrap());
    assert_eq!(store.bulletin_versions(None).await.unwrap()[0].manifest(), None);
    assert!(store.envelope(&digest(&envelope)).await.unwrap().is_some(), "signed bytes stay");
}

pub async fn a_step_that_expected_another_state_changes_nothing(place: Place) {
    let store = place.open().await;
    add(&store, "A-1", "một", 0).await;
    let code = "A-1".parse().unwrap();
    let signed = SignedManifest { digest: digest("late"), payload_type: "t", envelope: "late" };
    let late = step(State::Approved, "duyet", 0);
    assert!(!store.add_bulletin_step(&code, 1, &late, &Expect { steps: 1 }, Some(signed)).await.unwrap());
    assert_eq!(store.bulletin_versions(None).await.unwrap()[0].steps, []);
    assert_eq!(store.envelope(&digest("late")).await.unwrap(), None);
    assert_eq!(store.revision("planning").await.unwrap(), 0);
}

pub async fn a_step_of_a_version_nobody_made_is_refused(place: Place) {
    let store = place.open().await;
    let code = "A-1".parse().unwrap();
    let submitted = step(State::Submitted, "bien.tap", 0);
    assert!(store.add_bulletin_step(&code, 1, &submitted, &Expect { steps: 0 }, None).await.is_err());
}

pub async fn of_two_approvals_at_once_exactly_one_is_taken(place: Place) {
    let (one, other) = (place.open().await, place.open().await);
    let code = "A-1".parse().unwrap();
    for round in 1..=12 {
        add(&one, "A-1", &format!("lần {round}"), 0).await;
        let steps = [step(State::Approved, "duyet.mot", 1), step(State::Returned, "duyet.hai", 1)];
        let (first, second) = tokio::join!(
            one.add_bulletin_step(&code, round, &steps[0], &Expect { steps: 0 }, None),
            other.add_bulletin_step(&code, round, &steps[1], &Expect { steps: 0 }, None),
        );
        assert_ne!(first.unwrap(), second.unwrap(), "round {round}");
        let versions = one.bulletin_versions(Some(&code)).await.unwrap();
        assert_eq!(versions.last().unwrap().steps.len(), 1, "round {round}");
    }
}

pub async fn of_two_equal_uploads_at_once_one_is_a_version_and_neither_fails(place: Place) {
    let (one, other) = (place.open().await, place.open().await);
    for round in 1..=8 {
        let title = format!("lần {round}");
        let (first, second) = tokio::join!(add(&one, "A-1", &title, 0), add(&other, "A-1", &title, 0));
        assert_eq!(first.or(second), Some(round));
        assert!(first.is_none() || second.is_none(), "round {round}");
    }
}

pub async fn an_envelope_is_kept_byte_for_byte_once(place: Place) {
    let store = place.open().await;
    let body = format!(" {{ \"a\" : 1.0, \"b\": \"{VIETNAMESE}\" }}\r\n");
    for microseconds in 0..2 {
        store.add_envelope(&digest(&body), "t", &body, at(microseconds)).await.unwrap();
    }
    assert_eq!(store.envelope(&digest(&body)).await.unwrap(), Some(body));
    assert_eq!(store.envelope(&digest("unknown")).await.unwrap(), None);
}
