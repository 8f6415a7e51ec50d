//! What has just happened, in memory: every subscriber reads from here, and is woken when there is more.
//!
//! All of it is behind one short lock that no await is held across.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use jiff::Timestamp;
use tokio::sync::Notify;

use super::{Listed, Read, Retention, Room, Source, StoreError};
use crate::event::{Event, EventId};
use crate::topic::{Topic, TopicName};

/// What is kept of a topic in memory, where a journal has the rest.
const RING: Retention = Retention { events: 1000, bytes: 256 * 1024, age: Duration::MAX };

/// The newest events of each topic, and who reads them.
#[derive(Debug)]
pub(super) struct Live {
    retention: Retention,
    room: Room,
    /// Whether a journal has what is let go of here.
    backed: bool,
    /// Events up to this one are of another life of the hub, or of another hub.
    born: EventId,
    state: Mutex<State>,
}

#[derive(Debug)]
struct State {
    /// Every event up to this one has been here.
    newest: EventId,
    topics: HashMap<TopicName, Topic>,
    subscribers: usize,
    bells: Vec<(TopicName, Arc<Notify>)>,
}

impl Live {
    /// Keeps so much of each topic, and that is all there is.
    pub(super) fn alone(retention: Retention, room: Room, now: Timestamp) -> Live {
        Live::new(retention, room, false, EventId::ZERO, EventId::before(now))
    }

    /// Stands before a journal that began after `born` and has come to `newest`.
    pub(super) fn before(room: Room, newest: EventId, born: EventId) -> Live {
        Live::new(RING, room, true, newest, born)
    }

    fn new(retention: Retention, room: Room, backed: bool, newest: EventId, born: EventId) -> Live {
        let state = State { newest, topics: HashMap::new(), subscribers: 0, bells: Vec::new() };
        Live { retention, room, backed, born, state: Mutex::new(state) }
    }

    /// Events up to this one are of another life of the hub, or of another hub.
    pub(super) fn born(&self) -> EventId {
        self.born
    }

    /// The newest event that has been here, or what lies behind all that was skipped.
    pub(super) fn newest(&self) -> EventId {
        self.lock().newest
    }

    /// Takes an event that has no id yet, where there is no journal to give it one.
    pub(super) fn append(
        &self,
        topic: &TopicName,
        now: Timestamp,
        event: impl FnOnce(EventId) -> Arc<Event>,
        fits: impl FnOnce(&Topic) -> bool,
    ) -> Result<EventId, StoreError> {
        let mut state = self.lock();
        let id = state.newest.next(now);
        let log = self.topic(&mut state, topic, now)?;
        if !fits(log) {
            return Err(StoreError::Changed);
        }
        log.append(event(id), &self.retention, now);
        state.newest = id;
        state.ring(topic);
        Ok(id)
    }

    /// Takes what a journal has kept, in the order of the ids, and wakes the subscribers.
    pub(super) fn arrived(&self, events: impl IntoIterator<Item = (TopicName, Arc<Event>)>, now: Timestamp) {
        let mut state = self.lock();
        for (topic, event) in events {
            if event.id <= state.newest {
                continue;
            }
            state.newest = event.id;
            state.ring(&topic);
            // Where nobody reads there is nothing to remember: the journal has it.
            if let Some(log) = state.topics.get_mut(&topic) {
                log.append(event, &self.retention, now);
            }
        }
    }

    /// Says that events up to `newest` have been missed here: the journal has them.
    pub(super) fn skip(&self, newest: EventId) {
        let mut state = self.lock();
        state.newest = state.newest.max(newest);
        let newest = state.newest;
        state.topics.values_mut().for_each(|topic| topic.skip(newest));
        state.bells.iter().for_each(|(_, bell)| bell.notify_one());
    }

    /// Rings when there may be something new in a topic.
    pub(super) fn bell(&self, topic: &TopicName) -> Arc<Notify> {
        let bell = Arc::new(Notify::new());
        self.lock().bells.push((topic.clone(), bell.clone()));
        bell
    }

