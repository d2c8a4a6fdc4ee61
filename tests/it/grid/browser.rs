//! The grid in a browser: built by keyboard alone at a desk, and by forms alone on a phone.

use thirtyfour::prelude::*;

use super::{airs, evening, held_at_station, version};
use crate::browser_chain::Seat;
use crate::helpers::typist::Typist;
use crate::helpers::until::until;

/// What the focus is on within the grid.
async fn cell(typist: &Typist) -> String {
    typist.focused().await.text().await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_grid_is_built_previewed_and_published_by_keyboard_alone() {
    let (province, _center, url) = evening(1, 1).await;
    let _station = province.join("dai-1", &url).await;
    until("the station to hold its day", async || (held_at_station(&province, "dai-1") == ["20:00"]).then_some(()))
        .await;
    let mut typist = Typist::sit(&url, (1366, 900), true).await;
    typist.log_in("duyet").await;
    typist.at("/duyet").await;
    typist.open("nav a[href='/khung-gio']").await;
    typist.at("/khung-gio").await;

    // One stop of Tab, with today's slot; arrows go on from there.
    typist.tab_to("table[role=grid] a").await;
    assert!(cell(&typist).await.contains("Khung tối"));
    let stops = typist.browser.driver().find_all(By::Css("table[role=grid] [tabindex='0']")).await.unwrap();
    assert_eq!(stops.len(), 1);
    typist.press(Key::Home).await;
    let first = typist.focused().await;
    typist.press(Key::End).await;
    assert_ne!(typist.focused().await, first);
    for _ in 0..6 {
        typist.press(Key::Left).await;
    }
    assert_eq!(typist.focused().await, first, "seven days lie side by side");
    typist.press(Key::Left).await;
    assert_eq!(typist.focused().await, first, "and the edge holds");
    typist.press(Key::Tab).await;
    assert!(!typist.is_on("table[role=grid] a").await, "Tab leaves the grid");

    // A rule is added.
    typist.open("main a[href^='/khung-gio/them']").await;
    typist.at("/khung-gio/them").await;
    typist.type_into("#name", "Khung thêm").await;
    typist.type_into("#time", "0830PM").await;
    typist.tab_to("#minutes").await;
    typist.type_over("1").await;
    typist.open("form.form button.pri").await;
    typist.at("/khung-gio?").await;
    typist.browser.text(".flash", "Đã lưu vào bản nháp").await;
    typist.browser.text("table", "20:30–20:31").await;
    assert_eq!((airs(&province, "dai-1"), version(&province).await), (vec!["20:00".to_owned()], 1));

    // One slot is moved for one date, from its cell.
    typist.tab_to("table[role=grid] [tabindex='0']").await;
    while !cell(&typist).await.contains("Khung thêm") {
        typist.press(Key::Down).await;
    }
    typist.press(Key::Up).await;
    assert!(cell(&typist).await.contains("Khung tối"));
    typist.enter().await;
    typist.at("/khung-gio/toi?").await;
    typist.choose("#x-what", 1, "move").await;
    typist.type_into("#x-to", "0810PM").await;
    typist.type_into("#x-reason", "họp dân").await;
    typist.open("form[action='/khung-gio/toi/ngoai-le'] button").await;
    typist.at("/khung-gio?").await;
    typist.browser.text("table", "chuyển từ 20:00: họp dân").await;

    // The preview says what comes at which station.
    typist.open("main a[href='/khung-gio/xem-truoc']").await;
    typist.at("/khung-gio/xem-truoc").await;
    typist.browser.text("main", "Khung thêm").await;
    let row = typist.browser.text("table.kp tbody", "Đài xã Thử 1").await;
    assert!(row.contains("1 2 1 0 1"), "one more, and one at another time: {row}");
    typist.open("form[action='/khung-gio/phat-hanh'] button").await;
    typist.at("/khung-gio").await;
    typist.browser.text(".flash", "Đã phát hành").await;
    assert_eq!((airs(&province, "dai-1"), version(&province).await), (vec!["20:10".into(), "20:30".to_owned()], 2));
    let both = ["20:10", "20:30"];
    until("the station to hold the new day", async || (held_at_station(&province, "dai-1") == both).then_some(()))
        .await;
    typist.browser.quit().await;

    let mut operator = Seat::take(&url, (390, 844), false).await;
    operator.log_in("truc").await;
    operator.read_until("/hom-nay?station=dai-1", "20:30").await;
    operator.browser.quit().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn on_a_phone_without_scripts_a_slot_is_changed_previewed_and_published() {
    let (province, _center, url) = evening(1, 1).await;
    let mut seat = Seat::take(&url, (390, 844), false).await;
    seat.log_in("duyet").await;
    seat.visit("/khung-gio?don-vi=xa-1").await;
    // A list by day; the table is not there to be scrolled.
    seat.browser.text(".kg-list", "Khung tối").await;
    assert!(!seat.browser.element("table.kg").await.is_displayed().await.unwrap());
    seat.press(".kg-list a[href^='/khung-gio/toi']").await;
    seat.fill("#name", "Khung mới").await;
    seat.press("form.form button.pri").await;
    seat.browser.text(".kg-list", "Khung mới").await;
    seat.visit("/khung-gio/toi?don-vi=thu").await;
    let today = province.today();
    let last = (today + chrono::Days::new(3)).format("%m%d%Y").to_string();
    seat.fill("#last", &last).await;
    seat.press("form[action$='/ket-thuc'] button").await;
    seat.browser.text(".flash", "Đã lưu").await;
    seat.visit("/khung-gio/xem-truoc").await;
    seat.browser.text("main", "Khung tối").await;
    seat.press("form[action='/khung-gio/phat-hanh'] button").await;
    seat.browser.text(".flash", "Đã phát hành").await;
    assert_eq!(version(&province).await, 2);
    seat.browser.quit().await;
}
