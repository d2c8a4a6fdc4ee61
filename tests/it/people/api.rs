//! The OpenAPI document against reality: every operation is called, and every answer is what the document says.

use std::collections::BTreeSet;

use reqwest::Method;
use serde_json::{Value, json};

use super::House;
use crate::helpers::chain::Province;
use crate::helpers::person::{Came, call};
use crate::helpers::schema::faults;
use crate::helpers::sound::write_tones;
use crate::source::files;

/// What stations speak, which is no operation for people's programs, and the document itself.
const NOT_DOCUMENTED: [&str; 2] = ["/api/v1/health", "/api/v1/openapi.json"];

/// An operation of the document.
struct Operation {
    path: String,
    method: Method,
    described: Value,
}

impl Operation {
    fn name(&self) -> String {
        format!("{} {}", self.method, self.path)
    }

    /// The scope that a token needs; none when no token does it.
    fn scope(&self) -> Option<String> {
        let all = self.described["security"].as_array().expect("every operation says who may call it");
        let token = all.iter().find_map(|one| one.get("token"))?;
        token[0].as_str().map(String::from)
    }

    /// Asserts that an answer is what the document says of its status.
    fn check(&self, document: &Value, came: &Came) {
        let status = came.status.as_u16().to_string();
        let response = &self.described["responses"][&status];
        assert!(response.is_object(), "{} answers {status}, which is not in the document: {came:#?}", self.name());
        let schema = &response["content"]["application/json"]["schema"];
        assert!(schema.is_object(), "{} says nothing of the body of {status}", self.name());
        assert_eq!(faults(document, schema, &came.json(), ""), [""; 0], "{} answered {}", self.name(), came.text);
    }
}

fn operations(document: &Value) -> Vec<Operation> {
    let mut all = Vec::new();
    for (path, methods) in document["paths"].as_object().unwrap() {
        for (method, described) in methods.as_object().unwrap() {
            let method = method.to_uppercase().parse().unwrap();
            all.push(Operation { path: path.clone(), method, described: described.clone() });
        }
    }
    all
}

/// A path with something in its places.
fn filled(path: &str, values: &[(&str, &str)]) -> String {
    let path = values.iter().fold(path.to_string(), |path, (name, value)| path.replace(&format!("{{{name}}}"), value));
    path.replace("{id}", "0").replace("{name}", "khong-co").replace("{code}", "KHONG-CO").replace("{version}", "1")
}

async fn document(url: &str) -> Value {
    call(url, Method::GET, "/api/v1/openapi.json", "", None).await.says(200, "openapi").json()
}

/// A house with a bulletin of two authors' hands, approvers, and tokens of every scope.
async fn furnished() -> House {
    let house = House::open().await;
    let mut province = Province::new(2);
    province.bulletin("TIN-1", "thu").bulletin("TIN-2", "thu");
    for (code, voice) in [("TIN-1", 1), ("TIN-2", 2)] {
        write_tones(&province.path(&format!("bulletins/{code}.wav")), voice, 3000);
    }
    house.province.loa(&["import", &province.text("bulletins")]).well();
    house.add("bientap", "editor@thu");
    house.add("nguoiduyet", "approver@thu");
    house.add("truc", "operator@xa-1");
    house
}

#[tokio::test]
async fn every_route_of_the_api_is_in_the_document() {
    let house = House::open().await;
    let document = document(&house.url).await;
    let documented: BTreeSet<String> =
        document["paths"].as_object().unwrap().keys().map(|path| path.to_string()).collect();
    assert!(documented.len() >= 15, "{documented:?}");
    // Routes of the API that do not come from the document's own router stand in the open in the routes' table.
    for source in files("src/web").into_iter().filter(|source| source.name.ends_with(".rs")) {
        for route in source.text.split(".route(\"").skip(1).filter_map(|rest| rest.split('"').next()) {
            let known = !route.starts_with("/api/") || NOT_DOCUMENTED.contains(&route) || documented.contains(route);
            assert!(known, "{route} of {} is not in the document", source.name);
        }
    }
    for path in documented {
        assert!(path.starts_with("/api/v1/"), "{path}");
    }
}

