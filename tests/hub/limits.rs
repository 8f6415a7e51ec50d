//! What the hub does not take on.

use std::time::Duration;

use streambell_hub::{Hub, HubConfig, HubError, Limits, Message, Retention};

use crate::client::{Events, ask, config, post};

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
