//! How a subscriber is told of events: in which format, and of which of them.

use std::sync::Arc;
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use jiff::Timestamp;
use serde_json::json;

use crate::event::{Event, EventId};
use crate::filter::Filter;
use crate::gist::Origin;

/// The format of a stream.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Format {
    /// As an EventSource reads it.
    Sse {
        /// Whether events have their types. A page can't listen to types that it doesn't know.
        typed: bool,
    },
    /// A line of JSON each.
    Json,
    /// A line of text each.
    Raw,
}

impl Format {
    pub(crate) fn media_type(self) -> &'static str {
        match self {
            Format::Sse { .. } => "text/event-stream",
            Format::Json => "application/x-ndjson; charset=utf-8",
            Format::Raw => "text/plain; charset=utf-8",
        }
    }
}

/// What one subscriber is told, and how.
#[derive(Debug, Clone)]
pub(crate) struct Delivery {
    pub(crate) format: Format,
    pub(crate) filter: Filter,
    /// The topics as the subscriber named them.
    pub(crate) topics: Arc<str>,
    /// Whether it ends with what is kept, instead of waiting for more.
    pub(crate) poll: bool,
}

impl Default for Delivery {
    /// Every event, as an EventSource reads it.
    fn default() -> Self {
        Delivery { format: Format::Sse { typed: true }, filter: Filter::default(), topics: "".into(), poll: false }
    }
}

impl Delivery {
    /// What a stream begins with.
    pub(crate) fn greeting(&self, retry: Duration) -> Option<Bytes> {
        let open = match self.format {
            Format::Sse { .. } => format!("retry: {}\n\n", retry.as_millis()).into(),
            Format::Json => self.news("open"),
            Format::Raw => Bytes::from_static(b"\n"),
        };
        (!self.poll).then_some(open)
    }

    /// What is sent when there is nothing to say.
    pub(crate) fn sign_of_life(&self) -> Bytes {
        match self.format {
            Format::Sse { .. } => Bytes::from_static(b":\n\n"),
            Format::Json => self.news("keepalive"),
            Format::Raw => Bytes::from_static(b"\n"),
        }
    }

    /// An honest sign that events are gone for ever: those after `after`, up to `until` where that is known. It has no
    /// id, so an EventSource goes on from where it was.
    pub(crate) fn gap(&self, after: EventId, until: Option<EventId>) -> Bytes {
        let mut gap = json!({ "event": "gap", "topic": &*self.topics, "after": after.to_string() });
        if let Some(until) = until {
            gap["until"] = json!(until.to_string());
        }
        match self.format {
            Format::Sse { typed: true } => format!("event: gap\ndata: {gap}\n\n").into(),
            Format::Sse { typed: false } => format!("data: {gap}\n\n").into(),
            Format::Json => format!("{gap}\n").into(),
            Format::Raw => Bytes::from_static(b"\n"),
        }
    }

    /// A line in ntfy's form that is not about a message.
    fn news(&self, event: &str) -> Bytes {
        let now = Timestamp::now();
        let id = EventId::ZERO.next(now).to_string();
        format!("{}\n", json!({ "id": id, "time": now.as_second(), "event": event, "topic": &*self.topics })).into()
    }

    /// These events as the subscriber gets them, and how many of them he gets.
    pub(crate) fn render(&self, events: &[Arc<Event>]) -> (Bytes, u64) {
        if let ([event], Format::Sse { typed: true }, true) = (events, self.format, self.filter.is_open()) {
            return (event.frame.clone(), 1);
        }
        let mut bytes = BytesMut::with_capacity(events.iter().map(|event| event.frame.len()).sum());
        let mut count = 0;
        for event in events.iter().filter(|event| self.filter.admits(event)) {
            match self.format {
                Format::Sse { typed: true } => bytes.extend_from_slice(&event.frame),
                Format::Sse { typed: false } => {
                    bytes.extend_from_slice(format!("id: {}\ndata: ", event.id).as_bytes());
                    bytes.extend_from_slice(&event.line());
                    bytes.extend_from_slice(b"\n");
                }
                Format::Json => bytes.extend_from_slice(&event.line()),
                Format::Raw => match (event.gist().origin, &event.gist().message) {
                    (Origin::Publisher, _) => bytes.extend_from_slice(&event.line()),
                    (Origin::Text, message) => {
                        let message = message.as_deref().unwrap_or_default();
                        bytes.extend_from_slice(message.replace(['\r', '\n'], " ").as_bytes());
                        bytes.extend_from_slice(b"\n");
                    }
                    // There is no text in it.
                    (Origin::Change, _) => continue,
                },
            }
            count += 1;
        }
        (bytes.freeze(), count)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::message::{Change, Message};

    fn events() -> Vec<Arc<Event>> {
        let messages = [
            Message::text("a\nb"),
            Message::json(r#"{"n":1}"#).unwrap().event("count"),
            Message::changed("s".parse().unwrap(), Change::Cleared),
        ];
        let events = messages.into_iter().zip(0..).map(|(message, n)| {
            let id = format!("1000-{n}").parse().unwrap();
            let (kind, data, key) = message.into_event(id, &"t".parse().unwrap());
            Event::new(id, kind.as_deref(), &data, key)
        });
        events.collect()
    }

    #[test]
    fn each_format_has_its_own_words() {
        const A: &str = r#"{"id":"1000-0","time":1,"event":"message","topic":"t","message":"a\nb"}"#;
        const S: &str = r#"{"id":"1000-2","time":1,"event":"message_clear","topic":"t","sequence_id":"s"}"#;
        let cases = [
            (
                Format::Sse { typed: true },
                format!(
                    "id: 1000-0\ndata: {A}\n\nid: 1000-1\nevent: count\ndata: {{\"n\":1}}\n\n\
                     id: 1000-2\nevent: message_clear\ndata: {S}\n\n"
                ),
                3,
            ),
            (
                Format::Sse { typed: false },
                format!("id: 1000-0\ndata: {A}\n\nid: 1000-1\ndata: {{\"n\":1}}\n\nid: 1000-2\ndata: {S}\n\n"),
                3,
            ),
            (Format::Json, format!("{A}\n{{\"n\":1}}\n{S}\n"), 3),
            (Format::Raw, "a b\n{\"n\":1}\n".to_owned(), 2),
        ];
        for (format, expected, count) in cases {
            let delivery = Delivery { format, ..Delivery::default() };
            assert_eq!(delivery.render(&events()), (Bytes::from(expected), count), "{format:?}");
        }
    }
}
