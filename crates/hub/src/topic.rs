//! One topic: its name, the events it keeps, and whom to wake when there is a new one.

mod things;

use std::collections::VecDeque;
use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use jiff::Timestamp;
use tokio::sync::Notify;

use self::things::Things;
use crate::event::{Event, EventId};
use crate::store::Retention;

/// The name of a topic: 1 to 64 letters, digits, `_` or `-`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct TopicName(Arc<str>);

/// The text is no name for a topic.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a topic name: use 1 to 64 of A-Z, a-z, 0-9, _ and -")]
pub struct NotATopicName;

impl TopicName {
    /// A name of the hub's own.
    pub(crate) fn own(name: &'static str) -> TopicName {
        debug_assert!(name.parse::<TopicName>().is_ok());
        TopicName(name.into())
    }

    /// The name as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for TopicName {
    type Err = NotATopicName;

    fn from_str(name: &str) -> Result<Self, NotATopicName> {
        let fits = (1..=64).contains(&name.len());
        let plain = name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'-');
        if fits && plain { Ok(TopicName(name.into())) } else { Err(NotATopicName) }
    }
}

impl fmt::Display for TopicName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The events of a topic, oldest first, and its subscribers.
///
/// Subscribers hold no queue of their own: each remembers how far it has read and reads on from here. However slow
/// one is, it costs nothing but its socket. What is let go of here may still be in the journal.
#[derive(Debug)]
pub(crate) struct Topic {
    events: VecDeque<Arc<Event>>,
    bytes: usize,
    /// They stay when their events are let go of, until they are gone.
    things: Things,
    /// Every later event is still here.
    dropped: EventId,
    subscribers: Vec<Arc<Notify>>,
}

impl Topic {
    /// Has no events; those up to `dropped` have not been here.
    pub(crate) fn after(dropped: EventId) -> Topic {
        Topic { events: VecDeque::new(), bytes: 0, things: Things::default(), dropped, subscribers: Vec::new() }
    }

    /// Keeps the event, lets go of what is over the limits, and wakes the subscribers.
    pub(crate) fn append(&mut self, event: Arc<Event>, retention: &Retention, now: Timestamp) {
        self.bytes += event.frame.len();
        self.things.learn(&event, retention.bytes);
        self.events.push_back(event);
        // The newest stays even if it is over the limit alone: someone is about to read it.
        while self.events.len() > retention.events.max(1) || (self.bytes > retention.bytes && self.events.len() > 1) {
            self.drop_oldest();
        }
        self.expire(retention, now);
        self.wake();
    }

    /// Events up to `newest` have not been here.
    pub(crate) fn skip(&mut self, newest: EventId) {
        self.events.clear();
        self.bytes = 0;
        self.things = Things::default();
        self.dropped = newest;
        self.wake();
    }

    fn wake(&self) {
        for subscriber in &self.subscribers {
            subscriber.notify_one();
        }
    }

    /// Lets go of what is too old.
    pub(crate) fn expire(&mut self, retention: &Retention, now: Timestamp) {
        let Ok(oldest) = now.checked_sub(retention.age) else { return };
        let oldest = EventId::before(oldest);
        while self.events.front().is_some_and(|event| event.id <= oldest) {
            self.drop_oldest();
        }
    }

    fn drop_oldest(&mut self) {
        if let Some(event) = self.events.pop_front() {
            self.bytes -= event.frame.len();
            self.dropped = event.id;
        }
    }

    /// Adds up to `max` events after `place`, which is not before what was let go.
    pub(crate) fn read(&self, place: EventId, max: usize, events: &mut Vec<Arc<Event>>) {
        let from = self.events.partition_point(|event| event.id <= place);
        events.extend(self.events.range(from..).take(max).cloned());
    }

    /// The newest `max` events that no later one replaces, and of things that are not gone.
    pub(crate) fn present(&self, max: usize) -> Vec<Arc<Event>> {
        let unkeyed = self.events.iter().filter(|event| event.key.is_none());
        let mut present: Vec<_> = self.things().chain(unkeyed).cloned().collect();
        present.sort_by_key(|event| event.id);
        present.split_off(present.len().saturating_sub(max))
    }

    /// The latest event about each thing that is not gone, oldest first.
    pub(crate) fn things(&self) -> impl Iterator<Item = &Arc<Event>> {
        self.things.iter()
    }

    /// The latest event about one thing, if that is not gone.
    pub(crate) fn thing(&self, key: &str) -> Option<&Arc<Event>> {
        self.things.get(key)
    }

    pub(crate) fn dropped(&self) -> EventId {
        self.dropped
    }

    pub(crate) fn subscribe(&mut self, subscriber: Arc<Notify>) {
        self.subscribers.push(subscriber);
    }

