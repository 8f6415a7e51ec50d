use serde_json::json;

use crate::support::{Desktop, Feed, Page, Tray, until};

const ACKNOWLEDGE_ALL: &str = "Acknowledge all alerts";

async fn watch_the_price(desktop: &Desktop, feed: &Feed) {
    desktop.add_feed("Bitcoin", &feed.url("/events"), "rules").await;
    let over = json!({"value": {"crosses_above": 60000, "recovers_below": 59000}});
    desktop.add_rule(&json!({"name": "Over 60 000", "feed": "bitcoin", "when": over})).await;
}

fn price(feed: &Feed, price: &str) {
    feed.send(&format!(r#"{{"symbol":"BTC","price":{price},"currency":"USD"}}"#));
}

#[tokio::test]
async fn a_price_that_crosses_rings_once_however_it_flaps_and_again_when_it_has_recovered() {
    let (desktop, mut service) = Desktop::recorded().await;
    let feed = Feed::start().await;
    let page = Page::open(&desktop).await;
    let tray = Tray::find(&desktop).await;
    watch_the_price(&desktop, &feed).await;

    price(&feed, "59999.99");
    price(&feed, "60000");
    price(&feed, "60000.01");
    let first = service.shown().await;
    assert_eq!((first.replaces, first.title.as_str()), (0, "Over 60 000"));
    assert_eq!(first.body, "BTC: 60,000.01 USD (above 60,000)");
    assert_eq!(first.hints["urgency"], "byte 0x01");
    page.reads("[data-testid='alerts-badge']", "1").await;
    tray.has(ACKNOWLEDGE_ALL).await;

    // Down, but not below the level of recovery, and up again.
    for flap in ["59500", "60500", "59000", "61000", "58999.99"] {
        price(&feed, flap);
    }
    assert_eq!(service.closed().await, first.id, "the next that is asked of the service is to take it back");
    desktop.alerts_are(&["resolved"]).await;
    page.reads("[data-testid='card']", "58,999.99").await;
    tray.has_not(ACKNOWLEDGE_ALL).await;

    price(&feed, "62000");
    let again = service.shown().await;
    assert_eq!((again.replaces, again.title.as_str()), (0, "Over 60 000"), "it is armed again by itself");
    desktop.alerts_are(&["resolved", "firing"]).await;
    tray.has(ACKNOWLEDGE_ALL).await;
    desktop.picture("price");
}

#[tokio::test]
async fn what_has_recovered_is_gone_from_the_screen() {
    let desktop = Desktop::start().await;
    let feed = Feed::start().await;
    let _program = desktop.launch(&["--hidden"]);
    desktop.running().await;
    watch_the_price(&desktop, &feed).await;
    price(&feed, "59000");
    for _ in 0..2 {
        price(&feed, "60500");
        until("it is on the screen", async || (desktop.on_screen().await == 1).then_some(())).await;
        price(&feed, "58500");
        until("it is gone", async || (desktop.on_screen().await == 0).then_some(())).await;
    }
    assert_eq!(desktop.shown().len(), 2);
}
