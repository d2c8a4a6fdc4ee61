//! The three people's day in a real browser: an editor uploads, an approver approves, a station plays, an auditor reads
//! it; an operator without scripts confirms by hand. Nothing but our own address is asked for anything.

use thirtyfour::WebElement;

use crate::helpers::browser::Browser;
use crate::helpers::chain::{Province, serve, settled};
use crate::helpers::person::{PASSWORD, add_person};
use crate::helpers::sound::write_tones;
use crate::helpers::until::until_within;

const PATIENCE: std::time::Duration = std::time::Duration::from_secs(60);

/// A person at a browser.
pub struct Seat<'a> {
    /// Theirs.
    pub browser: Browser,
    center: &'a str,
}

impl<'a> Seat<'a> {
    /// Opens a window of that size.
    pub async fn take(center: &'a str, window: (u32, u32), scripts: bool) -> Self {
        Self { browser: Browser::new(window, scripts).await, center }
    }

    /// Opens a page of the center.
    pub async fn visit(&self, path: &str) {
        self.browser.goto(&format!("{}{path}", self.center)).await;
    }

    /// Logs in as this person.
    pub async fn log_in(&self, name: &str) {
        self.browser.driver().delete_all_cookies().await.unwrap();
        self.visit("/dang-nhap").await;
        self.fill("[name=user]", name).await;
        self.fill("[name=password]", PASSWORD).await;
        self.press("form[action='/dang-nhap'] button").await;
        self.browser.element("form[action='/dang-xuat']").await;
    }

    /// Types into a field.
    pub async fn fill(&self, selector: &str, text: &str) {
        let field = self.browser.element(selector).await;
        field.send_keys(text).await.unwrap();
    }

    /// Presses a button.
    pub async fn press(&self, selector: &str) -> WebElement {
        let button = self.browser.element(selector).await;
        button.scroll_into_view().await.unwrap();
        button.click().await.unwrap();
        button
    }

    /// Loads a page again until it says something.
    pub async fn read_until(&self, path: &str, words: &str) {
        until_within(PATIENCE, words, async || {
            self.visit(path).await;
            let text = self.browser.element("main").await.text().await.unwrap();
            text.contains(words).then_some(())
        })
        .await;
    }
}

pub(super) fn add_people(province: &Province) {
    for (name, role) in [
        ("bientap", "editor@thu"),
        ("nguoiduyet", "approver@thu"),
        ("duyetxa", "approver@xa-1"),
        ("kiemtra", "auditor@thu"),
        ("truc", "operator@xa-2"),
    ] {
        add_person(province, name, role);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bulletin_goes_from_upload_to_the_auditors_page_in_a_browser() {
    let province = Province::new(2);
    province.write_schedules();
    province.loa(&["import", &province.text("schedules")]).well();
    add_people(&province);
    let audio = province.path("tin-moi.wav");
    write_tones(&audio, 3, 3000);
    let (_center, url) = serve(&province, "127.0.0.1:0").await;
    let _station = province.join("dai-1", &url).await;

    let mut seat = Seat::take(&url, (1366, 900), true).await;
    seat.log_in("bientap").await;
    seat.visit("/ban-tin").await;
    let form = "form[action='/tai-len']";
    seat.fill(&format!("{form} [name=file]"), audio.to_str().unwrap()).await;
    for (field, text) in [
        ("code", "TIN-MOI"),
        ("title", "Tin mới từ trình duyệt"),
        ("producer", "Sở"),
        ("source_document", "Văn bản thử"),
        ("transcript", "Tin phát thử."),
        ("areas", "thu"),
        // The same day in either order of day and month.
        ("airs_from", "01012026"),
        ("airs_to", "12122099"),
        ("per_day", "1"),
    ] {
        seat.fill(&format!("{form} [name={field}]"), text).await;
    }
    seat.press(&format!("{form} button.pri")).await;
    // The page's script sends the file and leads on to where it is checked, and from there to the draft.
    until_within(PATIENCE, "the draft's page", async || {
        seat.browser.driver().current_url().await.ok()?.path().starts_with("/ban-tin/TIN-MOI").then_some(())
    })
    .await;
    seat.read_until("/ban-tin/TIN-MOI", "Tin mới từ trình duyệt").await;
    seat.press("form[action='/ban-tin/TIN-MOI/gui-duyet'] button").await;

    // The author sees no way to approve; somebody else does.
    seat.visit("/ban-tin/TIN-MOI").await;
    assert!(seat.browser.driver().find_all(thirtyfour::By::Css("form[action$='/duyet']")).await.unwrap().is_empty());
    seat.log_in("nguoiduyet").await;
    seat.read_until("/duyet", "Tin mới từ trình duyệt").await;
    seat.visit("/ban-tin/TIN-MOI").await;
    seat.browser.element("audio").await;
    seat.press("form[action='/ban-tin/TIN-MOI/duyet'] button").await;

    let report = province.report_until(60, "the station to have played it", |total| total["aired"] == 1).await;
    assert_eq!(report["total"]["evidence"]["played"], 1);

    seat.log_in("kiemtra").await;
    seat.read_until("/doi-soat", "Đã phát đủ").await;
    let page = seat.browser.driver().source().await.unwrap();
    assert!(page.contains("TIN-MOI") || page.contains("Tin mới từ trình duyệt"));
    assert!(page.contains("nhật ký thiết bị") || page.contains("Nhật ký thiết bị"));

    // An operator without scripts, on a phone: what is planned at their station ended and waits for a word.
    let mut phone = Seat::take(&url, (390, 844), false).await;
    phone.log_in("truc").await;
    phone.read_until("/hom-nay?station=dai-2", "Tin mới từ trình duyệt").await;
    phone.press("form[action='/hom-nay/xac-nhan'] button[name=said][value=full]").await;
    phone.read_until("/hom-nay?station=dai-2", "Hoàn tác").await;
    let report = province.report_until(30, "the operator's word to count", settled).await;
    assert_eq!(report["total"]["evidence"]["declared"], 1, "{report}");
    phone.press("form[action='/hom-nay/hoan-tac'] button").await;
    province.report_until(30, "the word taken back to count", |total| total["unreported"] == 1).await;

    seat.browser.quit().await;
    phone.browser.quit().await;
    let ours = std::collections::BTreeSet::from(["127.0.0.1".to_string()]);
    for browser in [&seat.browser, &phone.browser] {
        assert_eq!(browser.hosts_contacted(), ours);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_person_without_the_right_gets_a_sentence_and_a_stranger_the_log_in() {
    let province = Province::new(2);
    province.write_schedules();
    province.loa(&["import", &province.text("schedules")]).well();
    add_people(&province);
    let (_center, url) = serve(&province, "127.0.0.1:0").await;
    let mut seat = Seat::take(&url, (1366, 900), false).await;
    seat.visit("/doi-soat").await;
    seat.browser.element("form[action='/dang-nhap']").await;
    seat.log_in("truc").await;
    for (path, shown) in [("/hom-nay?station=dai-1", false), ("/hom-nay?station=dai-2", true), ("/nguoi-dung", false)] {
        seat.visit(path).await;
        let said = seat.browser.element("main").await.text().await.unwrap();
        assert_eq!(!said.contains("403"), shown, "{path}: {said}");
    }
    seat.browser.quit().await;
}
