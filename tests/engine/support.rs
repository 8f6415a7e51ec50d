//! What the tests share: a folder, an engine in it, a server that speaks SSE, a notifier that writes down.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex},
    time::Duration,
};

use streambell_engine::{
    Changes, Clock, Engine, Home, Notification, Notifier, Secrets, SecretsError, Setup, StartError,
    model::{Change, Feed, FeedDraft, Notify, Query, Status},
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpListener,
    sync::broadcast,
};

/// Long enough for a slow machine; a test that works never waits so long.
const PATIENCE: Duration = Duration::from_secs(20);

pub(crate) struct Folder(tempfile::TempDir);

impl Folder {
    pub(crate) fn new() -> Self {
        Self(tempfile::tempdir().expect("a temporary folder"))
    }

    pub(crate) fn home(&self) -> Home {
        Home::locate(Some(self.0.path().join("data"))).expect("a writable folder")
    }

    pub(crate) async fn start(&self) -> Bench {
        self.try_start().await.expect("the engine starts")
    }

    pub(crate) async fn try_start(&self) -> Result<Bench, StartError> {
        self.start_with(Arc::new(Ring::default())).await
    }

    pub(crate) async fn start_with(&self, secrets: Arc<dyn Secrets>) -> Result<Bench, StartError> {
        self.start_at(secrets, Clock::default()).await
    }

    pub(crate) async fn start_at(&self, secrets: Arc<dyn Secrets>, clock: Clock) -> Result<Bench, StartError> {
        self.start_as(true, secrets, clock).await
    }

    /// As a command does, that only asks and changes.
    pub(crate) async fn start_command(&self, clock: Clock) -> Result<Bench, StartError> {
        self.start_as(false, Arc::new(Ring::default()), clock).await
    }

    async fn start_as(&self, subscribe: bool, secrets: Arc<dyn Secrets>, clock: Clock) -> Result<Bench, StartError> {
        let rung = Rung::default();
        let notifier = Arc::new(rung.clone());
        let setup = Setup { home: self.home(), notifier, secrets, hub: None, clock, subscribe };
        Ok(Bench { engine: Engine::start(setup).await?, rung })
    }
}

/// An engine and what it rang.
pub(crate) struct Bench {
    pub(crate) engine: Engine,
    pub(crate) rung: Rung,
}

impl Bench {
    pub(crate) async fn add(&self, name: &str, url: &str, notify: Notify) -> Feed {
        let draft = FeedDraft { name: name.into(), url: url.into(), notify, ..FeedDraft::default() };
        self.engine.add_feed(draft).await.expect("the feed is added")
    }

    /// The data of the whole history, oldest first.
    pub(crate) async fn history(&self) -> Vec<String> {
        let page = self.engine.list_events(Query { limit: Some(1000), ..Query::default() }).await.expect("a page");
        page.events.iter().rev().map(|event| event.data.to_string()).collect()
    }

    /// Waits until the state of the engine is so.
    pub(crate) async fn until(&self, what: &str, fits: impl Fn(&streambell_engine::model::Snapshot) -> bool) {
        let (snapshot, mut changes) = self.engine.attach().await.expect("a snapshot");
        if fits(&snapshot) {
            return;
        }
        let wait = async {
            while changes.next().await.is_some() {
                let snapshot = self.engine.snapshot().await.expect("a snapshot");
                if fits(&snapshot) {
                    return;
                }
            }
            panic!("the engine ended before: {what}");
        };
        if tokio::time::timeout(PATIENCE, wait).await.is_err() {
            panic!("never happened: {what}; {:#?}", self.engine.snapshot().await);
        }
    }

    pub(crate) async fn until_events(&self, count: usize) {
        self.until("so many events", |snapshot| {
            snapshot.feeds.iter().map(|feed| feed.events.len()).sum::<usize>() >= count
        })
        .await;
    }

    /// Waits until so many notifications have rung.
    pub(crate) async fn until_rung(&self, count: usize) {
        let wait = async {
            while self.rung.all().len() < count {
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
        };
        assert!(tokio::time::timeout(PATIENCE, wait).await.is_ok(), "{count} never rang: {:#?}", self.rung.texts());
    }

    pub(crate) async fn until_open(&self) {
        self.until("a feed is open", |snapshot| matches!(snapshot.feeds[0].status, Status::Open { .. })).await;
    }

    /// The code with which the first feed stops or waits.
    pub(crate) async fn until_trouble(&self) -> (String, String) {
        let trouble = |status: &Status| match status {
            Status::Stopped { reason } | Status::Waiting { reason, .. } => {
                Some((reason.code.clone(), reason.message.clone()))
            }
            _ => None,
        };
        self.until("the feed is in trouble", |snapshot| trouble(&snapshot.feeds[0].status).is_some()).await;
        trouble(&self.engine.snapshot().await.expect("a snapshot").feeds[0].status).expect("still in trouble")
    }
}

/// The next change that is of interest.
pub(crate) async fn next<T>(changes: &mut Changes, wanted: impl Fn(&Change) -> Option<T>) -> T {
    let find = async {
        while let Some(change) = changes.next().await {
            if let Some(found) = wanted(&change) {
                return found;
            }
        }
        panic!("the engine ended")
    };
    tokio::time::timeout(PATIENCE, find).await.expect("the change comes")
}

/// Writes down what rings, and what is taken back.
#[derive(Clone, Default)]
pub(crate) struct Rung(Arc<Mutex<Vec<Notification>>>, Arc<Mutex<Vec<String>>>);

impl Notifier for Rung {
    fn notify(&self, notification: Notification) {
        self.0.lock().expect("no panic").push(notification);
    }

