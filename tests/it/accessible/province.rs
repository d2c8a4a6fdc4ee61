//! A province whose pages have something on them: bulletins in every state, findings, a station that played, one that
//! nobody has spoken for, a word said by hand.

use std::collections::BTreeMap;

use loa::domain::ids::Sha256;
use reqwest::Method;
use serde_json::json;

use crate::helpers::chain::{Province, serve};
use crate::helpers::person::{Visitor, add_newcomer, add_person};
use crate::helpers::running::Running;
use crate::helpers::sound::{write_tones, write_tones_with_gap};
use crate::helpers::until::until;

/// The whole of it; dropping it ends it.
pub struct Lively {
    /// Where the center listens.
    pub url: String,
    /// Seats that were prepared; whoever has none logs in anew.
    seats: BTreeMap<&'static str, Visitor>,
    _province: Province,
    _running: [Running; 2],
}

/// Log-in names and roles.
const PEOPLE: [(&str, &str); 12] = [
    ("bientap", "editor@thu"),
    ("nguoiduyet", "approver@thu"),
    ("phopham", "editor@xa-1"),
    ("truc", "operator@thu"),
    ("trucxa", "operator@xa-1"),
    ("kiemtra", "auditor@thu"),
    ("quantri", "admin@thu"),
    ("quantricu", "admin@thu"),
    ("haibuoc", "editor@thu"),
    ("nuachung", "editor@thu"),
    ("quenma", "auditor@xa-2"),
    ("nhieuviec", "editor@thu approver@thu operator@thu auditor@thu admin@thu"),
];

impl Lively {
    /// Sets it up.
    pub async fn new() -> Self {
        let mut province = Province::new(2);
        write_bulletins(&mut province);
        province.prepare();
        for (name, roles) in PEOPLE {
            add_person(&province, name, roles);
        }
        add_newcomer(&province, "nguoimoi", "editor@thu");
        province.loa(&["approve", "--by", "duyet", "TIN-PHAT", "TIN-HAI", "TIN-BA", "TIN-THU", "TIN-HET"]).well();
        settle_rights_and_keys(&province);
        storm(&province);
        let (center, url) = serve(&province, "127.0.0.1:0").await;
        let station = province.join("dai-1", &url).await;
        decide(&url).await;
        let mut database = province.database().await;
        sqlx::query("UPDATE bulletin_versions SET author = 'nhieuviec' WHERE code = 'TIN-CHO'")
            .execute(&mut database)
            .await
            .unwrap();
        draft_the_grid(&province, &url).await;
        for name in ["bientap", "truc"] {
            upload(&province, &url, name).await;
        }
        local(&province, &url).await;
        let seats = seats(&url).await;
        let hour_ago = chrono::Utc::now() - chrono::Duration::hours(1);
        sqlx::query("UPDATE sessions SET proved_at = $1 WHERE user_name = 'quantricu'")
            .bind(hour_ago)
            .execute(&mut database)
            .await
            .unwrap();
        let some = |total: &serde_json::Value| total["aired"].as_u64() >= Some(1) && total["unreported"] != 0;
        province.report_until(90, "one station to have played and the other to wait for a word", some).await;
        speak(&url).await;
        Self { url, seats, _province: province, _running: [center, station] }
    }

    /// The browser of somebody, or of a stranger.
    pub async fn seat(&self, name: Option<&str>) -> Visitor {
        let visitor = Visitor::new(&self.url);
        match name.map(|name| (name, self.seats.get(name))) {
            None => {}
            Some((_, Some(seat))) => visitor.take_cookies(&seat.cookies()),
            Some((name, None)) => return Visitor::of(&self.url, name).await,
        }
        visitor
    }
}

/// Bulletins that will be in every state: to air, waiting, returned, withdrawn, over, with warnings, with one approval of
/// two.
fn write_bulletins(province: &mut Province) {
    for (number, code) in (1..).zip(["TIN-PHAT", "TIN-HAI", "TIN-BA", "TIN-THU"]) {
        province.tones(code, number, 2_000, "thu");
    }
    for (number, code) in (5..).zip(["TIN-CHO", "TIN-TRA", "TIN-HET", "TIN-DOI"]) {
        province.bulletin(code, "thu");
        write_tones(&province.path(&format!("bulletins/{code}.wav")), number, 2_000);
    }
    let over = province.path("bulletins/TIN-HET.toml");
    let text = std::fs::read_to_string(&over).unwrap();
    std::fs::write(&over, text.replace("2099-12-31", "2024-12-31")).unwrap();
    let storm = province.bulletin("BAO-1", "thu").path("bulletins/BAO-1.toml");
    write_tones(&province.path("bulletins/BAO-1.wav"), 12, 2_000);
    let text = std::fs::read_to_string(&storm).unwrap();
    std::fs::write(&storm, text.replace("\"ordinary\"", "\"urgent\"")).unwrap();
    province.bulletin("TIN-NHAP", "thu");
    province.bulletin("TIN-LANG", "thu").order("TIN-LANG", "thu");
    for (number, code) in (10..).zip(["TIN-NHAP", "TIN-LANG"]) {
        write_tones_with_gap(&province.path(&format!("bulletins/{code}.wav")), number, 12_000);
    }
}

