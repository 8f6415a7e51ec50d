//! The journal of one hub alone: an SQLite database in a folder of its own.
//!
//! One thread writes. What waits for it goes into one transaction, and each message is acknowledged, and handed to the
//! subscribers, when that is committed.

mod schema;
mod writer;

use std::fs::{self, File, TryLockError};
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use futures_util::future::{BoxFuture, FutureExt};
use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, Row, params};
use tokio::sync::{mpsc, oneshot};

use super::journal::{Journal, Page, Post, Span};
use super::live::Live;
use super::{Listed, OpenError, Retention, Room, StoreError};
use crate::event::{Event, EventId};
use crate::message::Message;
use crate::topic::TopicName;

/// Messages that wait to be written; more wait in their requests.
const QUEUE: usize = 1024;

/// A journal in a folder.
#[derive(Debug)]
pub(super) struct Sqlite {
    requests: mpsc::Sender<Request>,
    reader: Arc<Mutex<Connection>>,
    retention: Retention,
    /// No other hub may write here.
    _lock: File,
}

/// A message to write, and who waits for that.
struct Request {
    post: Post,
    done: oneshot::Sender<Result<EventId, StoreError>>,
}

impl Sqlite {
    /// Opens the journal of a folder, which is made if need be, and `live` after its newest event. A damaged database
    /// is set aside.
    pub(super) fn open(folder: &Path, retention: Retention, room: Room) -> Result<(Sqlite, Arc<Live>), OpenError> {
        let failed = |source| OpenError::Folder { folder: folder.to_owned(), source };
        fs::create_dir_all(folder).map_err(failed)?;
        let lock = File::create(folder.join("hub.lock")).map_err(failed)?;
        lock.try_lock().map_err(|error| match error {
            TryLockError::WouldBlock => OpenError::InUse { folder: folder.to_owned() },
            TryLockError::Error(source) => failed(source),
        })?;
        let file = folder.join("hub.db");
        let (writer, reader) = schema::open(&file)?;
        let unreadable = |source| OpenError::Database { file: file.clone(), source };
        let (newest, born) = schema::life(&writer).map_err(unreadable)?;
        let live = Arc::new(Live::before(room, newest, born));
        let (requests, queue) = mpsc::channel(QUEUE);
        let writer = writer::Writer::new(writer, live.clone(), newest, retention, room.topics).map_err(unreadable)?;
        std::thread::Builder::new().name("hub-journal".into()).spawn(move || writer.run(queue)).map_err(failed)?;
        Ok((Sqlite { requests, reader: Arc::new(Mutex::new(reader)), retention, _lock: lock }, live))
    }

    /// Reads on a thread that may wait for the disk.
    fn ask<T: Send + 'static>(
        &self,
        question: impl FnOnce(&Connection) -> rusqlite::Result<T> + Send + 'static,
    ) -> BoxFuture<'_, Result<T, StoreError>> {
        let reader = self.reader.clone();
        async move {
            let answer =
                tokio::task::spawn_blocking(move || question(&reader.lock().unwrap_or_else(PoisonError::into_inner)));
            answer.await.map_err(|_| StoreError::closed())?.map_err(|error| unavailable(&error))
        }
        .boxed()
    }

    /// Older events are kept no more, even where nothing has been published since.
    fn oldest(&self) -> EventId {
        Timestamp::now().checked_sub(self.retention.age).map_or(EventId::ZERO, EventId::before)
    }
}

