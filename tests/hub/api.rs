//! The endpoints under `/api`, wherever the hub keeps things.

mod asked;
mod chat;
mod events;
mod game;
mod jobs;
mod prices;
mod tasks;

use std::net::SocketAddr;

use serde_json::Value;
use streambell_hub::Hub;

use crate::client::{Answer, Event, Events, ask};
use crate::places::Place;

async fn send(addr: SocketAddr, request: &str, body: &Value) -> Answer {
    let body = if request.starts_with("GET") { String::new() } else { body.to_string() };
    ask(addr, request, &[], body.as_bytes()).await
}

/// An answer that says yes.
async fn done(hub: &Hub, request: &str, body: Value) -> Value {
    let answer = send(hub.addr(), request, &body).await;
    assert!((200..300).contains(&answer.status), "{request}: {answer:?}");
    if answer.body.is_empty() { Value::Null } else { answer.json() }
}

async fn get(hub: &Hub, path: &str) -> Value {
    let answer = ask(hub.addr(), &format!("GET {path}"), &[], b"").await;
    assert_eq!(answer.status, 200, "{path}: {answer:?}");
    answer.json()
}

async fn follow(hub: &Hub, path: &str) -> Events {
    Events::open(hub.addr(), path, &[]).await
}

/// The types and the data of events, without their times.
fn told(events: &[Event]) -> Vec<(String, Value)> {
    let untimed = |event: &Event| {
        let mut data = event.json();
        let timed = data.as_object_mut().unwrap().remove("ts").is_none_or(|ts| ts.as_i64() > Some(1_700_000_000_000));
        assert!(timed, "{event:?}");
        (event.event.clone(), data)
    };
    events.iter().map(untimed).collect()
}

fn event(kind: &str, data: Value) -> (String, Value) {
    (kind.to_owned(), data)
}

/// A hub again, where an earlier one was dropped: it leaves its folder when its last task has ended.
async fn again(place: &Place) -> Hub {
    crate::keeping::until_it_starts(place).await
}
