//! A bulletin's whole way over JSON with tokens: up in pieces, its facts, submitted, heard, signed with an own key,
//! planned, taken off the air.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use loa::domain::ids::Sha256;
use loa::trust::envelope::{self, KEY_REQUEST, MANIFEST};
use loa::trust::keys::KeyPair;
use reqwest::Method;
use serde_json::{Value, json};

use super::House;
use crate::helpers::document::{SCOPES, facts};
use crate::helpers::person::{Came, Visitor, call};
use crate::helpers::sound::write_tones;
use crate::helpers::until::until_within;

const PATIENCE: std::time::Duration = std::time::Duration::from_secs(60);
const VERSION: &str = "/api/v1/bulletins/TIN-API/versions/1";

/// Tones around a silence, of which the check warns.
fn sound(house: &House) -> Vec<u8> {
    let file = house.province.path("tin.wav");
    write_tones(&file, 4, 3000);
    let mut reader = hound::WavReader::open(&file).unwrap();
    let (spec, tones): (_, Vec<i16>) = (reader.spec(), reader.samples().map(Result::unwrap).collect());
    let mut writer = hound::WavWriter::create(&file, spec).unwrap();
    let silence = std::iter::repeat_n(0, 8 * 48_000);
    for sample in tones.iter().copied().chain(silence).chain(tones.iter().copied()) {
        writer.write_sample(sample).unwrap();
    }
    writer.finalize().unwrap();
    std::fs::read(&file).unwrap()
}

/// A program of somebody's.
struct Program {
    url: String,
    token: String,
}

impl Program {
    async fn get(&self, path: &str) -> Came {
        call(&self.url, Method::GET, path, &self.token, None).await
    }

    async fn post(&self, path: &str, body: Value) -> Came {
        call(&self.url, Method::POST, path, &self.token, Some(&body)).await
    }

    async fn send(&self, id: &str, offset: usize, bytes: &[u8]) -> Came {
        let visitor = Visitor::new(&self.url);
        let request = visitor.request(Method::PATCH, &format!("/api/v1/uploads/{id}")).bearer_auth(&self.token);
        visitor.send(request.header("upload-offset", offset).body(bytes.to_vec())).await
    }
}

/// Sends the file in two pieces and gives its facts between them.
async fn upload(editor: &Program, bytes: &[u8]) {
    let head = Sha256::of(&bytes[..bytes.len().min(1 << 20)]).to_string();
    let announced = json!({"file_name": "tin.wav", "bytes": bytes.len(), "head_sha256": head});
    let begun = editor.post("/api/v1/uploads", announced).await.says(201, "receiving").json();
    let id = begun["id"].as_str().unwrap();
    let half = bytes.len() / 2;
    editor.send(id, 0, &bytes[..half]).await.says(200, "receiving");
    let came = editor.send(id, 7, &bytes[7..half]).await.says(409, "wrong-offset");
    assert_eq!(came.json()["received"], half);
    let place = format!("/api/v1/uploads/{id}/facts");
    let mut wrong = facts("TIN-API");
    wrong["sibling_of"] = json!("KHONG-CO");
    wrong["per_week"] = json!(3);
    let came = editor.post(&place, wrong).await.says(422, "\"facts\"").json();
    let fields: Vec<&Value> = came["fields"].as_array().unwrap().iter().map(|one| &one["field"]).collect();
    assert_eq!(fields, ["per_week", "sibling_of"], "{came}");
    editor.post(&place, facts("TIN-API")).await.says(200, "\"waits\"");
    editor.send(id, half, &bytes[half..]).await.says(200, "");
    let used = until_within(PATIENCE, "the upload to be a version", async || {
        let now = editor.get(&format!("/api/v1/uploads/{id}")).await.json();
        (now["state"] == "used").then_some(now)
    })
    .await;
    assert_eq!((&used["bulletin"], &used["version"]), (&json!("TIN-API"), &json!(1)));
    assert_eq!(used["sha256"], Sha256::of(bytes).to_string());
    editor.post(&place, facts("TIN-API")).await.says(422, "\"code\"");
    editor.post(&place, facts("TIN-KHAC")).await.says(410, "\"ended\"");
}