    fn withdraw(&self, tag: &str) {
        self.1.lock().expect("no panic").push(tag.to_owned());
    }

    fn over(&self, tag: &str) {
        self.withdraw(tag);
    }
}

impl Rung {
    pub(crate) fn all(&self) -> Vec<Notification> {
        self.0.lock().expect("no panic").clone()
    }

    /// The tags of what was taken back.
    pub(crate) fn withdrawn(&self) -> Vec<String> {
        self.1.lock().expect("no panic").clone()
    }

    pub(crate) fn texts(&self) -> Vec<(String, String)> {
        self.all().into_iter().map(|rung| (rung.title, rung.body)).collect()
    }
}

/// A key ring in memory that can be taken away.
#[derive(Default)]
pub(crate) struct Ring {
    pub(crate) kept: Mutex<HashMap<String, String>>,
    pub(crate) refuses: Mutex<Option<SecretsError>>,
}

impl Secrets for Ring {
    fn load(&self, account: &str) -> Result<Option<String>, SecretsError> {
        if let Some(error) = &*self.refuses.lock().expect("no panic") {
            return Err(error.clone());
        }
        Ok(self.kept.lock().expect("no panic").get(account).cloned())
    }

    fn store(&self, account: &str, secret: Option<&str>) -> Result<(), SecretsError> {
        if let Some(error) = &*self.refuses.lock().expect("no panic") {
            return Err(error.clone());
        }
        let mut kept = self.kept.lock().expect("no panic");
        match secret {
            Some(secret) => kept.insert(account.into(), secret.into()),
            None => kept.remove(account),
        };
        Ok(())
    }
}

/// A server that numbers what it is told to send, and replays it after a `Last-Event-ID`.
#[derive(Clone)]
pub(crate) struct Server {
    pub(crate) url: String,
    state: Arc<Mutex<State>>,
    sent: broadcast::Sender<()>,
}

#[derive(Default)]
struct State {
    blocks: Vec<String>,
    requests: Vec<String>,
    /// Replays everything.
    forgetful: bool,
    /// Sent instead of a stream.
    answer: Option<String>,
    /// Streams that were begun before are cut.
    epoch: u32,
}

impl Server {
    pub(crate) async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let url = format!("http://{}/feed", listener.local_addr().expect("an address"));
        let server = Self { url, state: Arc::default(), sent: broadcast::channel(16).0 };
        let serving = server.clone();
        tokio::spawn(async move {
            while let Ok((socket, _)) = listener.accept().await {
                tokio::spawn(serving.clone().serve(socket));
            }
        });
        server
    }

    /// Answers every request with these bytes from now on; none: with a stream again.
    pub(crate) fn answer(&self, head: &str) {
        self.state.lock().expect("no panic").answer = Some(head.replace('\n', "\r\n")).filter(|head| !head.is_empty());
    }

    /// From now on begins each stream from its beginning, whatever was read.
    pub(crate) fn forget(&self) {
        self.state.lock().expect("no panic").forgetful = true;
    }

    /// Sends an event of the type `message`.
    pub(crate) fn send(&self, data: &str) {
        self.send_block(&format!("data: {data}\n"));
    }

    /// Sends a block, numbered.
    pub(crate) fn send_block(&self, block: &str) {
        self.state.lock().expect("no panic").blocks.push(block.to_owned());
        let _ = self.sent.send(());
    }

    /// Breaks every stream off.
    pub(crate) fn cut(&self) {
        self.state.lock().expect("no panic").epoch += 1;
        let _ = self.sent.send(());
    }

    /// The heads of all requests, in lower case.
    pub(crate) fn requests(&self) -> Vec<String> {
        self.state.lock().expect("no panic").requests.clone()
    }

    async fn serve(self, mut socket: tokio::net::TcpStream) {
        let mut head = Vec::new();
        while !head.ends_with(b"\r\n\r\n") {
            let Ok(byte) = socket.read_u8().await else { return };
            head.push(byte);
        }
        let head = String::from_utf8_lossy(&head).to_lowercase();
        let seen = head.lines().find_map(|line| line.strip_prefix("last-event-id: "));
        let forgetful = self.state.lock().expect("no panic").forgetful;
        let mut next: usize = seen.filter(|_| !forgetful).and_then(|id| id.trim().parse().ok()).unwrap_or(0);
        let mut sent = self.sent.subscribe();
        let (answer, epoch) = {
            let mut state = self.state.lock().expect("no panic");
            state.requests.push(head.clone());
            (state.answer.clone(), state.epoch)
        };
        if let Some(answer) = answer {
            let _ = socket.write_all(answer.as_bytes()).await;
            return;
        }
        let _ = socket.write_all(b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n\r\nretry: 1\n\n").await;
        loop {
            let blocks: Vec<String> = {
                let state = self.state.lock().expect("no panic");
                if state.epoch != epoch {
                    return;
                }
                state.blocks.iter().skip(next).cloned().collect()
            };
            for block in blocks {
                next += 1;
                if socket.write_all(format!("id: {next}\n{block}\n").as_bytes()).await.is_err() {
                    return;
                }
            }
            let _ = sent.recv().await;
        }
    }
}
