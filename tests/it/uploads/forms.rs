//! Plain forms: files and facts in one, facts later, a new version with and without audio. An error keeps what was typed.

use reqwest::Method;

use super::{Desk, facts};
use crate::helpers::person::Account;

const BOUNDARY: &str = "loa-thu-0001";

/// A form with files, the token first.
fn form(csrf: &str, fields: &[(&str, &str)], files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut body = Vec::new();
    let mut part = |head: String, content: &[u8]| {
        body.extend_from_slice(format!("--{BOUNDARY}\r\ncontent-disposition: form-data; {head}\r\n\r\n").as_bytes());
        body.extend_from_slice(content);
        body.extend_from_slice(b"\r\n");
    };
    part("name=\"csrf\"".into(), csrf.as_bytes());
    for (name, content) in files {
        part(format!("name=\"file\"; filename=\"{name}\""), content);
    }
    for (name, value) in fields {
        part(format!("name=\"{name}\""), value.as_bytes());
    }
    body.extend_from_slice(format!("--{BOUNDARY}--\r\n").as_bytes());
    body
}

/// Posts it; status, where it leads, and the page.
async fn post(who: &Account, path: &str, body: Vec<u8>) -> (u16, String, String) {
    let kind = format!("multipart/form-data; boundary={BOUNDARY}");
    let answer = who.ask(Method::POST, path).header("content-type", kind).body(body).send().await.unwrap();
    let to = answer.headers().get("location").map(|to| to.to_str().unwrap().to_string()).unwrap_or_default();
    (answer.status().as_u16(), to, answer.text().await.unwrap())
}

fn id_of(location: &str) -> String {
    let (_, id) = location.split_once("/tai-len/").unwrap_or_else(|| panic!("it leads to {location}"));
    id.split('?').next().unwrap().to_string()
}

#[tokio::test]
async fn a_file_with_its_facts_becomes_a_draft_by_itself_and_later_versions_follow() {
    let desk = Desk::open().await;
    let bytes = desk.tones("tin.wav", 2000);
    let mut fields = facts("TIN-1").to_vec();
    fields.push(("document_ends", "2026-12-31"));
    let body = form(&desk.editor.csrf, &fields, &[("tin.wav", &bytes)]);
    // The address that older pages send to.
    let (status, to, _) = post(&desk.editor, "/ban-tin", body).await;
    assert_eq!(status, 303, "{to}");
    let said = desk.until_state(&id_of(&to), "used").await;
    assert_eq!((said["bulletin"].as_str(), said["version"].as_u64()), (Some("TIN-1"), Some(1)));
    let shown = desk.editor.ask(Method::GET, &to).send().await.unwrap();
    assert_eq!(shown.headers()["location"], "/ban-tin/TIN-1?version=1");

    // Other facts with the same audio: no upload.
    let page = desk.editor.page("/ban-tin/TIN-1/phien-ban").await;
    assert!(page.contains("Tin tải lên") && page.contains("2026-12-31"), "the present facts are filled in");
    let mut changed = facts("TIN-1").to_vec();
    changed[1] = ("title", "Tin đã sửa");
    changed.push(("facts", "all"));
    let body = form(&desk.editor.csrf, &changed, &[]);
    let (status, to, _) = post(&desk.editor, "/ban-tin/TIN-1/phien-ban", body.clone()).await;
    assert_eq!((status, to.as_str()), (303, "/ban-tin/TIN-1"));
    assert_eq!(desk.versions("TIN-1").await, 2);
    assert_eq!(post(&desk.editor, "/ban-tin/TIN-1/phien-ban", body).await.0, 303);
    assert_eq!(desk.versions("TIN-1").await, 2, "the same again is no version");

    // Another audio with the facts as they are, by the small form of the bulletin's page.
    let other = desk.tones("khac.wav", 2500);
    let body = form(&desk.editor.csrf, &[("version", "2")], &[("khac.wav", &other)]);
    let (_, to, _) = post(&desk.editor, "/ban-tin/TIN-1/phien-ban", body).await;
    assert_eq!(desk.until_state(&id_of(&to), "used").await["version"], 3);
    assert!(desk.editor.page("/ban-tin/TIN-1").await.contains("Tin đã sửa"));
}

