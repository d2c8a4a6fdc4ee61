//! `loa demo` as a newcomer runs it.

use std::time::Duration;

use chrono::Utc;
use rustix::process::Signal;

use crate::helpers::running::{Running, loa};
use crate::helpers::until::until_within;

/// How long the demo may take to show what it promises.
const PATIENCE: Duration = Duration::from_secs(150);

fn airings(data: &std::path::Path) -> u64 {
    let today = Utc::now().with_timezone(&chrono_tz::Asia::Ho_Chi_Minh).date_naive();
    let (from, to) = (today.pred_opt().unwrap().to_string(), today.to_string());
    let report = loa(data, &["report", "--from", &from, "--to", &to, "--format", "json"]).well().json();
    crate::helpers::chain::assert_sums(&report);
    let count = |name: &str| report["total"][name].as_u64().unwrap();
    count("aired") + count("partial") + count("missed")
}

#[tokio::test]
async fn the_demo_shows_airings_a_power_cut_and_a_miss_and_keeps_its_history() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("demo");
    let text = data.to_str().unwrap();
    let args = ["demo", "--data", text, "--listen", "127.0.0.1:0", "--minutes", "3"];
    let demo = Running::start(folder.path(), &args);
    let shown = || {
        let said = demo.said();
        let confirmed = said.lines().filter(|line| line.contains(". demo-")).count();
        confirmed >= 4 && said.contains("PARTIAL") && said.contains("MISSED") && said.contains("aired")
    };
    until_within(PATIENCE, "four confirmations, a partial and a miss", async || shown().then_some(())).await;
    let said = demo.said();
    let url = said.split("The center: ").nth(1).and_then(|rest| rest.split_whitespace().next()).unwrap();
    assert!(!url.contains(":0/"), "the links name no real port: {url}");
    let _installed = rustls::crypto::ring::default_provider().install_default();
    assert!(reqwest::get(url).await.unwrap().status().is_success(), "{url}");
    assert_eq!(demo.end(Signal::INT).await, 0);
    let before = airings(&data);
    assert!(before >= 4, "{before}");

    let again = Running::start(folder.path(), &args);
    again.says_within(PATIENCE, "the second run to begin", |line| line.contains("Watch:").then_some(())).await;
    let now = airings(&data);
    assert!(now >= before, "{now} airings of {before} are left");
    assert_eq!(again.end(Signal::INT).await, 0);
}
