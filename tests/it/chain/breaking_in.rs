//! Urgent bulletins: two people order one, a station that plays begins it within seconds, and it plays once whatever
//! happens in between.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::helpers::chain::{Province, linked, serve, wav_files};
use crate::helpers::until::until;

#[tokio::test]
async fn an_urgent_bulletin_breaks_in_within_seconds_once_and_by_two_people_only() {
    let mut province = Province::new(1);
    province.tones("TIN-DAI", 1, 30_000, "thu");
    province.bulletin("BAO-1", "thu");
    crate::helpers::sound::write_tones(&province.path("bulletins/BAO-1.wav"), 2, 4_000);
    let file = province.path("bulletins/BAO-1.toml");
    let text = std::fs::read_to_string(&file).unwrap().replace("\"ordinary\"", "\"urgent\"");
    std::fs::write(&file, text).unwrap();
    std::fs::write(province.path("schedules/desk.toml"), "[urgent]\nweekends = true\n").unwrap();
    province.prepare();
    province.loa(&["user", "add", "an", "--role", "approver@thu"]).well();
    let key = province.text("an.key");
    let made = province.loa(&["keys", "new", &key, "--user", "an"]).well().out;
    let print = made.lines().find_map(|line| line.strip_prefix("fingerprint: ")).unwrap().trim().to_string();
    province.loa(&["keys", "admit", &print]).well();
    province.approve_all();
    province.loa(&["approve", "BAO-1", "--by", "duyet"]).well();
    province.loa(&["approve", "BAO-1", "--by", "an", "--key", &key]).well();

    let (_center, url) = serve(&province, "127.0.0.1:0").await;
    let station = province.join("dai-1", &url).await;
    linked(&station).await;
    let count = |kind: &str| province.journal("dai-1").iter().filter(|line| line["kind"] == kind).count();
    let seconds =
        || std::fs::read_to_string(province.dir("dai-1").join("progress")).unwrap_or_default().lines().count();
    until("two seconds of the first", async || (seconds() >= 2).then_some(())).await;

    let told = ["urgent", "ask", "BAO-1", "--area", "thu", "--reason", "bão đổ bộ", "--by", "an", "--key", &key];
    let order = province.loa(&told).well().out.trim().to_string();
    province.loa(&["urgent", "confirm", &order, "--by", "an", "--key", &key]).refused(3, "cannot confirm it");
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

    // The report names it, beside the plan.
    let row = until("the journal to have come", async || {
        province.report_rows().into_iter().find(|row| row["standing"] == "urgent" && row["evidence"] == "played")
    });
    assert_eq!(row.await["urgent_order"], order);
    let off = |row: &BTreeMap<String, String>| row["standing"] == "off_schedule";
    assert!(!province.report_rows().iter().any(off));
}
