//! A commune's own bulletin: added on a phone, seen where it lands and what it moves, submitted, approved by somebody
//! else, and in the rundown where the page said.

use chrono::{DateTime, Utc};
use serde_json::Value;

use crate::browser_chain::Seat;
use crate::helpers::chain::{Province, serve};
use crate::helpers::person::{Came, Visitor, add_person};
use crate::helpers::running::Running;
use crate::helpers::sound::write_tones;
use crate::helpers::until::until_within;

const PATIENCE: std::time::Duration = std::time::Duration::from_secs(60);

/// Two communes; each has a slot of the province's at 20:00, which holds a bulletin, and one of its own at 20:30.
async fn house(more: &str) -> (Province, Running, String) {
    let mut province = Province::new(2);
    province.tones("TIN-TINH", 2, 5_000, "thu");
    province.write_schedules();
    let grid = province.path("schedules/grid.toml");
    let text = std::fs::read_to_string(&grid).unwrap();
    let (head, _) = text.split_once("[[rule]]").unwrap();
    let rule = |id: &str, name: &str, kind: &str, minute: u32| {
        format!(
            "[[rule]]\nid = \"{id}\"\nname = \"{name}\"\nkind = \"{kind}\"\ncron = \"0 {minute} 20 * * *\"\n\
             minutes = 10\nareas = [\"thu\"]\n\n"
        )
    };
    let rules = [rule("tinh", "Khung tỉnh", "bulletin", 0), rule("xa", "Khung xã", "commune", 30)].concat();
    std::fs::write(&grid, format!("{head}{rules}")).unwrap();
    std::fs::write(province.path("schedules/desk.toml"), more).unwrap();
    province.import().well();
    province.loa(&["user", "add", "duyet", "--role", "approver@thu"]).well();
    province.approve_all();
    for (name, roles) in [
        ("truc", "operator@xa-1 approver@xa-1"),
        ("duyetxa", "approver@xa-1"),
        ("trucphu", "operator@xa-1"),
        ("truckhac", "operator@xa-2"),
        ("duyetkhac", "approver@xa-2"),
    ] {
        add_person(&province, name, roles);
    }
    let (center, url) = serve(&province, "127.0.0.1:0").await;
    until_within(PATIENCE, "the province's bulletin to be planned", async || {
        (!starts(&province, "TIN-TINH").is_empty()).then_some(())
    })
    .await;
    (province, center, url)
}

/// Local times at which today's rundown of the first station has a bulletin.
fn starts(province: &Province, code: &str) -> Vec<String> {
    let items = province.plan("dai-1")["items"].as_array().unwrap().clone();
    let of = |item: &&Value| item["bulletin"] == code;
    let local = |item: &Value| {
        let start: DateTime<Utc> = item["start"].as_str().unwrap().parse().unwrap();
        start.with_timezone(&province.zone).format("%H:%M:%S").to_string()
    };
    items.iter().filter(of).map(local).collect()
}

/// Sends a sound and what is said of it, without a browser; the address that it leads to.
async fn send(visitor: &Visitor, key: &str, title: &str, sound: &[u8], today: &str) -> Came {
    let fields = [
        ("title", title),
        ("transcript", "Lời tin."),
        ("airs_from", today),
        ("airs_to", today),
        ("plays", "1"),
        ("dayparts", "e"),
        ("priority", "ordinary"),
    ];
    visitor.send_local(key, &fields, sound).await
}

async fn checked(visitor: &Visitor, page: &str) -> Came {
    until_within(PATIENCE, "the sound to be checked", async || {
        let came = visitor.get(page).await;
        came.text.contains("data-state=\"checked\"").then_some(came)
    })
    .await
}

