//! Every page, for everybody who may see it, on a phone and on a desk: axe-core finds nothing, the keyboard alone is
//! enough, nothing lies outside the window, and what is pressed is big enough to be pressed.

mod keys;
mod pages;
mod province;
mod selftest;

use std::collections::{BTreeMap, BTreeSet};

use serde_json::json;
use thirtyfour::Cookie;

use crate::helpers::axe::Axe;
use crate::helpers::browser::Browser;
use crate::helpers::person::Visitor;
use crate::helpers::until::until;
use crate::source::files;
use pages::{At, LOOKS, Look, Reader, least_side, routes, waits};
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
    async fn size(&self, (width, height): (u32, u32)) {
        let metrics = json!({ "width": width, "height": height, "deviceScaleFactor": 1, "mobile": false });
        let tools = self.browser.driver().cdp();
        tools.send_raw("Emulation.setDeviceMetricsOverride", metrics).await.unwrap();
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

    async fn look(&self, look: &Look, path: &str, window: (u32, u32)) -> Vec<String> {
        // Each look is in the language that its address asks for, whatever was asked before.
        self.browser.driver().delete_cookie("lang").await.unwrap();
        self.browser.goto(&format!("{}{path}", self.url)).await;
        if let At::Sent { form, fields, .. } = look.at {
            self.send(form, fields).await;
        }
        let mut faults = self.inspect(least_side(look.route), window == WINDOWS[0]).await;
        faults.retain(|fault| !waits(look.route, fault));
        faults
    }

    /// Sends a form as it would be without the browser's own checks; the answer is the page then.
    async fn send(&self, form: &str, fields: &[(&str, &str)]) {
        let driver = self.browser.driver();
        let send = "window.sent = true; const [form, fields] = [document.querySelector(arguments[0]), arguments[1]];
            for (const [name, value] of fields) form.elements[name].value = value;
            form.noValidate = true; form.requestSubmit();";
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
        At::Link { on, begins } => {
            let page = visitor.get(on).await;
            page.link(begins).unwrap_or_else(|| panic!("{on} has no link to {begins}…"))
        }
    }
}

fn readers() -> BTreeSet<Reader> {
    LOOKS.iter().flat_map(|look| look.readers).copied().collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn every_page_can_be_used_by_everybody_with_keys_alone_on_a_phone_and_on_a_desk() {
    let axe = Axe::read();
    let province = Lively::new().await;
    let browser = Browser::new(WINDOWS[1], true).await;
    let mut inspector = Inspector { browser, axe, url: province.url.clone() };
    let mut faults: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for reader in readers() {
        let visitor = match reader {
            Some(name) => Visitor::of(&province.url, name).await,
            None => Visitor::new(&province.url),
        };
        inspector.sit(&visitor).await;
        for window in WINDOWS {
            inspector.size(window).await;
            for look in LOOKS.iter().filter(|look| look.readers.contains(&reader)) {
                let path = address(look, &visitor).await;
                let found = inspector.look(look, &path, window).await;
                let place = format!("{path} for {} at {} px", reader.unwrap_or("a stranger"), window.0);
                for fault in found {
                    faults.entry(fault).or_default().push(place.clone());
                }
            }
        }
    }
    inspector.browser.quit().await;
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
