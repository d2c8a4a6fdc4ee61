//! Text that tries to be something else: markup, SQL, a path, a second field, a second line of the log.

use super::{MARKUP, Stage, assert_tells_nothing};
use crate::helpers::chain::{Province, serve};
use crate::helpers::person::{Visitor, add_person};

const SQL: [&str; 5] =
    ["' OR '1'='1", "'; DROP TABLE users; --", "\" OR \"\"=\"", "1) UNION VALUES (1, 2) --", "%27--"];

/// Every page that shows what people wrote.
const PAGES: [&str; 7] =
    ["/ban-tin", "/ban-tin/TIN-1", "/duyet", "/doi-soat", "/dai", "/nguoi-dung", "/hom-nay?station=dai-1"];

#[tokio::test]
async fn markup_in_titles_and_names_is_shown_as_text_on_every_page() {
    let mut province = Province::new(1);
    province.tones("TIN-1", 1, 1_500, "thu");
    let facts = province.path("bulletins/TIN-1.toml");
    let hostile = MARKUP.replace('"', "\\\"");
    let text = std::fs::read_to_string(&facts).unwrap();
    let text = text.replace("Tin TIN-1", &hostile).replace("Văn bản thử", &hostile).replace("Tin phát thử.", &hostile);
    std::fs::write(&facts, text).unwrap();
    province.write_schedules();
    let stations = province.path("schedules/stations.csv");
    let text = std::fs::read_to_string(&stations).unwrap();
    let quoted = format!("\"Đài {}\"", MARKUP.replace('"', "\"\""));
    std::fs::write(&stations, text.replace("Đài xã Thử 1", &quoted)).unwrap();
    province.import().well();
    add_person(&province, "moiviec", "editor@thu approver@thu operator@thu auditor@thu admin@thu");
    province.loa(&["user", "add", "ten", "--role", "auditor@thu", "--display-name", MARKUP]).well();
    province.loa(&["user", "add", "duyet", "--role", "approver@thu"]).well();
    province.approve_all();
    let (_center, url) = serve(&province, "127.0.0.1:0").await;
    let visitor = Visitor::of(&url, "moiviec").await;
    let mut shown = 0;
    for page in PAGES {
        let answer = visitor.get(page).await;
        assert_eq!(answer.status, 200, "{page}: {}", answer.text);
        for raw in ["<script>alert", "<img src=x", "onerror=alert(2)>{{", ">49"] {
            assert!(!answer.text.contains(raw), "{page} has {raw}");
        }
        shown += usize::from(answer.text.contains("&#60;script&#62;alert(1)"));
    }
    assert!(shown >= 5, "the hostile text was on {shown} pages only: was it stored at all?");
    let reflected =
        visitor.get("/doi-soat?area=%3Cscript%3Ealert(1)%3C/script%3E&bulletin=%22%3E%3Cimg%20src=x%3E").await;
    assert!(!reflected.text.contains("<script>alert") && !reflected.text.contains("<img src=x"));
}

#[tokio::test]
async fn sql_in_any_field_is_only_text() {
    let stage = Stage::new().await;
    let before = stage.province.loa(&["user", "list"]).well().out;
    let auditor = stage.person("kiemtra").await;
    let admin = stage.person("quantri").await;
    for text in SQL {
        let encoded: String = text.bytes().map(|byte| format!("%{byte:02X}")).collect();
        for path in [
            format!("/doi-soat?from={encoded}"),
            format!("/doi-soat?area={encoded}"),
            format!("/doi-soat?station={encoded}"),
            format!("/doi-soat?bulletin={encoded}&outcome={encoded}&page={encoded}"),
            format!("/doi-soat.csv?bulletin={encoded}"),
            format!("/doi-soat/{encoded}?station={encoded}&date={encoded}"),
            format!("/ban-tin/{encoded}?version={encoded}"),
            format!("/am-thanh/{encoded}.wav"),
            format!("/dai?area={encoded}&kind={encoded}"),
        ] {
            let answer = auditor.get(&path).await;
            assert!([200, 303, 400, 403, 404].contains(&answer.status.as_u16()), "{path}: {}", answer.status);
            assert_tells_nothing(&path, &answer.text.replace(text, ""));
        }
        let stranger = stage.stranger();
        let refused = stranger.send_form("/dang-nhap", &[("user", text), ("password", text)]).await;
        assert!([401, 429].contains(&refused.status.as_u16()), "{text}: {}", refused.status);
        for path in ["/nguoi-dung", "/nguoi-dung/x/khoa", "/dai/dai-1/lua-chon"] {
            let fields = [("name", text), ("display_name", text), ("areas", text), ("role", text), ("choice", text)];
            let answer = admin.submit(path, &fields).await;
            assert!((400..500).contains(&answer.status.as_u16()), "{path}: {}", answer.status);
        }
    }
    assert_eq!(stage.province.loa(&["user", "list"]).well().out, before);
}

#[tokio::test]
async fn no_path_leads_to_a_file_that_is_not_offered() {
    let stage = Stage::new().await;
    let visitor = stage.person("bientap").await;
    for path in [
        "/am-thanh/..%2f..%2fkeys%2froot.key",
        "/am-thanh/..%2f..%2floa.db.wav",
        "/am-thanh/%2fetc%2fpasswd.opus",
        "/assets/..%2f..%2fCargo.toml",
        "/assets/",
        "/assets",
        "/am-thanh/",
        "/.git/HEAD",
        "/loa.db",
        "/keys/root.key",
        "/ban-tin/..%2f..%2fkeys",
        "/api/v1/audio/..%2f..%2fkeys%2froot.key",
        "//etc/passwd",
    ] {
        let answer = visitor.get(path).await;
        assert!([401, 404].contains(&answer.status.as_u16()), "{path}: {}", answer.status);
        assert!(!answer.text.contains("root:") && !answer.text.contains("refs/"), "{path}: {}", answer.text);
    }
}

