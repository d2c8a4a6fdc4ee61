//! The operator's phone where the link comes and goes, in a browser: the day opens without a center, what is said there
//! waits, outlives the browser, and counts once.

use std::collections::BTreeMap;

use loa::domain::as_run::Record;
use loa::store::Store;
use serde_json::{Value, json};

use crate::helpers::browser::Browser;
use crate::helpers::chain::{Province, serve};
use crate::helpers::gate::Gate;
use crate::helpers::person::{PASSWORD, Visitor, add_person};
use crate::helpers::running::Running;
use crate::helpers::until::{until, until_within};

/// Longest way of a word after a link is back: the script may just have begun to wait.
const PATIENCE: std::time::Duration = std::time::Duration::from_secs(60);
const FULL: &str = "form[action='/hom-nay/xac-nhan'] button[value=full]";

/// A manual station with two airings that ended, and a center behind a gate.
struct Stage {
    province: Province,
    center: Option<Running>,
    gate: Gate,
    browser: Browser,
}

impl Stage {
    async fn open() -> Self {
        Self::open_with(|_| {}).await
    }

    async fn open_with(more: impl FnOnce(&mut Province)) -> Self {
        let mut province = Province::new(1);
        province.tones("TIN-1", 2, 2_000, "thu").tones("TIN-2", 3, 2_000, "thu");
        more(&mut province);
        province.write_schedules();
        let stations = province.path("schedules/stations.csv");
        let text = std::fs::read_to_string(&stations).unwrap().replace("connected,ip", "manual,fm");
        std::fs::write(&stations, text).unwrap();
        province.import().well();
        province.loa(&["user", "add", "duyet", "--role", "approver@thu"]).well();
        add_person(&province, "truc", "operator@xa-1");
        add_person(&province, "khac", "operator@xa-1");
        let browser = Browser::new((390, 844), true).await;
        province.approve_all();
        let mut stage = Self { province, center: None, gate: Gate::start(), browser };
        stage.link().await;
        let visitor = Visitor::of(&stage.gate.url(), "truc").await;
        until_within(PATIENCE, "two airings to have ended", async || {
            let page = visitor.get("/hom-nay").await.text;
            (page.matches("action=\"/hom-nay/xac-nhan\"").count() == 2).then_some(())
        })
        .await;
        stage
    }

    /// Starts a center.
    async fn link(&mut self) {
        let (center, url) = serve(&self.province, "127.0.0.1:0").await;
        self.center = Some(center);
        self.gate.lead_to(Some(&url));
    }

    /// Ends the center as a power cut would.
    fn unlink(&mut self) {
        self.gate.lead_to(None);
        self.center.take().unwrap().kill();
    }

    async fn goto(&self, path: &str) {
        self.browser.goto(&format!("{}{path}", self.gate.url())).await;
    }

    async fn click(&self, selector: &str) {
        until(&format!("{selector} to be pressed"), async || {
            let found = self.browser.driver().find_all(thirtyfour::By::Css(selector)).await.ok()?;
            for one in found {
                if one.is_displayed().await.unwrap_or(false) {
                    // By script: what stands at the foot of a phone's page lies beneath the driver's reach.
                    let press = vec![one.to_json().unwrap()];
                    return self.browser.driver().execute("arguments[0].click()", press).await.ok().map(|_| ());
                }
            }
            None
        })
        .await;
    }

    async fn log_in(&self, name: &str) {
        self.goto("/dang-nhap?next=%2Fhom-nay").await;
        self.browser.element("[name=user]").await.send_keys(name).await.unwrap();
        self.browser.element("[name=password]").await.send_keys(PASSWORD).await.unwrap();
        self.click("main form button").await;
        self.browser.element("#phone").await;
    }

    /// Waits until the browser says that it keeps the day.
    async fn is_kept(&self) {
        self.browser.text("#is-kept", "đã lưu").await;
    }

    async fn run(&self, script: &str) -> Value {
        self.browser.driver().execute_async(script, vec![]).await.unwrap().json().clone()
    }

    /// What the browser keeps, by the name of each cache.
    async fn caches(&self) -> BTreeMap<String, Vec<String>> {
        let script = "const done = arguments[0]; (async () => { const all = {}; for (const name of await caches.keys()) \
                      all[name] = (await (await caches.open(name)).keys()).map((one) => one.url); return all; })().then(done)";
        serde_json::from_value(self.run(script).await).unwrap()
    }

    /// What operators said, oldest first.
    async fn records(&self) -> Vec<Record> {
        let store = Store::open_folder(&self.province.data()).await.unwrap();
        let today = self.province.today();
        let all = store.records_between(None, today, today).await.unwrap();
        all.into_iter().map(|(_, record)| record).collect()
    }

    async fn records_until(&self, count: usize) -> Vec<Record> {
        until_within(PATIENCE, &format!("{count} records"), async || {
            let records = self.records().await;
            (records.len() >= count).then_some(records)
        })
        .await
    }

