//! What the hub does not take on.

use std::time::Duration;

use streambell_hub::{Hub, HubConfig, HubError, Limits, Message, Retention};

use tokio::io::{AsyncReadExt, AsyncWriteExt};

use crate::client::{Events, PATIENCE, ask, config, post};

async fn small(limits: Limits) -> Hub {
    Hub::start(HubConfig { limits, ..config() }).await.unwrap()
}

#[tokio::test]
async fn a_body_that_is_too_large() {
    let hub = small(Limits { body: 100, ..Limits::default() }).await;
    assert_eq!(post(hub.addr(), "t", &[], &"x".repeat(100)).await.status, 200);
    let refused = post(hub.addr(), "t", &[], &"x".repeat(101)).await;
    assert_eq!(refused.status, 413);
    assert!(refused.json()["error"].is_string());
}

#[tokio::test]
async fn too_many_topics() {
    let hub = small(Limits { topics: 2, ..Limits::default() }).await;
    assert_eq!(post(hub.addr(), "a", &[], "x").await.status, 200);
    let _b = Events::open(hub.addr(), "/b/sse", &[]).await;
    let refused = post(hub.addr(), "c", &[], "x").await;
    assert_eq!(refused.status, 429);
    assert!(refused.head.contains("\r\nretry-after: 60"), "{}", refused.head);
    assert_eq!(ask(hub.addr(), "GET /c/sse", &["Connection: close"], b"").await.status, 429);
    assert!(matches!(hub.publish("c", Message::text("x")).await, Err(HubError::TooManyTopics)));
    assert_eq!(post(hub.addr(), "a", &[], "x").await.status, 200, "known topics go on");
}

#[tokio::test]
async fn too_many_subscribers_until_one_leaves() {
    let hub = small(Limits { subscribers: 1, ..Limits::default() }).await;
    let first = Events::open(hub.addr(), "/t/sse", &[]).await;
    let refused = ask(hub.addr(), "GET /t/sse", &["Connection: close"], b"").await;
    assert_eq!(refused.status, 429);
    assert!(refused.head.contains("\r\nretry-after: 30"), "{}", refused.head);
    drop(first);
    until_nobody_listens(&hub).await;
    Events::open(hub.addr(), "/t/sse", &[]).await;
}

