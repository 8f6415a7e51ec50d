use crate::support::{Desktop, Feed, Page};

#[tokio::test]
async fn the_palette_does_what_is_typed_and_chosen() {
    let desktop = Desktop::start().await;
    let feed = Feed::start().await;
    let page = Page::open(&desktop).await;
    desktop.add_feed("Nightly builds", &feed.url("/events"), "all").await;
    page.find("[data-testid='card'][data-feed='nightly-builds']").await;

    page.type_keys("\u{e009}k\u{e000}").await;
    page.write("palette-input", "pause nightly").await;
    desktop.picture("palette");
    page.type_keys("\u{e007}").await;
    desktop.feed_is("Nightly builds", "paused").await;
    page.find("[data-testid='card'][data-status='paused']").await;

    page.type_keys("ga").await;
    page.is_at("/alerts").await;
}
