use serde_json::json;

use crate::support::{Desktop, Feed, Page, Tray, exit_code, until};

async fn names(desktop: &Desktop) -> Vec<String> {
    let feeds = desktop.streambell_json(&["feeds", "list"]).await;
    feeds.as_array().expect("it is a list").iter().map(|feed| feed["name"].to_string()).collect()
}

#[tokio::test]
async fn a_backup_is_made_in_the_window_and_the_window_comes_back_with_it() {
    let desktop = Desktop::start().await;
    let feed = Feed::start().await;
    let page = Page::open(&desktop).await;
    desktop.add_feed("Builds", &feed.url("/events"), "rules").await;
    feed.send(r#"{"title":"Build 1"}"#);
    desktop.feed_has("Builds", "/unread", &json!(1)).await;
    page.click("nav-settings").await;
    page.click("settings-tab-storage").await;
    page.reads("[data-testid='history'][data-feed='builds']", "1 event").await;
    let file = desktop.home().join("my-backup.db");
    page.click("backup-save").await;
    desktop.save_as(&file).await;
    page.reads("[data-testid='toast']", "my-backup.db").await;
    assert!(file.exists(), "it is where the user wanted it");
    desktop.picture("backup");

    desktop.streambell(&["feeds", "remove", "builds"]).await;
    desktop.streambell(&["feeds", "add", "--name", "Later", "--url", &feed.url("/later")]).await;
    assert_eq!(names(&desktop).await, [r#""Later""#]);
    let before = desktop.processes("streambell");
    desktop.streambell(&["restore", file.to_str().expect("it is text")]).await;
    desktop.replaced(&before).await;
    desktop.window_is(true).await;
    assert_eq!(names(&desktop).await, [r#""Builds""#]);
    desktop.feed_is("Builds", "open").await;
    let events = desktop.streambell_json(&["events"]).await;
    assert_eq!(events[0]["data"], r#"{"title":"Build 1"}"#, "its history is back");
    desktop.window_is_drawn().await;
    desktop.picture("restored");
}

#[tokio::test]
async fn a_backup_is_restored_by_the_command_line_while_the_program_runs() {
    let desktop = Desktop::start().await;
    let mut program = desktop.launch(&["--hidden"]);
    desktop.running().await;
    desktop.streambell(&["feeds", "add", "--name", "Old", "--url", "http://127.0.0.1:9/old"]).await;
    let file = desktop.home().join("backup.db");
    let file = file.to_str().expect("it is text");
    desktop.streambell(&["backup", file]).await;
    desktop.streambell(&["feeds", "remove", "old"]).await;
    desktop.streambell(&["restore", file]).await;
    assert_eq!(exit_code(&mut program).await, Some(0));
    until("another process answers", async || (!desktop.processes("streambell").is_empty()).then_some(())).await;
    desktop.running().await;
    assert_eq!(names(&desktop).await, [r#""Old""#]);
    Tray::find(&desktop).await;
    desktop.window_is(false).await;
}