    /// Comes to read some topics. Returns the newest event there has been.
    pub(super) fn subscribe(
        &self,
        topics: &[TopicName],
        wake: &Arc<Notify>,
        now: Timestamp,
    ) -> Result<(Vec<Source>, EventId), StoreError> {
        let mut state = self.lock();
        if state.subscribers >= self.room.subscribers {
            return Err(StoreError::Subscribers);
        }
        let mut sources: Vec<Source> = Vec::with_capacity(topics.len());
        for topic in topics {
            match self.topic(&mut state, topic, now) {
                Ok(log) => {
                    log.expire(&self.retention, now);
                    log.subscribe(wake.clone());
                    sources.push(topic.clone());
                }
                Err(error) => {
                    state.leave(&sources, wake, self.backed);
                    return Err(error);
                }
            }
        }
        state.subscribers += 1;
        Ok((sources, state.newest))
    }

    /// Goes.
    pub(super) fn unsubscribe(&self, sources: &[Source], wake: &Arc<Notify>) {
        let mut state = self.lock();
        state.leave(sources, wake, self.backed);
        state.subscribers -= 1;
    }

    /// Up to `max` events after `place`, in the order of their ids.
    pub(super) fn read(&self, sources: &[Source], place: EventId, max: usize) -> Read {
        let state = self.lock();
        let mut events = Vec::new();
        for topic in sources.iter().filter_map(|source| state.topics.get(source)) {
            if topic.dropped() > place {
                return Read::Behind;
            }
            topic.read(place, max, &mut events);
        }
        if sources.len() > 1 {
            events.sort_by_key(|event: &Arc<Event>| event.id);
            events.truncate(max);
        }
        Read::Events(events)
    }

    /// The newest event that was let go of in these topics.
    pub(super) fn dropped(&self, sources: &[Source]) -> EventId {
        let state = self.lock();
        let dropped = sources.iter().filter_map(|source| state.topics.get(source)).map(Topic::dropped);
        dropped.max().unwrap_or(EventId::ZERO)
    }

    /// The topics that are read, and without a journal those that hold events.
    pub(super) fn topics(&self, now: Timestamp) -> BTreeMap<TopicName, Listed> {
        let mut state = self.lock();
        let topics = state.topics.iter_mut().map(|(name, topic)| {
            topic.expire(&self.retention, now);
            let (events, newest) = if self.backed { (0, None) } else { topic.kept() };
            (name.clone(), Listed { events, newest, subscribers: topic.subscribers() })
        });
        topics.filter(|(_, listed)| listed.events > 0 || listed.subscribers > 0).collect()
    }

    /// The latest event about each thing in a topic that is not gone, oldest first.
    pub(super) fn things(&self, topic: &TopicName) -> Vec<Arc<Event>> {
        self.lock().topics.get(topic).map(|topic| topic.things().cloned().collect()).unwrap_or_default()
    }

    /// The latest event about one thing, if that is not gone.
    pub(super) fn thing(&self, topic: &TopicName, key: &str) -> Option<Arc<Event>> {
        self.lock().topics.get(topic)?.thing(key).cloned()
    }

    /// How things stand in a topic: its newest `max` events that no later one replaces.
    pub(super) fn present(&self, topic: &TopicName, max: usize) -> Vec<Arc<Event>> {
        self.lock().topics.get(topic).map(|topic| topic.present(max)).unwrap_or_default()
    }

    pub(super) fn subscribers(&self) -> usize {
        self.lock().subscribers
    }

