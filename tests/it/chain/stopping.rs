//! Stop orders: what plays falls silent at once, stays so without a center, and sounds again once the order is lifted.

use std::time::{Duration, Instant};

use crate::helpers::chain::{Province, assert_sums, linked, serve};
use crate::helpers::until::until;

#[tokio::test]
async fn a_stop_order_silences_a_playing_station_and_holds_off_line_until_it_is_lifted() {
    let mut province = Province::new(1);
    province.tones("TIN-DAI", 1, 20_000, "thu");
    province.tones("TIN-SAU", 2, 2_000, "thu");
    province.prepare();
    province.approve_all();
    let (center, url) = serve(&province, "127.0.0.1:0").await;
    let station = province.join("dai-1", &url).await;
    linked(&station).await;
    let count = |kind: &str| province.journal("dai-1").iter().filter(|line| line["kind"] == kind).count();
    let seconds =
        || std::fs::read_to_string(province.dir("dai-1").join("progress")).unwrap_or_default().lines().count();
    until("two seconds of the first", async || (seconds() >= 2).then_some(())).await;
    let (begun, ended) = (count("begin"), count("end"));
    assert_eq!(begun, ended + 1, "one plays");
    let told = ["stop", "--station", "dai-1", "--reason", "loa hú", "--by", "duyet"];
    let given = Instant::now();
    province.loa(&told).well();
    until("silence", async || (count("end") > ended).then_some(())).await;
    let took = given.elapsed();
    println!("silent {} ms after the command was started", took.as_millis());
    assert!(took < Duration::from_secs(5), "{took:?}");
    let lines = province.journal("dai-1");
    let end = lines.iter().rfind(|line| line["kind"] == "end").unwrap();
    assert_eq!(end["cause"], "stopped", "{end}");
    assert!(end["samples"].as_u64().unwrap() > 48_000, "{end}");

    // Without a center, and after the device was switched off and on, the order still holds.
    center.kill();
    station.kill();
    let opened = count("opened");
    let _station = province.run("dai-1");
    until("the device to run again", async || (count("opened") > opened).then_some(())).await;
    let (_center, _) = serve(&province, url.trim_start_matches("http://")).await;
    let planned = province.report()["total"]["planned"].as_u64();
    assert_eq!(count("begin"), begun, "{planned:?}");
    province.loa(&["stop", "--lift", "1", "--by", "duyet"]).well();
    if begun == 1 {
        until("the other to play", async || (count("end") > ended + 1).then_some(())).await;
    }
    let report = province.report_until(40, "the stop to be confirmed", |total| total["partial"] == 1).await;
    assert_sums(&report);
    let rows = province.report_rows();
    let row = rows.iter().find(|row| row["standing"] == "partial").unwrap();
    assert_eq!(row["cause"], "stopped", "{rows:?}");
    province.loa(&["stop", "--station", "dai-1", "--reason", "thử", "--by", "bientap"]).refused(2, "");
}
