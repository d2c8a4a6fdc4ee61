//! Accounts in a real browser, by keyboard alone and without scripts.

use loa::trust::totp;
use thirtyfour::By;

use crate::helpers::chain::{Province, serve_with};
use crate::helpers::person::{add_person, decode};
use crate::helpers::typist::Typist;
use crate::helpers::until::until_within;

/// The next code of a secret that was not used yet.
async fn next_code(secret: &[u8], last: &mut i64) -> String {
    let step = until_within(std::time::Duration::from_secs(90), "a new code", async || {
        let now = totp::step_at(chrono::Utc::now().timestamp());
        let next = (*last + 1).max(now);
        (next <= now + 1).then_some(next)
    });
    *last = step.await;
    totp::code(secret, *last)
}

#[tokio::test(flavor = "multi_thread")]
async fn an_approver_sets_up_a_second_factor_and_looks_after_their_account_by_keyboard() {
    let province = Province::new(1);
    province.write_schedules();
    province.loa(&["import", &province.text("schedules")]).well();
    add_person(&province, "nguoiduyet", "approver@thu");
    let (_center, url) = serve_with(&province, &["--listen", "127.0.0.1:0"]).await;
    let mut typist = Typist::sit(&url, (1366, 900), false).await;

    typist.log_in("nguoiduyet").await;
    typist.at("/tai-khoan/xac-thuc").await;
    typist.browser.element("svg.qr path").await;
    let secret = decode(&typist.browser.element("code.code").await.text().await.unwrap());
    let mut last = 0;
    typist.type_into("[name=code]", &next_code(&secret, &mut last).await).await;
    typist.enter().await;
    typist.browser.text("h2", "Mã dự phòng").await;
    let codes = typist.browser.driver().find_all(By::Css(".codes code")).await.unwrap();
    assert_eq!(codes.len(), 10);
    let recovery = codes[3].text().await.unwrap();
    typist.tab_to("main a.btn").await;
    typist.enter().await;
    typist.at("/duyet").await;

    // Out, and in again with a code.
    typist.tab_to("form[action='/dang-xuat'] button").await;
    typist.enter().await;
    typist.at("/dang-nhap").await;
    typist.log_in("nguoiduyet").await;
    typist.at("/dang-nhap/ma").await;
    typist.type_into("[name=code]", "000000").await;
    typist.enter().await;
    typist.browser.text("[role=alert]", "Mã chưa đúng").await;
    typist.type_into("[name=code]", &next_code(&secret, &mut last).await).await;
    typist.enter().await;
    typist.at("/duyet").await;

    // The account: sessions, a token, and proving anew with a recovery code's owner's password.
    typist.tab_to("a[href='/tai-khoan']").await;
    typist.enter().await;
    typist.at("/tai-khoan").await;
    typist.tab_to("a[href='/tai-khoan/ma-truy-cap']").await;
    typist.enter().await;
    typist.at("/tai-khoan/ma-truy-cap").await;
    typist.type_into("#name", "Cổng thông tin").await;
    typist.tab_to("#s-read").await;
    typist.press(" ").await;
    typist.tab_to("form.form button").await;
    typist.enter().await;
    typist.browser.text("#made", "Mã mới").await;
    let token = typist.browser.element(".conf .code").await.text().await.unwrap();
    assert!(token.starts_with("loa_"), "{token}");
    let came = crate::helpers::person::call(&url, reqwest::Method::GET, "/api/v1/me", &token, None).await;
    came.says(200, "nguoiduyet");

    // A phone that is lost: in with a recovery code.
    typist.tab_to("form[action='/dang-xuat'] button").await;
    typist.enter().await;
    typist.at("/dang-nhap").await;
    typist.log_in("nguoiduyet").await;
    typist.at("/dang-nhap/ma").await;
    typist.type_into("[name=code]", &recovery).await;
    typist.enter().await;
    typist.at("/duyet").await;
    if let Some(folder) = std::env::var_os("LOA_PAGES") {
        for path in ["tai-khoan", "tai-khoan/xac-thuc", "tai-khoan/phien", "tai-khoan/ma-truy-cap"] {
            typist.browser.goto(&format!("{url}/{path}")).await;
            let file = std::path::Path::new(&folder).join(format!("{}.png", path.replace('/', "-")));
            typist.browser.driver().screenshot(&file).await.unwrap();
        }
    }
    typist.browser.quit().await;
}
