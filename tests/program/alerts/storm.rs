use serde_json::json;

use crate::support::{Call, Desktop, Feed, Service, until};

const FEEDS: usize = 50;
const ROUNDS: usize = 10;

/// The program with fifty feeds of one host that all ring when something goes down.
pub(super) async fn watch_fifty(desktop: &Desktop, feed: &Feed) {
    let feeds = (0..FEEDS).map(|number| json!({"name": format!("Host {number}"), "url": feed.url("/events")}));
    let rules = [json!({"name": "Down", "when": {"text": {"matches": "^down"}}})];
    let feeds: Vec<_> = feeds.collect();
    desktop.import(&json!({"version": 1, "feeds": feeds, "rules": rules})).await;
    until("all are open", async || {
        let feeds = desktop.streambell_json(&["feeds", "list"]).await;
        let open = feeds.as_array()?.iter().filter(|feed| feed["status"]["type"] == "open").count();
        (open == FEEDS).then_some(())
    })
    .await;
}

/// Each of the feeds says so, so many times.
pub(super) fn break_out(feed: &Feed, rounds: usize) {
    for round in 0..rounds {
        feed.send(&format!("down {round}"));
    }
}

/// Waits until the service is told of all of it at once.
async fn one_that_tells(service: &mut Service, title: &str) -> String {
    loop {
        match service.call().await {
            Call::Notify(shown) if shown.title == title => return shown.body,
            _ => {}
        }
    }
}

#[tokio::test]
async fn five_hundred_alerts_of_fifty_feeds_are_one_notification() {
    let (desktop, mut service) = Desktop::recorded().await;
    let feed = Feed::start().await;
    let _program = desktop.launch(&["--hidden"]);
    desktop.running().await;
    watch_fifty(&desktop, &feed).await;

    break_out(&feed, ROUNDS);
    let body = one_that_tells(&mut service, "500 alerts of 50 feeds").await;
    assert_eq!(body, "All at once: Down (500). All of them are on 127.0.0.1.");
    let left: Vec<_> = service.screen().values().map(|shown| shown.title.as_str()).collect();
    assert_eq!(left, ["500 alerts of 50 feeds"], "what rang before the storm was seen as one is taken back");
    let alerts = desktop.alerts().await;
    assert_eq!(alerts.len(), FEEDS * ROUNDS);
    assert!(alerts.iter().all(|alert| alert["announced"]["how"] == "digest"), "{:?}", alerts[0]);
}
