//! A shop's prices.

use serde_json::{Value, json};

use super::{done, event, follow, get, send, told};
use crate::client::Events;
use crate::places::Place;

fn untimed(mut price: Value) -> Value {
    assert!(price["ts"].as_i64().unwrap() > 1_700_000_000_000, "{price}");
    price.as_object_mut().unwrap().remove("ts");
    price
}

#[tokio::test]
async fn prices_are_exact_and_the_latest_of_each_is_told() {
    const EXACT: &str = "1234567890123456.123456789012";
    for place in Place::each() {
        let hub = place.hub().await;
        let mut first = follow(&hub, "/api/prices/stream").await;
        let tea = done(&hub, "PUT /api/prices/Teapot", json!({ "price": "19.90", "currency": "EUR" })).await;
        assert_eq!(untimed(tea), json!({ "product": "Teapot", "price": "19.90", "currency": "EUR" }));
        done(&hub, "PUT /api/prices/%E8%8C%B6%20%2F%201", json!({ "price": EXACT })).await;
        let cheaper = done(&hub, "PUT /api/prices/Teapot", json!({ "price": "7.50" })).await;
        assert_eq!(get(&hub, "/api/prices/Teapot").await, cheaper);
        let list = get(&hub, "/api/prices").await;
        let list: Vec<_> = list.as_array().unwrap().iter().cloned().map(untimed).collect();
        let (teapot, exact) = (
            json!({ "product": "Teapot", "price": "7.50", "currency": "EUR" }),
            json!({ "product": "茶 / 1", "price": EXACT }),
        );
        assert_eq!(list, [teapot.clone(), exact.clone()], "{:?}", place.store);

        let mut late = Events::open(hub.addr(), "/api/prices", &["Accept: text/event-stream"]).await;
        done(&hub, "DELETE /api/prices/Teapot", Value::Null).await;
        let price = |data: &Value| event("price", data.clone());
        let (dear, gone) = (
            json!({ "product": "Teapot", "price": "19.90", "currency": "EUR" }),
            json!({ "product": "Teapot", "removed": true }),
        );
        assert_eq!(told(&first.take(4).await), [&dear, &exact, &teapot, &gone].map(price));
        assert_eq!(told(&late.take(3).await), [&exact, &teapot, &gone].map(price));
        assert_eq!(send(hub.addr(), "DELETE /api/prices/Teapot", &Value::Null).await.status, 404);
    }
}
