//! Style sheets and scripts, from memory.

use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE, ETAG, IF_NONE_MATCH};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};

use crate::domain::ids::Sha256;
use crate::web::pages::{DESK_SCRIPT, DESK_STYLE_SHEET, STYLE_SHEET};

const CSS: &str = "text/css; charset=utf-8";
const SCRIPT: &str = "text/javascript; charset=utf-8";

/// `GET /assets/loa.css`
pub async fn style(headers: HeaderMap) -> Response {
    kept(&headers, STYLE_SHEET, CSS)
}

/// `GET /assets/desk.css`
pub async fn desk_style(headers: HeaderMap) -> Response {
    kept(&headers, DESK_STYLE_SHEET, CSS)
}

/// `GET /assets/desk.js`
pub async fn desk_script(headers: HeaderMap) -> Response {
    kept(&headers, DESK_SCRIPT, SCRIPT)
}

fn kept(headers: &HeaderMap, text: &'static str, kind: &'static str) -> Response {
    let tag = format!("\"{}\"", Sha256::of(text.as_bytes()).short());
    // A day; after that one small question, answered by the tag.
    let kept = [(ETAG, tag.clone()), (CACHE_CONTROL, "public, max-age=86400".into())];
    let held = headers.get(IF_NONE_MATCH).and_then(|value| value.to_str().ok());
    if held == Some(tag.as_str()) {
        return (StatusCode::NOT_MODIFIED, kept).into_response();
    }
    (kept, [(CONTENT_TYPE, kind)], text).into_response()
}