    /// The topic, made if need be and if there is room.
    fn topic<'a>(&self, state: &'a mut State, name: &TopicName, now: Timestamp) -> Result<&'a mut Topic, StoreError> {
        if !state.topics.contains_key(name) && state.topics.len() >= self.room.topics {
            state.topics.retain(|_, topic| {
                topic.expire(&self.retention, now);
                !topic.is_idle()
            });
            if state.topics.len() >= self.room.topics {
                return Err(StoreError::Topics);
            }
        }
        // What a journal has was not here.
        let dropped = if self.backed { state.newest } else { EventId::ZERO };
        Ok(state.topics.entry(name.clone()).or_insert_with(|| Topic::after(dropped)))
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        // No code panics while it holds the lock half-way through a change.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn ring(&self, topic: &TopicName) {
        let heard = self.bells.iter().filter(|(name, _)| name == topic);
        heard.for_each(|(_, bell)| bell.notify_one());
    }

    fn leave(&mut self, sources: &[Source], wake: &Arc<Notify>, backed: bool) {
        for source in sources {
            if let Some(topic) = self.topics.get_mut(source) {
                topic.unsubscribe(wake);
                if topic.is_idle() || (backed && topic.subscribers() == 0) {
                    self.topics.remove(source);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::message::Message;

    fn at(ms: i64) -> Timestamp {
        Timestamp::from_millisecond(ms).unwrap()
    }

    fn name(name: &str) -> TopicName {
        name.parse().unwrap()
    }

    fn id(ms: i64) -> EventId {
        EventId::ZERO.next(at(ms))
    }

    fn counts(live: &Live) -> (usize, usize) {
        let state = live.lock();
        (state.topics.len(), state.subscribers)
    }

    fn alone(topics: usize, subscribers: usize) -> Live {
        let retention = Retention { age: Duration::from_secs(1), ..Retention::default() };
        Live::alone(retention, Room { topics, subscribers }, at(0))
    }

    fn append(live: &Live, topic: &str, ms: i64) -> Result<EventId, StoreError> {
        let topic = name(topic);
        live.append(&topic, at(ms), |id| Event::of(id, &topic, Message::text("x")), |_| true)
    }

    fn arrival(topic: &str, ms: i64) -> (TopicName, Arc<Event>) {
        (name(topic), Event::of(id(ms), &name(topic), Message::text("x")))
    }

    fn read(live: &Live, topics: &[TopicName], after: i64) -> Option<Vec<u64>> {
        match live.read(topics, id(after), 9) {
            Read::Events(events) => Some(events.iter().map(|event| event.id.millis()).collect()),
            Read::Behind => None,
        }
    }

    #[test]
    fn room_for_topics_is_made_by_what_is_too_old() {
        let live = alone(2, 9);
        append(&live, "a", 10_000).unwrap();
        append(&live, "b", 10_500).unwrap();
        assert_eq!(append(&live, "c", 10_600), Err(StoreError::Topics));
        assert!(append(&live, "a", 10_600).is_ok(), "a known topic still takes messages");
        assert!(append(&live, "c", 11_501).is_ok(), "b had nothing left");
        assert_eq!(counts(&live), (2, 0));
    }

    #[test]
    fn subscribers_are_counted_and_leave_nothing_behind() {
        let live = alone(2, 1);
        let wake = Arc::new(Notify::new());
        let (a, b, c) = (name("a"), name("b"), name("c"));
        assert_eq!(live.subscribe(&[a.clone(), b.clone(), c], &wake, at(1)), Err(StoreError::Topics));
        assert_eq!(counts(&live), (0, 0), "refused, so nothing stays");
        let (sources, _) = live.subscribe(&[a.clone(), b], &wake, at(1)).unwrap();
        assert_eq!(counts(&live), (2, 1));
        assert_eq!(live.subscribe(&[a], &wake, at(1)), Err(StoreError::Subscribers));
        live.unsubscribe(&sources, &wake);
        assert_eq!(counts(&live), (0, 0));
    }

    #[test]
    fn before_a_journal_only_what_is_read_is_held_and_what_was_not_here_is_behind() {
        let live = Live::before(Room { topics: 9, subscribers: 9 }, id(5), id(1));
        let wake = Arc::new(Notify::new());
        let (topics, newest) = live.subscribe(&[name("a")], &wake, at(6)).unwrap();
        assert_eq!(newest, id(5));
        live.arrived([arrival("a", 6), arrival("b", 7), arrival("a", 8)], at(8));
        assert_eq!(live.newest(), id(8));
        assert_eq!(read(&live, &topics, 5), Some(vec![6, 8]));
        assert_eq!(read(&live, &topics, 4), None, "the journal has it");
        live.arrived([arrival("a", 8), arrival("a", 9)], at(9));
        assert_eq!(read(&live, &topics, 6), Some(vec![8, 9]), "what comes again is not taken twice");
        let (b, _) = live.subscribe(&[name("b")], &wake, at(9)).unwrap();
        assert_eq!(read(&live, &b, 5), None, "nobody read it when it came");
        assert_eq!(read(&live, &b, 9), Some(vec![]));
    }

    #[test]
    fn what_was_missed_is_behind_for_everyone() {
        let live = Live::before(Room { topics: 9, subscribers: 9 }, id(5), id(1));
        let wake = Arc::new(Notify::new());
        let (topics, _) = live.subscribe(&[name("a")], &wake, at(6)).unwrap();
        live.arrived([arrival("a", 6)], at(6));
        live.skip(id(20));
        assert_eq!((live.newest(), read(&live, &topics, 6)), (id(20), None));
        live.arrived([arrival("a", 21)], at(21));
        assert_eq!(read(&live, &topics, 20), Some(vec![21]));
    }
}