/// The hub learns from the socket that a client has gone; asking it again is how to see that from outside.
async fn until_nobody_listens(hub: &Hub) {
    while ask(hub.addr(), "GET /healthz", &[], b"").await.json()["subscribers"] != 0 {
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn only_so_much_is_kept() {
    let retention = Retention { events: 3, ..Retention::default() };
    let hub = Hub::start(HubConfig { retention, ..config() }).await.unwrap();
    for n in 0..5 {
        hub.publish("t", Message::json(&format!("{{\"n\":{n}}}")).unwrap()).await.unwrap();
    }
    let mut events = Events::open(hub.addr(), "/t/sse?since=all", &[]).await;
    let kept: Vec<_> = events.take(3).await.into_iter().map(|event| event.data).collect();
    assert_eq!(kept, [r#"{"n":2}"#, r#"{"n":3}"#, r#"{"n":4}"#]);
}

#[tokio::test]
async fn a_subscriber_that_lags_behind_what_is_kept_is_told_of_the_gap() {
    let retention = Retention { events: 8, bytes: 1 << 20, ..Retention::default() };
    let hub = Hub::start(HubConfig { retention, ..config() }).await.unwrap();
    let mut events = Events::open(hub.addr(), "/t/sse", &[]).await;
    let body = "x".repeat(100_000);
    let mut ids = Vec::new();
    for _ in 0..160 {
        // 16 MB: more than any socket buffer holds.
        ids.push(hub.publish("t", Message::text(&body)).await.unwrap().to_string());
        tokio::task::yield_now().await;
    }
    let mut seen = Vec::new();
    let mut gaps = Vec::new();
    while seen.last() != ids.last() {
        let event = events.next().await.expect("it goes on");
        match event.event.as_str() {
            "gap" => gaps.push((seen.last().cloned().unwrap(), event.json())),
            _ => seen.push(event.id),
        }
    }
    let [(last, gap)] = &gaps[..] else { panic!("{gaps:?}") };
    assert_eq!((gap["event"].as_str(), gap["after"].as_str()), (Some("gap"), Some(last.as_str())));
    let missing = ids.iter().skip_while(|id| *id != last).skip(1).take_while(|id| !seen.contains(id));
    assert_eq!(gap["until"].as_str(), missing.last().map(String::as_str));
    assert!(ids.iter().filter(|id| seen.contains(id)).eq(&seen), "in order, and none twice");
}

#[tokio::test(start_paused = true)]
async fn a_subscriber_that_takes_nothing_is_cut() {
    let hub = Hub::start(config()).await.unwrap();
    let stuck = Events::open(hub.addr(), "/t/sse", &[]).await;
    let body = "x".repeat(100_000);
    for _ in 0..160 {
        hub.publish("t", Message::text(&body)).await.unwrap();
        tokio::task::yield_now().await;
    }
    let start = tokio::time::Instant::now();
    while ask(hub.addr(), "GET /healthz", &[], b"").await.json()["subscribers"] != 0 {
        tokio::time::sleep(Duration::from_secs(1)).await;
        assert!(start.elapsed() < Duration::from_secs(60), "it is still there");
    }
    drop(stuck);
}

#[tokio::test]
async fn a_client_that_asks_too_often_is_told_when_to_come_back() {
    let hub = small(Limits { rate: Some(1), ..Limits::default() }).await;
    let mut taken = 0;
    let refused = loop {
        let answer = post(hub.addr(), "t", &[], "x").await;
        match answer.status {
            200 => taken += 1,
            _ => break answer,
        }
    };
    assert_eq!(refused.status, 429, "{refused:?}");
    assert!(refused.head.contains("\r\nretry-after: 1\r\n"), "{}", refused.head);
    assert!(taken >= 10, "{taken}: ten seconds are saved up");
}

#[tokio::test]
async fn each_token_has_a_share_of_its_own() {
    let folder = tempfile::tempdir().unwrap();
    let [busy, calm] = ["busy", "calm"].map(|name| {
        let text = crate::tokens::token(folder.path(), name, &["*"], &["*"]);
        format!("Authorization: Bearer {text}")
    });
    let limits = Limits { rate: Some(1), per_client: Some(2), ..Limits::default() };
    let hub = Hub::start(HubConfig { limits, door: crate::tokens::door(folder.path()), ..config() }).await.unwrap();
    while post(hub.addr(), "t", &[&busy], "x").await.status == 200 {}
    assert_eq!(post(hub.addr(), "t", &[&busy], "x").await.status, 429);
    assert_eq!(post(hub.addr(), "t", &[&calm], "x").await.status, 200);
    while post(hub.addr(), "t", &[], "x").await.status == 401 {}
    assert_eq!(post(hub.addr(), "t", &[], "x").await.status, 429, "guessing is bounded as well");
    assert_eq!(post(hub.addr(), "t", &[&calm], "x").await.status, 200, "and is no burden to others there");
}

#[tokio::test]
async fn a_client_that_holds_many_streams_gets_no_more_until_it_closes_one() {
    let hub = small(Limits { per_client: Some(2), ..Limits::default() }).await;
    let (first, _second) =
        (Events::open(hub.addr(), "/t/sse", &[]).await, Events::open(hub.addr(), "/u/sse", &[]).await);
    let refused = ask(hub.addr(), "GET /t/sse", &["Connection: close"], b"").await;
    assert_eq!(refused.status, 429);
    assert!(refused.head.contains("\r\nretry-after: 30\r\n"), "{}", refused.head);
    drop(first);
    let freed = async { while post(hub.addr(), "t", &[], "x").await.status == 429 {} };
    tokio::time::timeout(PATIENCE, freed).await.expect("its place is not given back");
}

#[tokio::test]
async fn on_loopback_nobody_is_held_back_unasked() {
    let hub = small(Limits::default()).await;
    for _ in 0..300 {
        assert_eq!(post(hub.addr(), "t", &[], "x").await.status, 200);
    }
    let mut open = Vec::new();
    for _ in 0..150 {
        open.push(Events::open(hub.addr(), "/t/sse", &[]).await);
    }
}

#[tokio::test(start_paused = true)]
async fn a_request_that_does_not_come_to_an_end_is_given_up() {
    let hub = Hub::start(config()).await.unwrap();
    let mut stream = tokio::net::TcpStream::connect(hub.addr()).await.unwrap();
    let head = format!("POST /t HTTP/1.1\r\nHost: {}\r\nContent-Length: 9\r\n\r\nx", hub.addr());
    stream.write_all(head.as_bytes()).await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    assert!(answer.starts_with("HTTP/1.1 408 "), "{answer}");
}
