use std::fs;

use serde_json::json;

use crate::support::{Desktop, Feed, Page, hook};

async fn names(desktop: &Desktop) -> Vec<String> {
    let feeds = desktop.streambell_json(&["feeds", "list"]).await;
    feeds.as_array().expect("it is a list").iter().map(|feed| feed["name"].to_string()).collect()
}

async fn open_storage(page: &Page) {
    page.click("nav-settings").await;
    page.click("settings-tab-storage").await;
    page.find(&hook("backup-restore")).await;
}

#[tokio::test]
async fn a_backup_that_is_chosen_in_the_desktops_dialog_brings_everything_back() {
    let desktop = Desktop::start().await;
    let feed = Feed::start().await;
    let page = Page::open(&desktop).await;
    desktop.add_feed("Builds", &feed.url("/events"), "rules").await;
    feed.send(r#"{"title":"Build 1"}"#);
    desktop.feed_has("Builds", "/unread", &json!(1)).await;
    let file = desktop.home().join("my-backup.db");
    desktop.streambell(&["backup", file.to_str().expect("it is text")]).await;
    desktop.streambell(&["feeds", "remove", "builds"]).await;
    desktop.streambell(&["feeds", "add", "--name", "Later", "--url", &feed.url("/later")]).await;

    open_storage(&page).await;
    page.reads(&hook("history"), "Later").await;
    let before = desktop.processes("streambell");
    page.click("backup-restore").await;
    page.click("confirm-yes").await;
    desktop.open_file(&file).await;
    desktop.replaced(&before).await;
    desktop.window_is(true).await;
    assert_eq!(names(&desktop).await, [r#""Builds""#]);
    desktop.feed_is("Builds", "open").await;
    assert_eq!(desktop.streambell_json(&["events"]).await[0]["data"], r#"{"title":"Build 1"}"#);
    desktop.window_is_drawn().await;
    desktop.picture("restored-by-dialog");
}

#[tokio::test]
async fn what_is_no_backup_is_refused_with_a_way_on_and_nothing_changes() {
    let desktop = Desktop::start().await;
    let feed = Feed::start().await;
    let page = Page::open(&desktop).await;
    desktop.add_feed("Builds", &feed.url("/events"), "rules").await;
    let whole = desktop.home().join("whole.db");
    desktop.streambell(&["backup", whole.to_str().expect("it is text")]).await;
    let mut bytes = fs::read(&whole).expect("it was written");
    // The first page still says that it is a database.
    bytes[4096..].fill(0xA5);
    let (damaged, text) = (desktop.home().join("damaged.db"), desktop.home().join("letter.txt"));
    fs::write(&damaged, bytes).expect("the folder can be written");
    fs::write(&text, "Dear Mia").expect("the folder can be written");

    open_storage(&page).await;
    for (file, says) in [(&damaged, "is damaged"), (&text, "cannot be read as a backup")] {
        page.click("backup-restore").await;
        page.click("confirm-yes").await;
        desktop.open_file(file).await;
        let told = page.reads(&hook("toast"), says).await;
        assert!(told.contains("nothing was changed"), "{told}");
        desktop.picture("no-backup");
        page.press(&format!("{} button", hook("toast"))).await;
        page.without(&hook("toast")).await;
    }
    assert_eq!(names(&desktop).await, [r#""Builds""#]);
    desktop.feed_is("Builds", "open").await;
}
