//! Where a subscription begins, and what keeps it alive.

use streambell_hub::{Hub, Message};

use crate::client::{Event, Events, ask, config, hub};

async fn publish(hub: &Hub, topic: &str, texts: &[&str]) -> Vec<String> {
    let mut ids = Vec::new();
    for text in texts {
        ids.push(hub.publish(topic, Message::text(*text)).await.unwrap().to_string());
    }
    ids
}

fn texts(events: &[Event]) -> Vec<String> {
    events.iter().map(|event| event.json()["message"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn without_a_place_only_what_is_new_comes() {
    let hub = hub().await;
    publish(&hub, "t", &["old"]).await;
    let mut events = Events::open(hub.addr(), "/t/sse", &[]).await;
    publish(&hub, "t", &["new"]).await;
    assert_eq!(texts(&events.take(1).await), ["new"]);
}

#[tokio::test]
async fn what_was_missed_comes_again_by_id_and_since() {
    let hub = hub().await;
    let ids = publish(&hub, "t", &["a", "b", "c"]).await;
    let after_a = format!("Last-Event-ID: {}", ids[0]);
    let since_b = format!("/t/sse?since={}", ids[1]);
    let cases: [(&str, &[&str], &[&str]); 8] = [
        ("/t/sse", &[&after_a], &["b", "c"]),
        (&since_b, &[], &["c"]),
        (&since_b, &[&after_a], &["b", "c"]),
        (&since_b, &["Last-Event-ID:"], &["c"]),
        ("/t/sse?since=all", &[], &["a", "b", "c"]),
        ("/t/sse?since=10m", &[], &["a", "b", "c"]),
        ("/t/sse?since=1", &[], &["a", "b", "c"]),
        ("/t/sse", &["Last-Event-ID: of-another-server"], &["a", "b", "c"]),
    ];
    let mut open = Vec::new();
    for (path, headers, expected) in cases {
        let mut events = Events::open(hub.addr(), path, headers).await;
        assert_eq!(texts(&events.take(expected.len()).await), expected, "{path} {headers:?}");
        open.push(events);
    }
    // None of them gets more than that, and all go on live.
    publish(&hub, "t", &["live"]).await;
    for events in &mut open {
        assert_eq!(texts(&events.take(1).await), ["live"]);
    }
    assert_eq!(ask(hub.addr(), "GET /t/sse?since=yesterday", &["Connection: close"], b"").await.status, 400);
}

#[tokio::test]
async fn several_topics_are_one_stream_in_order() {
    let hub = hub().await;
    let first = publish(&hub, "a", &["a1"]).await;
    publish(&hub, "b", &["b1"]).await;
    publish(&hub, "other", &["x"]).await;
    publish(&hub, "a", &["a2"]).await;
    let mut events = Events::open(hub.addr(), "/b,a,b/sse?since=all", &[]).await;
    assert_eq!(texts(&events.take(3).await), ["a1", "b1", "a2"]);
    publish(&hub, "b", &["b2"]).await;
    publish(&hub, "a", &["a3"]).await;
    let live = events.take(2).await;
    assert_eq!(texts(&live), ["b2", "a3"]);
    let mut again = Events::open(hub.addr(), "/a,b/sse", &[&format!("Last-Event-ID: {}", first[0])]).await;
    assert_eq!(texts(&again.take(4).await), ["b1", "a2", "b2", "a3"]);
    assert_eq!(ask(hub.addr(), "GET /a,,b/sse", &["Connection: close"], b"").await.status, 400);
}

#[tokio::test]
async fn a_long_replay_comes_whole_and_in_order() {
    let hub = hub().await;
    let sent: Vec<String> = (0..900).map(|n| format!("{n} {}", "x".repeat(n))).collect();
    let sent: Vec<&str> = sent.iter().map(String::as_str).collect();
    let ids = publish(&hub, "t", &sent).await;
    let mut events = Events::open(hub.addr(), "/t/sse?since=all", &[]).await;
    let came = events.take(900).await;
    assert_eq!(texts(&came), sent);
    assert_eq!(came.iter().map(|event| event.id.as_str()).collect::<Vec<_>>(), ids);
}

#[tokio::test]
async fn after_an_event_of_another_life_comes_everything_and_a_word_about_the_gap() {
    let first = hub().await;
    let old = publish(&first, "t", &["before"]).await;
    first.shutdown().await;
    let second = hub().await;
    publish(&second, "t", &["after"]).await;
    for id in [old[0].as_str(), "1000-7", "8000000000000-0"] {
        let mut events = Events::open(second.addr(), "/t/sse", &[&format!("Last-Event-ID: {id}")]).await;
        let came = events.take(2).await;
        assert_eq!((came[0].event.as_str(), came[0].id.as_str()), ("gap", ""), "{came:?}");
        assert_eq!(came[0].json()["after"], id);
        assert_eq!(texts(&came[1..]), ["after"]);
    }
}

#[tokio::test(start_paused = true)]
async fn a_quiet_stream_shows_signs_of_life() {
    let hub = Hub::start(config()).await.unwrap();
    let mut events = Events::open(hub.addr(), "/t/sse", &[]).await;
    let start = tokio::time::Instant::now();
    for n in 1..=3 {
        assert_eq!(events.block().await.as_deref(), Some(":"));
        assert_eq!(start.elapsed().as_secs(), n * 15);
    }
}
