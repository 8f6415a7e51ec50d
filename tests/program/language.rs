use serde_json::json;

use crate::support::{Desktop, Feed, Page, Tray, until};

#[tokio::test]
async fn what_rings_speaks_the_language_of_the_window() {
    let (desktop, mut service) = Desktop::recorded().await;
    let feed = Feed::start().await;
    let page = Page::open(&desktop).await;
    desktop.add_feed("Shop", &feed.url("/events"), "rules").await;
    desktop.add_rule(&json!({"name": "High", "feed": "shop", "when": {"value": {"above": 10}}})).await;
    page.click("nav-settings").await;
    page.click("settings-tab-general").await;
    page.choose("language", "zh").await;
    page.reads("[data-testid='settings-tab-general']", "通用").await;

    feed.send(r#"{"price":11}"#);
    let rang = service.shown().await;
    assert_eq!((rang.title.as_str(), rang.body.as_str()), ("High", "11 (高于 10)"));
    assert_eq!(rang.actions[1..4], ["打开", "acknowledge", "确认"]);
    let tray = Tray::find(&desktop).await;
    let line = "确认所有提醒".to_owned();
    until("the tray does too", async || tray.lines().await.contains(&line).then_some(())).await;
    desktop.picture("language");
}
