//! Demo feeds, one for each view, so that a dashboard is alive before its first URL.
//!
//! Each demo is a recording (docs/recording.md) that begins anew after its end. A task plays it into a store of the
//! demos' own while someone watches, and rests while nobody does; so all who watch see the same. It has been going on
//! for a while when its first spectator comes, and whoever comes is told how things stand.

mod audience;
mod recorded;

use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

pub(crate) use self::audience::{Audience, Seat};
pub(crate) use self::recorded::nth_line;
use self::recorded::{Beat, Loop};
use crate::store::{Post, Retention, Room, Start, Store, StoreError};
use crate::subscription::Subscription;
use crate::topic::TopicName;

/// Events kept of each demo, for those who reconnect. So many of its recording have happened when the first spectator
/// comes, or all of it.
const KEPT: usize = 256;

/// How a demo is put on.
struct Programme {
    name: &'static str,
    recording: &'static str,
    /// The field that says what an event is about, where a later one replaces an earlier.
    key: Option<&'static str>,
    /// How many events tell a newcomer how things stand.
    welcome: usize,
}

const PROGRAMMES: [Programme; 6] = [
    Programme { name: "price", recording: include_str!("demo/price.jsonl"), key: None, welcome: 60 },
    Programme { name: "progress", recording: include_str!("demo/progress.jsonl"), key: Some("job"), welcome: 8 },
    Programme { name: "score", recording: include_str!("demo/score.jsonl"), key: None, welcome: 5 },
    Programme { name: "chat", recording: recorded::CHAT, key: None, welcome: 8 },
    Programme { name: "news", recording: include_str!("demo/news.jsonl"), key: None, welcome: 6 },
    Programme { name: "tasks", recording: include_str!("demo/tasks.jsonl"), key: Some("id"), welcome: 32 },
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
            let (begun, has_begun) = watch::channel(false);
            let stage =
                Stage { programme, topic: topic.clone(), store: store.clone(), audience: audience.clone(), begun };
            let stop = stop.clone();
            tasks.spawn(async move { stop.run_until_cancelled(stage.play(seed.wrapping_add(nth))).await });
            Some(Arc::new(Demo { programme, topic, store: store.clone(), audience, has_begun }))
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
    has_begun: watch::Receiver<bool>,
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
        let seat = self.audience.take_seat();
        // The first one is what it begins for. It does not begin any more when the hub ends, and so does the stream.
        let _ = self.has_begun.clone().wait_for(|begun| *begun).await;
        Ok((self.store.subscribe(std::slice::from_ref(&self.topic), start).await?, seat))
    }
}

/// One demo, from the players' side.
struct Stage {
    programme: &'static Programme,
    topic: TopicName,
    store: Arc<Store>,
    audience: Audience,
    /// Whether what came before the first spectator has been played.
    begun: watch::Sender<bool>,
}

impl Stage {
    /// Plays from one of the recording's places, which `place` says.
    async fn play(self, place: u64) {
        self.audience.arrival().await;
        let mut beats = Loop::new(self.programme.recording, self.programme.key, place);
        let before = KEPT.min(beats.round());
        let prelude: Vec<Beat> = beats.by_ref().take(before).collect();
        let lasted: Duration = prelude.iter().map(|beat| beat.after).sum();
        let now = Timestamp::now();
        let mut time = now.checked_sub(lasted).unwrap_or(now);
        for beat in prelude {
            time = time.checked_add(beat.after).unwrap_or(now);
            self.tell(beat, time).await;
        }
        self.begun.send_replace(true);
        for beat in beats {
            // A beat that nobody waits for any more is played to whoever comes next.
            tokio::select! {
                () = tokio::time::sleep(beat.after) => {}
                () = self.audience.departure() => self.audience.arrival().await,
            }
            self.tell(beat, Timestamp::now()).await;
        }
    }

    async fn tell(&self, beat: Beat, at: Timestamp) {
        // The store has room for every demo.
        let _ = self.store.append(Post { topic: self.topic.clone(), message: beat.told(at), replaces: None }).await;
    }
}
