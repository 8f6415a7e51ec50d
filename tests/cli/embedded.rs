//! The embedded hub as the user's preferences have it, while the program runs.

use std::{net::TcpListener, path::Path, process::Stdio, sync::Arc, time::Instant};

use serde_json::{Value, json};
use streambell_cli::{
    demo::{ensure_demo, follow_hub},
    hub::EmbeddedHub,
};
use streambell_engine::{
    Clock, Engine, EngineError, NoNotifier, Setup,
    model::{Change, FeedDraft, HubInfo, HubTopic, Preferences, Snapshot, Status},
};
use tokio::time::timeout;

use crate::support::{PATIENCE, Ring, Running, engine, home, output, streambell};

/// Ten free ports in a row are likely above one that was free.
fn free_port() -> u16 {
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    port.min(u16::MAX - 10)
}

fn at(port: u16) -> HubInfo {
    HubInfo { url: format!("http://127.0.0.1:{port}") }
}

async fn set(engine: &Engine, change: impl FnOnce(&mut Preferences)) -> Result<(), EngineError> {
    let mut preferences = engine.snapshot().await?.preferences;
    change(&mut preferences);
    engine.set_preferences(preferences).await
}

/// Waits until the state of the engine is so.
async fn until(engine: &Engine, what: &str, fits: impl Fn(&Snapshot) -> bool) -> Snapshot {
    let wait = async {
        let (mut snapshot, mut changes) = engine.attach().await.unwrap();
        while !fits(&snapshot) {
            changes.next().await.unwrap();
            snapshot = engine.snapshot().await.unwrap();
        }
        snapshot
    };
    timeout(PATIENCE, wait).await.unwrap_or_else(|_| panic!("never happened: {what}"))
}

