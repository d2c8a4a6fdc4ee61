//! Whole days' work by keyboard alone: an editor from the file to the submission, an approver from the making of their
//! key to a decision. Nothing is clicked, and nothing is typed into what Tab did not come to.

use loa::store::Store;
use loa::trust::envelope;
use thirtyfour::prelude::*;

use crate::helpers::chain::{Province, serve};
use crate::helpers::person::{Visitor, add_person};
use crate::helpers::running::Running;
use crate::helpers::sound::{write_tones, write_tones_with_gaps};
use crate::helpers::typist::{PATIENCE, Typist};
use crate::helpers::until::{until, until_within};

/// Where seven seconds of silence begin in the sound of `TIN-MOT`, seconds: a warning each.
const GAPS: [usize; 2] = [2, 14];

/// A center with two bulletins that wait for an approver and have two warnings and one.
async fn waiting() -> (Province, Running, String) {
    let mut province = Province::new(1);
    for (voice, code, gaps) in [(2, "TIN-MOT", &GAPS[..]), (3, "TIN-HAI", &GAPS[..1])] {
        province.bulletin(code, "thu").order(code, "thu");
        write_tones_with_gaps(&province.path(&format!("bulletins/{code}.wav")), voice, 26_000, gaps);
    }
    province.write_schedules();
    province.import().well();
    add_person(&province, "bientap", "editor@thu");
    add_person(&province, "duyet", "approver@thu");
    let (center, url) = serve(&province, "127.0.0.1:0").await;
    let editor = Visitor::of(&url, "bientap").await;
    for code in ["TIN-MOT", "TIN-HAI"] {
        let sent = editor.submit(&format!("/ban-tin/{code}/gui-duyet"), &[("version", "1")]).await;
        assert_eq!(sent.status, 303, "{sent:#?}");
    }
    (province, center, url)
}

/// Goes to the player's button, and has it play; a short sound may be over by the time that is asked.
async fn listen(typist: &Typist) {
    typist.open("[data-do=play]").await;
    until("the sound to have begun", async || {
        let playing = "return document.querySelector('#nghe').played.length > 0";
        typist.browser.driver().execute(playing, Vec::new()).await.ok()?.convert::<bool>().ok()?.then_some(())
    })
    .await;
}

