//! The chain by commands only: from an audio file to a confirmed airing, through absence, backup and withdrawal.

use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::helpers::chain::{Province, linked, serve, settled, wav_files};
use crate::helpers::sound::{decode, ffmpeg, likeness};
use crate::helpers::until::until;

/// Seconds cut from each spoken spot, and how many there are.
const SPOKEN: [(u32, &str); 3] = [(4, "NOI-1"), (5, "NOI-2"), (3, "NOI-3")];

/// Puts a few seconds of a spoken demo spot into the bulletins folder; from where they no longer say the same.
fn cut_speech(province: &mut Province, number: usize) -> PathBuf {
    let (seconds, code) = SPOKEN[number];
    let demo = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("bulletins/demo/demo-{}.mp3", number + 1));
    let file = province.path(&format!("bulletins/{code}.mp3"));
    let (from, to, seconds) = (demo.to_str().unwrap(), file.to_str().unwrap(), seconds.to_string());
    ffmpeg(&["-ss", "7", "-t", &seconds, "-i", from, "-c:a", "libmp3lame", "-b:a", "64k", to]);
    province.bulletin(code, "thu").order(code, "thu");
    file
}

#[tokio::test]
async fn what_was_imported_and_approved_sounds_at_the_station_and_is_confirmed() {
    let mut province = Province::new(1);
    let originals: Vec<PathBuf> = (0..SPOKEN.len()).map(|number| cut_speech(&mut province, number)).collect();
    province.prepare();
    province.approve_all();
    let plan = province.plan("dai-1");
    assert!(plan["version"].as_u64() > Some(0) && plan["preview"] == false, "{plan}");
    let items = plan["items"].as_array().unwrap();
    assert_eq!(items.len(), SPOKEN.len(), "{plan}");
    assert!(items.iter().all(|item| item["id"].is_string() && item["sha256"].is_string()), "{plan}");

    let (_center, url) = serve(&province, "127.0.0.1:0").await;
    let _station = province.join("dai-1", &url).await;
    let report = province.report_until(40, "every item to be confirmed", settled).await;
    let total = &report["total"];
    assert_eq!(
        (&total["planned"], &total["aired"]),
        (&Value::from(items.len()), &Value::from(items.len())),
        "{report}"
    );
    assert_eq!(total["evidence"]["played"], items.len(), "{report}");
    let rows = province.report_rows();
    assert_eq!(
        rows.iter().filter(|row| row["standing"] == "aired" && row["evidence"] == "played").count(),
        items.len()
    );
    assert_eq!(rows.len(), items.len(), "{rows:?}");
    province.loa(&["audit", "journal", &province.text("dai-1/journal.jsonl")]).well();

    let played = wav_files(&province.dir("dai-1"));
    for (number, (_, code)) in SPOKEN.iter().enumerate() {
        let wav = played.iter().find(|file| file.to_str().unwrap().contains(code)).unwrap();
        let (original, aired) = (decode(&originals[number]), decode(wav));
        let shorter_ms = original.len().abs_diff(aired.len()) / 48;
        assert!(shorter_ms < 200, "{code}: the lengths differ by {shorter_ms} ms");
        let same = likeness(&original, &aired);
        assert!(same.correlation >= 0.95 && same.lag_ms.abs() <= 100, "{code}: {same:?}");
        let another = likeness(&decode(&originals[(number + 1) % SPOKEN.len()]), &aired);
        assert!(another.correlation < 0.5, "{code} against another: {another:?}");
    }
}

#[tokio::test]
async fn a_station_cut_off_from_its_center_plays_on_time_and_confirms_later() {
    let mut province = Province::new(1);
    for number in 0..4 {
        province.tones(&format!("TIN-{number}"), number, 2000, "thu");
    }
    province.prepare();
    let (center, url) = serve(&province, "127.0.0.1:0").await;
    let station = province.join("dai-1", &url).await;
    province.approve_all();
    let fetched = || station.said().matches("is here and verified").count();
    until("all audio to be at the station", async || (fetched() == 4).then_some(())).await;
    center.kill();
    let ends = |kind: &str| province.journal("dai-1").iter().filter(|line| line["kind"] == kind).count();
    until("all items to end without a center", async || (ends("end") == 4).then_some(())).await;
    let before = province.report();
    assert!(before["total"]["aired"].as_u64() < Some(4), "the center cannot know yet: {before}");
    let (_center, _) = serve(&province, url.trim_start_matches("http://")).await;
    let report = province.report_until(40, "the confirmations to arrive", settled).await;
    assert_eq!((&report["total"]["planned"], &report["total"]["aired"]), (&4.into(), &4.into()), "{report}");
    assert_eq!(report["total"]["late"], 0, "{report}");
}

#[tokio::test]
async fn a_backup_taken_while_serving_tells_the_same_sums() {
    let mut province = Province::new(1);
    for number in 0..3 {
        province.tones(&format!("TIN-{number}"), number, 1500, "thu");
    }
    province.prepare();
    province.approve_all();
    let (_center, url) = serve(&province, "127.0.0.1:0").await;
    let _station = province.join("dai-1", &url).await;
    let report = province.report_until(40, "everything to settle", settled).await;
    let tar = province.text("ban-sao.tar");
    province.loa(&["backup", &tar]).well();
    province.loa(&["backup", &tar]).refused(2, "exists already");
    let copy = province.path("phuc-hoi");
    tar::Archive::new(std::fs::File::open(&tar).unwrap()).unpack(&copy).unwrap();
    let date = province.today().to_string();
    let args = ["report", "--from", &date, "--to", &date, "--format", "json"];
    let again = crate::helpers::running::loa(&copy, &args).well().json();
    assert_eq!((&again["total"], &again["rows"]), (&report["total"], &report["rows"]));
    // The copied keys and audio are whole: a center begins from them.
    let center = crate::helpers::running::Running::start(&copy, &["serve", "--listen", "127.0.0.1:0"]);
    crate::helpers::chain::listening(&center).await;
}

#[tokio::test]
async fn a_withdrawal_stops_what_is_on_air() {
    let mut province = Province::new(1);
    province.tones("TIN-DAI", 1, 12_000, "thu");
    province.prepare();
    let (_center, url) = serve(&province, "127.0.0.1:0").await;
    let station = province.join("dai-1", &url).await;
    linked(&station).await;
    province.approve_all();
    let begun = || province.journal("dai-1").iter().any(|line| line["kind"] == "begin");
    until("the item to begin", async || begun().then_some(())).await;
    let playing =
        || std::fs::read_to_string(province.dir("dai-1").join("progress")).unwrap_or_default().lines().count();
    until("two seconds of it", async || (playing() >= 2).then_some(())).await;
    province.loa(&["approve", "TIN-DAI", "--by", "duyet", "--withdraw", "sai số điện thoại"]).well();
    let ended = || province.journal("dai-1").iter().any(|line| line["kind"] == "end");
    until("the item to end", async || ended().then_some(())).await;
    let report = province.report_until(20, "the stop to be confirmed", settled).await;
    assert_eq!(report["total"]["partial"], 1, "{report}");
    let rows = province.report_rows();
    assert_eq!((rows[0]["standing"].as_str(), rows[0]["cause"].as_str()), ("partial", "withdrawn"), "{rows:?}");
    let played_ms: u64 = rows[0]["played_ms"].parse().unwrap();
    assert!((1000..9000).contains(&played_ms), "{rows:?}");
}
