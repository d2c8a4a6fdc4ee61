//! Every page, for everybody who may see it, on a phone and on a desk: axe-core finds nothing, the keyboard alone is
//! enough, nothing lies outside the window, and what is pressed is big enough to be pressed.

mod keys;
mod pages;
mod province;
mod selftest;

use std::collections::{BTreeMap, BTreeSet};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::json;
use thirtyfour::Cookie;

use crate::helpers::axe::Axe;
use crate::helpers::browser::{Browser, resize};
use crate::helpers::person::Visitor;
use crate::helpers::until::until;
use crate::source::files;
use pages::{At, LOOKS, Look, Reader, least_side, routes};
use province::Lively;

/// Widths and heights of windows, CSS pixels: a phone and a desk.
const WINDOWS: [(u32, u32); 2] = [(390, 844), (1366, 900)];

/// One browser that takes one seat after another.
struct Inspector {
    browser: Browser,
    axe: Axe,
    url: String,
}

impl Inspector {
    async fn size(&self, window: (u32, u32)) {
        resize(self.browser.driver(), window).await;
    }

    async fn sit(&self, visitor: &Visitor) {
        let driver = self.browser.driver();
        self.browser.goto(&format!("{}/assets/loa.css", self.url)).await;
        driver.delete_all_cookies().await.unwrap();
        for (name, value) in visitor.cookies() {
            let mut cookie = Cookie::new(name, value);
            cookie.set_path("/");
            driver.add_cookie(cookie).await.unwrap();
        }
    }

    async fn look(&self, look: &Look, path: &str, place: &str, window: (u32, u32)) -> Vec<String> {
        // Each look is in the language that its address asks for, whatever was asked before.
        self.browser.driver().delete_cookie("lang").await.unwrap();
        self.browser.goto(&format!("{}{path}", self.url)).await;
        if let At::Sent { form, fields, .. } = look.at {
            self.send(form, fields).await;
        }
        self.keep(place).await;
        self.inspect(least_side(look.route), window == WINDOWS[0]).await
    }

    /// A picture of the whole page in the folder `LOA_PAGES`, for people to look at, where that is set.
    async fn keep(&self, place: &str) {
        let Some(folder) = std::env::var_os("LOA_PAGES") else { return };
        let driver = self.browser.driver();
        // Left to itself the picture is narrower than the page, by the width of a bar that it does not have.
        let area = "const { scrollHeight: height } = document.documentElement;
            return { x: 0, y: 0, width: innerWidth, height, scale: 1 };";
        let area = driver.execute(area, Vec::new()).await.unwrap().json().clone();
        let shot = json!({ "captureBeyondViewport": true, "clip": area });
        let shot = driver.cdp().send_raw("Page.captureScreenshot", shot).await.unwrap();
        let name = place.replace(|c: char| !c.is_ascii_alphanumeric(), "_");
        let png = STANDARD.decode(shot["data"].as_str().unwrap()).unwrap();
        std::fs::write(std::path::Path::new(&folder).join(format!("{name}.png")), png).unwrap();
    }

    /// Sends a form as it would be without scripts and the browser's own checks; the answer is the page then.
    async fn send(&self, form: &str, fields: &[(&str, &str)]) {
        let driver = self.browser.driver();
        let send = "window.sent = true; const [form, fields] = [document.querySelector(arguments[0]), arguments[1]];
            for (const [name, value] of fields) {
                const tick = form.querySelector(`[type=checkbox][name='${name}'][value='${CSS.escape(value)}']`);
                if (tick) tick.checked = true; else form.elements[name].value = value;
            }
            form.submit();";
        driver.execute(send, vec![json!(form), json!(fields)]).await.unwrap();
        until("the answer to a form", async || {
            let arrived = "return !window.sent && document.readyState === 'complete';";
            driver.execute(arrived, Vec::new()).await.ok()?.convert::<bool>().ok()?.then_some(())
        })
        .await;
    }

