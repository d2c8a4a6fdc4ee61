//! An approver's own key in a real browser: made there, admitted by command, used on the bulletin's page, and refused
//! wherever a page, a row, a signature or a key is not what it should be.

use loa::domain::bulletin::{State, Step};
use loa::store::Store;
use loa::store::bulletins::Expect;
use serde_json::{Value, json};

use crate::browser_chain::Seat;
use crate::helpers::chain::{Province, serve, wav_files};
use crate::helpers::person::add_person;
use crate::helpers::until::until;

const FORM: &str = "form[data-own-key]";
const SAID: &str = "form[data-own-key] [role=status]";

/// Bulletins that wait for an approver; the last of them was written by `viet`, who approves other people's.
async fn waiting(bulletins: u32) -> Province {
    let mut province = Province::new(2);
    for number in 1..=bulletins {
        province.tones(&format!("TIN-{number}"), number, 1500, "xa-1");
    }
    province.write_schedules();
    province.import().well();
    add_person(&province, "duyet", "approver@thu");
    add_person(&province, "viet", "editor@thu approver@thu");
    add_person(&province, "xa", "approver@xa-2");
    let store = Store::open_folder(&province.data()).await.unwrap();
    let submitted = Step { to: State::Submitted, by: "viet".into(), reason: None, at: loa::clock::now() };
    for number in 1..=bulletins {
        let code = format!("TIN-{number}").parse().unwrap();
        assert!(store.add_bulletin_step(&code, 1, &submitted, &Expect { steps: 0 }, None).await.unwrap());
    }
    let mut database = province.database().await;
    sqlx::query("UPDATE bulletin_versions SET author = 'viet' WHERE code = $1")
        .bind(format!("TIN-{bulletins}"))
        .execute(&mut database)
        .await
        .unwrap();
    province
}

/// Makes a key on the page and has it admitted by the fingerprint shown there; returns that.
pub(super) async fn make_key(province: &Province, seat: &Seat<'_>, before: &str) -> String {
    seat.visit("/khoa-duyet").await;
    seat.browser.text("form[data-make-key] [role=status]", before).await;
    seat.press("form[data-make-key] button").await;
    seat.browser.text("form[data-make-key] [role=status]", "đang chờ công nhận").await;
    let print = seat.browser.element("[data-standing=waiting] .finger").await.text().await.unwrap();
    province.loa(&["keys", "admit", &print]).well();
    seat.read_until("/khoa-duyet", "Đã công nhận").await;
    print
}

/// Runs a script in the page as a tamperer would and waits for its promise.
pub(super) async fn tamper(seat: &Seat<'_>, script: &str) -> Value {
    let whole = format!(
        "const done = arguments[arguments.length - 1];
         (async () => {{ {script} }})().then(done, (error) => done('failed: ' + error));"
    );
    let done = seat.browser.driver().execute_async(whole, Vec::new()).await.unwrap();
    let value = done.json().clone();
    assert!(!value.as_str().is_some_and(|text| text.starts_with("failed: ")), "{value}");
    value
}

/// What a form sent by script is answered: status and text.
async fn sent(seat: &Seat<'_>, code: &str, prepare: &str) -> (u64, String) {
    let script = format!(
        "const keys = await import('/assets/own_key.js');
         const csrf = document.querySelector('[name=csrf]').value;
         const form = new URLSearchParams({{ csrf, version: '1' }});
         {prepare}
         const answer = await fetch('/ban-tin/{code}/duyet', {{ method: 'POST', body: form, redirect: 'manual' }});
         return [answer.status, await answer.text()];"
    );
    let answer = tamper(seat, &script).await;
    (answer[0].as_u64().unwrap(), answer[1].as_str().unwrap().to_string())
}

/// Signs the page's payload, or another one, with the key in this browser.
fn signing(user: &str, payload: &str) -> String {
    format!(
        "const pair = await keys.held('{user}');
         const payload = {payload};
         const type = 'application/vnd.loa.manifest.v1+json';
         form.set('payload', keys.toBase64(payload));
         form.set('keyid', await keys.sha256(await keys.publicBytes(pair)));
         form.set('signature', keys.toBase64(await keys.sign(pair, type, payload)));"
    )
}

const PAGES: &str = "keys.fromBase64(document.querySelector('[name=payload]').value)";

