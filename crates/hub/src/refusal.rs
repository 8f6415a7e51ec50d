//! An answer that says no: a status, a reason that tells what to do, and when to come back.

use std::time::Duration;

use axum::Json;
use axum::http::StatusCode;
use axum::http::header::RETRY_AFTER;
use axum::response::{IntoResponse, Response};
use serde_json::json;

use crate::store::StoreError;

#[derive(Debug)]
pub(crate) struct Refusal {
    status: StatusCode,
    reason: String,
    retry_after: Option<Duration>,
}

impl Refusal {
    pub(crate) fn new(status: StatusCode, reason: impl Into<String>) -> Refusal {
        Refusal { status, reason: reason.into(), retry_after: None }
    }

    /// The request itself is wrong.
    pub(crate) fn bad(reason: impl ToString) -> Refusal {
        Refusal::new(StatusCode::BAD_REQUEST, reason.to_string())
    }
}

impl From<StoreError> for Refusal {
    fn from(error: StoreError) -> Refusal {
        let (status, seconds) = match error {
            StoreError::Topics => (StatusCode::TOO_MANY_REQUESTS, Some(60)),
            StoreError::Subscribers => (StatusCode::TOO_MANY_REQUESTS, Some(30)),
            StoreError::Changed => (StatusCode::CONFLICT, None),
            StoreError::Unavailable(_) => (StatusCode::SERVICE_UNAVAILABLE, Some(2)),
        };
        Refusal { retry_after: seconds.map(Duration::from_secs), ..Refusal::new(status, error.to_string()) }
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let body = Json(json!({ "status": self.status.as_u16(), "error": self.reason }));
        match self.retry_after {
            Some(after) => (self.status, [(RETRY_AFTER, after.as_secs().to_string())], body).into_response(),
            None => (self.status, body).into_response(),
        }
    }
}
