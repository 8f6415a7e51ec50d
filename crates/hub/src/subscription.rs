//! One subscriber: a place in some topics, and the bytes from there on.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use futures_util::stream::{self, Stream};
use serde_json::json;
use tokio::sync::Notify;
use tokio::time::{Instant, timeout_at};
use tokio_util::sync::CancellationToken;

use crate::event::{Event, EventId};
use crate::store::{CaughtUp, Read, Store};
use crate::topic::TopicName;

/// Events read from the store at a time.
const BATCH: usize = 64;
/// Bytes handed to the socket at a time, where there is a backlog; a larger event goes alone.
const CHUNK: usize = 32 * 1024;

/// How long a subscriber that is behind waits after the journal could not be read.
const RETRY: Duration = Duration::from_millis(500);

/// A place in some topics. Dropping it gives the place up.
#[derive(Debug)]
pub(crate) struct Subscription {
    store: Arc<Store>,
    sources: Vec<TopicName>,
    place: EventId,
    /// What is to be sent before anything else.
    first: VecDeque<Bytes>,
    wake: Arc<Notify>,
}

/// What a stream of events says besides events.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Rhythm {
    /// How long a client waits before it reconnects.
    pub(crate) retry: Duration,
    /// A comment is sent after so long without an event.
    pub(crate) keep_alive: Duration,
}

impl Subscription {
    /// Reads on after `place`.
    pub(crate) fn new(store: Arc<Store>, sources: Vec<TopicName>, place: EventId, wake: Arc<Notify>) -> Subscription {
        Subscription { store, sources, place, first: VecDeque::new(), wake }
    }

    /// Begins at another place.
    pub(crate) fn begin(&mut self, place: EventId) {
        self.place = place;
    }

    /// Goes on after an event that the client has seen. Where the hub cannot know it, everything kept is new to the
    /// client, and it is told that there may have been more.
    pub(crate) fn resume(&mut self, id: EventId, known: bool) {
        if known {
            self.place = id;
        } else {
            self.place = EventId::ZERO;
            self.first.push_back(lost(id, None));
        }
    }

    /// Tells how things stand, before what comes from now on.
    pub(crate) fn greet(&mut self, mut present: Vec<Arc<Event>>) {
        present.sort_by_key(|event| event.id);
        // What came since the place was taken comes again as what is new.
        present.retain(|event| event.id <= self.place);
        if !present.is_empty() {
            self.first.push_back(join(&present));
        }
    }

    /// What there is to send at once; none is nothing. An error says that the journal has to be asked.
    pub(crate) fn try_next(&mut self) -> Result<Option<Bytes>, Behind> {
        if let Some(first) = self.first.pop_front() {
            return Ok(Some(first));
        }
        let Read::Events(events) = self.store.read(&self.sources, self.place, BATCH) else { return Err(Behind) };
        let events = one_chunk(&events);
        let Some(last) = events.last() else { return Ok(None) };
        self.place = last.id;
        Ok(Some(join(events)))
    }

    /// Reads a page of what memory holds no more.
    async fn catch_up(&mut self) {
        match self.store.catch_up(&self.sources, self.place, BATCH).await {
            Ok(CaughtUp { events, place, lost: missed }) => {
                if let Some(missed) = missed {
                    self.first.push_back(lost(self.place, Some(missed)));
                }
                let chunk = one_chunk(&events);
                self.place = match chunk.last() {
                    Some(last) if chunk.len() < events.len() => last.id,
                    _ => place,
                };
                if !chunk.is_empty() {
                    self.first.push_back(join(chunk));
                }
            }
            Err(error) => {
                tracing::debug!(%error, "a subscriber waits for the journal");
                tokio::time::sleep(RETRY).await;
            }
        }
    }

    /// Waits for what is next to send: events, or a sign of life.
    async fn next(&mut self, keep_alive: Duration) -> Bytes {
        let sign_of_life = Instant::now() + keep_alive;
        loop {
            let waited = match self.try_next() {
                Ok(Some(chunk)) => return chunk,
                Err(Behind) => timeout_at(sign_of_life, self.catch_up()).await,
                // A publication between the look above and this wait has left its permit in `wake`.
                Ok(None) => timeout_at(sign_of_life, self.wake.notified()).await,
            };
            if waited.is_err() {
                return Bytes::from_static(b":\n\n");
            }
        }
    }

    /// The body of the response. It ends when `stop` says so: then the client reconnects and resumes with its
    /// Last-Event-ID.
    pub(crate) fn into_stream(self, rhythm: Rhythm, stop: CancellationToken) -> impl Stream<Item = Bytes> + Send {
        let greeting = Bytes::from(format!("retry: {}\n\n", rhythm.retry.as_millis()));
        stream::unfold((self, Some(greeting)), move |(mut subscription, greeting)| {
            let stop = stop.clone();
            async move {
                if let Some(greeting) = greeting {
                    return Some((greeting, (subscription, None)));
                }
                let next = stop.run_until_cancelled(subscription.next(rhythm.keep_alive)).await?;
                Some((next, (subscription, None)))
            }
        })
    }
}

impl Drop for Subscription {
    fn drop(&mut self) {
        self.store.unsubscribe(&self.sources, &self.wake);
    }
}

/// The place is before what memory holds.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Behind;

/// An honest sign that events are gone for ever: those after `after`, up to `until` where that is known. It has no id,
/// so a client goes on from where it was.
fn lost(after: EventId, until: Option<EventId>) -> Bytes {
    let mut data = json!({ "event": "gap", "after": after.to_string() });
    if let Some(until) = until {
        data["until"] = json!(until.to_string());
    }
    format!("event: gap\ndata: {data}\n\n").into()
}

/// As many of the events as are handed to the socket at a time.
fn one_chunk(events: &[Arc<Event>]) -> &[Arc<Event>] {
    let mut size = 0;
    let fitting = events.iter().take_while(|event| {
        let fits = size == 0 || size + event.frame.len() <= CHUNK;
        size += event.frame.len();
        fits
    });
    &events[..fitting.count()]
}

fn join(events: &[Arc<Event>]) -> Bytes {
    match events {
        [event] => event.frame.clone(),
        _ => {
            let mut chunk = BytesMut::with_capacity(events.iter().map(|event| event.frame.len()).sum());
            events.iter().for_each(|event| chunk.extend_from_slice(&event.frame));
            chunk.freeze()
        }
    }
}
