//! The approver's desk in a browser: by keyboard alone, and without scripts on a phone.

use serde_json::json;
use thirtyfour::Key;

use crate::browser_chain::{Seat, add_people};
use crate::helpers::chain::{Province, serve};
use crate::helpers::sound::write_tones_with_gap;
use crate::helpers::until::until;

/// Two bulletins with a gap each, submitted by their editor.
async fn submitted(province: &mut Province) -> (crate::helpers::running::Running, String) {
    for (voice, code) in [(2, "TIN-MOT"), (3, "TIN-HAI")] {
        province.bulletin(code, "thu").order(code, "thu");
        write_tones_with_gap(&province.path(&format!("bulletins/{code}.wav")), voice, 20_000);
    }
    // A commune's own, which its own approver decides.
    province.bulletin("TIN-XA", "xa-1").order("TIN-XA", "xa-1");
    write_tones_with_gap(&province.path("bulletins/TIN-XA.wav"), 4, 12_000);
    let facts = province.path("bulletins/TIN-XA.toml");
    let text = std::fs::read_to_string(&facts).unwrap();
    std::fs::write(&facts, format!("origin = \"commune\"\nsibling_of = \"TIN-MOT\"\n{text}")).unwrap();
    province.write_schedules();
    province.import().well();
    add_people(province);
    let (center, url) = serve(province, "127.0.0.1:0").await;
    let mut editor = Seat::take(&url, (1366, 900), false).await;
    editor.log_in("bientap").await;
    for code in ["TIN-MOT", "TIN-HAI", "TIN-XA"] {
        editor.visit(&format!("/ban-tin/{code}")).await;
        editor.press(&format!("form[action='/ban-tin/{code}/gui-duyet'] button")).await;
        editor.read_until(&format!("/ban-tin/{code}"), "Chờ duyệt").await;
    }
    editor.browser.quit().await;
    (center, url)
}

async fn run(seat: &Seat<'_>, script: &str) -> serde_json::Value {
    seat.browser.driver().execute(script, vec![]).await.unwrap().json().clone()
}

/// Presses Tab until the element has the focus, then Enter.
async fn enter(seat: &Seat<'_>, selector: &str) {
    for _ in 0..150 {
        let driver = seat.browser.driver();
        driver.action_chain().send_keys(Key::Tab).perform().await.unwrap();
        let there = run(seat, &format!("return document.activeElement.matches({})", json!(selector))).await;
        if there == json!(true) {
            driver.action_chain().send_keys(Key::Enter).perform().await.unwrap();
            return;
        }
    }
    panic!("Tab never reached {selector}");
}

