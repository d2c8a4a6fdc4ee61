//! The alarm on a phone, in a browser: it comes to whoever has the day open, and is answered with one tap.

use super::Stage;
use crate::browser_chain::Seat;
use crate::helpers::axe::Axe;
use crate::helpers::until::until_within;

const PATIENCE: std::time::Duration = std::time::Duration::from_secs(90);
const FULL: &str = ".alarm form[action='/hom-nay/xac-nhan'] button[value=full]";

#[tokio::test(flavor = "multi_thread")]
async fn an_alarm_comes_to_an_open_day_is_answered_on_the_phone_and_read_as_urgent_and_declared_by_the_auditor() {
    let stage = Stage::open().await;
    let mut phone = Seat::take(&stage.url, (390, 844), true).await;
    phone.log_in("truc").await;
    phone.visit("/hom-nay").await;
    phone.browser.element("#phone").await;
    stage.order("NGAN", "xa-1");
    // Nobody loads the page again.
    until_within(PATIENCE, "the alarm to come by itself", async || {
        let found = phone.browser.driver().find(thirtyfour::By::Css(FULL)).await.ok()?;
        found.is_displayed().await.ok()?.then_some(())
    })
    .await;
    phone.browser.text("h2.err", "Khẩn cấp: phát ngay!").await;
    let beyond = "const page = document.documentElement; return page.scrollWidth - page.clientWidth";
    let beyond = phone.browser.driver().execute(beyond, vec![]).await.unwrap().json().as_i64().unwrap();
    assert_eq!(beyond, 0, "it runs over its side");
    let faults: Vec<String> = Axe::read().look(&phone.browser).await.iter().map(ToString::to_string).collect();
    assert!(faults.is_empty(), "{faults:#?}");
    let button = phone.browser.element(FULL).await;
    assert!(button.rect().await.unwrap().height >= 44.0);
    assert!(phone.browser.driver().title().await.unwrap().starts_with("Khẩn cấp"));
    phone.press(FULL).await;
    phone.browser.text("#said", "Đã ghi xác nhận").await;
    assert!(phone.browser.driver().find(thirtyfour::By::Css(".alarm")).await.is_err());
    phone.browser.quit().await;

    // Without scripts, as everything.
    let mut desk = Seat::take(&stage.url, (1366, 900), false).await;
    desk.log_in("kiem").await;
    desk.visit("/doi-soat?outcome=urgent").await;
    let row = desk.browser.text("[aria-labelledby=l] tbody tr", "Khẩn cấp").await;
    assert!(row.contains("Đã phát đủ") && row.contains("người trực xác nhận"), "{row}");
    desk.browser.quit().await;
}
