//! The endpoints of the systems that push: jobs, a game, prices, a chat, tasks. What each of them keeps is in ordinary
//! topics of the store, whose names begin with `_api_`.

mod body;
mod chat;
mod clock;
mod events;
mod game;
mod jobs;
mod listener;
mod only;
mod prices;
mod tasks;
mod things;

use axum::Router;
use axum::http::StatusCode;
use axum::routing::any;

pub(crate) use self::things::Things;
use crate::refusal::Refusal;
use crate::routes::Shared;

pub(crate) fn router() -> Router<Shared> {
    Router::new()
        .merge(jobs::router())
        .merge(game::router())
        .merge(events::router())
        .merge(chat::router())
        .merge(prices::router())
        .merge(tasks::router())
        .method_not_allowed_fallback(wrong_method)
        // Else they would be about a topic of this name, of which half would be hidden.
        .route("/api", any(nothing_here))
        .route("/api/{*path}", any(nothing_here))
}

async fn wrong_method() -> Refusal {
    Refusal::new(StatusCode::METHOD_NOT_ALLOWED, "this is not how it is used: docs/hub-api.md lists what /api takes")
}

async fn nothing_here() -> Refusal {
    let what = "/api has progress, stream, events/stream, sse, prices and tasks, and no topics";
    Refusal::new(StatusCode::NOT_FOUND, format!("nothing here: {what}"))
}
