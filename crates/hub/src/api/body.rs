//! What somebody sends: JSON of a certain form, or else it is told what form that is.

use axum::body::Bytes;
use axum::extract::{FromRequest, Request};
use axum::http::StatusCode;
use serde::de::DeserializeOwned;

use crate::refusal::Refusal;

/// What an endpoint takes.
pub(super) trait Form: DeserializeOwned {
    /// An example of it.
    const LIKE: &'static str;
}

/// A body that was read. None at all counts as one that says nothing.
pub(super) struct Given<T>(pub(super) T);

impl<S: Send + Sync, T: Form> FromRequest<S> for Given<T> {
    type Rejection = Refusal;

    async fn from_request(request: Request, state: &S) -> Result<Given<T>, Refusal> {
        let body = Bytes::from_request(request, state).await.map_err(|rejection| match rejection.status() {
            StatusCode::PAYLOAD_TOO_LARGE => Refusal::new(rejection.status(), "the body is larger than the hub takes"),
            status => Refusal::new(status, rejection.body_text()),
        })?;
        let body = if body.trim_ascii().is_empty() { b"{}" } else { &body[..] };
        let given = serde_json::from_slice(body);
        given.map(Given).map_err(|error| Refusal::bad(format!("send JSON like {}: {error}", T::LIKE)))
    }
}
