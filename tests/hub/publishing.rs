//! What is published, and what arrives.

use serde_json::json;
use streambell_hub::{HubError, Message, Priority};

use crate::client::{Events, ask, hub, post};

#[tokio::test]
async fn a_text_with_its_headers_arrives_as_ntfy_writes_it() {
    let hub = hub().await;
    let mut events = Events::open(hub.addr(), "/backups/sse", &[]).await;
    let headers = ["Title: Sicherung 备份", "Priority: high", "Tags: disk,ok", "Click: https://example.com/log"];
    let answer = post(hub.addr(), "backups", &headers, "line 1\nline 2").await;
    assert_eq!(answer.status, 200, "{answer:?}");
    let event = events.next().await.unwrap();
    assert_eq!(answer.json()["id"], event.id);
    assert_eq!(event.event, "");
    let time = answer.json()["time"].as_u64().unwrap();
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap().as_secs();
    assert!(now - time < 30);
    let expected = json!({
        "id": event.id, "time": time, "event": "message", "topic": "backups", "title": "Sicherung 备份",
        "message": "line 1\nline 2", "priority": 4, "tags": ["disk", "ok"], "click": "https://example.com/log",
    });
    assert_eq!(event.json(), expected);
}

#[tokio::test]
async fn a_json_object_arrives_as_it_was() {
    let hub = hub().await;
    let mut events = Events::open(hub.addr(), "/prices/sse", &[]).await;
    let object = r#"{"symbol":"BTC-USD","price":"61234.50","seq":123456789012345678901}"#;
    let answer = ask(hub.addr(), "PUT /prices", &["Event: price"], object.as_bytes()).await;
    assert_eq!(answer.status, 200);
    let event = events.next().await.unwrap();
    assert_eq!((event.event.as_str(), event.data.as_str()), ("price", object));
    assert_eq!(answer.json()["id"], event.id);
}

#[tokio::test]
async fn the_program_publishes_without_http() {
    let hub = hub().await;
    let mut events = Events::open(hub.addr(), "/own/sse", &[]).await;
    let id = hub.publish("own", Message::text("hi").priority(Priority::Max)).await.unwrap();
    let event = events.next().await.unwrap();
    assert_eq!(event.id, id.to_string());
    assert_eq!(event.json()["priority"], 5);
    assert!(matches!(hub.publish("no/name", Message::text("hi")).await, Err(HubError::Topic(_))));
}

#[tokio::test]
async fn what_cannot_be_published_is_refused_with_a_reason() {
    let hub = hub().await;
    let long = format!("POST /{}", "x".repeat(65));
    let json = "Content-Type: application/json";
    let cases: [(&str, &[&str], &[u8], u16); 8] = [
        ("POST /a.b", &[], b"x", 400),
        (&long, &[], b"x", 400),
        ("POST /t", &["Priority: 7"], b"x", 400),
        ("POST /t", &[json], b"[1]", 400),
        ("POST /t", &[], b"\xff\xfe", 400),
        ("DELETE /t", &[], b"", 405),
        ("POST /t/sse", &[], b"x", 405),
        ("POST /t/u/v", &[], b"x", 404),
    ];
    for (request, headers, body, status) in cases {
        let answer = ask(hub.addr(), request, headers, body).await;
        assert_eq!(answer.status, status, "{request}");
        assert!(!answer.json()["error"].as_str().unwrap().is_empty(), "{request}");
    }
    let health = ask(hub.addr(), "GET /healthz", &[], b"").await;
    assert_eq!(health.json(), json!({ "status": "ok", "topics": 0, "subscribers": 0 }), "nothing stayed");
}
