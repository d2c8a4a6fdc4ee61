//! Dead, stuck and dying outputs: none of them ever yields "aired".

use serde_json::Value;

use crate::helpers::chain::{Province, linked, serve, settled};

#[tokio::test]
async fn only_an_output_that_takes_every_sample_yields_aired() {
    // What the output is, and what may be said of its item.
    let outputs: [(&str, &[&str]); 5] = [
        ("command:false", &["missed"]),
        ("command:sleep 99", &["missed"]),
        ("command:head -c 150000 >/dev/null", &["partial"]),
        ("command:head -c 60000 >/dev/null", &["partial", "missed"]),
        ("command:cat >/dev/null", &["aired"]),
    ];
    let mut province = Province::new(outputs.len());
    province.tones("TIN-1", 1, 3500, "thu");
    province.prepare();
    let (_center, url) = serve(&province, "127.0.0.1:0").await;
    let mut stations = Vec::new();
    for (number, (sink, _)) in (1..).zip(outputs) {
        let name = format!("dai-{number}");
        province.enrol(&name, &url);
        let station = province.run_with(&name, sink);
        linked(&station).await;
        stations.push(station);
    }
    province.approve_all();
    let report = province.report_until(40, "every output to be known", settled).await;
    assert_eq!(report["total"]["planned"], outputs.len(), "{report}");
    let rows = province.report_rows();
    for (number, (sink, allowed)) in (1..).zip(outputs) {
        let name = format!("dai-{number}");
        let row = rows.iter().find(|row| row["station"] == name).unwrap();
        assert!(allowed.contains(&row["standing"].as_str()), "{sink}: {row:?}");
        let cause = if allowed == ["aired"] { "" } else { "sink_failed" };
        assert_eq!((row["cause"].as_str(), row["said_by"].as_str()), (cause, sink), "{row:?}");
        let ending: Value =
            province.journal(&name).into_iter().find(|line| line["kind"] == "end" || line["kind"] == "missed").unwrap();
        assert_eq!(ending["sink"], sink, "{ending}");
    }
}
