//! Break-in orders at stations without a device: their operators are called, play by hand and say so, and the auditor
//! reads it as urgent and declared.

mod browser;

use std::collections::BTreeMap;

use crate::helpers::chain::{Province, serve};
use crate::helpers::person::{Came, Visitor, add_person};
use crate::helpers::running::Running;
use crate::helpers::until::until;

/// Two stations without a device, two approvers, an operator each and an auditor.
struct Stage {
    province: Province,
    _center: Running,
    url: String,
    key: String,
}

impl Stage {
    /// `NGAN` lasts a second and a half, `DAI` longer than any test waits.
    async fn open() -> Self {
        let mut province = Province::new(2);
        province.tones("TIN-1", 1, 2_000, "thu");
        for (code, voice, duration_ms) in [("NGAN", 2, 1_500), ("DAI", 3, 120_000)] {
            province.bulletin(code, "thu");
            crate::helpers::sound::write_tones(&province.path(&format!("bulletins/{code}.wav")), voice, duration_ms);
            let file = province.path(&format!("bulletins/{code}.toml"));
            let text = std::fs::read_to_string(&file).unwrap().replace("\"ordinary\"", "\"urgent\"");
            std::fs::write(&file, text).unwrap();
        }
        std::fs::write(province.path("schedules/desk.toml"), "[urgent]\nweekends = true\n").unwrap();
        province.write_schedules();
        let stations = province.path("schedules/stations.csv");
        let text = std::fs::read_to_string(&stations).unwrap().replace("connected,ip", "manual,fm");
        std::fs::write(&stations, text).unwrap();
        province.import().well();
        province.loa(&["user", "add", "an", "--role", "approver@thu"]).well();
        for (name, role) in
            [("duyet", "approver@thu"), ("truc", "operator@xa-1"), ("khac", "operator@xa-2"), ("kiem", "auditor@thu")]
        {
            add_person(&province, name, role);
        }
        let key = province.text("an.key");
        let made = province.loa(&["keys", "new", &key, "--user", "an"]).well().out;
        let print = made.lines().find_map(|line| line.strip_prefix("fingerprint: ")).unwrap().trim().to_string();
        province.loa(&["keys", "admit", &print]).well();
        province.approve_all();
        for code in ["NGAN", "DAI"] {
            province.loa(&["approve", code, "--by", "duyet"]).well();
            province.loa(&["approve", code, "--by", "an", "--key", &key]).well();
        }
        let (center, url) = serve(&province, "127.0.0.1:0").await;
        Self { province, _center: center, url, key }
    }

    /// One approver orders it there; the order's number.
    fn ask(&self, code: &str, area: &str) -> String {
        let told = ["urgent", "ask", code, "--area", area, "--reason", "bão đổ bộ", "--by", "an", "--key", &self.key];
        self.province.loa(&told).well().out.trim().to_string()
    }

    /// Two approvers order it there; the order's number.
    fn order(&self, code: &str, area: &str) -> String {
        let order = self.ask(code, area);
        self.province.loa(&["urgent", "confirm", &order, "--by", "duyet"]).well();
        order
    }

    /// Rows of the report that are by an order.
    fn urgent_rows(&self) -> Vec<BTreeMap<String, String>> {
        self.province.report_rows().into_iter().filter(|row| row["standing"] == "urgent").collect()
    }
}

/// The hidden fields of the alarm's form on a day.
fn alarm_form(page: &Came) -> Vec<(String, String)> {
    let (_, alarm) = page.text.split_once("flash f-fail alarm").unwrap_or_else(|| panic!("no alarm: {page:#?}"));
    let form = Came { text: alarm.into(), headers: page.headers.clone(), to: String::new(), status: page.status };
    form.hidden("/hom-nay/xac-nhan")
}

/// Says something in a form of the day; what the page after it says of it.
async fn say(visitor: &Visitor, fields: &[(String, String)], words: &[(&str, &str)]) -> String {
    let hidden: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (&**name, &**value)).collect();
    let came = visitor.send_form("/hom-nay/xac-nhan", &[&hidden[..], words].concat()).await;
    assert_eq!(came.status, 303, "{came:#?}");
    visitor.get(&came.to).await.between("id=\"said\" role=\"status\">", "</p>")
}

