//! `kill -9` of center and station at random moments, over a link that loses acks.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use sqlx::Row;

use crate::helpers::chain::{Province, serve, settled};
use crate::helpers::chance::Chance;
use crate::helpers::proxy::Proxy;
use crate::helpers::running::Running;
use crate::helpers::until::until_within;

/// Kills of each side.
const KILLS: u32 = 30;
/// Items to play.
const ITEMS: u32 = 24;

/// Lets a number of looks go by: the moment is what is drawn by lot here.
async fn let_pass(mut looks: u64) {
    let passed = async || {
        looks = looks.saturating_sub(1);
        (looks == 0).then_some(())
    };
    until_within(Duration::from_secs(60), "the moment to kill", passed).await;
}

#[tokio::test]
#[expect(clippy::print_stdout, reason = "shown with a failed test")]
async fn sixty_kills_and_lost_acks_lose_nothing_and_count_nothing_twice() {
    let mut chance = Chance::new();
    let mut province = Province::new(1);
    for number in 0..4 {
        province.tones(&format!("TIN-{number}"), number, 1300 + 200 * number, "thu");
    }
    for number in 4..ITEMS {
        province.order(&format!("TIN-{}", number % 4), "thu");
    }
    province.prepare();
    let (center, url) = serve(&province, "127.0.0.1:0").await;
    let listen = url.trim_start_matches("http://").to_string();
    let proxy = Proxy::start(listen.parse().unwrap(), 3, chance.below(u64::MAX));
    let station = province.join("dai-1", &format!("http://{}", proxy.address)).await;
    province.approve_all();

    let (mut center, mut station): (Option<Running>, Option<Running>) = (Some(center), Some(station));
    let mut left = [KILLS, KILLS];
    while left != [0, 0] {
        let side = usize::from(left[0] == 0 || (left[1] > 0 && chance.below(2) == 1));
        let_pass(1 + chance.below(28)).await;
        left[side] -= 1;
        if side == 0 {
            center.take().unwrap().kill();
            center = Some(Running::start(&province.data(), &["serve", "--listen", &listen]));
        } else {
            station.take().unwrap().kill();
            station = Some(province.run("dai-1"));
        }
    }
    let report = province.report_until(90, "everything to settle after the kills", settled).await;
    println!("{} acks lost on the way, {}", proxy.lost(), report["total"]);
    assert!(proxy.lost() > 0, "the link lost no ack");
    assert_eq!(report["total"]["planned"], ITEMS, "{report}");
    assert_eq!(report["total"]["off_schedule"], 0, "{report}");
    assert_each_counts_once(&province).await;
    assert_all_lines_are_kept(&province, &station.unwrap()).await;
}

async fn assert_each_counts_once(province: &Province) {
    let mut database = province.database().await;
    let rows = sqlx::query("SELECT airing, COUNT(*) AS times FROM records GROUP BY airing")
        .fetch_all(&mut database)
        .await
        .unwrap();
    let times: BTreeMap<String, i64> = rows.iter().map(|row| (row.get("airing"), row.get("times"))).collect();
    assert!(times.values().all(|times| *times == 1), "{times:?}");
    let csv = province.report_rows();
    let airings: BTreeSet<&String> = csv.iter().map(|row| &row["airing"]).collect();
    assert_eq!((csv.len(), airings.len(), times.len()), (ITEMS as usize, ITEMS as usize, ITEMS as usize));
    assert!(csv.iter().all(|row| ["aired", "partial", "missed"].contains(&row["standing"].as_str())), "{csv:?}");
    // What counts as aired lies in a WAV of at least that length.
    let wavs = crate::helpers::chain::wav_files(&province.dir("dai-1"));
    for row in csv.iter().filter(|row| row["standing"] == "aired") {
        let name = &row["airing"][..8];
        let file = wavs.iter().find(|file| file.to_str().unwrap().contains(name));
        let samples = u64::from(hound::WavReader::open(file.unwrap()).unwrap().duration());
        let played_ms: u64 = row["played_ms"].parse().unwrap();
        assert!(samples >= played_ms * 48, "{row:?}: only {samples} samples in the file");
    }
}

/// The center's copy of the journal becomes the station's file, byte for byte.
async fn assert_all_lines_are_kept(province: &Province, station: &Running) {
    let file = province.dir("dai-1").join("journal.jsonl");
    let mut database = province.database().await;
    let same = async || {
        let rows = sqlx::query("SELECT line FROM journal_lines ORDER BY seq").fetch_all(&mut database).await.unwrap();
        let kept: Vec<String> =
            rows.iter().map(|row| String::from_utf8(row.get::<Vec<u8>, _>("line")).unwrap()).collect();
        let text = std::fs::read_to_string(&file).unwrap();
        (kept == text.lines().collect::<Vec<_>>()).then_some(kept.len())
    };
    let lines = until_within(Duration::from_secs(60), "the center to hold the whole journal", same).await;
    let audit = province.loa(&["audit", "journal", file.to_str().unwrap()]).well();
    assert!(audit.out.contains(&format!("{lines} lines follow")), "{audit:?}\n{}", station.said());
}
