//! Desktops that lack something: the program says so, and stays of use.

use crate::support::{Desktop, Feed, Page};

#[tokio::test]
async fn without_a_tray_closing_minimises_and_a_second_start_shows_the_window() {
    let desktop = Desktop::without(&["no-tray"]).await;
    let program = desktop.launch(&[]);
    desktop.window_is(true).await;
    desktop.running().await;
    desktop.window_is_drawn().await;
    desktop.close_window().await;
    desktop.window_is(false).await;
    assert!(!desktop.processes("WebKitWebProcess").is_empty(), "the window is still there");
    desktop.streambell(&[]).await;
    desktop.window_is(true).await;
    desktop.window_is_drawn().await;
    assert_eq!(desktop.terminate(program).await, Some(0));
}

#[tokio::test]
async fn without_a_tray_a_hidden_start_shows_the_window() {
    let desktop = Desktop::without(&["no-tray"]).await;
    let _program = desktop.launch(&["--hidden"]);
    desktop.window_is(true).await;
}

#[tokio::test]
async fn without_a_notification_service_the_window_says_so() {
    let desktop = Desktop::without(&["no-notifications"]).await;
    let feed = Feed::start().await;
    let page = Page::open(&desktop).await;
    desktop.add_feed("Builds", &feed.url("/events"), "all").await;
    feed.send(r#"{"title":"Build done"}"#);
    page.reads("[data-testid='notice'][data-code='no_notification_service']", "dunst or mako").await;
    page.reads("[data-testid='alerts-badge']", "1").await;
    desktop.picture("no-notifications");
}

#[tokio::test]
async fn without_a_key_ring_a_secret_is_kept_for_this_run_and_the_window_says_so() {
    let desktop = Desktop::without(&["no-keyring"]).await;
    let feed = Feed::start().await;
    let page = Page::open(&desktop).await;
    page.add_feed_with_token(&feed.url("/events"), "secret").await;
    page.find("[data-testid='settings-feed'][data-status='open']").await;
    let request = feed.requests().pop().expect("it asked").to_lowercase();
    assert!(request.contains("\r\nauthorization: bearer secret\r\n"), "{request}");
    page.reads("[data-testid='notice'][data-code='key_ring_missing']", "GNOME Keyring or KWallet").await;
    desktop.picture("no-keyring");
}

#[tokio::test]
async fn a_locked_key_ring_is_named_with_what_to_do() {
    let desktop = Desktop::without(&["locked-keyring"]).await;
    let feed = Feed::start().await;
    let page = Page::open(&desktop).await;
    page.add_feed_with_token(&feed.url("/events"), "secret").await;
    page.find("[data-testid='settings-feed'][data-status='open']").await;
    page.reads("[data-testid='notice'][data-code='key_ring_locked']", "Unlock the key ring").await;
    desktop.picture("locked-keyring");
}