fn sound(province: &Province, voice: u32) -> Vec<u8> {
    let file = province.path(&format!("tin-{voice}.wav"));
    write_tones(&file, voice, 8_000);
    std::fs::read(&file).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn on_a_phone_an_operator_sees_what_a_bulletin_moves_and_it_airs_where_the_page_said_once_another_approved() {
    let (province, _center, url) = house("").await;
    assert_eq!(starts(&province, "TIN-TINH"), ["20:00:00"]);
    let audio = province.path("loa-xa.wav");
    write_tones(&audio, 7, 20_000);
    let mut phone = Seat::take(&url, (390, 844), true).await;
    phone.log_in("truc").await;
    phone.visit("/hom-nay").await;
    phone.press("nav.tabs a[href='/them-tin']").await;
    phone.fill("#file", audio.to_str().unwrap()).await;
    phone.fill("#title", "Lịch tiêm phòng của xã").await;
    phone.fill("#transcript", "Mời bà con đưa cháu đi tiêm.").await;
    let today = province.today();
    // The same in whatever order a browser shows day and month.
    let set = format!(
        "for (const id of ['airs_from', 'airs_to']) document.getElementById(id).value = '{today}';
         document.getElementById('plays').value = '2'; document.getElementById('priority').value = 'priority';"
    );
    phone.browser.driver().execute(set, vec![]).await.unwrap();
    phone.press("form[action='/them-tin'] button.pri").await;

    // It is not submitted yet: when and in which slot it would air, and what it moves from when to when.
    let said = phone.browser.text("main", "Tin sẽ phát lúc nào").await;
    let said = if said.contains("Gửi duyệt") { said } else { phone.browser.text("main", "Gửi duyệt").await };
    assert!(said.contains("Đài xã Thử 1") && !said.contains("Đài xã Thử 2"), "{said}");
    assert!(said.contains("20:00, Khung tỉnh (20:00 – 20:10)"), "{said}");
    assert!(said.contains("20:30, Khung xã (20:30 – 20:40)"), "{said}");
    assert!(said.contains("Tin TIN-TINH") && said.contains("20:00 lùi sang 20:00:21"), "{said}");
    assert_eq!(starts(&province, "TIN-TINH"), ["20:00:00"]);
    if let Some(folder) = std::env::var_os("LOA_PAGES") {
        let picture = std::path::Path::new(&folder).join("them-tin-xem-truoc-390.png");
        phone.browser.driver().screenshot(&picture).await.unwrap();
    }
    phone.press("form[action$='/gui-duyet'] button").await;
    let said = phone.browser.text("main", "Chờ duyệt").await;
    let code = format!("DP-XA-1-{}-1", today.format("%Y%m%d"));
    assert!(said.contains(&code), "{said}");

    // It keeps its time, and is not planned.
    until_within(PATIENCE, "its time to be kept", async || {
        (starts(&province, "TIN-TINH") == ["20:00:21"]).then_some(())
    })
    .await;
    assert!(starts(&province, &code).is_empty());

    // Not by its author, though they approve in this commune; not by another commune's people, who do not even find it.
    let author = Visitor::of(&url, "truc").await;
    let approve = format!("/ban-tin/{code}/duyet");
    author.submit(&approve, &[("version", "1")]).await.says(403, "tự duyệt");
    let other = Visitor::of(&url, "truckhac").await;
    assert!(!other.get("/them-tin").await.says(200, "Tin của xã").text.contains("tiêm phòng"));
    assert_eq!(other.get(&format!("/ban-tin/{code}")).await.status, 403);
    assert_eq!(other.submit(&approve, &[("version", "1")]).await.status, 403);
    let approver = Visitor::of(&url, "duyetkhac").await;
    assert!(!approver.get("/duyet").await.text.contains("tiêm phòng"));
    assert_eq!(approver.submit(&approve, &[("version", "1")]).await.status, 403);
    assert!(starts(&province, &code).is_empty());

    let mut desk = Seat::take(&url, (1366, 900), true).await;
    desk.log_in("duyetxa").await;
    desk.read_until("/duyet", "Lịch tiêm phòng của xã").await;
    desk.visit(&format!("/ban-tin/{code}")).await;
    desk.press(&format!("form[action='{approve}'] button")).await;
    desk.browser.text(".flash", "Đã duyệt").await;
    until_within(PATIENCE, "it to be planned", async || {
        (starts(&province, &code) == ["20:00:00", "20:30:00"]).then_some(())
    })
    .await;
    assert_eq!(starts(&province, "TIN-TINH"), ["20:00:21"]);
    phone.read_until("/them-tin", "Đã duyệt").await;
    // Why the department's bulletin airs when it does: the phone, the approver's page and the command say the same.
    phone.visit("/hom-nay").await;
    phone.press("nav.acts a[href^='/vi-sao']").await;
    phone.press("#bulletin option[value='TIN-TINH']").await;
    phone.press("form[action='/vi-sao'] button").await;
    let on_phone = phone.browser.text("main ul.q", "phát lúc 20:00").await;
    let fits = "return innerWidth === 390 && document.documentElement.scrollWidth <= innerWidth";
    let fits = phone.browser.driver().execute(fits, vec![]).await.unwrap();
    assert_eq!(fits.json(), true, "nothing is read by pushing the page aside");
    if let Some(folder) = std::env::var_os("LOA_PAGES") {
        phone.browser.driver().screenshot(&std::path::Path::new(&folder).join("vi-sao-390.png")).await.unwrap();
    }
    desk.visit(&format!("/vi-sao?station=dai-1&date={today}&bulletin=TIN-TINH")).await;
    assert_eq!(desk.browser.text("main ul.q", "phát lúc").await, on_phone);
    let date = today.to_string();
    let ask = ["plan", "--station", "dai-1", "--date", &date, "--why", "TIN-TINH", "--json"];
    let why = province.loa(&ask).well().json()["why"]["orders"][0].clone();
    let heading = format!("có {} trên {} lượt trong ngày", why["had"], why["wanted"]);
    phone.browser.text("main h2", &heading).await;
    let airs: DateTime<Utc> = why["slots"][0]["answer"]["airs"].as_str().unwrap().parse().unwrap();
    assert_eq!(airs.with_timezone(&province.zone).format("%H:%M:%S").to_string(), "20:00:21", "{why}");
    // What the department imports again does not take it away.
    province.loa(&["import", &province.text("schedules")]).well();
    assert_eq!(starts(&province, &code), ["20:00:00", "20:30:00"]);
    phone.browser.quit().await;
    desk.browser.quit().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_form_sent_twice_is_one_bulletin_and_two_at_once_never_pass_the_quota() {
    let (province, _center, url) = house("[commune]\nwaiting = 2\n").await;
    let today = province.today().to_string();
    let (one, two) = (Visitor::of(&url, "truc").await, Visitor::of(&url, "truc").await);
    let bytes = sound(&province, 3);
    // The answer to the first was lost.
    let first = send(&one, "khoa0001", "Tin một", &bytes, &today).await;
    let again = send(&one, "khoa0001", "Tin một", &bytes, &today).await;
    assert_eq!((first.status.as_u16(), &first.to), (303, &again.to), "{again:#?}");
    checked(&one, &first.to).await.says(200, "Gửi duyệt");
    // Somebody else's is none.
    let other = Visitor::of(&url, "truckhac").await;
    assert_eq!(other.get(&first.to).await.status, 404);
    assert_eq!(other.submit(&format!("{}/gui-duyet", first.to), &[]).await.status, 404);
    for expected in ["Đã gửi duyệt", "từ trước"] {
        one.submit(&format!("{}/gui-duyet", first.to), &[]).await.leads_to("/them-tin");
        one.get("/them-tin").await.says(200, expected);
    }
    let (second, third) = (
        send(&one, "khoa0002", "Tin hai", &sound(&province, 4), &today).await.to,
        send(&two, "khoa0003", "Tin ba", &sound(&province, 5), &today).await.to,
    );
    checked(&one, &second).await;
    checked(&two, &third).await;
    let (second, third) = (format!("{second}/gui-duyet"), format!("{third}/gui-duyet"));
    let (a, b) = tokio::join!(one.submit(&second, &[]), two.submit(&third, &[]));
    let done = [&a, &b].iter().filter(|came| came.to == "/them-tin").count();
    assert_eq!(done, 1, "{a:#?} {b:#?}");
    one.get("/them-tin").await.says(200, "Xã đang có 2 tin chờ duyệt, mức nhiều nhất là 2");
    let mut database = province.database().await;
    let (rows,): (i64,) = sqlx::query_as("SELECT COUNT(*) FROM bulletin_versions WHERE code LIKE 'DP-%'")
        .fetch_one(&mut database)
        .await
        .unwrap();
    assert_eq!(rows, 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn where_a_commune_has_no_slot_the_page_says_so_and_what_would_help() {
    let (province, _center, url) = house("").await;
    let visitor = Visitor::of(&url, "truc").await;
    let today = province.today().to_string();
    let page = send(&visitor, "khoa0004", "Tin sáng", &sound(&province, 6), &today).await.to;
    checked(&visitor, &page).await;
    let fields = [
        ("title", "Tin sáng"),
        ("transcript", "Lời."),
        ("airs_from", today.as_str()),
        ("airs_to", &today),
        ("plays", "1"),
        ("dayparts", "m"),
        ("priority", "ordinary"),
    ];
    visitor.submit(&page, &fields).await.leads_to(&page);
    let said = visitor.get(&page).await.says(200, "chưa có chỗ nào để phát");
    assert!(said.text.contains("ngoài buổi mà yêu cầu cho phép"), "{}", said.text);
    let often = [("dayparts", "e"), ("plays", "3")];
    let fields: Vec<_> =
        fields.iter().filter(|(field, _)| !["dayparts", "plays"].contains(field)).chain(&often).copied().collect();
    visitor.submit(&page, &fields).await.leads_to(&page);
    visitor.get(&page).await.says(200, "mà ngày này chỉ có 1 khung");
    let wrong = [("title", ""), ("airs_to", "2020-01-01"), ("plays", "9")];
    visitor.submit(&page, &wrong).await.says(422, "Hãy ghi tên tin");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_commune_answers_an_offer_on_a_phone_without_scripts_and_the_rundown_follows() {
    let (province, _center, url) = house("").await;
    let mut phone = Seat::take(&url, (390, 844), false).await;
    phone.log_in("truc").await;
    phone.visit("/hom-nay").await;
    phone.press("nav.tabs a[href='/loi-moi']").await;
    let said = phone.browser.text("main", "Tin TIN-TINH").await;
    assert!(said.contains("Chưa trả lời: sẽ phát") && said.contains("chưa trả lời thì vẫn phát"), "{said}");
    assert!(said.contains("20:00") && said.contains("19:50"), "when it airs and when that is fixed: {said}");
    if let Some(folder) = std::env::var_os("LOA_PAGES") {
        let picture = std::path::Path::new(&folder).join("loi-moi-390.png");
        phone.browser.driver().screenshot(&picture).await.unwrap();
    }
    // No reason, no refusal.
    let decline = "form[action='/loi-moi'] button[value=decline]";
    phone.press("form[action='/loi-moi'] summary.no").await;
    phone.press(decline).await;
    phone.browser.text(".flash", "Hãy ghi lý do").await;
    phone.press("form[action='/loi-moi'] summary.no").await;
    phone.fill("form[action='/loi-moi'] [name=reason]", "trùng tin của xã").await;
    phone.press(decline).await;
    phone.browser.text("main", "Đã từ chối: trùng tin của xã").await;
    until_within(PATIENCE, "it to go", async || starts(&province, "TIN-TINH").is_empty().then_some(())).await;
    phone.press("form[action='/loi-moi'] button[value=accept]").await;
    phone.browser.text("main", "Đã nhận phát").await;
    until_within(PATIENCE, "it to come back", async || (starts(&province, "TIN-TINH") == ["20:00:00"]).then_some(()))
        .await;
    phone.press("form[action='/loi-moi/thu-tu'] button").await;
    phone.browser.text("main", "Đang chọn: tin của xã trước").await;

    // Another commune's operator answers for their own only; what was said is on record.
    let other = Visitor::of(&url, "truckhac").await;
    assert_eq!(other.get("/loi-moi?station=dai-1").await.status, 403);
    let fields = [("station", "dai-1"), ("order", "yc-001"), ("answer", "accept")];
    assert_eq!(other.submit("/loi-moi", &fields).await.status, 403);
    let mut database = province.database().await;
    let acts: Vec<(String,)> =
        sqlx::query_as("SELECT act FROM acts WHERE subject = 'dai-1' AND by_user = 'truc' ORDER BY id")
            .fetch_all(&mut database)
            .await
            .unwrap();
    let acts: Vec<&str> = acts.iter().map(|(act,)| act.as_str()).collect();
    assert_eq!(acts, ["offer-answered", "offer-answered", "own-first"]);
    phone.browser.quit().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_waits_is_taken_back_by_its_author_frees_its_time_and_is_sent_again_with_the_same_sound() {
    let (province, _center, url) = house("").await;
    let (truc, other) = (Visitor::of(&url, "truc").await, Visitor::of(&url, "truckhac").await);
    let today = province.today().to_string();
    let fields = [
        ("title", "Lịch cắt nước"),
        ("transcript", "Lời tin."),
        ("airs_from", today.as_str()),
        ("airs_to", &today),
        ("plays", "2"),
        ("dayparts", "e"),
        ("priority", "priority"),
        ("topic", "3"),
    ];
    let page = truc.send_local("khoa0005", &fields, &sound(&province, 8)).await.to;
    checked(&truc, &page).await;
    truc.submit(&format!("{page}/gui-duyet"), &[]).await.leads_to("/them-tin");
    let kept = async || (starts(&province, "TIN-TINH") == ["20:00:09"]).then_some(());
    until_within(PATIENCE, "its time to be kept", kept).await;
    let code = |number: u32| format!("DP-XA-1-{}-{number}", province.today().format("%Y%m%d"));
    let first = code(1);

    let code_field = [("code", first.as_str())];
    assert_eq!(other.submit("/them-tin/rut", &code_field).await.status, 403);
    assert_eq!(truc.submit("/them-tin/rut", &[("code", "TIN-TINH")]).await.status, 404);
    truc.submit("/them-tin/rut", &code_field).await.leads_to("/them-tin");
    let list = truc.get("/them-tin").await.says(200, "Đã rút lại").says(200, "Bản nháp");
    assert!(!list.text.contains("action=\"/them-tin/rut\""), "once is enough");
    until_within(PATIENCE, "its time to be free", async || {
        (starts(&province, "TIN-TINH") == ["20:00:00"]).then_some(())
    })
    .await;
    truc.submit("/them-tin/rut", &code_field).await.leads_to("/them-tin");
    truc.get("/them-tin").await.says(200, "Chưa rút được");
    let approver = Visitor::of(&url, "duyetxa").await;
    assert!(!approver.get("/duyet").await.text.contains("Lịch cắt nước"));

    // Nobody else submits it in its author's name.
    let refused = province.loa(&["approve", &first, "--by", "duyetxa"]).refused(3, "only truc sends it again");
    assert!(refused.out.is_empty(), "{refused:#?}");

    // Its form is filled in, and its sound need not be sent again.
    let form = truc.get(&format!("/them-tin?tu={first}")).await.says(200, "dùng lại tệp đã gửi: tin.wav");
    for filled in
        ["value=\"Lịch cắt nước\"", "value=\"3\" selected", "value=\"priority\" selected", "value=\"2\" selected"]
    {
        assert!(form.text.contains(filled), "nothing of {filled}: {form:#?}");
    }
    let again = [&[("tu", first.as_str())], &fields[..]].concat();
    other.send_local("khoa0006", &again, &[]).await.says(422, "Hãy chọn");
    // Not in a colleague's name: then who uploaded that sound could approve it.
    let colleague = Visitor::of(&url, "trucphu").await;
    let list = colleague.get("/them-tin").await.says(200, "Bản nháp");
    assert!(!list.text.contains("/them-tin?tu="), "only its author sends it again: {list:#?}");
    colleague.send_local("khoa0008", &again, &[]).await.says(422, "Hãy chọn");
    let page = truc.send_local("khoa0007", &again, &[]).await.to;
    let said = checked(&truc, &page).await;
    assert!(!said.text.contains(&first), "no duplicate of what it stands in for: {said:#?}");
    // From a second page that was opened before the first was submitted.
    let twice = truc.send_local("khoa0009", &again, &[]).await.to;
    checked(&truc, &twice).await;
    truc.submit(&format!("{page}/gui-duyet"), &[]).await.leads_to("/them-tin");
    truc.submit(&format!("{twice}/gui-duyet"), &[]).await.leads_to("/them-tin");
    truc.get("/them-tin").await.says(200, "đã được gửi lại từ trước");
    until_within(PATIENCE, "its time to be kept again", kept).await;
    approver.get(&format!("/ban-tin/{}", code(2))).await.says(200, "Nhiệm vụ trọng tâm cải cách hành chính");
    let mut database = province.database().await;
    let (act,): (String,) = sqlx::query_as("SELECT subject FROM acts WHERE act = 'local-taken-back'")
        .fetch_one(&mut database)
        .await
        .unwrap();
    assert_eq!(act, first);
    let (rows,): (i64,) = sqlx::query_as("SELECT COUNT(*) FROM bulletin_versions WHERE code LIKE 'DP-%'")
        .fetch_one(&mut database)
        .await
        .unwrap();
    assert_eq!(rows, 2, "what was taken back, and the one in its place");
}
