//! Renditions for stations, by range, and only those in the station's own rundowns.

use axum::extract::{Path, Request, State};
use axum::http::StatusCode;
use axum::http::header::AUTHORIZATION;
use axum::response::{IntoResponse, Response};
use tower::ServiceExt;
use tower_http::services::ServeFile;

use super::refusal;
use crate::center::CenterError;
use crate::domain::ids::Sha256;
use crate::web::Web;

/// `GET /api/v1/audio/{rendition}` with the link's token.
pub async fn rendition(State(web): State<Web>, Path(name): Path<String>, request: Request) -> Response {
    let token = request.headers().get(AUTHORIZATION).and_then(|value| value.to_str().ok());
    let token = token.and_then(|value| value.strip_prefix("Bearer "));
    let station = token.and_then(|token| web.center.hub().station_of_token(&Sha256::of(token.as_bytes())));
    let Some(station) = station else { return StatusCode::UNAUTHORIZED.into_response() };
    let Ok(digest) = name.parse::<Sha256>() else {
        return refusal(&CenterError::NotFound(format!("{name} is no SHA-256 of a rendition")));
    };
    match web.center.may_fetch(&station, &digest).await {
        Ok(true) => {}
        Ok(false) => {
            let sentence = format!("{station} has no item with this audio: a station may fetch only its own");
            tracing::warn!("{sentence}");
            return (StatusCode::FORBIDDEN, sentence).into_response();
        }
        Err(error) => return refusal(&error),
    }
    match ServeFile::new(web.center.rendition_file(&digest)).oneshot(request).await {
        Ok(response) => response.into_response(),
        Err(never) => match never {},
    }
}
