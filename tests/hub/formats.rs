//! The formats of a stream, what a subscriber leaves out, and asking once.

use serde_json::{Value, json};
use streambell_hub::{Hub, Message, Priority};

use crate::client::{Events, ask, hub, post};

const JSON: &str = "application/x-ndjson; charset=utf-8";
const RAW: &str = "text/plain; charset=utf-8";

fn parsed(line: Option<String>) -> Value {
    serde_json::from_str(&line.expect("the stream ended")).unwrap()
}

#[tokio::test]
async fn lines_of_json_are_as_ntfy_writes_them() {
    let hub = hub().await;
    let mut lines = Events::open_as(JSON, hub.addr(), "/b,a/json", &[]).await;
    let open = parsed(lines.line().await);
    assert_eq!((&open["event"], &open["topic"]), (&json!("open"), &json!("b,a")));
    assert!(open["id"].is_string() && open["time"].is_u64());
    let text = post(hub.addr(), "a", &["Title: T"], "one\ntwo").await;
    assert_eq!(parsed(lines.line().await), text.json());
    post(hub.addr(), "b", &[], r#"{"price": 1.10}"#).await;
    assert_eq!(lines.line().await.as_deref(), Some(r#"{"price": 1.10}"#));
}

#[tokio::test]
async fn lines_of_text_hold_a_message_each() {
    let hub = hub().await;
    let mut lines = Events::open_as(RAW, hub.addr(), "/t/raw", &[]).await;
    assert_eq!(lines.line().await.as_deref(), Some(""), "it is open");
    for (body, line) in [("one\r\ntwo", "one  two"), (r#"{"price": 1.10}"#, r#"{"price": 1.10}"#)] {
        post(hub.addr(), "t", &[], body).await;
        assert_eq!(lines.line().await.as_deref(), Some(line));
    }
}

#[tokio::test(start_paused = true)]
async fn quiet_lines_show_signs_of_life() {
    let hub = hub().await;
    let mut json = Events::open_as(JSON, hub.addr(), "/t/json", &[]).await;
    let mut raw = Events::open_as(RAW, hub.addr(), "/t/raw", &[]).await;
    assert_eq!((parsed(json.line().await)["event"].as_str(), raw.line().await.as_deref()), (Some("open"), Some("")));
    let start = tokio::time::Instant::now();
    let alive = parsed(json.line().await);
    assert_eq!((&alive["event"], &alive["topic"]), (&json!("keepalive"), &json!("t")));
    assert_eq!(raw.line().await.as_deref(), Some(""));
    assert_eq!(start.elapsed().as_secs(), 15);
}

#[tokio::test]
async fn types_can_be_left_out_for_pages_that_do_not_know_them() {
    let hub = hub().await;
    let mut events = Events::open(hub.addr(), "/t/sse?untyped=1", &[]).await;
    post(hub.addr(), "t", &["Event: price"], r#"{"price":"1.10"}"#).await;
    let event = events.next().await.unwrap();
    assert_eq!((event.event.as_str(), event.data.as_str()), ("", r#"{"price":"1.10"}"#));
    assert!(!event.id.is_empty());
}

async fn poll(hub: &Hub, path: &str, headers: &[&str]) -> String {
    let answer = ask(hub.addr(), &format!("GET {path}"), headers, b"").await;
    assert_eq!(answer.status, 200, "{path}: {answer:?}");
    answer.body
}

#[tokio::test]
async fn asking_once_gives_what_is_kept_and_ends() {
    let hub = hub().await;
    for text in ["a", "b", "c"] {
        hub.publish("t", Message::text(text)).await.unwrap();
    }
    let b = ask(hub.addr(), "GET /t/json?poll=1&message=b", &[], b"").await.json()["id"].as_str().unwrap().to_owned();
    let after_b = format!("/t/raw?poll=true&since={b}");
    let last = format!("Last-Event-ID: {b}");
    let cases: [(&str, &[&str], &str); 8] = [
        ("/t/raw?poll=1", &[], "a\nb\nc\n"),
        ("/t/raw?po=yes", &[], "a\nb\nc\n"),
        ("/t/raw", &["X-Poll: 1"], "a\nb\nc\n"),
        ("/t/raw?poll=1&since=latest", &[], "c\n"),
        ("/t/raw?poll=1&since=none", &[], ""),
        (&after_b, &[], "c\n"),
        ("/t/raw?poll=1", &[&last], "c\n"),
        ("/none/raw?poll=1", &[], ""),
    ];
    for (path, headers, expected) in cases {
        assert_eq!(poll(&hub, path, headers).await, expected, "{path} {headers:?}");
    }
    let sse = poll(&hub, "/t/sse?poll=1&since=latest", &["Connection: close"]).await;
    assert!(sse.starts_with("id: ") && sse.ends_with("\"message\":\"c\"}\n\n"), "{sse}");
    let health = ask(hub.addr(), "GET /healthz", &[], b"").await;
    assert_eq!(health.json()["subscribers"], 0, "nobody stayed");
}

#[tokio::test]
async fn what_a_subscriber_does_not_want_is_left_out() {
    let hub = hub().await;
    hub.publish("t", Message::text("plain")).await.unwrap();
    let loud = Message::text("loud").title("Disk").priority(Priority::Max).tags(["zfs", "error"]);
    let id = hub.publish("t", loud).await.unwrap();
    let object = r#"{"title":"Disk","message":"own","priority":"high","tags":["zfs"]}"#;
    hub.publish("t", Message::json(object).unwrap()).await.unwrap();
    let by_id = format!("?poll=1&id={id}");
    let own = format!("{object}\n");
    let both = format!("loud\n{own}");
    let cases: [(&str, &[&str], &str); 11] = [
        ("?poll=1&priority=5", &[], "loud\n"),
        ("?poll=1&p=high,urgent", &[], &both),
        ("?poll=1&prio=default", &[], "plain\n"),
        ("?poll=1&tags=zfs", &[], &both),
        ("?poll=1&ta=zfs,error", &[], "loud\n"),
        ("?poll=1&title=Disk", &[], &both),
        ("?poll=1&m=own", &[], &own),
        (&by_id, &[], "loud\n"),
        ("?poll=1", &["X-Priority: max"], "loud\n"),
        ("?poll=1", &["X-Tags: zfs", "X-Title: Disk", "X-Message: loud"], "loud\n"),
        ("?poll=1&title=none", &[], ""),
    ];
    for (query, headers, expected) in cases {
        assert_eq!(poll(&hub, &format!("/t/raw{query}"), headers).await, expected, "{query} {headers:?}");
    }
    assert_eq!(ask(hub.addr(), "GET /t/json?p=9", &[], b"").await.status, 400);
}

/// More is skipped than is read at a time, and what is wanted still comes, kept and live.
#[tokio::test]
async fn what_is_left_out_does_not_hold_up_what_is_behind() {
    let hub = hub().await;
    let mut events = Events::open(hub.addr(), "/t/sse?p=5", &[]).await;
    for _ in 0..500 {
        hub.publish("t", Message::text("noise")).await.unwrap();
    }
    let id = hub.publish("t", Message::text("signal").priority(Priority::Max)).await.unwrap();
    assert_eq!(events.next().await.unwrap().id, id.to_string());
    assert_eq!(poll(&hub, "/t/raw?poll=1&p=5", &[]).await, "signal\n");
}
