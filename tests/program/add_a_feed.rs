use crate::support::{Desktop, Feed, Page, Shown};

/// By hand, from the empty window to the notification on the screen.
#[tokio::test]
async fn a_feed_that_is_typed_in_goes_live_and_rings() {
    let desktop = Desktop::start().await;
    let feed = Feed::start().await;
    let page = Page::open(&desktop).await;
    page.open_form().await;
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

/// From a command that was copied elsewhere to the notification of a rule that was proposed.
#[tokio::test]
async fn a_pasted_command_is_tried_out_and_added_with_the_rule_that_it_proposes() {
    let desktop = Desktop::start().await;
    let feed = Feed::start().await;
    let quote = |price: &str| feed.send(&format!(r#"{{"symbol":"BTC","quote":{{"mid":{price}}}}}"#));
    let page = Page::open(&desktop).await;
    page.open_form().await;
    quote("61000");
    quote("61234.5");
    let command = format!("curl '{}' -H 'Authorization: Bearer s3cret' -H 'X-Team: red'", feed.url("/events"));
    page.paste("feed-url", &command).await;
    page.reads("[data-testid='probe-status']", "2 events").await;
    page.click("sample").await;
    page.press("[data-testid='sample-value'][data-path='$.quote.mid']").await;
    page.click("sample-use-value").await;
    page.reads("[data-testid='readings']", "61,234.5").await;
    page.click("suggestion").await;
    desktop.picture("probe");
    assert_eq!(desktop.streambell_json(&["feeds", "list"]).await, serde_json::json!([]), "nothing is added yet");
    assert!(feed.requests().iter().all(|request| request.to_lowercase().contains("authorization: bearer s3cret\r\n")));

    page.click("feed-save").await;
    page.without("[data-testid='feed-form']").await;
    page.find("[data-testid='settings-feed'][data-status='open']").await;
    quote("61300");
    quote("62500");
    let shown = desktop.notification("Value crosses above 62,460, armed again below 61,850").await;
    assert_eq!(shown.body, "BTC: 62,500 (above 62,460)");
    let feeds = desktop.streambell_json(&["export"]).await["feeds"].clone();
    assert_eq!(feeds[0]["map"], serde_json::json!({ "value": "$.quote.mid" }));
    assert_eq!(feeds[0]["headers"], serde_json::json!({ "X-Team": null }));
}
