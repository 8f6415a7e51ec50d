//! Rules ring when their condition becomes true, once, and remember over a restart.

use serde_json::json;
use streambell_engine::{
    AlertQuery,
    model::{AlertState, Notify, Query, RuleDraft, Urgency},
};

use crate::support::{Bench, Folder, Server};

async fn rule(bench: &Bench, rule: serde_json::Value) {
    let draft: RuleDraft = serde_json::from_value(rule).expect("a draft");
    bench.engine.add_rule(draft).await.expect("the rule is added");
}

async fn send_prices(bench: &Bench, server: &Server, prices: &[&str]) {
    let before = bench.history().await.len();
    for price in prices {
        server.send(&format!(r#"{{"symbol":"BTC-USD","price":{price}}}"#));
    }
    bench.until_events(before + prices.len()).await;
}

#[tokio::test]
async fn a_crossing_rings_once_and_again_only_after_it_has_recovered() {
    let (folder, server) = (Folder::new(), Server::start().await);
    let bench = folder.start().await;
    bench.add("BTC", &server.url, Notify::Rules).await;
    rule(&bench, json!({"name": "BTC high", "feed": "btc", "when": {"value": {"crosses_above": 60000, "recovers_below": 59000}}, "notify": {"urgency": "critical"}})).await;
    send_prices(&bench, &server, &["61000", "59500", "61000"]).await;
    assert_eq!(bench.rung.texts(), [], "it was above from the beginning, and 59500 is no recovery");
    send_prices(&bench, &server, &["58999", "60000"]).await;
    assert_eq!(bench.rung.texts(), [], "at the level is not above it");
    send_prices(&bench, &server, &["60000.01", "60500", "59000.5", "60001"]).await;
    let expected = ("BTC high".to_owned(), "BTC-USD: 60,000.01 (above 60,000)".to_owned());
    assert_eq!(bench.rung.texts(), std::slice::from_ref(&expected));
    assert_eq!(bench.rung.all()[0].urgency, Urgency::Critical);

    let firing = AlertQuery { state: Some(AlertState::Firing), ..AlertQuery::default() };
    assert_eq!(bench.engine.list_alerts(firing.clone()).await.expect("alerts").len(), 1);
    bench.engine.shutdown().await;

    // A crossing that happened stays happened; its recovery resolves the alert in the next run.
    let bench = folder.start().await;
    bench.until_open().await;
    send_prices(&bench, &server, &["60002"]).await;
    assert_eq!(bench.rung.texts(), []);
    send_prices(&bench, &server, &["58000"]).await;
    bench.until("it is resolved", |snapshot| snapshot.alerts[0].state == AlertState::Resolved).await;
    send_prices(&bench, &server, &["60003"]).await;
    bench.until_rung(1).await;
    bench.engine.shutdown().await;
}

#[tokio::test]
async fn what_is_more_than_is_kept_in_a_second_rings_all_the_same() {
    let (folder, server) = (Folder::new(), Server::start().await);
    let bench = folder.start().await;
    let draft = json!({"name": "Changes", "url": server.url, "notify": "all", "dialect": {"at_most": 2}});
    bench.engine.add_feed(serde_json::from_value(draft).expect("a draft")).await.expect("the feed is added");
    rule(&bench, json!({"name": "My page", "when": {"text": {"words": "my page"}}})).await;
    bench.until_open().await;
    let pages = (1..=300).map(|page| if page == 250 { "my page".to_owned() } else { format!("page {page}") });
    let block: String = pages.map(|page| format!("data: {page}\n\n")).collect();
    server.send_block(&block);
    bench.until("it rang", |snapshot| snapshot.alerts.iter().any(|alert| alert.title == "My page")).await;

    let history = bench.history().await;
    assert!(history.contains(&"my page".to_owned()), "{history:?}");
    assert!(history.len() < 30, "{history:?}");
    let rung = bench.engine.list_alerts(AlertQuery::default()).await.expect("alerts");
    let of_rule: Vec<_> = rung.iter().filter(|alert| alert.rule.is_some()).collect();
    assert_eq!(of_rule.len(), 1);
    assert!(rung.len() < 30, "what is not kept does not ring as such: {}", rung.len());
    let events = bench.engine.list_events(Query::default()).await.expect("a page").events;
    assert!(events.iter().any(|event| event.seq == of_rule[0].event && &*event.data == "my page"), "{events:?}");
    bench.engine.shutdown().await;
}

#[tokio::test]
async fn each_key_crosses_on_its_own() {
    let (folder, server) = (Folder::new(), Server::start().await);
    let bench = folder.start().await;
    bench.add("Shop", &server.url, Notify::Rules).await;
    rule(&bench, json!({"name": "Cheap", "when": {"value": {"crosses_below": "7.50"}}})).await;
    for (product, price) in [("Teapot", "8.00"), ("Kettle", "5.00"), ("Teapot", "7.49"), ("Kettle", "4.00")] {
        server.send(&format!(r#"{{"product":"{product}","price":"{price}"}}"#));
    }
    bench.until_events(4).await;
    assert_eq!(bench.rung.texts(), [("Cheap".to_owned(), "Teapot: 7.49 (below 7.50)".to_owned())]);
    bench.engine.shutdown().await;
}

#[tokio::test]
async fn the_first_kinds_of_condition_ring() {
    for (when, rings, silent) in [
        (json!({"value": {"above": 10}}), "data: {\"value\":11}\n", "data: {\"value\":10}\n"),
        (json!({"value": {"below": 10}}), "data: {\"value\":9.999}\n", "data: {\"value\":10}\n"),
        (json!({"event": "alert"}), "event: alert\ndata: x\n", "event: info\ndata: alert\n"),
        (json!({"text": {"matches": "(?i)\\bfailed\\b"}}), "data: build FAILED\n", "data: unfailed\n"),
        (
            json!({"text": {"matches": "^deploy"}}),
            "data: {\"user\":\"a\",\"message\":\"deploy done\"}\n",
            "data: {\"user\":\"deploy\",\"message\":\"no\"}\n",
        ),
    ] {
        let (folder, server) = (Folder::new(), Server::start().await);
        let bench = folder.start().await;
        bench.add("Feed", &server.url, Notify::Rules).await;
        rule(&bench, json!({"name": "Rule", "when": when})).await;
        server.send_block(silent);
        bench.until_events(1).await;
        assert_eq!(bench.rung.texts(), [], "{when}");
        server.send_block(rings);
        bench.until_events(2).await;
        assert_eq!(bench.rung.texts().len(), 1, "{when}");
        bench.engine.shutdown().await;
    }
}

#[tokio::test]
async fn a_feed_announces_each_event_nothing_or_what_rules_say() {
    for (notify, expected) in [(Notify::All, 2), (Notify::Rules, 1), (Notify::None, 0)] {
        let (folder, server) = (Folder::new(), Server::start().await);
        let bench = folder.start().await;
        bench.add("Feed", &server.url, notify).await;
        rule(&bench, json!({"name": "Rule", "when": {"text": {"matches": "two"}}})).await;
        server.send(r#"{"title":"one","message":"first","priority":5}"#);
        server.send("two");
        bench.until_events(2).await;
        assert_eq!(bench.rung.texts().len(), expected, "{notify:?}");
        if notify == Notify::All {
            let rung = bench.rung.all();
            assert_eq!(
                (rung[0].title.as_str(), rung[0].body.as_str(), rung[0].urgency),
                ("one", "first", Urgency::Critical)
            );
            assert_eq!(
                (rung[1].title.as_str(), rung[1].body.as_str()),
                ("Rule", "two"),
                "the rule speaks for the event"
            );
        }
        let alerts = bench.engine.list_alerts(AlertQuery::default()).await.expect("alerts");
        assert!(alerts.iter().any(|alert| alert.rule.is_some()), "an alert is kept even where nothing rings");
        bench.engine.shutdown().await;
    }
}

#[tokio::test]
async fn a_flood_becomes_a_few_notifications() {
    let (folder, server) = (Folder::new(), Server::start().await);
    let bench = folder.start().await;
    bench.add("Feed", &server.url, Notify::All).await;
    for number in 0..500 {
        server.send(&format!("{number}"));
    }
    bench.until("all have come", |snapshot| snapshot.feeds[0].unread == 500).await;
    assert!((10..=30).contains(&bench.rung.all().len()), "{}", bench.rung.all().len());
    bench.engine.shutdown().await;
}

#[tokio::test]
async fn alerts_are_acknowledged_and_read() {
    let (folder, server) = (Folder::new(), Server::start().await);
    let bench = folder.start().await;
    bench.add("Feed", &server.url, Notify::Rules).await;
    rule(&bench, json!({"when": {"event": "alert"}})).await;
    for _ in 0..3 {
        server.send_block("event: alert\ndata: x\n");
    }
    bench.until("three rang", |snapshot| snapshot.unread_alerts == 3).await;
    let alerts = bench.engine.list_alerts(AlertQuery::default()).await.expect("alerts");
    bench.engine.acknowledge_alert(alerts[0].id).await.expect("acknowledged");
    let snapshot = bench.engine.snapshot().await.expect("a snapshot");
    assert_eq!((snapshot.unread_alerts, snapshot.alerts[0].state), (2, AlertState::Acknowledged));
    bench.engine.read_alerts().await.expect("read");
    bench.engine.shutdown().await;
    let bench = folder.start().await;
    let snapshot = bench.engine.snapshot().await.expect("a snapshot");
    assert_eq!(snapshot.unread_alerts, 0);
    assert!(snapshot.alerts.iter().all(|alert| alert.read));
    assert_eq!(snapshot.alerts[0].state, AlertState::Acknowledged);
    bench.engine.shutdown().await;
}

#[tokio::test]
async fn what_the_user_says_is_over_is_over_until_it_happens_anew() {
    let (folder, server) = (Folder::new(), Server::start().await);
    let bench = folder.start().await;
    bench.add("BTC", &server.url, Notify::Rules).await;
    rule(&bench, json!({"name": "High", "when": {"value": {"crosses_above": 100}}})).await;
    send_prices(&bench, &server, &["99", "101"]).await;
    bench.until_rung(1).await;
    let alerts = async || bench.engine.list_alerts(AlertQuery::default()).await.expect("alerts");
    let first = alerts().await.remove(0);
    bench.engine.resolve_alert(first.id).await.expect("resolved");
    let resolved = alerts().await.remove(0);
    assert_eq!((resolved.state, resolved.read), (AlertState::Resolved, true));
    assert!(resolved.resolved_at.is_some());
    assert_eq!(bench.rung.withdrawn().len(), 1, "its notification goes too");

    send_prices(&bench, &server, &["102", "103"]).await;
    assert_eq!(bench.rung.all().len(), 1, "it still holds, and is no news");
    send_prices(&bench, &server, &["98"]).await;
    assert_eq!(alerts().await.remove(0).resolved_at, resolved.resolved_at, "it was over before");
    send_prices(&bench, &server, &["104"]).await;
    bench.until_rung(2).await;
    assert_eq!(alerts().await.len(), 2);

    assert_eq!(bench.engine.resolve_alert(99).await.expect_err("no such").code(), "not_found");
    bench.engine.shutdown().await;
}

#[tokio::test]
async fn an_alert_is_read_and_unread_on_its_own() {
    let (folder, server) = (Folder::new(), Server::start().await);
    let bench = folder.start().await;
    bench.add("Log", &server.url, Notify::All).await;
    server.send("one");
    server.send("two");
    bench.until_rung(2).await;
    let unread = async || bench.engine.snapshot().await.expect("a snapshot").unread_alerts;
    assert_eq!(unread().await, 2);
    for (read, expected) in [(true, 1), (true, 1), (false, 2), (false, 2), (true, 1)] {
        bench.engine.read_alert(1, read).await.expect("done");
        assert_eq!(unread().await, expected);
    }
    bench.engine.shutdown().await;
    let bench = folder.start().await;
    assert_eq!(bench.engine.snapshot().await.expect("a snapshot").unread_alerts, 1);
    bench.engine.shutdown().await;
}

#[tokio::test]
async fn wrong_rules_are_refused_with_the_place_and_the_reason() {
    let folder = Folder::new();
    let bench = folder.start().await;
    for (when, hint) in [
        (json!({"value": {}}), "exactly one"),
        (json!({"value": {"above": 1, "below": 2}}), "exactly one"),
        (json!({"value": {"crosses_above": 1, "recovers_above": 0}}), "recovers_below"),
        (json!({"value": {"crosses_above": 1, "recovers_below": 2}}), "other side"),
        (json!({"event": " "}), "event's type"),
        (json!({"text": {"matches": "("}}), "regular expression"),
    ] {
        let draft: RuleDraft = serde_json::from_value(json!({"name": "R", "when": when})).expect("a draft");
        let error = bench.engine.add_rule(draft).await.expect_err("refused");
        assert!(error.to_string().contains(hint) && error.to_string().starts_with("when."), "{error}");
    }
    let draft = serde_json::from_value(json!({"feed": "nowhere", "when": {"event": "x"}})).expect("a draft");
    assert_eq!(bench.engine.add_rule(draft).await.expect_err("refused").code(), "no_such_feed");
    assert!(bench.engine.snapshot().await.expect("a snapshot").rules.is_empty());
    bench.engine.shutdown().await;
}

#[tokio::test]
async fn a_level_that_is_moved_is_crossed_by_the_next_value_beyond_it() {
    let (folder, server) = (Folder::new(), Server::start().await);
    let bench = folder.start().await;
    bench.add("BTC", &server.url, Notify::Rules).await;
    let high = |level: u32| json!({"name": "High", "feed": "btc", "when": {"value": {"crosses_above": level}}});
    rule(&bench, high(190)).await;
    send_prices(&bench, &server, &["110"]).await;
    let id = bench.engine.snapshot().await.expect("a snapshot").rules[0].id.clone();
    let moved = async |level: u32| {
        let draft = serde_json::from_value(high(level)).expect("a draft");
        bench.engine.update_rule(id.clone(), draft).await.expect("the rule is changed");
    };
    moved(170).await;
    send_prices(&bench, &server, &["180"]).await;
    bench.until_rung(1).await;
    // What is beyond it already crosses nothing.
    moved(160).await;
    send_prices(&bench, &server, &["181", "150"]).await;
    assert_eq!(bench.rung.texts().len(), 1);
    send_prices(&bench, &server, &["161"]).await;
    bench.until_rung(2).await;
    bench.engine.shutdown().await;
}
