//! Demo feeds, one for each view, so that a dashboard is alive before its first URL.
//!
//! Each demo is a [`Scene`]: a small world that says what happens next and how long that takes. A task plays it into a
//! store of the demos' own while someone watches, and rests while nobody does; so all who watch see the same. A scene
//! has been going on for a while when its first spectator comes, and whoever comes is told how things stand.

mod chat;
mod news;
mod price;
mod progress;
mod score;
mod tasks;

use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use rand::SeedableRng;
use rand::rngs::StdRng;
use serde_json::Value;
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::event::Key;
use crate::message::Message;
use crate::store::{Post, Retention, Room, Start, Store, StoreError};
use crate::subscription::Subscription;
use crate::topic::TopicName;

/// Events kept of each demo, for those who reconnect.
const KEPT: usize = 256;

/// A small world that goes on as long as someone asks.
trait Scene: Send {
    /// What happens next, as seen at `now`.
    fn next(&mut self, now: Timestamp, rng: &mut StdRng) -> Beat;
}

/// Something that happens in a scene.
#[derive(Debug, Clone, PartialEq)]
struct Beat {
    /// How long it takes until this happens.
    after: Duration,
    /// What it is about, where later news about the same replaces it.
    key: Option<Key>,
    /// A JSON object.
    data: Value,
}

impl Beat {
    fn new(after: Duration, data: Value) -> Beat {
        Beat { after, key: None, data }
    }

    fn about(mut self, name: &str) -> Beat {
        self.key = Some(Key { name: name.into(), gone: false });
        self
    }

    fn gone(mut self, name: &str) -> Beat {
        self.key = Some(Key { name: name.into(), gone: true });
        self
    }

    fn message(self, event: Option<&str>) -> Option<Message> {
        let mut message = Message::json(&self.data.to_string()).ok()?;
        if let Some(event) = event {
            message = message.event(event);
        }
        Some(match self.key {
            Some(Key { name, gone }) => message.key(name, gone),
            None => message,
        })
    }
}

/// How a scene is put on.
struct Programme {
    name: &'static str,
    /// The type of its events.
    event: Option<&'static str>,
    /// How long it has been going on when the first spectator comes.
    prelude: Duration,
    /// How many events tell a newcomer how things stand.
    welcome: usize,
    scene: fn(&mut StdRng) -> Box<dyn Scene>,
}

const fn secs(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

const PROGRAMMES: [Programme; 6] = [
    Programme { name: "price", event: Some("price"), prelude: secs(60), welcome: 60, scene: price::scene },
    Programme { name: "progress", event: Some("progress"), prelude: secs(30), welcome: 8, scene: progress::scene },
    Programme { name: "score", event: Some("score"), prelude: secs(300), welcome: 5, scene: score::scene },
    Programme { name: "chat", event: None, prelude: secs(60), welcome: 8, scene: chat::scene },
    Programme { name: "news", event: Some("news"), prelude: secs(120), welcome: 6, scene: news::scene },
    Programme { name: "tasks", event: Some("task"), prelude: secs(30), welcome: 32, scene: tasks::scene },
];

/// All demos.
pub(crate) struct Demos(Vec<Arc<Demo>>);

impl Demos {
    /// Makes the demos ready to be watched, until `stop`.
    pub(crate) fn start(seed: u64, subscribers: usize, tasks: &TaskTracker, stop: &CancellationToken) -> Demos {
        let retention = Retention { events: KEPT, bytes: 1 << 20, age: Duration::MAX };
        let store = Store::in_memory(retention, Room { topics: PROGRAMMES.len(), subscribers }, Timestamp::now());
        let demos = PROGRAMMES.iter().zip(0..).filter_map(|(programme, nth)| {
            // All names above are names; a test sees to it.
            let topic: TopicName = programme.name.parse().ok()?;
            let (audience, empty) = watch::channel(0);
            let stage = Stage { programme, topic: topic.clone(), store: store.clone(), audience: empty };
            let stop = stop.clone();
            tasks.spawn(async move { stop.run_until_cancelled(stage.play(seed.wrapping_add(nth))).await });
            Some(Arc::new(Demo { programme, topic, store: store.clone(), audience }))
        });
        Demos(demos.collect())
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &Arc<Demo>> {
        self.0.iter()
    }
}

/// One demo, from the spectators' side.
pub(crate) struct Demo {
    programme: &'static Programme,
    topic: TopicName,
    store: Arc<Store>,
    audience: watch::Sender<usize>,
}

impl Demo {
    pub(crate) fn name(&self) -> &'static str {
        self.programme.name
    }

    /// Where someone who comes for the first time begins.
    pub(crate) fn welcome(&self) -> Start {
        Start::Present(self.programme.welcome)
    }

    /// A subscription, and the seat to hold as long as it lasts.
    pub(crate) async fn watch(self: &Arc<Demo>, start: Start) -> Result<(Subscription, Seat), StoreError> {
        let subscription = self.store.subscribe(std::slice::from_ref(&self.topic), start).await?;
        self.audience.send_modify(|seats| *seats += 1);
        Ok((subscription, Seat(self.clone())))
    }
}

/// A spectator's seat; the scene goes on while one is taken.
pub(crate) struct Seat(Arc<Demo>);

impl Drop for Seat {
    fn drop(&mut self) {
        self.0.audience.send_modify(|seats| *seats -= 1);
    }
}

/// One demo, from the players' side.
struct Stage {
    programme: &'static Programme,
    topic: TopicName,
    store: Arc<Store>,
    audience: watch::Receiver<usize>,
}

impl Stage {
    async fn play(mut self, seed: u64) {
        if self.audience.wait_for(|&seats| seats > 0).await.is_err() {
            return;
        }
        let mut rng = StdRng::seed_from_u64(seed);
        let mut scene = (self.programme.scene)(&mut rng);
        let mut beat = self.play_prelude(scene.as_mut(), &mut rng).await;
        loop {
            let wait = tokio::time::sleep(beat.after);
            // A beat that nobody waits for any more is played to whoever comes next.
            let everyone_left = tokio::select! {
                () = wait => false,
                left = self.audience.wait_for(|&seats| seats == 0) => left.is_ok(),
            };
            if everyone_left && self.audience.wait_for(|&seats| seats > 0).await.is_err() {
                return;
            }
            self.tell(beat).await;
            beat = scene.next(Timestamp::now(), &mut rng);
        }
    }

    /// Plays what has happened before the first spectator came, and returns the first beat after that.
    async fn play_prelude(&self, scene: &mut dyn Scene, rng: &mut StdRng) -> Beat {
        let now = Timestamp::now();
        let mut time = now.checked_sub(self.programme.prelude).unwrap_or(now);
        loop {
            let beat = scene.next(time, rng);
            match time.checked_add(beat.after) {
                Ok(then) if then <= now => time = then,
                _ => return beat,
            }
            self.tell(beat).await;
        }
    }

    async fn tell(&self, beat: Beat) {
        if let Some(message) = beat.message(self.programme.event) {
            // The store has room for every demo.
            let _ = self.store.append(Post { topic: self.topic.clone(), message, replaces: None }).await;
        }
    }
}
