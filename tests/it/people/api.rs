//! The OpenAPI document against reality: every operation is called, and every answer is what the document says.

use std::collections::BTreeSet;

use reqwest::Method;
use serde_json::{Value, json};

use super::House;
use crate::helpers::chain::Province;
use crate::helpers::document::{Operation, SCOPES, document, facts, filled, operations};
use crate::helpers::person::{Came, Visitor, call};
use crate::helpers::sound::write_tones;
use crate::helpers::until::until_within;
use crate::source::files;

/// Seen to answer well in tests of their own.
const ELSEWHERE: [&str; 4] = [
    "POST /api/v1/uploads/{id}/retry",
    "POST /api/v1/keys",
    "POST /api/v1/keys/{keyid}/lost",
    "POST /api/v1/bulletins/{code}/versions/{version}/heard",
];

/// What stations speak, which is no operation for people's programs, and the document itself.
const NOT_DOCUMENTED: [&str; 2] = ["/api/v1/health", "/api/v1/openapi.json"];

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
    let mut tokens = Vec::new();
    for scope in SCOPES {
        let others: Vec<&str> = SCOPES.into_iter().filter(|other| *other != scope).collect();
        tokens.push((scope, house.admin.token(&others).await));
    }
    for operation in operations(&document) {
        let path = filled(&operation.path, &[]);
        let body = operation.example();
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

/// One walk over the operations, with what was seen.
struct Walk {
    document: Value,
    url: String,
    all: Vec<Operation>,
    done: BTreeSet<String>,
    statuses: BTreeSet<u16>,
}

impl Walk {
    fn find(&self, name: &str) -> Operation {
        self.all.iter().find(|one| one.name() == name).unwrap_or_else(|| panic!("no {name}")).clone()
    }

    fn seen(&mut self, operation: &Operation, came: &Came) {
        operation.check(&self.document, came);
        self.statuses.insert(came.status.as_u16());
        if came.status.is_success() {
            self.done.insert(operation.name());
        }
    }

    /// Calls what must answer well.
    async fn good(&mut self, name: &str, token: &str, values: &[(&str, &str)], body: Option<Value>) -> Value {
        let operation = self.find(name);
        let path = filled(&operation.path, values);
        let came = call(&self.url, operation.method.clone(), &path, token, body.as_ref()).await;
        assert!(came.status.is_success(), "{name}: {came:#?}");
        self.seen(&operation, &came);
        serde_json::from_str(&came.text).unwrap_or_default()
    }

    /// Sends bytes of an upload; the status.
    async fn send(&mut self, token: &str, id: &str, offset: usize, bytes: &[u8]) -> u16 {
        let operation = self.find("PATCH /api/v1/uploads/{id}");
        let visitor = Visitor::new(&self.url);
        let request = visitor.request(Method::PATCH, &format!("/api/v1/uploads/{id}")).bearer_auth(token);
        let came = visitor.send(request.header("upload-offset", offset).body(bytes.to_vec())).await;
        self.seen(&operation, &came);
        came.status.as_u16()
    }

    /// Uploads in two pieces, gives the facts, and gives another file up.
    async fn upload(&mut self, token: &str, bytes: &[u8]) {
        let announced = |bytes: &[u8]| {
            let head = loa::domain::ids::Sha256::of(&bytes[..bytes.len().min(1 << 20)]).to_string();
            Some(json!({"file_name": "tin.wav", "bytes": bytes.len(), "head_sha256": head}))
        };
        let begun = self.good("POST /api/v1/uploads", token, &[], announced(bytes)).await;
        let id = begun["id"].as_str().unwrap().to_string();
        let again = self.good("POST /api/v1/uploads", token, &[], announced(bytes)).await;
        assert_eq!(again["id"], begun["id"]);
        let half = bytes.len() / 2;
        assert_eq!(self.send(token, &id, 0, &bytes[..half]).await, 200);
        assert_eq!(self.send(token, &id, 0, &bytes[..half]).await, 409);
        let place = [("id", id.as_str())];
        assert_eq!(self.good("GET /api/v1/uploads/{id}", token, &place, None).await["received"], half);
        self.good("GET /api/v1/uploads", token, &[], None).await;
        let given = self.good("POST /api/v1/uploads/{id}/facts", token, &place, Some(facts("TIN-3"))).await;
        assert_eq!((&given["state"], &given["bulletin"]), (&json!("waits"), &json!("TIN-3")));
        assert_eq!(self.send(token, &id, half, &bytes[half..]).await, 200);
        let other = self.good("POST /api/v1/uploads", token, &[], announced(&bytes[1..])).await;
        let place = [("id", other["id"].as_str().unwrap())];
        self.good("DELETE /api/v1/uploads/{id}", token, &place, None).await;
    }

    /// Calls every operation with what is not there, what cannot be read and what is no JSON, as each of these people.
    async fn refusals(&mut self, tokens: &[&str]) {
        for operation in self.all.clone() {
            let path = filled(&operation.path, &[]);
            let body = operation.example();
            if operation.path.contains('{') {
                for token in tokens {
                    let came = call(&self.url, operation.method.clone(), &path, token, body.as_ref()).await;
                    assert!(came.status.is_client_error(), "{}: {came:#?}", operation.name());
                    self.seen(&operation, &came);
                }
            }
            if body.is_none() {
                continue;
            }
            for body in [Some(json!([])), Some(json!({"unknown": 1})), Some(json!(null)), None] {
                let came = call(&self.url, operation.method.clone(), &path, tokens[0], body.as_ref()).await;
                let expected = if body.is_some() { 400 } else { 415 };
                assert_eq!(came.status.as_u16(), expected, "{}: {came:#?}", operation.name());
                self.seen(&operation, &came);
            }
        }
    }
}

#[tokio::test]
async fn every_operation_answers_as_the_document_says_done_or_refused() {
    let house = furnished().await;
    let document = document(&house.url).await;
    let all = operations(&document);
    let url = house.url.clone();
    let mut walk = Walk { document, url, all, done: BTreeSet::new(), statuses: BTreeSet::new() };
    let admin = house.admin.token(&SCOPES).await;
    let editor = house.entered("bientap").await.token(&SCOPES).await;
    let approver = house.entered("nguoiduyet").await.token(&SCOPES).await;
    // What is there.
    for name in ["me", "sessions", "tokens", "users", "acts", "bulletins", "stations"] {
        let listed = walk.good(&format!("GET /api/v1/{name}"), &admin, &[], None).await;
        assert!(!listed.as_array().is_some_and(Vec::is_empty), "{name} is empty and shows nothing");
    }
    walk.good("GET /api/v1/orders", &admin, &[], None).await;
    let one = walk.good("GET /api/v1/bulletins/{code}", &editor, &[("code", "TIN-1")], None).await;
    assert_eq!(one["versions"][0]["state"], "draft");
    // People.
    let new = walk.find("POST /api/v1/users").example();
    let added = walk.good("POST /api/v1/users", &admin, &[], new).await;
    assert_eq!(added["name"], "moi");
    let moi = [("name", "moi")];
    let body = walk.find("POST /api/v1/users/{name}/grants").example();
    walk.good("POST /api/v1/users/{name}/grants", &admin, &moi, body).await;
    let grants = walk.good("GET /api/v1/users/{name}/grants", &admin, &moi, None).await;
    let id = grants[1]["id"].to_string();
    walk.good("POST /api/v1/users/{name}/grants/{id}/end", &admin, &[("name", "moi"), ("id", &id)], None).await;
    let grants = walk.good("GET /api/v1/users/{name}/grants", &admin, &moi, None).await;
    assert_eq!(grants[1]["standing"], "over");
    walk.good("POST /api/v1/users/{name}/disable", &admin, &moi, None).await;
    walk.good("POST /api/v1/users/{name}/enable", &admin, &moi, None).await;
    // Uploads, and versions by facts alone.
    let file = house.province.path("tin.wav");
    write_tones(&file, 3, 3000);
    walk.upload(&editor, &std::fs::read(file).unwrap()).await;
    let place = [("code", "TIN-3")];
    until_within(std::time::Duration::from_secs(60), "the upload to be a version", async || {
        let came = call(&house.url, Method::GET, "/api/v1/bulletins/TIN-3", &editor, None).await;
        (came.status == 200).then_some(())
    })
    .await;
    for version in [2, 2] {
        let body = walk.find("POST /api/v1/bulletins/{code}/versions").example();
        let made = walk.good("POST /api/v1/bulletins/{code}/versions", &editor, &place, body).await;
        assert_eq!(made["version"], version);
    }
    bulletins(&mut walk, &editor, &approver).await;
    // Sessions and tokens end last.
    let sessions = walk.good("GET /api/v1/sessions", &editor, &[], None).await;
    let id = sessions[0]["id"].as_str().unwrap().to_string();
    walk.good("POST /api/v1/sessions/{id}/end", &editor, &[("id", &id)], None).await;
    walk.refusals(&[&admin, &editor, &approver, ""]).await;
    let id = editor.split('_').nth(1).unwrap();
    walk.good("POST /api/v1/tokens/{id}/revoke", &editor, &[("id", id)], None).await;
    // From a session only.
    let csrf = house.admin.csrf("/tai-khoan/phien").await;
    let make = walk.find("POST /api/v1/tokens");
    let request = house.admin.request(Method::POST, "/api/v1/tokens").header("x-csrf", csrf);
    let came = house.admin.send(request.json(&make.example().unwrap())).await;
    assert_eq!(came.status.as_u16(), 200, "{came:#?}");
    walk.seen(&make, &came);
    let mut missing: Vec<String> =
        walk.all.iter().map(Operation::name).filter(|one| !walk.done.contains(one)).collect();
    missing.retain(|name| !ELSEWHERE.contains(&name.as_str()));
    assert!(missing.is_empty(), "never seen to answer well: {missing:?}");
    let expected = BTreeSet::from([200, 201, 204, 400, 401, 403, 404, 409, 415, 422]);
    assert!(walk.statuses.is_superset(&expected), "{:?}", walk.statuses);
}

/// A bulletin's way, and the others'.
async fn bulletins(walk: &mut Walk, editor: &str, approver: &str) {
    let place = |code: &'static str| [("code", code), ("version", "1")];
    let of = |verb: &str| format!("/api/v1/bulletins/{{code}}/versions/{{version}}/{verb}");
    let (get, post) = (|verb: &str| format!("GET {}", of(verb)), |verb: &str| format!("POST {}", of(verb)));
    let reason = || Some(json!({"reason": "vì thử"}));
    for code in ["TIN-1", "TIN-2"] {
        walk.good(&post("submit"), editor, &place(code), Some(json!({}))).await;
    }
    walk.good(&post("return"), approver, &place("TIN-2"), reason()).await;
    let to_sign = walk.good(&get("approval"), approver, &place("TIN-1"), None).await;
    assert_eq!((&to_sign["signer"], &to_sign["turn"]), (&json!("center"), &json!("only")));
    walk.good(&get("findings"), approver, &place("TIN-1"), None).await;
    walk.good(&get("outlook"), approver, &place("TIN-1"), None).await;
    let reached = walk.good(&post("approve"), approver, &place("TIN-1"), Some(json!({}))).await;
    assert_eq!(reached["state"], "approved");
    walk.good(&post("withdraw"), approver, &place("TIN-1"), reason()).await;
    walk.good(&get("withdrawal"), approver, &place("TIN-1"), None).await;
    let one = walk.good("GET /api/v1/bulletins/{code}", editor, &[("code", "TIN-1")], None).await;
    let version = &one["versions"][0];
    let steps: Vec<&str> =
        version["steps"].as_array().unwrap().iter().map(|step| step["to"].as_str().unwrap()).collect();
    assert_eq!(steps, ["submitted", "approved", "withdrawn"]);
    let sound = version["sound_path"].as_str().unwrap().trim_start_matches("/api/v1/sounds/").to_string();
    walk.good("GET /api/v1/sounds/{name}", editor, &[("name", &sound)], None).await;
    walk.good("GET /api/v1/keys", approver, &[], None).await;
    // What was decided is not decided again; what is asked for wrongly says which fields.
    let operation = walk.find(&post("submit"));
    let came =
        call(&walk.url, Method::POST, "/api/v1/bulletins/TIN-1/versions/1/submit", editor, reason().as_ref()).await;
    walk.seen(&operation, &came.says(409, "other-state"));
    let operation = walk.find("POST /api/v1/bulletins/{code}/versions");
    let wrong = json!({"title": " ", "areas": ["khong-co"], "topic": 99});
    let came = call(&walk.url, Method::POST, "/api/v1/bulletins/TIN-3/versions", editor, Some(&wrong)).await;
    let mut fields: Vec<String> =
        came.json()["fields"].as_array().unwrap().iter().map(|one| one["field"].as_str().unwrap().into()).collect();
    fields.sort();
    fields.dedup();
    assert_eq!(fields, ["areas", "title", "topic"]);
    walk.seen(&operation, &came.says(422, "facts"));
}

#[tokio::test]
async fn refusals_are_in_the_language_asked_for_and_show_nothing_of_our_insides() {
    let house = House::open().await;
    let token = house.admin.token(&["read", "people"]).await;
    let says = async |path: &str, lang: &str| {
        let visitor = Visitor::new(&house.url);
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
