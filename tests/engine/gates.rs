//! What holds alerts back, until when, and what is told then. The clock is handed in: nothing here waits for time.

use std::sync::{
    Arc,
    atomic::{AtomicI64, Ordering::SeqCst},
};
use std::time::Duration;

use proptest::prelude::*;
use serde_json::json;
use streambell_engine::{
    AlertQuery, Answer, Clock, EngineError,
    model::{
        Action, Alert, AlertState, Announced, Change, FeedDraft, Gate, Notify, Preferences, QuietHours, RuleDraft,
        Status, Urgency, Weekday,
    },
};

use crate::support::{Bench, Folder, Ring, Server, next};

const SECOND: i64 = 1000;
const MINUTE: i64 = 60 * SECOND;
const HOUR: i64 = 60 * MINUTE;

/// A clock that stands still unless it is moved: a Saturday afternoon.
#[derive(Clone)]
struct Hands(Arc<AtomicI64>);

impl Hands {
    fn new() -> Self {
        Self(Arc::new(AtomicI64::new(1_795_262_400_000)))
    }

    fn clock(&self) -> Clock {
        let hands = self.0.clone();
        Clock::new(move || hands.load(SeqCst))
    }

    fn now(&self) -> i64 {
        self.0.load(SeqCst)
    }

    /// Moves it on, and lets the engine look at it.
    async fn on(&self, bench: &Bench, millis: i64) {
        self.0.fetch_add(millis, SeqCst);
        bench.engine.feeds().await.expect("the engine runs");
        // The look comes after the request.
        bench.engine.feeds().await.expect("the engine runs");
    }
}

async fn start(folder: &Folder, hands: &Hands) -> Bench {
    folder.start_at(Arc::new(Ring::default()), hands.clock()).await.expect("the engine starts")
}

async fn rule(bench: &Bench, rule: serde_json::Value) {
    let draft: RuleDraft = serde_json::from_value(rule).expect("a draft");
    bench.engine.add_rule(draft).await.expect("the rule is added");
}

async fn alerts(bench: &Bench) -> Vec<Alert> {
    // Asked of the writing thread, which has stored all that came before.
    let mut alerts = bench.engine.snapshot().await.expect("a snapshot").alerts;
    alerts.reverse();
    alerts
}

/// How the alerts were announced, the oldest first.
async fn announced(bench: &Bench) -> Vec<Announced> {
    alerts(bench).await.into_iter().map(|alert| alert.announced).collect()
}

async fn until_alerts(bench: &Bench, count: usize) {
    bench.until("so many alerts", |snapshot| snapshot.alerts.len() >= count).await;
}

fn bodies(bench: &Bench) -> Vec<String> {
    bench.rung.texts().into_iter().map(|(_, body)| body).collect()
}

#[tokio::test]
async fn a_rule_cools_down_key_by_key() {
    let (folder, server, hands) = (Folder::new(), Server::start().await, Hands::new());
    let bench = start(&folder, &hands).await;
    bench.add("Shop", &server.url, Notify::Rules).await;
    rule(&bench, json!({"name": "Bid", "when": {"event": "bid"}, "gates": {"cool_down": "10m"}})).await;
    let bid = |product: &str, price: u32| {
        server.send_block(&format!("event: bid\ndata: {{\"product\":\"{product}\",\"price\":{price}}}\n"))
    };
    bid("Teapot", 1);
    bid("Teapot", 2);
    bid("Kettle", 3);
    bid("Teapot", 4);
    until_alerts(&bench, 4).await;
    let until = hands.now() + 10 * MINUTE;
    let held = Announced::Held { gate: Gate::CoolDown, until };
    assert_eq!(announced(&bench).await, [Announced::Rung, held, Announced::Rung, held]);
    assert_eq!(bodies(&bench), ["Teapot: 1", "Kettle: 3"]);

    hands.on(&bench, 10 * MINUTE).await;
    bench.until_rung(3).await;
    assert_eq!(bodies(&bench)[2], "Held back: Bid (2)");
    let digest = Announced::Digest { gate: Gate::CoolDown };
    assert_eq!(announced(&bench).await, [Announced::Rung, digest, Announced::Rung, digest]);
    bid("Teapot", 5);
    until_alerts(&bench, 5).await;
    assert_eq!(announced(&bench).await[4], Announced::Rung);
    // A bid does not go on: there is nothing to snooze.
    assert!(alerts(&bench).await.iter().all(|alert| !alert.lasts));
    bench.engine.shutdown().await;
}

