use crate::support::{Desktop, Feed, Page, hook, until};

/// Control with an arrow to the left, as WebDriver types them.
const CONTROL_LEFT: &str = "\u{e009}\u{e012}";

#[tokio::test]
async fn the_dashboard_is_found_as_it_was_arranged() {
    let desktop = Desktop::start().await;
    let feed = Feed::start().await;
    let page = Page::open(&desktop).await;
    for name in ["One", "Two", "Three"] {
        desktop.add_feed(name, &feed.url("/events"), "rules").await;
    }
    let card = |feed: &str| format!("[data-testid='card'][data-feed='{feed}']");
    page.find(&card("three")).await;
    assert_eq!(order(&page).await, ["one", "two", "three"]);
    let (width, height) = size(&page, &card("one")).await;

    page.press(&format!("{} {}", card("one"), hook("card-menu"))).await;
    page.click("card-arrange").await;
    page.click("card-taller").await;
    until("it is taller", async || (size(&page, &card("one")).await.1 > height + 40.0).then_some(())).await;
    page.press(&format!("{} {}", card("one"), hook("card-menu"))).await;
    page.click("card-arrange").await;
    page.click("card-narrower").await;
    until("it is narrower", async || (size(&page, &card("one")).await.0 < width - 40.0).then_some(())).await;
    let name = page.find(&format!("{} h2 a", card("three"))).await;
    name.send_keys(CONTROL_LEFT).await.expect("it can be typed at");
    until("it is second", async || (order(&page).await == ["one", "three", "two"]).then_some(())).await;
    // The last one, over the first.
    let (x, y, ..) = page.find(&card("two")).await.rectangle().await.expect("it is drawn");
    let (left, top, ..) = page.find(&card("one")).await.rectangle().await.expect("it is drawn");
    page.drag(&card("two"), (60.0, 20.0), (left - x, top - y)).await;
    until("it is first", async || (order(&page).await == ["two", "one", "three"]).then_some(())).await;
    let arranged = size(&page, &card("one")).await;
    page.reads(&hook("arranged"), "Two: place 1 of 3").await;
    desktop.picture("board");
    page.close(&desktop).await;

    let page = Page::open(&desktop).await;
    page.find(&card("three")).await;
    assert_eq!(order(&page).await, ["two", "one", "three"]);
    until("it is as large as it was", async || (size(&page, &card("one")).await == arranged).then_some(())).await;
}

async fn order(page: &Page) -> Vec<String> {
    let mut feeds = Vec::new();
    for card in page.all(&hook("card")).await {
        // It may be drawn anew meanwhile.
        feeds.extend(card.attr("data-feed").await.ok().flatten());
    }
    feeds
}

async fn size(page: &Page, css: &str) -> (f64, f64) {
    let (_, _, width, height) = page.find(css).await.rectangle().await.expect("it is drawn");
    (width, height)
}