#[tokio::test]
async fn an_operator_is_called_says_by_hand_what_became_of_it_and_the_auditor_reads_urgent_and_declared() {
    let stage = Stage::open().await;
    let (truc, khac) = (Visitor::of(&stage.url, "truc").await, Visitor::of(&stage.url, "khac").await);
    let waiting = stage.ask("NGAN", "xa-1");
    assert!(!truc.get("/hom-nay").await.text.contains("f-fail alarm"), "one approver calls nobody");
    let order = &waiting;
    stage.province.loa(&["urgent", "confirm", order, "--by", "duyet"]).well();

    let page = truc.get("/hom-nay").await;
    for told in
        ["Khẩn cấp: phát ngay!", "Tin NGAN", "Lý do: bão đổ bộ", "an ra lệnh, duyet xác nhận", "Bắt đầu phát trước"]
    {
        assert!(page.text.contains(told), "nothing of {told}: {page:#?}");
    }
    assert!(!khac.get("/hom-nay").await.text.contains("Tin NGAN"), "an order for another commune");
    let sound = page.between("<source src=\"", "\"").replace("&#38;", "&").replace("&amp;", "&");
    assert_eq!(truc.get(&sound).await.status, 200);
    assert_eq!(khac.get(&sound).await.status, 403);
    let week = truc.get("/ca-tuan").await;
    assert!(week.text.contains("Có lệnh phát khẩn cấp cho Đài xã Thử 1.") && week.text.contains("Khẩn cấp · "));
    for page in ["/them-tin", "/loi-moi"] {
        assert!(truc.get(page).await.link("/hom-nay?station=dai-1&#38;date=").is_some(), "{page} leads nowhere");
    }
    let airing = |page: &Came| alarm_form(page).into_iter().find(|(name, _)| name == "airing").unwrap().1;
    let called = truc.get("/hom-nay/khan-cap").await.json();
    assert_eq!(called, serde_json::json!([airing(&page)]));
    assert_eq!(khac.get("/hom-nay/khan-cap").await.json(), serde_json::json!([]));
    // Nobody answered: the desk reads that.
    let told = || stage.province.loa(&["urgent", "status", order]).well().out;
    assert!(told().contains("  dai-1 Đài xã Thử 1 [by hand]: no answer: phone them"), "{}", told());
    let row = &stage.urgent_rows()[0];
    assert_eq!((&*row["urgent_outcome"], &*row["evidence"]), ("upcoming", "none"));

    let full = [("said", "full")];
    until("the bulletin to have had time to end", async || {
        say(&truc, &alarm_form(&page), &full).await.contains("Đã ghi xác nhận").then_some(())
    })
    .await;
    let fields = alarm_form(&page);
    assert!(say(&truc, &fields, &full).await.contains("đã được ghi"), "the same form sent again");
    let other_phone = Visitor::of(&stage.url, "truc").await;
    let csrf = other_phone.any_csrf().await;
    let mut same_words = fields.clone();
    same_words.iter_mut().filter(|(name, _)| name == "csrf").for_each(|(_, value)| value.clone_from(&csrf));
    assert!(say(&other_phone, &same_words, &full).await.contains("đã được ghi"), "from another phone");
    assert!(!truc.get("/hom-nay").await.text.contains("f-fail alarm"), "who answered is called no more");
    assert_eq!(truc.get("/hom-nay/khan-cap").await.json(), serde_json::json!([]));

    assert!(told().contains("[by hand]: aired (declared)"), "{}", told());
    assert!(stage.province.loa(&["urgent", "status"]).well().out.contains("confirmed by duyet"));
    let rows = stage.urgent_rows();
    assert_eq!(rows.len(), 1, "{rows:?}");
    let told = ["station", "urgent_order", "urgent_outcome", "evidence", "said_by", "bulletin", "rundown_version"];
    assert_eq!(told.map(|name| rows[0][name].as_str()), ["dai-1", order, "aired", "declared", "truc", "NGAN", "0"]);
    let total = &stage.province.report()["total"];
    assert_eq!((&total["urgent"], &total["off_schedule"]), (&1.into(), &0.into()), "{total}");
    let auditor = Visitor::of(&stage.url, "kiem").await;
    let list = auditor.get("/doi-soat?outcome=urgent").await;
    assert!(list.text.contains("<span>Khẩn cấp</span>") && list.text.contains("người trực xác nhận"), "{list:#?}");
    assert!(!list.text.contains("TIN-1</td>"), "nothing of the plan among what is urgent");
    let one = auditor.get(&list.link("/doi-soat/").unwrap()).await;
    assert!(one.text.contains("an ra lệnh, duyet xác nhận: bão đổ bộ"), "{one:#?}");
}

