//! The live game.

use axum::Json;
use axum::Router;
use axum::extract::State;
use axum::response::Response;
use axum::routing::get;
use serde::Deserialize;

use super::Things;
use super::body::{Form, Given};
use super::listener::Listener;
use crate::refusal::Refusal;
use crate::routes::Shared;
use crate::thing::{Game, Name, Words};

pub(super) fn router() -> Router<Shared> {
    Router::new().route("/api/game", get(now).post(change)).route("/api/stream", get(follow))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Change {
    home: Option<Name>,
    away: Option<Name>,
    home_score: Option<u32>,
    away_score: Option<u32>,
    period: Option<Name>,
    clock: Option<Name>,
    status: Option<Name>,
    last: Option<Words>,
}

impl Form for Change {
    const LIKE: &'static str = r#"{"home":"Lions","away":"Bears","home_score":2,"away_score":0,"clock":"11:40"}"#;
}

async fn now(State(things): State<Things>) -> Result<Json<Game>, Refusal> {
    things.one(Game::LIVE).await.map(Json)
}

/// What is not said stays as it was, and `last` is of this change alone.
async fn change(State(things): State<Things>, Given(change): Given<Change>) -> Result<Json<Game>, Refusal> {
    let Change { home, away, home_score, away_score, period, clock, status, last } = &change;
    let next = |game: Option<Game>| {
        let game = game.unwrap_or_else(Game::kick_off);
        Ok(Game {
            home: home.clone().unwrap_or(game.home),
            away: away.clone().unwrap_or(game.away),
            home_score: home_score.unwrap_or(game.home_score),
            away_score: away_score.unwrap_or(game.away_score),
            period: period.clone().or(game.period),
            clock: clock.clone().or(game.clock),
            status: status.clone().or(game.status),
            last: last.clone(),
        })
    };
    things.change(Game::LIVE, next).await.map(Json)
}

async fn follow(State(things): State<Things>, listener: Listener) -> Result<Response, Refusal> {
    things.follow::<Game>(&listener).await
}
