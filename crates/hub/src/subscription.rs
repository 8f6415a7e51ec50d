//! One subscriber: a place in some topics, and the bytes from there on.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use futures_util::stream::{self, Stream};
use tokio::sync::Notify;
use tokio::time::{Instant, timeout_at};
use tokio_util::sync::CancellationToken;

use crate::event::{Event, EventId};
use crate::store::{Source, Store};
use crate::topic::FellBehind;

/// Events read from the store at a time.
const BATCH: usize = 64;
/// Bytes handed to the socket at a time, where there is a backlog; a larger event goes alone.
const CHUNK: usize = 32 * 1024;

/// A place in some topics. Dropping it gives the place up.
#[derive(Debug)]
pub(crate) struct Subscription {
    store: Arc<Store>,
    sources: Vec<Source>,
    place: EventId,
    /// How things stood at the start, still to be sent.
    present: VecDeque<Arc<Event>>,
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
    pub(crate) fn new(
        store: Arc<Store>,
        sources: Vec<Source>,
        place: EventId,
        present: Vec<Arc<Event>>,
        wake: Arc<Notify>,
    ) -> Subscription {
        Subscription { store, sources, place, present: present.into(), wake }
    }

    /// What there is to send at once, if anything.
    pub(crate) fn try_next(&mut self) -> Result<Option<Bytes>, FellBehind> {
        if !self.present.is_empty() {
            let events = self.present.drain(..).collect::<Vec<_>>();
            return Ok(Some(join(&events)));
        }
        let events = self.store.read(&self.sources, self.place, BATCH)?;
        let mut size = 0;
        let fitting = events.iter().take_while(|event| {
            let fits = size == 0 || size + event.frame.len() <= CHUNK;
            size += event.frame.len();
            fits
        });
        let events = &events[..fitting.count()];
        let Some(last) = events.last() else { return Ok(None) };
        self.place = last.id;
        Ok(Some(join(events)))
    }

    /// Waits for what is next to send: events, or a sign of life.
    async fn next(&mut self, keep_alive: Duration) -> Result<Bytes, FellBehind> {
        let sign_of_life = Instant::now() + keep_alive;
        loop {
            if let Some(chunk) = self.try_next()? {
                return Ok(chunk);
            }
            // A publication between the look above and this wait has left its permit in `wake`.
            if timeout_at(sign_of_life, self.wake.notified()).await.is_err() {
                return Ok(Bytes::from_static(b":\n\n"));
            }
        }
    }

    /// The body of the response. It ends when `stop` says so, or when the subscriber fell behind what is kept: both
    /// times the client reconnects and resumes with its Last-Event-ID.
    pub(crate) fn into_stream(self, rhythm: Rhythm, stop: CancellationToken) -> impl Stream<Item = Bytes> + Send {
        let greeting = Bytes::from(format!("retry: {}\n\n", rhythm.retry.as_millis()));
        stream::unfold((self, Some(greeting)), move |(mut subscription, greeting)| {
            let stop = stop.clone();
            async move {
                if let Some(greeting) = greeting {
                    return Some((greeting, (subscription, None)));
                }
                let next = stop.run_until_cancelled(subscription.next(rhythm.keep_alive)).await?;
                match next {
                    Ok(chunk) => Some((chunk, (subscription, None))),
                    Err(FellBehind) => {
                        tracing::info!(place = %subscription.place, "a slow subscriber was cut");
                        None
                    }
                }
            }
        })
    }
}

impl Drop for Subscription {
    fn drop(&mut self) {
        self.store.unsubscribe(&self.sources, &self.wake);
    }
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
