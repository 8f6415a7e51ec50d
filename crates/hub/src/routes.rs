//! What the hub answers to.

use std::sync::Arc;

use axum::Json;
use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::rejection::BytesRejection;
use axum::extract::{DefaultBodyLimit, Path, Query, State};
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::http::{HeaderMap, StatusCode};
use axum::middleware;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use futures_util::{Stream, StreamExt};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use tokio_util::sync::CancellationToken;

use crate::demo::{Demo, Demos};
use crate::guard::{Guard, guard};
use crate::publish;
use crate::refusal::Refusal;
use crate::since;
use crate::store::{Post, Start, Store};
use crate::subscription::Rhythm;
use crate::topic::TopicName;

/// Topics in one subscription.
const MAX_TOPICS: usize = 64;

/// What the routes need.
#[derive(Clone)]
pub(crate) struct Shared {
    pub(crate) store: Arc<Store>,
    pub(crate) demos: Option<Arc<Demos>>,
    pub(crate) rhythm: Rhythm,
    /// Ends every stream.
    pub(crate) stop: CancellationToken,
}

pub(crate) fn router(shared: Shared, own: Guard, max_body: usize) -> Router {
    let mut router = Router::new()
        .route("/healthz", get(healthz))
        .route("/{topic}", post(publish).put(publish))
        .route("/{topic}/sse", get(subscribe));
    if let Some(demos) = &shared.demos {
        for demo in demos.iter() {
            let demo = demo.clone();
            let path = format!("/demo/{}", demo.name());
            router = router.route(&path, get(move |state, query, headers| watch(demo, state, query, headers)));
        }
    }
    router
        .method_not_allowed_fallback(wrong_method)
        .fallback(nothing_here)
        .layer(DefaultBodyLimit::max(max_body))
        .layer(middleware::from_fn_with_state(own, guard))
        .with_state(shared)
}

async fn healthz(State(shared): State<Shared>) -> Json<Value> {
    let counts = shared.store.counts();
    Json(json!({ "status": "ok", "topics": counts.topics, "subscribers": counts.subscribers }))
}

/// What a publisher gets back.
#[derive(Serialize)]
struct Published {
    id: String,
    time: u64,
    event: &'static str,
    topic: String,
}

async fn publish(
    State(shared): State<Shared>,
    Path(topic): Path<String>,
    headers: HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Result<Json<Published>, Refusal> {
    let topic: TopicName = topic.parse().map_err(Refusal::bad)?;
    let body = body.map_err(|rejection| match rejection.status() {
        StatusCode::PAYLOAD_TOO_LARGE => Refusal::new(rejection.status(), "the message is larger than the hub takes"),
        status => Refusal::new(status, rejection.body_text()),
    })?;
    let message = publish::message(&headers, &body)?;
    let id = shared.store.append(Post { topic: topic.clone(), message, replaces: None }).await?;
    Ok(Json(Published { id: id.to_string(), time: id.millis() / 1000, event: "message", topic: topic.to_string() }))
}

#[derive(Deserialize)]
struct Place {
    since: Option<String>,
}

impl Place {
    /// `Last-Event-ID` goes first: an EventSource reconnects with it to the URL that it was given, `since` and all.
    fn start(&self, headers: &HeaderMap, otherwise: Start) -> Result<Start, Refusal> {
        let last_id = headers.get("last-event-id").map(|id| String::from_utf8_lossy(id.as_bytes()));
        match (last_id, &self.since) {
            (Some(id), _) if !id.is_empty() => Ok(since::last_event_id(&id)),
            (_, Some(since)) => since::since(since, Timestamp::now()).map_err(Refusal::bad),
            _ => Ok(otherwise),
        }
    }
}

async fn subscribe(
    State(shared): State<Shared>,
    Path(topics): Path<String>,
    Query(place): Query<Place>,
    headers: HeaderMap,
) -> Result<Response, Refusal> {
    let mut topics = topics.split(',').map(str::parse).collect::<Result<Vec<TopicName>, _>>().map_err(Refusal::bad)?;
    topics.sort_unstable();
    topics.dedup();
    if topics.len() > MAX_TOPICS {
        return Err(Refusal::bad(format!("one subscription takes up to {MAX_TOPICS} topics")));
    }
    let start = place.start(&headers, Start::Now)?;
    let subscription = shared.store.subscribe(&topics, start).await?;
    Ok(event_stream(subscription.into_stream(shared.rhythm, shared.stop)))
}

async fn watch(
    demo: Arc<Demo>,
    State(shared): State<Shared>,
    Query(place): Query<Place>,
    headers: HeaderMap,
) -> Result<Response, Refusal> {
    let start = place.start(&headers, demo.welcome())?;
    let (subscription, seat) = demo.watch(start).await?;
    let stream = subscription.into_stream(shared.rhythm, shared.stop);
    Ok(event_stream(stream.map(move |chunk| {
        // The stream holds the seat, and gives it up when it is dropped.
        let _seat = &seat;
        chunk
    })))
}

fn event_stream(stream: impl Stream<Item = Bytes> + Send + 'static) -> Response {
    let headers = [
        (CONTENT_TYPE, "text/event-stream"),
        (CACHE_CONTROL, "no-store"),
        (axum::http::header::HeaderName::from_static("x-accel-buffering"), "no"),
    ];
    (headers, Body::from_stream(stream.map(Ok::<_, std::convert::Infallible>))).into_response()
}

async fn wrong_method() -> Refusal {
    Refusal::new(StatusCode::METHOD_NOT_ALLOWED, "publish with POST /{topic}, subscribe with GET /{topic}/sse")
}

async fn nothing_here() -> Refusal {
    Refusal::new(StatusCode::NOT_FOUND, "nothing here: publish with POST /{topic}, subscribe with GET /{topic}/sse")
}
