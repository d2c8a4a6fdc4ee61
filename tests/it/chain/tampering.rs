//! Tampering with what the center stores: stations play nothing of it, say why, and are never said to have aired it.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;
use sqlx::Row;

use crate::helpers::chain::{Province, linked, serve, settled, wav_files};
use crate::helpers::until::until_within;

/// What is changed for each station; the last is left alone.
const CHANGES: [(&str, &str); 6] = [
    ("dai-1", "a byte of the rendition"),
    ("dai-2", "the manifest's last day"),
    ("dai-3", "the manifest's rendition"),
    ("dai-4", "a title in the rundown"),
    ("dai-5", "the rundown's station"),
    ("dai-6", "nothing"),
];

/// Changes the signed words of an envelope and leaves its signature.
fn altered(envelope: &str, change: impl Fn(&mut Value)) -> String {
    let mut wire: Value = serde_json::from_str(envelope).unwrap();
    let payload = STANDARD.decode(wire["payload"].as_str().unwrap()).unwrap();
    let mut words: Value = serde_json::from_slice(&payload).unwrap();
    change(&mut words);
    wire["payload"] = STANDARD.encode(serde_json::to_vec(&words).unwrap()).into();
    wire.to_string()
}

fn words(envelope: &str) -> Value {
    let wire: Value = serde_json::from_str(envelope).unwrap();
    serde_json::from_slice(&STANDARD.decode(wire["payload"].as_str().unwrap()).unwrap()).unwrap()
}

async fn alter_manifest(province: &Province, code: &str, change: impl Fn(&mut Value)) {
    let mut database = province.database().await;
    let rows = sqlx::query("SELECT digest, body FROM envelopes").fetch_all(&mut database).await.unwrap();
    let of_code = rows.iter().find(|row| words(row.get("body"))["bulletin"] == code).unwrap();
    let changed = sqlx::query("UPDATE envelopes SET body = $1 WHERE digest = $2")
        .bind(altered(of_code.get("body"), change))
        .bind(of_code.get::<String, _>("digest"))
        .execute(&mut database)
        .await
        .unwrap();
    assert_eq!(changed.rows_affected(), 1);
}

async fn alter_rundown(province: &Province, station: &str, change: impl Fn(&mut Value)) {
    let mut database = province.database().await;
    let rows = sqlx::query("SELECT version, body FROM rundowns WHERE station = $1 ORDER BY version")
        .bind(station)
        .fetch_all(&mut database)
        .await
        .unwrap();
    let newest = rows.last().unwrap();
    let changed = sqlx::query("UPDATE rundowns SET body = $1 WHERE station = $2 AND version = $3")
        .bind(altered(newest.get("body"), change))
        .bind(station)
        .bind(newest.get::<i64, _>("version"))
        .execute(&mut database)
        .await
        .unwrap();
    assert_eq!(changed.rows_affected(), 1);
}

fn flip_a_byte(province: &Province, station: &str) {
    let plan = province.plan(station);
    let name = plan["items"][0]["sha256"].as_str().unwrap().to_string();
    let file = province.data().join("audio").join(&name[..2]).join(format!("{name}.opus"));
    let mut bytes = std::fs::read(&file).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    std::fs::write(&file, bytes).unwrap();
}

#[tokio::test]
async fn what_was_changed_in_the_store_never_sounds_and_stations_say_why() {
    let mut province = Province::new(CHANGES.len());
    for number in 1..=6 {
        province.tones(&format!("TIN-{number}"), number, 1500, &format!("xa-{number}"));
    }
    province.prepare();
    let (center, url) = serve(&province, "127.0.0.1:0").await;
    for (station, _) in CHANGES {
        province.enrol(station, &url);
    }
    center.kill();
    province.approve_all();
    flip_a_byte(&province, "dai-1");
    alter_manifest(&province, "TIN-2", |manifest| manifest["airs_to"] = "2098-12-31".into()).await;
    let other = province.plan("dai-6")["items"][0]["sha256"].clone();
    alter_manifest(&province, "TIN-3", |manifest| manifest["rendition"] = other.clone()).await;
    alter_rundown(&province, "dai-4", |rundown| rundown["items"][0]["title"] = "Tin lạ".into()).await;
    alter_rundown(&province, "dai-5", |rundown| rundown["station"] = "dai-6".into()).await;

    let (_center, _) = serve(&province, url.trim_start_matches("http://")).await;
    let mut running = Vec::new();
    for (station, _) in CHANGES {
        running.push(province.run(station));
        linked(&running[running.len() - 1]).await;
    }
    let refused = |station: &str| {
        let journal = province.journal(station);
        journal
            .iter()
            .any(|line| line["kind"] == "refused" && line["note"].as_str().is_some_and(|note| note.len() > 20))
    };
    for (station, what) in &CHANGES[..5] {
        let why = format!("{station} to say that {what} was changed");
        until_within(std::time::Duration::from_secs(20), &why, async || refused(station).then_some(())).await;
    }
    // The latest start is a minute after plan; then what is held is put down as missed.
    let rows = until_within(std::time::Duration::from_secs(90), "every outcome", async || {
        let rows = province.report_rows();
        let known = |station: &str| {
            rows.iter().any(|row| row["station"] == station && !["upcoming", "unreported"].contains(&&*row["standing"]))
        };
        ["dai-1", "dai-2", "dai-3", "dai-6"].iter().all(|station| known(station)).then_some(rows)
    })
    .await;
    for (station, what) in &CHANGES[..5] {
        assert!(wav_files(&province.dir(station)).is_empty(), "{what}: something sounded at {station}");
        let row = rows.iter().find(|row| row["station"] == *station).unwrap();
        let allowed: &[&str] = if ["dai-4", "dai-5"].contains(station) {
            // Refused as a whole, so the station knew of no airing to answer for.
            &["unreported", "missed"]
        } else {
            &["missed"]
        };
        assert!(allowed.contains(&row["standing"].as_str()), "{what}: {row:?}");
        let known = ["", "not_verified", "no_audio", "not_running"];
        assert!(known.contains(&row["cause"].as_str()), "{what}: {row:?}");
        assert!(!province.journal(station).iter().any(|line| line["kind"] == "begin"), "{what}: begun");
    }
    let untouched = rows.iter().find(|row| row["station"] == "dai-6").unwrap();
    assert_eq!(untouched["standing"], "aired", "{untouched:?}");
    assert_eq!(wav_files(&province.dir("dai-6")).len(), 1);
    let report = province.report();
    crate::helpers::chain::assert_sums(&report);
    assert!(!settled(&report["total"]) || report["total"]["aired"] == 1, "{report}");
}