#[tokio::test]
async fn nobody_and_a_token_of_another_scope_are_refused_by_every_operation() {
    let house = furnished().await;
    let document = document(&house.url).await;
    let scopes = ["read", "upload", "decide", "people"];
    let mut tokens = Vec::new();
    for scope in scopes {
        let others: Vec<&str> = scopes.into_iter().filter(|other| *other != scope).collect();
        tokens.push((scope, house.admin.token(&others).await));
    }
    for operation in operations(&document) {
        let path = filled(&operation.path, &[]);
        let body = operation.described.get("requestBody").map(|_| example(&operation.path));
        for worthless in ["", "loa_000000000000_00"] {
            let came = call(&house.url, operation.method.clone(), &path, worthless, body.as_ref()).await;
            assert_eq!(came.status.as_u16(), 401, "{}: {came:#?}", operation.name());
            operation.check(&document, &came);
        }
        for (missing, token) in &tokens {
            if operation.scope().is_none_or(|needed| needed == *missing) {
                let came = call(&house.url, operation.method.clone(), &path, token, body.as_ref()).await;
                assert_eq!(came.status.as_u16(), 403, "{}: {came:#?}", operation.name());
                operation.check(&document, &came);
            }
        }
    }
}

/// A body that each operation can read.
fn example(path: &str) -> Value {
    match path {
        "/api/v1/tokens" => json!({"name": "x", "scopes": ["read"], "days": 1}),
        "/api/v1/users" => json!({"name": "moi", "display_name": "Mới", "grants": [{"role": "editor", "area": "thu"}]}),
        "/api/v1/users/{name}/grants" => json!({"role": "editor", "area": "xa-1", "from": null}),
        _ => json!({"reason": "vì thử"}),
    }
}

#[tokio::test]
async fn every_operation_answers_as_the_document_says_done_or_refused() {
    let house = furnished().await;
    let document = document(&house.url).await;
    let scopes = ["read", "upload", "decide", "people"];
    let admin = house.admin.token(&scopes).await;
    let editor = house.entered("bientap").await.token(&scopes).await;
    let approver = house.entered("nguoiduyet").await.token(&scopes).await;
    let (mut done, mut refused) = (BTreeSet::new(), BTreeSet::new());
    let all = operations(&document);
    let find = |name: &str| all.iter().find(|one| one.name() == name).unwrap_or_else(|| panic!("no {name}"));
    let mut good = async |name: &str, token: &str, values: &[(&str, &str)], body: Option<Value>| {
        let operation = find(name);
        let path = filled(&operation.path, values);
        let came = call(&house.url, operation.method.clone(), &path, token, body.as_ref()).await;
        assert_eq!(came.status.as_u16(), 200, "{name}: {came:#?}");
        operation.check(&document, &came);
        done.insert(name.to_string());
        came.json()
    };
    // What is there.
    for name in ["me", "sessions", "tokens", "users", "acts", "bulletins", "stations"] {
        let listed = good(&format!("GET /api/v1/{name}"), &admin, &[], None).await;
        assert!(!listed.as_array().is_some_and(Vec::is_empty), "{name} is empty and shows nothing");
    }
    good("GET /api/v1/orders", &admin, &[], None).await;
    let one = good("GET /api/v1/bulletins/{code}", &editor, &[("code", "TIN-1")], None).await;
    assert_eq!(one["versions"][0]["state"], "draft");
    // People.
    let added = good("POST /api/v1/users", &admin, &[], Some(example("/api/v1/users"))).await;
    assert_eq!(added["name"], "moi");
    let moi = [("name", "moi")];
    let body = example("/api/v1/users/{name}/grants");
    good("POST /api/v1/users/{name}/grants", &admin, &moi, Some(body)).await;
    let grants = good("GET /api/v1/users/{name}/grants", &admin, &moi, None).await;
    let id = grants[1]["id"].to_string();
    good("POST /api/v1/users/{name}/grants/{id}/end", &admin, &[("name", "moi"), ("id", &id)], None).await;
    let grants = good("GET /api/v1/users/{name}/grants", &admin, &moi, None).await;
    assert_eq!(grants[1]["standing"], "over");
    good("POST /api/v1/users/{name}/disable", &admin, &moi, None).await;
    good("POST /api/v1/users/{name}/enable", &admin, &moi, None).await;
    // A bulletin's way, and the other's.
    let place = |code: &'static str| [("code", code), ("version", "1")];
    let step = |verb: &str| format!("POST /api/v1/bulletins/{{code}}/versions/{{version}}/{verb}");
    let reason = || Some(json!({"reason": "vì thử"}));
    for code in ["TIN-1", "TIN-2"] {
        good(&step("submit"), &editor, &place(code), Some(json!({}))).await;
    }
    good(&step("return"), &approver, &place("TIN-2"), reason()).await;
    good(&step("approve"), &approver, &place("TIN-1"), Some(json!({}))).await;
    good(&step("withdraw"), &approver, &place("TIN-1"), reason()).await;
    let one = good("GET /api/v1/bulletins/{code}", &editor, &[("code", "TIN-1")], None).await;
    let steps: Vec<&str> =
        one["versions"][0]["steps"].as_array().unwrap().iter().map(|step| step["to"].as_str().unwrap()).collect();
    assert_eq!(steps, ["submitted", "approved", "withdrawn"]);
    // Sessions and tokens end last.
    let sessions = good("GET /api/v1/sessions", &editor, &[], None).await;
    let id = sessions[0]["id"].as_str().unwrap().to_string();
    good("POST /api/v1/sessions/{id}/end", &editor, &[("id", &id)], None).await;
    let id = editor.split('_').nth(1).unwrap();
    good("POST /api/v1/tokens/{id}/revoke", &editor, &[("id", id)], None).await;

    // Refused: what is not there, what cannot be read, what is no JSON.
    for operation in &all {
        let path = filled(&operation.path, &[]);
        if operation.path.contains('{') {
            let body = operation.described.get("requestBody").map(|_| example(&operation.path));
            let token = if operation.scope().as_deref() == Some("upload") { "" } else { admin.as_str() };
            let came = call(&house.url, operation.method.clone(), &path, token, body.as_ref()).await;
            assert!(came.status.is_client_error(), "{}: {came:#?}", operation.name());
            operation.check(&document, &came);
            refused.insert(operation.name());
        }
        if operation.described.get("requestBody").is_some() {
            for body in [json!([]), json!({"unknown": 1}), json!(null)] {
                let came = call(&house.url, operation.method.clone(), &path, &admin, Some(&body)).await;
                assert_eq!(came.status.as_u16(), 400, "{}: {came:#?}", operation.name());
                operation.check(&document, &came);
            }
            let came = call(&house.url, operation.method.clone(), &path, &admin, None).await;
            assert_eq!(came.status.as_u16(), 415, "{}: {came:#?}", operation.name());
            operation.check(&document, &came);
        }
    }
    // From a session only.
    let csrf = house.admin.csrf("/tai-khoan/phien").await;
    let request = house.admin.request(Method::POST, "/api/v1/tokens").header("x-csrf", csrf);
    let came = house.admin.send(request.json(&example("/api/v1/tokens"))).await;
    assert_eq!(came.status.as_u16(), 200, "{came:#?}");
    find("POST /api/v1/tokens").check(&document, &came);
    done.insert("POST /api/v1/tokens".into());
    let missing: Vec<String> = all.iter().map(Operation::name).filter(|name| !done.contains(name)).collect();
    assert!(missing.is_empty(), "never seen to answer well: {missing:?}");
    assert!(!refused.is_empty());
}

