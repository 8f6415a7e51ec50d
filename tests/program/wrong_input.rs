use crate::support::{Desktop, Feed, Page, until};

#[tokio::test]
async fn an_address_that_cannot_be_a_feeds_is_not_added_and_the_form_says_what_would_be_right() {
    let desktop = Desktop::start().await;
    let page = Page::open(&desktop).await;
    page.open_form().await;
    for (typed, advice) in [
        ("", "Paste the address of a feed"),
        ("ws://127.0.0.1/events", "Server-Sent Events"),
        ("file:///etc/passwd", "http"),
    ] {
        page.write("feed-url", typed).await;
        page.click("feed-save").await;
        page.reads("[data-testid='feed-error']", advice).await;
    }
    desktop.picture("wrong-input");
    page.click("feed-cancel").await;
    assert_eq!(desktop.streambell_json(&["feeds", "list"]).await, serde_json::json!([]));
}

#[tokio::test]
async fn what_is_no_feed_is_stopped_with_the_reason_and_a_way_on() {
    let desktop = Desktop::start().await;
    let feed = Feed::start().await;
    let page = Page::open(&desktop).await;
    for (path, name) in [("/nothing", "Nothing"), ("/page", "Page")] {
        page.add_feed(&feed.url(path), name).await;
    }
    page.click("nav-dashboard").await;
    for (card, reason) in [("nothing", "404"), ("page", "web page")] {
        let card = format!("[data-testid='card'][data-feed='{card}'][data-status='stopped']");
        page.reads(&format!("{card} [data-testid='card-note']"), reason).await;
        let before = feed.requests().len();
        page.press(&format!("{card} [data-testid='card-retry']")).await;
        until("it is tried again", async || (feed.requests().len() > before).then_some(())).await;
    }
    desktop.picture("no-feed");
}
