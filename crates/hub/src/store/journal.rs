//! What keeps events longer than memory does: the trait, and what goes in and out.

use std::fmt;
use std::sync::Arc;

use futures_util::future::BoxFuture;

use super::{Listed, StoreError};
use crate::event::{Event, EventId};
use crate::message::Message;
use crate::topic::TopicName;

/// Keeps events for a long time, gives them their ids, and hands each to [`super::live::Live`] once it is kept.
pub(super) trait Journal: fmt::Debug + Send + Sync {
    /// Keeps a message. When this returns, a kill loses nothing of it.
    fn append(&self, post: Post) -> BoxFuture<'_, Result<EventId, StoreError>>;

    /// Events of these topics in a span, oldest first.
    fn read(&self, topics: Vec<TopicName>, span: Span) -> BoxFuture<'_, Result<Page, StoreError>>;

    /// How things stand in a topic: its newest `max` events that no later one replaces, and of things not gone.
    fn present(&self, topic: TopicName, max: usize) -> BoxFuture<'_, Result<Vec<Arc<Event>>, StoreError>>;

    /// The latest event about each thing in a topic that is not gone, oldest first.
    fn things(&self, topic: TopicName) -> BoxFuture<'_, Result<Vec<Arc<Event>>, StoreError>>;

    /// The latest event about one thing, if that is not gone.
    fn thing(&self, topic: TopicName, key: String) -> BoxFuture<'_, Result<Option<Arc<Event>>, StoreError>>;

    /// The newest event that is kept, of any hub that shares the journal.
    fn newest(&self) -> BoxFuture<'_, Result<EventId, StoreError>>;

    /// The topics that hold events.
    fn topics(&self) -> BoxFuture<'_, Result<Vec<(TopicName, Listed)>, StoreError>>;
}

/// A message to keep.
#[derive(Debug)]
pub(crate) struct Post {
    pub(crate) topic: TopicName,
    pub(crate) message: Message,
    /// It is only kept if this is the newest about what it is about; [`EventId::ZERO`] is nothing yet.
    pub(crate) replaces: Option<EventId>,
}

/// After one event, up to another, and how many of each topic.
#[derive(Debug, Clone, Copy)]
pub(super) struct Span {
    pub(super) after: EventId,
    pub(super) until: EventId,
    pub(super) max: usize,
}

/// What a journal has of a span.
#[derive(Debug)]
pub(super) struct Page {
    pub(super) events: Vec<Arc<Event>>,
    /// There is no more up to here.
    pub(super) until: EventId,
    /// The newest event that is kept no more, in any of the topics.
    pub(super) dropped: EventId,
}

impl Page {
    /// Puts the topics' parts of a span together: one that is full says nothing of what follows its last event.
    pub(super) fn merge(parts: impl IntoIterator<Item = (Vec<Arc<Event>>, EventId)>, span: Span) -> Page {
        let mut page = Page { events: Vec::new(), until: span.until, dropped: EventId::ZERO };
        for (events, dropped) in parts {
            if let Some(last) = events.last().filter(|_| events.len() >= span.max) {
                page.until = page.until.min(last.id);
            }
            page.dropped = page.dropped.max(dropped);
            page.events.extend(events);
        }
        page.events.sort_by_key(|event| event.id);
        page.events.truncate(page.events.partition_point(|event| event.id <= page.until));
        page
    }
}
