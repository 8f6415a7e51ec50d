//! The journal of many hubs: one Redis, and they are one hub.
//!
//! A script in Redis keeps an event in two streams at once, which makes it all or nothing: in that of its topic, for
//! who reads later, and in the wire, which each hub follows for what happens now. It also gives out the ids, so they
//! ascend over all hubs, and a place at one hub is a place at each.

mod keys;
mod wire;

use std::sync::Arc;
use std::time::Duration;

use futures_util::future::{BoxFuture, FutureExt};
use jiff::Timestamp;
use redis::aio::{ConnectionManager, ConnectionManagerConfig};
use redis::{Client, ErrorKind, RedisError, Script, pipe};
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use self::keys::{BORN, BYTES, DROPPED, NEWEST, TOPICS, WIRE, latest, log};
use super::journal::{Journal, Page, Post, Span};
use super::live::Live;
use super::{Listed, OpenError, Retention, Room, StoreError};
use crate::event::{Event, EventId};
use crate::message::Message;
use crate::topic::TopicName;

/// How long Redis may take over an answer.
const PATIENCE: Duration = Duration::from_secs(3);
/// What the wire keeps, for hubs that were cut off for a while; who was longer reads the topics' streams.
const WIRE_EVENTS: usize = 20_000;
const WIRE_BYTES: usize = 16 << 20;

/// What Redis answers to: one event, as its id and its message, and what it is about if nothing replaces it.
type Row = (String, Vec<(String, Vec<u8>)>);

/// A journal in Redis.
#[derive(Clone)]
pub(super) struct Redis {
    connection: ConnectionManager,
    append: Arc<Script>,
    retention: Retention,
    room: Room,
}

impl std::fmt::Debug for Redis {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Redis").finish_non_exhaustive()
    }
}

impl Redis {
    /// Opens the journal, and follows what other hubs write until `stop`.
    pub(super) async fn open(
        url: &str,
        retention: Retention,
        room: Room,
        tasks: &TaskTracker,
        stop: &CancellationToken,
    ) -> Result<(Redis, Arc<Live>), OpenError> {
        let refused = |error: &RedisError| OpenError::Redis { url: shown(url), reason: error.to_string() };
        let client = Client::open(url).map_err(|error| refused(&error))?;
        let config = ConnectionManagerConfig::new()
            .set_connection_timeout(Some(PATIENCE))
            .set_response_timeout(Some(PATIENCE))
            .set_max_delay(Duration::from_secs(1));
        let connection = timeout(PATIENCE, ConnectionManager::new_with_config(client.clone(), config))
            .await
            .map_err(|_| OpenError::Redis { url: shown(url), reason: "it does not answer".into() })?
            .map_err(|error| refused(&error))?;
        let append = Arc::new(Script::new(include_str!("redis/append.lua")));
        let journal = Redis { connection, append, retention, room };
        let (newest, born) = journal.life().await.map_err(|error| refused(&error))?;
        let live = Arc::new(Live::before(room, newest, born));
        let wire = wire::Wire { client, journal: journal.clone(), live: live.clone() };
        let stop = stop.clone();
        tasks.spawn(async move { stop.run_until_cancelled(wire.follow()).await });
        Ok((journal, live))
    }

    /// The newest event there has been, and what lies before the first.
    async fn life(&self) -> Result<(EventId, EventId), RedisError> {
        let born = EventId::before(Timestamp::now()).to_string();
        let (newest, born): (Option<String>, String) = pipe()
            .atomic()
            .set_nx(BORN, &born)
            .ignore()
            .get(NEWEST)
            .get(BORN)
            .query_async(&mut self.connection.clone())
            .await?;
        let id = |text: String| text.parse().map_err(|_| not_a_hub());
        Ok((newest.map_or(Ok(EventId::ZERO), id)?, id(born)?))
    }

