//! An event as the hub keeps it: its id, and the bytes that go to every subscriber.

use std::fmt;
use std::str::FromStr;
use std::sync::{Arc, OnceLock};

use bytes::Bytes;
use jiff::Timestamp;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::message::Message;
use crate::topic::TopicName;

use crate::gist::Gist;

/// The id of an event: when it was published, and a counter for events of one millisecond. Written `1795227709123-0`.
///
/// Ids ascend over all topics of a hub, also across a restart, and over all hubs on one Redis. So one id is the place
/// of a subscriber in any number of topics, at any of these hubs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EventId {
    ms: u64,
    seq: u32,
}

/// Bits of the counter: an id is one ascending number of 63 bits, up to the year 2248.
const SEQ_BITS: u32 = 20;
const MAX_SEQ: u32 = (1 << SEQ_BITS) - 1;
const MAX_MS: u64 = (1 << (63 - SEQ_BITS)) - 1;

impl EventId {
    /// Before every event.
    pub(crate) const ZERO: EventId = EventId { ms: 0, seq: 0 };

    /// The id that follows this one at `now`. A clock that stands still or goes back only moves the counter.
    pub(crate) fn next(self, now: Timestamp) -> EventId {
        let ms = u64::try_from(now.as_millisecond()).unwrap_or(0);
        if ms > self.ms {
            EventId { ms, seq: 0 }
        } else if self.seq < MAX_SEQ {
            EventId { ms: self.ms, seq: self.seq + 1 }
        } else {
            EventId { ms: self.ms + 1, seq: 0 }
        }
    }

    /// The place just before everything published at `time` or later.
    pub(crate) fn before(time: Timestamp) -> EventId {
        match u64::try_from(time.as_millisecond()) {
            Ok(ms) if ms > 0 => EventId { ms: ms - 1, seq: MAX_SEQ },
            _ => EventId::ZERO,
        }
    }

    /// As one number, in the same order.
    pub(crate) fn to_number(self) -> i64 {
        i64::try_from(self.ms << SEQ_BITS | u64::from(self.seq)).unwrap_or(i64::MAX)
    }

    /// The id of a number from [`EventId::to_number`].
    pub(crate) fn from_number(number: i64) -> EventId {
        let number = u64::try_from(number).unwrap_or(0);
        EventId { ms: number >> SEQ_BITS, seq: u32::try_from(number & u64::from(MAX_SEQ)).unwrap_or(0) }
    }

    /// When the event was published, in milliseconds since 1970.
    pub fn millis(self) -> u64 {
        self.ms
    }
}

impl fmt::Display for EventId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}", self.ms, self.seq)
    }
}

/// The text is not an id of this hub.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not an event id of this hub: it should look like 1795227709123-0")]
pub struct NotAnEventId;

impl FromStr for EventId {
    type Err = NotAnEventId;

    fn from_str(text: &str) -> Result<Self, NotAnEventId> {
        // `parse` alone would also take a sign.
        let digits = |part: &str| part.bytes().all(|b| b.is_ascii_digit());
        let (ms, seq) = text.split_once('-').filter(|(ms, seq)| digits(ms) && digits(seq)).ok_or(NotAnEventId)?;
        let (ms, seq) = (ms.parse().map_err(|_| NotAnEventId)?, seq.parse().map_err(|_| NotAnEventId)?);
        if ms <= MAX_MS && seq <= MAX_SEQ { Ok(EventId { ms, seq }) } else { Err(NotAnEventId) }
    }
}

/// What an event is about, where a later event about the same replaces it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Key {
    pub(crate) name: String,
    /// This event is the last about it: the thing itself is gone.
    pub(crate) gone: bool,
}

/// One kept event. Subscribers share it.
#[derive(Debug)]
pub(crate) struct Event {
    pub(crate) id: EventId,
    pub(crate) key: Option<Key>,
    /// The event as it goes over the wire, rendered once for all subscribers.
    pub(crate) frame: Bytes,
    /// Where its data begins in the frame, of which it is the last line.
    data: usize,
    /// Apart, since most events are never asked for it.
    gist: OnceLock<Box<Gist>>,
}

