use std::{fs, path::Path};

use crate::support::{Desktop, Page, Tray, exit_code, until};

#[tokio::test]
async fn it_starts_at_login_in_the_tray_if_the_user_wants_that() {
    let desktop = Desktop::start().await;
    let page = Page::open(&desktop).await;
    page.click("nav-settings").await;
    page.click("settings-tab-general").await;
    page.find("[data-testid='start-at-login'][aria-checked='false']").await;
    page.click("start-at-login").await;
    page.find("[data-testid='start-at-login'][aria-checked='true']").await;
    desktop.picture("login");
    let entry = Path::new(desktop.variable("HOME")).join(".config/autostart/Streambell.desktop");
    let text = fs::read_to_string(&entry).expect("the desktop finds it there");
    let command = text.lines().find_map(|line| line.strip_prefix("Exec=")).expect("it says what to start").to_owned();

    page.click("start-at-login").await;
    page.find("[data-testid='start-at-login'][aria-checked='false']").await;
    until("it is off the list", async || (!entry.exists()).then_some(())).await;
    Tray::find(&desktop).await.choose("Quit").await;
    until("the program has ended", async || desktop.processes("streambell").is_empty().then_some(())).await;

    let words: Vec<&str> = command.split(' ').collect();
    let mut program = desktop.command(words[0]).args(&words[1..]).spawn().expect("that can be run");
    let tray = Tray::find(&desktop).await;
    desktop.window_is(false).await;
    tray.choose("Quit").await;
    assert_eq!(exit_code(&mut program).await, Some(0));
}
