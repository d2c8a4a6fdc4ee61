//! `loa plan --why`: why a bulletin airs at a station on a day, or does not, before and after it was issued.

use crate::helpers::chain::{Province, serve};
use crate::helpers::until::until_within;
use std::time::Duration;

#[tokio::test]
async fn the_command_line_says_why_a_bulletin_airs_or_does_not() {
    let mut province = Province::new(2);
    province.tones("TIN-1", 1, 3000, "thu").tones("TIN-2", 2, 3000, "xa-1");
    province.prepare();
    let today = province.today().to_string();
    let ask = |station: &str, bulletin: &str| {
        let args = ["plan", "--station", station, "--date", &today, "--why", bulletin, "--json"];
        province.loa(&args).well().json()["why"].clone()
    };
    let why = ask("dai-1", "TIN-1");
    assert_eq!(why["orders"].as_array().unwrap().len(), 0, "{why}");
    assert_eq!(why["left_out"][0]["code"], "not-approved", "{why}");

    province.approve_all();
    let (center, _) = serve(&province, "127.0.0.1:0").await;
    let why = until_within(Duration::from_secs(60), "today to be issued", async || {
        let args = ["plan", "--station", "dai-1", "--date", &today, "--why", "TIN-1", "--json"];
        let plan = province.loa(&args).well().json();
        (plan["preview"] == false && plan["items"].as_array().unwrap().len() == 2).then(|| plan["why"].clone())
    })
    .await;
    let answer = &why["orders"][0];
    assert_eq!((&answer["had"], &answer["wanted"], &answer["weekly"]), (&1.into(), &1.into(), &false.into()), "{why}");
    assert!(answer["slots"][0]["answer"]["airs"].is_string(), "{why}");
    // The second is for the first commune only.
    assert_eq!(ask("dai-2", "TIN-2")["orders"], serde_json::json!([]));
    let words = province.loa(&["plan", "--station", "dai-2", "--date", &today, "--why", "TIN-2"]).well().out;
    assert!(words.contains("no order for it reaches this station that day"), "{words}");
    let words = province.loa(&["plan", "--station", "dai-1", "--date", &today, "--why", "TIN-1"]).well().out;
    assert!(words.contains("1 of 1 plays this day") && words.contains("airs at "), "{words}");
    let unknown = ["plan", "--station", "dai-1", "--date", &today, "--why", "KHONG-CO"];
    province.loa(&unknown).refused(2, "KHONG-CO");
    drop(center);
}
