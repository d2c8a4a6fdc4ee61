//! The OpenAPI document, made from the handlers themselves, and the router that goes with it.

use axum::extract::Request;
use axum::http::StatusCode;
use axum::http::header::{ALLOW, CONTENT_TYPE};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Json, Router, middleware};
use utoipa::openapi::security::{ApiKey, ApiKeyValue, HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::{Modify, OpenApi};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::caller::prefers_english;
use super::error::{ApiError, ErrorBody, ErrorInfo};
use super::{
    account, acts, bulletins, facts, findings, keys, outlook, schedules, sounds, steps, tokens, uploads, users,
};
use crate::web::Web;
use crate::web::origin::may_come;
use crate::web::pages::{Lang, Words};

/// Where it lies.
const PATH: &str = "/api/v1/openapi.json";

#[derive(OpenApi)]
#[openapi(
    info(
        title = "loa",
        description = "The center's API for people's programs. Bearer tokens are made on the account page; their \
                       scopes bound what their owner may do. Pages use the session's cookie and send the header \
                       x-csrf with writes. Refusals have a code, a message and a remedy, in Vietnamese or, asked by \
                       Accept-Language or ?lang=en, in English. Times are UTC, days are local."
    ),
    components(schemas(ErrorBody, ErrorInfo)),
    modifiers(&Securities)
)]
struct Document;

struct Securities;

impl Modify for Securities {
    fn modify(&self, document: &mut utoipa::openapi::OpenApi) {
        let components = document.components.get_or_insert_with(Default::default);
        let bearer = HttpBuilder::new().scheme(HttpAuthScheme::Bearer).bearer_format("loa_<id>_<secret>").build();
        components.add_security_scheme("token", SecurityScheme::Http(bearer));
        let cookie = ApiKey::Cookie(ApiKeyValue::new("__Host-loa"));
        components.add_security_scheme("session", SecurityScheme::ApiKey(cookie));
    }
}

/// Every operation of the document, and the document itself.
pub fn router() -> Router<Web> {
    let (router, document) = OpenApiRouter::with_openapi(Document::openapi())
        .routes(routes!(account::me))
        .routes(routes!(account::sessions))
        .routes(routes!(account::end_session))
        .routes(routes!(tokens::list, tokens::make))
        .routes(routes!(tokens::revoke))
        .routes(routes!(users::list, users::add))
        .routes(routes!(users::disable))
        .routes(routes!(users::enable))
        .routes(routes!(users::grants, users::give))
        .routes(routes!(users::end_grant))
        .routes(routes!(acts::list))
        .routes(routes!(uploads::list, uploads::begin))
        .routes(routes!(uploads::one, uploads::send, uploads::cancel))
        .routes(routes!(uploads::retry))
        .routes(routes!(facts::give))
        .routes(routes!(bulletins::list))
        .routes(routes!(bulletins::one))
        .routes(routes!(facts::change))
        .routes(routes!(findings::list))
        .routes(routes!(findings::hear))
        .routes(routes!(outlook::outlook))
        .routes(routes!(outlook::withdrawal))
        .routes(routes!(steps::submit))
        .routes(routes!(steps::to_sign))
        .routes(routes!(steps::approve))
        .routes(routes!(steps::send_back))
        .routes(routes!(steps::withdraw))
        .routes(routes!(sounds::one))
        .routes(routes!(keys::list, keys::request))
        .routes(routes!(keys::lost))
        .routes(routes!(schedules::stations))
        .routes(routes!(schedules::orders))
        .split_for_parts();
    let router = router.route(PATH, get(move || async move { Json(document) }));
    router.layer(middleware::from_fn(in_json))
}

/// What the framework itself refuses (another method, an unreadable path) is said as every refusal is.
async fn in_json(request: Request, next: Next) -> Response {
    let english = prefers_english(request.headers());
    let words = Words::new(if english { Lang::En } else { Lang::Vi });
    if !may_come(&request) {
        return ApiError::general(words, StatusCode::FORBIDDEN, "other-site").into_response();
    }
    // Nothing that is kept here has such a byte, and not every database takes it.
    if request.uri().path().contains("%00") {
        return ApiError::not_found(words).into_response();
    }
    let response = next.run(request).await;
    let status = response.status();
    let json = response.headers().get(CONTENT_TYPE).is_some_and(|kind| kind == "application/json");
    if !status.is_client_error() || json {
        return response;
    }
    let word = if status == StatusCode::METHOD_NOT_ALLOWED { "not-allowed" } else { "bad-body" };
    let mut refusal = ApiError::general(words, status, word).into_response();
    if let Some(allowed) = response.headers().get(ALLOW) {
        refusal.headers_mut().insert(ALLOW, allowed.clone());
    }
    refusal
}

/// Whether a path is the API's, so that what is not there is said in JSON.
pub fn is_api(path: &str) -> bool {
    path.starts_with("/api/")
}
