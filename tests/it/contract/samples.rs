//! Things to store, spelled as Vietnamese people spell them.

use std::collections::BTreeSet;

use chrono::{DateTime, Duration, NaiveDate, TimeZone, Utc};
use loa::domain::area::Target;
use loa::domain::as_run::{Evidence, Said};
use loa::domain::bulletin::{Facts, Origin, Priority, Sound, State, Step};
use loa::domain::ids::{AiringId, Sha256, StationId};
use loa::store::Store;
use loa::store::confirmations::NewRecord;
use loa::store::marks::Marks;
use loa::store::rundowns::{RUNDOWNS, RundownRow};

/// Text with every difficulty: stacked marks, a decomposed letter, quotes, a tab, an emoji.
pub const VIETNAMESE: &str =
    "Đài truyền thanh xã Duy Nghĩa: “Cải cách hành chính”, ngữ điệu, Nguye\u{302}\u{303}n\t'quoted' \\ 📢";

/// That many microseconds after a morning in June.
pub fn at(microseconds: i64) -> DateTime<Utc> {
    Utc.with_ymd_and_hms(2024, 6, 11, 22, 45, 0).unwrap() + Duration::microseconds(microseconds)
}

/// A day of June 2024.
pub fn day(number: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(2024, 6, number).unwrap()
}

/// A station by number.
pub fn station(number: u32) -> StationId {
    format!("dtt-{number:05}").parse().unwrap()
}

/// A digest of some words.
pub fn digest(words: &str) -> Sha256 {
    Sha256::of(words.as_bytes())
}

/// An editor's facts of a bulletin.
pub fn facts(code: &str, title: &str) -> Facts {
    Facts {
        code: code.parse().unwrap(),
        title: title.into(),
        topic: 3.try_into().unwrap(),
        priority: Priority::Priority,
        producer: "Sở Thông tin và Truyền thông".into(),
        language: "vi".into(),
        source_document: "Kế hoạch 8898/KH-UBND".into(),
        transcript: VIETNAMESE.into(),
        target: Target { areas: BTreeSet::from(["49".parse().unwrap()]), except: BTreeSet::new() },
        airs_from: day(1),
        airs_to: day(30),
        document_ends: None,
        sibling_of: None,
        origin: Origin::Department,
    }
}

/// The audio of a version.
pub fn sound(words: &str) -> Sound {
    Sound {
        original: digest(words),
        master: digest("master"),
        rendition: digest("rendition"),
        rendition_bytes: 12_345_678_901,
        duration_ms: 180_034,
        original_lufs: -17.35,
        reached_lufs: -23.000_000_1,
        reached_true_peak_dbtp: -1.8,
        mend: None,
    }
}

/// A step taken at that many microseconds.
pub fn step(to: State, by: &str, microseconds: i64) -> Step {
    Step { to, by: by.into(), reason: None, at: at(microseconds) }
}

/// An issued rundown.
pub fn rundown(station_number: u32, day_number: u32, version: u32) -> RundownRow {
    RundownRow {
        station: station(station_number),
        date: day(day_number),
        version,
        issued_at: at(1),
        inputs: digest("inputs"),
        body: format!("{{\"version\": {version}, \"title\": \"{VIETNAMESE}\"}}"),
        planned_from: Some(Marks::default()),
        issue: None,
    }
}

/// Adds rundowns to what stands now; whether they were added.
pub async fn add(store: &Store, rundowns: &[RundownRow]) -> bool {
    let seen = store.revision(RUNDOWNS).await.unwrap();
    store.add_rundowns(rundowns, seen).await.unwrap().is_some()
}

/// A device's record of an airing.
pub fn record(station_number: u32, day_number: u32, nth: u32) -> NewRecord {
    let id = station(station_number);
    let rule = "sang".parse().unwrap();
    NewRecord {
        airing: AiringId::new(&id, &rule, at(0), "yc-01", nth),
        station: id,
        date: day(day_number),
        rundown_version: Some(4),
        rendition: Some(digest("rendition")),
        evidence: Evidence::Played,
        said: Said::Played { samples: 8_640_001, began_at: at(7), ended_at: at(180_000_007) },
        cause: None,
        note: None,
        by: "wav".into(),
        journal_seq: None,
        request_key: None,
    }
}

/// An operator's record, as one form sends it.
pub fn declared(request_key: &str, nth: u32, said: Said) -> NewRecord {
    NewRecord {
        evidence: Evidence::Declared,
        said,
        rendition: None,
        rundown_version: None,
        by: "truc.dai".into(),
        request_key: Some(request_key.into()),
        ..record(1, 12, nth)
    }
}
