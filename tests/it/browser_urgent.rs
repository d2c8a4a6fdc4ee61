//! Break-in orders in real browsers: asked for with a key of one's own, confirmed by another person without scripts or
//! with a key, repeated at one press, and every way in which a signature comes to nothing is said in plain words.

use serde_json::json;
use thirtyfour::By;

use crate::browser_chain::Seat;
use crate::browser_keys::{make_key, tamper};
use crate::helpers::chain::{Province, serve};
use crate::helpers::person::add_person;
use crate::helpers::storm::Storm;
use crate::helpers::until::until;

const HERE: &str = "/khan-cap";
const SAID: &str = "form[data-own-key] [role=status]";
const SIGN: &str = "form[data-own-key] button";
const READY: &str = "Chữ ký bằng khóa riêng";

/// Urgent items that a station has begun.
fn begun(province: &Province, station: &str) -> usize {
    let urgent = |line: &&serde_json::Value| line["kind"] == "begin" && line["rundown_version"] == 0;
    province.journal(station).iter().filter(urgent).count()
}

async fn begins(province: &Province, times: usize) {
    until("the station to break in", async || (begun(province, "dai-1") == times).then_some(())).await;
}

/// Chooses, writes a reason, and looks at what would be asked for.
async fn propose(seat: &Seat<'_>, area: &str) {
    seat.visit(HERE).await;
    let chosen = seat.browser.element("#area").await.prop("value").await.unwrap();
    assert_eq!(chosen.as_deref(), Some(""), "no area is chosen beforehand");
    seat.press(&format!("#area option[value='{area}']")).await;
    seat.fill("#reason", "bão đổ bộ").await;
    seat.press("form[action='/khan-cap/de-nghi'] button").await;
    seat.browser.text("h1", "Xem lại đề nghị").await;
}

