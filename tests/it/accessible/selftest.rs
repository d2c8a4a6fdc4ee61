//! Proves that the inspection finds what it looks for, on a page that has every fault and on one that has none.

use axum::Router;
use axum::response::Html;
use axum::routing::get;

use super::{Inspector, WINDOWS};
use crate::helpers::axe::Axe;
use crate::helpers::browser::Browser;

const BAD: &str = r#"<!doctype html><html lang="vi"><meta charset="utf-8"><title>Loa</title>
<style>a:focus { outline: none } .wide { width: 900px } .small { width: 12px; height: 12px; padding: 0 }
.bar { position: fixed; left: 0; right: 0; bottom: 0; height: 50vh; background: #fff }</style>
<main><h1>Một</h1><h1>Hai</h1><a href="/">Không thấy tiêu điểm</a><p class="wide">Rộng</p>
<button class="small">x</button><input id="nameless">
<button id="trap">Bẫy</button><button id="beyond">Sau bẫy</button></main><div class="bar"></div>
<script>trap.addEventListener("keydown", event => { if (event.key === "Tab") event.preventDefault(); });</script></html>"#;

const GOOD: &str = r#"<!doctype html><html lang="vi"><meta charset="utf-8"><title>Loa</title>
<meta name="viewport" content="width=device-width"><style>button, input, summary { min-height: 44px; min-width: 44px }
:focus-visible { outline: 3px solid #00f }</style>
<main><h1>Một</h1><p><label for="day">Ngày</label> <input id="day" type="date"></p><button>Gửi</button>
<details><summary>Thêm</summary><button>Xóa</button></details></main></html>"#;

async fn faults_of(page: &'static str) -> String {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let app = Router::new().route("/", get(async move || Html(page)));
    tokio::spawn(async move { axum::serve(listener, app).await });
    let browser = Browser::new(WINDOWS[0], true).await;
    let mut inspector = Inspector { browser, axe: Axe::read(), url };
    inspector.size(WINDOWS[0]).await;
    inspector.browser.goto(&inspector.url).await;
    let faults = inspector.inspect(24, false).await.join("\n");
    inspector.browser.quit().await;
    faults
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_with_every_fault_has_each_of_them_found() {
    let faults = faults_of(BAD).await;
    for fault in [
        "its focus is not to be seen: a \"Không thấy",
        "Tab does not reach it: button#beyond",
        "px wide in 390",
        "2 h1 instead of one",
        "12 × 12 px is less than 24: button \"x\"",
        "axe label",
    ] {
        assert!(faults.contains(fault), "nothing about \"{fault}\":\n{faults}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_without_faults_has_none_found() {
    assert_eq!(faults_of(GOOD).await, "");
}
