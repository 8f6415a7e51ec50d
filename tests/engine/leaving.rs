//! What the user has removed rings no more, though it can still be brought back; then it is as it was.

use serde_json::json;
use streambell_engine::model::{AlertState, Announced, FeedId, Gate, Notify, RuleDraft, RuleId, Snapshot};

use crate::support::{Bench, Folder, Server};

fn feed(id: &str) -> Vec<FeedId> {
    vec![FeedId(id.into())]
}

fn rules(id: &str) -> Vec<RuleId> {
    vec![RuleId(id.into())]
}

async fn rule(bench: &Bench, rule: serde_json::Value) {
    let draft: RuleDraft = serde_json::from_value(rule).expect("a draft");
    bench.engine.add_rule(draft).await.expect("the rule is added");
}

fn titles(bench: &Bench) -> Vec<String> {
    bench.rung.texts().into_iter().map(|(title, _)| title).collect()
}

#[tokio::test]
async fn a_feed_that_leaves_is_heard_and_not_told_of_until_it_is_brought_back() {
    let (folder, server) = (Folder::new(), Server::start().await);
    let bench = folder.start().await;
    bench.add("Builds", &server.url, Notify::All).await;
    server.send(r#"{"title":"One"}"#);
    bench.until_rung(1).await;
    bench.engine.leave(feed("builds"), Vec::new());
    server.send(r#"{"title":"Two"}"#);
    bench.until_events(2).await;
    bench.engine.leave(Vec::new(), Vec::new());
    server.send(r#"{"title":"Three"}"#);
    bench.until_rung(2).await;
    assert_eq!(titles(&bench), ["One", "Three"]);
    let snapshot = bench.engine.snapshot().await.expect("a snapshot");
    assert_eq!(snapshot.feeds[0].events.len(), 3, "nothing of it is lost");
    let alerts = snapshot.alerts;
    assert_eq!(alerts.iter().map(|alert| alert.title.as_str()).collect::<Vec<_>>(), ["Three", "One"]);
    bench.engine.shutdown().await;
}

#[tokio::test]
async fn a_rule_that_leaves_goes_on_in_silence() {
    let (folder, server) = (Folder::new(), Server::start().await);
    let bench = folder.start().await;
    bench.add("BTC", &server.url, Notify::Rules).await;
    for (name, above) in [("High", 10), ("Higher", 20)] {
        rule(&bench, json!({"name": name, "feed": "btc", "when": {"value": {"crosses_above": above}}})).await;
    }
    server.send(r#"{"price":1}"#);
    bench.until_events(1).await;
    bench.engine.leave(Vec::new(), rules("high"));
    server.send(r#"{"price":30}"#);
    bench.until_rung(1).await;
    assert_eq!(titles(&bench), ["Higher"], "the other one rings");
    let snapshot = bench.engine.snapshot().await.expect("a snapshot");
    assert_eq!(snapshot.unread_alerts, 1);
    let silent = Announced::Silent { gate: Gate::Leaving };
    let high = |snapshot: &Snapshot| snapshot.alerts.iter().find(|alert| alert.title == "High").cloned();
    let alert = high(&snapshot).expect("it is known that it fired");
    assert_eq!((alert.announced, alert.state, alert.read), (silent, AlertState::Firing, true));

    // Brought back, it recovers and rings as if nothing had been.
    bench.engine.leave(Vec::new(), Vec::new());
    server.send(r#"{"price":1}"#);
    bench
        .until("it recovers", |snapshot| high(snapshot).is_some_and(|alert| alert.state == AlertState::Resolved))
        .await;
    server.send(r#"{"price":15}"#);
    bench.until_rung(2).await;
    assert_eq!(titles(&bench), ["Higher", "High"]);
    bench.engine.shutdown().await;
}

#[tokio::test]
async fn a_program_that_is_killed_meanwhile_has_not_removed_it() {
    let (folder, server) = (Folder::new(), Server::start().await);
    let bench = folder.start().await;
    bench.add("Builds", &server.url, Notify::All).await;
    bench.until_open().await;
    bench.engine.leave(feed("builds"), Vec::new());
    // Nobody lets it go.
    bench.engine.shutdown().await;
    let bench = folder.start().await;
    server.send(r#"{"title":"Again"}"#);
    bench.until_rung(1).await;
    bench.engine.shutdown().await;
}

#[tokio::test]
async fn what_nobody_can_bring_back_any_more_is_removed() {
    let (folder, server) = (Folder::new(), Server::start().await);
    let bench = folder.start().await;
    bench.add("Builds", &server.url, Notify::All).await;
    bench.add("Other", &server.url, Notify::Rules).await;
    rule(&bench, json!({"name": "Any", "when": {"event": "message"}})).await;
    bench.engine.leave([feed("builds"), feed("gone")].concat(), rules("any"));
    bench.engine.let_go().await;
    let snapshot = bench.engine.snapshot().await.expect("a snapshot");
    assert_eq!(snapshot.feeds.iter().map(|state| state.feed.id.0.as_str()).collect::<Vec<_>>(), ["other"]);
    assert_eq!(snapshot.rules, []);
    // One of the same name that comes later is another one.
    let later = bench.add("Builds", &server.url, Notify::All).await;
    assert_eq!(later.id.0, "builds");
    server.send(r#"{"title":"Later"}"#);
    bench.until_rung(1).await;
    bench.engine.shutdown().await;
}