impl Journal for Sqlite {
    fn append(&self, post: Post) -> BoxFuture<'_, Result<EventId, StoreError>> {
        async move {
            let (done, answer) = oneshot::channel();
            self.requests.send(Request { post, done }).await.map_err(|_| StoreError::closed())?;
            answer.await.map_err(|_| StoreError::closed())?
        }
        .boxed()
    }

    fn read(&self, topics: Vec<TopicName>, span: Span) -> BoxFuture<'_, Result<Page, StoreError>> {
        let oldest = self.oldest();
        self.ask(move |reader| {
            let parts = topics.iter().map(|topic| read_topic(reader, topic, oldest, span));
            Ok(Page::merge(parts.collect::<Result<Vec<_>, _>>()?, span))
        })
    }

    fn present(&self, topic: TopicName, max: usize) -> BoxFuture<'_, Result<Vec<Arc<Event>>, StoreError>> {
        self.ask(move |reader| {
            let mut present = reader.prepare_cached(
                "SELECT id, body FROM latest WHERE topic = (SELECT id FROM topic WHERE name = ?1)
                 UNION ALL SELECT id, body FROM event
                     WHERE topic = (SELECT id FROM topic WHERE name = ?1) AND NOT keyed
                 ORDER BY id DESC LIMIT ?2",
            )?;
            let rows = present.query_map(params![topic.as_str(), max], |row| event(row, &topic))?;
            let mut events = rows.collect::<Result<Vec<_>, _>>()?;
            events.reverse();
            Ok(events)
        })
    }

    fn things(&self, topic: TopicName) -> BoxFuture<'_, Result<Vec<Arc<Event>>, StoreError>> {
        self.ask(move |reader| {
            let mut things = reader.prepare_cached(
                "SELECT id, body FROM latest WHERE topic = (SELECT id FROM topic WHERE name = ?1) ORDER BY id",
            )?;
            things.query_map([topic.as_str()], |row| event(row, &topic))?.collect()
        })
    }

    fn thing(&self, topic: TopicName, key: String) -> BoxFuture<'_, Result<Option<Arc<Event>>, StoreError>> {
        self.ask(move |reader| {
            let mut thing = reader.prepare_cached(
                "SELECT id, body FROM latest WHERE topic = (SELECT id FROM topic WHERE name = ?1) AND key = ?2",
            )?;
            thing.query_row([topic.as_str(), &key], |row| event(row, &topic)).optional()
        })
    }

    fn newest(&self) -> BoxFuture<'_, Result<EventId, StoreError>> {
        self.ask(|reader| reader.query_row("SELECT newest FROM hub", [], |row| row.get(0)).map(EventId::from_number))
    }

    fn topics(&self) -> BoxFuture<'_, Result<Vec<(TopicName, Listed)>, StoreError>> {
        let oldest = self.oldest().to_number();
        self.ask(move |reader| {
            let mut topics = reader.prepare_cached(
                "SELECT name, count(event.id), max(event.id) FROM topic JOIN event ON event.topic = topic.id
                 WHERE event.id > ?1 GROUP BY topic.id",
            )?;
            let rows = topics.query_map([oldest], |row| {
                let newest = Some(EventId::from_number(row.get(2)?));
                Ok((row.get::<_, String>(0)?, Listed { events: row.get(1)?, newest, ..Listed::default() }))
            })?;
            let named = |(name, listed): (String, Listed)| Some((name.parse().ok()?, listed));
            rows.filter_map(|row| row.map(named).transpose()).collect()
        })
    }
}

/// One topic's events of a span, and the newest that was let go.
fn read_topic(
    reader: &Connection,
    topic: &TopicName,
    oldest: EventId,
    span: Span,
) -> rusqlite::Result<(Vec<Arc<Event>>, EventId)> {
    let mut known = reader.prepare_cached("SELECT id, dropped FROM topic WHERE name = ?1")?;
    let known: Option<(i64, i64)> =
        known.query_row([topic.as_str()], |row| Ok((row.get(0)?, row.get(1)?))).optional()?;
    let Some((id, dropped)) = known else { return Ok((Vec::new(), EventId::ZERO)) };
    let mut aged = reader.prepare_cached("SELECT max(id) FROM event WHERE topic = ?1 AND id <= ?2")?;
    let aged: Option<i64> = aged.query_row(params![id, oldest.to_number()], |row| row.get(0))?;
    let dropped = EventId::from_number(aged.unwrap_or(0).max(dropped));
    let mut events = reader
        .prepare_cached("SELECT id, body FROM event WHERE topic = ?1 AND id > ?2 AND id <= ?3 ORDER BY id LIMIT ?4")?;
    let after = span.after.max(dropped).to_number();
    let events = events.query_map(params![id, after, span.until.to_number(), span.max], |row| event(row, topic))?;
    Ok((events.collect::<Result<_, _>>()?, dropped))
}

/// The event of a row (id, body).
fn event(row: &Row<'_>, topic: &TopicName) -> rusqlite::Result<Arc<Event>> {
    let message = Message::kept(row.get_ref(1)?.as_bytes()?);
    Ok(Event::of(EventId::from_number(row.get(0)?), topic, message))
}

/// What an error of the database means to who publishes or subscribes.
fn unavailable(error: &rusqlite::Error) -> StoreError {
    use rusqlite::ErrorCode::{DiskFull, PermissionDenied, ReadOnly};
    tracing::error!(%error, "the hub's journal failed");
    StoreError::Unavailable(match error.sqlite_error_code() {
        Some(DiskFull) => "the hub's disk is full, so nothing can be kept: free some space, then try again".into(),
        Some(ReadOnly | PermissionDenied) => {
            "the hub may not write to its data folder: make that writable, then try again".into()
        }
        _ => format!("the hub's journal failed ({error}): try again"),
    })
}
