//! The hub's topics: the only place that takes events in, and where every subscriber reads.
//!
//! An event goes one way: a [`journal`] keeps it and gives it its id, `live` has the newest of each topic in memory and
//! wakes who reads. Subscribers read on from their own place: from memory as a rule, and page by page from the journal
//! when their place is older. So replay and live are the same reading. Without a journal, memory is all there is.

mod journal;
mod live;
mod redis;
mod sqlite;

use std::collections::BTreeMap;
use std::io;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use self::journal::{Journal, Page, Span};
use self::live::Live;
use self::redis::Redis;
use self::sqlite::Sqlite;
use crate::event::{Event, EventId};
use crate::subscription::Subscription;
use crate::topic::TopicName;

pub(crate) use journal::Post;

/// Where a hub keeps its events.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum StorePlace {
    /// In memory: they are gone with the hub.
    #[default]
    Memory,
    /// In an SQLite database in this folder.
    Folder(PathBuf),
    /// In a Redis, at a URL like `redis://127.0.0.1:6379/0`. All hubs on one Redis are one hub.
    Redis(String),
}

/// How much of each topic is kept; what is over any of these goes, oldest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Retention {
    /// Events of a topic.
    pub events: usize,
    /// Bytes of a topic.
    pub bytes: usize,
    /// Age of an event.
    pub age: Duration,
}

impl Default for Retention {
    fn default() -> Self {
        Retention { events: 1000, bytes: 1 << 20, age: Duration::from_secs(12 * 60 * 60) }
    }
}

/// How many topics and subscribers a store takes.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Room {
    pub(crate) topics: usize,
    pub(crate) subscribers: usize,
}

/// Why a store does not do what it is asked.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum StoreError {
    #[error("the hub has as many topics as it takes: use one of them, or come back later")]
    Topics,
    #[error("the hub has as many subscribers as it takes: come back later")]
    Subscribers,
    /// What the message means to replace is not the newest any more.
    #[error("this has been changed by someone else: read it again, then try again")]
    Changed,
    /// Nothing can be kept now, or what is kept cannot be read.
    #[error("{0}")]
    Unavailable(String),
}

impl StoreError {
    fn closed() -> StoreError {
        StoreError::Unavailable("the hub is ending: try again when it is back".into())
    }
}

/// Why a store cannot be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The folder cannot be made or used.
    #[error("the hub's folder {} cannot be used ({source}): make it writable, or choose another with --data", folder.display())]
    Folder {
        /// The folder.
        folder: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// Another hub has the folder.
    #[error("another hub uses the folder {}: close that one, or choose another folder with --data", folder.display())]
    InUse {
        /// The folder.
        folder: PathBuf,
    },
    /// The database was written by a newer hub.
    #[error("the hub's journal {} was written by a newer Streambell; it was left untouched: install the newer version again, or choose another folder with --data", file.display())]
    Newer {
        /// The database.
        file: PathBuf,
    },
    /// The database cannot be opened.
    #[error("the hub's journal {} cannot be opened ({source}): move it away, then start again", file.display())]
    Database {
        /// The database.
        file: PathBuf,
        /// What SQLite said.
        source: rusqlite::Error,
    },
    /// The Redis cannot be used.
    #[error("the Redis at {url} cannot be used ({reason}): check the address, and that it runs")]
    Redis {
        /// Its address, without the password.
        url: String,
        /// What was wrong.
        reason: String,
    },
}

/// Where a subscriber begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Start {
    /// With what comes from now on.
    Now,
    /// With everything kept.
    Kept,
    /// After an event that it has seen.
    After(EventId),
    /// With what was published after this place, which is a time.
    Since(EventId),
    /// With how things stand: up to so many of the newest events, without those that a later one replaces.
    Present(usize),
}

/// A topic that a subscriber reads.
type Source = TopicName;

/// What is to be read at once.
#[derive(Debug)]
pub(crate) enum Read {
    Events(Vec<Arc<Event>>),
    /// The place is before what memory holds: there is a page to ask for.
    Behind,
}

/// What a subscriber reads that is behind, and where it is then.
#[derive(Debug)]
pub(crate) struct CaughtUp {
    pub(crate) events: Vec<Arc<Event>>,
    pub(crate) place: EventId,
    /// The newest event that it has missed for ever.
    pub(crate) lost: Option<EventId>,
}

/// What a store holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Counts {
    pub(crate) topics: usize,
    pub(crate) subscribers: usize,
}

/// What there is of a topic.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Listed {
    /// Events that are kept.
    pub events: u64,
    /// The newest of them.
    pub newest: Option<EventId>,
    /// Those at this hub.
    pub subscribers: usize,
}

#[derive(Debug)]
pub(crate) struct Store {
    live: Arc<Live>,
    journal: Option<Box<dyn Journal>>,
}

impl Store {
    /// A store that is all in memory.
    pub(crate) fn in_memory(retention: Retention, room: Room, now: Timestamp) -> Arc<Store> {
        Arc::new(Store { live: Arc::new(Live::alone(retention, room, now)), journal: None })
    }

