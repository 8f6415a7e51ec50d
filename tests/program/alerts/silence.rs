use std::time::Duration;

use serde_json::json;
use tokio::time::sleep;

use crate::support::{Desktop, Feed};

#[tokio::test]
async fn a_feed_that_falls_silent_rings_until_it_speaks_again() {
    let (desktop, mut service) = Desktop::recorded().await;
    let feed = Feed::start().await;
    let _program = desktop.launch(&["--hidden"]);
    desktop.running().await;
    desktop.add_feed("Sensor", &feed.url("/events"), "rules").await;
    desktop.add_rule(&json!({"name": "Silent", "feed": "sensor", "when": {"silent_for": "2s"}})).await;
    feed.send(r#"{"temperature":21}"#);
    for round in 1..=2 {
        let silent = service.shown().await;
        assert_eq!((silent.title.as_str(), silent.body.as_str()), ("Silent", "Sensor: nothing for 2s"));
        assert_eq!(desktop.alerts().await.last().expect("one")["state"], "firing");
        let speaking = async {
            loop {
                feed.send(r#"{"temperature":22}"#);
                sleep(Duration::from_millis(500)).await;
            }
        };
        tokio::select! {
            closed = service.closed() => assert_eq!(closed, silent.id, "{round}"),
            () = speaking => {}
        }
        desktop.alerts_are(&vec!["resolved"; round]).await;
    }
}
