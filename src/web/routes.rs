//! Every address on one page.

use axum::Router;
use axum::http::HeaderValue;
use axum::http::header::{CONTENT_SECURITY_POLICY, REFERRER_POLICY, X_CONTENT_TYPE_OPTIONS, X_FRAME_OPTIONS};
use axum::routing::{get, post};
use tower_http::set_header::SetResponseHeaderLayer;

use super::{Web, api};
use crate::protocol::{enrol, link};

/// No script, style, frame or form may come from or go to another host.
const POLICY: &str = "default-src 'none'; style-src 'self'; img-src 'self'; media-src 'self'; script-src 'self'; \
                      connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'";

/// The whole service.
pub fn router(web: Web) -> Router {
    let header =
        |name, value: &'static str| SetResponseHeaderLayer::if_not_present(name, HeaderValue::from_static(value));
    Router::new()
        // stations
        .route(link::PATH, get(api::link::connect))
        .route(enrol::PATH, post(api::enrol::enrol))
        .route(&format!("{}/{{rendition}}", link::AUDIO_PATH), get(api::audio::rendition))
        .route("/api/v1/health", get(api::health))
        .with_state(web)
        .layer(header(CONTENT_SECURITY_POLICY, POLICY))
        .layer(header(X_CONTENT_TYPE_OPTIONS, "nosniff"))
        .layer(header(X_FRAME_OPTIONS, "DENY"))
        .layer(header(REFERRER_POLICY, "same-origin"))
}
