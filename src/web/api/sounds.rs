//! Sound over the API: what pages load for people, for programs with a token.

use axum::extract::{Path, Query, Request};
use axum::response::Response;

use super::caller::Caller;
use super::error::{ApiError, Refusals};
use crate::domain::access::Scope;
use crate::web::handlers::audio::{Place, serve};

/// What stations play of a version, or the WAV it was made from
#[utoipa::path(get, path = "/api/v1/sounds/{name}", tag = "bulletins",
    security(("token" = ["read"]), ("session" = [])),
    params(("name" = String, Path, description = "SHA-256 of the rendition and `.opus`, or of the master and `.wav`"),
        ("range" = Option<String>, Header, description = "A part of it"),
        ("station" = Option<String>, Query, description = "For operators: the station whose plan has it"),
        ("date" = Option<String>, Query, description = "For operators: the local day of that plan")),
    responses((status = 200, description = "All of it", body = Vec<u8>, content_type = "application/octet-stream"),
        (status = 206, description = "A part of it", body = Vec<u8>, content_type = "application/octet-stream"),
        (status = 416, description = "No such part", body = super::error::ErrorBody), Refusals))]
pub async fn one(
    caller: Caller,
    Path(name): Path<String>,
    Query(place): Query<Place>,
    request: Request,
) -> Result<Response, ApiError> {
    caller.need(Scope::Read)?;
    serve(&caller.me, &name, &place, request).await.map_err(|failed| caller.failed(failed))
}
