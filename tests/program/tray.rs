use crate::support::{Desktop, Feed, Page, Tray, exit_code, until};

#[tokio::test]
async fn the_menu_pauses_and_resumes_and_opens_the_feed_of_an_alert() {
    let desktop = Desktop::start().await;
    let feed = Feed::start().await;
    let page = Page::open(&desktop).await;
    let tray = Tray::find(&desktop).await;
    desktop.add_feed("Builds", &feed.url("/events"), "rules").await;
    let rule = r#"{"name":"Build failed","feed":"builds","when":{"text":{"matches":"^fail"}}}"#;
    desktop.streambell(&["rules", "add", rule]).await;

    tray.choose("Pause all feeds").await;
    page.find("[data-testid='card'][data-status='paused']").await;
    tray.choose("Resume all feeds").await;
    page.find("[data-testid='card'][data-status='open']").await;

    feed.send("passed");
    feed.send("failed");
    desktop.notification("Build failed").await;
    tray.choose("Build failed · Builds").await;
    page.is_at("/feed/builds?event=2").await;
    tray.choose("Settings").await;
    page.is_at("/settings/feeds").await;
    let lines = [
        "Show Streambell",
        "Build failed · Builds",
        "Acknowledge all alerts",
        "Feeds",
        "Do not disturb",
        "Pause all feeds",
        "Settings",
        "Quit",
    ];
    assert_eq!(tray.lines().await, lines, "one of the two events rang");
    desktop.picture("tray");
}

#[tokio::test]
async fn a_hidden_start_is_in_the_tray_which_shows_the_window_and_ends_the_program() {
    let desktop = Desktop::start().await;
    let mut program = desktop.launch(&["--hidden"]);
    let tray = Tray::find(&desktop).await;
    desktop.window_is(false).await;
    assert!(desktop.processes("WebKitWebProcess").is_empty(), "no window was made");
    tray.choose("Show Streambell").await;
    desktop.window_is(true).await;
    tray.choose("Quit").await;
    assert_eq!(exit_code(&mut program).await, Some(0));
}

#[tokio::test]
async fn a_panel_that_ends_and_comes_back_gets_the_icon_again() {
    let desktop = Desktop::start().await;
    let _program = desktop.launch(&[]);
    desktop.window_is(true).await;
    Tray::find(&desktop).await;
    let panel = desktop.processes("xfce4-panel").first().expect("it runs").to_string();
    desktop.run("kill", &["-KILL", &panel]).await;
    until("the panel is gone", async || desktop.processes("wrapper-2.0").is_empty().then_some(())).await;

    let _panel = desktop.command("xfce4-panel").arg("--disable-wm-check").spawn().expect("the panel can be run");
    Tray::find(&desktop).await;
    desktop.close_window().await;
    desktop.window_is(false).await;
    Tray::find(&desktop).await.choose("Show Streambell").await;
    desktop.window_is(true).await;
}
