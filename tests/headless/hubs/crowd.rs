//! Many who publish and subscribe at several hubs, and what each of them must see.

use std::{
    collections::HashSet,
    net::SocketAddr,
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    runtime::Runtime,
    sync::{Notify, watch},
    task::JoinSet,
    time::timeout,
};

/// Longer than anything takes on a machine that is busy.
const PATIENCE: Duration = Duration::from_secs(120);
/// How long a hub may take over an answer before another is asked.
const ANSWER: Duration = Duration::from_secs(5);

/// How many of each, in all; messages of each publisher. Publishers and subscribers are spread over the topics.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Plan {
    pub(crate) topics: usize,
    pub(crate) publishers: usize,
    pub(crate) subscribers: usize,
    pub(crate) messages: usize,
}

pub(crate) struct Crowd {
    runtime: Runtime,
    plan: Plan,
    state: Arc<State>,
    publishers: JoinSet<()>,
    subscribers: JoinSet<Vec<Event>>,
    /// Says that each subscriber may end when it has seen the last event of its topic.
    last: watch::Sender<Option<Vec<String>>>,
}

struct State {
    hubs: Vec<SocketAddr>,
    /// By topic: what was acknowledged, with its id.
    acknowledged: Vec<Mutex<Vec<Event>>>,
    count: AtomicUsize,
    more: Notify,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Event {
    id: String,
    text: String,
}

impl Crowd {
    /// Starts them all; subscribers come first.
    pub(crate) fn start(plan: Plan, hubs: &[SocketAddr]) -> Self {
        let runtime = Runtime::new().unwrap();
        let state = Arc::new(State {
            hubs: hubs.to_vec(),
            acknowledged: (0..plan.topics).map(|_| Mutex::default()).collect(),
            count: AtomicUsize::new(0),
            more: Notify::new(),
        });
        let last = watch::Sender::new(None);
        let (mut publishers, mut subscribers) = (JoinSet::new(), JoinSet::new());
        let listening = Arc::new(AtomicUsize::new(0));
        for nth in 0..plan.subscribers {
            let subscriber = Subscriber {
                state: state.clone(),
                topic: nth % plan.topics,
                hub: nth,
                last: last.subscribe(),
                seen: Vec::new(),
                listening: Some(listening.clone()),
            };
            subscribers.spawn_on(subscriber.run(), runtime.handle());
        }
        runtime.block_on(async {
            while listening.load(Ordering::SeqCst) < plan.subscribers {
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
        });
        for nth in 0..plan.publishers {
            publishers.spawn_on(publish(state.clone(), nth, plan), runtime.handle());
        }
        Self { runtime, plan, state, publishers, subscribers, last }
    }

    /// Waits until so many more messages have been acknowledged than now.
    pub(crate) fn until_acknowledged_more(&self, count: usize) {
        let wanted = self.state.count.load(Ordering::SeqCst) + count;
        let wanted = wanted.min(self.plan.publishers * self.plan.messages);
        self.runtime.block_on(async {
            let enough = async {
                loop {
                    let more = self.state.more.notified();
                    if self.state.count.load(Ordering::SeqCst) >= wanted {
                        return;
                    }
                    more.await;
                }
            };
            timeout(PATIENCE, enough).await.expect("publishing does not go on");
        });
    }

    /// Waits for everyone, and looks at what each subscriber saw: every acknowledged message, once and in order.
    pub(crate) fn finish(mut self) {
        let (state, plan) = (self.state.clone(), self.plan);
        let seen = self.runtime.block_on(async {
            timeout(PATIENCE, async {
                while let Some(ended) = self.publishers.join_next().await {
                    ended.unwrap();
                }
                let mut last = Vec::new();
                for topic in 0..plan.topics {
                    last.push(state.post(topic, 0, "the last").await);
                }
                self.last.send_replace(Some(last));
                let mut seen = Vec::new();
                while let Some(ended) = self.subscribers.join_next().await {
                    seen.push(ended.unwrap());
                }
                seen
            })
            .await
            .expect("the subscribers do not see everything")
        });
        assert_eq!(seen.len(), plan.subscribers);
        for events in seen {
            // Its topic is that of its last event.
            let last = events.last().unwrap();
            let acknowledged = state
                .acknowledged
                .iter()
                .map(|topic| topic.lock().unwrap())
                .find(|topic| topic.contains(last))
                .unwrap();
            let ids: Vec<(u64, u64)> = events.iter().map(|event| order(&event.id)).collect();
            assert!(ids.is_sorted_by(|a, b| a < b), "twice, or out of order: {ids:?}");
            let events: HashSet<(&str, &str)> = events.iter().map(|it| (it.id.as_str(), it.text.as_str())).collect();
            let missed: Vec<_> =
                acknowledged.iter().filter(|it| !events.contains(&(it.id.as_str(), it.text.as_str()))).collect();
            assert!(missed.is_empty(), "{} of {} were missed: {missed:?}", missed.len(), acknowledged.len());
        }
        assert_eq!(state.count.load(Ordering::SeqCst), plan.publishers * plan.messages + plan.topics);
        self.runtime.block_on(state.look_at_what_is_kept());
    }
}

/// Publishes one message after the other, each again until it is acknowledged.
async fn publish(state: Arc<State>, nth: usize, plan: Plan) {
    for message in 0..plan.messages {
        state.post(nth % plan.topics, nth, &format!("{nth}-{message}")).await;
    }
}

impl State {
    /// Publishes a message at one hub after the other until one acknowledges it. Returns its id.
    ///
    /// What was not acknowledged may have been kept all the same, so each try has a text of its own.
    async fn post(&self, topic: usize, hub: usize, text: &str) -> String {
        for attempt in 0.. {
            let hub = self.hubs[(hub + attempt) % self.hubs.len()];
            let text = format!("{text} try {attempt}");
            match timeout(ANSWER, try_post(hub, topic, &text)).await {
                Ok(Some(id)) => {
                    self.acknowledged[topic].lock().unwrap().push(Event { id: id.clone(), text });
                    self.count.fetch_add(1, Ordering::SeqCst);
                    self.more.notify_waiters();
                    return id;
                }
                _ => tokio::time::sleep(Duration::from_millis(20)).await,
            }
        }
        unreachable!("it tries for ever")
    }
}

impl State {
    /// Whoever comes now, to a hub that is there, finds every acknowledged message.
    async fn look_at_what_is_kept(&self) {
        let mut asked = 0;
        for &hub in &self.hubs {
            for (topic, acknowledged) in self.acknowledged.iter().enumerate() {
                let Some(kept) = kept(hub, topic).await else { continue };
                let acknowledged = acknowledged.lock().unwrap();
                let missing: Vec<_> = acknowledged.iter().filter(|event| !kept.contains(&event.id)).collect();
                assert!(missing.is_empty(), "{} of {} are not kept: {missing:?}", missing.len(), acknowledged.len());
                asked += 1;
            }
        }
        assert!(asked >= self.acknowledged.len(), "no hub is left");
    }
}

/// The ids that a hub keeps of a topic.
async fn kept(hub: SocketAddr, topic: usize) -> Option<HashSet<String>> {
    let mut stream = TcpStream::connect(hub).await.ok()?;
    let request = format!("GET /t{topic}/json?poll=1 HTTP/1.1\r\nHost: {hub}\r\nConnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).await.ok()?;
    let mut answer = String::new();
    timeout(PATIENCE, stream.read_to_string(&mut answer)).await.expect("it answers").unwrap();
    // The lines between are the head, and how long each chunk is.
    let events = answer.lines().filter_map(|line| serde_json::from_str::<serde_json::Value>(line).ok());
    Some(events.filter_map(|event| Some(event["id"].as_str()?.to_owned())).collect())
}

async fn try_post(hub: SocketAddr, topic: usize, text: &str) -> Option<String> {
    let mut stream = TcpStream::connect(hub).await.ok()?;
    let length = text.len();
    let request = format!(
        "POST /t{topic} HTTP/1.1\r\nHost: {hub}\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n{text}"
    );
    stream.write_all(request.as_bytes()).await.ok()?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.ok()?;
    let body = answer.strip_prefix("HTTP/1.1 200").and_then(|rest| rest.split_once("\r\n\r\n"))?.1;
    let answer: serde_json::Value = serde_json::from_str(body).ok()?;
    Some(answer["id"].as_str()?.to_owned())
}

struct Subscriber {
    state: Arc<State>,
    topic: usize,
    /// Where it begins; the next when that is gone.
    hub: usize,
    last: watch::Receiver<Option<Vec<String>>>,
    seen: Vec<Event>,
    listening: Option<Arc<AtomicUsize>>,
}

impl Subscriber {
    async fn run(mut self) -> Vec<Event> {
        loop {
            let hub = self.state.hubs[self.hub % self.state.hubs.len()];
            if self.follow(hub).await.is_some() {
                return self.seen;
            }
            self.hub += 1;
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    /// Reads until the last event has come, or the hub has gone.
    async fn follow(&mut self, hub: SocketAddr) -> Option<()> {
        let mut stream = TcpStream::connect(hub).await.ok()?;
        let resume = self.seen.last().map(|event| format!("Last-Event-ID: {}\r\n", event.id)).unwrap_or_default();
        let request = format!("GET /t{}/sse HTTP/1.1\r\nHost: {hub}\r\n{resume}\r\n", self.topic);
        stream.write_all(request.as_bytes()).await.ok()?;
        let mut text = Vec::new();
        let mut read = 0;
        loop {
            while let Some(end) = text[read..].windows(2).position(|two| two == b"\n\n") {
                let block = String::from_utf8_lossy(&text[read..read + end]).into_owned();
                read += end + 2;
                if let (Some(_), Some(listening)) = (block.find("retry: "), self.listening.take()) {
                    listening.fetch_add(1, Ordering::SeqCst);
                }
                self.take(&block);
            }
            text.drain(..std::mem::take(&mut read));
            if self.is_done() {
                return Some(());
            }
            tokio::select! {
                more = stream.read_buf(&mut text) => if more.ok()? == 0 { return None },
                // It may have come already.
                changed = self.last.changed() => changed.ok()?,
            }
        }
    }

    fn take(&mut self, block: &str) {
        assert!(!block.contains("event: gap"), "{block}");
        let line = |name: &str| block.lines().find_map(|line| line.strip_prefix(name));
        if let (Some(id), Some(data)) = (line("id: "), line("data: ")) {
            let data: serde_json::Value = serde_json::from_str(data).unwrap();
            self.seen.push(Event { id: id.to_owned(), text: data["message"].as_str().unwrap().to_owned() });
        }
    }

    fn is_done(&self) -> bool {
        let last = self.last.borrow();
        let last = last.as_ref().map(|last| &last[self.topic]);
        self.seen.last().map(|event| &event.id).is_some_and(|id| Some(id) == last)
    }
}

fn order(id: &str) -> (u64, u64) {
    let (ms, seq) = id.split_once('-').unwrap();
    (ms.parse().unwrap(), seq.parse().unwrap())
}
