use std::{fs, path::Path};

use crate::support::{Desktop, Page, Tray, program, until};

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
    let entry = Path::new(desktop.variable("XDG_CONFIG_HOME")).join("autostart/streambell.desktop");
    let text = fs::read_to_string(&entry).expect("the desktop finds it there");
    let (valid, told) = desktop.run("desktop-file-validate", &[entry.to_str().expect("it is text")]).await;
    assert!(valid && told.is_empty(), "{told}");
    let kept = desktop.home().join("kept.desktop");
    fs::write(&kept, &text).expect("the folder can be written");

    // The desktop's own settings switch it off like this.
    fs::write(&entry, format!("{text}Hidden=true\n")).expect("the folder can be written");
    page.click("settings-tab-about").await;
    page.click("settings-tab-general").await;
    page.find("[data-testid='start-at-login'][aria-checked='false']").await;
    page.click("start-at-login").await;
    page.find("[data-testid='start-at-login'][aria-checked='true']").await;
    assert_eq!(fs::read_to_string(&entry).expect("it is there"), text);

    page.click("start-at-login").await;
    page.find("[data-testid='start-at-login'][aria-checked='false']").await;
    until("it is off the list", async || (!entry.exists()).then_some(())).await;
    Tray::find(&desktop).await.choose("Quit").await;
    until("the program has ended", async || desktop.processes("streambell").is_empty().then_some(())).await;

    Tray::gone(&desktop).await;
    // As the desktop starts it when its user logs in.
    let started = desktop.command("gio").arg("launch").arg(&kept).status().await;
    assert!(started.is_ok_and(|started| started.success()));
    let tray = Tray::find(&desktop).await;
    desktop.window_is(false).await;
    tray.choose("Quit").await;
    until("the program has ended", async || desktop.processes("streambell").is_empty().then_some(())).await;
}

#[tokio::test]
async fn what_an_earlier_version_left_is_taken_over() {
    let desktop = Desktop::start().await;
    let earlier = Path::new(desktop.variable("HOME")).join(".config/autostart/Streambell.desktop");
    fs::create_dir_all(earlier.parent().expect("it has one")).expect("a folder can be made");
    let text = "[Desktop Entry]\nType=Application\nVersion=1.0\nName=Streambell\nComment=Streambell startup script\n\
                Exec=/opt/gone/streambell --hidden\nStartupNotify=false\nTerminal=false";
    fs::write(&earlier, text).expect("the folder can be written");
    let running = desktop.launch(&["--hidden"]);
    desktop.running().await;
    let entry = Path::new(desktop.variable("XDG_CONFIG_HOME")).join("autostart/streambell.desktop");
    until("it is taken over", async || (entry.exists() && !earlier.exists()).then_some(())).await;
    let text = fs::read_to_string(&entry).expect("it is there");
    assert!(text.contains(&format!("\nTryExec={}\n", program().display())), "{text}");
    assert_eq!(desktop.terminate(running).await, Some(0));
}
