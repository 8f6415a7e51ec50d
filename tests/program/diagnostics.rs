use crate::support::{Desktop, Page, until};

#[tokio::test]
async fn the_self_test_tries_the_desktop_and_asks_what_only_a_person_sees() {
    let desktop = Desktop::start().await;
    let page = Page::open(&desktop).await;
    page.click("nav-settings").await;
    page.click("settings-tab-diagnostics").await;
    page.click("self-test").await;
    for part in ["key_ring", "history", "disk"] {
        page.find(&format!("[data-testid='check'][data-part='{part}'][data-state='fine']")).await;
    }
    assert_eq!(desktop.notification("Streambell").await.app, "Streambell");
    for part in ["notifications", "tray"] {
        let asked = format!("[data-part='{part}'] [data-testid='check-yes']");
        page.press(&asked).await;
        page.find(&format!("[data-part='{part}'][data-state='fine']")).await;
    }
    let (_, kept) = desktop.run("secret-tool", &["search", "--all", "service", "streambell"]).await;
    assert!(!kept.contains("self-test"), "the test secret is gone: {kept}");
    // The web view's processes are counted too.
    page.reads("[data-testid='figures']", "MB").await;
    page.find("[data-testid='log']").await;
    desktop.picture("self-test");
}

#[tokio::test]
async fn without_a_tray_and_a_key_ring_it_says_so() {
    let desktop = Desktop::without(&["no-tray", "no-keyring"]).await;
    let page = Page::open(&desktop).await;
    page.click("nav-settings").await;
    page.click("settings-tab-diagnostics").await;
    page.click("self-test").await;
    page.reads("[data-part='tray'][data-state='warning']", "nobody shows icons").await;
    page.reads("[data-part='key_ring'][data-state='wrong']", "key ring").await;
}

#[tokio::test]
async fn how_much_is_logged_is_chosen_in_the_window_and_told_by_the_command() {
    let desktop = Desktop::start().await;
    let page = Page::open(&desktop).await;
    page.click("nav-settings").await;
    page.click("settings-tab-diagnostics").await;
    page.find("[data-testid='log-level']").await;
    page.choose("log-level", "debug").await;
    let log = until("the level is taken", async || {
        Some(desktop.streambell_json(&["log"]).await).filter(|log| log["level"] == "debug")
    })
    .await;
    let file = log["file"].as_str().expect("it is kept in a file");
    page.reads("[data-testid='log-file']", file).await;
    assert!(std::fs::metadata(file).expect("it is there").len() > 0);
}
