//! Force majeure: what did not air in a declared time is excused in report and CSV, what aired stays aired, and a
//! declaration withdrawn leaves nothing behind.

use chrono::Days;

use crate::helpers::chain::{Province, assert_sums, linked, serve};

#[tokio::test]
async fn a_declared_cut_excuses_what_did_not_air_leaves_what_did_and_is_withdrawn_without_a_trace_in_the_sums() {
    let mut province = Province::new(2);
    province.tones("TIN-BAO", 1, 2_000, "thu");
    province.prepare();
    province.approve_all();
    let (_center, url) = serve(&province, "127.0.0.1:0").await;
    // The other station has no device, as one whose power is out.
    let station = province.join("dai-1", &url).await;
    linked(&station).await;
    let due = |total: &serde_json::Value| total["planned"] == 2 && total["aired"] == 1;
    let before = province.report_until(60, "one to air and the other to be due", due).await;
    assert_eq!(before["total"]["excused"], 0, "{before}");
    let row_of = |station: &str| province.report_rows().into_iter().find(|row| row["station"] == station).unwrap();
    let silent = row_of("dai-2");
    assert!(["missed", "unreported"].contains(&&*silent["standing"]), "{silent:?}");
    assert_eq!(silent["force_majeure"], "");

    let (from, until) = (province.today(), province.today().checked_add_days(Days::new(1)).unwrap());
    let (from, until) = (format!("{from}T00:00"), format!("{until}T00:00"));
    let declare = |place: [&str; 2], from: &str, until: &str, by: &str| {
        let said = ["force-majeure", "add", place[0], place[1], "--from", from, "--until", until];
        province.loa(&[&said[..], &["--reason", "bão số 4, mất điện", "--by", by]].concat())
    };
    let everywhere = ["--area", "thu"];
    declare(everywhere, &until, &from, "duyet").refused(2, "end after it begins");
    declare(everywhere, &from, "hôm qua", "duyet").refused(2, "2024-09-17T18:00");
    province.loa(&["user", "add", "truc", "--role", "operator@thu"]).well();
    declare(["--station", "dai-2"], &from, &until, "truc").refused(3, "approver or administrator");
    province.loa(&["user", "add", "duyetxa", "--role", "approver@xa-1"]).well();
    declare(["--station", "dai-2"], &from, &until, "duyetxa").refused(3, "approver or administrator");
    assert_eq!(province.report()["total"]["excused"], 0);

    declare(everywhere, &from, &until, "duyet").well();
    let after = province.report();
    assert_sums(&after);
    let of = |name: &str| after["total"][name].as_u64().unwrap();
    assert_eq!(
        ["planned", "aired", "partial", "missed", "unreported", "excused"].map(of),
        [2, 1, 0, 0, 0, 1],
        "{after}"
    );
    let excused = row_of("dai-2");
    let told = ["standing", "without_force_majeure", "force_majeure", "force_majeure_reason", "force_majeure_by"];
    let expected = ["excused", &silent["standing"], "1", "bão số 4, mất điện", "duyet"];
    assert_eq!(told.map(|name| excused[name].as_str()), expected, "{excused:?}");
    let aired = row_of("dai-1");
    assert_eq!((aired["standing"].as_str(), aired["force_majeure"].as_str()), ("aired", ""), "{aired:?}");

    let withdraw = ["force-majeure", "withdraw", "1", "--by", "duyet"];
    assert!(province.loa(&withdraw).well().out.contains("declaration 1 withdrawn"));
    assert!(province.loa(&withdraw).well().out.contains("withdrawn before"));
    assert_eq!(province.report()["total"], before["total"]);
    assert_eq!(row_of("dai-2"), silent);
    let list = province.loa(&["force-majeure", "list"]).well().out;
    assert!(list.contains("bão số 4") && list.contains("declared by duyet") && list.contains("withdrawn by duyet"));
}
