//! Damaged bodies, paths and queries for every operation of the API's document, against one real center: each is
//! answered as the document says, nothing of its insides is shown, and it serves as well afterwards.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use reqwest::header::CONTENT_TYPE;
use reqwest::{Method, RequestBuilder, Response};
use serde_json::Value;

use crate::helpers::chain::{Province, serve_with};
use crate::helpers::document::{Operation, SCOPES, document, filled, operations};
use crate::helpers::mutate::{Chance, Rounds, damage, distort_json};
use crate::helpers::person::{Came, Visitor, add_person, call};
use crate::helpers::running::Running;
use crate::helpers::sound::write_tones;

/// Longest time for one answer on a machine that does other things as well.
const LONGEST: Duration = Duration::from_secs(60);
/// What only a developer would read; none of it is in a valid request either.
const INSIDES: [&str; 12] = [
    "sqlite",
    "no such table",
    "no such column",
    "constraint failed",
    "syntax error",
    "src/",
    ".rs:",
    "panicked",
    "backtrace",
    "/tmp/",
    "serde",
    "expected value at line",
];

/// A center with people, bulletins and an upload that waits; tokens of an administrator, an editor and an approver.
struct House {
    center: Running,
    url: String,
    _province: Province,
    tokens: Vec<String>,
}

async fn open() -> House {
    let mut province = Province::new(2);
    province.tones("TIN-1", 1, 1500, "thu").tones("TIN-2", 2, 1500, "xa-1");
    province.write_schedules();
    province.import().well();
    let people = [("quantri", "admin@thu"), ("bientap", "editor@thu"), ("duyet", "approver@thu")];
    for (name, role) in people {
        add_person(&province, name, role);
    }
    let (center, url) = serve_with(&province, &["--listen", "127.0.0.1:0", "--second-factor", "off"]).await;
    let mut tokens = Vec::new();
    for (name, _) in people {
        let visitor = Visitor::new(&url);
        visitor.enter(name).await;
        tokens.push(visitor.token(&SCOPES).await);
    }
    let file = province.path("tin.wav");
    write_tones(&file, 3, 1500);
    let sound = std::fs::read(file).unwrap();
    let announced = serde_json::json!({"file_name": "tin.wav", "bytes": sound.len(),
        "head_sha256": loa::domain::ids::Sha256::of(&sound).to_string()});
    call(&url, Method::POST, "/api/v1/uploads", &tokens[1], Some(&announced)).await.says(201, "receiving");
    House { center, url, _province: province, tokens }
}

/// Bytes of a refused body that the center reads in any case, so that its client hears why.
const HEARD_OUT: usize = 1 << 20;

/// What one round sends.
struct Sent {
    path: String,
    body: Vec<u8>,
    kind: &'static str,
}

impl Sent {
    fn of(operation: &Operation, upload: &str, chance: &mut Chance) -> Self {
        let known = [
            ("code", *chance.one_of(&["TIN-1", "TIN-1", "TIN-2", "KHONG-CO"])),
            ("version", *chance.one_of(&["1", "1", "1", "1", "2", "4294967296"])),
            ("name", *chance.one_of(&["bientap", "duyet", "khong-co"])),
            ("id", *chance.one_of(&[upload, upload, upload, "0", "1", "99999999999999999999"])),
        ];
        // The one upload that there is stays.
        let known = if operation.method == Method::DELETE { &known[..3] } else { &known[..] };
        let mut path = filled(&operation.path, known);
        match chance.below(6) {
            0 => {
                let queries = ["?before=-9223372036854775808", "?user=%ff", "?lang=en", "?a=%00&a=b"];
                path.push_str(chance.one_of::<&str>(&queries));
            }
            1 => {
                let odd = *chance.one_of(&["%00", "%ff", "..%2f", "%27", "ạ", "%0d%0a", "//"]);
                let place = path.rfind('/').map_or(path.len(), |at| at + 1);
                path.insert_str(place, odd);
            }
            _ => {}
        }
        let kind = if chance.below(10) == 0 { "text/plain" } else { "application/json" };
        let Some(example) = operation.example() else {
            return Self { path, body: damage(b"{\"reason\":\"x\"}", chance), kind };
        };
        let body = match chance.below(8) {
            0 => damage(example.to_string().as_bytes(), chance),
            1 if chance.below(4) == 0 => b"[".repeat(1 << chance.below(18)),
            2 if chance.below(4) == 0 => [b"{\"reason\":".repeat(1 << chance.below(12)), b"1".to_vec()].concat(),
            3 => [example.to_string().as_bytes(), b"\xff\xfe\x00"].concat(),
            _ => distort_json(&example, chance).to_string().into_bytes(),
        };
        Self { path, body, kind }
    }
}

