//! Demo feeds, one for each view, so that a dashboard is alive before its first URL.
//!
//! They tell of the same things as `/api` does. Each demo is a [`Scene`]: a small world that says what happens next and how long that takes. A task plays it into a
//! store of the demos' own while someone watches, and rests while nobody does; so all who watch see the same. A scene
//! has been going on for a while when its first spectator comes, and whoever comes is told how things stand.

mod audience;
mod price;
mod progress;
mod recorded;
mod score;
mod tasks;

use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use rand::SeedableRng;
use rand::rngs::StdRng;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

pub(crate) use self::audience::{Audience, Seat};
pub(crate) use self::recorded::nth_line;
use crate::message::Message;
use crate::store::{Post, Retention, Room, Start, Store, StoreError};
use crate::subscription::Subscription;
use crate::topic::TopicName;

/// Events kept of each demo, for those who reconnect.
const KEPT: usize = 256;

/// A small world that goes on as long as someone asks.
pub(crate) trait Scene: Send {
    /// What happens next, as seen at `now`.
    fn next(&mut self, now: Timestamp, rng: &mut StdRng) -> Beat;
}

/// Something that happens in a scene.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Beat {
    /// How long it takes until this happens.
    pub(crate) after: Duration,
    pub(crate) message: Message,
}

/// How a scene is put on.
struct Programme {
    name: &'static str,
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
    Programme { name: "price", prelude: secs(60), welcome: 60, scene: price::scene },
    Programme { name: "progress", prelude: secs(30), welcome: 8, scene: progress::scene },
    Programme { name: "score", prelude: secs(300), welcome: 5, scene: score::scene },
    Programme { name: "chat", prelude: secs(60), welcome: 8, scene: recorded::chat },
    Programme { name: "news", prelude: secs(120), welcome: 6, scene: recorded::news },
    Programme { name: "tasks", prelude: secs(30), welcome: 32, scene: tasks::scene },
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
            let audience = Audience::new();
            let stage = Stage { programme, topic: topic.clone(), store: store.clone(), audience: audience.clone() };
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
    audience: Audience,
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
        Ok((subscription, self.audience.take_seat()))
    }
}

/// One demo, from the players' side.
struct Stage {
    programme: &'static Programme,
    topic: TopicName,
    store: Arc<Store>,
    audience: Audience,
}

impl Stage {
    async fn play(self, seed: u64) {
        self.audience.arrival().await;
        let mut rng = StdRng::seed_from_u64(seed);
        let mut scene = (self.programme.scene)(&mut rng);
        let mut beat = self.play_prelude(scene.as_mut(), &mut rng).await;
        loop {
            let wait = tokio::time::sleep(beat.after);
            // A beat that nobody waits for any more is played to whoever comes next.
            tokio::select! {
                () = wait => {}
                () = self.audience.departure() => self.audience.arrival().await,
            }
            self.tell(beat.message).await;
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
            self.tell(beat.message).await;
        }
    }

    async fn tell(&self, message: Message) {
        // The store has room for every demo.
        let _ = self.store.append(Post { topic: self.topic.clone(), message, replaces: None }).await;
    }
}