    async fn try_append(&self, post: Post) -> Result<EventId, StoreError> {
        let Post { topic, message, replaces } = post;
        let key = message.about();
        let id: String = self
            .append
            .key(NEWEST)
            .key(WIRE)
            .key(log(&topic))
            .key(latest(&topic))
            .key(TOPICS)
            .key(DROPPED)
            .key(BYTES)
            .arg(topic.as_str())
            .arg(message.to_keep())
            .arg(key.map_or("", |key| key.name.as_str()))
            .arg(key.map_or("", |key| if key.gone { "gone" } else { "there" }))
            .arg(replaces.map(|id| id.to_string()).unwrap_or_default())
            .arg(self.retention.events)
            .arg(self.retention.bytes)
            .arg(u64::try_from(self.retention.age.as_millis()).unwrap_or(u64::MAX).min(1 << 50))
            .arg(self.room.topics)
            .arg(WIRE_EVENTS)
            .arg(WIRE_BYTES)
            .invoke_async(&mut self.connection.clone())
            .await
            .map_err(|error| match error.code() {
                Some("TOPICS") => StoreError::Topics,
                Some("CHANGED") => StoreError::Changed,
                _ => unavailable(&error),
            })?;
        id.parse().map_err(|_| unavailable(&not_a_hub()))
    }

    /// Each topic's part of a span.
    async fn read_topic(&self, topic: &TopicName, span: Span) -> Result<(Vec<Arc<Event>>, EventId), RedisError> {
        let oldest = Timestamp::now().checked_sub(self.retention.age).map_or(EventId::ZERO, EventId::before);
        let after = span.after.max(oldest);
        let (rows, dropped, newest, aged): (Vec<Row>, Option<String>, Option<String>, Vec<Row>) = pipe()
            .xrange_count(log(topic), format!("({after}"), span.until.to_string(), span.max)
            .hget(DROPPED, topic.as_str())
            .hget(TOPICS, topic.as_str())
            .xrevrange_count(log(topic), oldest.to_string(), "-", 1)
            .query_async(&mut self.connection.clone())
            .await?;
        let id = |text: Option<String>| text.and_then(|id| id.parse().ok()).unwrap_or(EventId::ZERO);
        let mut dropped = id(dropped).max(id(aged.into_iter().next().map(|(id, _)| id)));
        // A stream that has gone whole leaves only when its last event was.
        let newest = id(newest);
        if rows.is_empty() && newest <= oldest {
            dropped = dropped.max(newest);
        }
        let events = rows.into_iter().map(|row| read(row, topic)).collect::<Result<_, _>>()?;
        Ok((events, dropped))
    }

    async fn read_all(&self, topics: &[TopicName], span: Span) -> Result<Page, RedisError> {
        let mut parts = Vec::with_capacity(topics.len());
        for topic in topics {
            parts.push(self.read_topic(topic, span).await?);
        }
        Ok(Page::merge(parts, span))
    }

    async fn read_things(&self, topic: &TopicName) -> Result<Vec<Arc<Event>>, RedisError> {
        let held: Vec<Vec<u8>> =
            redis::cmd("HVALS").arg(latest(topic)).query_async(&mut self.connection.clone()).await?;
        let mut things = held.iter().map(|held| read_latest(held, topic)).collect::<Result<Vec<_>, _>>()?;
        things.sort_by_key(|event| event.id);
        Ok(things)
    }

    async fn read_thing(&self, topic: &TopicName, key: &str) -> Result<Option<Arc<Event>>, RedisError> {
        let held: Option<Vec<u8>> =
            redis::cmd("HGET").arg(latest(topic)).arg(key).query_async(&mut self.connection.clone()).await?;
        held.map(|held| read_latest(&held, topic)).transpose()
    }

    async fn read_present(&self, topic: &TopicName, max: usize) -> Result<Vec<Arc<Event>>, RedisError> {
        let (rows, latest): (Vec<Row>, Vec<Vec<u8>>) = pipe()
            .xrevrange_count(log(topic), "+", "-", self.retention.events)
            .hvals(latest(topic))
            .query_async(&mut self.connection.clone())
            .await?;
        let rows = rows.into_iter().map(|row| read(row, topic));
        let unkeyed = rows.filter(|event| event.as_ref().map_or(true, |event| event.key.is_none()));
        let latest = latest.iter().map(|held| read_latest(held, topic));
        let mut events = unkeyed.chain(latest).collect::<Result<Vec<_>, _>>()?;
        events.sort_by_key(|event| std::cmp::Reverse(event.id));
        events.truncate(max);
        events.reverse();
        Ok(events)
    }

