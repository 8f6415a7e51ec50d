//! A chat: what people say, and, so that it is never silent, the next line of an old story on a timer.

use std::time::Duration;

use axum::Json;
use axum::Router;
use axum::extract::State;
use axum::response::Response;
use axum::routing::get;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use tokio::time::sleep;

use super::Things;
use super::body::{Form, Given};
use super::listener::Listener;
use super::things::Kept;
use crate::demo;
use crate::refusal::Refusal;
use crate::routes::Shared;
use crate::thing::{Entity, Line, Thing};

const TOPIC: &str = "_api_sse";
/// Lines that a newcomer is told.
const WELCOME: usize = 20;
/// Between two lines of the timer.
const PAUSE: Duration = Duration::from_secs(4);

pub(super) fn router() -> Router<Shared> {
    Router::new().route("/api/sse", get(follow).post(say))
}

impl Form for Line {
    const LIKE: &'static str = r#"{"username":"mia","message":"hello"}"#;
}

async fn say(State(things): State<Things>, Given(line): Given<Line>) -> Result<Json<Line>, Refusal> {
    let line = Line { ts: Timestamp::now().as_millisecond(), ..line };
    things.tell(TOPIC, line.told()).await?;
    Ok(Json(line))
}

async fn follow(State(things): State<Things>, listener: Listener) -> Result<Response, Refusal> {
    let seat = things.audience.take_seat();
    let pass = move |chunk| {
        // The stream holds the seat, and gives it up when it is dropped.
        let _seat = &seat;
        chunk
    };
    things.listen(&[TOPIC], WELCOME, &listener, pass).await
}

/// How far the story is told, by whichever hub's turn it was.
#[derive(Debug, Serialize, Deserialize)]
struct Turn {
    clock: String,
    told: usize,
}

impl Thing for Turn {
    const EVENT: Option<&'static str> = None;
}

impl Entity for Turn {
    const NAME: &'static str = "clock";

    fn name(&self) -> &str {
        &self.clock
    }
}

impl Kept for Turn {
    const TOPIC: &'static str = "_api_clock";
    const WHAT: &'static str = "clock";
    const MOST: usize = 1;
}

/// Goes on with the story while somebody listens. Of several hubs, the one that takes the turn tells the line.
pub(super) async fn speak(things: Things) {
    loop {
        things.audience.arrival().await;
        let turn = things.find::<Turn>(TOPIC).await;
        let everyone_left = tokio::select! {
            () = sleep(PAUSE) => false,
            () = things.audience.departure() => true,
        };
        let Ok((at, turn)) = turn else { continue };
        if everyone_left {
            continue;
        }
        let told = turn.map_or(0, |turn| turn.told);
        let next = Turn { clock: TOPIC.into(), told: told + 1 };
        if let Ok(Some(_)) = things.replace::<Turn>(at, next.stands()).await
            && let Some(line) = demo::nth_line(told)
        {
            // Where nothing can be kept, there is a line less.
            let _ = things.tell(TOPIC, line.told()).await;
        }
    }
}
