use crate::support::{Desktop, Page, until};

#[tokio::test]
async fn the_first_start_offers_the_demo_which_shows_every_view() {
    let desktop = Desktop::start().await;
    let page = Page::open(&desktop).await;
    page.find("[data-testid='empty']").await;
    desktop.picture("start-empty");
    page.click("add-demo").await;
    for (view, drawn) in [
        ("price", ".value"),
        ("progress", "[role='progressbar']"),
        ("score", ".score"),
        ("chat", "li"),
        ("news", "[data-testid='news-link']"),
        ("tasks", "li"),
    ] {
        let card = format!("[data-testid='card'][data-view='{view}'][data-status='open']");
        page.find(&format!("{card} {drawn}")).await;
    }
    assert_eq!(page.all("[data-testid='card']").await.len(), 6);
    let price = "[data-testid='card'][data-view='price'] .value";
    let first = page.reads(price, "USD").await;
    until("the price moves", async || (page.reads(price, "USD").await != first).then_some(())).await;
    desktop.picture("start-demo");
}
