//! Uploads over JSON: announced, sent in any number of connections, looked at, tried again, given up.

use axum::Json;
use axum::body::Body;
use axum::extract::rejection::JsonRejection;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use futures_util::StreamExt;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::caller::Caller;
use crate::center::CenterError;
use crate::center::uploads::{Announced, Begun, Received, UploadRow, verdict_of};
use crate::domain::ids::Sha256;
use crate::domain::upload::UPLOADERS;
use crate::web::Web;
use crate::web::handlers::multipart::{PATIENCE, plain_name};
use crate::web::handlers::upload_words::{not_taken, view};

/// Header that says how many bytes were sent before.
const OFFSET: &str = "upload-offset";
/// Bytes of a refused body that are read on, so that its sender comes to read the refusal.
const READ_ON: usize = 8 * 1024 * 1024;

/// What a file is announced by.
#[derive(Debug, Deserialize)]
pub struct Announcement {
    /// Its name, for people.
    file_name: String,
    /// Its size.
    bytes: u64,
    /// SHA-256 of its first MiB (or of all of it when it is shorter), lower-case hex.
    head_sha256: Sha256,
    /// Whether silence at both ends is to be cut.
    #[serde(default)]
    trim: bool,
}

/// An upload as the API tells it.
#[derive(Debug, Serialize)]
pub struct UploadAnswer {
    id: String,
    file_name: String,
    bytes: u64,
    /// Bytes that are here.
    received: u64,
    /// `receiving`, `queued`, `checking`, `checked`, `refused`, `failed`, `used`, `cancelled` or `swept`.
    state: &'static str,
    /// Why, in one sentence, when it needs saying.
    reason: Option<String>,
    /// Whether its facts are given.
    has_facts: bool,
    /// What the check found, as `loa probe --json` tells it.
    findings: Value,
    /// SHA-256 of the whole file, once it was checked.
    sha256: Option<String>,
    /// The bulletin it became a version of.
    bulletin: Option<String>,
    /// That version.
    version: Option<u32>,
}

/// One sentence, and how many bytes are here where that matters.
#[derive(Debug, Serialize)]
struct Sentence {
    error: String,
    code: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    received: Option<u64>,
}

fn sentence(status: StatusCode, code: &'static str, error: String, received: Option<u64>) -> Response {
    (status, Json(Sentence { error, code, received })).into_response()
}

fn answer(caller: &Caller, web: &Web, row: &UploadRow) -> UploadAnswer {
    let seen = view(caller.words, &web.center, row);
    let report = verdict_of(row).map(|verdict| verdict.report);
    UploadAnswer {
        id: seen.id,
        file_name: seen.file_name,
        bytes: seen.bytes,
        received: seen.received,
        state: seen.state.word(),
        reason: seen.reason,
        has_facts: seen.has_facts,
        findings: report.as_ref().and_then(|report| serde_json::to_value(&report.findings).ok()).unwrap_or_default(),
        sha256: report.and_then(|report| report.sha256),
        bulletin: row.made.as_ref().map(|(code, _)| code.to_string()),
        version: row.made.as_ref().map(|(_, version)| *version),
    }
}

/// The caller's own upload; somebody else's is none.
async fn own(caller: &Caller, web: &Web, id: &str) -> Result<UploadRow, Response> {
    caller.only(&UPLOADERS).map_err(IntoResponse::into_response)?;
    match web.center.upload(id).await {
        Ok(row) if row.by == caller.me.person.name => Ok(row),
        Ok(_) | Err(CenterError::NotFound(_)) => Err(unknown(caller)),
        Err(error) => Err(super::refusal(&error)),
    }
}

fn unknown(caller: &Caller) -> Response {
    sentence(StatusCode::NOT_FOUND, "unknown", caller.words.t("upload-refused-unknown"), None)
}

