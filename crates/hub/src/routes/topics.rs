//! The list of topics.

use axum::Json;
use axum::extract::State;
use serde::Serialize;

use super::Shared;
use crate::demo::Demo;
use crate::door::Visitor;
use crate::refusal::Refusal;

#[derive(Serialize)]
pub(super) struct Topics {
    topics: Vec<Topic>,
    /// Demo feeds, which are under `/demo/`.
    demos: Vec<&'static str>,
}

#[derive(Serialize)]
struct Topic {
    topic: String,
    /// Events that are kept.
    events: u64,
    /// When the newest was, in seconds since 1970.
    time: Option<u64>,
    subscribers: usize,
}

/// `GET /topics`: those that the visitor may subscribe to.
pub(super) async fn topics(State(shared): State<Shared>, visitor: Visitor) -> Result<Json<Topics>, Refusal> {
    let mut topics = shared.intake.store.topics().await?;
    topics.retain(|topic, _| visitor.may_subscribe([topic]).is_ok());
    let topics = topics.into_iter().map(|(topic, listed)| Topic {
        topic: topic.to_string(),
        events: listed.events,
        time: listed.newest.map(|id| id.millis() / 1000),
        subscribers: listed.subscribers,
    });
    let demos = shared.demos.iter().flat_map(|demos| demos.iter().map(|demo| Demo::name(demo)));
    Ok(Json(Topics { topics: topics.collect(), demos: demos.collect() }))
}
