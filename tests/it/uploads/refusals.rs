//! What is not taken is told before a byte of it is, with the figure and what to do; what the check refuses says why.

use loa::domain::ids::Sha256;
use reqwest::Method;
use serde_json::json;

use super::{API, Desk, answer};
use crate::helpers::person::Account;

#[tokio::test]
async fn sizes_quotas_and_open_files_are_judged_before_a_byte_is_taken() {
    let settings = "[upload]\nopen_each = 2\n\n[upload.units]\nthu = 600\n";
    let desk = Desk::open_with(settings).await;
    let announce = async |who: &Account, name: &str, bytes: u64| {
        let head = Sha256::of(name.as_bytes()).to_string();
        let body = json!({ "file_name": name, "bytes": bytes, "head_sha256": head });
        answer(who.ask(Method::POST, API).json(&body)).await
    };
    let (status, said) = announce(&desk.editor, "lon.wav", 500_000_001).await;
    assert_eq!((status, said["error"]["code"].as_str()), (413, Some("too-long")), "{said}");
    assert!(said["error"]["message"].as_str().unwrap().contains("500,0 MB"), "{said}");
    assert_eq!(announce(&desk.editor, "rong.wav", 0).await.1["error"]["code"], "empty");
    assert_eq!(announce(&desk.editor, "mot.wav", 400_000_000).await.0, 201);
    let (status, said) = announce(&desk.editor, "hai.wav", 200_000_001).await;
    assert_eq!((status, said["error"]["code"].as_str()), (422, Some("over-quota")), "{said}");
    let sentence = said["error"]["message"].as_str().unwrap();
    assert!(sentence.contains("400,0 MB") && sentence.contains("600,0 MB"), "{sentence}");
    assert_eq!(announce(&desk.editor, "hai.wav", 200_000_000).await.0, 201);
    // The operator's commune has the usual quota; a person has only so many open.
    let operator = Account::log_in(&desk.url, "truc").await;
    for name in ["mot.wav", "hai.wav"] {
        assert_eq!(announce(&operator, name, 250_000_000).await.0, 201);
    }
    let (status, said) = announce(&operator, "ba.wav", 1).await;
    assert_eq!((status, said["error"]["code"].as_str()), (422, Some("too-many-open")), "{said}");
    // In the reader's language.
    let body = json!({ "file_name": "rong.wav", "bytes": 0, "head_sha256": Sha256::of(b"").to_string() });
    let (_, said) = answer(desk.editor.ask(Method::POST, &format!("{API}?lang=en")).json(&body)).await;
    assert!(said["error"]["message"].as_str().unwrap().starts_with("The file is empty"), "{said}");
}

#[tokio::test]
async fn wrong_bytes_are_refused_with_how_many_are_here() {
    let desk = Desk::open().await;
    let bytes = desk.tones("tin.wav", 2000);
    let id = desk.announce("tin.wav", &bytes).await;
    let (status, said) = desk.send(&id, 7, &bytes[7..]).await;
    assert_eq!((status, said["received"].as_u64()), (409, Some(0)), "{said}");
    assert_eq!(desk.send(&id, 0, &bytes[..1000]).await.0, 200);
    let mut more = bytes[1000..].to_vec();
    more.push(0);
    let (status, said) = desk.send(&id, 1000, &more).await;
    assert_eq!((status, said["error"]["code"].as_str()), (422, Some("too-much")), "{said}");
    let held = usize::try_from(said["received"].as_u64().unwrap()).unwrap();
    assert!(held <= bytes.len(), "{held}");
    let (status, said) = desk.send(&id, held as u64, &bytes[held..]).await;
    assert_eq!(status, 200, "{said}");
    assert_eq!(desk.until_state(&id, "checked").await["sha256"], Sha256::of(&bytes).to_string());
}

#[tokio::test]
async fn another_file_under_an_announced_name_is_refused_when_it_is_whole() {
    let desk = Desk::open().await;
    let (bytes, other) = (desk.tones("tin.wav", 2000), vec![7; 192_044]);
    let id = desk.announce("tin.wav", &bytes).await;
    assert_eq!(bytes.len(), other.len());
    let (status, said) = desk.send(&id, 0, &other).await;
    assert_eq!((status, said["state"].as_str()), (200, Some("refused")), "{said}");
    assert!(said["reason"].as_str().unwrap().contains("không khớp"), "{said}");
    assert!(desk.incoming().is_empty(), "{:?}", desk.incoming());
}

#[tokio::test]
async fn a_refused_file_says_why_on_its_page_and_in_the_list_and_shows_nothing_of_ours() {
    let desk = Desk::open().await;
    let text = "đây là chữ, không phải âm thanh\n".repeat(400).into_bytes();
    let id = desk.announce("giả.mp3", &text).await;
    assert_eq!(desk.send(&id, 0, &text).await.0, 200);
    let said = desk.until_state(&id, "refused").await;
    let reason = said["reason"].as_str().unwrap();
    assert!(reason.ends_with('.') && said["findings"][0]["severity"] == "refuse", "{said}");
    for path in [format!("/tai-len/{id}"), "/tai-len".into(), "/ban-tin".into()] {
        let page = desk.editor.page(&path).await;
        assert!(page.contains("Không nhận"), "{path}");
        let inside = desk.province.data().display().to_string();
        assert!(!page.contains(&inside) && !page.contains("SELECT") && !page.contains("incoming"), "{path}");
    }
    let first_words: String = reason.chars().take(20).collect();
    assert!(desk.editor.page(&format!("/tai-len/{id}")).await.contains(&first_words));
    assert!(desk.incoming().is_empty());
}

#[tokio::test]
async fn uploads_belong_to_their_owner_and_to_pages_of_ours() {
    let desk = Desk::open().await;
    let bytes = desk.tones("tin.wav", 1500);
    let id = desk.announce("tin.wav", &bytes).await;
    let operator = Account::log_in(&desk.url, "truc").await;
    for method in [Method::GET, Method::DELETE] {
        assert_eq!(answer(operator.ask(method, &format!("{API}/{id}"))).await.0, 404);
    }
    let mut forged = desk.editor.at(&desk.url);
    forged.csrf = "x".into();
    assert_eq!(
        answer(forged.ask(Method::POST, API).json(&json!({ "file_name": "a", "bytes": 1, "head_sha256": "x" })))
            .await
            .0,
        403
    );
    let stranger = reqwest::Client::new().get(format!("{}{API}", desk.url)).send().await.unwrap();
    assert_eq!(stranger.status().as_u16(), 401);
    let elsewhere = desk.editor.ask(Method::DELETE, &format!("{API}/{id}")).header("sec-fetch-site", "cross-site");
    assert_eq!(answer(elsewhere).await.0, 403);
    let (_, listed) = answer(operator.ask(Method::GET, API)).await;
    assert_eq!(listed, json!([]));
    assert_eq!(desk.look(&id).await["state"], "receiving");
}
