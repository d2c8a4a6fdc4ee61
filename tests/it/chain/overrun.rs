//! Real stations that come on in the middle of a slot of one minute: what its choice makes of the item, and what fills
//! where an item's audio is damaged.

use std::fmt::Write as _;
use std::path::Path;
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Timelike, Utc};
use serde_json::Value;

use crate::helpers::chain::{Province, serve, settled, wav_files};
use crate::helpers::running::Running;
use crate::helpers::sound::write_tones;
use crate::helpers::until::{until, until_within};

/// Length of the item, ms; it begins when half of its minute has passed.
const ITEM_MS: u32 = 40_000;
const LATE: TimeDelta = TimeDelta::seconds(30);

const POLICIES: [&str; 4] = ["cut", "fade", "push", "drop"];

/// A grid in which the commune `xa-N` has a slot of a minute that begins then, under the Nth of these choices.
fn write_grid(province: &Province, begins: DateTime<Utc>, choices: &[&str], more: &str) {
    let local = begins.with_timezone(&province.zone);
    let mut grid = format!(
        "zone = \"{}\"\n\n[settings]\ndue_after_minutes = 0\nlatest_start_minutes = 1\nlead_seconds = 1\n\n\
         [[guard]]\nareas = [\"thu\"]\nopen = \"00:00\"\nclose = \"24:00\"\nsession_minutes = 100000\n\
         warn_before = \"00:00\"\n\n{more}",
        province.zone
    );
    for (number, choice) in (1..).zip(choices) {
        let overrun = if choice.is_empty() { String::new() } else { format!("overrun = \"{choice}\"\n") };
        write!(
            grid,
            "[[rule]]\nid = \"khung-{number}\"\nname = \"Khung {number}\"\nkind = \"bulletin\"\nminutes = 1\n\
             cron = \"0 {} {} * * *\"\nareas = [\"xa-{number}\"]\n{overrun}\n",
            local.minute(),
            local.hour(),
        )
        .unwrap();
    }
    std::fs::write(province.path("schedules/grid.toml"), grid).unwrap();
}

/// The first full minute at least that many seconds away.
fn full_minute_after(seconds: i64) -> DateTime<Utc> {
    let at = Utc::now() + TimeDelta::seconds(seconds + 60);
    at.with_second(0).and_then(|at| at.with_nanosecond(0)).unwrap()
}

async fn clock_reaches(at: DateTime<Utc>, what: &str) {
    until_within(Duration::from_secs(200), what, async || (Utc::now() >= at).then_some(())).await;
}

fn time(value: &Value) -> DateTime<Utc> {
    value.as_str().unwrap().parse().unwrap()
}

/// The loudest sample of some milliseconds of a file, counted from its end.
fn peak(file: &Path, from_end_ms: usize, length_ms: usize) -> i32 {
    let mut reader = hound::WavReader::open(file).unwrap();
    let samples: Vec<i32> = reader.samples::<i16>().map(|sample| i32::from(sample.unwrap()).abs()).collect();
    let end = samples.len() - from_end_ms * 48;
    samples[end - length_ms * 48..end].iter().copied().max().unwrap()
}

async fn join_and_fetch(province: &Province, name: &str, url: &str) -> Running {
    let station = province.join(name, url).await;
    until("the audio to be here", async || {
        let held = std::fs::read_dir(province.dir(name).join("audio")).ok()?;
        let whole = |entry: std::fs::DirEntry| entry.path().extension().is_none();
        held.flatten().any(whole).then_some(())
    })
    .await;
    station
}

