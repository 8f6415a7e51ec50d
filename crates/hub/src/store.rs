//! Every topic of the hub, in memory: the only place that gives out ids, keeps events and counts subscribers.
//!
//! All of it is behind one short lock that no await is held across. What is under this module's few calls (`append`,
//! `read`, `subscribe`) may become a database without the rest of the hub noticing.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use jiff::Timestamp;
use tokio::sync::Notify;

use crate::event::{Event, EventId};
use crate::message::Message;
use crate::subscription::Subscription;
use crate::topic::{FellBehind, Topic, TopicName};

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

/// The store takes no more of these.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Full {
    Topics,
    Subscribers,
}

/// Where a subscriber begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Start {
    /// With what comes from now on.
    Now,
    /// With everything kept.
    Kept,
    /// After this place.
    After(EventId),
    /// With how things stand: up to so many of the newest events, without those that a later one replaces.
    Present(usize),
}

/// A topic that a subscriber reads, and what had been let go of it when the subscriber came.
#[derive(Debug, Clone)]
pub(crate) struct Source {
    pub(crate) topic: TopicName,
    pub(crate) floor: EventId,
}

/// What a store holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Counts {
    pub(crate) topics: usize,
    pub(crate) subscribers: usize,
}

#[derive(Debug)]
pub(crate) struct Store {
    retention: Retention,
    room: Room,
    state: Mutex<State>,
}

#[derive(Debug)]
struct State {
    newest: EventId,
    topics: HashMap<TopicName, Topic>,
    subscribers: usize,
}

impl Store {
    pub(crate) fn new(retention: Retention, room: Room) -> Arc<Store> {
        let state = State { newest: EventId::ZERO, topics: HashMap::new(), subscribers: 0 };
        Arc::new(Store { retention, room, state: Mutex::new(state) })
    }

    /// Keeps the message and wakes its subscribers.
    pub(crate) fn append(&self, topic: &TopicName, message: Message, now: Timestamp) -> Result<EventId, Full> {
        let mut state = self.lock();
        let id = state.newest.next(now);
        let log = self.topic(&mut state, topic, now)?;
        let (kind, data, key) = message.into_event(id, topic);
        log.append(Event::new(id, kind.as_deref(), &data, key), &self.retention, now);
        state.newest = id;
        Ok(id)
    }

    /// A place in some topics from which to read on.
    pub(crate) fn subscribe(
        self: &Arc<Store>,
        topics: &[TopicName],
        start: Start,
        now: Timestamp,
    ) -> Result<Subscription, Full> {
        let mut state = self.lock();
        if state.subscribers >= self.room.subscribers {
            return Err(Full::Subscribers);
        }
        let wake = Arc::new(Notify::new());
        let mut present = Vec::new();
        let mut sources: Vec<Source> = Vec::with_capacity(topics.len());
        for topic in topics {
            match self.topic(&mut state, topic, now) {
                Ok(log) => {
                    log.expire(&self.retention, now);
                    if let Start::Present(max) = start {
                        present.extend(log.present(max));
                    }
                    log.subscribe(wake.clone());
                    sources.push(Source { topic: topic.clone(), floor: log.dropped() });
                }
                Err(full) => {
                    state.leave(&sources, &wake);
                    return Err(full);
                }
            }
        }
        state.subscribers += 1;
        let place = match start {
            Start::Now | Start::Present(_) => state.newest,
            Start::Kept => EventId::ZERO,
            // An id that this hub has yet to give out is from another life of it, with another clock: it says nothing.
            Start::After(id) if id > state.newest => EventId::ZERO,
            Start::After(id) => id,
        };
        present.sort_by_key(|event| event.id);
        Ok(Subscription::new(self.clone(), sources, place, present, wake))
    }

    /// Up to `max` events after `place`, in the order of their ids.
    pub(crate) fn read(&self, sources: &[Source], place: EventId, max: usize) -> Result<Vec<Arc<Event>>, FellBehind> {
        let state = self.lock();
        let mut events = Vec::new();
        for source in sources {
            if let Some(log) = state.topics.get(&source.topic) {
                events.extend(log.read(place, source.floor, max)?);
            }
        }
        if sources.len() > 1 {
            events.sort_by_key(|event| event.id);
            events.truncate(max);
        }
        Ok(events)
    }