/// Has a key of one's own admitted; the key.
async fn own_key(house: &House, approver: &Program) -> KeyPair {
    let pair = KeyPair::generate().unwrap();
    let key = pair.public().to_string();
    let payload = format!("{{\"user\":\"nguoiduyet\",\"key\":\"{key}\"}}");
    let signature = STANDARD.encode(envelope::sign(KEY_REQUEST, payload.as_bytes(), &pair).bytes);
    let other = STANDARD.encode(envelope::sign(KEY_REQUEST, b"{}", &pair).bytes);
    approver.post("/api/v1/keys", json!({"key": key, "signature": other})).await.says(403, "\"refused\"");
    approver.post("/api/v1/keys", json!({"key": key, "signature": signature})).await.says(200, "true");
    let mine = approver.get("/api/v1/keys").await.says(200, "waiting").json();
    house.province.loa(&["keys", "admit", mine[0]["fingerprint"].as_str().unwrap()]).well();
    approver.get("/api/v1/keys").await.says(200, "admitted");
    pair
}

#[tokio::test]
async fn a_bulletin_goes_its_whole_way_over_json_and_is_planned_once_it_is_signed() {
    let house = House::open().await;
    house.add("bientap", "editor@thu");
    house.add("nguoiduyet", "approver@thu");
    house.add("xaduyet", "approver@xa-2");
    let url = house.url.clone();
    let program = |token: String| Program { url: url.clone(), token };
    let person = house.entered("bientap").await;
    let editor = program(person.token(&["upload", "read", "decide"]).await);
    let person = house.entered("nguoiduyet").await;
    let approver = program(person.token(&["decide", "read"]).await);
    let reader = program(house.admin.token(&["read"]).await);
    let elsewhere = program(house.entered("xaduyet").await.token(&SCOPES).await);
    upload(&editor, &sound(&house)).await;
    approver.get(&format!("{VERSION}/approval")).await.says(409, "other-state");
    editor.post(&format!("{VERSION}/submit"), json!({})).await.says(200, "submitted");

    let pair = own_key(&house, &approver).await;
    let approve = format!("{VERSION}/approve");
    let to_sign = approver.get(&format!("{VERSION}/approval")).await.says(200, "\"own\"").json();
    assert_eq!((&to_sign["unheard"], &to_sign["payload_type"]), (&json!(1), &json!(MANIFEST)));
    assert_eq!(to_sign["keyids"], json!([pair.public().keyid().to_string()]));
    let payload = STANDARD.decode(to_sign["payload"].as_str().unwrap()).unwrap();
    let signed = |payload: &[u8], pair: &KeyPair| {
        let signature = envelope::sign(MANIFEST, payload, pair);
        json!({"payload": STANDARD.encode(payload), "keyid": signature.keyid.to_string(),
            "signature": STANDARD.encode(signature.bytes)})
    };
    approver.post(&approve, signed(&payload, &pair)).await.says(409, "not-heard");
    let findings = approver.get(&format!("{VERSION}/findings")).await.says(200, "silence").json();
    let found = findings.as_array().unwrap().iter().find(|one| one["must_be_heard"] == true).unwrap();
    assert_eq!((&found["heard"], &found["number"]), (&json!(false), &json!(1)));
    assert!((2900..=3100).contains(&found["at_ms"].as_u64().unwrap()), "{found}");
    let heard = format!("{VERSION}/heard");
    approver.post(&heard, json!({"finding": "khong-co"})).await.says(404, "not-found");
    approver.post(&heard, json!({"finding": found["key"]})).await.says(200, "true");
    approver.get(&format!("{VERSION}/findings")).await.says(200, "\"heard\":true");

    // By nobody else, over nothing else, with no other key, and not by the center for whoever has a key.
    editor.post(&approve, signed(&payload, &pair)).await.says(403, "\"forbidden\"");
    elsewhere.post(&approve, signed(&payload, &pair)).await.says(403, "không có quyền duyệt trên toàn bộ địa bàn");
    reader.post(&approve, json!({})).await.says(403, "\"scope\"");
    approver.post(&approve, signed(&payload, &KeyPair::generate().unwrap())).await.says(403, "chưa được công nhận");
    let mut changed = payload.clone();
    changed.push(b' ');
    approver.post(&approve, signed(&changed, &pair)).await.says(403, "không khớp với");
    let mut forged = signed(&payload, &pair);
    forged["signature"] = signed(b"{}", &pair)["signature"].clone();
    approver.post(&approve, forged).await.says(403, "Chữ ký không phải do khóa của bạn");
    approver
        .post(&approve, json!({"payload": "%", "keyid": "x", "signature": "AAAA"}))
        .await
        .says(422, "bad-signature");
    approver.post(&approve, json!({"payload": STANDARD.encode(&payload)})).await.says(422, "bad-signature");
    approver.post(&approve, json!({})).await.says(403, "Bạn có khóa riêng");
    let outlook = reader.get(&format!("{VERSION}/outlook")).await.says(200, "xa-1").json();
    assert_eq!(outlook["stations"], 2, "{outlook}");
    assert!(house.province.plan("dai-1")["items"].as_array().unwrap().is_empty());

    approver.post(&approve, signed(&payload, &pair)).await.says(200, "\"approved\"");
    assert_eq!(house.province.plan("dai-1")["items"][0]["bulletin"], "TIN-API");
    let whole = reader.get("/api/v1/bulletins/TIN-API").await.says(200, "approved").json();
    let version = &whole["versions"][0];
    assert_eq!((&version["facts"]["document_ends"], &version["author"]), (&json!("2098-12-31"), &json!("bientap")));
    let sound = version["sound_path"].as_str().unwrap();
    assert!(reader.get(sound).await.text.starts_with("OggS"));
    call(&url, Method::GET, sound, "", None).await.says(401, "unauthenticated");

    // Another title is another version, and needs its own approval.
    let more = json!({"title": "Tên mới"});
    editor.post("/api/v1/bulletins/TIN-API/versions", more).await.says(201, "\"version\":2");
    reader.get("/api/v1/bulletins").await.says(200, "\"draft\"");
    approver.post(&format!("{VERSION}/withdraw"), json!({"reason": " "})).await.says(422, "no-reason");
    approver.get(&format!("{VERSION}/withdrawal")).await.says(404, "not-found");
    approver.post(&format!("{VERSION}/withdraw"), json!({"reason": "sai số"})).await.says(200, "withdrawn");
    let concerned = approver.get(&format!("{VERSION}/withdrawal")).await.says(200, "sai số").json();
    assert_eq!(concerned["concerned"].as_array().unwrap().len(), 2, "{concerned}");
    assert!(house.province.plan("dai-1")["items"].as_array().unwrap().is_empty());

    let keyid = pair.public().keyid().to_string();
    approver.post("/api/v1/keys/00/lost", json!({})).await.says(404, "not-found");
    approver.post(&format!("/api/v1/keys/{keyid}/lost"), json!({})).await.says(200, "true");
    assert_eq!(approver.get("/api/v1/keys").await.json()[0]["revocation_asked"], true);
}