#[tokio::test]
async fn a_station_that_comes_on_late_ends_its_item_as_its_slot_says() {
    let mut province = Province::new(POLICIES.len() + 1);
    province.tones("TIN-MUON", 1, ITEM_MS, "thu");
    province.write_schedules();
    let choices: Vec<&str> = POLICIES.into_iter().chain([""]).collect();
    let begins = full_minute_after(45);
    write_grid(&province, begins, &choices, "");
    province.import().well();
    province.loa(&["user", "add", "duyet", "--role", "approver@thu"]).well();
    province.approve_all();
    let (_center, url) = serve(&province, "127.0.0.1:0").await;
    let names: Vec<String> = (1..=choices.len()).map(|number| format!("dai-{number}")).collect();
    for name in &names {
        // Off again before the slot begins, with everything it needs.
        join_and_fetch(&province, name, &url).await.kill();
    }
    assert!(Utc::now() < begins, "the stations took too long to be made ready");
    clock_reaches(begins + LATE, "half of the slot to pass").await;
    let _running: Vec<Running> = names.iter().map(|name| province.run(name)).collect();
    let report = province.report_until(100, "every station's word", settled).await;
    assert_eq!(report["total"]["planned"], choices.len(), "{report}");

    let rows = province.report_rows();
    let ends = begins + TimeDelta::minutes(1);
    for (name, choice) in names.iter().zip(&choices) {
        let row = rows.iter().find(|row| row["station"] == *name).unwrap();
        let journal = province.journal(name);
        let last = journal.iter().rfind(|line| line["kind"] == "end" || line["kind"] == "missed").unwrap();
        println!("{choice:>5}: {} {} {last}", row["standing"], row["cause"]);
        match *choice {
            "cut" | "fade" => {
                assert_eq!((row["standing"].as_str(), row["cause"].as_str()), ("partial", "slot_ended"), "{row:?}");
                assert!(time(&last["at"]) <= ends + TimeDelta::milliseconds(100), "{last}");
                let file = wav_files(&province.dir(name)).pop().unwrap();
                let samples = hound::WavReader::open(&file).unwrap().duration();
                assert_eq!(last["samples"].as_u64(), Some(u64::from(samples)), "what was claimed is what sounded");
                let (before, tail) = (peak(&file, 6000, 500), peak(&file, 0, 100));
                println!("{choice:>5}: peak {before} six seconds before the end, {tail} in its last tenth");
                assert_eq!(tail < before / 100, *choice == "fade", "{choice}: {before} then {tail}");
            }
            // As ever, and as a push: it ends in its own time.
            "push" | "" => {
                assert_eq!((row["standing"].as_str(), row["cause"].as_str()), ("aired", ""), "{row:?}");
                assert!(time(&last["at"]) > ends, "{last}");
                assert!(time(&last["began_at"]) >= begins + LATE, "late by its real time: {last}");
            }
            _ => {
                assert_eq!(row["standing"], "missed", "{row:?}");
                assert!(wav_files(&province.dir(name)).is_empty(), "nothing of it sounded");
            }
        }
    }
}

#[tokio::test]
async fn a_damaged_file_is_filled_from_the_ladder_and_nothing_of_it_counts() {
    let mut province = Province::new(1);
    province.tones("TIN-HONG", 1, 30_000, "thu");
    province.bulletin("NHAC-1", "thu");
    write_tones(&province.path("bulletins/NHAC-1.wav"), 2, 4000);
    province.write_schedules();
    let begins = full_minute_after(20);
    let ladder = "[[filler]]\nname = \"Nhạc hiệu\"\nareas = [\"thu\"]\nbulletins = [\"NHAC-1\"]\n\n";
    write_grid(&province, begins, &["cut"], ladder);
    province.import().well();
    province.loa(&["user", "add", "duyet", "--role", "approver@thu"]).well();
    province.loa(&["approve", "--by", "duyet", "TIN-HONG", "NHAC-1"]).well();
    let (center, url) = serve(&province, "127.0.0.1:0").await;
    let plan = province.plan("dai-1");
    let filler: Vec<&Value> =
        plan["items"].as_array().unwrap().iter().filter(|item| item["kind"] == "filler").collect();
    assert_eq!((filler.len(), &filler[0]["bulletin"], &filler[0]["id"]), (1, &"NHAC-1".into(), &Value::Null), "{plan}");
    let item = plan["items"].as_array().unwrap().iter().find(|item| item["kind"] == "bulletin").unwrap();
    let station = province.join("dai-1", &url).await;
    let room = province.dir("dai-1").join("audio");
    let file = room.join(item["sha256"].as_str().unwrap());
    let other = room.join(filler[0]["sha256"].as_str().unwrap());
    until("both sounds to be here", async || (file.exists() && other.exists()).then_some(())).await;
    // The disk loses a bit, and no link helps.
    center.kill();
    let mut bytes = std::fs::read(&file).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    std::fs::write(&file, bytes).unwrap();
    assert!(Utc::now() < begins, "the station took too long to be made ready");
    clock_reaches(begins + TimeDelta::seconds(45), "the slot to be nearly over").await;
    let _station = station;
    let journal = province.journal("dai-1");
    let played = |line: &&Value| line["kind"] == "filler" && line["samples"].as_u64() > Some(0);
    let fillers: Vec<&Value> = journal.iter().filter(played).collect();
    println!("{} plays of filler, the last: {}", fillers.len(), fillers.last().unwrap());
    // Seven of four seconds in the item's half minute, and the one that the rundown lists after it.
    assert!((7..=9).contains(&fillers.len()), "{fillers:?}");
    assert!(fillers.iter().all(|line| line["airing"].is_null() && line["audio"] == filler[0]["sha256"]), "{fillers:?}");
    assert!(journal.iter().all(|line| line["kind"] != "begin"), "the damaged file never sounded");

    let (_center, _) = serve(&province, url.trim_start_matches("http://")).await;
    let report = province.report_until(60, "the device's word", settled).await;
    let total = &report["total"];
    assert_eq!(
        (&total["planned"], &total["missed"], &total["off_schedule"]),
        (&1.into(), &1.into(), &0.into()),
        "{total}"
    );
}