    pub(crate) fn unsubscribe(&mut self, subscriber: &Arc<Notify>) {
        if let Some(at) = self.subscribers.iter().position(|other| Arc::ptr_eq(other, subscriber)) {
            self.subscribers.swap_remove(at);
        }
    }

    /// How many events are here, and the newest.
    pub(crate) fn kept(&self) -> (u64, Option<EventId>) {
        (self.events.len() as u64, self.events.back().map(|event| event.id))
    }

    pub(crate) fn subscribers(&self) -> usize {
        self.subscribers.len()
    }

    /// Nobody listens and nothing is kept: the topic might as well not exist.
    pub(crate) fn is_idle(&self) -> bool {
        self.subscribers.is_empty() && self.events.is_empty() && self.things.iter().next().is_none()
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::event::Key;

    fn at(ms: i64) -> Timestamp {
        Timestamp::from_millisecond(ms).unwrap()
    }

    fn event(ms: i64, data: &str, key: Option<(&str, bool)>) -> Arc<Event> {
        let key = key.map(|(name, gone)| Key { name: name.into(), gone });
        Event::new(EventId::ZERO.next(at(ms)), None, data, key)
    }

    fn ids(events: &[Arc<Event>]) -> Vec<u64> {
        events.iter().map(|event| event.id.millis()).collect()
    }

    fn after(topic: &Topic, place: EventId, max: usize) -> Vec<Arc<Event>> {
        let mut events = Vec::new();
        topic.read(place, max, &mut events);
        events
    }

    fn filled(retention: &Retention, count: i64) -> Topic {
        let mut topic = Topic::after(EventId::ZERO);
        for ms in 1..=count {
            topic.append(event(ms, "x", None), retention, at(ms));
        }
        topic
    }

    #[test]
    fn names_are_plain() {
        for name in ["a", "Backups_2-x", &"x".repeat(64)] {
            assert_eq!(name.parse::<TopicName>().unwrap().as_str(), name);
        }
        for name in ["", "a b", "a/b", "ä", "a.b", "a,b", &"x".repeat(65)] {
            assert_eq!(name.parse::<TopicName>(), Err(NotATopicName), "{name:?}");
        }
    }

    #[test]
    fn keeps_a_count_a_size_and_an_age() {
        let all = |topic: &Topic| ids(&after(topic, EventId::ZERO, 100));
        let long = Retention::default();
        let by_count = filled(&Retention { events: 3, ..long }, 5);
        assert_eq!(all(&by_count), [3, 4, 5]);

        let frame = event(1, "x", None).frame.len();
        let by_size = filled(&Retention { bytes: 2 * frame + 1, ..long }, 5);
        assert_eq!(all(&by_size), [4, 5]);
        assert_eq!(all(&filled(&Retention { bytes: 1, ..long }, 5)), [5], "the newest stays");

        let retention = Retention { age: Duration::from_millis(10), ..long };
        let mut by_age = filled(&retention, 5);
        by_age.expire(&retention, at(13));
        assert_eq!(all(&by_age), [3, 4, 5]);
        by_age.expire(&retention, at(100));
        assert!(by_age.is_idle());
    }

    #[test]
    fn a_reader_reads_on_from_its_place_and_sees_what_was_let_go() {
        let mut topic = filled(&Retention { events: 3, ..Retention::default() }, 9);
        let place = |ms| EventId::ZERO.next(at(ms));
        assert_eq!(topic.dropped(), place(6));
        assert_eq!(ids(&after(&topic, place(6), 2)), [7, 8]);
        topic.skip(place(20));
        assert_eq!((topic.dropped(), ids(&after(&topic, place(6), 9))), (place(20), vec![]));
    }

    #[test]
    fn the_present_is_the_newest_of_each_thing_that_is_not_gone() {
        let mut topic = Topic::after(EventId::ZERO);
        let keyed = [("a", false), ("b", false), ("a", false), ("c", false), ("b", true)];
        for (ms, key) in (1..).zip(keyed) {
            topic.append(event(ms, "x", Some(key)), &Retention::default(), at(ms));
        }
        assert_eq!(topic.thing("a").map(|event| event.id.millis()), Some(3));
        assert!(topic.thing("b").is_none() && topic.thing("x").is_none());
        assert_eq!(ids(&topic.present(9)), [3, 4]);
        assert_eq!(ids(&topic.present(1)), [4]);
        topic.append(event(6, "x", None), &Retention::default(), at(6));
        assert_eq!(ids(&topic.present(9)), [3, 4, 6]);
        topic.expire(&Retention { age: Duration::ZERO, ..Retention::default() }, at(100));
        assert_eq!(ids(&topic.present(9)), [3, 4], "what is known of a thing stays");
        assert!(!topic.is_idle());
    }
}
