use std::net::TcpListener;

use serde_json::json;

use crate::support::{Desktop, Page};

const BACKUPS: &str = "[data-testid='hub-topic'][data-topic='backups']";

/// A port that is not its neighbours': other desktops have hubs of their own.
fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr()).expect("a free port").port()
}

#[tokio::test]
async fn the_hub_is_moved_turned_off_and_on_and_a_publish_arrives_as_a_feed() {
    let desktop = Desktop::start().await;
    let page = Page::open(&desktop).await;
    page.click("nav-settings").await;
    page.click("settings-tab-hub").await;
    let port = free_port();
    page.write("hub-port", &port.to_string()).await;
    page.click("hub-port-save").await;
    page.reads("[data-testid='hub-address']", &format!("http://127.0.0.1:{port}")).await;
    page.find("[data-testid='hub-curl']").await;

    desktop.streambell(&["publish", "backups", "first"]).await;
    page.click("hub-refresh").await;
    page.reads(BACKUPS, "1 event").await;
    page.click("hub-add").await;
    page.find("[data-testid='probe-status']").await;
    page.write("feed-name", "Backups").await;
    page.click("feed-save").await;
    page.reads(BACKUPS, "Read by Backups").await;
    desktop.feed_is("Backups", "open").await;

    page.click("hub-runs").await;
    page.reads("[data-testid='hub-none']", "One feed reads from it").await;
    desktop.feed_is("Backups", "waiting").await;
    drop(TcpListener::bind(("127.0.0.1", port)).expect("nobody has the port"));
    assert_eq!(desktop.streambell_json(&["settings"]).await["hub"], json!(false));
    desktop.picture("hub-off");

    page.click("hub-runs").await;
    page.reads("[data-testid='hub-address']", &format!("http://127.0.0.1:{port}")).await;
    desktop.feed_is("Backups", "open").await;
    desktop.streambell(&["publish", "backups", "second"]).await;
    desktop.feed_has("Backups", "/unread", &json!(1)).await;
    page.click("hub-refresh").await;
    page.reads(BACKUPS, "2 events").await;
    page.reads(BACKUPS, "1 listener").await;
    desktop.picture("hub");
    page.click("hub-reader").await;
    page.reads("[data-testid='event-row']", "second").await;
}
