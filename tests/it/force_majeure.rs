//! Force majeure on the pages: declared and withdrawn by who may, refused with a sentence and nothing lost otherwise; who
//! operates a station reads that nothing is asked of them, and coverage leaves out what is excused.

use chrono::Days;

use crate::helpers::chain::{Province, serve};
use crate::helpers::person::{Came, Visitor, add_person};

/// What the form of the page sends, but its token.
fn declaration<'a>(place: &'a str, from: &'a str, until: &'a str, reason: &'a str) -> [(&'a str, &'a str); 4] {
    [("place", place), ("from", from), ("until", until), ("reason", reason)]
}

#[tokio::test]
async fn it_is_declared_and_withdrawn_on_the_page_by_who_may_and_read_at_the_station() {
    let mut province = Province::new(2);
    province.tones("TIN-BAO", 1, 2_000, "thu");
    province.write_schedules();
    let stations = province.path("schedules/stations.csv");
    let text = std::fs::read_to_string(&stations).unwrap().replace("connected,ip", "manual,fm");
    std::fs::write(&stations, text).unwrap();
    province.import().well();
    for (name, role) in
        [("duyet", "approver@thu"), ("duyetxa", "approver@xa-2"), ("truc", "operator@xa-1"), ("kiem", "auditor@thu")]
    {
        add_person(&province, name, role);
    }
    province.approve_all();
    let (_center, url) = serve(&province, "127.0.0.1:0").await;
    province.report_until(60, "both to be due", |total| total["planned"] == 2).await;
    let [duyet, duyetxa, truc, kiem] = [
        Visitor::of(&url, "duyet").await,
        Visitor::of(&url, "duyetxa").await,
        Visitor::of(&url, "truc").await,
        Visitor::of(&url, "kiem").await,
    ];
    let (from, until) = (province.today(), province.today().checked_add_days(Days::new(1)).unwrap());
    let (from, until) = (format!("{from}T00:00"), format!("{until}T00:00"));
    let (here, reason) = ("station:dai-1", "bão số 4, mất điện");
    let right = declaration(here, &from, &until, reason);
    for stranger in [&truc, &kiem, &duyetxa] {
        assert_eq!(stranger.submit("/bat-kha-khang", &right).await.status, 403);
    }
    // Said in a sentence; what was typed is still there.
    let reversed = duyet.submit("/bat-kha-khang", &declaration(here, &until, &from, reason)).await;
    let kept = |came: Came| {
        came.says(422, reason).says(422, &format!("value=\"{from}\"")).says(422, "value=\"station:dai-1\" selected")
    };
    kept(reversed).says(422, "thời điểm sau phải muộn hơn");
    kept(duyet.submit("/bat-kha-khang", &declaration(here, &from, "hôm qua", reason)).await).says(422, "hôm qua");
    let silent = duyet.submit("/bat-kha-khang", &declaration(here, &from, &until, " ")).await;
    silent.says(422, "cần ghi lý do").says(422, &format!("value=\"{until}\""));
    assert_eq!(province.report()["total"]["excused"], 0);
    let day = truc.get("/hom-nay").await;
    assert!(day.text.contains("value=\"full\"") && !day.text.contains("Bất khả kháng"));

    duyet.submit("/bat-kha-khang", &right).await.leads_to("/bat-kha-khang");
    let page = duyet.get("/bat-kha-khang").await;
    assert!(page.text.contains("Đã khai bất khả kháng") && page.text.contains(reason), "{page:#?}");
    let day = truc.get("/hom-nay").await;
    assert!(day.text.contains("bão số 4, mất điện. Lượt phải phát trong lúc này không cần xác nhận"), "{day:#?}");
    assert!(day.text.contains("<span>Bất khả kháng</span>") && !day.text.contains("class=\"box todo\""), "{day:#?}");
    assert!(truc.get("/ca-tuan").await.text.contains("không tính là không phát"));
    let report = province.report();
    let told = ["planned", "unreported", "excused", "owed"].map(|name| report["total"][name].as_u64().unwrap());
    assert_eq!(told, [2, 1, 1, 1], "{report}");
    let coverage = |page: &Came| page.between("<b class=\"big\">", "</b>");
    assert_eq!(coverage(&kiem.get("/doi-soat?station=dai-1").await), "–", "nothing owed, no share");
    assert_eq!(coverage(&kiem.get("/doi-soat").await), "0,0%");

    // It did air after all, and the operator may still say so.
    let fields = day.hidden("/hom-nay/xac-nhan");
    let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (&**name, &**value)).collect();
    assert_eq!(truc.send_form("/hom-nay/xac-nhan", &[&fields[..], &[("said", "full")]].concat()).await.status, 303);
    assert_eq!(coverage(&kiem.get("/doi-soat").await), "50,0%");

    assert_eq!(truc.submit("/bat-kha-khang/1/rut", &[]).await.status, 403);
    assert_eq!(duyetxa.submit("/bat-kha-khang/1/rut", &[]).await.status, 403);
    assert_eq!(duyet.submit("/bat-kha-khang/7/rut", &[]).await.status, 404);
    duyet.submit("/bat-kha-khang/1/rut", &[]).await.leads_to("/bat-kha-khang");
    assert!(duyet.get("/bat-kha-khang").await.text.contains("Đã rút lời khai"));
    duyet.submit("/bat-kha-khang/1/rut", &[]).await.leads_to("/bat-kha-khang");
    assert!(duyet.get("/bat-kha-khang").await.text.contains("đã được rút từ trước"));
    assert!(!truc.get("/hom-nay").await.text.contains("không cần xác nhận"));
    assert_eq!(province.report()["total"]["excused"], 0);
}
