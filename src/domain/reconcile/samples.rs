//! Small rundowns and records for the tests here and of the playout.

use chrono::{DateTime, Duration, NaiveDate, Utc};

use crate::domain::as_run::{Cause, Evidence, Record, SAMPLE_RATE_HZ, Said};
use crate::domain::ids::{AiringId, Sha256, StationId};
use crate::domain::rundown::{Item, ItemKind, PlannedSound, Rundown, SlotRef};

/// Length of every sample item, ms.
pub const DURATION_MS: u64 = 180_000;

pub fn date() -> NaiveDate {
    NaiveDate::from_ymd_opt(2024, 6, 3).expect("a valid day")
}

/// Minutes after 05:00 local time (22:00 UTC the day before).
pub fn at(minutes: i64) -> DateTime<Utc> {
    let midnight = date().and_hms_opt(0, 0, 0).expect("midnight").and_utc();
    midnight + Duration::minutes(minutes) - Duration::hours(2)
}

pub fn station() -> StationId {
    "dtt-0001".parse().expect("a valid station id")
}

pub fn airing(n: u32) -> AiringId {
    AiringId::new(&station(), &"sang".parse().expect("a valid rule id"), at(0), "order-1", n)
}

pub fn rendition(n: u32) -> Sha256 {
    Sha256::of(&n.to_be_bytes())
}

/// Airing `n`, planned at that minute, to begin within 15 minutes.
pub fn item(n: u32, minute: i64) -> Item {
    let rule = "sang".parse().expect("a valid rule id");
    Item {
        airing: Some(airing(n)),
        kind: ItemKind::Bulletin,
        title: format!("Bản tin {n}"),
        start: at(minute),
        duration_ms: DURATION_MS,
        latest_start: at(minute + 15),
        slot: SlotRef { rule, start: at(0), end: at(600), moved_to: None },
        sound: Some(PlannedSound {
            bulletin: "CCHC-2024-01".parse().expect("a valid code"),
            bulletin_version: 1,
            rendition: rendition(n),
            manifest: Sha256::of(b"manifest"),
            order: "order-1".parse().expect("a valid order id"),
            nth: n,
        }),
        reserved: None,
        overrun: None,
        filler: None,
        why: "yêu cầu phát".into(),
    }
}

/// What is listed and never counted.
pub fn listed(kind: ItemKind, minute: i64) -> Item {
    Item { airing: None, kind, sound: None, ..item(0, minute) }
}

pub fn rundown(version: u32, issued_minute: i64, items: Vec<Item>) -> Rundown {
    Rundown {
        station: station(),
        date: date(),
        version,
        issued_at: at(issued_minute),
        expires_at: at(24 * 60),
        planner: "test 1".into(),
        inputs: Sha256::of(b"inputs"),
        declined: 0,
        items,
        ladder: Vec::new(),
    }
}

fn record(serial: i64, n: u32, evidence: Evidence, said: Said) -> Record {
    Record {
        station: station(),
        airing: airing(n),
        rundown_version: None,
        rendition: None,
        evidence,
        said,
        cause: None,
        note: None,
        by: if evidence == Evidence::Played { "aplay" } else { "lan" }.into(),
        accepted_at: at(600) + Duration::seconds(serial),
        serial,
    }
}

/// A device's word: airing `n` played that long from that minute on.
pub fn played(serial: i64, n: u32, played_ms: u64, began_at: DateTime<Utc>) -> Record {
    let samples = played_ms * SAMPLE_RATE_HZ / 1000;
    let ended_at = began_at + Duration::milliseconds(i64::try_from(played_ms).expect("a small number"));
    record(serial, n, Evidence::Played, Said::Played { samples, began_at, ended_at })
}

/// A device's word: airing `n` did not air.
pub fn device_missed(serial: i64, n: u32) -> Record {
    Record { cause: Some(Cause::NotRunning), ..record(serial, n, Evidence::Played, Said::Missed) }
}

/// An operator's word.
pub fn declared(serial: i64, n: u32, said: Said) -> Record {
    record(serial, n, Evidence::Declared, said)
}

/// An inspector's word after hearing a recording.
pub fn heard(serial: i64, n: u32, said: Said) -> Record {
    record(serial, n, Evidence::Heard, said)
}
