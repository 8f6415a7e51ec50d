//! From a server to the notification service over hours and restarts that no test waits for: the program without its
//! window, whose clock the test holds.

use std::{
    fs,
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering::SeqCst},
    },
};

use serde_json::json;
use streambell_cli::desktop_notify::DesktopNotifier;
use streambell_engine::{
    Clock, Engine, Setup,
    model::{Alert, Preferences, QuietHours, Snapshot, Status, Urgency, Weekday},
};
use tempfile::TempDir;

use super::{
    feed::Feed,
    on_a_bus,
    service::{ALL, Service},
};
use crate::support::{Ring, home};

const SECOND: i64 = 1000;
const HOUR: i64 = 3600 * SECOND;

/// How a run of the program ends.
#[derive(Debug, Clone, Copy)]
enum End {
    InGoodOrder,
    ByAPowerCut,
}

/// The program, its data and its clock, which stands still unless it is moved: a Saturday afternoon.
struct Run {
    folder: TempDir,
    engine: Engine,
    clock: Arc<AtomicI64>,
}

impl Run {
    async fn start() -> Self {
        let clock = Arc::new(AtomicI64::new(1_795_262_400_000));
        Self::start_in(tempfile::tempdir().unwrap(), clock).await
    }

    async fn start_in(folder: TempDir, clock: Arc<AtomicI64>) -> Self {
        let hands = clock.clone();
        let setup = Setup {
            home: home(folder.path()),
            notifier: Arc::new(DesktopNotifier::start(|_| {})),
            secrets: Arc::new(Ring::default()),
            hub: None,
            clock: Clock::new(move || hands.load(SeqCst)),
            subscribe: true,
        };
        Self { folder, engine: Engine::start(setup).await.unwrap(), clock }
    }

    /// Ends, and starts again on what it left.
    async fn again(self, end: End) -> Self {
        let folder = match end {
            End::InGoodOrder => {
                self.engine.shutdown().await;
                self.folder
            }
            End::ByAPowerCut => {
                let left = tempfile::tempdir().unwrap();
                copy(self.folder.path(), left.path());
                self.engine.shutdown().await;
                left
            }
        };
        Self::start_in(folder, self.clock).await
    }

    async fn import(&self, document: serde_json::Value) {
        self.engine.import(document.to_string()).await.unwrap();
    }

    fn now(&self) -> i64 {
        self.clock.load(SeqCst)
    }

    /// Time passes, and the program looks at its clock.
    async fn pass(&self, millis: i64) {
        self.clock.fetch_add(millis, SeqCst);
        for _ in 0..2 {
            self.engine.feeds().await.unwrap();
        }
    }

    /// Waits until its state is so.
    async fn until(&self, fits: impl Fn(&Snapshot) -> bool) -> Vec<Alert> {
        let (mut snapshot, mut changes) = self.engine.attach().await.unwrap();
        while !fits(&snapshot) {
            let changed = tokio::time::timeout(crate::support::PATIENCE, changes.next()).await;
            assert!(changed.is_ok(), "{snapshot:#?}");
            snapshot = self.engine.snapshot().await.unwrap();
        }
        snapshot.alerts
    }
}

/// What is on the disk at this moment.
fn copy(from: &Path, to: &Path) {
    for entry in fs::read_dir(from).unwrap().map(Result::unwrap) {
        if entry.file_type().unwrap().is_file() {
            fs::copy(entry.path(), to.join(entry.file_name())).unwrap();
        }
    }
}

on_a_bus! {
    async fn quiet_hours_end_with_a_digest_whatever_ends_the_program_meanwhile() {
        let (mut service, feed, mut run) = (Service::start(ALL).await, Feed::start().await, Run::start().await);
        run.import(json!({"version": 1, "feeds": [{"name": "Shop", "url": feed.url("/events")}], "rules": [
            {"name": "Order", "when": {"text": {"matches": "^order"}}},
            {"name": "Fire", "when": {"text": {"matches": "^fire"}}, "notify": {"urgency": "critical"}},
        ]})).await;
        let weekend = QuietHours {
            days: vec![Weekday::Friday, Weekday::Saturday, Weekday::Sunday],
            from: "00:00".parse().unwrap(),
            to: "00:00".parse().unwrap(),
            except: Some(Urgency::Critical),
        };
        run.engine.set_preferences(Preferences { quiet_hours: vec![weekend], ..Preferences::default() }).await.unwrap();
        feed.send("order 1");
        feed.send("fire");
        let fire = service.shown().await;
        assert_eq!((fire.title.as_str(), fire.body.as_str()), ("Fire", "fire"), "what presses does not wait");
        for (number, end) in [End::InGoodOrder, End::ByAPowerCut].into_iter().enumerate() {
            run.until(|snapshot| snapshot.alerts.len() == number + 2).await;
            run = run.again(end).await;
            // What comes at once would have come while nobody listened.
            run.until(|snapshot| matches!(snapshot.feeds[0].status, Status::Open { .. })).await;
            run.pass(5 * SECOND).await;
            feed.send(&format!("order {}", number + 2));
        }
        run.until(|snapshot| snapshot.alerts.len() == 4).await;
        for _ in 0..3 {
            run.pass(24 * HOUR).await;
        }
        let digest = service.shown().await;
        assert_eq!((digest.title.as_str(), digest.body.as_str()), ("Quiet hours are over", "3 alerts of Shop: Order (3)"));
        assert_eq!(service.screen().len(), 2, "the fire and the digest");
    }

    async fn silence_goes_on_whatever_ends_the_program_meanwhile() {
        for end in [End::InGoodOrder, End::ByAPowerCut] {
            let (mut service, feed, run) = (Service::start(ALL).await, Feed::start().await, Run::start().await);
            run.import(json!({"version": 1, "feeds": [{"name": "Sensor", "url": feed.url("/events")}], "rules": [
                {"name": "Silent", "feed": "sensor", "when": {"silent_for": "5m"}},
            ]})).await;
            feed.send("21 degrees");
            run.until(|snapshot| snapshot.feeds[0].unread == 1).await;
            let since = run.now();
            run.pass(200 * SECOND).await;
            let run = run.again(end).await;
            run.until(|snapshot| matches!(snapshot.feeds[0].status, Status::Open { .. })).await;
            run.pass(99 * SECOND).await;
            assert!(run.until(|_| true).await.is_empty(), "{end:?}: 299 seconds");
            run.pass(SECOND).await;
            assert_eq!(service.shown().await.title, "Silent");
            let alerts = run.until(|snapshot| snapshot.alerts.len() == 1).await;
            assert_eq!(alerts[0].at, since + 300 * SECOND, "{end:?}: since the last event, not since the start");
            run.engine.shutdown().await;
            service.stop().await;
        }
    }
}