impl Event {
    /// A message, published in this topic with this id.
    pub(crate) fn of(id: EventId, topic: &TopicName, message: Message) -> Arc<Event> {
        let (kind, data, key) = message.into_event(id, topic);
        Event::new(id, kind.as_deref(), &data, key)
    }

    /// `data` and `kind` are one line each; [`crate::Message`] sees to it.
    pub(crate) fn new(id: EventId, kind: Option<&str>, data: &str, key: Option<Key>) -> Arc<Event> {
        debug_assert!(!data.contains(['\r', '\n']));
        let frame = match kind {
            Some(kind) => format!("id: {id}\nevent: {kind}\ndata: {data}\n\n"),
            None => format!("id: {id}\ndata: {data}\n\n"),
        };
        let start = frame.len() - data.len() - 2;
        Arc::new(Event { id, key, frame: frame.into(), data: start, gist: OnceLock::new() })
    }

    /// The data with its line end, which shares the frame's bytes.
    pub(crate) fn line(&self) -> Bytes {
        self.frame.slice(self.data..self.frame.len() - 1)
    }

    /// What filters and plain text need of it.
    pub(crate) fn gist(&self) -> &Gist {
        self.gist.get_or_init(|| Box::new(Gist::read(self.id, &self.frame[self.data..])))
    }

    /// Its data as a thing, if it is one.
    pub(crate) fn read<T: DeserializeOwned>(&self) -> Option<T> {
        // The lines before it hold no line end, so the first is it.
        let data = std::str::from_utf8(&self.frame).ok()?.split_once("\ndata: ")?.1;
        serde_json::from_str(data).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(ms: i64) -> Timestamp {
        Timestamp::from_millisecond(ms).unwrap()
    }

    #[test]
    fn ids_ascend_whatever_the_clock_does() {
        let first = EventId::ZERO.next(at(1000));
        let same_ms = first.next(at(1000));
        let clock_back = same_ms.next(at(500));
        let later = clock_back.next(at(1001));
        let written: Vec<_> = [first, same_ms, clock_back, later].map(|id| id.to_string()).into();
        assert_eq!(written, ["1000-0", "1000-1", "1000-2", "1001-0"]);
        assert!(first < same_ms && same_ms < clock_back && clock_back < later);
        let full = EventId { ms: 7, seq: MAX_SEQ };
        assert!(full < full.next(at(7)));
    }

    #[test]
    fn ids_are_numbers_in_the_same_order() {
        let ids = [
            EventId::ZERO,
            EventId { ms: 7, seq: MAX_SEQ },
            EventId { ms: 8, seq: 0 },
            EventId { ms: MAX_MS, seq: MAX_SEQ },
        ];
        let numbers = ids.map(EventId::to_number);
        assert!(numbers.is_sorted());
        assert_eq!(numbers.map(EventId::from_number), ids);
    }

    #[test]
    fn a_time_lies_before_its_own_events_and_after_earlier_ones() {
        let place = EventId::before(at(1000));
        assert!(place < EventId::ZERO.next(at(1000)));
        assert!(place > EventId::ZERO.next(at(999)));
        assert_eq!(EventId::before(at(-5)), EventId::ZERO);
    }

    #[test]
    fn ids_are_read_back_and_nothing_else_is() {
        let id = EventId { ms: 1_795_227_709_123, seq: 4 };
        assert_eq!(id.to_string().parse(), Ok(id));
        for text in [
            "9999999999999-0",
            "1-1048576",
            "",
            "-",
            "12",
            "12-",
            "-1",
            "+1-2",
            "1-+2",
            "1--2",
            "a-b",
            "1-99999999999",
            " 1-2",
        ] {
            assert_eq!(text.parse::<EventId>(), Err(NotAnEventId), "{text:?}");
        }
    }
}
