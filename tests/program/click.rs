use crate::support::{Desktop, Feed, Page};

#[tokio::test]
async fn a_click_on_a_notification_shows_its_event() {
    let desktop = Desktop::start().await;
    let feed = Feed::start().await;
    let page = Page::open(&desktop).await;
    desktop.add_feed("Builds", &feed.url("/events"), "all").await;
    feed.send(r#"{"title":"Build done","message":"in 3 minutes"}"#);
    desktop.notification("Build done").await;
    desktop.click_notification().await;
    page.is_at("/feed/builds?event=1").await;
    page.find("[data-testid='feed-page'][data-feed='builds']").await;
    page.reads("[data-testid='event-list']", "Build done").await;
    page.reads("[data-testid='event-detail']", "in 3 minutes").await;
    desktop.picture("click");
}

#[tokio::test]
async fn a_click_on_a_notification_brings_a_closed_window_back() {
    let desktop = Desktop::start().await;
    let feed = Feed::start().await;
    let _program = desktop.launch(&["--hidden"]);
    desktop.running().await;
    desktop.add_feed("Builds", &feed.url("/events"), "all").await;
    feed.send(r#"{"title":"Build done"}"#);
    desktop.notification("Build done").await;
    desktop.window_is(false).await;
    desktop.feed_has("Builds", "/unread", &1.into()).await;
    desktop.click_notification().await;
    desktop.window_is(true).await;
    // Only the feed's own page marks its events as read.
    desktop.feed_has("Builds", "/unread", &0.into()).await;
    desktop.window_is_drawn().await;
    desktop.picture("click-closed");
}
