//! The OpenAPI document of a running center: its operations, bodies they can read, and whether an answer is what it says.

use reqwest::Method;
use serde_json::{Value, json};

use super::person::{Came, call};
use super::schema::faults;

/// Every scope of a token.
pub const SCOPES: [&str; 4] = ["read", "upload", "decide", "people"];

/// An operation of the document.
#[derive(Debug, Clone)]
pub struct Operation {
    /// Its path with places in braces.
    pub path: String,
    /// Its method.
    pub method: Method,
    /// All that is said of it.
    pub described: Value,
}

impl Operation {
    /// `GET /api/v1/me`
    pub fn name(&self) -> String {
        format!("{} {}", self.method, self.path)
    }

    /// The scope that a token needs; none when no token does it.
    pub fn scope(&self) -> Option<String> {
        let all = self.described["security"].as_array().expect("every operation says who may call it");
        let token = all.iter().find_map(|one| one.get("token"))?;
        token[0].as_str().map(String::from)
    }

    /// A JSON body that it can read, if it reads one.
    pub fn example(&self) -> Option<Value> {
        self.described["requestBody"]["content"].get("application/json").map(|_| example(&self.path))
    }

    /// Asserts that an answer is what the document says of its status.
    pub fn check(&self, document: &Value, came: &Came) {
        if let Err(fault) = self.judge(document, came) {
            panic!("{fault}: {came:#?}");
        }
    }

    /// What is wrong with an answer.
    pub fn judge(&self, document: &Value, came: &Came) -> Result<(), String> {
        let (name, status) = (self.name(), came.status.as_u16().to_string());
        let response = &self.described["responses"][&status];
        if !response.is_object() {
            return Err(format!("{name} answers {status}, which is not in the document"));
        }
        let Some(content) = response["content"].as_object() else {
            let silent = came.text.is_empty();
            return silent.then_some(()).ok_or(format!("{name} says nothing of the body of {status}"));
        };
        let Some(json) = content.get("application/json") else { return Ok(()) };
        let value = serde_json::from_str(&came.text).map_err(|error| format!("{name} answered no JSON: {error}"))?;
        let found = faults(document, &json["schema"], &value, "");
        found.is_empty().then_some(()).ok_or_else(|| format!("{name}: {}", found.join("; ")))
    }
}

/// The document.
pub async fn document(url: &str) -> Value {
    call(url, Method::GET, "/api/v1/openapi.json", "", None).await.says(200, "openapi").json()
}

/// Its operations.
pub fn operations(document: &Value) -> Vec<Operation> {
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
pub fn filled(path: &str, values: &[(&str, &str)]) -> String {
    let path = values.iter().fold(path.to_string(), |path, (name, value)| path.replace(&format!("{{{name}}}"), value));
    let path = path.replace("{id}", "0").replace("{name}", "khong-co").replace("{code}", "KHONG-CO");
    path.replace("{version}", "1").replace("{keyid}", "00")
}

/// A body that the operations of a path can read.
fn example(path: &str) -> Value {
    match path.trim_start_matches("/api/v1/") {
        "tokens" => json!({"name": "x", "scopes": ["read"], "days": 1}),
        "users" => json!({"name": "moi", "display_name": "Mới", "grants": [{"role": "editor", "area": "thu"}]}),
        "users/{name}/grants" => json!({"role": "editor", "area": "xa-1", "from": null}),
        "uploads" => json!({"file_name": "tin.wav", "bytes": 1000, "head_sha256": "ab".repeat(32), "trim": true}),
        "uploads/{id}/facts" => facts("TIN-3"),
        "bulletins/{code}/versions" => json!({"title": "Tên khác", "document_ends": "2099-01-01", "topic": 2}),
        "bulletins/{code}/versions/{version}/approve" => json!({}),
        "bulletins/{code}/versions/{version}/heard" => json!({"finding": "clipping@1"}),
        "keys" => json!({"key": "ab".repeat(32), "signature": "AAAA"}),
        _ => json!({"reason": "vì thử"}),
    }
}

/// All facts of a bulletin with this code.
pub fn facts(code: &str) -> Value {
    json!({
        "code": code, "title": "Tin qua API", "topic": 1, "priority": "ordinary", "producer": "Sở", "language": "vi",
        "source_document": "Văn bản thử", "document_ends": "2098-12-31", "transcript": "Tin phát thử.",
        "origin": "department", "areas": ["thu"], "except": [], "airs_from": "2026-01-01", "airs_to": "2099-12-31",
        "sibling_of": "", "per_day": 1,
    })
}
