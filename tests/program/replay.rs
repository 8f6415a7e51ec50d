use std::path::Path;

use serde_json::json;

use crate::support::{Desktop, Page, hook};

/// A demo feed of the hub's, which is a recording.
const PRICES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/crates/hub/src/demo/price.jsonl");

#[tokio::test]
async fn a_recording_is_played_in_the_window_and_touches_nothing() {
    let desktop = Desktop::start().await;
    desktop.streambell(&["feeds", "add", "--name", "BTC", "--url", "http://127.0.0.1:9/", "--paused"]).await;
    let rule = json!({ "name": "BTC high", "feed": "btc", "when": { "value": { "crosses_above": 61250 } } });
    desktop.add_rule(&rule).await;
    let page = Page::open(&desktop).await;
    page.click("card-menu").await;
    page.click("card-replay").await;
    desktop.open_file(Path::new(PRICES)).await;

    page.reads(&hook("replay-facts"), "1 rule looks at it").await;
    page.reads(&hook("replay-alert"), "BTC high").await;
    page.choose("replay-speed", "100").await;
    page.click("replay-play").await;
    page.reads(&hook("replay-event"), "BTC-USD").await;
    page.find("[data-testid='replay-alert'].rung").await;
    desktop.picture("replay");
    assert_eq!(desktop.streambell_json(&["events"]).await, json!([]));
    assert_eq!(desktop.streambell_json(&["alerts"]).await, json!([]));
    assert_eq!(desktop.shown().len(), 0);
}
