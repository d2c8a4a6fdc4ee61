//! What communes said of offers: appended, read as it stood.

use loa::domain::offer::Answer;
use loa::domain::slot::Daypart;
use loa::store::offers::AnswerRow;
use loa::store::schedules::PLANNING;

use super::Place;
use super::samples::{at, station};

pub async fn answers_are_appended_and_read_as_they_stood(place: Place) {
    let store = place.open().await;
    let before = store.revision(PLANNING).await.unwrap();
    let said = [Answer::Accept, Answer::Move(vec![Daypart::Noon, Daypart::Evening]), Answer::Decline];
    let rows: Vec<AnswerRow> = (0..)
        .zip(said)
        .map(|(minute, answer)| AnswerRow {
            station: station(1),
            order: "yc-1".parse().unwrap(),
            reason: (answer == Answer::Decline).then(|| "trùng tin của xã".into()),
            answer,
            by: "truc".into(),
            at: at(minute),
        })
        .collect();
    for row in &rows {
        store.add_offer_answer(row).await.unwrap();
    }
    assert_eq!(store.offer_answers(None).await.unwrap(), rows);
    let marks = store.marks(Some(at(1))).await.unwrap();
    let then = store.offer_answers(Some(marks.of("offer_answers"))).await.unwrap();
    assert_eq!(then, rows[..2]);
    assert_eq!(store.revision(PLANNING).await.unwrap(), before + 3);
    store.add_own_first(&station(1), true, "truc", at(4)).await.unwrap();
    store.add_own_first(&station(2), true, "truc", at(5)).await.unwrap();
    store.add_own_first(&station(2), false, "truc", at(6)).await.unwrap();
    assert_eq!(store.own_first(None).await.unwrap(), [station(1)].into());
    let marks = store.marks(Some(at(5))).await.unwrap();
    assert_eq!(store.own_first(Some(marks.of("own_first_choices"))).await.unwrap(), [station(1), station(2)].into());
}
