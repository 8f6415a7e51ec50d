//! The chat on a timer.

use serde_json::json;
use streambell_hub::{Hub, HubConfig};

use super::{done, event, follow, told};
use crate::client::{Events, config};
use crate::places::Place;

#[tokio::test]
async fn what_people_say_is_told() {
    for place in Place::each() {
        let hub = place.hub().await;
        let line = json!({ "username": "mia", "message": "hello" });
        done(&hub, "POST /api/sse", line.clone()).await;
        let mut late = follow(&hub, "/api/sse").await;
        assert_eq!(told(&late.take(1).await), [event("", line)], "{:?}", place.store);
    }
}

#[tokio::test(start_paused = true)]
async fn it_is_never_silent_for_long_while_somebody_listens() {
    let hub = Hub::start(HubConfig { demo: true, ..config() }).await.unwrap();
    let mut first = follow(&hub, "/api/sse").await;
    let lines = first.take(60).await;
    for line in told(&lines) {
        assert!(line.1["username"].is_string() && line.1["message"].is_string(), "{line:?}");
    }
    let after = format!("Last-Event-ID: {}", lines[29].id);
    let mut second = Events::open(hub.addr(), "/api/sse", &[&after]).await;
    assert_eq!(second.take(30).await, lines[30..]);
    drop((first, second));
    // A moment for the hub to see that the sockets are closed, and then a day.
    tokio::time::sleep(std::time::Duration::from_secs(5)).await;
    let kept = follow(&hub, "/api/sse?since=all").await.take(60).await;
    tokio::time::sleep(std::time::Duration::from_secs(24 * 60 * 60)).await;
    let mut back = follow(&hub, "/api/sse?since=all").await;
    assert_eq!(back.take(60).await, kept);
    let start = tokio::time::Instant::now();
    for _ in 0..3 {
        back.next().await.unwrap();
    }
    assert!(start.elapsed().as_secs() >= 4, "nothing was said while nobody listened");
}

#[tokio::test]
async fn hubs_on_one_redis_tell_one_story() {
    let place = Place::redis();
    let alive = || place.hub_with(HubConfig { demo: true, ..config() });
    let (one, two) = (alive().await, alive().await);
    let (mut at_one, mut at_two) = (follow(&one, "/api/sse").await, follow(&two, "/api/sse").await);
    let lines = at_one.take(3).await;
    assert_eq!(at_two.take(3).await, lines);
    let mut said: Vec<_> = told(&lines).into_iter().map(|(_, line)| line["message"].clone()).collect();
    said.dedup();
    assert_eq!(said.len(), 3, "no line is told twice");
}