#[tokio::test]
async fn wrong_facts_stand_beside_their_fields_and_neither_they_nor_the_file_are_lost() {
    let desk = Desk::open().await;
    let bytes = desk.tones("tin.wav", 2000);
    let mut wrong = facts("TIN-1").to_vec();
    wrong[9] = ("areas", "xa-99");
    wrong.push(("sibling_of", "KHONG-CO"));
    wrong.push(("document_ends", "2020-01-01"));
    let body = form(&desk.editor.csrf, &wrong, &[("tin.wav", &bytes)]);
    let (status, to, _) = post(&desk.editor, "/tai-len", body).await;
    assert_eq!(status, 303);
    let id = id_of(&to);
    desk.until_state(&id, "checked").await;
    let page = desk.editor.page(&format!("/tai-len/{id}")).await;
    for (field, words) in [("areas", "xa-99"), ("sibling_of", "KHONG-CO"), ("document_ends", "không bao giờ phát")]
    {
        let beside = page.split(&format!("id=\"e-{field}\">")).nth(1).unwrap_or_else(|| panic!("nothing at {field}"));
        assert!(beside.split("</span>").next().unwrap().contains(words), "{field}");
    }
    assert!(page.contains("Tin tải lên"), "what was typed is kept");
    let mut again = facts("TIN-1").to_vec();
    again.push(("sibling_of", "TIN-1"));
    let answer = desk.editor.post(&format!("/tai-len/{id}"), &again).await;
    assert_eq!(answer.status().as_u16(), 422);
    assert!(answer.text().await.unwrap().contains("chính nó"));
    assert_eq!(desk.give_facts(&id, "TIN-1").await.headers()["location"], "/ban-tin/TIN-1?version=1");
    assert_eq!(desk.look(&id).await["state"], "used");

    // The same code again is refused beside its field; another language may be its sibling.
    let other = desk.tones("khac.wav", 2500);
    let id = desk.announce("khac.wav", &other).await;
    assert_eq!(desk.send(&id, 0, &other).await.0, 200);
    assert_eq!(desk.give_facts(&id, "TIN-1").await.status().as_u16(), 422);
    let mut sibling = facts("TIN-1-CTU").to_vec();
    sibling.push(("sibling_of", "TIN-1"));
    let answer = desk.editor.post(&format!("/tai-len/{id}"), &sibling).await;
    assert!(answer.text().await.unwrap().contains("cùng một tiếng nói"));
    sibling[6] = ("language", "ctu");
    assert_eq!(desk.editor.post(&format!("/tai-len/{id}"), &sibling).await.status().as_u16(), 303);
    desk.until_state(&id, "used").await;
}

#[tokio::test]
async fn a_communes_own_item_comes_from_its_operator_and_is_for_that_commune_alone() {
    let desk = Desk::open().await;
    let operator = Account::log_in(&desk.url, "truc").await;
    let bytes = desk.tones("tin.wav", 2000);
    let (status, to, _) = post(&operator, "/tai-len", form(&operator.csrf, &[], &[("tin.wav", &bytes)])).await;
    assert_eq!(status, 303);
    let path = to.split('?').next().unwrap().to_string();
    let mut fields = facts("XA-1-01").to_vec();
    for (origin, areas, right) in [
        ("department", "xa-1", false),
        ("commune", "thu", false),
        ("commune", "xa-1, xa-2", false),
        ("commune", "xa-2", false),
        ("commune", "xa-1", true),
    ] {
        (fields[4], fields[9]) = (("origin", origin), ("areas", areas));
        let status = operator.post(&path, &fields).await.status().as_u16();
        assert_eq!(status, if right { 303 } else { 422 }, "{origin} {areas}");
    }
    crate::helpers::until::until_within(super::PATIENCE, "the draft", async || {
        (desk.versions("XA-1-01").await == 1).then_some(())
    })
    .await;
}

#[tokio::test]
async fn a_form_from_another_page_or_over_the_quota_writes_nothing() {
    let desk = Desk::open_with("[upload.units]\nthu = 1\n").await;
    let bytes = desk.tones("tin.wav", 2000);
    assert_eq!(post(&desk.editor, "/tai-len", form("x", &[], &[("tin.wav", &bytes)])).await.0, 403);
    let large = desk.tones("lon.wav", 30_000);
    let (status, _, page) = post(&desk.editor, "/tai-len", form(&desk.editor.csrf, &[], &[("lon.wav", &large)])).await;
    assert_eq!(status, 422);
    assert!(page.contains("1,0 MB"), "{page}");
    assert_eq!(post(&desk.editor, "/tai-len", form(&desk.editor.csrf, &[], &[])).await.0, 422);
    assert_eq!(desk.incoming(), Vec::<String>::new());
}