#[tokio::test]
async fn what_cannot_have_ended_is_refused_that_it_cannot_be_aired_is_not_and_a_station_it_is_not_for_says_nothing() {
    let stage = Stage::open().await;
    stage.order("DAI", "xa-1");
    let (truc, khac) = (Visitor::of(&stage.url, "truc").await, Visitor::of(&stage.url, "khac").await);
    let fields = alarm_form(&truc.get("/hom-nay").await);
    let early = say(&truc, &fields, &[("said", "full")]).await;
    assert!(early.contains("chưa thể phát xong"), "{early}");
    assert_eq!(stage.urgent_rows()[0]["urgent_outcome"], "upcoming");

    let cannot = [("missed", "power_cut"), ("missed_note", "mất điện cả xã")];
    assert!(say(&truc, &fields, &cannot).await.contains("Đã ghi xác nhận"));
    let row = stage.urgent_rows().remove(0);
    let told = ["urgent_outcome", "cause", "note", "evidence"];
    assert_eq!(told.map(|name| row[name].as_str()), ["missed", "power_cut", "mất điện cả xã", "declared"]);
    // Taken back, it calls again, until its bulletin is withdrawn.
    let mut undone = truc.get("/hom-nay").await.hidden("/hom-nay/hoan-tac");
    let back: Vec<(&str, &str)> = undone.iter_mut().map(|(name, value)| (&**name, &**value)).collect();
    assert_eq!(truc.send_form("/hom-nay/hoan-tac", &back).await.status, 303);
    assert!(truc.get("/hom-nay").await.text.contains("Khẩn cấp: phát ngay!"));
    let duyet = Visitor::of(&stage.url, "duyet").await;
    let withdrawn = duyet.submit("/ban-tin/DAI/thu-hoi", &[("version", "1"), ("reason", "nhầm số liệu")]).await;
    assert_eq!(withdrawn.status, 303, "{withdrawn:#?}");
    assert!(!truc.get("/hom-nay").await.text.contains("f-fail alarm"));
    assert!(!truc.get("/ca-tuan").await.text.contains("Có lệnh phát khẩn cấp"));

    let csrf = khac.any_csrf().await;
    let mut elsewhere = fields.clone();
    for (name, value) in &mut elsewhere {
        match &**name {
            "csrf" => value.clone_from(&csrf),
            "station" => *value = "dai-2".into(),
            _ => {}
        }
    }
    let stale = say(&khac, &elsewhere, &[("said", "full")]).await;
    assert!(stale.contains("st-fail"), "{stale}");
    let mut foreign = fields;
    foreign.iter_mut().filter(|(name, _)| name == "csrf").for_each(|(_, value)| value.clone_from(&csrf));
    let foreign: Vec<(&str, &str)> = foreign.iter().map(|(name, value)| (&**name, &**value)).collect();
    let refused = khac.send_form("/hom-nay/xac-nhan", &[&foreign[..], &[("said", "full")]].concat()).await;
    assert_eq!(refused.status, 403);
    assert_eq!(stage.urgent_rows().len(), 1);
}