#[tokio::test(flavor = "multi_thread")]
async fn with_the_keyboard_alone_an_approver_listens_opens_the_warnings_and_approves() {
    let mut province = Province::new(2);
    let (_center, url) = submitted(&mut province).await;
    let mut seat = Seat::take(&url, (1366, 900), true).await;
    seat.log_in("nguoiduyet").await;
    seat.visit("/duyet").await;
    enter(&seat, ".q a[href^='/ban-tin/TIN-MOT']").await;
    seat.browser.text("#heard", "Mới nghe 0 trên 1").await;
    assert_eq!(run(&seat, "return document.querySelector('[data-unheard]').disabled").await, json!(true));

    // Who sends the form all the same is refused.
    let sent = "const form = document.querySelector(\"form[action$='/TIN-MOT/duyet']\"); \
                return fetch(form.action, {method: 'POST', body: new URLSearchParams(new FormData(form))})\
                .then(answer => answer.text())";
    let answer = run(&seat, sent).await;
    assert!(answer.as_str().unwrap().contains("chỗ lưu ý chưa nghe"), "{answer}");

    enter(&seat, "[data-do=play]").await;
    let playing = "return !document.querySelector('#nghe').paused";
    until("the sound to play", async || (run(&seat, playing).await == json!(true)).then_some(())).await;
    enter(&seat, "form[data-look] button").await;
    seat.browser.text("#heard", "Đã nghe đủ 1").await;
    // It went to the place, a second into the sound, and plays on; the page was not left.
    let place = "return document.querySelector('#nghe').currentTime";
    assert!(run(&seat, place).await.as_f64().unwrap() < 8.0);

    // What is heard is what the stations will play, byte for byte.
    let heard = "return fetch(document.querySelector('#nghe').currentSrc).then(answer => answer.arrayBuffer())\
                 .then(bytes => crypto.subtle.digest('SHA-256', bytes))\
                 .then(hash => Array.from(new Uint8Array(hash), byte => byte.toString(16).padStart(2, '0')).join(''))";
    let heard = run(&seat, heard).await;
    enter(&seat, "form[action$='/duyet'] button.ok").await;
    seat.browser.text(".flash", "Đã duyệt").await;
    let plan = province.plan("dai-1");
    let planned = plan["items"].as_array().unwrap().iter().find(|item| item["bulletin"] == "TIN-MOT");
    assert_eq!(planned.unwrap()["sha256"], heard, "{plan}");
    seat.browser.quit().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn without_scripts_on_a_phone_the_sound_stands_at_its_place_and_a_bulletin_can_be_returned_or_withdrawn() {
    let mut province = Province::new(2);
    let (_center, url) = submitted(&mut province).await;
    let mut seat = Seat::take(&url, (390, 844), false).await;
    seat.log_in("nguoiduyet").await;
    seat.visit("/ban-tin/TIN-MOT").await;
    seat.browser.element("audio#nghe[controls]").await;
    seat.press("form[data-look] button").await;
    seat.browser.text(".chk tr.on", "Đã nghe").await;
    let source = seat.browser.element(".chk tr.on audio source").await.attr("src").await.unwrap().unwrap();
    assert!(source.ends_with(".opus#t=1.0"), "{source}");
    seat.press("form[action='/ban-tin/TIN-MOT/duyet'] button").await;
    seat.browser.text(".flash", "Đã duyệt").await;

    seat.visit("/ban-tin/TIN-HAI").await;
    seat.fill("#why", "bỏ đoạn lặng").await;
    seat.press("form[action='/ban-tin/TIN-HAI/tra-lai'] button").await;
    seat.browser.text(".flash", "Đã trả lại").await;
    seat.read_until("/duyet", "bỏ đoạn lặng").await;

    seat.visit("/ban-tin/TIN-MOT").await;
    seat.browser.text("form[action='/ban-tin/TIN-MOT/thu-hoi']", "Rút khỏi lịch của 2 đài").await;
    seat.fill("#why-withdraw", "sai số điện thoại").await;
    seat.press("form[action='/ban-tin/TIN-MOT/thu-hoi'] button").await;
    seat.browser.text("main", "2 đài có thiết bị nhưng chưa nhận lịch mới").await;
    seat.browser.quit().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_communes_approver_finds_the_communes_own_bulletins_and_decides_no_others() {
    let mut province = Province::new(2);
    let (_center, url) = submitted(&mut province).await;
    let mut seat = Seat::take(&url, (390, 844), false).await;
    seat.log_in("duyetxa").await;
    seat.visit("/duyet").await;
    let queue = seat.browser.text("main", "tin địa phương").await;
    assert!(queue.contains("TIN-XA") && !queue.contains("TIN-MOT"), "{queue}");

    // Another's is read, and offers no decision; the two languages lead to each other.
    seat.visit("/ban-tin/TIN-MOT").await;
    seat.browser.element(".slip a[href='/ban-tin/TIN-XA']").await;
    let deciding = thirtyfour::By::Css("form[action$='/duyet'], form[action$='/tra-lai']");
    assert!(seat.browser.driver().find_all(deciding).await.unwrap().is_empty());

    seat.press(".slip a[href='/ban-tin/TIN-XA']").await;
    seat.browser.element(".slip a[href='/ban-tin/TIN-MOT']").await;
    seat.press("form[data-look] button").await;
    seat.browser.text(".chk tr.on", "Đã nghe").await;
    seat.press("form[action='/ban-tin/TIN-XA/duyet'] button").await;
    seat.browser.text(".flash", "Đã duyệt").await;
    seat.browser.quit().await;
}
