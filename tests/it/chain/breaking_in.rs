//! Urgent bulletins: two people order one, a station that plays begins it within seconds, and it plays once whatever
//! happens in between; what it cut off is made good.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use chrono::{DateTime, Timelike, Utc};
use loa::trust::envelope;
use serde_json::Value;

use crate::helpers::chain::{Province, linked, serve, wav_files};
use crate::helpers::person::Visitor;
use crate::helpers::running::Running;
use crate::helpers::sound::write_tones;
use crate::helpers::storm::{Storm, put_old_order};
use crate::helpers::until::until;
use crate::helpers::valve::Valve;

#[tokio::test]
async fn an_urgent_bulletin_breaks_in_within_seconds_once_and_by_two_people_only() {
    let storm = Storm::over(1);
    let (province, key) = (&storm.province, &storm.key);

    let (_center, url) = serve(province, "127.0.0.1:0").await;
    let station = province.join("dai-1", &url).await;
    linked(&station).await;
    let count = |kind: &str| count(province, kind);
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
    assert_eq!(broken_in(province), 1);
    let played = wav_files(&province.dir("dai-1"));
    assert_eq!(played.iter().filter(|file| file.to_str().unwrap().contains("BAO-1")).count(), 1, "{played:?}");

    // The report names it, beside the plan.
    let row = until("the journal to have come", async || {
        province.report_rows().into_iter().find(|row| row["standing"] == "urgent" && row["evidence"] == "played")
    });
    assert_eq!(row.await["urgent_order"], order);
    let off = |row: &BTreeMap<String, String>| row["standing"] == "off_schedule";
    assert!(!province.report_rows().iter().any(off));

    // What was cut off is made good: planned once more today, in the one slot still to come.
    let grid = province.path("schedules/grid.toml");
    let afternoon = "\n[[rule]]\nid = \"chieu\"\nname = \"Khung chiều\"\nkind = \"bulletin\"\n\
                     cron = \"0 0 15 * * *\"\nminutes = 10\nareas = [\"thu\"]\n";
    std::fs::write(&grid, std::fs::read_to_string(&grid).unwrap() + afternoon).unwrap();
    province.import().well();
    let row = until("the cut to be told", async || {
        province.report_rows().into_iter().find(|row| row["bulletin"] == "TIN-DAI" && row["standing"] == "partial")
    });
    assert_eq!(row.await["cause"], "urgent");
    let again = until("the cut item to be made good", async || {
        let plan = province.plan("dai-1");
        let items = plan["items"].as_array().unwrap();
        items.iter().find(|item| item["why"].as_str().unwrap().contains("phát bù")).cloned()
    });
    let again = again.await;
    let start = again["start"].as_str().unwrap().parse::<DateTime<Utc>>().unwrap().with_timezone(&province.zone);
    assert_eq!((start.date_naive(), start.hour()), (province.today(), 15), "{again}");
    assert!(start.minute() < 10 && again["bulletin"] == "TIN-DAI", "{again}");
}

fn count(province: &Province, kind: &str) -> usize {
    province.journal("dai-1").iter().filter(|line| line["kind"] == kind).count()
}

/// How often the station began something urgent.
fn broken_in(province: &Province) -> usize {
    let urgent = |line: &&Value| line["kind"] == "begin" && line["rundown_version"] == 0;
    province.journal("dai-1").iter().filter(urgent).count()
}

/// Whether a line of this kind says so; how often.
fn told(province: &Province, kind: &str, words: &str) -> usize {
    let says = |line: &&Value| line["kind"] == kind && line["note"].as_str().is_some_and(|note| note.contains(words));
    province.journal("dai-1").iter().filter(says).count()
}

/// Waits until the device runs again and is linked.
async fn run_again(province: &Province) -> Running {
    let opened = count(province, "opened");
    let again = province.run("dai-1");
    linked(&again).await;
    until("the device to run again", async || (count(province, "opened") > opened).then_some(())).await;
    again
}

