use std::{fs, path::Path, time::Duration};

use tokio::time::Instant;

use crate::support::{Desktop, Feed, Page, until};

const TOKEN: &str = "tr0ub4dor-and-3";

#[tokio::test]
async fn after_a_restart_everything_is_found_and_nothing_is_missed() {
    let desktop = Desktop::start().await;
    let feed = Feed::start().await;
    let program = desktop.launch(&["--hidden"]);
    desktop.running().await;
    let file = desktop.home().join("token");
    fs::write(&file, TOKEN).expect("the folder can be written");
    let args = ["feeds", "add", "--name", "Builds", "--url", &feed.url("/events"), "--notify", "all", "--bearer-file"];
    desktop.streambell(&[&args, [file.to_str().expect("it is text")].as_slice()].concat()).await;
    fs::remove_file(&file).expect("it is there");
    feed.send(r#"{"title":"Build 1","message":"needle"}"#);
    feed.send(r#"{"title":"Build 2","message":"hay"}"#);
    desktop.notification("Build 2").await;
    let start = Instant::now();
    assert_eq!(desktop.terminate(program).await, Some(0));
    assert!(start.elapsed() < Duration::from_secs(3), "who logs out does not wait: {:?}", start.elapsed());

    feed.send(r#"{"title":"Build 3","message":"sent while nobody listened"}"#);
    let page = Page::open(&desktop).await;
    page.find("[data-testid='card'][data-feed='builds'][data-status='open']").await;
    page.reads("[data-testid='card-unread']", "3").await;
    page.reads("[data-testid='alerts-badge']", "3").await;
    desktop.notification("Build 3").await;
    let rings = desktop.shown().iter().filter(|shown| shown.title == "Build 1").count();
    assert_eq!(rings, 1, "what has rung does not ring again at a start");
    let requests = feed.requests();
    let again = requests.last().expect("it asked").to_lowercase();
    assert!(again.contains("\r\nlast-event-id: 2\r\n"), "{again}");
    assert!(again.contains(&format!("\r\nauthorization: bearer {TOKEN}\r\n")), "{again}");

    page.click("nav-history").await;
    page.write("search", "needle").await;
    until("one event is found", async || (page.all("[data-testid='event-row']").await.len() == 1).then_some(())).await;
    page.reads("[data-testid='event-row']", "Build 1").await;
    desktop.picture("restart");
}

#[tokio::test]
async fn a_secret_is_in_the_key_ring_and_nowhere_else() {
    let desktop = Desktop::start().await;
    let feed = Feed::start().await;
    let page = Page::open(&desktop).await;
    page.add_feed_with_token(&feed.url("/events"), TOKEN).await;
    page.find("[data-testid='settings-feed'][data-status='open']").await;
    let kept = until("the key ring has it", async || {
        let (_, kept) = desktop.run("secret-tool", &["search", "--all", "service", "streambell"]).await;
        kept.contains(TOKEN).then_some(kept)
    })
    .await;
    assert!(kept.contains("secret = "), "{kept}");
    assert!(!desktop.streambell(&["export"]).await.contains(TOKEN), "the export holds it");
    for file in files(desktop.home()) {
        let bytes = fs::read(&file).expect("it can be read");
        assert!(!bytes.windows(TOKEN.len()).any(|part| part == TOKEN.as_bytes()), "{} holds it", file.display());
    }
}

fn files(folder: &Path) -> Vec<std::path::PathBuf> {
    let entries = fs::read_dir(folder).expect("it is there").map(|entry| entry.expect("it can be read").path());
    let files: Vec<_> = entries.filter(|path| path.is_file()).collect();
    assert!(files.iter().any(|file| file.ends_with("streambell.db")), "{files:?}");
    files
}