async fn ready(seat: &Seat<'_>, code: &str) {
    seat.visit(&format!("/ban-tin/{code}")).await;
    seat.browser.text(SAID, "Chữ ký bằng khóa riêng").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_made_in_the_browser_approves_and_the_station_plays_what_it_signed() {
    let province = waiting(3).await;
    let (_center, url) = serve(&province, "127.0.0.1:0").await;
    let _station = province.join("dai-1", &url).await;
    let mut seat = Seat::take(&url, (1366, 900), true).await;
    seat.log_in("duyet").await;
    let old = make_key(&province, &seat, "chưa có khóa").await;
    // The secret half does not leave the browser: not even a script of ours can take it out.
    let taken = tamper(
        &seat,
        "const keys = await import('/assets/own_key.js');
         const pair = await keys.held('duyet');
         return crypto.subtle.exportKey('pkcs8', pair.privateKey).then(() => 'taken', () => 'refused');",
    )
    .await;
    assert_eq!(taken, json!("refused"));

    ready(&seat, "TIN-1").await;
    seat.press(&format!("{FORM} button")).await;
    seat.browser.text("[role=status]", "Đã duyệt").await;
    province.report_until(60, "the station to have played it", |total| total["aired"] == 1).await;

    // The key is lost: reported here, revoked by command, made anew here; what it signed stays on the air.
    seat.visit("/khoa-duyet").await;
    seat.press("form[action='/khoa-duyet/mat'] button").await;
    seat.browser.text("main", "Đã báo mất").await;
    ready(&seat, "TIN-2").await;
    let done = province.loa(&["keys", "revoke", &old]).well();
    assert!(done.out.contains("stays on the air: TIN-1"), "{done:?}");
    seat.press(&format!("{FORM} button")).await;
    seat.browser.text("main", "403").await;
    let text = seat.browser.element("main").await.text().await.unwrap();
    assert!(text.contains("đã bị thu hồi"), "{text}");
    make_key(&province, &seat, "đã bị thu hồi").await;
    ready(&seat, "TIN-2").await;
    seat.press(&format!("{FORM} button")).await;
    seat.browser.text("[role=status]", "Đã duyệt").await;
    province.report_until(60, "the second to have been played", |total| total["aired"] == 2).await;
    let journal = province.journal("dai-1");
    assert!(!journal.iter().any(|line| line["kind"] == "refused"), "{journal:?}");
    seat.browser.quit().await;
    assert_eq!(seat.browser.hosts_contacted(), std::collections::BTreeSet::from(["127.0.0.1".to_string()]));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_what_it_should_be_is_not_approved_in_the_browser() {
    let province = waiting(5).await;
    let (_center, url) = serve(&province, "127.0.0.1:0").await;
    let mut seat = Seat::take(&url, (1366, 900), true).await;
    seat.log_in("duyet").await;
    make_key(&province, &seat, "chưa có khóa").await;

    // The page holds what it shows against what it is about to sign.
    ready(&seat, "TIN-1").await;
    let swap = "const field = document.querySelector('[name=payload]');
                field.value = btoa(atob(field.value).replace('TIN-1', 'TIN-2'));";
    tamper(&seat, swap).await;
    seat.press(&format!("{FORM} button")).await;
    seat.browser.text(SAID, "khác với nội dung trang này").await;

    // A signature by nobody; a true one over other words; one over another version's words.
    ready(&seat, "TIN-1").await;
    let forged = signing("duyet", PAGES) + "form.set('signature', btoa('\\0'.repeat(64)));";
    let (status, text) = sent(&seat, "TIN-1", &forged).await;
    assert!(status == 403 && text.contains("Chữ ký không phải do khóa của bạn"), "{status} {text}");
    let changed = signing(
        "duyet",
        &format!("new TextEncoder().encode(new TextDecoder().decode({PAGES}).replace('2099-12-31', '2098-12-31'))"),
    );
    let (status, text) = sent(&seat, "TIN-1", &changed).await;
    assert!(status == 403 && text.contains("không khớp với TIN-1"), "{status} {text}");
    let (status, text) = sent(&seat, "TIN-2", &signing("duyet", PAGES)).await;
    assert!(status == 403 && text.contains("không khớp với TIN-2"), "{status} {text}");

    // One byte of the stored row is changed after the page was loaded.
    ready(&seat, "TIN-3").await;
    let mut database = province.database().await;
    sqlx::query("UPDATE bulletin_versions SET facts = replace(facts, 'Tin TIN-3', 'Tin TIN-4') WHERE code = 'TIN-3'")
        .execute(&mut database)
        .await
        .unwrap();
    seat.press(&format!("{FORM} button")).await;
    seat.browser.text("main", "403").await;

    // The sound is swapped under its name.
    ready(&seat, "TIN-4").await;
    let name: (String,) = sqlx::query_as("SELECT sound FROM bulletin_versions WHERE code = 'TIN-4'")
        .fetch_one(&mut database)
        .await
        .unwrap();
    let sound: Value = serde_json::from_str(&name.0).unwrap();
    let name = sound["rendition"].as_str().unwrap();
    let file = province.data().join("audio").join(&name[..2]).join(format!("{name}.opus"));
    std::fs::write(&file, b"another sound").unwrap();
    seat.press(&format!("{FORM} button")).await;
    seat.browser.text(SAID, "không phải âm thanh đã kiểm tra").await;

    // The author has no form, and what they send by hand is refused; so it is with an approver of another area, with
    // somebody else's key, and with no signature at all.
    let unsigned = sent(&seat, "TIN-1", "").await;
    assert!(unsigned.0 == 403 && unsigned.1.contains("Bạn có khóa riêng"), "{unsigned:?}");
    ready(&seat, "TIN-1").await;
    let payload = tamper(&seat, "return document.querySelector('[name=payload]').value;").await;
    let stolen = signing("duyet", &format!("keys.fromBase64('{}')", payload.as_str().unwrap()));
    for (person, code, words) in [
        ("viet", "TIN-5", "403"),
        ("xa", "TIN-1", "không có quyền duyệt trên toàn bộ địa bàn của TIN-1"),
        ("viet", "TIN-1", "không phải của bạn"),
    ] {
        seat.log_in(person).await;
        seat.visit(&format!("/ban-tin/{code}")).await;
        let form = seat.browser.driver().find_all(thirtyfour::By::Css(FORM)).await.unwrap();
        assert!(form.is_empty(), "{person} {code}");
        let (status, text) = sent(&seat, code, &stolen).await;
        assert!(status == 403 && text.contains(words), "{person} {code}: {status} {text}");
    }
    // Nothing of all this was approved.
    let approved: (i64,) = sqlx::query_as("SELECT COUNT(*) FROM bulletin_steps WHERE state <> 'submitted'")
        .fetch_one(&mut database)
        .await
        .unwrap();
    assert_eq!(approved.0, 0);
    assert!(wav_files(&province.dir("dai-1")).is_empty());
    seat.browser.quit().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_approver_signs_in_the_browser_what_the_first_signed_and_the_center_signs_no_more() {
    let province = waiting(2).await;
    std::fs::write(province.path("schedules/desk.toml"), "[approval]\nsecond_above_stations = 0\n").unwrap();
    province.import().well();
    add_person(&province, "an", "approver@thu");
    let (_center, url) = serve(&province, "127.0.0.1:0").await;
    let _station = province.join("dai-1", &url).await;
    let file = province.text("an.key");
    province.loa(&["keys", "new", &file, "--user", "an"]).well();
    province.loa(&["keys", "admit", "an"]).well();

    let mut seat = Seat::take(&url, (390, 844), true).await;
    seat.log_in("duyet").await;
    // As long as the center signs for somebody, every page says so.
    seat.visit("/duyet").await;
    seat.browser.text(".custody code", "custody=center").await;
    make_key(&province, &seat, "chưa có khóa").await;
    let listed = province.loa(&["keys", "list", "--json"]).well().json();
    let of_center = listed["approvers"].as_array().unwrap().iter().find(|key| key["custody"] == "center").unwrap();
    province.loa(&["keys", "revoke", of_center["fingerprint"].as_str().unwrap()]).well();
    until("pages to say it no more", async || {
        seat.visit("/duyet").await;
        let said = seat.browser.driver().find_all(thirtyfour::By::Css(".custody code")).await.ok()?;
        said.is_empty().then_some(())
    })
    .await;

    let first = province.loa(&["approve", "TIN-1", "--by", "an", "--key", &file]).well();
    assert!(first.out.contains("a second approver is needed"), "{first:?}");
    seat.read_until("/duyet", "TIN-1").await;
    ready(&seat, "TIN-1").await;
    seat.browser.text(FORM, "an đã duyệt lần một").await;
    seat.press(&format!("{FORM} button")).await;
    seat.browser.text("[role=status]", "Đã duyệt").await;
    province.report_until(60, "the station to have played it", |total| total["aired"] == 1).await;

    // Nothing more is asked of whoever approved first; whoever has no key is told where to make one.
    ready(&seat, "TIN-2").await;
    seat.press(&format!("{FORM} button")).await;
    seat.browser.text("[role=status]", "còn chờ người duyệt thứ hai").await;
    seat.visit("/ban-tin/TIN-2").await;
    seat.browser.text("main", "lần hai phải do người khác duyệt").await;
    add_person(&province, "moi", "approver@thu");
    seat.log_in("moi").await;
    seat.visit("/ban-tin/TIN-2").await;
    seat.press("a.btn[href='/khoa-duyet']").await;
    seat.browser.text("form[data-make-key] [role=status]", "chưa có khóa").await;
    seat.browser.quit().await;
}
