//! Uploads over JSON: announced, sent in any number of connections, looked at, tried again, given up, and given their
//! facts.

use axum::Json;
use axum::body::Body;
use axum::extract::Path;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use futures_util::StreamExt;
use serde::{Deserialize, Serialize};
use utoipa::{IntoResponses, ToSchema};

use super::caller::{Caller, Sent};
use super::error::{Answer, ApiError, ErrorBody, Refusals};
use super::shapes::Finding;
use crate::center::CenterError;
use crate::center::uploads::{Announced, Begun, Received, UploadRow, verdict_of};
use crate::domain::access::Scope;
use crate::domain::ids::Sha256;
use crate::domain::upload::UPLOADERS;
use crate::web::handlers::multipart::{PATIENCE, plain_name};
use crate::web::handlers::upload_words::{not_taken, view};

/// Header that says how many bytes were sent before.
const OFFSET: &str = "upload-offset";
/// Bytes of a refused body that are read on, so that its sender comes to read the refusal.
const READ_ON: usize = 8 * 1024 * 1024;

/// Refusals of uploads only.
#[derive(IntoResponses)]
#[expect(dead_code, reason = "it only describes")]
pub enum UploadRefusals {
    /// No byte came for a while; what came before is kept.
    #[response(status = 408)]
    Stalled(ErrorBody),
    /// It takes no bytes and no facts any more.
    #[response(status = 410)]
    Ended(ErrorBody),
    /// The disk is full; what came before is kept.
    #[response(status = 507)]
    DiskFull(ErrorBody),
}

/// What a file is announced by.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Announcement {
    /// Its name, for people.
    file_name: String,
    /// Its size.
    bytes: u64,
    /// SHA-256 of its first MiB (or of all of it when it is shorter), lower-case hex.
    #[schema(value_type = String)]
    head_sha256: Sha256,
    /// Whether silence at both ends is to be cut.
    #[serde(default)]
    trim: bool,
}

/// An upload.
#[derive(Debug, Serialize, ToSchema)]
pub struct Upload {
    /// Its id.
    id: String,
    /// Name of the file.
    file_name: String,
    /// Its size.
    bytes: u64,
    /// Bytes that are here.
    received: u64,
    /// receiving, queued, checking, checked, refused, failed, used, cancelled or swept.
    state: String,
    /// Why, in one sentence, when it needs saying.
    reason: Option<String>,
    /// Whether its facts are given.
    has_facts: bool,
    /// What the check found, once it was checked.
    findings: Vec<Finding>,
    /// SHA-256 of the whole file, once it was checked.
    sha256: Option<String>,
    /// The bulletin it became a version of.
    bulletin: Option<String>,
    /// That version.
    version: Option<u32>,
}

fn answer(caller: &Caller, row: &UploadRow) -> Upload {
    let seen = view(caller.words, caller.center(), row);
    let report = verdict_of(row).map(|verdict| verdict.report);
    let findings = report.as_ref().and_then(|report| serde_json::to_value(&report.findings).ok());
    Upload {
        id: seen.id,
        file_name: seen.file_name,
        bytes: seen.bytes,
        received: seen.received,
        state: seen.state.word().into(),
        reason: seen.reason,
        has_facts: seen.has_facts,
        findings: findings.and_then(|found| serde_json::from_value(found).ok()).unwrap_or_default(),
        sha256: report.and_then(|report| report.sha256),
        bulletin: row.made.as_ref().map(|(code, _)| code.to_string()),
        version: row.made.as_ref().map(|(_, version)| *version),
    }
}

fn may_upload(caller: &Caller) -> Result<(), ApiError> {
    caller.need(Scope::Upload)?;
    caller.only(&UPLOADERS)
}

