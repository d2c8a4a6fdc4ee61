//! Style sheets and scripts, from memory.

use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE, ETAG, IF_NONE_MATCH};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};

use crate::domain::ids::Sha256;
use crate::web::pages::{DESK_STYLE_SHEET, STYLE_SHEET, UPLOAD_SCRIPT, UPLOAD_STATE_SCRIPT};

const CSS: &str = "text/css; charset=utf-8";
const SCRIPT: &str = "text/javascript; charset=utf-8";

/// `GET /assets/loa.css`
pub async fn style(headers: HeaderMap) -> Response {
    asset(&headers, CSS, STYLE_SHEET)
}

/// `GET /assets/desk.css`
pub async fn desk_style(headers: HeaderMap) -> Response {
    asset(&headers, CSS, DESK_STYLE_SHEET)
}

/// `GET /assets/upload.js`
pub async fn upload_script(headers: HeaderMap) -> Response {
    asset(&headers, SCRIPT, UPLOAD_SCRIPT)
}

/// `GET /assets/upload-state.js`
pub async fn upload_state_script(headers: HeaderMap) -> Response {
    asset(&headers, SCRIPT, UPLOAD_STATE_SCRIPT)
}

fn asset(headers: &HeaderMap, kind: &'static str, text: &'static str) -> Response {
    let tag = format!("\"{}\"", Sha256::of(text.as_bytes()).short());
    // A day; after that one small question, answered by the tag.
    let kept = [(ETAG, tag.clone()), (CACHE_CONTROL, "public, max-age=86400".into())];
    let held = headers.get(IF_NONE_MATCH).and_then(|value| value.to_str().ok());
    if held == Some(tag.as_str()) {
        return (StatusCode::NOT_MODIFIED, kept).into_response();
    }
    (kept, [(CONTENT_TYPE, kind)], text).into_response()
}