#[tokio::test]
async fn refusals_are_in_the_language_asked_for_and_show_nothing_of_our_insides() {
    let house = House::open().await;
    let token = house.admin.token(&["read", "people"]).await;
    let says = async |path: &str, lang: &str| {
        let visitor = crate::helpers::person::Visitor::new(&house.url);
        let request = visitor.request(Method::GET, path).header("accept-language", lang);
        visitor.send(request).await.json()["error"]["message"].as_str().unwrap().to_string()
    };
    assert!(says("/api/v1/me", "vi").await.contains("đăng nhập"));
    assert!(says("/api/v1/me", "en-GB,en;q=0.9").await.contains("logged in"));
    assert!(says("/api/v1/khong-co", "en").await.contains("no such thing"));
    call(&house.url, Method::DELETE, "/api/v1/me", &token, None).await.says(405, "not-allowed");
    call(&house.url, Method::GET, "/api/v1/bulletins/%ff", &token, None).await.says(400, "bad-body");

    // Everything fails that asks the database.
    let mut database = house.province.database().await;
    for table in ["bulletin_versions", "acts", "grants"] {
        sqlx::query(sqlx::AssertSqlSafe(format!("ALTER TABLE {table} RENAME TO {table}_gone")))
            .execute(&mut database)
            .await
            .unwrap();
        for path in ["/api/v1/bulletins", "/api/v1/acts", "/api/v1/me"] {
            quiet(&call(&house.url, Method::GET, path, &token, None).await);
        }
        for path in ["/ban-tin", "/nguoi-dung", "/nguoi-dung/nhat-ky", "/tai-khoan", "/dang-nhap"] {
            quiet(&house.admin.get(path).await);
        }
    }
    call(&house.url, Method::GET, "/api/v1/me", &token, None).await.says(500, "broken");
    house.admin.get("/tai-khoan").await.says(500, "500");
}

/// Nothing of what a developer would read.
fn quiet(came: &Came) {
    let text = came.text.to_lowercase();
    for word in [
        "sqlite",
        "no such table",
        "from grants",
        "from users",
        "insert into",
        "src/",
        ".rs:",
        "panicked",
        "backtrace",
        "/tmp/",
        "_gone",
    ] {
        assert!(!text.contains(word), "\"{word}\" is shown: {came:#?}");
    }
}
