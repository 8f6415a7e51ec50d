//! What panics is given up, and nothing else: the other feeds go on, and nothing that was promised is lost.

use std::sync::{
    Arc,
    atomic::{AtomicBool, AtomicI64, AtomicU32, Ordering::SeqCst},
};

use streambell_engine::{
    Clock, Engine, HubFuture, HubHost, HubStanding, HubWish, Notification, Notifier, Secrets, SecretsError, Setup,
    model::{Auth, FeedDraft, HubTopic, Notify, Reason, Span, Status},
};

use crate::support::{Bench, Folder, Ring, Rung, Server};

/// Rings, but for one feed.
struct Touchy(Rung, &'static str);

impl Notifier for Touchy {
    fn notify(&self, notification: Notification) {
        assert_ne!(notification.feed.0, self.1, "this feed breaks the notifier");
        self.0.notify(notification);
    }

    fn withdraw(&self, tag: &str) {
        self.0.withdraw(tag);
    }

    fn over(&self, tag: &str) {
        self.0.over(tag);
    }
}

/// Tells the time, but for the next time it is asked when it is wound up.
fn brittle(wound: &Arc<AtomicBool>) -> Clock {
    let wound = wound.clone();
    Clock::new(move || {
        assert!(!wound.swap(false, SeqCst), "the clock breaks");
        1_790_000_000_000
    })
}

async fn start(folder: &Folder, change: impl FnOnce(&mut Setup)) -> Bench {
    let rung = Rung::default();
    let mut setup = Setup {
        home: folder.home(),
        notifier: Arc::new(rung.clone()),
        secrets: Arc::new(Ring::default()),
        hub: None,
        clock: Clock::default(),
        subscribe: true,
    };
    change(&mut setup);
    Bench { engine: Engine::start(setup).await.expect("it starts"), rung }
}

fn is_open(status: &Status) -> bool {
    matches!(status, Status::Open { .. })
}

fn is_broken(status: &Status) -> bool {
    matches!(status, Status::Stopped { reason } if reason.code == "internal_error" && reason.message.contains("streambell log"))
}

#[tokio::test]
async fn a_feed_that_breaks_the_notifier_is_stopped_and_the_others_ring_on() {
    let (folder, good, bad) = (Folder::new(), Server::start().await, Server::start().await);
    let rung = Rung::default();
    let bench = start(&folder, |setup| setup.notifier = Arc::new(Touchy(rung.clone(), "bad"))).await;
    let bench = Bench { rung, ..bench };
    let feed = bench.add("Bad", &bad.url, Notify::All).await;
    bench.add("Good", &good.url, Notify::All).await;
    bench.until("both are open", |snapshot| snapshot.feeds.iter().all(|feed| is_open(&feed.status))).await;
    bad.send("breaks");
    bench.until("it is stopped", |snapshot| is_broken(&snapshot.feeds[0].status)).await;
    bad.send("comes while it is stopped");
    good.send("rings");
    bench.until_rung(1).await;
    assert_eq!(bench.rung.texts(), [("Good".to_owned(), "rings".to_owned())]);
    let snapshot = bench.engine.snapshot().await.expect("a snapshot");
    assert!(is_open(&snapshot.feeds[1].status) && is_broken(&snapshot.feeds[0].status), "{:?}", snapshot.feeds);
    assert_eq!(snapshot.alerts.len(), 2, "what could not be announced is in the list");

    // The user resumes it, and nobody is to be rung: what came meanwhile is there, and nothing twice.
    let draft = FeedDraft { name: "Bad".into(), url: bad.url.clone(), notify: Notify::None, ..FeedDraft::default() };
    bench.engine.update_feed(feed.id, draft).await.expect("changed");
    bench.until_events(3).await;
    let mut history = bench.history().await;
    history.sort();
    assert_eq!(history, ["breaks", "comes while it is stopped", "rings"]);
    bench.engine.shutdown().await;
}

#[tokio::test]
async fn an_event_at_which_the_engine_breaks_is_replayed_when_the_feed_is_resumed() {
    let (folder, server, other) = (Folder::new(), Server::start().await, Server::start().await);
    let wound = Arc::new(AtomicBool::new(false));
    let bench = start(&folder, |setup| setup.clock = brittle(&wound)).await;
    let feed = bench.add("One", &server.url, Notify::Rules).await;
    bench.add("Other", &other.url, Notify::Rules).await;
    bench.until("both are open", |snapshot| snapshot.feeds.iter().all(|feed| is_open(&feed.status))).await;
    server.send("before");
    bench.until_events(1).await;
    wound.store(true, SeqCst);
    server.send("breaks");
    bench.until("it is stopped", |snapshot| is_broken(&snapshot.feeds[0].status)).await;
    other.send("goes on");
    bench.until_events(2).await;
    server.send("after");
    bench.engine.retry_feed(feed.id).await.expect("tried");
    bench.until_events(4).await;
    let mut history = bench.history().await;
    history.sort();
    assert_eq!(history, ["after", "before", "breaks", "goes on"]);
    bench.engine.shutdown().await;
}

#[tokio::test]
async fn a_request_that_breaks_is_answered_and_told_and_the_next_is_carried_out() {
    let (folder, server) = (Folder::new(), Server::start().await);
    let wound = Arc::new(AtomicBool::new(false));
    let bench = start(&folder, |setup| setup.clock = brittle(&wound)).await;
    let feed = bench.add("One", &server.url, Notify::Rules).await;
    bench.until_open().await;
    let hour: Span = "1h".parse().expect("a span");
    wound.store(true, SeqCst);
    let error = bench.engine.mute_feed(feed.id.clone(), Some(hour)).await.expect_err("it broke");
    assert_eq!(error.code(), "internal_error");
    let snapshot = bench.engine.snapshot().await.expect("a snapshot");
    assert_eq!(
        snapshot.notices.iter().map(|notice| notice.reason.code.as_str()).collect::<Vec<_>>(),
        ["internal_error"]
    );
    assert!(is_open(&snapshot.feeds[0].status) && snapshot.feeds[0].muted_until.is_none());
    bench.engine.mute_feed(feed.id, Some(hour)).await.expect("it goes on");
    server.send("goes on");
    bench.until_events(1).await;
    bench.engine.shutdown().await;
}

/// Breaks whoever asks for a secret.
struct BrokenRing;

impl Secrets for BrokenRing {
    fn load(&self, account: &str) -> Result<Option<String>, SecretsError> {
        panic!("the key ring breaks at {account}")
    }

    fn store(&self, _account: &str, _secret: Option<&str>) -> Result<(), SecretsError> {
        Ok(())
    }
}

#[tokio::test]
async fn a_feed_whose_secrets_break_the_key_ring_is_stopped_and_the_others_go_on() {
    let (folder, server) = (Folder::new(), Server::start().await);
    let bench = start(&folder, |setup| setup.secrets = Arc::new(Ring::default())).await;
    let auth = Some(Auth::Bearer { token: Some("t".into()) });
    let draft = FeedDraft { name: "Secret".into(), url: server.url.clone(), auth, ..FeedDraft::default() };
    bench.engine.add_feed(draft).await.expect("added");
    bench.add("Open", &server.url, Notify::Rules).await;
    bench.engine.shutdown().await;
    let bench = start(&folder, |setup| setup.secrets = Arc::new(BrokenRing)).await;
    bench
        .until("the one is stopped and the other open", |snapshot| {
            let stopped =
                matches!(&snapshot.feeds[0].status, Status::Stopped { reason } if reason.code == "key_ring_failed");
            stopped && is_open(&snapshot.feeds[1].status)
        })
        .await;
    bench.engine.shutdown().await;
}

/// Breaks at every wish.
struct BrokenHub;

impl HubHost for BrokenHub {
    fn keep(&self, wish: HubWish) -> HubFuture<'_, HubStanding> {
        Box::pin(async move { panic!("the hub breaks at {wish:?}") })
    }

    fn topics(&self) -> HubFuture<'_, Result<Vec<HubTopic>, Reason>> {
        Box::pin(async { Ok(Vec::new()) })
    }
}

