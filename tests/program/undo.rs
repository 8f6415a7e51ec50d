use serde_json::json;

use crate::support::{Desktop, Feed, Page, until};

/// A feed was added, and has just been removed in the window.
async fn removed(desktop: &Desktop, feed: &Feed) -> Page {
    let page = Page::open(desktop).await;
    desktop.add_feed("Builds", &feed.url("/events"), "all").await;
    page.click("nav-settings").await;
    page.click("settings-remove").await;
    page.without("[data-testid='settings-feed']").await;
    page
}

#[tokio::test]
async fn what_is_removed_does_not_ring_and_is_as_it_was_when_it_is_brought_back() {
    let desktop = Desktop::start().await;
    let feed = Feed::start().await;
    let page = removed(&desktop, &feed).await;
    feed.send(r#"{"title":"While it was away"}"#);
    desktop.feed_has("Builds", "/unread", &json!(1)).await;
    page.click("toast-action").await;
    page.find("[data-testid='settings-feed'][data-feed='builds'][data-status='open']").await;
    desktop.picture("undo");
    feed.send(r#"{"title":"Back again"}"#);
    desktop.notification("Back again").await;
    assert_eq!(desktop.shown().len(), 1, "the other one was not told");
    assert_eq!(desktop.streambell_json(&["events"]).await.as_array().map(Vec::len), Some(2), "and it is not lost");
}

#[tokio::test]
async fn what_was_being_removed_when_the_power_went_is_still_there() {
    let desktop = Desktop::start().await;
    let feed = Feed::start().await;
    let _page = removed(&desktop, &feed).await;
    for id in desktop.processes("streambell") {
        desktop.run("kill", &["-KILL", &id.to_string()]).await;
    }
    until("the program is gone", async || desktop.processes("streambell").is_empty().then_some(())).await;

    let _program = desktop.launch(&["--hidden"]);
    desktop.running().await;
    desktop.feed_is("Builds", "open").await;
    feed.send(r#"{"title":"Here it is"}"#);
    desktop.notification("Here it is").await;
}

#[tokio::test]
async fn what_was_removed_is_gone_though_the_window_closes_before_the_time_to_undo_is_over() {
    let desktop = Desktop::start().await;
    let feed = Feed::start().await;
    let _page = removed(&desktop, &feed).await;
    assert_eq!(desktop.streambell_json(&["feeds", "list"]).await.as_array().map(Vec::len), Some(1), "it can be undone");
    desktop.close_window().await;
    until("the feed is gone", async || {
        let feeds = desktop.streambell_json(&["feeds", "list"]).await;
        feeds.as_array()?.is_empty().then_some(())
    })
    .await;
}
