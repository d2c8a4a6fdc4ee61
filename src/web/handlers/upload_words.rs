//! Uploads in the reader's words: where one stands, why one is not taken, what came of a connection's bytes.

use axum::http::StatusCode;

use crate::center::Center;
use crate::center::uploads::{NotTaken, UploadRow, draft_of, verdict_of};
use crate::web::pages::{CheckFinding, Severity, UploadView, Words};

/// Status, code word and sentence of an upload that is not begun.
pub fn not_taken(words: Words, refused: &NotTaken) -> (StatusCode, &'static str, String) {
    let unprocessable = StatusCode::UNPROCESSABLE_ENTITY;
    match refused {
        NotTaken::Empty => (unprocessable, "empty", words.t("upload-refused-empty")),
        NotTaken::TooLong { most } => {
            (StatusCode::PAYLOAD_TOO_LARGE, "too-long", words.t1("upload-refused-long", "size", words.megabytes(*most)))
        }
        NotTaken::OverQuota { used, quota } => (
            unprocessable,
            "over-quota",
            words.t2("upload-refused-quota", "used", words.megabytes(*used), "quota", words.megabytes(*quota)),
        ),
        NotTaken::TooManyOpen { most } => (unprocessable, "too-many-open", words.count("upload-refused-open", *most)),
        NotTaken::NoUnit => (StatusCode::FORBIDDEN, "no-unit", words.t("upload-refused-unit")),
    }
}

/// An upload as its owner sees it.
pub fn view(words: Words, center: &Center, row: &UploadRow) -> UploadView {
    let findings = findings(row);
    let refusing = findings.iter().find(|finding| finding.severity == Severity::Refuse);
    let reason = match row.reason.as_deref() {
        Some("worker-failed") => Some(words.t("upload-why-worker-failed")),
        Some("file-lost") => Some(words.t("upload-why-file-lost")),
        Some("other-head") => Some(words.t("upload-why-other-head")),
        _ => None,
    };
    let shown = matches!(row.state.word(), "failed" | "refused");
    UploadView {
        id: row.id.clone(),
        file_name: row.file_name.clone(),
        bytes: row.bytes,
        received: center.received_bytes(row),
        head: row.head.to_string(),
        state: row.state,
        reason: refusing.map(|finding| format!("{} {}", finding.text, finding.remedy)).or(reason).filter(|_| shown),
        warnings: findings.iter().filter(|finding| finding.severity == Severity::Warn).count().try_into().unwrap_or(0),
        has_facts: draft_of(row).wish.is_some(),
    }
}

/// What the check of an upload found.
pub fn findings(row: &UploadRow) -> Vec<CheckFinding> {
    let findings = verdict_of(row).map(|verdict| verdict.report.findings).unwrap_or_default();
    findings
        .into_iter()
        .map(|finding| CheckFinding {
            // The words that the check itself writes into its reports.
            severity: match serde_json::to_value(finding.severity).ok().as_ref().and_then(|word| word.as_str()) {
                Some("refuse") => Severity::Refuse,
                Some("warn") => Severity::Warn,
                _ => Severity::Note,
            },
            text: finding.message,
            remedy: finding.remedy,
            at_ms: finding.at_ms,
        })
        .collect()
}