/// Sends a request. A connection that was kept may end just as it is used again, which is answered by sending once more;
/// one that ends without an answer a second time fails, with what the center said, and so does a handler that panicked.
/// None for a body so long that the center need not hear it out.
async fn answer(
    house: &House,
    operation: &Operation,
    round: u64,
    request: RequestBuilder,
    bytes: usize,
) -> Option<Came> {
    let dropped = |error: reqwest::Error| -> Response {
        let said = house.center.said();
        let end: Vec<&str> = said.lines().rev().take(20).collect();
        panic!("round {round}: {}: {error:?}: {end:#?}", operation.name())
    };
    let again = request.try_clone().expect("bytes");
    let response = match request.send().await {
        Err(_) if bytes > HEARD_OUT && !house.center.said().contains("panicked") => return None,
        Err(_) if !house.center.said().contains("panicked") => again.send().await.unwrap_or_else(dropped),
        answered => answered.unwrap_or_else(dropped),
    };
    let status = response.status();
    let headers = response.headers().clone();
    Some(Came { status, to: String::new(), headers, text: response.text().await.unwrap_or_default() })
}

/// Asserts that an answer is no crash and shows nothing.
fn judge(document: &Value, operation: &Operation, came: &Came, round: u64) {
    let name = operation.name();
    assert!(!came.status.is_server_error(), "round {round}: {name}: {came:#?}");
    let text = came.text.to_lowercase();
    for word in INSIDES {
        assert!(!text.contains(word), "round {round}: {name} shows \"{word}\": {came:#?}");
    }
    if let Err(fault) = operation.judge(document, came) {
        panic!("round {round}: {fault}: {came:#?}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn damaged_bodies_are_answered_as_the_document_says_and_crash_nothing() {
    let house = open().await;
    let document = document(&house.url).await;
    // What would take its own token or person away leaves nothing to go on with.
    let ends = ["/api/v1/tokens/{id}/revoke", "/api/v1/users/{name}/disable"];
    let all: Vec<Operation> =
        operations(&document).into_iter().filter(|one| !ends.contains(&one.path.as_str())).collect();
    let list = call(&house.url, Method::GET, "/api/v1/uploads", &house.tokens[1], None).await.json();
    let upload = list[0]["id"].as_str().unwrap().to_string();
    // One for all: a connection for each round would use up the machine's ports.
    let visitor = Visitor::new(&house.url);
    let mut cut_off = 0;
    let (mut seen, mut slowest) = (BTreeMap::<u16, u64>::new(), (Duration::ZERO, String::new()));
    let mut rounds = Rounds::begin("damaged bodies");
    while let Some(mut chance) = rounds.next() {
        let round = rounds.done();
        let operation = chance.one_of(&all).clone();
        let sent = Sent::of(&operation, &upload, &mut chance);
        // Mostly whoever may: an editor uploads, an approver decides.
        let token = match operation.scope().as_deref() {
            Some("upload") if chance.below(4) > 0 => house.tokens[1].clone(),
            Some("decide") if chance.below(4) > 0 => house.tokens[2].clone(),
            _ => chance.one_of(&house.tokens).clone(),
        };
        let mut request = visitor.request(operation.method.clone(), &sent.path).bearer_auth(token);
        if chance.below(4) == 0 {
            request = request.header("upload-offset", *chance.one_of(&["0", "-1", "18446744073709551615", "x"]));
        }
        let sent_bytes = sent.body.len();
        if operation.method != Method::GET {
            request = request.header(CONTENT_TYPE, sent.kind).body(sent.body);
        }
        let begun = Instant::now();
        let Some(came) = answer(&house, &operation, round, request, sent_bytes).await else {
            cut_off += 1;
            continue;
        };
        assert!(begun.elapsed() < LONGEST, "round {round}: {} took {:?}", operation.name(), begun.elapsed());
        slowest = slowest.max((begun.elapsed(), operation.name()));
        // A damaged path may lead to another operation, or to none: then only its form is ours to judge.
        let as_documented = !sent.path.contains(['%', '?']) && !sent.path.contains("//") && !sent.path.contains('ạ');
        if as_documented {
            judge(&document, &operation, &came, round);
        } else {
            assert!(!came.status.is_server_error(), "round {round}: {}: {came:#?}", sent.path);
        }
        *seen.entry(came.status.as_u16()).or_default() += 1;
    }
    assert!(!house.center.said().contains("panicked"), "{}", house.center.said());
    call(&house.url, Method::GET, "/api/v1/health", "", None).await.says(200, "ok");
    for token in &house.tokens {
        call(&house.url, Method::GET, "/api/v1/me", token, None).await.says(200, "grants");
    }
    let done = rounds.done();
    println!("{done} rounds by status: {seen:?}, {cut_off} cut off, slowest {:.1?} {}", slowest.0, slowest.1);
}
