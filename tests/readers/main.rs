//! The hub's streams read by those who will read them: our own client, and the `eventsource` of npm. (A browser's is in
//! `ui/hub`, `curl` in `tests/hub`.) Each stays through an end of the hub, and misses nothing and hears nothing twice.
#![allow(clippy::unwrap_used)]

use std::net::SocketAddr;
use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use serde_json::Value;
use streambell_hub::{Hub, HubConfig, Message};
use streambell_sse::{Client, Config, Connection, Signal, parse_url};
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::Command;
use tokio::sync::mpsc;

/// How long anything may take before a test fails instead of hanging.
const PATIENCE: Duration = Duration::from_secs(60);

/// Type, id and data of an event.
type Heard = (String, String, String);
type Ear = mpsc::UnboundedSender<Heard>;

async fn hub(listen: SocketAddr) -> Hub {
    let retry = Duration::from_millis(200);
    Hub::start(HubConfig { listen, retry, demo: false, ..HubConfig::default() }).await.unwrap()
}

/// Our own client.
async fn own(url: String, heard: Ear) {
    let mut connection = Connection::new(Client::new().unwrap(), Config::new(parse_url(&url).unwrap()));
    while let Some(signal) = connection.next().await {
        let Signal::Events(events) = signal else { continue };
        // What the hub itself says, has a type of its own.
        for event in events.iter().filter(|event| ["message", "price"].contains(&event.event.as_str())) {
            heard.send((event.event.to_string(), event.id.to_string(), event.data.to_string())).unwrap();
        }
    }
}

/// The package that programs on Node use.
async fn npm(url: String, heard: Ear) {
    let mut node = Command::new("node")
        .args(["reader.mjs", &url])
        .current_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/servers"))
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(node.stdout.take().unwrap()).lines();
    while let Some(line) = lines.next_line().await.unwrap() {
        heard.send(serde_json::from_str(&line).unwrap()).unwrap();
    }
}

/// What was published under an id, as it is to be heard.
async fn publish(hub: &Hub, text: &str) -> Heard {
    let id = hub.publish("t", Message::text(text)).await.unwrap();
    ("message".into(), id.to_string(), text.into())
}

async fn publish_price(hub: &Hub, price: &str) -> Heard {
    let id = hub.publish("t", Message::json(price).unwrap().event("price")).await.unwrap();
    ("price".into(), id.to_string(), price.into())
}

async fn stays<F: Future<Output = ()> + Send + 'static>(read: impl FnOnce(String, Ear) -> F) {
    let first = hub(([127, 0, 0, 1], 0).into()).await;
    let (ear, mut heard) = mpsc::unbounded_channel::<Heard>();
    let mut next = async || -> Heard {
        let (kind, id, data) = tokio::time::timeout(PATIENCE, heard.recv()).await.expect("nothing came").unwrap();
        let text = serde_json::from_str::<Value>(&data).unwrap()["message"].as_str().map(str::to_owned);
        (kind, id, text.unwrap_or(data))
    };
    let kept =
        [publish(&first, "line 1\nline 2, Grüße, 你好 👍").await, publish_price(&first, r#"{"price":"1.10"}"#).await];
    let reader = tokio::spawn(read(format!("http://{}/t/sse?since=all", first.addr()), ear));
    for event in kept {
        assert_eq!(next().await, event, "what was kept");
    }
    let live = publish(&first, "live").await;
    assert_eq!(next().await, live);
    // Larger than what is handed over at a time, and many at once.
    let large = publish(&first, &"x".repeat(200_000)).await;
    assert_eq!(next().await, large);
    let mut many = Vec::new();
    for n in 0..300 {
        many.push(publish(&first, &format!("number {n}")).await);
    }
    for event in many {
        assert_eq!(next().await, event);
    }

    first.shutdown().await;
    let second = hub(first.addr()).await;
    let meanwhile =
        [publish(&second, "while you were away").await, publish_price(&second, r#"{"price":"1.20"}"#).await];
    for event in meanwhile {
        assert_eq!(next().await, event, "it is back, and has missed nothing");
    }
    let after = publish(&second, "after").await;
    assert_eq!(next().await, after, "and has heard nothing twice");
    reader.abort();
    second.shutdown().await;
}

#[tokio::test]
async fn our_own_client() {
    stays(own).await;
}

#[tokio::test]
async fn the_eventsource_of_npm() {
    stays(npm).await;
}