#[tokio::test]
async fn an_order_received_before_a_power_cut_plays_after_it_once() {
    let storm = Storm::over(1);
    let province = &storm.province;
    let (_center, url) = serve(province, "127.0.0.1:0").await;
    let station = province.join("dai-1", &url).await;
    // A stop order is what keeps it from beginning at once.
    province.loa(&["stop", "--station", "dai-1", "--reason", "loa hú", "--by", "duyet"]).well();
    let stops = province.dir("dai-1").join("stops.json");
    until("the device to be silent", async || stops.exists().then_some(())).await;
    let order = storm.ask("thu");
    province.loa(&["urgent", "confirm", &order, "--by", "duyet"]).well();
    until("the order to be there", async || (told(province, "note", "is here") == 1).then_some(())).await;
    station.kill();
    assert_eq!(broken_in(province), 0, "silence");
    let station = run_again(province).await;
    province.loa(&["stop", "--lift", "1", "--by", "duyet"]).well();
    until("it to break in", async || (broken_in(province) == 1).then_some(())).await;
    let over = |line: &Value| line["kind"] == "end" && line["rundown_version"] == 0 && line["samples"] == 192_000;
    until("it to end", async || province.journal("dai-1").iter().any(over).then_some(())).await;
    station.kill();
    let _station = run_again(province).await;
    assert_eq!((broken_in(province), told(province, "note", "is here")), (1, 1));
}

#[tokio::test]
async fn what_is_withdrawn_is_stopped_where_an_order_in_force_could_begin_it() {
    let storm = Storm::over(1);
    let province = &storm.province;
    let (_center, url) = serve(province, "127.0.0.1:0").await;
    let station = province.join("dai-1", &url).await;
    // A stop order is what keeps it from beginning at once.
    province.loa(&["stop", "--station", "dai-1", "--reason", "loa hú", "--by", "duyet"]).well();
    let stops = province.dir("dai-1").join("stops.json");
    until("the device to be silent", async || stops.exists().then_some(())).await;
    let order = storm.ask("thu");
    province.loa(&["urgent", "confirm", &order, "--by", "duyet"]).well();
    until("the order to be there", async || (told(province, "note", "is here") == 1).then_some(())).await;
    province.loa(&["approve", "BAO-1", "--withdraw", "tin sai", "--by", "duyet"]).well();
    province.loa(&["stop", "--lift", "1", "--by", "duyet"]).well();
    // The withdrawal's own stop order is the one that is left.
    let left = || std::fs::read_to_string(&stops).unwrap();
    until("the device to hold one stop order", async || {
        let (list, _) = envelope::parts(left().as_bytes(), envelope::STOPS).unwrap();
        let list: Value = serde_json::from_slice(&list).unwrap();
        (list["stops"].as_array().unwrap().len() == 1 && list["stops"][0]["bulletin"] == "BAO-1").then_some(())
    })
    .await;
    assert_eq!(broken_in(province), 0);
    station.kill();
}

#[tokio::test]
async fn a_device_that_cannot_keep_an_order_says_so_and_plays_it_once() {
    let storm = Storm::over(1);
    let province = &storm.province;
    let (_center, url) = serve(province, "127.0.0.1:0").await;
    let station = province.join("dai-1", &url).await;
    let order = storm.ask("thu");
    // A folder stands where the file would be written, as a disk without room would refuse it.
    std::fs::create_dir_all(province.dir("dai-1").join(format!("break-ins/{order}.new/x"))).unwrap();
    province.loa(&["urgent", "confirm", &order, "--by", "duyet"]).well();
    until("it to break in", async || (broken_in(province) == 1).then_some(())).await;
    assert_eq!(told(province, "refused", "in force but could not be kept"), 1);
    // The device knows nothing of it after a power cut but what its journal says, and is told of it again.
    station.kill();
    let _station = run_again(province).await;
    until("the order to be there again", async || (told(province, "note", "is here") == 2).then_some(())).await;
    let interrupted = |line: &Value| line["rundown_version"] == 0 && line["cause"] == "interrupted";
    assert!(province.journal("dai-1").iter().any(interrupted));
    assert_eq!(broken_in(province), 1);
}