/// Fills in everything that a bulletin's form asks, one area of it wrong.
async fn fill_in(typist: &Typist) {
    typist.type_into("#code", "TIN-PHIM").await;
    typist.choose("#priority", 0, "ordinary").await;
    typist.choose("#origin", 0, "department").await;
    typist.type_into("#title", "Tin làm bằng bàn phím").await;
    typist.choose("#topic", 2, "3").await;
    typist.type_into("#producer", "Sở").await;
    typist.tab_to("#language").await;
    typist.type_over("vi").await;
    typist.type_into("#source_document", "Văn bản thử").await;
    typist.type_into("#transcript", "Tin phát thử.").await;
    typist.press(Key::Enter).await;
    typist.press("Dòng thứ hai.").await;
    typist.type_into("#areas", "khong-co").await;
    // The same day in either order of day and month; the field takes digits one part after the other.
    for (field, typed, value) in
        [("#airs_from", "01012024", "2024-01-01"), ("#airs_to", "12122099", "2099-12-12"), ("#document_ends", "", "")]
    {
        typist.type_into(field, typed).await;
        assert_eq!(typist.focused().await.prop("value").await.unwrap().as_deref(), Some(value), "{field}");
    }
    typist.type_into("#per_day", "1").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_editor_uploads_fills_in_listens_and_submits_by_keyboard_alone() {
    let province = Province::new(1);
    province.write_schedules();
    province.loa(&["import", &province.text("schedules")]).well();
    add_person(&province, "bientap", "editor@thu");
    let file = province.path("tin-ban-phim.wav");
    write_tones(&file, 3, 4_000);
    let (_center, url) = serve(&province, "127.0.0.1:0").await;
    let mut typist = Typist::sit(&url, (1366, 900), true).await;
    typist.log_in("bientap").await;
    typist.at("/ban-tin").await;
    typist.open("nav a[href='/tai-len']").await;
    typist.at("/tai-len").await;

    // The one thing that is not done by keys: the window in which a file is chosen is the system's own, which nothing
    // here can reach. The keyboard comes to the button that opens it; the driver says what was chosen there.
    typist.tab_to("#up-form [name=file]").await;
    typist.focused().await.send_keys(file.to_str().unwrap()).await.unwrap();
    typist.tab_to("#trim").await;
    typist.press(" ").await;
    assert!(typist.focused().await.is_selected().await.unwrap());
    typist.open("#up-form button.pri").await;

    // The page leads on to the file's own, which loads itself again until the check is over.
    typist.at("/tai-len/").await;
    until_within(PATIENCE, "the file to be checked", async || {
        let text = typist.browser.driver().find(By::Css("main")).await.ok()?.text().await.ok()?;
        text.contains("Đạt, chờ thông tin").then_some(())
    })
    .await;
    fill_in(&typist).await;
    typist.open("form[action^='/tai-len/'] button.pri").await;
    // What is wrong is said first, and leads to its field.
    typist.browser.text("#errors", "khong-co").await;
    typist.open("#errors a[href='#areas']").await;
    until("the focus to be in the field", async || typist.is_on("#areas").await.then_some(())).await;
    typist.type_over("thu").await;
    typist.enter().await;

    typist.at("/ban-tin/TIN-PHIM").await;
    typist.browser.text("h1", "Tin làm bằng bàn phím").await;
    listen(&typist).await;
    typist.tab_to("#speed").await;
    typist.open("form[action='/ban-tin/TIN-PHIM/gui-duyet'] button").await;
    typist.browser.text(".flash", "Đã gửi duyệt").await;
    typist.browser.text(".slip", "Chờ duyệt").await;
    typist.open("form[action='/dang-xuat'] button").await;
    typist.at("/dang-nhap").await;

    let store = Store::open_folder(&province.data()).await.unwrap();
    let rows = store.bulletin_versions(Some(&"TIN-PHIM".parse().unwrap())).await.unwrap();
    let [row] = rows.as_slice() else { panic!("{rows:?}") };
    assert_eq!(row.state(), loa::domain::bulletin::State::Submitted);
    assert_eq!((u8::from(row.facts.topic), row.facts.priority.word()), (3, "ordinary"));
    assert_eq!(row.facts.transcript.lines().collect::<Vec<_>>(), ["Tin phát thử.", "Dòng thứ hai."]);
    typist.browser.quit().await;
}

/// Makes a key on its page, to which the queue leads, and has it admitted by command; the key's whole name.
async fn make_key(province: &Province, typist: &Typist) -> String {
    const SAID: &str = "form[data-make-key] [role=status]";
    typist.open("main a[href='/khoa-duyet']").await;
    typist.at("/khoa-duyet").await;
    typist.browser.text(SAID, "chưa có khóa").await;
    typist.open("form[data-make-key] button").await;
    typist.browser.text(SAID, "đang chờ công nhận").await;
    let row = typist.browser.element("[data-standing=waiting]").await;
    let print = row.find(By::Css(".finger")).await.unwrap().text().await.unwrap();
    let key = row.attr("data-keyid").await.unwrap().unwrap();
    province.loa(&["keys", "admit", &print]).well();
    key
}

/// Opens each warning by its button; the page says after each how many are left.
async fn hear_warnings(typist: &Typist) {
    let numbers = 1..=GAPS.len();
    for number in numbers.clone() {
        typist.browser.text("#heard", &format!("Mới nghe {} trên 2", number - 1)).await;
        let approve = typist.browser.element("form[data-own-key] button.ok").await;
        assert!(!approve.is_enabled().await.unwrap(), "before warning {number}");
        let warning = typist.browser.element(&format!("#f{number}")).await.text().await.unwrap();
        assert!(warning.contains("lặng"), "{warning}");
        typist.open(&format!("#f{number} form[data-look] button")).await;
        typist.browser.text(&format!("#h{number}"), "Đã nghe").await;
        // The focus stays where it was: what is heard next is one Tab away.
        assert!(typist.is_on(&format!("#f{number} button")).await);
    }
    typist.browser.text("#heard", "Đã nghe đủ 2").await;
}

/// What is stored of a bulletin's only version: the state, and the keys that signed what is in force.
async fn signed_by(province: &Province, code: &str) -> (loa::domain::bulletin::State, Vec<String>) {
    let store = Store::open_folder(&province.data()).await.unwrap();
    let rows = store.bulletin_versions(Some(&code.parse().unwrap())).await.unwrap();
    let [row] = rows.as_slice() else { panic!("{rows:?}") };
    let Some(manifest) = row.manifest() else { return (row.state(), Vec::new()) };
    let bytes = store.envelope(&manifest).await.unwrap().unwrap();
    let (_, signatures) = envelope::parts(bytes.as_bytes(), envelope::MANIFEST).unwrap();
    (row.state(), signatures.iter().map(|one| one.keyid.to_string()).collect())
}

#[tokio::test(flavor = "multi_thread")]
async fn an_approver_makes_a_key_hears_the_warnings_approves_and_returns_by_keyboard_alone() {
    use loa::domain::bulletin::State;
    let (province, _center, url) = waiting().await;
    let mut typist = Typist::sit(&url, (1366, 900), true).await;
    typist.log_in("duyet").await;
    typist.at("/duyet").await;
    let key = make_key(&province, &typist).await;

    typist.open("nav a[href='/duyet']").await;
    typist.at("/duyet").await;
    typist.open(".q a[href^='/ban-tin/TIN-MOT']").await;
    typist.at("/ban-tin/TIN-MOT").await;
    typist.browser.text("form[data-own-key] [role=status]", "Chữ ký bằng khóa riêng").await;
    hear_warnings(&typist).await;
    // What will be signed is folded; Enter opens it.
    typist.open("form[data-own-key] summary").await;
    typist.browser.text("form[data-own-key] [data-sign=bulletin]", "TIN-MOT").await;
    typist.open("form[data-own-key] button.ok").await;
    typist.browser.text(".flash", "Đã duyệt").await;
    assert_eq!(signed_by(&province, "TIN-MOT").await, (State::Approved, vec![key]));

    // The next one goes back to its author with a reason.
    typist.open("nav a[href='/duyet']").await;
    typist.at("/duyet").await;
    typist.open(".q a[href^='/ban-tin/TIN-HAI']").await;
    typist.at("/ban-tin/TIN-HAI").await;
    typist.type_into("#why", "bỏ đoạn lặng").await;
    typist.open("form[action='/ban-tin/TIN-HAI/tra-lai'] button").await;
    typist.browser.text(".flash", "Đã trả lại").await;
    assert_eq!(signed_by(&province, "TIN-HAI").await, (State::Returned, Vec::new()));
    typist.open("nav a[href='/duyet']").await;
    typist.browser.text("main", "bỏ đoạn lặng").await;
    typist.browser.quit().await;
}
