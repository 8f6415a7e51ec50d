//! Stock prices, news and a chat in one stream.

use serde_json::{Value, json};

use super::{done, event, follow, send, told};
use crate::client::Events;
use crate::places::Place;

#[tokio::test]
async fn events_have_names_and_some_of_them_can_be_chosen() {
    let stock = json!({ "symbol": "ACME", "price": "101.20", "currency": "USD" });
    let news = json!({ "title": "Rates held", "source": "Market Wire", "url": "https://example.com/1" });
    let chat = json!({ "username": "mia", "message": "who sold?\nnot me 😅" });
    let with = |kind: &str, data: &Value| {
        let mut body = data.clone();
        body["event"] = json!(kind);
        body
    };
    for place in Place::each() {
        let hub = place.hub().await;
        let mut all = follow(&hub, "/api/events/stream").await;
        let mut some = follow(&hub, "/api/events/stream?only=news,chat").await;
        for (kind, data) in [("stock", &stock), ("news", &news), ("chat", &chat)] {
            let answer = done(&hub, "POST /api/events", with(kind, data)).await;
            assert_eq!(answer["event"], kind);
        }
        let came = all.take(3).await;
        let expected = [event("stock", stock.clone()), event("news", news.clone()), event("chat", chat.clone())];
        assert_eq!(told(&came), expected, "{:?}", place.store);
        assert_eq!(told(&some.take(2).await), expected[1..]);
        let mut late = follow(&hub, "/api/events/stream?only=stock").await;
        assert_eq!(told(&late.take(1).await), expected[..1]);
        let after = format!("Last-Event-ID: {}", came[0].id);
        let mut resumed = Events::open(hub.addr(), "/api/events/stream", &[&after]).await;
        assert_eq!(resumed.take(2).await, came[1..]);
        let refused = send(hub.addr(), "GET /api/events/stream?only=stock,sports", &Value::Null).await;
        assert_eq!(refused.status, 400);
        assert!(refused.json()["error"].as_str().unwrap().contains("stock, news and chat"), "{refused:?}");
    }
}