#[tokio::test]
async fn a_rule_rings_so_often_and_not_more_often() {
    let (folder, server, hands) = (Folder::new(), Server::start().await, Hands::new());
    let bench = start(&folder, &hands).await;
    bench.add("Feed", &server.url, Notify::Rules).await;
    rule(&bench, json!({"name": "Rule", "when": {"event": "x"}, "gates": {"at_most": {"count": 2, "per": "1h"}}}))
        .await;
    for number in 0..4 {
        server.send_block(&format!("event: x\ndata: {number}\n"));
    }
    until_alerts(&bench, 4).await;
    assert_eq!(bodies(&bench), ["0", "1"]);
    hands.on(&bench, HOUR).await;
    bench.until_rung(3).await;
    assert_eq!(bodies(&bench)[2], "Held back: Rule (2)");
    bench.engine.shutdown().await;
}

#[tokio::test]
async fn quiet_hours_end_with_a_digest_also_after_a_restart() {
    let (folder, server, hands) = (Folder::new(), Server::start().await, Hands::new());
    let bench = start(&folder, &hands).await;
    bench.add("Feed", &server.url, Notify::Rules).await;
    rule(&bench, json!({"name": "Note", "when": {"event": "note"}})).await;
    rule(&bench, json!({"name": "Fire", "when": {"event": "fire"}, "notify": {"urgency": "critical"}})).await;
    let all_day = QuietHours {
        days: vec![Weekday::Friday, Weekday::Saturday, Weekday::Sunday],
        from: "00:00".parse().expect("a time"),
        to: "00:00".parse().expect("a time"),
        except: Some(Urgency::Critical),
    };
    let preferences = Preferences { quiet_hours: vec![all_day], ..Preferences::default() };
    bench.engine.set_preferences(preferences).await.expect("stored");
    server.send_block("event: note\ndata: one\n");
    server.send_block("event: fire\ndata: burns\n");
    server.send_block("event: note\ndata: two\n");
    until_alerts(&bench, 3).await;
    assert_eq!(bodies(&bench), ["burns"], "what presses enough rings all the same");
    let gates: Vec<_> = announced(&bench)
        .await
        .into_iter()
        .map(|announced| matches!(announced, Announced::Held { gate: Gate::QuietHours, .. }))
        .collect();
    assert_eq!(gates, [true, false, true]);
    bench.engine.shutdown().await;

    let bench = start(&folder, &hands).await;
    assert!(bench.rung.all().is_empty(), "nothing old rings at the start");
    bench.engine.shutdown().await;
    // A command that runs when the quiet is over tells nobody, so it must leave that to the program.
    let command = folder.start_command(hands.clock()).await.expect("the engine starts");
    hands.on(&command, 48 * HOUR).await;
    // Nothing happens, so there is nothing to wait for.
    tokio::time::sleep(Duration::from_millis(100)).await;
    assert!(matches!(announced(&command).await[0], Announced::Held { .. }));
    command.engine.shutdown().await;
    let bench = start(&folder, &hands).await;
    bench.until_rung(1).await;
    let rung = bench.rung.texts();
    assert_eq!(rung, [("Quiet hours are over".to_owned(), "2 alerts of Feed: Note (2)".to_owned())]);
    assert_eq!(announced(&bench).await[0], Announced::Digest { gate: Gate::QuietHours });
    bench.engine.shutdown().await;
}

