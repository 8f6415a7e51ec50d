//! What the hub's own endpoints and demo feeds tell is understood as what it is.

use std::{net::SocketAddr, time::Duration};

use serde_json::{Value, json};
use streambell_engine::model::{Dialect, FeedDraft, Mapping, Notify, ProbeNews, Query, Sample, Understanding, View};
use streambell_hub::{Hub, HubConfig, Message, Retention};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    time::timeout,
};

use crate::support::{Bench, Folder};

const PATIENCE: Duration = Duration::from_secs(30);

async fn hub(demo: bool) -> Hub {
    let config = HubConfig { listen: ([127, 0, 0, 1], 0).into(), demo, ..HubConfig::default() };
    Hub::start(config).await.expect("the hub starts")
}

async fn send(addr: SocketAddr, request: &str, body: &Value) {
    let body = body.to_string();
    let mut stream = TcpStream::connect(addr).await.expect("it listens");
    let head = format!("{request} HTTP/1.1\r\nHost: {addr}\r\nConnection: close\r\nContent-Length: {}", body.len());
    stream.write_all(format!("{head}\r\n\r\n{body}").as_bytes()).await.expect("it is read");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.expect("it is answered");
    assert!(answer.starts_with("HTTP/1.1 2"), "{request}: {answer}");
}

/// What the engine makes of the first events of a feed.
async fn understood(bench: &Bench, hub: &Hub, path: &str, count: usize) -> Understanding {
    let draft = FeedDraft { url: format!("http://{}{path}", hub.addr()), ..FeedDraft::default() };
    let mut probe = bench.engine.probe_feed(None, draft).await.expect("a probe");
    let mut samples: Vec<Sample> = Vec::new();
    while samples.len() < count {
        match timeout(PATIENCE, probe.next()).await.expect("news come").expect("it runs") {
            ProbeNews::Samples { samples: more } => samples.extend(more),
            ProbeNews::Failed { reason, .. } => panic!("{path}: {reason:?}"),
            ProbeNews::Over => panic!("{path}: {samples:?} are all"),
            _ => {}
        }
    }
    samples.truncate(count);
    bench.engine.understand(&Mapping::default(), &Dialect::default(), &samples).expect("it is")
}

#[tokio::test]
async fn each_endpoint_is_drawn_as_what_it_is() {
    let (folder, hub) = (Folder::new(), hub(false).await);
    let bench = folder.start().await;
    let stock = json!({ "event": "stock", "symbol": "ACME", "price": "101.20", "currency": "USD" });
    let news = json!({ "event": "news", "title": "Rates held", "source": "Wire", "summary": "As expected.",
        "url": "https://example.com/1" });
    let line = json!({ "event": "chat", "username": "mia", "message": "who sold?" });
    let game = json!({ "home": "Lions", "away": "Bears", "home_score": 2, "period": "Q1", "clock": "11:40", "status": "live" });
    // What is sent, where it is heard, how that is drawn, and the parts of the reading that matter.
    let cases = [
        (
            "PUT /api/progress/build",
            json!({ "progress": 40, "total": 80, "message": "linking" }),
            "/api/progress",
            View::Progress,
            json!({ "key": "build", "progress": 40.0, "total": 80.0, "body": "linking", "state": "open" }),
        ),
        (
            "POST /api/start",
            json!({ "job": "backup", "seconds": 3600 }),
            "/api/progress?job=backup",
            View::Progress,
            json!({ "key": "backup", "progress": 0.0, "total": 100.0, "state": "open" }),
        ),
        (
            "POST /api/game",
            game,
            "/api/stream",
            View::Score,
            json!({ "score": {
                "home": "Lions", "away": "Bears", "home_score": "2", "away_score": "0", "moment": "Q1 · 11:40",
            } }),
        ),
        (
            "POST /api/events",
            stock,
            "/api/events/stream?only=stock",
            View::Price,
            json!({ "key": "ACME", "value": "101.20", "unit": "USD" }),
        ),
        (
            "POST /api/events",
            news,
            "/api/events/stream?only=news",
            View::News,
            json!({ "title": "Rates held", "body": "As expected.", "link": "https://example.com/1" }),
        ),
        (
            "POST /api/events",
            line,
            "/api/events/stream?only=chat",
            View::Chat,
            json!({ "key": "mia", "body": "who sold?" }),
        ),
        (
            "POST /api/sse",
            json!({ "username": "jun", "message": "你好" }),
            "/api/sse",
            View::Chat,
            json!({ "key": "jun", "body": "你好" }),
        ),
        (
            "PUT /api/prices/Teapot",
            json!({ "price": "19.900", "currency": "EUR" }),
            "/api/prices",
            View::Price,
            json!({ "key": "Teapot", "value": "19.900", "unit": "EUR" }),
        ),
        (
            "POST /api/tasks",
            json!({ "title": "Restock Sencha" }),
            "/api/tasks",
            View::Tasks,
            json!({ "title": "Restock Sencha", "state": "open" }),
        ),
    ];
    for (request, body, path, view, expected) in cases {
        send(hub.addr(), request, &body).await;
        let understood = understood(&bench, &hub, path, 1).await;
        assert_eq!(understood.view, Some(view), "{path}");
        let reading = serde_json::to_value(&understood.samples[0].readings[0]).expect("JSON");
        for (field, value) in expected.as_object().expect("fields") {
            assert_eq!(reading[field], *value, "{path}: {reading}");
        }
    }
    // All of them in one stream are a log, where each is still understood.
    let mixed = understood(&bench, &hub, "/api/events/stream", 3).await;
    assert_eq!(mixed.view, Some(View::Log));
    assert_eq!(mixed.samples.iter().map(|sample| sample.readings.len()).collect::<Vec<_>>(), [1, 1, 1]);
    bench.engine.shutdown().await;
}

