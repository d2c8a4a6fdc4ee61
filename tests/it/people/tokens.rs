//! API tokens: never more than their owner, never for ever.

use reqwest::Method;
use serde_json::json;

use super::House;
use crate::helpers::person::call;

#[tokio::test]
async fn a_token_reaches_as_far_as_its_scopes_and_its_owner_and_ends_with_either() {
    let house = House::open().await;
    house.add("bientap", "editor@thu");
    let person = house.entered("bientap").await;
    let read = person.token(&["read"]).await;
    let people = person.token(&["people"]).await;
    let url = house.url.clone();
    let get = async |path: &str, token: &str| call(&url, Method::GET, path, token, None).await;
    get("/api/v1/me", &read).await.says(200, "bientap");
    get("/api/v1/me", &people).await.says(403, "\"scope\"");
    get("/api/v1/users", &read).await.says(403, "\"forbidden\"");
    for worthless in ["", "loa_", "loa_000000000000_00", &read[..read.len() - 1], &format!("{read}0")] {
        get("/api/v1/me", worthless).await.says(401, "unauthenticated");
    }
    // The scope people makes no administrator of an editor, and no token makes tokens.
    let new = json!({"name": "ai", "display_name": "Ai", "grants": [{"role": "editor", "area": "thu"}]});
    call(&url, Method::POST, "/api/v1/users", &people, Some(&new)).await.says(403, "\"forbidden\"");
    let new = json!({"name": "x", "scopes": ["read"], "days": 1});
    call(&url, Method::POST, "/api/v1/tokens", &people, Some(&new)).await.says(403, "session-only");

    let page = person.get("/tai-khoan/ma-truy-cap").await;
    assert!(!page.text.contains(&read), "the secret is shown once");
    let id = read.split('_').nth(1).unwrap();
    let revoke = format!("/tai-khoan/ma-truy-cap/{id}/thu-hoi");
    house.admin.post("/tai-khoan/phien", &revoke, &[]).await.says(404, "");
    get("/api/v1/me", &read).await.says(200, "bientap");
    person.post("/tai-khoan/ma-truy-cap", &revoke, &[]).await.leads_to("/tai-khoan/ma-truy-cap");
    get("/api/v1/me", &read).await.says(401, "unauthenticated");

    let again = person.token(&["read"]).await;
    house.act("bientap", "khoa", &[]).await.leads_to("/nguoi-dung/bientap");
    get("/api/v1/me", &again).await.says(401, "unauthenticated");
    house.act("bientap", "mo-khoa", &[]).await.leads_to("/nguoi-dung/bientap");
    get("/api/v1/me", &again).await.says(200, "bientap");
    // Whoever had the password may have made it.
    house.act("bientap", "mat-khau", &[]).await.says(200, "Mật khẩu cấp lần đầu");
    get("/api/v1/me", &again).await.says(401, "unauthenticated");
    house.add("bientap2", "editor@thu");
    let again = house.entered("bientap2").await.token(&["read"]).await;
    get("/api/v1/me", &again).await.says(200, "bientap2");
    // As if it had been made long ago.
    let mut database = house.province.database().await;
    let past = chrono::Utc::now() - chrono::Duration::seconds(1);
    sqlx::query("UPDATE api_tokens SET expires_at = $1").bind(past).execute(&mut database).await.unwrap();
    get("/api/v1/me", &again).await.says(401, "unauthenticated");
    let stored: Vec<(String,)> =
        sqlx::query_as("SELECT digest FROM api_tokens").fetch_all(&mut database).await.unwrap();
    assert!(stored.iter().all(|(digest,)| !again.contains(digest.as_str())));
}

#[tokio::test]
async fn a_token_that_is_asked_for_wrongly_is_not_made() {
    let house = House::open().await;
    house.add("bientap", "editor@thu");
    let person = house.entered("bientap").await;
    let page = "/tai-khoan/ma-truy-cap";
    for (name, days, scope, words) in [
        ("", "30", "read", "dùng cho việc gì"),
        ("a", "0", "read", "1 đến 365"),
        ("a", "366", "read", "1 đến 365"),
        ("a", "30", "all", "Chưa chọn việc"),
    ] {
        let fields = [("name", name), ("days", days), ("scope", scope)];
        person.post(page, page, &fields).await.says(422, words);
    }
    person.post(page, page, &[("name", "a"), ("days", "30")]).await.says(422, "Chưa chọn việc");
}

#[tokio::test]
async fn a_session_writes_only_with_the_token_of_its_forms() {
    let house = House::open().await;
    let body = json!({"name": "truc", "display_name": "Trực", "grants": [{"role": "operator", "area": "xa-1"}]});
    let request = house.admin.request(Method::POST, "/api/v1/users").json(&body);
    house.admin.send(request).await.says(403, "\"csrf\"");
    let csrf = house.admin.csrf("/tai-khoan/phien").await;
    let request = house.admin.request(Method::POST, "/api/v1/users").header("x-csrf", csrf).json(&body);
    let added = house.admin.send(request).await.says(200, "truc").json();
    let person = crate::helpers::person::Visitor::new(&house.url);
    person.log_in("truc", added["password"].as_str().unwrap()).await.leads_to("/");
    person.get("/hom-nay").await.leads_to("/tai-khoan/mat-khau");
}
