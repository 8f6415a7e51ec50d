//! An answer that says no: a status, a reason that tells what to do, and when to come back.

use std::time::Duration;

use axum::Json;
use axum::http::StatusCode;
use axum::http::header::RETRY_AFTER;
use axum::response::{IntoResponse, Response};
use serde_json::json;

use crate::store::Full;

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

impl From<Full> for Refusal {
    fn from(full: Full) -> Refusal {
        let (reason, seconds) = match full {
            Full::Topics => ("the hub has as many topics as it takes: use one of them, or come back later", 60),
            Full::Subscribers => ("the hub has as many subscribers as it takes: come back later", 30),
        };
        let retry_after = Some(Duration::from_secs(seconds));
        Refusal { retry_after, ..Refusal::new(StatusCode::TOO_MANY_REQUESTS, reason) }
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
