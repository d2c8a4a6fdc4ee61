//! Style sheets and scripts, from memory.

use axum::extract::Path;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE, ETAG, IF_NONE_MATCH};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};

use super::phone;
use crate::domain::ids::Sha256;
use crate::web::pages::{
    DAY_SHEET_STYLE_SHEET, DESK_STYLE_SHEET, GRID_STYLE_SHEET, LISTEN_STYLE_SHEET, SCRIPTS, STYLE_SHEET,
};

/// `GET /assets/loa.css`
pub async fn style(headers: HeaderMap) -> Response {
    asset(&headers, STYLE_SHEET, "text/css; charset=utf-8")
}

/// `GET /assets/desk.css`
pub async fn desk_style(headers: HeaderMap) -> Response {
    asset(&headers, DESK_STYLE_SHEET, "text/css; charset=utf-8")
}

/// `GET /assets/phieu.css`
pub async fn sheet_style(headers: HeaderMap) -> Response {
    asset(&headers, DAY_SHEET_STYLE_SHEET, "text/css; charset=utf-8")
}

/// `GET /assets/nghe.css`
pub async fn listen_style(headers: HeaderMap) -> Response {
    asset(&headers, LISTEN_STYLE_SHEET, "text/css; charset=utf-8")
}

/// `GET /assets/khung-gio.css`
pub async fn grid_style(headers: HeaderMap) -> Response {
    asset(&headers, GRID_STYLE_SHEET, "text/css; charset=utf-8")
}

/// `GET /assets/{name}`: a script, or what the operator's phone needs besides
pub async fn script(Path(name): Path<String>, headers: HeaderMap) -> Response {
    match SCRIPTS.iter().find(|(known, _)| *known == name) {
        Some((_, text)) => asset(&headers, text, "text/javascript; charset=utf-8"),
        None if phone::parts(&name).is_some() => {
            asset(&headers, phone::parts(&name).unwrap_or_default(), "text/html; charset=utf-8")
        }
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

/// Anything that is the same for everybody until the program is another.
pub fn asset(headers: &HeaderMap, text: &'static str, kind: &'static str) -> Response {
    let tag = format!("\"{}\"", Sha256::of(text.as_bytes()).short());
    // A day; after that one small question, answered by the tag.
    let kept = [(ETAG, tag.clone()), (CACHE_CONTROL, "public, max-age=86400".into())];
    let held = headers.get(IF_NONE_MATCH).and_then(|value| value.to_str().ok());
    if held == Some(tag.as_str()) {
        return (StatusCode::NOT_MODIFIED, kept).into_response();
    }
    (kept, [(CONTENT_TYPE, kind)], text).into_response()
}
