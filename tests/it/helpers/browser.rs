//! A headless Chromium of one test's own, driven through chromedriver, that tells afterwards whom it contacted.

use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use serde_json::{Value, json};
use thirtyfour::common::capabilities::chrome::ChromeCapabilities;
use thirtyfour::common::capabilities::chromium::ChromiumLikeCapabilities;
use thirtyfour::prelude::*;

use super::leash::Leash;
use super::until::until;

/// An open browser; dropping it ends it and removes its profile.
#[derive(Debug)]
pub struct Browser {
    driver: WebDriver,
    leash: Leash,
    port: u16,
    wishes: ChromeCapabilities,
    window: (u32, u32),
    /// Hosts that the test itself went to.
    visited: Mutex<BTreeSet<String>>,
    ended: bool,
}

impl Browser {
    /// Opens a page that is that many CSS pixels wide and high, with or without scripts.
    pub async fn new(window: (u32, u32), scripts: bool) -> Self {
        // Fails when another test was first, which is as good.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let chromium = installed(&["chromium", "chromium-browser", "google-chrome"], "chromium");
        let (leash, port) = chromedriver();
        let mut wishes = DesiredCapabilities::chrome();
        wishes.set_binary(&chromium.to_string_lossy()).expect("a path is text");
        for flag in flags(window, leash.folder()) {
            wishes.add_arg(&flag).expect("a flag is text");
        }
        if !scripts {
            let off = json!({ "profile.managed_default_content_settings.javascript": 2 });
            wishes.add_experimental_option("prefs", off).expect("preferences are JSON");
        }
        let driver = started(port, &wishes, window).await;
        Self { driver, leash, port, wishes, window, visited: Mutex::default(), ended: false }
    }

    /// Closes the browser and opens it again with all that it keeps on disk.
    pub async fn again(&mut self) {
        self.quit().await;
        self.driver = started(self.port, &self.wishes, self.window).await;
        self.ended = false;
    }

    /// The session, for everything else.
    pub fn driver(&self) -> &WebDriver {
        &self.driver
    }

    /// Opens a page and waits until it has loaded.
    pub async fn goto(&self, url: &str) {
        self.visited.lock().expect("nobody panics with it").extend(host(url));
        self.driver.goto(url).await.unwrap_or_else(|error| panic!("{url} did not load: {error}"));
    }

    /// Waits until there is an element, by CSS selector.
    pub async fn element(&self, selector: &str) -> WebElement {
        until(&format!("an element {selector}"), async || self.driver.find(By::Css(selector)).await.ok()).await
    }

    /// Waits until the element's visible text contains `part`; returns the whole text.
    pub async fn text(&self, selector: &str, part: &str) -> String {
        until(&format!("\"{part}\" in {selector}"), async || {
            let text = self.driver.find(By::Css(selector)).await.ok()?.text().await.ok()?;
            text.contains(part).then_some(text)
        })
        .await
    }

    /// Closes the browser, which completes its network log.
    pub async fn quit(&mut self) {
        if !self.ended {
            self.ended = true;
            self.driver.clone().quit().await.expect("the browser closes");
            until("the end of the network log", async || read_log(&self.log()).map(|_| ())).await;
        }
    }

    /// Hosts of every request begun by [`Browser::goto`] or by a page, by name, without ports, each redirection
    /// included; only after [`Browser::quit`]. What Chromium asks its maker on its own is left out.
    pub fn hosts_contacted(&self) -> BTreeSet<String> {
        assert!(self.ended, "quit the browser first: its network log is not complete yet");
        let visited = self.visited.lock().expect("nobody panics with it");
        hosts(&read_log(&self.log()).expect("quitting waited for it"), &visited)
    }

    fn log(&self) -> PathBuf {
        self.leash.folder().join("network.json")
    }
}

/// A running chromedriver and its port. It is given a free port for one kind of address and then asks for the same port
/// for the other, which somebody else may hold: a race of its own, so only that is tried again, and not for ever.
fn chromedriver() -> (Leash, u16) {
    const TRIES: u32 = 5;
    let program = installed(&["chromedriver"], "chromium-driver");
    let command: [OsString; 2] = [program.into(), "--port=0".into()];
    // "ChromeDriver was started successfully on port 40123."
    let port = |line: &str| {
        let (_, rest) = line.split_once("started successfully on port ")?;
        rest.trim_end_matches('.').parse::<u16>().ok()
    };
    let mut attempt = 1;
    loop {
        let folder = tempfile::Builder::new().prefix("loa-browser-").tempdir().expect("a temporary folder can be made");
        match Leash::try_start("chromedriver", folder, &command, port) {
            Ok(found) => return found,
            Err(said) if attempt < TRIES && said.contains("Address already in use") => attempt += 1,
            Err(said) => panic!("chromedriver did not become ready; it said:\n{said}"),
        }
    }
}

