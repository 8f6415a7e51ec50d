//! A panic in a program that lives: in its log, and told at the next start. A process of its own, because the hook is
//! the process's.
#![allow(clippy::unwrap_used, missing_docs)]

use std::{fs, path::Path, sync::Arc};

use streambell_cli::{keep_log, log_to_stderr, recent_log};
use streambell_engine::{
    Clock, Crash, Engine, Home, HubFuture, HubHost, HubStanding, HubWish, NoNotifier, Setup, key_ring,
    model::{HubTopic, Notice, Reason},
};

/// Breaks when it is to run.
struct BrokenHub;

impl HubHost for BrokenHub {
    fn keep(&self, _wish: HubWish) -> HubFuture<'_, HubStanding> {
        Box::pin(async { panic!("cannot reach https://ann:pa55word@hub.example/x?token=s3cret") })
    }

    fn topics(&self) -> HubFuture<'_, Result<Vec<HubTopic>, Reason>> {
        Box::pin(async { Ok(Vec::new()) })
    }
}

/// What a start has to tell.
async fn start(home: &Home, subscribe: bool, hub: Option<Arc<dyn HubHost>>) -> Vec<Notice> {
    let home = home.clone();
    let (notifier, secrets, clock) = (Arc::new(NoNotifier), key_ring(), Clock::default());
    let engine = Engine::start(Setup { home, notifier, secrets, hub, clock, subscribe }).await.unwrap();
    let notices = engine.snapshot().await.unwrap().notices;
    engine.shutdown().await;
    notices
}

fn codes(notices: &[Notice]) -> Vec<&str> {
    notices.iter().map(|notice| notice.reason.code.as_str()).collect()
}

fn is_harmless(text: &str) -> bool {
    text.contains("https://hub.example/x?…") && !text.contains("pa55word") && !text.contains("s3cret")
}

fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap()
}

#[tokio::test]
async fn a_panic_is_logged_and_told_once_at_the_next_start() {
    let folder = tempfile::tempdir().unwrap();
    let home = Home::locate(Some(folder.path().to_owned())).unwrap();
    log_to_stderr("info");
    keep_log(&home, "streambell");
    assert_eq!(codes(&start(&home, true, Some(Arc::new(BrokenHub))).await), ["internal_error"]);

    let logged = read(&home.logs().join("streambell.log"));
    assert!(logged.contains("ERROR") && logged.contains("panicked") && logged.contains("panics.rs:"), "{logged}");
    assert!(is_harmless(&logged), "{logged}");
    assert_eq!(logged.lines().collect::<Vec<_>>(), recent_log(), "what is kept in memory is what is in the file");
    let left = Crash::left(&home).unwrap();
    assert!(is_harmless(&left.message) && left.place.contains("panics.rs:"), "{left:?}");

    // The first is nearest to the cause.
    assert!(std::thread::spawn(|| panic!("another")).join().is_err());
    assert!(read(&home.logs().join("streambell.log")).contains("another"));
    assert_eq!(Crash::left(&home), Some(left));

    assert_eq!(codes(&start(&home, false, None).await), [""; 0], "a command has nobody to tell");
    let notices = start(&home, true, None).await;
    assert_eq!(codes(&notices), ["crashed"]);
    let told = &notices[0].reason.message;
    assert!(is_harmless(told) && told.contains(&home.logs().display().to_string()), "{told}");
    assert_eq!(codes(&start(&home, true, None).await), [""; 0], "it is told once");
}
