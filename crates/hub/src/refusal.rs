//! An answer that says no: a status, a reason that tells what to do, and when to come back.

use std::time::Duration;

use axum::Json;
use axum::http::header::{RETRY_AFTER, WWW_AUTHENTICATE};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use serde_json::json;

use crate::store::StoreError;

/// How a token can be sent. A browser asks its user for a password then, and goes on with it by itself.
const CHALLENGES: [&str; 2] = [r#"Bearer realm="Streambell hub""#, r#"Basic realm="Streambell hub", charset="UTF-8""#];

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

    /// There is no room, or not now.
    pub(crate) fn too_many(reason: impl Into<String>, after: Duration) -> Refusal {
        Refusal { retry_after: Some(after), ..Refusal::new(StatusCode::TOO_MANY_REQUESTS, reason) }
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
        let mut response = (self.status, body).into_response();
        let headers = response.headers_mut();
        if let Some(after) = self.retry_after {
            // Whole seconds, and not too few.
            let seconds = after.as_secs() + u64::from(after.subsec_nanos() > 0);
            headers.insert(RETRY_AFTER, seconds.into());
        }
        if self.status == StatusCode::UNAUTHORIZED {
            for challenge in CHALLENGES {
                headers.append(WWW_AUTHENTICATE, HeaderValue::from_static(challenge));
            }
        }
        response
    }
}
