//! The list of topics, and what the page is made of.

use serde_json::json;
use streambell_hub::{Hub, HubConfig, Message};

use crate::client::{Events, ask, config, hub};

#[tokio::test]
async fn topics_are_listed_with_what_is_known_of_them() {
    let hub = hub().await;
    assert_eq!(ask(hub.addr(), "GET /topics", &[], b"").await.json(), json!({ "topics": [], "demos": [] }));
    let id = hub.publish("builds", Message::text("a")).await.unwrap();
    let id = hub.publish("builds", Message::text("b")).await.unwrap().max(id);
    let listener = Events::open(hub.addr(), "/alerts,builds/sse", &[]).await;
    let expected = json!({
        "topics": [
            { "topic": "alerts", "events": 0, "time": null, "subscribers": 1 },
            { "topic": "builds", "events": 2, "time": id.millis() / 1000, "subscribers": 1 },
        ],
        "demos": [],
    });
    assert_eq!(ask(hub.addr(), "GET /topics", &[], b"").await.json(), expected);
    drop(listener);
    loop {
        let list = ask(hub.addr(), "GET /topics", &[], b"").await.json();
        if list["topics"] == json!([{ "topic": "builds", "events": 2, "time": id.millis() / 1000, "subscribers": 0 }]) {
            break;
        }
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn demos_are_listed_beside_them() {
    let hub = Hub::start(HubConfig { demo: true, ..config() }).await.unwrap();
    let demos = ["price", "progress", "score", "chat", "news", "tasks"];
    assert_eq!(ask(hub.addr(), "GET /topics", &[], b"").await.json(), json!({ "topics": [], "demos": demos }));
}

#[tokio::test]
async fn the_page_allows_nothing_but_its_own_files() {
    let hub = hub().await;
    for path in ["/", "/backups"] {
        let page = ask(hub.addr(), &format!("GET {path}"), &["Accept-Language: zh-CN,zh;q=0.9"], b"").await;
        assert_eq!(page.status, 200);
        assert!(page.body.contains("<html lang=\"zh-Hans\">") && page.body.contains("主题"), "{path}");
        for header in [
            "content-type: text/html; charset=utf-8",
            "content-security-policy: default-src 'none'; script-src 'self'; style-src 'self';",
            "content-language: zh-hans",
            "vary: accept-language",
            "x-content-type-options: nosniff",
            "referrer-policy: no-referrer",
        ] {
            assert!(page.head.contains(&format!("\r\n{header}")), "{header}: {}", page.head);
        }
    }
    for (path, media_type) in [("page.css", "text/css"), ("page.js", "text/javascript"), ("bell.svg", "image/svg+xml")]
    {
        let file = ask(hub.addr(), &format!("GET /{path}"), &[], b"").await;
        assert_eq!(file.status, 200, "{path}");
        assert!(file.head.contains(&format!("\r\ncontent-type: {media_type}")), "{path}: {}", file.head);
    }
    assert_eq!(ask(hub.addr(), "GET /favicon.ico", &[], b"").await.status, 404);
}