#[tokio::test]
async fn do_not_disturb_ends_when_the_user_says_so() {
    let (folder, server, hands) = (Folder::new(), Server::start().await, Hands::new());
    let bench = start(&folder, &hands).await;
    bench.add("Feed", &server.url, Notify::Rules).await;
    rule(&bench, json!({"name": "Note", "when": {"event": "note"}})).await;
    let quiet = |until| Preferences { do_not_disturb_until: until, ..Preferences::default() };
    bench.engine.set_preferences(quiet(Some(hands.now() + HOUR))).await.expect("stored");
    server.send_block("event: note\ndata: one\n");
    until_alerts(&bench, 1).await;
    assert!(bench.rung.all().is_empty());
    bench.engine.set_preferences(quiet(None)).await.expect("stored");
    hands.on(&bench, 1).await;
    bench.until_rung(1).await;
    assert_eq!(bodies(&bench), ["one"], "one alone rings as what it is");
    // Or by itself; and what was over before is told of too.
    rule(&bench, json!({"name": "High", "when": {"value": {"above": 10}}})).await;
    bench.engine.do_not_disturb(Some(hands.now() + HOUR)).await.expect("stored");
    server.send(r#"{"value":11}"#);
    server.send(r#"{"value":9}"#);
    bench.until("it is resolved", |snapshot| snapshot.alerts[0].state == AlertState::Resolved).await;
    hands.on(&bench, HOUR).await;
    bench.until("the quiet is over", |snapshot| snapshot.preferences.do_not_disturb_until.is_none()).await;
    bench.until_rung(2).await;
    assert_eq!(bodies(&bench)[1], "11 (above 10)\nIt is over by now.");
    bench.engine.shutdown().await;
}

#[tokio::test]
async fn a_figure_on_the_screen_moves_on_and_is_neither_a_flood_nor_many_alerts() {
    let (folder, server, hands) = (Folder::new(), Server::start().await, Hands::new());
    let bench = start(&folder, &hands).await;
    bench.add("Jobs", &server.url, Notify::All).await;
    for percent in 0..=100 {
        server.send(&format!(r#"{{"job":"Backup","progress":{percent}}}"#));
    }
    bench.until_rung(101).await;
    let rung = bench.rung.all();
    assert!(rung.iter().all(|it| it.tag == rung[0].tag && it.progress.is_some()));
    let (first, last) = (rung[0].alert, rung[100].alert);
    let of_first = rung.iter().filter(|rung| rung.alert == first).count();
    assert_eq!((of_first, last == first), (100, false), "the end is news");
    assert_eq!(alerts(&bench).await.len(), 2);
    // What went by itself comes again, and that is an alert.
    server.send(r#"{"job":"Restore","progress":1}"#);
    bench.until_rung(102).await;
    bench.engine.answered(bench.rung.all()[101].alert, Answer::Expired).await.expect("stored");
    server.send(r#"{"job":"Restore","progress":2}"#);
    bench.until_rung(103).await;
    assert_eq!(alerts(&bench).await.len(), 4);
    // What the user closed does not come again with each step, but at its end.
    bench.engine.answered(bench.rung.all()[102].alert, Answer::Dismissed).await.expect("stored");
    server.send(r#"{"job":"Restore","progress":3}"#);
    server.send(r#"{"job":"Restore","progress":100}"#);
    bench.until_rung(104).await;
    assert_eq!((bench.rung.all()[103].progress, alerts(&bench).await.len()), (Some(100), 5));
    bench.engine.shutdown().await;
}

#[tokio::test]
async fn a_storm_becomes_one_notification() {
    let (folder, hands) = (Folder::new(), Hands::new());
    let bench = start(&folder, &hands).await;
    let mut servers = Vec::new();
    for number in 0..50 {
        let server = Server::start().await;
        bench.add(&format!("Feed {number}"), &server.url, Notify::Rules).await;
        servers.push(server);
    }
    rule(&bench, json!({"name": "Down", "when": {"event": "down"}})).await;
    for round in 0..10 {
        for server in &servers {
            server.send_block(&format!("event: down\ndata: {round}\n"));
        }
    }
    bench.until("500 alerts", |snapshot| snapshot.unread_alerts == 500).await;
    hands.on(&bench, 10 * SECOND).await;
    bench
        .until("the storm is told of", |snapshot| {
            snapshot.alerts.iter().all(|alert| alert.announced == Announced::Digest { gate: Gate::Storm })
        })
        .await;
    let rung = bench.rung.all();
    let withdrawn = bench.rung.withdrawn();
    let left: Vec<_> = rung.iter().filter(|rung| !withdrawn.contains(&rung.tag)).collect();
    assert!(left.iter().all(|rung| rung.tag == "storm"), "{left:#?}");
    let last = left.last().expect("one");
    assert_eq!(last.title, "500 alerts of 50 feeds");
    assert!(last.body.contains("Down") && last.body.contains("All of them are on 127.0.0.1."), "{}", last.body);
    bench.engine.shutdown().await;
}

#[tokio::test]
async fn what_happened_while_nobody_listened_comes_as_one_summary() {
    let (folder, server, hands) = (Folder::new(), Server::start().await, Hands::new());
    let bench = start(&folder, &hands).await;
    bench.add("Builds", &server.url, Notify::Rules).await;
    rule(&bench, json!({"name": "Failed", "when": {"event": "failed"}})).await;
    server.send("first");
    bench.until_events(1).await;
    bench.engine.shutdown().await;
    for number in 0..37 {
        server.send_block(&format!("event: {}\ndata: {number}\n", if number % 20 == 0 { "failed" } else { "ok" }));
    }
    let bench = start(&folder, &hands).await;
    until_alerts(&bench, 2).await;
    bench.until_events(38).await;
    assert!(bench.rung.all().is_empty(), "nothing old rings at the start");
    hands.on(&bench, 5 * SECOND).await;
    bench.until_rung(1).await;
    let expected = ("Builds: back".to_owned(), "37 events while offline, 2 alerts: Failed (2)".to_owned());
    assert_eq!(bench.rung.texts(), [expected]);
    // From now on it is news.
    server.send_block("event: failed\ndata: now\n");
    bench.until_rung(2).await;
    assert_eq!(bodies(&bench)[1], "now");
    bench.engine.shutdown().await;
}

#[tokio::test]
async fn many_feeds_that_were_offline_are_told_of_together() {
    let (folder, server, hands) = (Folder::new(), Server::start().await, Hands::new());
    let bench = start(&folder, &hands).await;
    for number in 0..6 {
        bench.add(&format!("Feed {number}"), &server.url, Notify::Rules).await;
    }
    rule(&bench, json!({"name": "Failed", "when": {"event": "failed"}})).await;
    server.send("first");
    bench.until_events(6).await;
    bench.engine.shutdown().await;
    server.send("missed");
    server.send_block("event: failed\ndata: missed\n");
    let bench = start(&folder, &hands).await;
    until_alerts(&bench, 6).await;
    hands.on(&bench, 5 * SECOND).await;
    bench.until_rung(1).await;
    let body = "12 events while offline, 6 alerts: Failed (6). All of them are on 127.0.0.1.";
    assert_eq!(bench.rung.texts(), [("6 feeds: back".to_owned(), body.to_owned())]);
    assert!(announced(&bench).await.iter().all(|it| *it == Announced::Digest { gate: Gate::CatchingUp }));
    bench.engine.shutdown().await;
}

#[tokio::test]
async fn what_comes_again_after_a_reconnect_does_not_ring_again() {
    let (folder, server, hands) = (Folder::new(), Server::start().await, Hands::new());
    let bench = start(&folder, &hands).await;
    bench.add("Feed", &server.url, Notify::Rules).await;
    rule(&bench, json!({"name": "Note", "when": {"event": "note"}})).await;
    server.send_block("event: note\ndata: one\n");
    server.send_block("event: note\ndata: two\n");
    bench.until_rung(2).await;
    // The server forgets what was read, and begins from its beginning.
    server.forget();
    server.cut();
    server.send_block("event: note\ndata: three\n");
    bench.until_rung(3).await;
    assert_eq!(bodies(&bench), ["one", "two", "three"]);
    bench.until_events(3).await;
    assert_eq!(bench.history().await, ["one", "two", "three"], "nor is it kept twice");
    bench.engine.shutdown().await;
}

#[tokio::test]
async fn a_lost_connection_rings_after_a_while_and_says_when_it_is_back() {
    let (folder, server, hands) = (Folder::new(), Server::start().await, Hands::new());
    let bench = start(&folder, &hands).await;
    let feed = bench.add("Prices", &server.url, Notify::Rules).await;
    bench.until_open().await;
    server.answer("HTTP/1.1 503 Busy\nContent-Length: 0\nRetry-After: 0\n\n");
    server.cut();
    bench
        .until("it is refused", |snapshot| {
            matches!(&snapshot.feeds[0].status, Status::Waiting { reason, .. } if reason.message.contains("503"))
        })
        .await;
    hands.on(&bench, 30 * SECOND).await;
    // An attempt that fails neither ends it nor makes it begin anew.
    let before = server.requests().len();
    bench.engine.retry_feed(feed.id.clone()).await.expect("tried");
    bench
        .until("it was refused again", |snapshot| {
            server.requests().len() > before && matches!(snapshot.feeds[0].status, Status::Waiting { .. })
        })
        .await;
    hands.on(&bench, 29 * SECOND).await;
    assert!(bench.rung.all().is_empty(), "a short interruption is no news");
    hands.on(&bench, 2 * SECOND).await;
    bench.until("it rings", |snapshot| snapshot.alerts.len() == 1).await;
    bench.until_rung(1).await;
    let (title, body) = &bench.rung.texts()[0];
    assert_eq!(title, "Prices");
    assert!(body.starts_with("No connection for 61 seconds.") && body.contains("503"), "{body}");
    assert_eq!(alerts(&bench).await[0].state, AlertState::Firing);

    bench.engine.acknowledge_all().await.expect("acknowledged");
    assert_eq!(alerts(&bench).await[0].state, AlertState::Acknowledged);
    let before = server.requests().len();
    bench.engine.retry_feed(feed.id.clone()).await.expect("tried");
    bench
        .until("it was refused once more", |snapshot| {
            server.requests().len() > before && matches!(snapshot.feeds[0].status, Status::Waiting { .. })
        })
        .await;
    assert_eq!(bench.rung.all().len(), 1, "an attempt is no connection");
    hands.on(&bench, 11 * MINUTE).await;
    server.answer("");
    bench.engine.retry_feed(feed.id).await.expect("tried");
    bench.until_rung(2).await;
    let rung = bench.rung.all();
    assert_eq!((rung[1].body.as_str(), &rung[1].tag), ("Connected again after 12 minutes.", &rung[0].tag));
    bench.until("it is over", |snapshot| snapshot.alerts[0].state == AlertState::Resolved).await;
    assert!(alerts(&bench).await[0].read, "what was seen stays seen");
    bench.engine.shutdown().await;
}

#[tokio::test]
async fn silence_is_no_alert_while_the_parent_is_down() {
    let (folder, parent, child, hands) = (Folder::new(), Server::start().await, Server::start().await, Hands::new());
    let bench = start(&folder, &hands).await;
    let gateway = bench.add("Gateway", &parent.url, Notify::Rules).await;
    let draft =
        FeedDraft { name: "Sensor".into(), url: child.url.clone(), parent: Some(gateway.id), ..FeedDraft::default() };
    bench.engine.add_feed(draft).await.expect("the feed is added");
    rule(&bench, json!({"name": "Silent", "feed": "sensor", "when": {"silent_for": "2m"}})).await;
    bench
        .until("both are open", |snapshot| snapshot.feeds.iter().all(|feed| matches!(feed.status, Status::Open { .. })))
        .await;
    parent.answer("HTTP/1.1 503 Busy\nContent-Length: 0\n\n");
    parent.cut();
    bench.until("it waits", |snapshot| matches!(snapshot.feeds[0].status, Status::Waiting { .. })).await;
    hands.on(&bench, 30 * SECOND).await;
    hands.on(&bench, 2 * MINUTE).await;
    bench.until("it is silent", |snapshot| snapshot.alerts.iter().any(|alert| alert.rule.is_some())).await;
    let silent = alerts(&bench).await.into_iter().find(|alert| alert.rule.is_some()).expect("one");
    assert_eq!(silent.announced, Announced::Silent { gate: Gate::ParentDown });
    assert!(bench.rung.texts().iter().all(|(title, _)| title == "Gateway"), "{:?}", bench.rung.texts());
    bench.engine.shutdown().await;
}

#[tokio::test]
async fn snoozed_it_rings_again_if_it_still_fires() {
    let (folder, server, hands) = (Folder::new(), Server::start().await, Hands::new());
    let bench = start(&folder, &hands).await;
    bench.add("Feed", &server.url, Notify::Rules).await;
    rule(&bench, json!({"name": "High", "when": {"value": {"above": 10}}})).await;
    server.send(r#"{"value":11}"#);
    bench.until_rung(1).await;
    let rung = bench.rung.all().remove(0);
    assert!(alerts(&bench).await[0].lasts);
    bench.engine.answered(rung.alert, Answer::Chosen(Action::Snooze)).await.expect("snoozed");
    assert_eq!(bench.rung.withdrawn(), std::slice::from_ref(&rung.tag));
    hands.on(&bench, 59 * MINUTE).await;
    assert_eq!(bench.rung.all().len(), 1);
    hands.on(&bench, 2 * MINUTE).await;
    bench.until_rung(2).await;
    assert_eq!(bench.rung.all()[1].tag, rung.tag);
    // Acknowledged, it stays quiet until it is over, and rings when it happens anew.
    bench.engine.answered(rung.alert, Answer::Chosen(Action::Acknowledge)).await.expect("acknowledged");
    server.send(r#"{"value":12}"#);
    server.send(r#"{"value":9}"#);
    server.send(r#"{"value":13}"#);
    bench.until_rung(3).await;
    assert_eq!(bodies(&bench)[2], "13 (above 10)");
    bench.engine.shutdown().await;
}

#[tokio::test]
async fn a_rule_says_how_it_sounds_and_which_buttons_it_has() {
    let (folder, server, hands) = (Folder::new(), Server::start().await, Hands::new());
    let bench = start(&folder, &hands).await;
    bench.add("Feed", &server.url, Notify::Rules).await;
    for (event, notify) in [
        ("usual", json!({})),
        ("loud", json!({"sound": true, "actions": []})),
        ("mute", json!({"sound": false, "actions": ["acknowledge", "link"]})),
    ] {
        rule(&bench, json!({"name": event, "when": {"event": event}, "notify": notify})).await;
        server.send_block(&format!("event: {event}\ndata: {{\"link\":\"https://example.org/\"}}\n"));
    }
    bench.until_rung(3).await;
    let rung: Vec<_> = bench.rung.all().into_iter().map(|rung| (rung.sound, rung.actions)).collect();
    let usual = vec![Action::Open, Action::Acknowledge, Action::Link, Action::MuteFeed];
    let wanted = [
        (None, usual),
        (Some(true), vec![Action::Open]),
        (Some(false), vec![Action::Open, Action::Acknowledge, Action::Link]),
    ];
    assert_eq!(rung, wanted);
    bench.engine.shutdown().await;
}

#[tokio::test]
async fn a_muted_feed_is_told_of_when_that_is_over() {
    let (folder, server, hands) = (Folder::new(), Server::start().await, Hands::new());
    let bench = start(&folder, &hands).await;
    let feed = bench.add("Feed", &server.url, Notify::All).await;
    bench.engine.mute_feed(feed.id.clone(), Some("1h".parse().expect("a span"))).await.expect("muted");
    server.send("one");
    server.send("two");
    until_alerts(&bench, 2).await;
    assert!(bench.rung.all().is_empty());
    assert_eq!(bench.engine.feeds().await.expect("feeds")[0].muted_until, Some(hands.now() + HOUR));
    hands.on(&bench, HOUR).await;
    bench.until_rung(1).await;
    assert_eq!(bench.rung.texts()[0].0, "Feed is no longer muted");
    bench.engine.shutdown().await;
}

#[tokio::test]
async fn why_an_event_rang_or_did_not() {
    let (folder, server, hands) = (Folder::new(), Server::start().await, Hands::new());
    let bench = start(&folder, &hands).await;
    bench.add("Feed", &server.url, Notify::Rules).await;
    rule(&bench, json!({"name": "High", "when": {"value": {"above": 10}}})).await;
    rule(&bench, json!({"name": "Low", "when": {"value": {"below": 5}}})).await;
    for value in [11, 12, 7] {
        server.send(&format!(r#"{{"value":{value}}}"#));
    }
    bench.until_events(3).await;
    bench.until_rung(1).await;
    bench.engine.answered(bench.rung.all()[0].alert, Answer::Dismissed).await.expect("stored");
    let found = async |seq: i64| {
        let why = bench.engine.why(seq).await.expect("why");
        why.findings.into_iter().map(|finding| (finding.name, finding.rang, finding.found)).collect::<Vec<_>>()
    };
    let first = found(1).await;
    assert_eq!((first[0].0.as_str(), first[0].1), ("High", true));
    assert_eq!(first[1], ("Low".to_owned(), false, "Not true: below 5.".to_owned()));
    let second = found(2).await;
    assert!(!second[0].1 && second[0].2.starts_with("True: above 10. It rings when that begins"), "{second:?}");
    assert_eq!(found(3).await[0].2, "Not true: above 10.");
    let why = bench.engine.why(1).await.expect("why");
    assert_eq!((why.alerts[0].announced, why.alerts[0].answer.as_deref()), (Announced::Rung, Some("dismissed")));
    assert_eq!(bench.engine.why(99).await.expect_err("there is none").code(), "not_found");
    bench.engine.shutdown().await;
}

/// Rules of each kind; their feed's first event comes at once.
fn any_kind() -> Vec<serde_json::Value> {
    vec![
        json!({"when": {"value": {"crosses_above": 5, "recovers_below": 3}}}),
        json!({"when": {"value": {"below": 4}}, "for": "2s"}),
        json!({"when": {"value": {"changes_by_percent": 50, "within": "3s"}}, "until": {"event": "ok"}}),
        json!({"when": {"rate": {"above": 2, "per": "3s"}}}),
        json!({"when": {"silent_for": "2s"}, "feed": "feed"}),
        json!({"when": {"all": [{"value": {"above": 3}}, {"not": {"value": {"above": 6}}}]}, "for": "1s"}),
        json!({"when": {"any": [{"event": "ok"}, {"cel": "value > 8.0"}]}, "per": "feed"}),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(6))]

    /// What a rule did and what its preview says of the same history is the same, however the events came.
    #[test]
    fn live_and_preview_agree(steps in prop::collection::vec((0i64..4000, 0u8..10, prop::bool::ANY), 5..25)) {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build()?;
        runtime.block_on(live_and_preview(&steps));
    }
}

async fn live_and_preview(steps: &[(i64, u8, bool)]) {
    let (folder, server, hands) = (Folder::new(), Server::start().await, Hands::new());
    let bench = start(&folder, &hands).await;
    bench.add("Feed", &server.url, Notify::Rules).await;
    let begin = hands.now();
    let mut drafts = Vec::new();
    for rule in any_kind() {
        let mut draft: RuleDraft = serde_json::from_value(rule).expect("a draft");
        draft.id = Some(bench.engine.add_rule(draft.clone()).await.expect("added").id);
        drafts.push(draft);
    }
    for (number, (step, value, ok)) in steps.iter().enumerate() {
        server.send_block(&format!("event: {}\ndata: {{\"value\":{value}}}\n", if *ok { "ok" } else { "message" }));
        bench.until_events(number + 1).await;
        hands.on(&bench, *step).await;
    }
    hands.on(&bench, MINUTE).await;
    for draft in drafts {
        let preview = bench.engine.preview_rule(draft.clone(), Some(begin)).await.expect("a preview");
        let told = |at, event: Option<i64>, resolved_at| (at, event.unwrap_or(0), resolved_at);
        let mut previewed: Vec<_> =
            preview.alerts.iter().map(|alert| told(alert.at, alert.event, alert.resolved_at)).collect();
        previewed.reverse();
        let query = AlertQuery { limit: Some(500), ..AlertQuery::default() };
        // Time that was passed on is looked at soon.
        let rang = async || {
            let alerts = bench.engine.list_alerts(query.clone()).await.expect("alerts").into_iter().rev();
            let mine = alerts.filter(|alert| alert.rule == draft.id);
            mine.map(|alert| told(alert.at, Some(alert.event), alert.resolved_at)).collect::<Vec<_>>()
        };
        let mut seen = rang().await;
        for _ in 0..200 {
            if seen == previewed {
                break;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
            seen = rang().await;
        }
        assert_eq!(seen, previewed, "{steps:?}: {draft:?}");
        assert_eq!((preview.rings, preview.events), (seen.len() as u64, steps.len() as u64));
    }
    bench.engine.shutdown().await;
}

#[tokio::test]
async fn what_a_gate_holds_is_not_told_while_something_is_being_removed() {
    let (folder, server, hands) = (Folder::new(), Server::start().await, Hands::new());
    let bench = start(&folder, &hands).await;
    let feed = bench.add("Feed", &server.url, Notify::All).await;
    bench.engine.mute_feed(feed.id.clone(), Some("1h".parse().expect("a span"))).await.expect("it is muted");
    server.send("one");
    server.send("two");
    until_alerts(&bench, 2).await;
    bench.engine.leave(vec![feed.id], Vec::new());
    hands.on(&bench, HOUR).await;
    assert_eq!(bodies(&bench).len(), 0);
    bench.engine.leave(Vec::new(), Vec::new());
    bench.until_rung(1).await;
    assert_eq!(announced(&bench).await, [Announced::Digest { gate: Gate::Muted }; 2]);
    bench.engine.shutdown().await;
}

#[tokio::test]
async fn the_end_of_a_mute_and_of_a_snooze_is_told_to_the_window_also_after_a_restart() {
    let (folder, server, hands) = (Folder::new(), Server::start().await, Hands::new());
    let bench = start(&folder, &hands).await;
    let feed = bench.add("BTC", &server.url, Notify::Rules).await.id;
    rule(&bench, json!({"name": "High", "when": {"value": {"above": 10}}})).await;
    server.send(r#"{"price":11}"#);
    until_alerts(&bench, 1).await;
    let alert = alerts(&bench).await[0].id;
    let span = |text: &str| text.parse().expect("a span");
    bench.engine.snooze_alert(alert, span("10m")).await.expect("it is snoozed");
    bench.engine.mute_feed(feed.clone(), Some(span("20m"))).await.expect("it is muted");
    let (_, mut changes) = bench.engine.attach().await.expect("a snapshot");
    hands.on(&bench, 10 * MINUTE).await;
    let awake = |change: &Change| match change {
        Change::Alert { alert, .. } => Some(alert.snoozed_until),
        _ => None,
    };
    assert_eq!(next(&mut changes, awake).await, None);
    drop(changes);
    bench.engine.shutdown().await;

    let bench = start(&folder, &hands).await;
    bench.until_open().await;
    let (snapshot, mut changes) = bench.engine.attach().await.expect("a snapshot");
    assert_eq!(snapshot.feeds[0].muted_until, Some(hands.now() + 10 * MINUTE));
    hands.on(&bench, 10 * MINUTE).await;
    let unmuted = |change: &Change| match change {
        Change::Muted { feed, until } => Some((feed.clone(), *until)),
        _ => None,
    };
    assert_eq!(next(&mut changes, unmuted).await, (feed, None));
    bench.engine.shutdown().await;
}

#[tokio::test]
async fn what_a_mute_holds_is_told_when_the_user_ends_it() {
    let (folder, server, hands) = (Folder::new(), Server::start().await, Hands::new());
    let bench = start(&folder, &hands).await;
    let feed = bench.add("Feed", &server.url, Notify::All).await.id;
    let mute = async |span: Option<&str>| {
        let span = span.map(|span| span.parse().expect("a span"));
        bench.engine.mute_feed(feed.clone(), span).await.expect("it is done");
    };
    mute(Some("1h")).await;
    server.send("one");
    server.send("two");
    until_alerts(&bench, 2).await;
    // For longer than was said first.
    mute(Some("3h")).await;
    hands.on(&bench, HOUR).await;
    assert_eq!(bodies(&bench).len(), 0);
    mute(None).await;
    bench.until_rung(1).await;
    assert_eq!(announced(&bench).await, [Announced::Digest { gate: Gate::Muted }; 2]);
    bench.engine.shutdown().await;
}

#[tokio::test]
async fn quiet_hours_that_never_begin_are_refused_with_their_place() {
    let folder = Folder::new();
    let bench = folder.start().await;
    let hours = |days: Vec<Weekday>| {
        let time = |text: &str| text.parse().expect("a time");
        QuietHours { days, from: time("22:00"), to: time("07:00"), except: None }
    };
    let quiet_hours = vec![hours(vec![Weekday::Monday]), hours(Vec::new())];
    let refused = bench.engine.set_preferences(Preferences { quiet_hours, ..Preferences::default() }).await;
    let Err(EngineError::Invalid { field, problem }) = refused else { panic!("{refused:?}") };
    assert_eq!(field, "quiet_hours[1].days");
    assert!(problem.contains("Choose at least one day"), "{problem}");
    let preferences = bench.engine.snapshot().await.expect("a snapshot").preferences;
    assert_eq!(preferences, Preferences::default(), "nothing was changed");
    bench.engine.shutdown().await;
}