#[tokio::test]
async fn a_device_that_hears_of_an_order_too_late_says_so() {
    let storm = Storm::over(1);
    let province = &storm.province;
    let order = put_old_order(&storm, "lenh-cu", true).await;
    let (_center, url) = serve(province, "127.0.0.1:0").await;
    let _station = province.join("dai-1", &url).await;
    let airing = order.airing(&"dai-1".parse().unwrap()).to_string();
    let mut database = province.database().await;
    let said = until("the center to know what became of it", async || {
        let row: Option<(String, Option<String>)> = sqlx::query_as("SELECT said, cause FROM records WHERE airing = $1")
            .bind(&airing)
            .fetch_optional(&mut database)
            .await
            .unwrap();
        row
    });
    let (said, cause) = said.await;
    assert!(said.contains("missed") && cause.is_some(), "{said} {cause:?}");
    assert_eq!(broken_in(province), 0);
    assert_eq!(told(province, "note", "is here"), 1);
    Visitor::of(&url, "an").await.get("/khan-cap").await.says(200, "Không phát");
}

#[tokio::test]
async fn what_is_urgent_is_fetched_before_a_download_that_runs_already() {
    let storm = Storm::over(1);
    let province = &storm.province;
    let (_center, url) = serve(province, "127.0.0.1:0").await;
    let bulk = until("a plan", async || province.plan("dai-1")["items"][0]["sha256"].as_str().map(String::from)).await;
    let valve = Valve::start(url.trim_start_matches("http://").parse().unwrap(), &bulk);
    let _station = province.join("dai-1", &valve.url()).await;
    until("the bulk to be on its way", async || valve.has_halted().then_some(())).await;
    let order = storm.ask("thu");
    province.loa(&["urgent", "confirm", &order, "--by", "duyet"]).well();
    until("it to break in", async || (broken_in(province) == 1).then_some(())).await;
    let kept = province.dir("dai-1").join("audio").join(&bulk);
    assert!(!kept.exists(), "the other is not here yet");
    valve.open();
    until("the other to be here", async || kept.exists().then_some(())).await;
}

#[tokio::test]
async fn an_urgent_bulletin_breaks_in_over_filler_too() {
    let mut storm = Storm::over(1);
    storm.province.bulletin("NHAC-1", "thu");
    write_tones(&storm.province.path("bulletins/NHAC-1.wav"), 3, 10_000);
    let province = &storm.province;
    let grid = province.path("schedules/grid.toml");
    let ladder = "\n[[filler]]\nname = \"Nhạc hiệu\"\nareas = [\"thu\"]\nbulletins = [\"NHAC-1\"]\n";
    std::fs::write(&grid, std::fs::read_to_string(&grid).unwrap() + ladder).unwrap();
    province.import().well();
    province.loa(&["approve", "--by", "duyet", "NHAC-1"]).well();
    let (_center, url) = serve(province, "127.0.0.1:0").await;
    let _station = province.join("dai-1", &url).await;
    let room = province.dir("dai-1").join("audio");
    let whole = || std::fs::read_dir(&room).unwrap().flatten().filter(|one| one.path().extension().is_none()).count();
    until("the ordinary one to play and filler to be here", async || {
        (count(province, "begin") == 1 && whole() == 2).then_some(())
    })
    .await;
    // The first cuts off what plays; filler goes on in its place, until the second breaks in.
    let [first, second] = [storm.ask("thu"), storm.ask("thu")];
    province.loa(&["urgent", "confirm", &first, "--by", "duyet"]).well();
    let filler = |sounded: bool| {
        let lines = province.journal("dai-1");
        lines.into_iter().find(|line| line["kind"] == "filler" && line["samples"].is_null() != sounded)
    };
    until("filler in the place of what was cut off", async || filler(false).map(drop)).await;
    province.loa(&["urgent", "confirm", &second, "--by", "duyet"]).well();
    until("the second to break in", async || (broken_in(province) == 2).then_some(())).await;
    let sounded = filler(true).unwrap();
    assert!((1..480_000).contains(&sounded["samples"].as_u64().unwrap()), "cut off in its middle: {sounded}");
}
