//! What is refused, and what that tells.

use serde_json::json;

use super::{done, send};
use crate::client::{ask, hub};

#[tokio::test]
async fn what_is_not_as_it_should_be_is_told_with_what_to_do() {
    let hub = hub().await;
    done(&hub, "POST /api/start", json!({ "job": "runs", "seconds": 3600 })).await;
    let task = done(&hub, "POST /api/tasks", json!({ "title": "a" })).await;
    let one_task = format!("PATCH /api/tasks/{}", task["id"].as_str().unwrap());
    let long = format!(r#"{{"title":"{}"}}"#, "x".repeat(201));
    // What is asked, what is sent, and a part of the answer.
    let cases = [
        ("POST /api/start", "[]", r#"send JSON like {"job":"backup""#),
        ("POST /api/start", "total=5", "send JSON like"),
        ("POST /api/start", r#"{"total":0}"#, "total is 1 to"),
        ("POST /api/start", r#"{"seconds":99999999}"#, "seconds are 1 to 86400"),
        ("POST /api/start", r#"{"job":""}"#, "not a name: use 1 to 200 characters in one line"),
        ("POST /api/start", r#"{"name":"x"}"#, "unknown field `name`, expected one of `job`"),
        ("PUT /api/progress/runs", r#"{"progress":101}"#, "progress is 0 to total, which is 100"),
        ("PUT /api/progress/runs", r#"{"progress":-1}"#, "send JSON like"),
        ("PUT /api/progress/runs", r#"{"status":"sleeping"}"#, "expected one of `running`, `done`, `failed`"),
        ("PUT /api/progress/runs", r#"{"job":"other","progress":1}"#, "name different jobs"),
        ("PUT /api/progress/%20", r#"{"progress":1}"#, "not a name"),
        ("POST /api/progress", r#"{"progress":1}"#, "say which job"),
        ("POST /api/game", r#"{"home_score":-2}"#, r#"send JSON like {"home":"Lions""#),
        ("POST /api/game", r#"{"home":"a\nb"}"#, "in one line"),
        ("POST /api/events", r#"{"symbol":"ACME","price":"1"}"#, "missing field `event`"),
        ("POST /api/events", r#"{"event":"sports"}"#, "expected one of `stock`, `news`, `chat`"),
        (
            "POST /api/events",
            r#"{"event":"stock","symbol":"ACME","price":1.5}"#,
            r#"a text like "12.50", so that no digit is lost"#,
        ),
        ("POST /api/events", r#"{"event":"news"}"#, "missing field `title`"),
        ("POST /api/events", r#"{"event":"chat","username":"mia","message":" "}"#, "not a text"),
        (
            "POST /api/sse",
            r#"{"username":"mia"}"#,
            r#"send JSON like {"username":"mia","message":"hello"}: missing field `message`"#,
        ),
        ("POST /api/sse", "", "missing field `username`"),
        ("PUT /api/prices/Tea", r#"{"price":12.5}"#, r#"a text like "12.50""#),
        ("PUT /api/prices/Tea", r#"{"price":"12,50"}"#, r#"a text like "12.50""#),
        ("PUT /api/prices/Tea", r#"{"price":"1","product":"Coffee"}"#, "unknown field `product`"),
        ("PUT /api/prices/a%0Ab", r#"{"price":"1"}"#, "not a name"),
        ("POST /api/tasks", r#"{"title":5}"#, r#"send JSON like {"title":"Restock Sencha"}"#),
        ("POST /api/tasks", &long, "not a name"),
        (&one_task, "{}", "say what changes, title or done"),
        (&one_task, r#"{"id":"x"}"#, "unknown field `id`"),
        ("GET /api/progress?since=yesterday", "", "not a place to begin"),
    ];
    for (request, body, part) in cases {
        let answer = ask(hub.addr(), request, &[], body.as_bytes()).await;
        assert_eq!(answer.status, 400, "{request} {body}: {answer:?}");
        assert!(answer.json()["error"].as_str().unwrap().contains(part), "{request} {body}: {}", answer.body);
    }
    assert_eq!(ask(hub.addr(), "POST /api/sse", &[], &[0xff]).await.status, 400);
    let endless = vec![b' '; 300 * 1024];
    assert_eq!(ask(hub.addr(), "POST /api/sse", &[], &endless).await.status, 413);
}

#[tokio::test]
async fn what_is_not_there() {
    let hub = hub().await;
    let cases = [
        ("GET /api", 404),
        ("POST /api", 404),
        ("GET /api/", 404),
        ("GET /api/nothing", 404),
        ("GET /api/nothing/sse", 404),
        ("PUT /api/prices", 405),
        ("DELETE /api/sse", 405),
        ("PATCH /api/game", 405),
        ("GET /api/start", 405),
        ("GET /api/prices/Tea", 404),
        ("GET /api/tasks/t1", 404),
        ("DELETE /api/progress/x", 404),
        ("GET /api/game", 404),
    ];
    for (request, status) in cases {
        let answer = send(hub.addr(), request, &json!({ "price": "1", "title": "t", "done": true })).await;
        assert_eq!(answer.status, status, "{request}: {answer:?}");
        assert!(answer.json()["error"].is_string());
    }
}

#[tokio::test]
async fn web_pages_are_kept_out() {
    let hub = hub().await;
    for header in ["Origin: https://evil.example", "Sec-Fetch-Site: cross-site", "Host: evil.example"] {
        for request in ["POST /api/start", "PUT /api/prices/Tea", "GET /api/progress", "GET /api/tasks"] {
            let answer = ask(hub.addr(), request, &[header, "Connection: close"], b"{}").await;
            assert_eq!(answer.status, 403, "{request} with {header}");
        }
    }
}

#[tokio::test]
async fn what_others_publish_to_the_topics_breaks_nothing() {
    let hub = hub().await;
    done(&hub, "POST /api/tasks", json!({ "title": "a" })).await;
    done(&hub, "POST /_api_tasks", json!({ "title": "from outside" })).await;
    hub.publish("_api_progress", streambell_hub::Message::text("x")).await.unwrap();
    assert_eq!(super::get(&hub, "/api/tasks").await.as_array().unwrap().len(), 1);
    done(&hub, "POST /api/start", json!({})).await;
}