/// Somebody who acts for another, keys of every standing, and a bulletin that one of two approved.
fn settle_rights_and_keys(province: &Province) {
    let to = (province.today() + chrono::Days::new(5)).to_string();
    let grant = ["user", "grant", "phopham", "approver@thu", "--to", &to, "--acting-for", "nguoiduyet"];
    province.loa(&[&grant[..], &["--reason", "Đi công tác"]].concat()).well();
    province.loa(&["user", "grant", "bientap", "auditor@xa-1", "--to", &to]).well();
    for (number, standing) in ["revoked", "admitted", "asked"].into_iter().enumerate() {
        let file = province.text(&format!("khoa-{number}"));
        province.loa(&["keys", "new", &file, "--user", "nguoiduyet"]).well();
        if standing != "asked" {
            province.loa(&["keys", "admit", "nguoiduyet"]).well();
        }
        if standing == "revoked" {
            let keys = province.loa(&["keys", "list", "--json"]).well().json();
            let keys = keys["approvers"].as_array().unwrap();
            let own = keys.iter().find(|key| key["user"] == "nguoiduyet").unwrap();
            province.loa(&["keys", "revoke", own["keyid"].as_str().unwrap()]).well();
        }
    }
    std::fs::write(
        province.path("schedules/desk.toml"),
        "[approval]\nsecond_above_stations = 1\n\n[public]\nlisten = true\n\n[urgent]\nweekends = true\n",
    )
    .unwrap();
    province.loa(&["import", &province.text("schedules")]).well();
    province.loa(&["approve", "--by", "duyet", "TIN-DOI"]).well();
}

/// An urgent bulletin that two people approved, an order that waits, one that was refused, and somebody on duty.
fn storm(province: &Province) {
    province.loa(&["approve", "--by", "duyet", "BAO-1"]).well();
    province.loa(&["approve", "--by", "nguoiduyet", "--key", &province.text("khoa-1"), "BAO-1"]).well();
    let ask = ["urgent", "ask", "BAO-1", "--area", "xa-1", "--reason", "Bão đổ bộ", "--by", "duyet"];
    let refused = province.loa(&ask).well().out.trim().to_string();
    province.loa(&["urgent", "refuse", &refused, "--by", "duyet"]).well();
    province.loa(&ask).well();
    let now = chrono::Utc::now();
    let at = |hours| (now + chrono::Duration::hours(hours)).to_rfc3339();
    province.loa(&["urgent", "duty", "duyet", "--from", &at(1), "--to", &at(9)]).well();
}

/// Sessions that take more than a password, or were left alone; and another device of the editor's.
async fn seats(url: &str) -> BTreeMap<&'static str, Visitor> {
    let (both, half, late) = (Visitor::new(url), Visitor::new(url), Visitor::new(url));
    both.enter("haibuoc").await;
    both.enrol().await;
    half.enter("nuachung").await;
    half.enrol().await;
    late.enter("quantricu").await;
    let phone = Visitor::from(url, [127, 0, 0, 9]).with_agent("Mozilla/5.0 (Linux; Android 14) Chrome/126.0 Mobile");
    phone.enter("bientap").await;
    phone.token(&["read"]).await;
    let page = "/tai-khoan/ma-truy-cap";
    let id = phone.token(&["upload", "decide"]).await.split('_').nth(1).unwrap().to_owned();
    phone.post(page, &format!("{page}/{id}/thu-hoi"), &[]).await.leads_to(page);
    [("haibuoc", both), ("quantricu", late)].into()
}

