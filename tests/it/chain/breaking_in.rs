//! Urgent bulletins: two people order one, a station that plays begins it within seconds, and it plays once whatever
//! happens in between.

use std::time::{Duration, Instant};

use serde_json::Value;

use crate::helpers::chain::{linked, serve, wav_files};
use crate::helpers::storm::Storm;
use crate::helpers::until::until;

#[tokio::test]
async fn an_urgent_bulletin_breaks_in_within_seconds_once_and_by_two_people_only() {
    let storm = Storm::over(1);
    let (province, key) = (&storm.province, &storm.key);

    let (_center, url) = serve(province, "127.0.0.1:0").await;
    let station = province.join("dai-1", &url).await;
    linked(&station).await;
    let count = |kind: &str| province.journal("dai-1").iter().filter(|line| line["kind"] == kind).count();
    let seconds =
        || std::fs::read_to_string(province.dir("dai-1").join("progress")).unwrap_or_default().lines().count();
    until("two seconds of the first", async || (seconds() >= 2).then_some(())).await;

    let order = storm.ask("thu");
    province.loa(&["urgent", "confirm", &order, "--by", "an", "--key", key]).refused(3, "cannot confirm it");
    assert_eq!(count("begin"), 1, "one approver breaks in nowhere");
    let given = Instant::now();
    province.loa(&["urgent", "confirm", &order, "--by", "duyet"]).well();
    until("the urgent one to begin", async || (count("begin") == 2).then_some(())).await;
    assert!(given.elapsed() < Duration::from_secs(10), "{:?}", given.elapsed());
    province.loa(&["urgent", "confirm", &order, "--by", "duyet"]).refused(2, "was answered");
    let cut = |line: &Value| line["kind"] == "end" && line["cause"] == "urgent";
    let lines = province.journal("dai-1");
    let end = lines.iter().find(|line| cut(line)).unwrap();
    assert!(end["samples"].as_u64().unwrap() > 48_000, "{end}");

    // Killed in its middle and run again, it is not begun a second time.
    station.kill();
    let opened = count("opened");
    let again = province.run("dai-1");
    linked(&again).await;
    until("the device to run again", async || (count("opened") > opened).then_some(())).await;
    let urgent = |line: &&Value| line["kind"] == "begin" && line["rundown_version"] == 0;
    assert_eq!(province.journal("dai-1").iter().filter(urgent).count(), 1);
    let played = wav_files(&province.dir("dai-1"));
    assert_eq!(played.iter().filter(|file| file.to_str().unwrap().contains("BAO-1")).count(), 1, "{played:?}");
}
