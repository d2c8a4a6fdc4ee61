//! Whether a JSON value is what an OpenAPI document says: the part of JSON Schema that our document uses, strictly. A word
//! of a schema that is not known here fails, so that nothing is passed over.

use serde_json::{Map, Value};

/// Words that only describe.
const DESCRIBE: [&str; 4] = ["description", "examples", "example", "title"];

/// One sentence for each way in which the value is not what the schema says.
pub fn faults(document: &Value, schema: &Value, value: &Value, place: &str) -> Vec<String> {
    let mut found = Vec::new();
    check(document, schema, value, place, &mut found);
    found
}

fn check(document: &Value, schema: &Value, value: &Value, place: &str, found: &mut Vec<String>) {
    let Some(schema) = schema.as_object() else {
        found.push(format!("{place}: the schema is no object: {schema}"));
        return;
    };
    if let Some(path) = schema.get("$ref").and_then(Value::as_str) {
        let target = document.pointer(path.trim_start_matches('#'));
        return match target {
            Some(target) => check(document, target, value, place, found),
            None => found.push(format!("{place}: {path} leads nowhere")),
        };
    }
    for (word, says) in schema {
        match word.as_str() {
            "type" => check_type(says, value, place, found),
            "properties" | "required" | "additionalProperties" => {}
            "items" => {
                for (number, item) in value.as_array().into_iter().flatten().enumerate() {
                    check(document, says, item, &format!("{place}/{number}"), found);
                }
            }
            "oneOf" => {
                let fits = |one: &&Value| faults(document, one, value, place).is_empty();
                let fitting = says.as_array().into_iter().flatten().filter(fits).count();
                if fitting != 1 {
                    found.push(format!("{place}: {value} is {fitting} of {says}"));
                }
            }
            "format" => check_format(says.as_str().unwrap_or(""), value, place, found),
            "minimum" => {
                if value.as_f64().is_some_and(|value| value < says.as_f64().unwrap()) {
                    found.push(format!("{place}: {value} is below {says}"));
                }
            }
            "enum" => {
                if !says.as_array().is_some_and(|all| all.contains(value)) {
                    found.push(format!("{place}: {value} is none of {says}"));
                }
            }
            describes if DESCRIBE.contains(&describes) => {}
            other => found.push(format!("{place}: the schema says {other}, which is not known here")),
        }
    }
    if let Some(object) = value.as_object() {
        check_fields(document, schema, object, place, found);
    }
}

fn check_fields(
    document: &Value,
    schema: &Map<String, Value>,
    object: &Map<String, Value>,
    place: &str,
    found: &mut Vec<String>,
) {
    let Some(properties) = schema.get("properties").and_then(Value::as_object) else { return };
    for name in schema.get("required").and_then(Value::as_array).into_iter().flatten() {
        if !object.contains_key(name.as_str().unwrap()) {
            found.push(format!("{place}: {name} is missing"));
        }
    }
    for (name, value) in object {
        match properties.get(name) {
            Some(schema) => check(document, schema, value, &format!("{place}/{name}"), found),
            // What is answered is documented, all of it.
            None => found.push(format!("{place}: {name} is not in the document")),
        }
    }
}

fn check_type(says: &Value, value: &Value, place: &str, found: &mut Vec<String>) {
    let is = |word: &str| match word {
        "object" => value.is_object(),
        "array" => value.is_array(),
        "string" => value.is_string(),
        "boolean" => value.is_boolean(),
        "integer" => value.is_i64() || value.is_u64(),
        "number" => value.is_number(),
        "null" => value.is_null(),
        _ => false,
    };
    let all: Vec<&str> = match says {
        Value::Array(words) => words.iter().filter_map(Value::as_str).collect(),
        word => word.as_str().into_iter().collect(),
    };
    if !all.iter().any(|word| is(word)) {
        found.push(format!("{place}: {value} is no {all:?}"));
    }
}

fn check_format(format: &str, value: &Value, place: &str, found: &mut Vec<String>) {
    let Some(text) = value.as_str() else { return };
    let good = match format {
        "date-time" => chrono::DateTime::parse_from_rfc3339(text).is_ok_and(|at| at.offset().local_minus_utc() == 0),
        "date" => text.parse::<chrono::NaiveDate>().is_ok(),
        _ => false,
    };
    if !good {
        found.push(format!("{place}: {text:?} is no {format}"));
    }
}

#[test]
fn what_is_not_in_the_document_is_found() {
    let document = serde_json::json!({"components": {"schemas": {"A": {
        "type": "object", "required": ["id"],
        "properties": {"id": {"type": "integer", "minimum": 0}, "at": {"type": ["string", "null"], "format": "date-time"}}
    }}}});
    let schema = serde_json::json!({"type": "array", "items": {"$ref": "#/components/schemas/A"}});
    let good = serde_json::json!([{"id": 1, "at": "2024-06-12T00:00:00Z"}, {"id": 2, "at": null}, {"id": 3}]);
    assert_eq!(faults(&document, &schema, &good, ""), [""; 0]);
    for bad in [
        serde_json::json!({}),
        serde_json::json!([{"at": null}]),
        serde_json::json!([{"id": -1}]),
        serde_json::json!([{"id": 1.5}]),
        serde_json::json!([{"id": 1, "at": "12/6/2024"}]),
        serde_json::json!([{"id": 1, "more": true}]),
    ] {
        assert!(!faults(&document, &schema, &bad, "").is_empty(), "{bad}");
    }
    assert!(!faults(&document, &serde_json::json!({"pattern": "x"}), &good, "").is_empty());
}