#[tokio::test]
async fn a_token_that_ended_or_was_taken_back_uploads_and_approves_nothing() {
    let house = House::open().await;
    house.add("bientap", "editor@thu");
    let person = house.entered("bientap").await;
    let (ended, revoked) = (person.token(&SCOPES).await, person.token(&SCOPES).await);
    let mut database = house.province.database().await;
    let past = chrono::Utc::now() - chrono::Duration::seconds(1);
    let id = ended.split('_').nth(1).unwrap();
    let end = sqlx::query("UPDATE api_tokens SET expires_at = $1 WHERE id = $2").bind(past).bind(id);
    assert_eq!(end.execute(&mut database).await.unwrap().rows_affected(), 1);
    let id = revoked.split('_').nth(1).unwrap();
    let revoke = format!("/api/v1/tokens/{id}/revoke");
    call(&house.url, Method::POST, &revoke, &revoked, None).await.says(200, "true");
    for token in [ended, revoked] {
        let program = Program { url: house.url.clone(), token };
        let announced = json!({"file_name": "tin.wav", "bytes": 1, "head_sha256": "ab".repeat(32)});
        program.post("/api/v1/uploads", announced).await.says(401, "unauthenticated");
        program.send("0", 0, b"x").await.says(401, "unauthenticated");
        for verb in ["submit", "approve", "heard"] {
            program.post(&format!("{VERSION}/{verb}"), json!({})).await.says(401, "unauthenticated");
        }
        program.get("/api/v1/uploads").await.says(401, "unauthenticated");
    }
}
