//! Subscribing.

use std::convert::Infallible;
use std::sync::Arc;

use axum::body::{Body, Bytes};
use axum::extract::{Path, RawQuery, State};
use axum::http::HeaderMap;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE, HeaderName, X_CONTENT_TYPE_OPTIONS};
use axum::response::{IntoResponse, Response};
use futures_util::{Stream, StreamExt};
use jiff::Timestamp;
use serde::Deserialize;

use super::Shared;
use crate::delivery::{Delivery, Format};
use crate::demo::Demo;
use crate::door::Visitor;
use crate::filter::Filter;
use crate::params::{Names, Params, Said};
use crate::refusal::Refusal;
use crate::since;
use crate::store::Start;
use crate::subscription::Subscription;
use crate::topic::TopicName;

/// Topics in one subscription.
const MAX_TOPICS: usize = 64;

const SINCE: Names = &["x-since", "since", "si"];
const POLL: Names = &["x-poll", "poll", "po"];
/// A page can't listen to types of events that it doesn't know: with this it gets them all as messages.
const UNTYPED: Names = &["untyped"];

/// `GET /{topic},…/sse`.
pub(super) async fn sse(
    state: State<Shared>,
    visitor: Visitor,
    topics: Path<String>,
    query: RawQuery,
    headers: HeaderMap,
) -> Result<Response, Refusal> {
    let typed = !Params::new(&headers, query.0.as_deref()).flag(UNTYPED);
    lines(Format::Sse { typed }, state, visitor, topics, query, headers).await
}

/// `GET /{topic},…` in any format.
pub(super) async fn lines(
    format: Format,
    State(shared): State<Shared>,
    visitor: Visitor,
    Path(names): Path<String>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Result<Response, Refusal> {
    let params = Params::new(&headers, query.as_deref());
    let mut topics = names.split(',').map(str::parse).collect::<Result<Vec<TopicName>, _>>().map_err(Refusal::bad)?;
    topics.sort_unstable();
    topics.dedup();
    if topics.len() > MAX_TOPICS {
        return Err(Refusal::bad(format!("one subscription takes up to {MAX_TOPICS} topics")));
    }
    visitor.may_subscribe(&topics)?;
    let delivery = delivery(format, names, &params)?;
    let otherwise = if delivery.poll { Start::Kept } else { Start::Now };
    let start = start(&params, &headers, otherwise)?;
    let subscription = shared.intake.store.subscribe(&topics, start).await?;
    Ok(stream(&shared, subscription, delivery, ()))
}

/// `GET /demo/{name}`.
pub(super) async fn watch(
    demo: Arc<Demo>,
    State(shared): State<Shared>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Result<Response, Refusal> {
    let params = Params::new(&headers, query.as_deref());
    let typed = !params.flag(UNTYPED);
    let delivery = delivery(Format::Sse { typed }, demo.name().to_owned(), &params)?;
    let start = start(&params, &headers, demo.welcome())?;
    let (subscription, seat) = demo.watch(start).await?;
    Ok(stream(&shared, subscription, delivery, seat))
}

fn delivery(format: Format, topics: String, params: &Params<'_>) -> Result<Delivery, Refusal> {
    let filter = Filter::read(params).map_err(Refusal::bad)?;
    Ok(Delivery { format, filter, topics: topics.into(), poll: params.flag(POLL) })
}

fn start(params: &Params<'_>, headers: &HeaderMap, otherwise: Start) -> Result<Start, Refusal> {
    begin(headers, params.get(SINCE).as_deref(), otherwise)
}

/// `Last-Event-ID` goes first: an EventSource reconnects with it to the URL that it was given, `since` and all.
fn begin(headers: &HeaderMap, since: Option<&str>, otherwise: Start) -> Result<Start, Refusal> {
    let last_id = headers.get("last-event-id").map(|id| String::from_utf8_lossy(id.as_bytes()));
    match (last_id, since) {
        (Some(id), _) if !id.is_empty() => Ok(since::last_event_id(&id)),
        (_, Some(since)) => since::since(since, Timestamp::now()).map_err(Refusal::bad),
        _ => Ok(otherwise),
    }
}

/// `held` is dropped when the stream is.
fn stream<T: Send + 'static>(shared: &Shared, subscription: Subscription, delivery: Delivery, held: T) -> Response {
    let metrics = shared.intake.metrics.clone();
    let media_type = delivery.format.media_type();
    tracing::debug!(topics = %delivery.topics, format = ?delivery.format, poll = delivery.poll, "a subscriber came");
    let chunks = subscription.deliver(delivery).into_stream(shared.rhythm, metrics, shared.stop.clone());
    respond(
        media_type,
        chunks.map(move |chunk| {
            let _held = &held;
            chunk
        }),
    )
}

/// Where a subscriber to what is under `/api` begins.
#[derive(Deserialize)]
pub(crate) struct Place {
    since: Option<String>,
}

impl Place {
    pub(crate) fn start(&self, headers: &HeaderMap, otherwise: Start) -> Result<Start, Refusal> {
        begin(headers, self.since.as_deref(), otherwise)
    }
}

/// A response as an EventSource reads it.
pub(crate) fn event_stream(chunks: impl Stream<Item = Bytes> + Send + 'static) -> Response {
    respond("text/event-stream", chunks)
}

fn respond(media_type: &'static str, chunks: impl Stream<Item = Bytes> + Send + 'static) -> Response {
    let headers = [
        (CONTENT_TYPE, media_type),
        (CACHE_CONTROL, "no-store"),
        // What is published is nothing that a browser should take for a page.
        (X_CONTENT_TYPE_OPTIONS, "nosniff"),
        // For proxies that would gather before they send.
        (HeaderName::from_static("x-accel-buffering"), "no"),
    ];
    (headers, Body::from_stream(chunks.map(Ok::<_, Infallible>))).into_response()
}
