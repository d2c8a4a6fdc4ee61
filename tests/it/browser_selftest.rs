//! Proves that the browser helper sees what it claims to see, on a page of a few lines.

use std::net::SocketAddr;

use axum::Router;
use axum::response::{Html, Redirect};
use axum::routing::get;

use crate::helpers::browser::Browser;

const PAGE: &str = r#"<!doctype html><html lang="vi"><meta charset="utf-8"><title>Loa</title>
<p id="text">chưa có mã</p>
<p id="width">?</p>
<script>
  document.getElementById("text").textContent = "mã đã chạy";
  document.getElementById("width").textContent = innerWidth;
</script>
<img src="http://other.invalid/picture.png" alt="">
<img src="/away.png" alt=""></html>"#;

async fn page() -> SocketAddr {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let away = get(async || Redirect::to("http://elsewhere.invalid/"));
    let app = Router::new().route("/", get(async || Html(PAGE))).route("/away.png", away);
    tokio::spawn(async move { axum::serve(listener, app).await });
    address
}

#[tokio::test]
async fn the_browser_runs_scripts_and_names_every_host_it_asked() {
    let address = page().await;
    let mut browser = Browser::new((390, 844), true).await;
    browser.goto(&format!("http://{address}/")).await;
    assert_eq!(browser.text("#text", "mã").await, "mã đã chạy");
    // As wide as a phone, which no window is.
    assert_eq!(browser.text("#width", "3").await, "390");
    browser.quit().await;
    let hosts: Vec<String> = browser.hosts_contacted().into_iter().collect();
    assert_eq!(hosts, ["127.0.0.1", "elsewhere.invalid", "other.invalid"]);
}

#[tokio::test]
async fn the_browser_can_do_without_scripts() {
    let address = page().await;
    let mut browser = Browser::new((1280, 800), false).await;
    browser.goto(&format!("http://{address}/")).await;
    assert_eq!(browser.text("#text", "mã").await, "chưa có mã");
    assert!(browser.element("#width").await.is_displayed().await.unwrap());
    assert_eq!(browser.driver().title().await.unwrap(), "Loa");
    browser.quit().await;
}
