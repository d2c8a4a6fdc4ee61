//! The day sheet as Chromium prints it: A4, one page for an ordinary day, black on white.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::json;

use super::{Paper, told};
use crate::browser_chain::Seat;

/// Prints the page that is open as people do who leave their browser's settings alone: no background graphics.
async fn print(seat: &Seat<'_>, file: &std::path::Path) {
    let asked = json!({ "printBackground": false, "preferCSSPageSize": true });
    let printed = seat.browser.driver().cdp().send_raw("Page.printToPDF", asked).await.unwrap();
    std::fs::write(file, STANDARD.decode(printed["data"].as_str().unwrap()).unwrap()).unwrap();
}

fn info(pdf: &str, field: &str) -> String {
    let all = told("pdfinfo", &[pdf]);
    let line = all.lines().find_map(|line| line.strip_prefix(field)).unwrap_or_else(|| panic!("no {field} in {all}"));
    line.trim_start_matches(':').trim().to_string()
}

/// Every pixel of every page: its three channels, from the binary form of PPM.
fn pixels(pdf: &str, folder: &std::path::Path) -> Vec<[u8; 3]> {
    let stem = folder.join("trang");
    told("pdftoppm", &["-r", "60", pdf, stem.to_str().unwrap()]);
    let pages = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let mut all = Vec::new();
    for page in pages.filter(|path| path.extension().is_some_and(|ending| ending == "ppm")) {
        let bytes = std::fs::read(page).unwrap();
        // P6, width, height and depth, each on a line or a word of its own; then the pixels.
        let heads = bytes.iter().enumerate().filter(|(_, byte)| byte.is_ascii_whitespace()).map(|(place, _)| place);
        let begin = heads.take(4).last().unwrap() + 1;
        assert!(bytes.starts_with(b"P6"));
        all.extend(bytes[begin..].chunks_exact(3).map(|pixel| [pixel[0], pixel[1], pixel[2]]));
    }
    all
}

#[tokio::test(flavor = "multi_thread")]
async fn an_ordinary_day_prints_on_one_page_of_a4_in_black_and_a_long_day_repeats_its_head() {
    let paper = Paper::open().await;
    assert_eq!(paper.plan("dai-1")["items"].as_array().unwrap().len(), 12);
    let mut seat = Seat::take(&paper.url, (1366, 900), true).await;
    let folder = tempfile::tempdir().unwrap();
    let (day, long) = (folder.path().join("ngay.pdf"), folder.path().join("dai.pdf"));
    seat.log_in("truc").await;
    seat.visit(&paper.place("/hom-nay", "dai-1")).await;
    seat.press("a[href^='/phieu-lich-ngay']").await;
    seat.browser.text(".phieu", "PHIẾU LỊCH PHÁT THANH").await;
    seat.browser.element("[data-print]:not([hidden])").await;
    print(&seat, &day).await;
    seat.log_in("trucxa").await;
    seat.visit(&paper.place("/phieu-lich-ngay", "dai-2")).await;
    print(&seat, &long).await;
    seat.browser.quit().await;
    if let Some(kept) = std::env::var_os("LOA_PAGES") {
        for file in [&day, &long] {
            std::fs::copy(file, std::path::Path::new(&kept).join(file.file_name().unwrap())).unwrap();
        }
    }

    let pdf = day.to_str().unwrap();
    assert_eq!(info(pdf, "Pages"), "1");
    assert!(info(pdf, "Page size").ends_with("(A4)"), "{}", info(pdf, "Page size"));
    let all = pixels(pdf, folder.path());
    assert!(all.iter().any(|pixel| pixel[0] < 64) && all.len() > 100_000, "nothing is printed");
    let coloured = all.iter().filter(|[r, g, b]| r != g || g != b).count();
    assert_eq!(coloured, 0, "of {} pixels", all.len());
    let text = told("pdftotext", &[pdf, "-"]).split_whitespace().collect::<Vec<_>>().join(" ");
    let date = paper.date.format("ngày %-d tháng %-m năm %Y").to_string();
    for words in [
        "UBND XÃ XÃ THỬ 1",
        "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
        "Buổi sáng",
        "Buổi trưa",
        "Buổi chiều",
        "Thời sự sáng VOV1",
        "□ đủ",
        "□ thiếu",
        "□ không",
        "NGƯỜI TRỰC PHÁT THANH",
        "LÃNH ĐẠO UBND XÃ",
        "Lịch có thể thay đổi",
        &paper.date.format("DAI-1-%Y%m%d-03").to_string(),
        &date,
    ] {
        assert!(text.contains(words), "{words} is not in {text}");
    }
    // Nothing of the page around it.
    assert!(!text.contains("Đăng xuất") && !text.contains("Về trang xác nhận"), "{text}");

    let pdf = long.to_str().unwrap();
    assert_eq!(info(pdf, "Pages"), "2");
    let second = told("pdftotext", &["-layout", "-f", "2", "-l", "2", pdf, "-"]);
    assert!(second.contains("Nội dung") && second.contains("Đã phát"), "the head is not repeated: {second}");
}

#[tokio::test]
async fn the_code_on_a_sheet_leads_to_the_page_that_confirms_that_day() {
    let paper = Paper::open().await;
    let visitor = paper.person("truc").await;
    let page = visitor.get(&paper.place("/phieu-lich-ngay", "dai-1")).await;
    let host = paper.url.split_once("://").unwrap().1;
    let address = format!("{host}/hom-nay?station=dai-1&#38;date={}", paper.date);
    assert!(page.text.contains(&address), "{address} is not in {}", page.text);
    // The drawing is the very code of that address.
    let url = format!("{}/hom-nay?station=dai-1&date={}", paper.url, paper.date);
    let code = qrcodegen::QrCode::encode_text(&url, qrcodegen::QrCodeEcc::Medium).unwrap();
    let path = page.between("<path d=\"", "\"");
    let drawn: std::collections::BTreeSet<&str> =
        path.split('M').skip(1).map(|piece| piece.split('h').next().unwrap()).collect();
    for y in 0..code.size() {
        for x in 0..code.size() {
            assert_eq!(drawn.contains(format!("{} {}", x + 4, y + 4).as_str()), code.get_module(x, y), "{x} {y}");
        }
    }
    visitor.get(&paper.place("/hom-nay", "dai-1")).await.says(200, "Đài xã Thử 1");
}

#[tokio::test]
async fn a_day_without_a_rundown_has_an_empty_sheet_and_no_pack() {
    let paper = Paper::open().await;
    let visitor = paper.person("truc").await;
    visitor.get("/phieu-lich-ngay?station=dai-1&date=2024-02-01").await.says(200, "Ngày này chưa có lịch phát");
    visitor.get("/goi-am-thanh.zip?station=dai-1&date=2024-02-01").await.says(404, "Không có trang này");
    visitor.get("/phieu-lich-ngay?station=dai-1&date=2024-02-01&lang=en").await.says(200, "1 February 2024");
}
