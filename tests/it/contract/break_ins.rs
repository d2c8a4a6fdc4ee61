//! Break-in orders, their one answer each, and the duty list.

use chrono::Duration;
use loa::domain::duty::on_duty;
use loa::domain::ids::BreakInId;
use loa::store::break_ins::{AnswerRow, BREAK_INS, BreakInRow};

use super::Place;
use super::samples::{VIETNAMESE, at};

fn number(text: &str) -> BreakInId {
    text.parse().unwrap()
}

/// Signed bytes, which are opaque here and come back exactly.
fn envelope(of: &str) -> String {
    format!(" {{\"order\": \"{of} {VIETNAMESE}\"}}\r\n")
}

pub async fn an_order_comes_back_as_it_was_signed_and_its_number_is_used_once(place: Place) {
    let (one, other) = (place.open().await, place.open().await);
    let before = other.revision(BREAK_INS).await.unwrap();
    let (first, second) = (number("lenh-1"), number("lenh-2"));
    assert!(one.add_break_in(&first, "an", at(1), &envelope("1"), None).await.unwrap());
    assert!(one.add_break_in(&second, "binh", at(2), &envelope("2"), Some(&first)).await.unwrap());
    // The number of an earlier order, whoever comes with it and whatever they signed.
    assert!(!other.add_break_in(&first, "cuc", at(3), &envelope("3"), None).await.unwrap());
    assert!(other.revision(BREAK_INS).await.unwrap() > before, "other processes hear of it");
    let row = |id: &BreakInId, by: &str, when, of: &str, repeats| BreakInRow {
        id: id.clone(),
        asked_by: by.into(),
        at: at(when),
        asked: envelope(of),
        repeats,
        answer: None,
    };
    let expected = [row(&first, "an", 1, "1", None), row(&second, "binh", 2, "2", Some(first.clone()))];
    assert_eq!(other.break_ins_since(at(1)).await.unwrap(), expected);
    assert_eq!(other.break_ins_since(at(2)).await.unwrap(), expected[1..], "to the microsecond");
    assert_eq!(other.break_ins_since(at(3)).await.unwrap(), []);
    assert_eq!(other.break_in(&second).await.unwrap().as_ref(), Some(&expected[1]));
    assert_eq!(other.break_in(&number("lenh-3")).await.unwrap(), None);
}

pub async fn an_order_is_answered_once_and_the_first_answer_stays(place: Place) {
    let store = place.open().await;
    let (confirmed, refused, unknown) = (number("lenh-1"), number("lenh-2"), number("lenh-3"));
    for id in [&confirmed, &refused] {
        assert!(store.add_break_in(id, "an", at(1), &envelope("asked"), None).await.unwrap());
    }
    let sealed = envelope("both");
    assert!(store.answer_break_in(&confirmed, "binh", at(2), Some(&sealed)).await.unwrap());
    assert!(store.answer_break_in(&refused, "binh", at(2), None).await.unwrap());
    // Whatever is said afterwards: refused what is in force, confirmed what was refused, confirmed once more.
    for (id, text) in [(&confirmed, None), (&refused, Some(sealed.as_str())), (&confirmed, Some("other"))] {
        assert!(!store.answer_break_in(id, "cuc", at(3), text).await.unwrap());
    }
    assert!(store.answer_break_in(&unknown, "binh", at(2), None).await.is_err(), "there is no such order");
    let answer = |envelope| Some(AnswerRow { by: "binh".into(), at: at(2), envelope });
    assert_eq!(store.break_in(&confirmed).await.unwrap().unwrap().answer, answer(Some(sealed)));
    let rows = store.break_ins_since(at(0)).await.unwrap();
    assert_eq!(rows[1].answer, answer(None));
    assert!(rows.iter().all(|row| row.asked == envelope("asked")), "what was asked for stays as it was signed");
}

pub async fn of_two_answers_at_once_exactly_one_is_kept(place: Place) {
    let (one, other) = (place.open().await, place.open().await);
    for round in 0..6 {
        let id = number(&format!("lenh-{round}"));
        let asked = envelope("asked");
        let (first, second) = tokio::join!(
            one.add_break_in(&id, "an", at(round), &asked, None),
            other.add_break_in(&id, "cuc", at(round), &asked, None),
        );
        assert_ne!(first.unwrap(), second.unwrap(), "asked for in round {round}");
        let sealed = envelope("both");
        let (confirmed, refused) = tokio::join!(
            one.answer_break_in(&id, "binh", at(10), Some(&sealed)),
            other.answer_break_in(&id, "dung", at(10), None),
        );
        let confirmed = confirmed.unwrap();
        assert_ne!(confirmed, refused.unwrap(), "answered in round {round}");
        let kept = one.break_in(&id).await.unwrap().unwrap().answer.unwrap();
        assert_eq!((kept.by.as_str(), kept.envelope), if confirmed { ("binh", Some(sealed)) } else { ("dung", None) });
    }
}

pub async fn a_duty_is_put_down_and_ended_once_and_stays_on_the_list(place: Place) {
    let store = place.open().await;
    let hours = |hours| at(0) + Duration::hours(hours);
    let night = store.add_duty("an", hours(12), hours(20), "quantri", at(1)).await.unwrap();
    let evening = store.add_duty("binh", hours(10), hours(14), "quantri", at(2)).await.unwrap();
    assert_ne!(night, evening);
    let listed = store.duties_beyond(hours(0)).await.unwrap();
    assert_eq!(listed.iter().map(|duty| duty.id).collect::<Vec<_>>(), [evening, night], "in order of their beginning");
    assert_eq!(on_duty(&listed, hours(12)), ["an", "binh"]);
    assert!(store.end_duty(evening, "quantri", hours(11)).await.unwrap());
    assert!(!store.end_duty(evening, "ai", hours(10)).await.unwrap(), "the first end stays");
    assert!(store.end_duty(evening + night, "quantri", hours(11)).await.is_err(), "there is no such duty");
    let listed = store.duties_beyond(hours(0)).await.unwrap();
    assert_eq!(listed[0].ended, Some(("quantri".into(), hours(11))));
    assert_eq!(
        (on_duty(&listed, hours(10)).as_slice(), on_duty(&listed, hours(11)).as_slice()),
        (&["binh"][..], &[][..])
    );
    // Over by what was first put down, to the microsecond.
    let just_before = hours(20) - Duration::microseconds(1);
    assert_eq!(store.duties_beyond(just_before).await.unwrap().len(), 1);
    assert_eq!(store.duties_beyond(hours(20)).await.unwrap(), []);
}