    /// Opens a store. What it does by itself are `tasks`, until `stop`.
    pub(crate) async fn open(
        place: StorePlace,
        retention: Retention,
        room: Room,
        tasks: &TaskTracker,
        stop: &CancellationToken,
    ) -> Result<Arc<Store>, OpenError> {
        let (live, journal): (_, Box<dyn Journal>) = match place {
            StorePlace::Memory => return Ok(Store::in_memory(retention, room, Timestamp::now())),
            StorePlace::Folder(folder) => {
                let (journal, live) = Sqlite::open(&folder, retention, room)?;
                (live, Box::new(journal))
            }
            StorePlace::Redis(url) => {
                let (journal, live) = Redis::open(&url, retention, room, tasks, stop).await?;
                (live, Box::new(journal))
            }
        };
        Ok(Arc::new(Store { live, journal: Some(journal) }))
    }

    /// Keeps a message. Its subscribers are woken then.
    pub(crate) async fn append(&self, post: Post) -> Result<EventId, StoreError> {
        if let Some(journal) = &self.journal {
            return journal.append(post).await;
        }
        let Post { topic, message, replaces } = post;
        let key = message.about().map(|key| key.name.clone());
        self.live.append(
            &topic,
            Timestamp::now(),
            |id| Event::of(id, &topic, message),
            |log| match (key, replaces) {
                (Some(key), Some(replaced)) => log.thing(&key).map_or(EventId::ZERO, |event| event.id) == replaced,
                _ => true,
            },
        )
    }

    /// The latest event about each thing in a topic that is not gone, oldest first.
    pub(crate) async fn things(&self, topic: &TopicName) -> Result<Vec<Arc<Event>>, StoreError> {
        match &self.journal {
            Some(journal) => journal.things(topic.clone()).await,
            None => Ok(self.live.things(topic)),
        }
    }

    /// The latest event about one thing, if that is not gone.
    pub(crate) async fn thing(&self, topic: &TopicName, key: &str) -> Result<Option<Arc<Event>>, StoreError> {
        match &self.journal {
            Some(journal) => journal.thing(topic.clone(), key.to_owned()).await,
            None => Ok(self.live.thing(topic, key)),
        }
    }

    /// Rings when there may be something new in a topic, for as long as the store lives.
    pub(crate) fn bell(&self, topic: &TopicName) -> Arc<Notify> {
        self.live.bell(topic)
    }

    /// A place in some topics from which to read on.
    pub(crate) async fn subscribe(
        self: &Arc<Store>,
        topics: &[TopicName],
        start: Start,
    ) -> Result<Subscription, StoreError> {
        let wake = Arc::new(Notify::new());
        let (sources, newest) = self.live.subscribe(topics, &wake, Timestamp::now())?;
        // From here on, it is dropped when something fails.
        let mut subscription = Subscription::new(self.clone(), sources, newest, wake);
        match start {
            Start::Now => {}
            Start::Kept => subscription.begin(EventId::ZERO),
            Start::Since(place) => subscription.begin(place.min(newest)),
            Start::After(id) => subscription.resume(id, self.is_known(id, newest).await),
            Start::Present(max) => {
                let mut present = Vec::new();
                for topic in topics {
                    present.extend(match &self.journal {
                        Some(journal) => journal.present(topic.clone(), max).await?,
                        None => self.live.present(topic, max),
                    });
                }
                subscription.greet(present);
            }
        }
        Ok(subscription)
    }

    /// Whether an event can be of this hub: not of an earlier life of it, nor one that is yet to come.
    async fn is_known(&self, id: EventId, newest: EventId) -> bool {
        if id <= self.live.born() {
            return false;
        }
        match &self.journal {
            // Another hub on the same journal may be ahead. If it cannot be asked, the client is believed.
            Some(journal) if id > newest => journal.newest().await.map_or(true, |newest| id <= newest),
            _ => id <= newest,
        }
    }

    /// Up to `max` events after `place`, in the order of their ids.
    pub(crate) fn read(&self, sources: &[Source], place: EventId, max: usize) -> Read {
        self.live.read(sources, place, max)
    }

    /// What memory holds no more.
    pub(crate) async fn catch_up(
        &self,
        sources: &[Source],
        place: EventId,
        max: usize,
    ) -> Result<CaughtUp, StoreError> {
        let page = match &self.journal {
            Some(journal) => {
                let span = Span { after: place, until: self.live.newest(), max };
                journal.read(sources.to_vec(), span).await?
            }
            None => {
                let dropped = self.live.dropped(sources);
                Page { events: Vec::new(), until: dropped, dropped }
            }
        };
        // Who asked for everything kept gets just that.
        let lost = (place > EventId::ZERO && page.dropped > place).then_some(page.dropped);
        Ok(CaughtUp { events: page.events, place: page.until.max(place), lost })
    }

    /// The topics that hold events or have subscribers here, in the order of their names.
    pub(crate) async fn topics(&self) -> Result<BTreeMap<TopicName, Listed>, StoreError> {
        let mut topics = self.live.topics(Timestamp::now());
        if let Some(journal) = &self.journal {
            for (topic, kept) in journal.topics().await? {
                let listed = topics.entry(topic).or_default();
                *listed = Listed { subscribers: listed.subscribers, ..kept };
            }
        }
        Ok(topics)
    }

    /// Gives a place up.
    pub(crate) fn unsubscribe(&self, sources: &[Source], wake: &Arc<Notify>) {
        self.live.unsubscribe(sources, wake);
    }

    /// How much it holds; an error where what keeps the events does not answer.
    pub(crate) async fn counts(&self) -> Result<Counts, StoreError> {
        let topics = self.topics().await?.len();
        Ok(Counts { topics, subscribers: self.live.subscribers() })
    }
}