    async fn says(&self, words: &str) {
        until_within(PATIENCE, &format!("\"{words}\" on the page"), async || {
            let text = self.browser.driver().find(thirtyfour::By::Css("main")).await.ok()?.text().await.ok()?;
            text.contains(words).then_some(())
        })
        .await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_day_opens_without_a_center_and_what_is_said_there_outlives_the_browser_and_counts_once() {
    let mut stage = Stage::open().await;
    stage.log_in("truc").await;
    stage.is_kept().await;
    let caches = stage.caches().await;
    let pages = &caches["loa-pages"];
    assert!(pages.iter().all(|page| page.contains("/hom-nay?station=dai-1&date=")) && pages.len() <= 2, "{caches:?}");
    assert_eq!(caches.len(), 2, "{caches:?}");

    stage.unlink();
    stage.goto("/hom-nay").await;
    stage.browser.text("#kept", "không có mạng").await;
    // A page that is not kept says so, and leads to what is.
    stage.goto("/tai-len").await;
    stage.browser.text("h1", "Không có mạng").await;
    stage.click("main a[href='/hom-nay']").await;
    stage.browser.text("#kept", "Bản lưu lúc").await;
    // No token of a session is in what is kept.
    assert_eq!(stage.browser.element("[name=csrf]").await.prop("value").await.unwrap().unwrap_or_default(), "");
    stage.click(FULL).await;
    stage.says("đang chờ gửi: 1").await;
    stage.click(FULL).await;
    stage.says("đang chờ gửi: 2").await;
    assert_eq!(stage.browser.element("#phone-says").await.attr("role").await.unwrap().as_deref(), Some("status"));

    stage.browser.again().await;
    stage.goto("/hom-nay").await;
    stage.says("đang chờ gửi: 2").await;
    assert!(stage.records().await.is_empty());

    // The link is back, and loses the answer to the first word after the center has kept it.
    stage.gate.lose(1);
    stage.link().await;
    let records = stage.records_until(2).await;
    stage.says("máy chủ đã ghi").await;
    assert_eq!(stage.gate.lost(), 1);
    assert!(stage.gate.words() >= 3, "{}", stage.gate.words());
    assert_eq!(records.len(), 2, "{records:#?}");
    assert_ne!(records[0].airing, records[1].airing);
    assert!(records.iter().all(|record| record.by == "truc"), "{records:#?}");
    assert!(!stage.browser.element("#kept").await.is_displayed().await.unwrap());
    assert_eq!(stage.records().await.len(), 2);
    let total = &stage.province.report()["total"];
    assert_eq!((&total["planned"], &total["aired"]), (&json!(2), &json!(2)), "{total}");
    stage.browser.quit().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_waits_is_sent_for_the_one_who_said_it_and_for_nobody_else() {
    let mut stage = Stage::open().await;
    stage.log_in("truc").await;
    stage.is_kept().await;
    stage.unlink();
    stage.goto("/hom-nay").await;
    stage.click(FULL).await;
    stage.says("đang chờ gửi: 1").await;
    // Meanwhile the session ends.
    let ended = "UPDATE sessions SET ended_at = created_at WHERE user_name = 'truc'";
    sqlx::query(ended).execute(&mut stage.province.database().await).await.unwrap();
    stage.link().await;
    stage.says("đăng nhập lại để gửi").await;

    // Somebody else logs in: what waits is not theirs, and what was kept for the other goes.
    stage.log_in("khac").await;
    stage.says("chưa gửi của người khác: 1").await;
    stage.is_kept().await;
    assert!(stage.records().await.is_empty());
    stage.click(FULL).await;
    let records = stage.records_until(1).await;
    assert_eq!(records[0].by, "khac");
    stage.browser.text("#said", "Đã ghi xác nhận").await;

    // Out, and the first one in again: their word waited while somebody else spoke, and the center says so.
    stage.click("form[action='/dang-xuat'] button").await;
    stage.browser.text("#waiting", "chưa gửi: 1").await;
    until("the kept pages to go", async || (!stage.caches().await.contains_key("loa-pages")).then_some(())).await;
    stage.log_in("truc").await;
    stage.says("Máy chủ không ghi").await;
    stage.says("người khác đã xác nhận").await;
    assert_eq!(stage.records().await.len(), 1);
    stage.click("#phone .wait button").await;
    until("the refusal to go", async || {
        stage.browser.driver().find(thirtyfour::By::Css("#phone .wait li")).await.is_err().then_some(())
    })
    .await;
    stage.browser.quit().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_logs_out_with_words_that_wait_is_warned_and_may_take_them_back() {
    let stage = Stage::open().await;
    stage.log_in("truc").await;
    stage.is_kept().await;
    // The page is there, the center gone.
    stage.gate.lead_to(None);
    stage.click(FULL).await;
    stage.says("đang chờ gửi: 1").await;
    stage.click("form[action='/dang-xuat'] button").await;
    stage.says("Bấm Đăng xuất lần nữa").await;
    stage.click("#phone .wait button").await;
    until("the word to be taken back", async || {
        let waiting = stage.browser.element("#phone").await.attr("data-waiting").await.ok()??;
        (waiting == "0").then_some(())
    })
    .await;
    assert!(stage.records().await.is_empty());
    stage.browser.element(FULL).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_ends_while_there_is_no_link_is_asked_for_all_the_same() {
    let mut stage = Stage::open_with(|province| {
        province.tones("TIN-DAI", 4, 45_000, "thu");
    })
    .await;
    stage.log_in("truc").await;
    stage.is_kept().await;
    stage.browser.element("li[data-ask]").await;
    stage.unlink();
    stage.goto("/hom-nay").await;
    stage.browser.text("#kept", "không có mạng").await;
    let long = ".board form[action='/hom-nay/xac-nhan'] button[value=full]";
    until_within(PATIENCE, "the item to be asked for", async || {
        stage.browser.driver().find(thirtyfour::By::Css(long)).await.ok().map(|_| ())
    })
    .await;
    stage.click(long).await;
    stage.browser.text("#phone .wait", "TIN-DAI: Đã phát đủ").await;
    stage.link().await;
    let records = stage.records_until(1).await;
    stage.browser.text("#said", "Đã ghi xác nhận").await;
    assert_eq!((records.len(), &*records[0].by), (1, "truc"), "{records:#?}");
    stage.browser.quit().await;
}