fn publish(folder: &Path, hub: &HubInfo, message: &str) {
    let (code, _, stderr) = output(streambell(folder, &["publish", "backups", message, "--hub", &hub.url]));
    assert_eq!(code, 0, "{stderr}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_hub_is_turned_off_moved_and_turned_on_while_feeds_read_from_it() {
    let folder = tempfile::tempdir().unwrap();
    let home = home(folder.path());
    let (first, second) = (free_port(), free_port());
    // As a command of an earlier day left it.
    let command = engine(&home).await;
    set(&command, |preferences| preferences.hub_port = first).await.unwrap();
    command.shutdown().await;

    let hub = Arc::new(EmbeddedHub::new(&home));
    let engine = Engine::start(Setup {
        home,
        notifier: Arc::new(NoNotifier),
        secrets: Arc::new(Ring::default()),
        hub: Some(hub.clone()),
        clock: Clock::default(),
        subscribe: true,
    })
    .await
    .unwrap();
    assert_eq!(engine.hub(), Some(at(first)));
    ensure_demo(&engine, &at(first).url, true).await.unwrap();
    let follower = tokio::spawn(follow_hub(engine.clone()));
    let url = format!("{}/backups/sse", at(first).url);
    let feed = engine.add_feed(FeedDraft { name: "Backups".into(), url, ..FeedDraft::default() }).await.unwrap().id;
    let stands = |snapshot: &Snapshot| {
        let state = snapshot.feeds.iter().find(|state| state.feed.id == feed).unwrap();
        (matches!(state.status, Status::Open { .. }), state.events.len())
    };
    until(&engine, "the feed is open", |snapshot| stands(snapshot).0).await;
    publish(folder.path(), &at(first), "one");
    until(&engine, "a publish arrives", |snapshot| stands(snapshot) == (true, 1)).await;
    let HubTopic { name, events, subscribers, .. } = engine.hub_topics().await.unwrap().remove(0);
    assert_eq!((name.as_str(), events, subscribers), ("backups", 1, 1));

    // Off: streams end, the port is free, nothing can be asked of it.
    let (_, mut changes) = engine.attach().await.unwrap();
    set(&engine, |preferences| preferences.hub = false).await.unwrap();
    let told = async {
        loop {
            if let Some(Change::Hub { hub }) = changes.next().await.as_deref() {
                return hub.clone();
            }
        }
    };
    assert_eq!(timeout(PATIENCE, told).await.unwrap(), None);
    until(&engine, "the feed waits", |snapshot| !stands(snapshot).0).await;
    drop(TcpListener::bind(("127.0.0.1", first)).unwrap());
    assert_eq!(engine.hub_topics().await.unwrap_err().code(), "no_hub");

    // On, where something else listens meanwhile: a neighbour, and a notice until that is over.
    let taken = TcpListener::bind(("127.0.0.1", second)).unwrap();
    set(&engine, |preferences| (preferences.hub, preferences.hub_port) = (true, second)).await.unwrap();
    let moved = until(&engine, "it runs beside its port", |snapshot| snapshot.hub.is_some()).await;
    assert_ne!(moved.hub, Some(at(second)));
    let codes =
        |snapshot: &Snapshot| snapshot.notices.iter().map(|notice| notice.reason.code.clone()).collect::<Vec<_>>();
    assert_eq!(codes(&moved), ["hub_moved"]);
    let demo = format!("{}/demo/price", moved.hub.unwrap().url);
    until(&engine, "the demo feeds follow", |snapshot| snapshot.feeds.iter().any(|state| state.feed.url == demo)).await;
    drop(taken);

    // Back where it was: the feed goes on, with what was published before.
    set(&engine, |preferences| preferences.hub_port = first).await.unwrap();
    let back = until(&engine, "it is back", |snapshot| snapshot.hub == Some(at(first))).await;
    assert!(codes(&back).is_empty());
    publish(folder.path(), &at(first), "two");
    until(&engine, "the feed goes on", |snapshot| stands(snapshot) == (true, 2)).await;

    tokio::join!(engine.shutdown(), hub.shutdown());
    timeout(PATIENCE, follower).await.unwrap().unwrap();
}

#[test]
fn settings_turn_the_hub_off_and_refuse_a_port_that_cannot_be_one() {
    let folder = tempfile::tempdir().unwrap();
    let settings = |change: &str| output(streambell(folder.path(), &["settings", change]));
    let hub = |stdout: &str| {
        let settings: Value = serde_json::from_str(stdout).unwrap();
        json!([settings["hub"], settings["hub_port"]])
    };
    let (code, stdout, stderr) = settings(r#"{"hub":false}"#);
    assert_eq!((code, hub(&stdout)), (0, json!([false, 7788])), "{stderr}");
    let (code, stdout, stderr) = settings(r#"{"hub_port":65535}"#);
    assert_eq!((code, hub(&stdout)), (0, json!([false, 65535])), "{stderr}");
    for port in ["80", "1023", "65536", "-1", "\"many\""] {
        let (code, stdout, stderr) = settings(&format!(r#"{{"hub_port":{port}}}"#));
        assert_eq!((code, stdout.as_str()), (1, ""), "{port}: {stderr}");
    }
    let (_, stdout, _) = output(streambell(folder.path(), &["settings"]));
    assert_eq!(hub(&stdout), json!([false, 65535]));
}

#[test]
fn a_running_program_does_as_its_settings_say() {
    let folder = tempfile::tempdir().unwrap();
    let port = free_port();
    let set = |change: Value| {
        let (code, _, stderr) = output(streambell(folder.path(), &["settings", &change.to_string()]));
        assert_eq!(code, 0, "{stderr}");
    };
    // Another process cannot tell when it has moved.
    let answers = |port: u16, wanted: bool| {
        let deadline = Instant::now() + PATIENCE;
        let publish = || output(streambell(folder.path(), &["publish", "backups", "done", "--hub", &at(port).url])).0;
        while (publish() == 0) != wanted {
            assert!(Instant::now() < deadline, "{port} answers: {}", !wanted);
        }
    };
    set(json!({ "hub_port": port }));
    let mut run = streambell(folder.path(), &["run"]);
    let _running = Running(run.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap());
    answers(port, true);
    set(json!({ "hub": false }));
    answers(port, false);
    let another = free_port();
    set(json!({ "hub": true, "hub_port": another }));
    answers(another, true);
    answers(port, false);
}
