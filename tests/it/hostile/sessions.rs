//! Sessions: made anew at each log-in, worth nothing once ended, and leading nowhere else.

use super::Stage;
use crate::helpers::person::{PASSWORD, Visitor};

/// Whether a session still opens pages.
async fn is_open(visitor: &Visitor) -> bool {
    let answer = visitor.get("/ban-tin").await;
    if answer.status == 303 {
        assert!(answer.header("location").starts_with("/dang-nhap"), "{answer:?}");
    }
    answer.status == 200
}

#[tokio::test]
async fn a_log_in_makes_a_new_token_of_256_bits_and_ends_the_one_before_it() {
    let stage = Stage::new().await;
    let visitor = stage.person("bientap").await;
    let first = visitor.cookies();
    let old = stage.stranger();
    old.take_cookies(&first);
    assert!(is_open(&old).await);
    assert_eq!(visitor.send_form("/dang-nhap", &[("user", "bientap"), ("password", PASSWORD)]).await.status, 303);
    let (before, after) = (&first["loa"], &visitor.cookies()["loa"]);
    assert_ne!(before, after);
    assert!(before.len() >= 43 && after.len() >= 43, "{before} {after}");
    assert!(is_open(&visitor).await && !is_open(&old).await, "the older session was not ended");
}

#[tokio::test]
async fn a_token_that_the_center_did_not_make_is_worth_nothing() {
    let stage = Stage::new().await;
    for token in ["", "x", "0".repeat(64).as_str(), "' OR 1=1 --"] {
        let visitor = stage.stranger();
        visitor.take_cookies(&[("loa".to_owned(), token.to_owned())].into());
        assert!(!is_open(&visitor).await, "{token}");
    }
}

#[tokio::test]
async fn after_the_log_out_the_token_opens_nothing_any_more() {
    let stage = Stage::new().await;
    let visitor = stage.person("bientap").await;
    let thief = stage.stranger();
    thief.take_cookies(&visitor.cookies());
    assert_eq!(visitor.submit("/dang-xuat", &[]).await.status, 303);
    assert!(!visitor.cookies().contains_key("loa") && !is_open(&thief).await);
}

#[tokio::test]
async fn a_disabled_user_is_out_at_once() {
    let stage = Stage::new().await;
    let visitor = stage.person("bientap").await;
    assert!(is_open(&visitor).await);
    stage.province.loa(&["user", "disable", "bientap"]).well();
    assert!(!is_open(&visitor).await);
}

#[tokio::test]
async fn a_log_in_leads_to_no_other_site_and_does_not_say_whether_a_name_exists() {
    let stage = Stage::new().await;
    for next in ["https://evil.example", "//evil.example", "/\\evil.example", "javascript:alert(1)", "/\t/evil.example"]
    {
        let fields = [("user", "bientap"), ("password", PASSWORD), ("next", next)];
        let answer = stage.stranger().send_form("/dang-nhap", &fields).await;
        assert_eq!((answer.status.as_u16(), answer.header("location")), (303, "/"), "{next}");
    }
    let mut answers = Vec::new();
    for name in ["bientap", "khong-co"] {
        let answer = stage.stranger().send_form("/dang-nhap", &[("user", name), ("password", "sai")]).await;
        answers.push((answer.status, answer.text.replace(name, "")));
    }
    assert_eq!(answers[0], answers[1]);
}

#[tokio::test]
async fn every_page_that_needs_a_log_in_offers_the_log_out() {
    let stage = Stage::new().await;
    for (name, path) in [
        ("bientap", "/ban-tin"),
        ("bientap", "/ban-tin/TIN-CHO"),
        ("nguoiduyet", "/duyet"),
        ("kiemtra", "/doi-soat"),
        ("truc", "/hom-nay?station=dai-2"),
        ("quantri", "/dai"),
        ("quantri", "/nguoi-dung"),
        ("quantri", "/khong-co"),
    ] {
        let page = stage.person(name).await.get(path).await.text;
        assert!(page.contains("action=\"/dang-xuat\""), "{path}");
    }
}