    async fn read_topics(&self) -> Result<Vec<(TopicName, Listed)>, RedisError> {
        let mut connection = self.connection.clone();
        let oldest = Timestamp::now().checked_sub(self.retention.age).map_or(EventId::ZERO, EventId::before);
        let topics: Vec<(String, String)> = redis::cmd("HGETALL").arg(TOPICS).query_async(&mut connection).await?;
        let mut listed = Vec::new();
        for (name, newest) in topics {
            let (Ok(topic), Ok(newest)) = (name.parse::<TopicName>(), newest.parse::<EventId>()) else { continue };
            if newest > oldest {
                let events: u64 = redis::cmd("XLEN").arg(log(&topic)).query_async(&mut connection).await?;
                listed.push((topic, Listed { events, newest: Some(newest), ..Listed::default() }));
            }
        }
        Ok(listed)
    }
}

impl Journal for Redis {
    fn append(&self, post: Post) -> BoxFuture<'_, Result<EventId, StoreError>> {
        within(self.try_append(post).map(Ok)).map(|kept| kept?).boxed()
    }

    fn read(&self, topics: Vec<TopicName>, span: Span) -> BoxFuture<'_, Result<Page, StoreError>> {
        within(async move { self.read_all(&topics, span).await }).boxed()
    }

    fn present(&self, topic: TopicName, max: usize) -> BoxFuture<'_, Result<Vec<Arc<Event>>, StoreError>> {
        within(async move { self.read_present(&topic, max).await }).boxed()
    }

    fn things(&self, topic: TopicName) -> BoxFuture<'_, Result<Vec<Arc<Event>>, StoreError>> {
        within(async move { self.read_things(&topic).await }).boxed()
    }

    fn thing(&self, topic: TopicName, key: String) -> BoxFuture<'_, Result<Option<Arc<Event>>, StoreError>> {
        within(async move { self.read_thing(&topic, &key).await }).boxed()
    }

    fn newest(&self) -> BoxFuture<'_, Result<EventId, StoreError>> {
        within(async move { Ok(self.life().await?.0) }).boxed()
    }

    fn topics(&self) -> BoxFuture<'_, Result<Vec<(TopicName, Listed)>, StoreError>> {
        within(self.read_topics()).boxed()
    }
}

/// An answer in time. A connection that is being made again would be waited for without end.
async fn within<T>(answer: impl Future<Output = Result<T, RedisError>>) -> Result<T, StoreError> {
    match timeout(PATIENCE, answer).await {
        Ok(answer) => answer.map_err(|error| unavailable(&error)),
        Err(_) => Err(StoreError::Unavailable("the hub's Redis does not answer: try again".into())),
    }
}

fn unavailable(error: &RedisError) -> StoreError {
    tracing::warn!(%error, "the hub's Redis failed");
    StoreError::Unavailable("the hub's Redis cannot be used now: try again".into())
}

fn not_a_hub() -> RedisError {
    (ErrorKind::UnexpectedReturnType, "what it holds under these keys is not a hub's").into()
}

/// The event of a row of a stream.
fn read((id, fields): Row, topic: &TopicName) -> Result<Arc<Event>, RedisError> {
    let id: EventId = id.parse().map_err(|_| not_a_hub())?;
    let body = fields.into_iter().find_map(|(name, value)| (name == "body").then_some(value));
    Ok(Event::of(id, topic, Message::kept(&body.unwrap_or_default())))
}

/// The latest event about a thing: its id, a space, its message.
fn read_latest(held: &[u8], topic: &TopicName) -> Result<Arc<Event>, RedisError> {
    let space = held.iter().position(|&byte| byte == b' ').ok_or_else(not_a_hub)?;
    let id = String::from_utf8_lossy(&held[..space]).into_owned();
    read((id, vec![("body".into(), held[space + 1..].to_vec())]), topic)
}

/// A URL without its password.
fn shown(url: &str) -> String {
    match (url.split_once("://"), url.rsplit_once('@')) {
        (Some((scheme, _)), Some((_, host))) => format!("{scheme}://{host}"),
        _ => url.to_owned(),
    }
}