/// The caller's own upload; somebody else's is none.
pub(super) async fn own(caller: &Caller, id: &str) -> Result<UploadRow, ApiError> {
    may_upload(caller)?;
    match caller.center().upload(id).await {
        Ok(row) if row.by == caller.me.person.name => Ok(row),
        Ok(_) | Err(CenterError::NotFound(_)) => {
            Err(ApiError::told(StatusCode::NOT_FOUND, "unknown", caller.words.t("upload-refused-unknown")))
        }
        Err(error) => Err(caller.center_failed(error)),
    }
}

/// Announces a file, or finds it again
#[utoipa::path(post, path = "/api/v1/uploads", tag = "uploads", security(("token" = ["upload"]), ("session" = [])),
    request_body = Announcement,
    responses((status = 201, description = "Send it from its first byte", body = Upload),
        (status = 200, description = "The same file of the same person is here already: go on from what is received",
            body = Upload), Refusals))]
pub async fn begin(sent: Sent<Announcement>) -> Result<Response, ApiError> {
    let Sent { caller, body: file } = sent;
    may_upload(&caller)?;
    let file = Announced {
        file_name: plain_name(&file.file_name),
        bytes: file.bytes,
        head: file.head_sha256,
        trim: file.trim,
    };
    let person = &caller.me.person;
    let begun = caller.center().begin_upload(&person.name, &person.grants, &file).await;
    Ok(match begun.map_err(|error| caller.center_failed(error))? {
        Begun::New(row) => (StatusCode::CREATED, Json(answer(&caller, &row))).into_response(),
        Begun::Known(row) => Json(answer(&caller, &row)).into_response(),
        Begun::Refused(refused) => {
            let (status, code, text) = not_taken(caller.words, &refused);
            return Err(ApiError::told(status, code, text));
        }
    })
}

/// The caller's open uploads and those refused lately
#[utoipa::path(get, path = "/api/v1/uploads", tag = "uploads", security(("token" = ["upload"]), ("session" = [])),
    responses((status = 200, description = "Newest first", body = Vec<Upload>), Refusals))]
pub async fn list(caller: Caller) -> Answer<Vec<Upload>> {
    may_upload(&caller)?;
    let rows = caller.center().uploads_of(&caller.me.person.name).await;
    let rows = rows.map_err(|error| caller.center_failed(error))?;
    Ok(Json(rows.iter().map(|row| answer(&caller, row)).collect()))
}

/// One upload of the caller's
#[utoipa::path(get, path = "/api/v1/uploads/{id}", tag = "uploads",
    security(("token" = ["upload"]), ("session" = [])), params(("id" = String, Path, description = "Its id")),
    responses((status = 200, description = "As it stands", body = Upload), Refusals))]
pub async fn one(caller: Caller, Path(id): Path<String>) -> Answer<Upload> {
    let row = own(&caller, &id).await?;
    Ok(Json(answer(&caller, &row)))
}

/// Sends the bytes that follow those sent before
#[utoipa::path(patch, path = "/api/v1/uploads/{id}", tag = "uploads",
    security(("token" = ["upload"]), ("session" = [])),
    params(("id" = String, Path, description = "Its id"),
        ("upload-offset" = u64, Header, description = "How many bytes were sent before")),
    request_body(content = Vec<u8>, content_type = "application/octet-stream",
        description = "Bytes, as many as the connection carries"),
    responses((status = 200, description = "They are here", body = Upload), Refusals, UploadRefusals))]
pub async fn send(caller: Caller, Path(id): Path<String>, headers: HeaderMap, body: Body) -> Answer<Upload> {
    own(&caller, &id).await?;
    let offset = headers.get(OFFSET).and_then(|value| value.to_str().ok()?.parse::<u64>().ok());
    let Some(offset) = offset else {
        let text = caller.words.t("upload-refused-header");
        return Err(ApiError::told(StatusCode::BAD_REQUEST, "offset", text));
    };
    // In a task of its own: when the client is gone, this request is dropped at once, but what was being written must
    // come to its end before anybody else's turn to write.
    let (center, file) = (caller.center().clone(), id.clone());
    let taking = tokio::spawn(async move {
        let mut body = body.into_data_stream();
        let received = center.receive_upload(&file, offset, &mut body, PATIENCE).await;
        (received, body)
    });
    let (received, mut body) =
        taking.await.map_err(|error| caller.center_failed(CenterError::Broken(error.to_string())))?;
    let received = received.map_err(|error| caller.center_failed(error))?;
    if matches!(received, Received::WrongOffset(_) | Received::TooMuch(_) | Received::Ended) {
        read_on(&mut body).await;
    }
    match received {
        Received::Partly(_) | Received::Whole(_) | Received::OtherFile => {
            let row = own(&caller, &id).await?;
            Ok(Json(answer(&caller, &row)))
        }
        other => Err(not_received(&caller, other)),
    }
}

