//! One subscriber: a place in some topics, and the bytes from there on.

use std::collections::VecDeque;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use futures_util::FutureExt;
use futures_util::stream::{self, Stream};
use tokio::sync::Notify;
use tokio::time::{Instant, Sleep, sleep};
use tokio_util::sync::{CancellationToken, WaitForCancellationFutureOwned};

use crate::delivery::Delivery;
use crate::event::{Event, EventId};
use crate::metrics::Metrics;
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
    first: VecDeque<Part>,
    wake: Arc<Notify>,
    delivery: Delivery,
    /// What was handed on.
    delivered: Delivered,
}

/// What is sent besides what comes.
#[derive(Debug)]
enum Part {
    Events(Vec<Arc<Event>>),
    /// Events after the first are gone, up to the other where that is known.
    Gap(EventId, Option<EventId>),
}

#[derive(Debug, Default, Clone, Copy)]
struct Delivered {
    events: u64,
    gaps: u64,
}

/// What a stream of events says besides events.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Rhythm {
    /// How long a client waits before it reconnects.
    pub(crate) retry: Duration,
    /// A comment is sent after so long without an event.
    pub(crate) keep_alive: Duration,
}

/// The place is before what memory holds.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Behind;

impl Subscription {
    /// Reads on after `place`.
    pub(crate) fn new(store: Arc<Store>, sources: Vec<TopicName>, place: EventId, wake: Arc<Notify>) -> Subscription {
        let (first, delivery, delivered) = (VecDeque::new(), Delivery::default(), Delivered::default());
        Subscription { store, sources, place, first, wake, delivery, delivered }
    }

    /// Tells of events in this way.
    pub(crate) fn deliver(mut self, delivery: Delivery) -> Subscription {
        self.delivery = delivery;
        self
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
            self.first.push_back(Part::Gap(id, None));
        }
    }

    /// Tells how things stand, before what comes from now on.
    pub(crate) fn greet(&mut self, mut present: Vec<Arc<Event>>) {
        present.sort_by_key(|event| event.id);
        // What came since the place was taken comes again as what is new.
        present.retain(|event| event.id <= self.place);
        self.first.push_back(Part::Events(present));
    }

    /// What there is to send at once; none is nothing. An error says that the journal has to be asked.
    pub(crate) fn try_next(&mut self) -> Result<Option<Bytes>, Behind> {
        // Where the subscriber wants none of some events, those behind may be for him.
        loop {
            let chunk = match self.first.pop_front() {
                Some(Part::Events(events)) => self.render(&events),
                Some(Part::Gap(after, until)) => {
                    self.delivered.gaps += 1;
                    Some(self.delivery.gap(after, until))
                }
                None => {
                    let Read::Events(events) = self.store.read(&self.sources, self.place, BATCH) else {
                        return Err(Behind);
                    };
                    let events = one_chunk(&events);
                    let Some(last) = events.last() else { return Ok(None) };
                    self.place = last.id;
                    self.render(events)
                }
            };
            if chunk.is_some() {
                return Ok(chunk);
            }
        }
    }

    /// Reads a page of what memory holds no more.
    async fn catch_up(&mut self) {
        match self.store.catch_up(&self.sources, self.place, BATCH).await {
            Ok(CaughtUp { mut events, place, lost }) => {
                if let Some(lost) = lost {
                    self.first.push_back(Part::Gap(self.place, Some(lost)));
                }
                let fitting = one_chunk(&events).len();
                self.place = if fitting < events.len() { events[fitting - 1].id } else { place };
                events.truncate(fitting);
                self.first.push_back(Part::Events(events));
            }
            Err(error) => {
                tracing::debug!(%error, "a subscriber waits for the journal");
                sleep(RETRY).await;
            }
        }
    }

    fn render(&mut self, events: &[Arc<Event>]) -> Option<Bytes> {
        let (chunk, count) = self.delivery.render(events);
        self.delivered.events += count;
        (count > 0).then_some(chunk)
    }

    /// The body of the response. It ends when `stop` says so: then the client reconnects and resumes with its
    /// Last-Event-ID.
    pub(crate) fn into_stream(
        self,
        rhythm: Rhythm,
        metrics: Arc<Metrics>,
        stop: CancellationToken,
    ) -> impl Stream<Item = Bytes> + Send {
        let greeting = self.delivery.greeting(rhythm.retry);
        let flow = Flow {
            subscription: self,
            greeting,
            metrics,
            keep_alive: rhythm.keep_alive,
            sent: Instant::now(),
            alarm: Box::pin(sleep(rhythm.keep_alive)),
            stop: Box::pin(stop.cancelled_owned()),
        };
        stream::unfold(flow, async |mut flow| flow.next().await.map(|chunk| (chunk, flow)))
    }
}

/// A subscription on its way to a socket.
///
/// What is waited for besides events is made once and not for each of them: with a thousand subscribers that is most of
/// what an event would cost.
struct Flow {
    subscription: Subscription,
    greeting: Option<Bytes>,
    metrics: Arc<Metrics>,
    keep_alive: Duration,
    /// When something was handed on last.
    sent: Instant,
    /// Rings at times, to see whether that was too long ago.
    alarm: Pin<Box<Sleep>>,
    stop: Pin<Box<WaitForCancellationFutureOwned>>,
}

impl Flow {
    /// What is next to send: events, or a sign of life. None: there will be nothing more.
    async fn next(&mut self) -> Option<Bytes> {
        if let Some(greeting) = self.greeting.take() {
            return Some(greeting);
        }
        // Where there is always more to send, nothing else would look.
        if self.stop.as_mut().now_or_never().is_some() {
            return None;
        }
        let before = self.subscription.delivered;
        let chunk = self.wait().await?;
        self.sent = Instant::now();
        let Delivered { events, gaps } = self.subscription.delivered;
        self.metrics.delivered(events - before.events, chunk.len());
        self.metrics.missed(gaps - before.gaps);
        Some(chunk)
    }

    async fn wait(&mut self) -> Option<Bytes> {
        let subscription = &mut self.subscription;
        loop {
            let is_behind = match subscription.try_next() {
                Ok(Some(chunk)) => return Some(chunk),
                Ok(None) if subscription.delivery.poll => return None,
                Ok(None) => false,
                Err(Behind) => true,
            };
            let more = async {
                match is_behind {
                    true => subscription.catch_up().await,
                    // A publication between the look above and this wait has left its permit in `wake`.
                    false => subscription.wake.notified().await,
                }
            };
            tokio::select! {
                biased;
                () = more => {}
                () = &mut self.stop => return None,
                () = &mut self.alarm => {
                    let (now, due) = (Instant::now(), self.sent + self.keep_alive);
                    if due <= now {
                        self.alarm.as_mut().reset(now + self.keep_alive);
                        return Some(subscription.delivery.sign_of_life());
                    }
                    self.alarm.as_mut().reset(due);
                }
            }
        }
    }
}

impl Drop for Subscription {
    fn drop(&mut self) {
        tracing::debug!(topics = %self.delivery.topics, delivered = self.delivered.events, "a subscriber left");
        self.store.unsubscribe(&self.sources, &self.wake);
    }
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