async fn flash(seat: &Seat<'_>, words: &str) {
    seat.browser.text("#said", words).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn two_people_in_two_browsers_break_in_and_who_comes_too_late_is_told() {
    let Storm { province, .. } = Storm::over(2);
    for name in ["lan", "minh", "khoi"] {
        add_person(&province, name, "approver@thu");
    }
    let (_center, url) = serve(&province, "127.0.0.1:0").await;
    let _station = province.join("dai-1", &url).await;
    // Lan has a key in her browser; Minh has none, and his browser runs no scripts.
    let mut lan = Seat::take(&url, (1366, 900), true).await;
    let mut minh = Seat::take(&url, (390, 844), false).await;
    lan.log_in("lan").await;
    make_key(&province, &lan, "chưa có khóa").await;
    minh.log_in("minh").await;

    propose(&lan, "xa-1").await;
    lan.browser.text("main", "Sẽ phát tại 1 đài, ở 1 xã, phường, thị trấn.").await;
    lan.browser.text(SAID, READY).await;
    lan.press(SIGN).await;
    flash(&lan, "Đã gửi đề nghị").await;
    assert_eq!(begun(&province, "dai-1"), 0, "one person breaks in nowhere");

    minh.visit(HERE).await;
    minh.browser.text("main", "bão đổ bộ").await;
    minh.browser.text("main", "Sẽ phát tại 1 đài").await;
    minh.press("form[action$='/xac-nhan'] button").await;
    flash(&minh, "Đã xác nhận").await;
    begins(&province, 1).await;
    // Lan's page, still open, has said so by itself, and has kept its place.
    lan.browser.text("#news", "diễn biến mới").await;
    lan.press("#news a").await;
    lan.browser.text("section[aria-labelledby=p]", "bão đổ bộ").await;

    // Once more at one press; Minh has the page open when somebody else confirms it.
    lan.visit(HERE).await;
    lan.browser.text(SAID, READY).await;
    lan.press("form[action$='/phat-lai'] button").await;
    flash(&lan, "Đã gửi đề nghị").await;
    minh.visit(HERE).await;
    let confirm = minh.browser.element("form[action$='/xac-nhan']").await.attr("action").await.unwrap().unwrap();
    let order = confirm.split('/').nth(2).unwrap().to_string();
    province.loa(&["urgent", "confirm", &order, "--by", "duyet"]).well();
    minh.press("form[action$='/tu-choi'] button").await;
    flash(&minh, "đã được trả lời từ trước").await;
    begins(&province, 2).await;

    // Asked for by the center in Minh's stead: nobody without a key can be the second.
    propose(&minh, "xa-1").await;
    minh.browser.text("main", "máy chủ ký thay bạn").await;
    minh.press("form[action='/khan-cap'] button").await;
    flash(&minh, "Đã gửi đề nghị").await;
    minh.log_in("khoi").await;
    minh.visit(HERE).await;
    minh.browser.text("main", "Người thứ hai phải có khóa riêng").await;
    assert!(minh.browser.driver().find_all(By::Css("form[action$='/xac-nhan'] button")).await.unwrap().is_empty());
    lan.visit(HERE).await;
    lan.browser.text("form[action$='/xac-nhan'] [role=status]", READY).await;
    lan.press("form[action$='/xac-nhan'] button").await;
    flash(&lan, "Đã xác nhận").await;
    begins(&province, 3).await;
    let journal = province.journal("dai-1");
    assert!(!journal.iter().any(|line| line["kind"] == "refused"), "{journal:?}");
    for seat in [&mut lan, &mut minh] {
        seat.browser.quit().await;
        assert_eq!(seat.browser.hosts_contacted(), std::collections::BTreeSet::from(["127.0.0.1".to_string()]));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_signature_that_comes_to_nothing_is_said_in_plain_words() {
    let storm = Storm::over(1);
    let province = &storm.province;
    add_person(province, "lan", "approver@thu");
    let (_center, url) = serve(province, "127.0.0.1:0").await;
    let mut lan = Seat::take(&url, (390, 844), true).await;

    // An has a key, but not in this browser: nothing to press.
    lan.log_in("an").await;
    propose(&lan, "xa-1").await;
    lan.browser.text(SAID, "Trình duyệt này không có khóa").await;
    assert!(!lan.browser.element(SIGN).await.is_enabled().await.unwrap());

    lan.log_in("lan").await;
    let print = make_key(province, &lan, "chưa có khóa").await;
    // Bytes that say something else than the page, and bytes with a word more.
    for swap in [".replace('xa-1', 'thu')", ".replace('{', '{\"more\":1,')"] {
        propose(&lan, "xa-1").await;
        lan.browser.text(SAID, READY).await;
        let script = format!(
            "const field = document.querySelector('[name=payload]'); field.value = btoa(atob(field.value){swap});"
        );
        tamper(&lan, &script).await;
        lan.press(SIGN).await;
        lan.browser.text(SAID, "khác với nội dung trang này").await;
    }

    // A page that was open for eleven minutes: its bytes are signed, and of no use any more.
    propose(&lan, "xa-1").await;
    let answer = tamper(
        &lan,
        "const keys = await import('/assets/own_key.js');
         const form = document.querySelector('form[data-own-key]');
         const order = JSON.parse(new TextDecoder().decode(keys.fromBase64(form.elements.payload.value)));
         const earlier = (at) => new Date(new Date(at) - 11 * 60000).toISOString();
         order.issued_at = earlier(order.issued_at);
         order.not_after = earlier(order.not_after);
         const payload = new TextEncoder().encode(JSON.stringify(order));
         const pair = await keys.held('lan');
         const body = new URLSearchParams(new FormData(form));
         body.set('payload', keys.toBase64(payload));
         body.set('keyid', await keys.sha256(await keys.publicBytes(pair)));
         body.set('signature', keys.toBase64(await keys.sign(pair, 'application/vnd.loa.break-in.v1+json', payload)));
         const answer = await fetch('/khan-cap', { method: 'POST', body });
         return (await answer.text()).includes('Trang mở đã quá 10 phút');",
    )
    .await;
    assert_eq!(answer, json!(true));

    // Stations change after the page was opened.
    propose(&lan, "xa-1").await;
    lan.browser.text(SAID, READY).await;
    let stations = province.path("schedules/stations.csv");
    let text = std::fs::read_to_string(&stations).unwrap();
    std::fs::write(&stations, text + "dai-moi,Đài mới,manual,ip,xa-1,2024-01-01,\n").unwrap();
    province.import().well();
    lan.press(SIGN).await;
    flash(&lan, "đã thay đổi sau khi mở trang").await;

    // Somebody else answers the order that is on the page.
    let order = storm.ask("xa-1");
    lan.visit(HERE).await;
    lan.browser.text(SAID, READY).await;
    province.loa(&["urgent", "refuse", &order, "--by", "duyet"]).well();
    lan.press(SIGN).await;
    flash(&lan, "đã được trả lời từ trước").await;

    // The key is revoked after the page was opened.
    storm.ask("xa-1");
    lan.visit(HERE).await;
    lan.browser.text(SAID, READY).await;
    province.loa(&["keys", "revoke", &print]).well();
    lan.press("form[action$='/xac-nhan'] button").await;
    flash(&lan, "không còn được công nhận").await;
    let mut database = province.database().await;
    let in_force: (i64,) = sqlx::query_as("SELECT COUNT(*) FROM break_in_answers WHERE envelope IS NOT NULL")
        .fetch_one(&mut database)
        .await
        .unwrap();
    assert_eq!(in_force.0, 0, "nothing of all this came into force");
    lan.browser.quit().await;
}
