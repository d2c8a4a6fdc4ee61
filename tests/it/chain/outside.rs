//! `loa probe` as scripts use it.

use std::path::Path;

use crate::helpers::running::loa;
use crate::helpers::sound::write_tones;

/// Every field that a report of the upload check has, known or null.
const FIELDS: [&str; 11] = [
    "verdict",
    "container",
    "codec",
    "sample_rate_hz",
    "channels",
    "duration_ms",
    "declared_duration_ms",
    "integrated_lufs",
    "true_peak_dbtp",
    "sha256",
    "findings",
];

fn probe(folder: &Path, name: &str, code: i32) -> serde_json::Value {
    let file = folder.join(name);
    let done = loa(folder, &["probe", file.to_str().unwrap(), "--json"]);
    assert_eq!(done.code, code, "{done:?}");
    let report = done.json();
    for field in FIELDS {
        assert!(report.get(field).is_some(), "{field} is missing: {report}");
    }
    report
}

#[test]
fn probe_answers_by_exit_code_and_by_one_json_document() {
    let folder = tempfile::tempdir().unwrap();
    write_tones(&folder.path().join("tot.wav"), 1, 3000);
    let good = probe(folder.path(), "tot.wav", 0);
    assert_eq!((&good["verdict"], &good["container"]), (&"accepted".into(), &"wav".into()), "{good}");
    assert_eq!(good["duration_ms"], 3000, "{good}");

    std::fs::write(folder.path().join("chu.mp3"), "đây là chữ\n".repeat(500)).unwrap();
    let bad = probe(folder.path(), "chu.mp3", 3);
    assert_eq!(bad["verdict"], "refused", "{bad}");
    let findings = bad["findings"].as_array().unwrap();
    assert!(findings.iter().any(|finding| finding["severity"] == "refuse"), "{bad}");
    for finding in findings {
        for field in ["code", "severity", "at_ms", "message", "remedy"] {
            assert!(finding.get(field).is_some(), "{field} is missing: {finding}");
        }
    }
    let gone = folder.path().join("khong-co.mp3");
    loa(folder.path(), &["probe", gone.to_str().unwrap(), "--json"]).refused(2, "khong-co.mp3");
    assert!(!folder.path().join("data").exists());
}
