//! A device asks for its place with a one-time code.

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};

use super::refusal;
use crate::protocol::enrol::Request;
use crate::web::Web;

/// `POST /api/v1/enroll`
pub async fn enrol(State(web): State<Web>, Json(request): Json<Request>) -> Response {
    match web.center.enrol_station(&request.code, &request.key).await {
        Ok(answer) => Json(answer).into_response(),
        Err(error) => refusal(&error),
    }
}
