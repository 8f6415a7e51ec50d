//! A link from elsewhere (`streambell://add?…`), as a browser hands it to the program.

use serde_json::json;

use crate::support::{Desktop, Feed, Page, program, until};

/// A link that offers this feed, with every byte of its address that might mean something escaped.
fn link(url: &str, name: &str) -> String {
    let escaped: String = url.bytes().map(|byte| format!("%{byte:02X}")).collect();
    format!("streambell://add?url={escaped}&name={name}&view=news")
}

#[tokio::test]
async fn a_link_starts_the_program_which_asks_and_connects_only_after_a_yes() {
    let desktop = Desktop::start().await;
    let feed = Feed::start().await;
    let url = feed.url("/events");
    let page = Page::of(&desktop, &program(), &[&link(&url, "Builds")]).await;
    page.find("[data-testid='offer']").await;
    page.reads(
        "[data-testid='offer-host']",
        url.strip_suffix("/events").expect("it ends so").trim_start_matches("http://"),
    )
    .await;
    desktop.picture("offer");
    assert_eq!(desktop.streambell_json(&["feeds", "list"]).await, json!([]));

    // No is no. While the window is there, the next link comes to it.
    page.type_keys("\u{e00c}").await;
    page.without("[data-testid='feed-form']").await;
    desktop.streambell(&[&link(&url, "Deploys")]).await;
    page.find("[data-testid='offer']").await;
    assert_eq!(desktop.streambell_json(&["feeds", "list"]).await, json!([]));
    assert_eq!(feed.connections(), 0, "nobody said yes");

    page.type_keys("\u{e007}").await;
    page.without("[data-testid='feed-form']").await;
    desktop.feed_is("Deploys", "open").await;
    let feeds = desktop.streambell_json(&["export"]).await["feeds"].clone();
    assert_eq!((feeds.as_array().map(Vec::len), &feeds[0]["view"]), (Some(1), &json!("news")));

    // What it cannot do it says.
    desktop.streambell(&["streambell://remove?feed=deploys"]).await;
    page.reads("[data-testid='toast']", "The link asks for 'remove', which Streambell does not do.").await;
    desktop.feed_is("Deploys", "open").await;
}

#[tokio::test]
async fn a_link_brings_a_closed_window_back_to_ask() {
    let desktop = Desktop::start().await;
    let feed = Feed::start().await;
    let program = desktop.launch(&["--hidden"]);
    desktop.running().await;
    desktop.window_is(false).await;
    desktop.streambell(&["--hidden", &link(&feed.url("/events"), "Builds")]).await;
    desktop.window_is(true).await;
    assert_eq!(desktop.streambell_json(&["feeds", "list"]).await, json!([]));
    assert_eq!(feed.connections(), 0, "nobody said yes");
    // A page that does not ask yet takes no key for an answer.
    until("Enter adds it", async || {
        desktop.press_key("Return").await;
        let feeds = desktop.streambell_json(&["feeds", "list"]).await;
        (feeds[0]["name"] == "Builds").then_some(())
    })
    .await;
    desktop.feed_is("Builds", "open").await;
    assert_eq!(desktop.terminate(program).await, Some(0));
}
