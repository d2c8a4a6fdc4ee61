//! Journals as received, and records.

use chrono::{DateTime, Utc};
use loa::domain::as_run::{Cause, Evidence, Record, Said};
use loa::domain::ids::StationId;
use loa::store::Store;
use loa::store::confirmations::{JournalBatch, JournalPlace, NewLine, NewRecord};

use super::Place;
use super::samples::{VIETNAMESE, at, day, declared, digest, record, station};

const KEY: &str = "a1b2c3";

fn journal_place(next_seq: u64) -> JournalPlace {
    JournalPlace { next_seq, hash: digest(&format!("line before {next_seq}")) }
}

fn line(seq: u64) -> NewLine {
    NewLine { seq, line: format!("{{\"seq\":{seq},  \"note\":\"{VIETNAMESE}\"}}"), quarantined: None }
}

fn lines(from: u64, to: u64) -> Vec<NewLine> {
    (from..to).map(line).collect()
}

async fn append(store: &Store, key: &str, lines: &[NewLine], records: &[NewRecord]) -> bool {
    let (first, last) = (lines[0].seq, lines[lines.len() - 1].seq);
    let station = station(1);
    let batch = JournalBatch {
        key,
        station: &station,
        expect: journal_place(first),
        place: journal_place(last + 1),
        head: "signed head",
        lines,
        records,
    };
    store.append_journal(&batch, at(3)).await.unwrap()
}

fn as_read(new: &NewRecord, serial: i64, accepted_at: DateTime<Utc>) -> Record {
    Record {
        station: new.station.clone(),
        airing: new.airing,
        rundown_version: new.rundown_version,
        rendition: new.rendition,
        evidence: new.evidence,
        said: new.said.clone(),
        cause: new.cause,
        note: new.note.clone(),
        by: new.by.clone(),
        accepted_at,
        serial,
    }
}

async fn all(store: &Store, of: Option<&StationId>) -> Vec<Record> {
    store.records_between(of, day(1), day(30)).await.unwrap().into_iter().map(|(_, record)| record).collect()
}

pub async fn a_journal_grows_line_by_line_and_keeps_exact_bytes(place: Place) {
    let store = place.open().await;
    assert_eq!(store.journal_place(KEY).await.unwrap(), None);
    assert!(append(&store, KEY, &lines(0, 3), &[]).await);
    assert!(append(&store, KEY, &lines(3, 12), &[]).await);
    assert_eq!(store.journal_place(KEY).await.unwrap(), Some(journal_place(12)));
    let expected: Vec<String> = lines(0, 12).into_iter().map(|line| line.line).collect();
    assert_eq!(store.journal_lines(KEY, 0, 100).await.unwrap(), expected);
    assert_eq!(store.journal_lines(KEY, 9, 2).await.unwrap(), expected[9..11]);
    assert!(store.journal_lines("another key", 0, 100).await.unwrap().is_empty());
    assert_eq!(store.revision("records").await.unwrap(), 0, "lines without records are nothing new to count");
}

pub async fn a_batch_sent_again_is_not_kept_again(place: Place) {
    let store = place.open().await;
    let record = NewRecord { journal_seq: Some(1), ..record(1, 12, 0) };
    let records = std::slice::from_ref(&record);
    assert!(append(&store, KEY, &lines(0, 2), records).await);
    assert!(!append(&store, KEY, &lines(0, 2), records).await);
    assert!(append(&store, KEY, &lines(2, 4), &[]).await);
    assert!(!append(&store, KEY, &lines(2, 4), records).await);
    assert!(!append(&store, KEY, &lines(0, 4), records).await);
    assert_eq!(store.journal_lines(KEY, 0, 100).await.unwrap().len(), 4);
    assert_eq!(all(&store, None).await.len(), 1);
    assert_eq!(store.revision("records").await.unwrap(), 1);
}

pub async fn a_batch_from_another_history_or_beyond_the_end_is_not_kept(place: Place) {
    let store = place.open().await;
    assert!(!append(&store, KEY, &lines(5, 6), &[]).await, "nothing of this device is held yet");
    assert!(append(&store, KEY, &lines(0, 2), &[]).await);
    assert!(!append(&store, KEY, &lines(3, 4), &[]).await, "line 2 is missing");
    let station = station(1);
    let (forged, next) = (JournalPlace { hash: digest("forged"), ..journal_place(2) }, journal_place(3));
    let lines = lines(2, 3);
    let batch = JournalBatch {
        key: KEY,
        station: &station,
        expect: forged,
        place: next,
        head: "head",
        lines: &lines,
        records: &[],
    };
    assert!(!store.append_journal(&batch, at(0)).await.unwrap());
    assert_eq!(store.journal_place(KEY).await.unwrap(), Some(journal_place(2)));
}

pub async fn a_line_that_could_not_be_read_is_kept_like_any_other(place: Place) {
    let store = place.open().await;
    let mut lines = lines(0, 3);
    // What a power cut leaves behind: zero bytes in the middle of a line.
    lines[1] = NewLine { seq: 1, line: "{\"kind\":\u{0}\u{0}\u{7f}?".into(), quarantined: Some(VIETNAMESE.into()) };
    assert!(append(&store, KEY, &lines, &[]).await);
    assert_eq!(store.journal_lines(KEY, 1, 1).await.unwrap(), [lines[1].line.clone()]);
    assert_eq!(store.journal_place(KEY).await.unwrap(), Some(journal_place(3)));
}