/// `POST /api/v1/uploads`: 201 for a new one, 200 when the same file of the same person is here already.
pub async fn begin(
    State(web): State<Web>,
    caller: Caller,
    announced: Result<Json<Announcement>, JsonRejection>,
) -> Result<Response, Response> {
    caller.only(&UPLOADERS).map_err(IntoResponse::into_response)?;
    let Ok(Json(file)) = announced else {
        let text = caller.words.t("upload-refused-announce");
        return Err(sentence(StatusCode::BAD_REQUEST, "announcement", text, None));
    };
    let file = Announced {
        file_name: plain_name(&file.file_name),
        bytes: file.bytes,
        head: file.head_sha256,
        trim: file.trim,
    };
    let begun = web.center.begin_upload(&caller.me.person.name, &caller.me.person.grants, &file).await;
    Ok(match begun.map_err(|error| super::refusal(&error))? {
        Begun::New(row) => (StatusCode::CREATED, Json(answer(&caller, &web, &row))).into_response(),
        Begun::Known(row) => Json(answer(&caller, &web, &row)).into_response(),
        Begun::Refused(refused) => {
            let (status, code, text) = not_taken(caller.words, &refused);
            sentence(status, code, text, None)
        }
    })
}

/// `GET /api/v1/uploads`: the caller's open uploads and those refused lately.
pub async fn list(State(web): State<Web>, caller: Caller) -> Result<Response, Response> {
    caller.only(&UPLOADERS).map_err(IntoResponse::into_response)?;
    let rows = web.center.uploads_of(&caller.me.person.name).await.map_err(|error| super::refusal(&error))?;
    let answers: Vec<UploadAnswer> = rows.iter().map(|row| answer(&caller, &web, row)).collect();
    Ok(Json(answers).into_response())
}

/// `GET /api/v1/uploads/{id}`
pub async fn one(State(web): State<Web>, caller: Caller, Path(id): Path<String>) -> Result<Response, Response> {
    let row = own(&caller, &web, &id).await?;
    Ok(Json(answer(&caller, &web, &row)).into_response())
}

/// `PATCH /api/v1/uploads/{id}` with `upload-offset`: the bytes that follow those sent before.
pub async fn send(
    State(web): State<Web>,
    caller: Caller,
    Path(id): Path<String>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Response> {
    own(&caller, &web, &id).await?;
    let offset = headers.get(OFFSET).and_then(|value| value.to_str().ok()?.parse::<u64>().ok());
    let Some(offset) = offset else {
        let text = caller.words.t("upload-refused-header");
        return Err(sentence(StatusCode::BAD_REQUEST, "offset", text, None));
    };
    let mut body = body.into_data_stream();
    let received = web.center.receive_upload(&id, offset, &mut body, PATIENCE).await;
    let received = received.map_err(|error| super::refusal(&error))?;
    if matches!(received, Received::WrongOffset(_) | Received::TooMuch(_) | Received::Ended) {
        read_on(&mut body).await;
    }
    match received {
        Received::Partly(_) | Received::Whole(_) | Received::OtherFile => {
            let row = own(&caller, &web, &id).await?;
            Ok(Json(answer(&caller, &web, &row)).into_response())
        }
        other => Ok(not_received(&caller, other)),
    }
}

fn not_received(caller: &Caller, received: Received) -> Response {
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
    sentence(status, code, text, held)
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

/// `POST /api/v1/uploads/{id}/retry`: 409 when it is not in a state to be tried again.
pub async fn retry(State(web): State<Web>, caller: Caller, Path(id): Path<String>) -> Result<Response, Response> {
    own(&caller, &web, &id).await?;
    if !web.center.retry_upload(&id).await.map_err(|error| super::refusal(&error))? {
        return Err(sentence(StatusCode::CONFLICT, "state", caller.words.t("upload-refused-retry"), None));
    }
    one(State(web), caller, Path(id)).await
}

/// `DELETE /api/v1/uploads/{id}`: 204; 409 when it ended before.
pub async fn cancel(State(web): State<Web>, caller: Caller, Path(id): Path<String>) -> Result<Response, Response> {
    own(&caller, &web, &id).await?;
    if !web.center.cancel_upload(&id).await.map_err(|error| super::refusal(&error))? {
        return Err(sentence(StatusCode::CONFLICT, "ended", caller.words.t("upload-refused-ended"), None));
    }
    Ok(StatusCode::NO_CONTENT.into_response())
}