/// A draft of the grid with a new rule, a shorter one and a cancelled slot; and a day that was held back.
async fn draft_the_grid(province: &Province, url: &str) {
    let approver = Visitor::of(url, "nguoiduyet").await;
    let days = ["MON", "TUE", "WED", "THU", "FRI", "SAT", "SUN"].map(|day| ("weekday", day));
    let fields = [("name", "Khung sớm"), ("kind", "bulletin"), ("time", "05:00"), ("minutes", "10"), ("areas", "thu")];
    let added = approver.submit("/khung-gio/them", &[&fields[..], &days[..]].concat()).await;
    assert_eq!(added.status, 303, "{}", added.text);
    let tomorrow = province.today() + chrono::Days::new(1);
    let (tomorrow, rule) = (tomorrow.to_string(), approver.get("/khung-gio/thu").await);
    let at = rule.between("name=\"time\" type=\"time\" value=\"", "\"");
    let fields =
        [("date", tomorrow.as_str()), ("at", &at), ("what", "cancel"), ("areas", "thu"), ("reason", "Họp dân")];
    let cancelled = approver.submit("/khung-gio/thu/ngoai-le", &fields).await;
    assert_eq!(cancelled.status, 303, "{}", cancelled.text);
    let mut database = province.database().await;
    sqlx::query(
        "INSERT INTO held_days (station, date, version, had, has, state, by_user, at)
         VALUES ('dai-1', $1, 1, 6, 1, 'held', 'center', $2)",
    )
    .bind(&tomorrow)
    .bind(chrono::Utc::now())
    .execute(&mut database)
    .await
    .unwrap();
}

/// One file that waits for its facts, one that was refused, one of which only the beginning came.
async fn upload(province: &Province, url: &str, name: &str) {
    let visitor = Visitor::of(url, name).await;
    let file = province.path(&format!("tep-{name}.wav"));
    write_tones(&file, u32::try_from(name.len()).unwrap(), 2_500);
    let sound = std::fs::read(&file).unwrap();
    let answer = visitor.upload("/tai-len", &[("ban-tin.wav", &sound), ("hong.wav", name.as_bytes())]).await;
    assert_eq!(answer.status, 303, "{}", answer.text);
    until("both files to be checked", async || {
        let list = visitor.get("/api/v1/uploads").await.text;
        (list.contains("checked") && list.contains("refused")).then_some(())
    })
    .await;
    let csrf = visitor.any_csrf().await;
    let head = Sha256::of(name.as_bytes()).to_string();
    let body = json!({ "file_name": "dang-gui.wav", "bytes": 5_000_000, "head_sha256": head });
    let begin = visitor.request(Method::POST, "/api/v1/uploads").header("x-csrf", csrf).json(&body);
    let begun = visitor.send(begin).await;
    assert!(begun.status.is_success(), "{begun:#?}");
}

/// A bulletin of a commune's own that its operator has not submitted yet.
async fn local(province: &Province, url: &str) {
    let visitor = Visitor::of(url, "truc").await;
    let file = province.path("tin-xa.wav");
    write_tones(&file, 9, 2_500);
    let today = province.today().to_string();
    let fields = [("title", "Họp dân"), ("transcript", "Mời bà con."), ("area", "xa-1"), ("airs_from", &today)];
    let more = [("airs_to", today.as_str()), ("plays", "2"), ("priority", "priority")];
    let fields = [&fields[..], &more[..]].concat();
    let came = visitor.send_local("khoa0001", &fields, &std::fs::read(&file).unwrap()).await;
    until("the commune's bulletin to be checked", async || {
        visitor.get(&came.to).await.text.contains("data-state=\"checked\"").then_some(())
    })
    .await;
}

/// Submits, returns and withdraws.
async fn decide(url: &str) {
    let editor = Visitor::of(url, "bientap").await;
    let approver = Visitor::of(url, "nguoiduyet").await;
    for (who, code, step, reason) in [
        (&editor, "TIN-CHO", "gui-duyet", ""),
        (&editor, "TIN-TRA", "gui-duyet", ""),
        (&editor, "TIN-LANG", "gui-duyet", ""),
        (&approver, "TIN-TRA", "tra-lai", "Đọc lại tên cơ quan"),
        (&approver, "TIN-THU", "thu-hoi", "Văn bản đã thay"),
    ] {
        let path = format!("/ban-tin/{code}/{step}");
        let answer = who.submit(&path, &[("version", "1"), ("reason", reason)]).await;
        assert_eq!(answer.status, 303, "{path}: {}", answer.text);
    }
}

/// The operator says of one airing that it was heard in full.
async fn speak(url: &str) {
    let operator = Visitor::of(url, "truc").await;
    let fields = until("an airing to wait for a word", async || {
        let fields = operator.get("/hom-nay?station=dai-2").await.hidden("/hom-nay/xac-nhan");
        (!fields.is_empty()).then_some(fields)
    })
    .await;
    let mut fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    fields.push(("said", "full"));
    let answer = operator.send_form("/hom-nay/xac-nhan", &fields).await;
    assert_eq!(answer.status, 303, "{}", answer.text);
}