pub async fn of_two_connections_appending_at_once_exactly_one_does(place: Place) {
    let (one, other) = (place.open().await, place.open().await);
    for seq in 0..10 {
        let record = NewRecord { journal_seq: Some(seq), ..record(1, 12, 0) };
        let (lines, records) = (lines(seq, seq + 1), [record]);
        let (first, second) = tokio::join!(append(&one, KEY, &lines, &records), append(&other, KEY, &lines, &records));
        assert_ne!(first, second, "line {seq}");
        let expected = usize::try_from(seq).unwrap() + 1;
        assert_eq!(one.journal_lines(KEY, 0, 100).await.unwrap().len(), expected);
        assert_eq!(all(&one, None).await.len(), expected);
    }
}

pub async fn two_devices_of_a_station_have_journals_of_their_own(place: Place) {
    let store = place.open().await;
    let record = NewRecord { journal_seq: Some(0), ..record(1, 12, 0) };
    for key in [KEY, "d4e5f6"] {
        assert!(append(&store, key, &lines(0, 1), std::slice::from_ref(&record)).await);
    }
    assert_eq!(all(&store, None).await.len(), 2);
}

pub async fn every_kind_of_record_comes_back_as_it_went_in(place: Place) {
    let store = place.open().await;
    let sayings = [
        Said::Played { samples: u64::from(u32::MAX) * 7, began_at: at(1), ended_at: at(999_999) },
        Said::AiredInFull { began_at: None },
        Said::AiredInFull { began_at: Some(at(123_456)) },
        Said::AiredInPart { played_ms: 61_000 },
        Said::Missed,
        Said::Undone,
    ];
    let mut records = Vec::new();
    for (nth, said) in (0..).zip(sayings) {
        let mut record = declared(&format!("form {nth}"), nth, said);
        record.cause = (nth % 2 == 0).then_some(Cause::PowerCut);
        record.note = (nth % 3 == 0).then(|| VIETNAMESE.into());
        records.push(record);
    }
    records[0].evidence = Evidence::Heard;
    assert_eq!(store.add_operator_records(&records, at(42)).await.unwrap(), 6);
    let found = all(&store, None).await;
    let expected: Vec<_> =
        records.iter().zip(&found).map(|(record, found)| as_read(record, found.serial, at(42))).collect();
    assert_eq!(found, expected);
}

pub async fn a_note_with_a_zero_byte_does_not_stop_a_journal(place: Place) {
    let store = place.open().await;
    let note = Some("thiết bị\u{0}hỏng".to_owned());
    let record = NewRecord { journal_seq: Some(0), note, ..record(1, 12, 0) };
    assert!(append(&store, KEY, &lines(0, 1), &[record]).await);
    let found = all(&store, None).await;
    let note = found[0].note.as_deref().unwrap();
    assert!(note.starts_with("thiết bị") && note.ends_with("hỏng"), "{note:?}");
}

pub async fn a_form_sent_twice_counts_once(place: Place) {
    let store = place.open().await;
    let first = declared("k1", 0, Said::Missed);
    assert_eq!(store.add_operator_records(std::slice::from_ref(&first), at(0)).await.unwrap(), 1);
    let again = [declared("k1", 0, Said::Missed), declared("k2", 1, Said::Missed)];
    assert_eq!(store.add_operator_records(&again, at(1)).await.unwrap(), 1);
    assert_eq!(store.add_operator_records(&again, at(2)).await.unwrap(), 0);
    assert_eq!(store.revision("records").await.unwrap(), 2);
    let found: Vec<_> = all(&store, None).await.into_iter().map(|record| record.accepted_at).collect();
    assert_eq!(found, [at(0), at(1)]);
}

pub async fn records_come_in_the_order_of_their_acceptance(place: Place) {
    let store = place.open().await;
    // Neither the day, nor the station, nor the clock decides.
    for (nth, (station_number, day_number)) in (0..).zip([(2, 14), (1, 12), (2, 12), (1, 13)]) {
        let new = NewRecord { request_key: Some(format!("k{nth}")), ..record(station_number, day_number, nth) };
        assert_eq!(store.add_operator_records(&[new], at(100 - i64::from(nth))).await.unwrap(), 1);
    }
    let found = store.records_between(None, day(12), day(13)).await.unwrap();
    let of: Vec<_> = found.iter().map(|(date, record)| (record.station.clone(), *date)).collect();
    assert_eq!(of, [(station(1), day(12)), (station(2), day(12)), (station(1), day(13))]);
    assert!(found.is_sorted_by(|a, b| a.1.serial < b.1.serial));
    assert_eq!(all(&store, Some(&station(2))).await.len(), 2);
    assert_eq!(store.records_between(Some(&station(1)), day(13), day(13)).await.unwrap().len(), 1);
}