    pub(crate) fn unsubscribe(&self, sources: &[Source], wake: &Arc<Notify>) {
        let mut state = self.lock();
        state.leave(sources, wake);
        state.subscribers -= 1;
    }

    pub(crate) fn counts(&self) -> Counts {
        let state = self.lock();
        Counts { topics: state.topics.len(), subscribers: state.subscribers }
    }

    /// The topic, made if need be and if there is room.
    fn topic<'a>(&self, state: &'a mut State, name: &TopicName, now: Timestamp) -> Result<&'a mut Topic, Full> {
        if !state.topics.contains_key(name) && state.topics.len() >= self.room.topics {
            state.topics.retain(|_, topic| {
                topic.expire(&self.retention, now);
                !topic.is_idle()
            });
            if state.topics.len() >= self.room.topics {
                return Err(Full::Topics);
            }
        }
        Ok(state.topics.entry(name.clone()).or_insert_with(Topic::new))
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        // No code panics while it holds the lock half-way through a change.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn leave(&mut self, sources: &[Source], wake: &Arc<Notify>) {
        for source in sources {
            if let Some(topic) = self.topics.get_mut(&source.topic) {
                topic.unsubscribe(wake);
                if topic.is_idle() {
                    self.topics.remove(&source.topic);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(ms: i64) -> Timestamp {
        Timestamp::from_millisecond(ms).unwrap()
    }

    fn name(name: &str) -> TopicName {
        name.parse().unwrap()
    }

    fn store(topics: usize, subscribers: usize) -> Arc<Store> {
        Store::new(Retention { age: Duration::from_secs(1), ..Retention::default() }, Room { topics, subscribers })
    }

    #[test]
    fn room_for_topics_is_made_by_what_is_too_old() {
        let store = store(2, 9);
        store.append(&name("a"), Message::text("x"), at(10_000)).unwrap();
        store.append(&name("b"), Message::text("x"), at(10_500)).unwrap();
        assert_eq!(store.append(&name("c"), Message::text("x"), at(10_600)).unwrap_err(), Full::Topics);
        assert!(store.append(&name("a"), Message::text("x"), at(10_600)).is_ok(), "a known topic still takes messages");
        assert!(store.append(&name("c"), Message::text("x"), at(11_501)).is_ok(), "b had nothing left");
        assert_eq!(store.counts(), Counts { topics: 2, subscribers: 0 });
    }

    #[test]
    fn subscribers_are_counted_and_leave_nothing_behind() {
        let store = store(2, 1);
        let (a, b, c) = (name("a"), name("b"), name("c"));
        assert_eq!(store.subscribe(&[a.clone(), b.clone(), c], Start::Now, at(1)).unwrap_err(), Full::Topics);
        assert_eq!(store.counts(), Counts { topics: 0, subscribers: 0 }, "refused, so nothing stays");
        let subscription = store.subscribe(&[a.clone(), b], Start::Now, at(1)).unwrap();
        assert_eq!(store.counts(), Counts { topics: 2, subscribers: 1 });
        assert_eq!(store.subscribe(&[a], Start::Now, at(1)).unwrap_err(), Full::Subscribers);
        drop(subscription);
        assert_eq!(store.counts(), Counts { topics: 0, subscribers: 0 });
    }

    #[test]
    fn an_id_from_the_future_replays_everything_kept() {
        let store = store(2, 9);
        let kept = store.append(&name("a"), Message::text("x"), at(1000)).unwrap();
        let mut subscription =
            store.subscribe(&[name("a")], Start::After("9999-0".parse().unwrap()), at(1000)).unwrap();
        let chunk = subscription.try_next().unwrap().unwrap();
        assert!(String::from_utf8_lossy(&chunk).contains(&kept.to_string()));
    }
}