fn not_received(caller: &Caller, received: Received) -> ApiError {
    let words = caller.words;
    let (status, code, text, held) = match received {
        Received::WrongOffset(held) => {
            let text = words.t1("upload-refused-offset", "part", words.megabytes(held));
            (StatusCode::CONFLICT, "wrong-offset", text, Some(held))
        }
        Received::TooMuch(held) => {
            (StatusCode::UNPROCESSABLE_ENTITY, "too-much", words.t("upload-refused-more"), Some(held))
        }
        Received::Stalled(held) => {
            let text = words.count("upload-refused-stalled", PATIENCE.as_secs());
            (StatusCode::REQUEST_TIMEOUT, "stalled", text, Some(held))
        }
        Received::Overtaken(held) => {
            (StatusCode::CONFLICT, "overtaken", words.t("upload-refused-overtaken"), Some(held))
        }
        Received::DiskFull(held) => {
            (StatusCode::INSUFFICIENT_STORAGE, "disk-full", words.t("upload-refused-disk"), Some(held))
        }
        Received::Broken(held) | Received::Partly(held) | Received::Whole(held) => {
            (StatusCode::BAD_REQUEST, "broken", words.t("upload-refused-broken"), Some(held))
        }
        Received::Ended | Received::OtherFile => (StatusCode::GONE, "ended", words.t("upload-refused-ended"), None),
    };
    ApiError::told(status, code, text).with_received(held)
}

/// Reads a little of what is not wanted: a connection closed at once would take the answer with it.
async fn read_on(body: &mut axum::body::BodyDataStream) {
    let mut read = 0;
    while let Ok(Some(Ok(bytes))) = tokio::time::timeout(std::time::Duration::from_secs(5), body.next()).await {
        read += bytes.len();
        if read > READ_ON {
            break;
        }
    }
}

/// Tries again what the center could not check
#[utoipa::path(post, path = "/api/v1/uploads/{id}/retry", tag = "uploads",
    security(("token" = ["upload"]), ("session" = [])), params(("id" = String, Path, description = "Its id")),
    responses((status = 200, description = "It waits to be checked again", body = Upload), Refusals))]
pub async fn retry(caller: Caller, Path(id): Path<String>) -> Answer<Upload> {
    own(&caller, &id).await?;
    if !caller.center().retry_upload(&id).await.map_err(|error| caller.center_failed(error))? {
        return Err(ApiError::told(StatusCode::CONFLICT, "state", caller.words.t("upload-refused-retry")));
    }
    one(caller, Path(id)).await
}

/// Gives an upload up; nothing of it stays
#[utoipa::path(delete, path = "/api/v1/uploads/{id}", tag = "uploads",
    security(("token" = ["upload"]), ("session" = [])), params(("id" = String, Path, description = "Its id")),
    responses((status = 204, description = "Given up"), Refusals))]
pub async fn cancel(caller: Caller, Path(id): Path<String>) -> Result<StatusCode, ApiError> {
    own(&caller, &id).await?;
    if !caller.center().cancel_upload(&id).await.map_err(|error| caller.center_failed(error))? {
        return Err(ApiError::told(StatusCode::CONFLICT, "ended", caller.words.t("upload-refused-ended")));
    }
    Ok(StatusCode::NO_CONTENT)
}