#[tokio::test]
async fn a_hub_that_breaks_is_told_and_all_else_runs() {
    let (folder, server) = (Folder::new(), Server::start().await);
    let bench = start(&folder, |setup| setup.hub = Some(Arc::new(BrokenHub))).await;
    bench.add("One", &server.url, Notify::Rules).await;
    bench.until_open().await;
    let snapshot = bench.engine.snapshot().await.expect("a snapshot");
    assert_eq!(snapshot.notices[0].reason.code, "internal_error");
    bench.engine.shutdown().await;
}

#[tokio::test]
async fn time_that_breaks_rests_and_requests_are_answered_meanwhile() {
    let (folder, server) = (Folder::new(), Server::start().await);
    let (broken, told) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicI64::new(1_790_000_000_000)));
    let asked = Arc::new(AtomicU32::new(0));
    let clock = {
        let (broken, told, asked) = (broken.clone(), told.clone(), asked.clone());
        Clock::new(move || {
            if broken.load(SeqCst) {
                asked.fetch_add(1, SeqCst);
                panic!("the clock breaks");
            }
            told.load(SeqCst)
        })
    };
    let bench = start(&folder, |setup| setup.clock = clock).await;
    let feed = bench.add("One", &server.url, Notify::Rules).await;
    bench.until_open().await;
    // Something is due all the time from now on, and cannot be looked at.
    bench.engine.mute_feed(feed.id, Some("1m".parse().expect("a span"))).await.expect("muted");
    told.fetch_add(120_000, SeqCst);
    broken.store(true, SeqCst);
    for _ in 0..100 {
        assert_eq!(
            bench.engine.feeds().await.map(|feeds| feeds.len()).map_err(|error| error.code().to_owned()),
            Err("internal_error".into())
        );
    }
    assert!(asked.load(SeqCst) < 1000, "it does nothing else: {asked:?}");
    broken.store(false, SeqCst);
    assert_eq!(bench.engine.feeds().await.expect("it answers").len(), 1);
    bench.engine.shutdown().await;
}
