//! Stock prices, news and a chat in one stream, told apart by the types of their events.

use axum::Json;
use axum::Router;
use axum::extract::{Query, State};
use axum::response::Response;
use axum::routing::{get, post};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::Things;
use super::body::{Form, Given};
use super::listener::Listener;
use crate::refusal::Refusal;
use crate::routes::Shared;
use crate::thing::{Line, Stock, Story, Thing};

/// The types, and the topic of each.
const KINDS: [(&str, &str); 3] =
    [("stock", "_api_events_stock"), ("news", "_api_events_news"), ("chat", "_api_events_chat")];
/// Events of each topic that tell a newcomer how things stand.
const WELCOME: usize = 40;

pub(super) fn router() -> Router<Shared> {
    Router::new().route("/api/events/stream", get(follow)).route("/api/events", post(publish))
}

#[derive(Clone, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "snake_case")]
enum Happening {
    Stock(Stock),
    News(Story),
    Chat(Line),
}

impl Form for Happening {
    const LIKE: &'static str = r#"{"event":"stock","symbol":"ACME","price":"101.20"}, or {"event":"news","title":"Rates held"}, or {"event":"chat","username":"mia","message":"hello"}"#;
}

async fn publish(
    State(things): State<Things>,
    Given(mut happening): Given<Happening>,
) -> Result<Json<Happening>, Refusal> {
    let now = Timestamp::now().as_millisecond();
    let (kind, message) = match &mut happening {
        Happening::Stock(stock) => {
            stock.ts = now;
            (0, stock.told())
        }
        Happening::News(story) => {
            story.ts = now;
            (1, story.told())
        }
        Happening::Chat(line) => {
            line.ts = now;
            (2, line.told())
        }
    };
    let (event, topic) = KINDS[kind];
    things.tell(topic, message.event(event)).await?;
    Ok(Json(happening))
}

#[derive(Deserialize)]
struct Choice {
    only: Option<String>,
}

async fn follow(
    State(things): State<Things>,
    listener: Listener,
    Query(Choice { only }): Query<Choice>,
) -> Result<Response, Refusal> {
    let chosen: Vec<_> = only.iter().flat_map(|only| only.split(',')).map(str::trim).collect();
    if let Some(unknown) = chosen.iter().find(|kind| !KINDS.iter().any(|(name, _)| name == *kind)) {
        return Err(Refusal::bad(format!("no events of the type '{unknown}': only is some of stock, news and chat")));
    }
    let is_chosen = |kind| chosen.is_empty() || chosen.contains(&kind);
    let topics: Vec<_> = KINDS.iter().filter(|(kind, _)| is_chosen(kind)).map(|(_, topic)| *topic).collect();
    things.listen(&topics, WELCOME, &listener, |chunk| chunk).await
}
