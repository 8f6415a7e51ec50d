use crate::support::{Desktop, Feed, Page, Shown};

/// By hand, from the empty window to the notification on the screen.
#[tokio::test]
async fn a_feed_that_is_typed_in_goes_live_and_rings() {
    let desktop = Desktop::start().await;
    let feed = Feed::start().await;
    let page = Page::open(&desktop).await;
    page.click("nav-settings").await;
    page.click("add-feed").await;
    page.write("feed-url", &feed.url("/events")).await;
    page.write("feed-name", "Deploys").await;
    page.choose("feed-notify", "all").await;
    page.click("feed-save").await;
    page.find("[data-testid='settings-feed'][data-feed='deploys'][data-status='open']").await;

    page.click("nav-dashboard").await;
    page.find("[data-testid='card'][data-feed='deploys'][data-status='open']").await;
    feed.send(r#"{"title":"Deploy done","message":"v2 & <b>bold</b>","priority":5}"#);
    page.reads("[data-testid='card']", "Deploy done").await;
    let shown = desktop.notification("Deploy done").await;
    desktop.picture("add-a-feed");
    let expected = Shown {
        app: "Streambell".into(),
        title: "Deploy done".into(),
        body: "v2 &amp; &lt;b&gt;bold&lt;/b&gt;".into(),
        urgency: "CRITICAL".into(),
    };
    assert_eq!(shown, expected);

    page.press("[data-testid='card'] h2 a").await;
    page.is_at("/feed/deploys").await;
    page.click("event-row").await;
    page.reads("[data-testid='event-detail']", "v2 & <b>bold</b>").await;
}