#[tokio::test]
async fn what_is_removed_goes_by_the_name_that_it_came_by() {
    let (folder, hub) = (Folder::new(), hub(false).await);
    let bench = folder.start().await;
    for (make, body, remove, stream) in [
        ("PUT /api/prices/Tea", json!({ "price": "1.20" }), "DELETE /api/prices/Tea", "/api/prices?since=all"),
        ("PUT /api/progress/build", json!({ "progress": 1 }), "DELETE /api/progress/build", "/api/progress?since=all"),
    ] {
        send(hub.addr(), make, &body).await;
        send(hub.addr(), remove, &Value::Null).await;
        let understood = understood(&bench, &hub, stream, 2).await;
        let [came, gone] = &understood.samples[..] else { panic!("{stream}") };
        assert_eq!(came.readings[0].key, gone.readings[0].key, "{stream}");
        let gone = serde_json::to_value(&gone.readings[0]).expect("JSON");
        assert_eq!(gone["state"], "removed", "{stream}: {gone}");
    }
    bench.engine.shutdown().await;
}

#[tokio::test]
async fn demo_feeds_are_drawn_as_what_they_are() {
    let (folder, hub) = (Folder::new(), hub(true).await);
    let bench = folder.start().await;
    let demos = [
        ("price", View::Price),
        ("progress", View::Progress),
        ("score", View::Score),
        ("chat", View::Chat),
        ("news", View::News),
        ("tasks", View::Tasks),
    ];
    for (demo, view) in demos {
        let understood = understood(&bench, &hub, &format!("/demo/{demo}"), 4).await;
        assert_eq!(understood.view, Some(view), "{demo}");
        assert!(understood.samples.iter().all(|sample| sample.readings.len() == 1), "{demo}");
    }
    bench.engine.shutdown().await;
}

#[tokio::test]
async fn what_the_hub_has_not_kept_is_a_gap_and_no_event() {
    let retention = Retention { events: 2, ..Retention::default() };
    let config = HubConfig { listen: ([127, 0, 0, 1], 0).into(), demo: false, retention, ..HubConfig::default() };
    let (folder, hub) = (Folder::new(), Hub::start(config).await.expect("the hub starts"));
    let publish = async |text: &str| {
        hub.publish("t", Message::text(text)).await.expect("published");
    };
    let bench = folder.start().await;
    let feed = bench.add("Topic", &format!("http://{}/t/sse", hub.addr()), Notify::Rules).await.id;
    bench.until_open().await;
    publish("a").await;
    bench.until_events(1).await;
    bench.engine.shutdown().await;
    for text in ["b", "c", "d", "e"] {
        publish(text).await;
    }

    let bench = folder.start().await;
    bench.until_events(3).await;
    let query = Query { feed: Some(feed), ..Query::default() };
    let page = bench.engine.list_events(query).await.expect("a page");
    let recovered: Vec<_> = page.gaps.iter().map(|gap| gap.recovered).collect();
    assert_eq!(page.events.len(), 3);
    assert_eq!(recovered, [None], "d and e came, and that is not all");
    bench.engine.shutdown().await;
}