#[tokio::test]
async fn a_field_sent_twice_or_in_another_place_changes_nothing() {
    let stage = Stage::new().await;
    let editor = stage.person("bientap").await;
    let csrf = editor.any_csrf().await;
    let submit = "/ban-tin/TIN-NHAP/gui-duyet";
    // The token counts where the form holds it, and the first one of two.
    for (path, fields) in [
        (submit.to_owned(), vec![("csrf", "wrong"), ("csrf", csrf.as_str()), ("version", "1")]),
        (format!("{submit}?csrf={csrf}&version=1"), vec![]),
    ] {
        let answer = editor.send_form(&path, &fields).await;
        assert_eq!(answer.status, 403, "{path}");
    }
    // What a form has no field for is passed over.
    let fields = [("version", "1"), ("version", "7"), ("state", "approved"), ("author", "nguoiduyet"), ("by", "x")];
    assert_eq!(editor.submit(submit, &fields).await.status, 303);
    let page = stage.person("nguoiduyet").await.get("/ban-tin/TIN-NHAP").await.text;
    assert!(page.contains("action=\"/ban-tin/TIN-NHAP/duyet\""), "it waits for approval: {page}");
    let twice = stage.person("kiemtra").await.get("/doi-soat?from=2024-06-01&from=2024-06-02").await;
    assert_eq!(twice.status, 400);
    // Not in the framework's words.
    assert_eq!(twice.header("content-type"), "text/html; charset=utf-8");
    assert!(twice.text.contains("<html lang=\"vi\">") && !twice.text.contains("duplicate"), "{}", twice.text);
}

#[tokio::test]
async fn broken_requests_are_told_nothing_of_the_inside() {
    let stage = Stage::new().await;
    let visitor = stage.person("bientap").await;
    let post = |path: &str| visitor.request(reqwest::Method::POST, path);
    let requests = [
        post("/api/v1/enroll").header("content-type", "application/json").body("{\"code\": 7"),
        post("/api/v1/enroll").header("content-type", "application/json").body("[[[[[[[[[["),
        post("/api/v1/enroll").header("content-type", "text/plain").body("x"),
        post("/ban-tin").header("content-type", "multipart/form-data").body("x"),
        post("/ban-tin").header("content-type", "multipart/form-data; boundary=b").body("--b\r\n\r\n\u{0}"),
        post("/dang-nhap").header("content-type", "application/json").body("{}"),
        post("/dang-nhap").header("content-type", "application/x-www-form-urlencoded").body("user=%ff%fe&password=%zz"),
        visitor.request(reqwest::Method::GET, "/ban-tin/%ff%fe"),
        visitor.request(reqwest::Method::GET, "/ban-tin/TIN-CHO?version=99999999999999999999"),
        visitor.request(reqwest::Method::GET, "/hom-nay?date=9999999-99-99&station=\u{0}"),
        visitor.request(reqwest::Method::GET, "/api/v1/link"),
    ];
    for (number, request) in requests.into_iter().enumerate() {
        let answer = visitor.send(request).await;
        assert!((400..500).contains(&answer.status.as_u16()) || answer.status == 303, "{number}: {answer:?}");
        assert_tells_nothing(&format!("request {number}"), &answer.text);
    }
    // It works on.
    assert_eq!(visitor.get("/ban-tin").await.status, 200);
}

#[tokio::test]
async fn what_was_refused_stands_in_the_log_on_a_line_of_its_own() {
    let stage = Stage::new().await;
    let forged = "x\n2026-01-01T00:00:00Z  INFO forged: all is well";
    let _refused = stage.stranger().send_form("/dang-nhap", &[("user", forged), ("password", "y")]).await;
    let auditor = stage.person("kiemtra").await;
    assert_eq!(auditor.get("/nguoi-dung?q=%0Aforged").await.status, 403);
    assert_eq!(auditor.send_form("/dai/dai-1/moi", &[]).await.status, 403);
    stage.center.says("who was refused what", |line| line.contains("kiemtra has no right to").then_some(())).await;
    stage.center.says("a form without a token", |line| line.contains("came without its token").then_some(())).await;
    let said = stage.center.said();
    for line in said.lines() {
        let begins_with_the_time = line.as_bytes().get(10) == Some(&b'T') && line.contains('Z');
        assert!(begins_with_the_time && !line.contains("INFO forged"), "{line}");
    }
    assert!(!said.contains("mat-khau-thu"), "a password in the log: {said}");
}

#[tokio::test]
async fn a_store_that_fails_under_a_page_is_in_the_log_and_not_on_the_page() {
    let stage = Stage::new().await;
    let admin = stage.person("quantri").await;
    assert_eq!(admin.get("/nguoi-dung/nhat-ky").await.status, 200);
    let mut database = stage.province.database().await;
    sqlx::query("ALTER TABLE acts RENAME TO acts_gone").execute(&mut database).await.unwrap();
    let answer = admin.get("/nguoi-dung/nhat-ky").await;
    assert_eq!(answer.status, 500);
    assert!(answer.text.contains("<html lang=\"vi\">"), "{}", answer.text);
    assert_tells_nothing("the page", &answer.text);
    stage.center.says("what failed", |line| (line.contains("ERROR") && line.contains("acts")).then_some(())).await;
}
