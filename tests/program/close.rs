use std::fs;

use crate::support::{Desktop, Feed, Page, until};

#[tokio::test]
async fn a_closed_window_costs_nothing_and_the_program_goes_on() {
    let desktop = Desktop::start().await;
    let feed = Feed::start().await;
    let program = desktop.launch(&[]);
    desktop.window_is(true).await;
    desktop.add_feed("Builds", &feed.url("/events"), "all").await;

    desktop.close_window().await;
    desktop.window_is(false).await;
    until("the page's process is gone", async || desktop.processes("WebKitWebProcess").is_empty().then_some(())).await;
    feed.send(r#"{"title":"While closed","message":"still here"}"#);
    assert_eq!(desktop.notification("While closed").await.body, "still here");

    // A second start: it hands over and ends.
    desktop.streambell(&[]).await;
    desktop.window_is(true).await;
    desktop.streambell(&["toggle"]).await;
    desktop.window_is(false).await;
    desktop.streambell(&["toggle"]).await;
    desktop.window_is(true).await;
    desktop.window_is_drawn().await;
    desktop.picture("close");
    assert_eq!(desktop.terminate(program).await, Some(0));
}

#[tokio::test]
async fn nothing_of_a_closed_window_is_kept() {
    let desktop = Desktop::start().await;
    let program = desktop.launch(&[]);
    let id = program.id().expect("it runs");
    desktop.window_is(true).await;
    desktop.window_is_drawn().await;
    for _ in 0..3 {
        desktop.streambell(&["toggle"]).await;
        desktop.window_is(false).await;
        // Each page has such a piece.
        until("its shared memory is let go of", async || (shared_with_pages(id) == 0).then_some(())).await;
        desktop.streambell(&["toggle"]).await;
        desktop.window_is(true).await;
        desktop.window_is_drawn().await;
        assert!(shared_with_pages(id) > 0);
    }
    assert_eq!(desktop.terminate(program).await, Some(0));
}

/// Pieces of memory that a process shares with WebKit's pages.
fn shared_with_pages(id: u32) -> usize {
    let files = fs::read_dir(format!("/proc/{id}/fd")).expect("it runs");
    let links = files.filter_map(|file| fs::read_link(file.ok()?.path()).ok());
    links.filter(|link| link.starts_with("/memfd:WebKitSharedMemory (deleted)")).count()
}

#[tokio::test]
async fn who_prefers_so_ends_the_program_by_closing_its_window() {
    let desktop = Desktop::start().await;
    let page = Page::open(&desktop).await;
    page.click("nav-settings").await;
    page.click("settings-tab-general").await;
    page.click("close-to-tray").await;
    page.find("[data-testid='close-to-tray'][aria-checked='false']").await;
    // Hiding it is not closing it.
    desktop.streambell(&["toggle"]).await;
    desktop.window_is(false).await;
    desktop.running().await;
    desktop.streambell(&["toggle"]).await;
    desktop.window_is(true).await;
    desktop.close_window().await;
    until("the program has ended", async || desktop.processes("streambell").is_empty().then_some(())).await;
}
