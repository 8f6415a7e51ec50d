use std::{fs, os::unix::fs::PermissionsExt};

use serde_json::json;

use crate::support::{Desktop, Feed, Page, until};

const LINK: &str = "https://example.org/build/7?a=1&b=2";

/// The user's choice of a browser: a script that writes down what it is asked to open.
fn set_browser(desktop: &Desktop) -> std::path::PathBuf {
    let (opened, script) = (desktop.home().join("opened"), desktop.home().join("browser"));
    let text = format!("#!/bin/sh\nprintf '%s\\n' \"$1\" >>'{}'\n", opened.display());
    fs::write(&script, text).expect("the folder can be written");
    fs::set_permissions(&script, fs::Permissions::from_mode(0o755)).expect("it is ours");
    let applications = std::path::Path::new(desktop.variable("XDG_DATA_HOME")).join("applications");
    fs::create_dir_all(&applications).expect("the folder can be written");
    let entry = format!("[Desktop Entry]\nType=Application\nName=Browser\nExec={} %u\n", script.display());
    fs::write(applications.join("browser.desktop"), entry).expect("the folder can be written");
    let schemes = ["http", "https", "file", "javascript"];
    let handlers = schemes.map(|scheme| format!("x-scheme-handler/{scheme}=browser.desktop\n")).concat();
    let defaults = std::path::Path::new(desktop.variable("XDG_CONFIG_HOME")).join("mimeapps.list");
    fs::write(defaults, format!("[Default Applications]\n{handlers}")).expect("the folder can be written");
    opened
}

#[tokio::test]
async fn each_button_does_what_it_says() {
    let (desktop, mut service) = Desktop::recorded().await;
    let feed = Feed::start().await;
    let opened = set_browser(&desktop);
    let page = Page::open(&desktop).await;
    desktop.add_feed("Builds", &feed.url("/events"), "rules").await;
    let failing = json!({"field": "$.status", "equals": "failed"});
    desktop.add_rule(&json!({"name": "Fails", "feed": "builds", "when": failing, "for": "1ms"})).await;
    let build = |name: &str, status: &str, link: &str| {
        feed.send(&format!(r#"{{"job":"{name}","status":"{status}","url":"{link}"}}"#));
    };

    build("one", "failed", LINK);
    let one = service.shown().await;
    let keys: Vec<_> = one.actions.iter().step_by(2).map(String::as_str).collect();
    assert_eq!(keys, ["default", "acknowledge", "snooze", "mute-feed", "link"]);

    service.press(one.id, "link").await;
    let told = until("the browser is asked", async || fs::read_to_string(&opened).ok()).await;
    assert_eq!(told, format!("{LINK}\n"));

    service.press(one.id, "default").await;
    page.is_at("/feed/builds?event=1").await;

    service.press(one.id, "acknowledge").await;
    assert_eq!(service.closed().await, one.id);
    desktop.alerts_are(&["acknowledged"]).await;

    build("two", "failed", "file:///etc/passwd");
    let two = service.shown().await;
    assert!(!two.actions.contains(&"link".to_owned()), "only addresses of the web: {:?}", two.actions);
    service.press(two.id, "link").await;
    service.press(two.id, "snooze").await;
    assert_eq!(service.closed().await, two.id);
    let alerts = desktop.alerts_are(&["acknowledged", "firing"]).await;
    assert!(alerts[1]["snoozed_until"].is_i64(), "{alerts:?}");
    assert_eq!(fs::read_to_string(&opened).expect("it is there"), told, "no other address was opened");

    build("three", "failed", LINK);
    let three = service.shown().await;
    service.press(three.id, "mute-feed").await;
    until("the feed is muted", async || (desktop.alerts().await[2]["answer"] == "feed muted").then_some(())).await;
    build("four", "failed", LINK);
    let alerts = desktop.alerts_are(&["acknowledged", "firing", "firing", "firing"]).await;
    assert_eq!(alerts[3]["announced"]["gate"], "muted");
    desktop.picture("buttons");
}