    /// What is wrong with the page that is open.
    async fn inspect(&self, least_side: u32, unfolded: bool) -> Vec<String> {
        let driver = self.browser.driver();
        if unfolded {
            // What is folded is a page too.
            let unfold = "for (const one of document.querySelectorAll('details')) one.open = true;";
            driver.execute(unfold, Vec::new()).await.unwrap();
        }
        // Until then Chromium's own controls of a sound take no focus.
        until("what the page's sounds are", async || {
            let known = "return [...document.querySelectorAll('audio')]
                .every(({ networkState, readyState }) => networkState !== HTMLMediaElement.NETWORK_LOADING || readyState > 0);";
            driver.execute(known, Vec::new()).await.ok()?.convert::<bool>().ok()?.then_some(())
        })
        .await;
        let mut faults = keys::faults(&self.browser).await;
        let shape = driver.execute(include_str!("shape.js"), vec![json!(least_side)]).await.unwrap();
        faults.extend(shape.convert::<Vec<String>>().unwrap());
        faults.extend(self.axe.look(&self.browser).await.iter().map(ToString::to_string));
        faults
    }
}

async fn address(look: &Look, visitor: &Visitor) -> String {
    match look.at {
        At::Path(path) | At::Sent { on: path, .. } => path.to_owned(),
        At::Upload(state) => {
            let page = visitor.get("/tai-len").await.text;
            let mut rows = page.split("<li class=\"up\"").skip(1);
            let row = rows.find(|row| row.contains(&format!("data-state=\"{state}\"")));
            let row = row.unwrap_or_else(|| panic!("/tai-len has no upload that is {state}"));
            format!("/tai-len/{}", row.split('"').nth(1).unwrap())
        }
        At::Link { on, begins } => {
            let page = visitor.get(on).await;
            page.link(begins).unwrap_or_else(|| panic!("{on} has no link to {begins}…"))
        }
    }
}

fn readers() -> BTreeSet<Reader> {
    LOOKS.iter().flat_map(|look| look.readers).copied().collect()
}

/// Everybody's way through all pages in one window: faults, and where they are.
async fn tour(browser: Browser, url: &str, seats: &[(Reader, Visitor)], window: (u32, u32)) -> Vec<(String, String)> {
    let mut inspector = Inspector { browser, axe: Axe::read(), url: url.to_owned() };
    inspector.size(window).await;
    let mut faults = Vec::new();
    for (reader, visitor) in seats {
        inspector.sit(visitor).await;
        for look in LOOKS.iter().filter(|look| look.readers.contains(reader)) {
            let path = address(look, visitor).await;
            let place = format!("{path} for {} at {} px", reader.unwrap_or("a stranger"), window.0);
            let found = inspector.look(look, &path, &place, window).await;
            faults.extend(found.into_iter().map(|fault| (fault, place.clone())));
        }
    }
    inspector.browser.quit().await;
    faults
}

#[tokio::test(flavor = "multi_thread")]
async fn every_page_can_be_used_by_everybody_with_keys_alone_on_a_phone_and_on_a_desk() {
    let province = Lively::new().await;
    let mut seats = Vec::new();
    for reader in readers() {
        seats.push((reader, province.seat(reader).await));
    }
    // One after the other: each looks for a port of its own.
    let (small, large) = (Browser::new(WINDOWS[1], true).await, Browser::new(WINDOWS[1], true).await);
    let phone = tour(small, &province.url, &seats, WINDOWS[0]);
    let (phone, desk) = tokio::join!(phone, tour(large, &province.url, &seats, WINDOWS[1]));
    let mut faults: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (fault, place) in phone.into_iter().chain(desk) {
        faults.entry(fault).or_default().push(place);
    }
    let told: Vec<String> =
        faults.iter().map(|(fault, places)| format!("- {fault}\n    on {}", places.join("\n       "))).collect();
    assert!(told.is_empty(), "{} faults:\n{}", told.len(), told.join("\n"));
}

#[test]
fn every_route_with_a_page_is_looked_at() {
    let sources = files("src/web").into_iter().filter(|file| file.is_rust());
    let served: BTreeSet<String> = sources.flat_map(|file| routes(&file.text)).collect();
    let looked_at: BTreeSet<String> =
        LOOKS.iter().map(|look| look.route.to_owned()).filter(|route| !route.is_empty()).collect();
    assert!(served.len() > 10, "routes were not found in the source: {served:?}");
    let forgotten: Vec<_> = served.difference(&looked_at).collect();
    assert!(forgotten.is_empty(), "pages that LOOKS in tests/it/accessible/pages.rs lacks: {forgotten:?}");
    let gone: Vec<_> = looked_at.difference(&served).collect();
    assert!(gone.is_empty(), "LOOKS in tests/it/accessible/pages.rs names what no route serves: {gone:?}");
}
