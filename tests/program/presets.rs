//! Services at a click, and what becomes of a feed's settings.

use serde_json::json;

use crate::support::{Desktop, Page, PocketBase, until};

const ENTER: &str = "\u{e007}";
const TAB: &str = "\u{e004}";
const BACK: &str = "\u{e008}\u{e004}\u{e000}";
/// Marks all of a field, so that what is typed next takes its place.
const ALL: &str = "\u{e009}a\u{e000}";

impl Page {
    /// Presses keys once the keyboard is at what has this hook.
    async fn keys_at(&self, css: &str, keys: &str) {
        self.find(&format!("{css}:focus")).await;
        self.type_keys(keys).await;
    }
}

/// From the dashboard to the notification on the screen, by the keyboard alone.
#[tokio::test]
async fn a_topic_is_added_as_a_service_without_a_mouse_and_rings() {
    let desktop = Desktop::start().await;
    let page = Page::open(&desktop).await;
    page.click("nav-settings").await;
    page.click("settings-tab-hub").await;
    let hub = page.reads("[data-testid='hub-address']", "http://").await;
    page.click("nav-dashboard").await;

    page.type_keys("n").await;
    page.find("[data-testid='service']").await;
    page.keys_at("[data-testid='feed-url']", TAB).await;
    page.keys_at("[data-testid='service-search']", &format!("ntfy{ENTER}")).await;
    // The topic is asked for first: the server is known, unless it is another. Nothing is asked of it before that.
    page.keys_at("[data-testid='answer-topics']", BACK).await;
    page.keys_at("[data-testid='answer-server']", ALL).await;
    page.type_keys(&format!("{hub}{TAB}")).await;
    page.keys_at("[data-testid='answer-topics']", "backups").await;
    page.find("[data-testid='probe'][data-phase='open']").await;
    desktop.streambell(&["publish", "backups", "tried out"]).await;
    page.reads("[data-testid='samples']", "tried out").await;
    desktop.picture("service");
    page.keys_at("[data-testid='answer-topics']", ENTER).await;
    page.without("[data-testid='feed-form']").await;
    page.find("[data-testid='card'][data-feed='backups'][data-status='open']").await;

    desktop.streambell(&["publish", "backups", "nightly backup done"]).await;
    page.reads("[data-testid='card'][data-feed='backups']", "nightly backup done").await;
    let shown = desktop.notification_with("nightly backup done").await;
    assert_eq!(shown.app, "Streambell");
    let settings = desktop.streambell_json(&["export"]).await;
    let feed = &settings["feeds"][0];
    assert_eq!(feed["preset"]["id"], json!("ntfy"));
    assert_eq!(feed["dialect"]["resume"], json!({ "query": "since" }));
    assert_eq!(settings["rules"][0]["name"], json!("High priority"));
}

/// A collection of a real PocketBase, which sends nothing before it is told what is wanted.
#[tokio::test]
async fn a_collection_is_added_as_a_service_without_a_mouse_and_rings() {
    let pocketbase = PocketBase::start();
    let create = |symbol: &str, price: f64| {
        let record = json!({ "symbol": symbol, "price": price });
        pocketbase.ask("POST /api/collections/prices/records", &record, None);
    };
    let desktop = Desktop::start().await;
    let page = Page::open(&desktop).await;
    page.type_keys("n").await;
    page.find("[data-testid='service']").await;
    page.keys_at("[data-testid='feed-url']", TAB).await;
    page.keys_at("[data-testid='service-search']", &format!("pocketb{ENTER}")).await;
    page.keys_at("[data-testid='answer-collection']", BACK).await;
    page.keys_at("[data-testid='answer-server']", ALL).await;
    page.type_keys(&format!("{}{TAB}", pocketbase.url())).await;
    page.keys_at("[data-testid='answer-collection']", "prices").await;
    page.find("[data-testid='probe'][data-phase='open']").await;
    page.keys_at("[data-testid='answer-collection']", ENTER).await;
    page.without("[data-testid='feed-form']").await;
    page.find("[data-testid='card'][data-feed='prices'][data-status='open']").await;

    // That the stream is open is not yet that it brings something: it is, once something has come.
    let heard = async || {
        create("?", 1.0);
        let events = desktop.streambell_json(&["events", "--feed", "prices"]).await;
        (!events.as_array().expect("a list").is_empty()).then_some(())
    };
    until("PocketBase sends what it was asked for", heard).await;
    create("ACME", 12.5);
    page.reads("[data-testid='card'][data-feed='prices']", "12.5").await;
    page.reads("[data-testid='card'][data-feed='prices']", "ACME").await;
    let shown = desktop.notification_with("ACME\n12.5\ncreate").await;
    assert_eq!(shown.title, "A new record");
    desktop.picture("collection");
}

/// To a file and back, by the desktop's own dialogs.
#[tokio::test]
async fn a_feed_becomes_a_preset_that_is_written_to_a_file() {
    let desktop = Desktop::start().await;
    desktop.streambell(&["feeds", "add", "--name", "Deploys", "--url", "http://127.0.0.1:9/events"]).await;
    let page = Page::open(&desktop).await;
    page.click("card-menu").await;
    page.click("card-preset").await;
    page.write("preset-name", "Our deploys").await;
    page.click("preset-save").await;
    page.without("[data-testid='preset-form']").await;
    page.click("nav-settings").await;
    page.click("settings-tab-presets").await;
    page.reads("[data-testid='own-preset']", "Our deploys").await;
    let file = desktop.home().join("deploys.toml");
    page.click("preset-export").await;
    desktop.save_as(&file).await;
    page.reads("[data-testid='toast']", "deploys.toml").await;
    let text = std::fs::read_to_string(&file).expect("the file");
    assert!(text.contains("Our deploys") && text.contains("${address}"), "{text}");

    page.click("preset-remove").await;
    page.click("confirm-yes").await;
    page.without("[data-testid='own-preset']").await;
    page.click("add-feed").await;
    page.find("[data-testid='service']").await;
    page.without("[data-testid='service'][data-preset='our-deploys']").await;
}
