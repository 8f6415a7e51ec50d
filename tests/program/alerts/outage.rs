use serde_json::json;

use crate::support::{Desktop, Feed};

#[tokio::test]
async fn what_happened_while_nobody_listened_is_one_summary_for_each_feed() {
    let (desktop, mut service) = Desktop::recorded().await;
    let (builds, hosts) = (Feed::start().await, Feed::start().await);
    let program = desktop.launch(&["--hidden"]);
    desktop.running().await;
    desktop.add_feed("Builds", &builds.url("/events"), "rules").await;
    desktop.add_feed("Hosts", &hosts.url("/events"), "rules").await;
    desktop.add_rule(&json!({"name": "Failed", "when": {"text": {"matches": "^failed"}}})).await;
    builds.send("passed 0");
    hosts.send("failed 0");
    assert_eq!(service.shown().await.body, "failed 0");
    desktop.feed_has("Builds", "/unread", &1.into()).await;
    assert_eq!(desktop.terminate(program).await, Some(0));

    for number in 1..=37 {
        builds.send(&format!("{} {number}", if number % 18 == 0 { "failed" } else { "passed" }));
        hosts.send(&format!("{} {number}", if number < 4 { "failed" } else { "passed" }));
    }
    let _program = desktop.launch(&["--hidden"]);
    let mut told = Vec::new();
    for _ in 0..2 {
        let shown = service.shown().await;
        told.push((shown.title, shown.body));
    }
    told.sort();
    let wanted = [
        ("Builds: back", "37 events while offline, 2 alerts: Failed (2)"),
        ("Hosts: back", "37 events while offline, 3 alerts: Failed (3)"),
    ];
    assert_eq!(told, wanted.map(|(title, body)| (title.to_owned(), body.to_owned())));
    builds.send("failed now");
    assert_eq!(service.shown().await.body, "failed now", "from now on it is news");
    assert_eq!(desktop.alerts().await.len(), 7);
}
