//! What the hub counts.

use std::time::Duration;

use streambell_hub::{Hub, HubConfig, Message, Retention};

use crate::client::{Events, ask, config, hub, post};

/// The samples, without comments.
async fn samples(hub: &Hub) -> Vec<String> {
    let answer = ask(hub.addr(), "GET /metrics", &[], b"").await;
    assert_eq!(answer.status, 200);
    assert!(answer.head.contains("content-type: application/openmetrics-text; version=1.0.0"), "{}", answer.head);
    assert!(answer.body.ends_with("# EOF\n"));
    answer.body.lines().filter(|line| !line.starts_with('#')).map(str::to_owned).collect()
}

fn value(samples: &[String], name: &str) -> f64 {
    let found = samples.iter().find_map(|sample| sample.strip_prefix(name)?.strip_prefix(' '));
    found.unwrap_or_else(|| panic!("no {name} in {samples:#?}")).parse().unwrap()
}

#[tokio::test]
async fn what_happens_is_counted() {
    let retention = Retention { events: 2, ..Retention::default() };
    let hub = Hub::start(HubConfig { retention, ..config() }).await.unwrap();
    let first = hub.publish("secret-topic", Message::text("a")).await.unwrap();
    for text in ["b", "c", "d"] {
        post(hub.addr(), "secret-topic", &[], text).await;
    }
    let mut gap = Events::open(hub.addr(), &format!("/secret-topic/sse?since={first}"), &[]).await;
    gap.take(2).await;
    for (request, headers) in
        [("POST /t", &["Priority: 9"][..]), ("GET /t/x/y", &[]), ("GET /", &["Host: evil.example"])]
    {
        ask(hub.addr(), request, headers, b"x").await;
    }

    let samples = samples(&hub).await;
    let expected = [
        ("streambell_hub_events_published_total", 4.0),
        ("streambell_hub_append_seconds_count", 4.0),
        ("streambell_hub_events_delivered_total", 2.0),
        ("streambell_hub_replays_missed_total", 1.0),
        ("streambell_hub_subscribers_cut_total", 0.0),
        ("streambell_hub_topics", 1.0),
        ("streambell_hub_subscribers", 1.0),
        ("streambell_hub_requests_refused_total{reason=\"bad_request\"}", 1.0),
        ("streambell_hub_requests_refused_total{reason=\"not_found\"}", 1.0),
        ("streambell_hub_requests_refused_total{reason=\"forbidden\"}", 1.0),
    ];
    for (name, expected) in expected {
        assert!((value(&samples, name) - expected).abs() < 0.1, "{name}: {}", value(&samples, name));
    }
    assert!(value(&samples, "streambell_hub_delivered_bytes_total") > 100.0);
    assert!(!samples.iter().any(|sample| sample.contains("secret-topic")), "no topic is named");
}

#[tokio::test(start_paused = true)]
async fn a_subscriber_that_is_cut_is_counted() {
    let hub = hub().await;
    let stuck = Events::open(hub.addr(), "/t/sse", &[]).await;
    let body = "x".repeat(100_000);
    for _ in 0..160 {
        hub.publish("t", Message::text(&body)).await.unwrap();
        tokio::task::yield_now().await;
    }
    while value(&samples(&hub).await, "streambell_hub_subscribers_cut_total") < 1.0 {
        tokio::time::sleep(Duration::from_secs(1)).await;
    }
    drop(stuck);
}

#[tokio::test]
async fn names_of_clients_make_no_new_series() {
    let hub = hub().await;
    let before = samples(&hub).await.len();
    for n in 0..20 {
        post(hub.addr(), &format!("topic-{n}"), &[], "x").await;
    }
    assert_eq!(samples(&hub).await.len(), before);
}
