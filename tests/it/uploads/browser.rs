//! In Chromium: an upload that loses its connection and its page, and two files without scripts.

use std::path::PathBuf;

use reqwest::Method;
use thirtyfour::By;

use super::{API, Desk, answer, sha256};
use crate::helpers::browser::Browser;
use crate::helpers::cutter::Cutter;
use crate::helpers::person::PASSWORD;
use crate::helpers::sound::write_tones;
use crate::helpers::typist::Typist;

async fn log_in(browser: &Browser, url: &str) {
    browser.goto(&format!("{url}/dang-nhap")).await;
    browser.element("[name=user]").await.send_keys("bientap").await.unwrap();
    browser.element("[name=password]").await.send_keys(PASSWORD).await.unwrap();
    browser.element("form[action='/dang-nhap'] button").await.click().await.unwrap();
    browser.element("form[action='/dang-xuat']").await;
}

async fn press(browser: &Browser, selector: &str) {
    let button = browser.element(selector).await;
    button.scroll_into_view().await.unwrap();
    button.click().await.unwrap();
}

/// A WAV of about 60 MB that is not long: 24 bits, 96 kHz, stereo.
fn write_large(file: &PathBuf) {
    let spec = hound::WavSpec {
        channels: 2,
        sample_rate: 96_000,
        bits_per_sample: 24,
        sample_format: hound::SampleFormat::Int,
    };
    let mut writer = hound::WavWriter::create(file, spec).unwrap();
    let mut state = 1_u32;
    for sample in 0..20_000_000_u32 {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        // Noise of different loudness in turns: no two pieces are alike.
        let loud = if (sample / 24_000).is_multiple_of(2) { 9 } else { 12 };
        #[expect(clippy::cast_possible_wrap, reason = "noise is as good with either sign")]
        writer.write_sample(state as i32 >> loud).unwrap();
    }
    writer.finalize().unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_large_upload_that_loses_its_connection_and_its_page_ends_with_the_same_hash() {
    let desk = Desk::open().await;
    let file = desk.province.path("ban-tin-27-thu-am.wav");
    write_large(&file);
    let whole = std::fs::metadata(&file).unwrap().len();
    assert!((59_000_000..62_000_000).contains(&whole), "{whole}");
    let link = Cutter::start(desk.url.trim_start_matches("http://").parse().unwrap());
    let mut browser = Browser::new((1366, 900), true).await;
    log_in(&browser, &link.url()).await;
    browser.goto(&format!("{}/ban-tin", link.url())).await;
    link.break_after(20_000_000);
    browser.element("#up-form [name=file]").await.send_keys(file.to_str().unwrap()).await.unwrap();
    press(&browser, "#up-form button.pri").await;

    // The connection breaks: the page says so, and goes on by itself when it is back.
    browser.text("#ups .up-note", "Mất mạng lúc").await;
    assert!(link.is_broken());
    link.mend_and_halt_after(15_000_000);
    let said = browser.text("#ups .up-note", "đã nối lại lúc").await;
    assert!(said.contains("Tải tiếp từ") && said.contains("MB"), "{said}");

    // Then the page is lost in the middle of a piece; the list knows how far it came.
    browser.driver().refresh().await.unwrap();
    browser.element("#ups .up-pick").await;
    let said = browser.text("#ups .up-said", "MB trên").await;
    let (_, listed) = answer(desk.editor.ask(Method::GET, API)).await;
    let (id, held) = (listed[0]["id"].as_str().unwrap().to_string(), listed[0]["received"].as_u64().unwrap());
    assert_eq!((listed.as_array().unwrap().len(), listed[0]["state"].as_str()), (1, Some("receiving")));
    assert!(held > 15_000_000 && held < 40_000_000, "{held}");
    // What the center had not yet written when it made the page may be here by now.
    let shown: f64 = said.split(' ').next().unwrap().replace(',', ".").parse().unwrap();
    #[expect(clippy::cast_precision_loss, reason = "some megabytes")]
    let most = held as f64 / 1e6 + 0.1;
    assert!(shown > 15.0 && shown <= most, "{said}, {held}");
    link.go_on();

    // Another file is told apart; the same one goes on from there.
    let other = desk.province.path("khac.wav");
    write_tones(&other, 1, 2000);
    let again = "#ups .up input[type=file]";
    browser.element(again).await.send_keys(other.to_str().unwrap()).await.unwrap();
    browser.text("#ups .up-note", "không phải tệp đã tải dở").await;
    let before = link.sent();
    browser.element(again).await.send_keys(file.to_str().unwrap()).await.unwrap();
    let whole_said = desk.until_state(&id, "checked").await;
    assert_eq!(whole_said["sha256"], sha256(&file));
    let resent = link.sent() - before;
    assert!(resent < whole - held + 5_000_000 && resent < whole * 3 / 4, "{resent} of {whole}, {held} were there");
    browser.text("main", "Đạt, chờ thông tin").await;
    browser.quit().await;
    assert_eq!(browser.hosts_contacted(), std::collections::BTreeSet::from(["127.0.0.1".to_string()]));
}

#[tokio::test(flavor = "multi_thread")]
async fn two_files_go_up_without_scripts_and_each_is_given_its_facts() {
    let desk = Desk::open().await;
    let files: Vec<String> = (1..=2)
        .map(|number| {
            let file = desk.province.path(&format!("tin-{number}.wav"));
            write_tones(&file, number, 2000);
            file.to_str().unwrap().to_string()
        })
        .collect();
    let mut browser = Browser::new((390, 844), false).await;
    log_in(&browser, &desk.url).await;
    browser.goto(&format!("{}/ban-tin", desk.url)).await;
    browser.element("#up-form [name=file]").await.send_keys(files.join("\n")).await.unwrap();
    press(&browser, "#up-form button.pri").await;
    let page = browser.text("main", "Đã nhận 2 tệp").await;
    assert!(page.contains("tin-1.wav") && page.contains("tin-2.wav"), "{page}");
    let (_, listed) = answer(desk.editor.ask(Method::GET, API)).await;
    for (row, code) in listed.as_array().unwrap().iter().zip(["TIN-1", "TIN-2"]) {
        let id = row["id"].as_str().unwrap();
        let said = desk.until_state(id, "checked").await;
        assert_eq!(said["sha256"], sha256(&desk.province.path(said["file_name"].as_str().unwrap())));
        browser.goto(&format!("{}/tai-len/{id}", desk.url)).await;
        for (field, text) in [
            ("code", code),
            ("title", "Tin không cần tập lệnh"),
            ("producer", "Sở"),
            ("transcript", "Tin phát thử."),
            ("areas", "thu"),
            ("airs_from", "01012026"),
            ("airs_to", "12122099"),
        ] {
            browser.element(&format!("[name={field}]")).await.send_keys(text).await.unwrap();
        }
        press(&browser, &format!("form[action='/tai-len/{id}'] button.pri")).await;
        browser.text("h1", "Tin không cần tập lệnh").await;
        assert_eq!(desk.versions(code).await, 1);
    }
    assert!(browser.driver().find_all(By::Css("script")).await.unwrap().len() <= 1);
    browser.quit().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_upload_is_paused_gone_on_with_and_given_up_by_keyboard() {
    let desk = Desk::open().await;
    let file = desk.province.path("tin.wav");
    write_tones(&file, 1, 120_000);
    let link = Cutter::start(desk.url.trim_start_matches("http://").parse().unwrap());
    let mut typist = Typist::sit(&link.url(), (390, 844), true).await;
    typist.log_in("bientap").await;
    typist.at("/ban-tin").await;
    link.mend_and_halt_after(6_000_000);
    // Only the system's own window for choosing a file is left to the driver.
    typist.tab_to("#up-form [name=file]").await;
    typist.focused().await.send_keys(file.to_str().unwrap()).await.unwrap();
    typist.open("#up-form button.pri").await;
    let browser = &typist.browser;
    browser.text("#ups .up-said", "MB trên 11,5 MB").await;
    let pause = "#ups .up-do button:first-of-type";
    typist.open(pause).await;
    browser.text("#ups .up-note", "Đã tạm dừng").await;
    browser.text(pause, "Tải tiếp").await;
    link.go_on();
    let (_, listed) = answer(desk.editor.ask(Method::GET, API)).await;
    assert_eq!(listed[0]["state"], "receiving", "{listed}");
    let id = listed[0]["id"].as_str().unwrap().to_string();
    link.mend_and_halt_after(3_000_000);
    typist.open(pause).await;
    browser.text(pause, "Tạm dừng").await;
    typist.open("#ups .up-do button:last-of-type").await;
    browser.text("#up-live", "Đã hủy").await;
    let said = desk.until_state(&id, "cancelled").await;
    assert!(said["received"].as_u64() > Some(0), "{said}");
    assert!(browser.driver().find_all(By::Css("#ups .up")).await.unwrap().is_empty());
    link.go_on();
    crate::helpers::until::until("its folder to go", async || desk.incoming().is_empty().then_some(())).await;
    typist.browser.quit().await;
}
