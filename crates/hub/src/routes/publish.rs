//! Publishing.

use axum::body::Bytes;
use axum::extract::rejection::BytesRejection;
use axum::extract::{Path, RawQuery, State};
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};

use super::Shared;
use crate::door::Visitor;
use crate::message::{Change, Message, SequenceId};
use crate::params::Params;
use crate::publish;
use crate::refusal::Refusal;
use crate::store::Post;
use crate::topic::TopicName;

type Body = Result<Bytes, BytesRejection>;

/// `POST /{topic}`: a text, or a JSON object.
pub(super) async fn publish(
    State(shared): State<Shared>,
    visitor: Visitor,
    Path(topic): Path<String>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Refusal> {
    let topic = topic.parse().map_err(Refusal::bad)?;
    let message = publish::message(&Params::new(&headers, query.as_deref()), &headers, &read(body)?)?;
    keep(&shared, &visitor, topic, message).await
}

/// `POST /`: ntfy's JSON form.
pub(super) async fn form(
    State(shared): State<Shared>,
    visitor: Visitor,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Refusal> {
    let (topic, message) = publish::form(&Params::new(&headers, query.as_deref()), &read(body)?)?;
    keep(&shared, &visitor, topic, message).await
}

/// `GET /{topic}/trigger`: for what can only fetch an address. The guard keeps web pages of others out of here as it
/// does everywhere; so what remains is a browser that fetches the address before its user has said so.
pub(super) async fn trigger(
    State(shared): State<Shared>,
    visitor: Visitor,
    Path(topic): Path<String>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Result<Response, Refusal> {
    if ["sec-purpose", "purpose", "x-moz"].iter().any(|name| headers.contains_key(*name)) {
        return Err(Refusal::new(StatusCode::FORBIDDEN, "this address publishes: it can't be fetched in advance"));
    }
    let topic = topic.parse().map_err(Refusal::bad)?;
    let message = publish::message(&Params::new(&headers, query.as_deref()), &headers, b"")?;
    keep(&shared, &visitor, topic, message).await
}

/// `POST /{topic}/{sequence}`: a text that replaces the earlier ones of this sequence.
pub(super) async fn update(
    State(shared): State<Shared>,
    visitor: Visitor,
    Path((topic, sequence)): Path<(String, String)>,
    RawQuery(query): RawQuery,
    mut headers: HeaderMap,
    body: Body,
) -> Result<Response, Refusal> {
    let topic = topic.parse().map_err(Refusal::bad)?;
    sequence.parse::<SequenceId>().map_err(Refusal::bad)?;
    if let Ok(sequence) = sequence.parse() {
        headers.insert("x-sequence-id", sequence);
    }
    let message = publish::message(&Params::new(&headers, query.as_deref()), &headers, &read(body)?)?;
    keep(&shared, &visitor, topic, message).await
}

/// `DELETE /{topic}/{sequence}`: the messages of this sequence are gone.
pub(super) async fn delete(
    State(shared): State<Shared>,
    visitor: Visitor,
    Path((topic, sequence)): Path<(String, String)>,
) -> Result<Response, Refusal> {
    change(&shared, &visitor, &topic, &sequence, Change::Deleted).await
}

/// `PUT /{topic}/{sequence}/clear`: the messages of this sequence were seen.
pub(super) async fn clear(
    State(shared): State<Shared>,
    visitor: Visitor,
    Path((topic, sequence)): Path<(String, String)>,
) -> Result<Response, Refusal> {
    change(&shared, &visitor, &topic, &sequence, Change::Cleared).await
}

async fn change(
    shared: &Shared,
    visitor: &Visitor,
    topic: &str,
    sequence: &str,
    change: Change,
) -> Result<Response, Refusal> {
    let topic = topic.parse().map_err(Refusal::bad)?;
    let sequence = sequence.parse().map_err(Refusal::bad)?;
    keep(shared, visitor, topic, Message::changed(sequence, change)).await
}

/// Publishes, and tells the publisher what became of it, as ntfy does.
#[tracing::instrument(level = "debug", skip_all, fields(%topic))]
async fn keep(shared: &Shared, visitor: &Visitor, topic: TopicName, message: Message) -> Result<Response, Refusal> {
    visitor.may_publish(&topic)?;
    let published = message.clone();
    let id = shared.intake.publish(Post { topic: topic.clone(), message, replaces: None }).await?;
    let headers = [(CONTENT_TYPE, "application/json"), (CACHE_CONTROL, "no-store")];
    Ok((headers, published.receipt(id, &topic) + "\n").into_response())
}

fn read(body: Body) -> Result<Bytes, Refusal> {
    body.map_err(|rejection| match rejection.status() {
        StatusCode::PAYLOAD_TOO_LARGE => Refusal::new(rejection.status(), "the message is larger than the hub takes"),
        status => Refusal::new(status, rejection.body_text()),
    })
}