async fn started(port: u16, wishes: &ChromeCapabilities, window: (u32, u32)) -> WebDriver {
    let driver = WebDriver::new(format!("http://127.0.0.1:{port}"), wishes.clone())
        .await
        .unwrap_or_else(|error| panic!("chromium did not start: {error}"));
    resize(&driver, window).await;
    driver
}

/// Has pages be laid out at that size. A window alone does not do it: none is narrower than 500 pixels.
pub async fn resize(driver: &WebDriver, (width, height): (u32, u32)) {
    let metrics = json!({ "width": width, "height": height, "deviceScaleFactor": 1, "mobile": false });
    driver.cdp().send_raw("Emulation.setDeviceMetricsOverride", metrics).await.expect("the page is resized");
}

/// Quiet: no first run, no updates, no phoning home; a host contacted is then one that a page named.
fn flags((width, height): (u32, u32), folder: &Path) -> Vec<String> {
    let mut flags: Vec<String> = [
        "--headless=new",
        "--no-sandbox",
        "--disable-gpu",
        "--disable-dev-shm-usage",
        "--disable-quic",
        "--no-first-run",
        "--no-default-browser-check",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-default-apps",
        "--disable-domain-reliability",
        "--disable-client-side-phishing-detection",
        "--disable-sync",
        "--disable-extensions",
        "--metrics-recording-only",
        "--disable-features=OptimizationHints,OptimizationGuideModelDownloading,MediaRouter,Translate,\
         InterestFeedContentSuggestions,AutofillServerCommunication,CertificateTransparencyComponentUpdater",
        "--lang=vi",
        // Whatever a page or Chromium asks of other hosts is written down, and does not leave this machine.
        "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost",
    ]
    .map(str::to_owned)
    .into();
    flags.push(format!("--window-size={width},{height}"));
    flags.push(format!("--user-data-dir={}", folder.join("profile").display()));
    flags.push(format!("--log-net-log={}", folder.join("network.json").display()));
    flags
}

/// The whole path of the first of these programs that is in `PATH`; chromedriver wants no less.
fn installed(names: &[&str], package: &str) -> PathBuf {
    let folders = std::env::var_os("PATH").unwrap_or_default();
    let folders: Vec<PathBuf> = std::env::split_paths(&folders).collect();
    names
        .iter()
        .flat_map(|name| folders.iter().map(move |folder| folder.join(name)))
        .find(|file| file.is_file())
        .unwrap_or_else(|| panic!("{} is not installed, and page tests need it: apt-get install {package}", names[0]))
}

/// The log, once it is complete.
fn read_log(file: &Path) -> Option<Value> {
    serde_json::from_slice(&std::fs::read(file).ok()?).ok()
}

fn host(url: &str) -> Option<String> {
    reqwest::Url::parse(url).ok()?.host_str().map(str::to_owned)
}

/// Origins of pages that Chromium brings along begin so.
const CHROMIUMS_OWN: [&str; 2] = ["chrome://", "chrome-untrusted://"];

fn hosts(log: &Value, visited: &BTreeSet<String>) -> BTreeSet<String> {
    let begun = &log["constants"]["logEventTypes"]["URL_REQUEST_START_JOB"];
    assert!(begun.is_number(), "this Chromium writes its network log in another way");
    let mut hosts = BTreeSet::new();
    // By request: a redirection is a second beginning of the same one.
    let mut ours: BTreeMap<u64, bool> = BTreeMap::new();
    for event in log["events"].as_array().into_iter().flatten().filter(|event| event["type"] == *begun) {
        let (Some(request), Some(host)) =
            (event["source"]["id"].as_u64(), event["params"]["url"].as_str().and_then(host))
        else {
            continue;
        };
        // A page is an origin, if an opaque one; a visit and Chromium itself are not. Its own pages, as that of a new
        // tab, have origins too, which nothing that a server sends can have.
        let by_page = event["params"]["initiator"].as_str().is_some_and(|initiator| {
            initiator != "not an origin" && !CHROMIUMS_OWN.iter().any(|scheme| initiator.starts_with(scheme))
        });
        if *ours.entry(request).or_insert(by_page || visited.contains(&host)) {
            hosts.insert(host);
        }
    }
    hosts
}
