//! Who listens to an endpoint, and how.

use axum::extract::{FromRequestParts, Query};
use axum::http::HeaderMap;
use axum::http::header::ACCEPT;
use axum::http::request::Parts;

use crate::refusal::Refusal;
use crate::routes::Place;
use crate::store::Start;

pub(super) struct Listener {
    place: Place,
    headers: HeaderMap,
}

impl Listener {
    /// Where to begin: where the listener says, or else there.
    pub(super) fn start(&self, otherwise: Start) -> Result<Start, Refusal> {
        self.place.start(&self.headers, otherwise)
    }

    /// Whether a list is wanted as events instead of once.
    pub(super) fn wants_events(&self) -> bool {
        let types = self.headers.get_all(ACCEPT).iter().filter_map(|types| types.to_str().ok());
        types.flat_map(|types| types.split(',')).any(|one| {
            let media_type = one.split(';').next().unwrap_or_default();
            media_type.trim().eq_ignore_ascii_case("text/event-stream")
        })
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Listener {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Listener, Refusal> {
        let place = Query::from_request_parts(parts, state).await.map_err(Refusal::bad)?;
        Ok(Listener { place: place.0, headers: parts.headers.clone() })
    }
}
