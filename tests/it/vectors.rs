//! The shared vectors, reckoned anew by another implementation; and a device whose own zone is wrong.

use std::path::Path;

use chrono::{DateTime, Utc};

use crate::helpers::chain::{Province, linked, serve, settled};
use crate::helpers::python;

#[test]
fn another_implementation_reckons_the_same_instants_days_and_reach() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/vectors");
    let script = std::fs::read_to_string(folder.join("check.py")).unwrap();
    let told = python::tell(python::with("zoneinfo", "python3"), &script, &[folder.to_str().unwrap()]);
    for (name, least) in [("recurrence", 9), ("midnight", 9), ("zones", 9), ("mergers", 15)] {
        assert!(told[name].as_u64() >= Some(least), "{name}: {told}");
    }
}

#[tokio::test]
async fn a_device_in_the_wrong_zone_airs_at_the_planned_instant_and_on_the_planned_day() {
    let mut province = Province::new(1);
    province.tones("TIN-1", 1, 1500, "thu").prepare();
    province.approve_all();
    let (_center, url) = serve(&province, "127.0.0.1:0").await;
    province.enrol("dai-1", &url);
    let station = province.run_in("dai-1", "America/New_York");
    linked(&station).await;
    let report = province.report_until(40, "the item to be confirmed", settled).await;
    assert_eq!((&report["total"]["planned"], &report["total"]["aired"]), (&1.into(), &1.into()), "{report}");
    assert_eq!(report["total"]["late"], 0, "{report}");
    let moment = |value: &serde_json::Value| -> DateTime<Utc> { value.as_str().unwrap().parse().unwrap() };
    let planned = moment(&province.plan("dai-1")["items"][0]["start"]);
    let journal = province.journal("dai-1");
    let begun = journal.iter().find(|line| line["kind"] == "begin").unwrap_or_else(|| panic!("{journal:?}"));
    let late_ms = (moment(&begun["at"]) - planned).num_milliseconds();
    assert!((-1000..60_000).contains(&late_ms), "{late_ms} ms after {planned}: {begun}");
}
