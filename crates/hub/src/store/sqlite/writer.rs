//! The writing thread: what waits becomes one transaction.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, Transaction, params};
use tokio::sync::mpsc;

use super::super::live::Live;
use super::{Request, Retention, StoreError, unavailable};
use crate::event::{Event, EventId};
use crate::message::Message;
use crate::topic::TopicName;

/// Messages of one transaction.
const BATCH: usize = 512;
/// What an event takes besides its message, in bytes: its row and its place in the index.
const ROW: usize = 48;
/// Things whose latest event is kept, of one topic.
const KEYS: usize = 10_000;

pub(super) struct Writer {
    connection: Connection,
    live: Arc<Live>,
    newest: EventId,
    retention: Retention,
    /// Topics that may hold events.
    room: usize,
    topics: HashMap<TopicName, Held>,
}

/// What the database holds of a topic.
#[derive(Debug, Clone, Copy)]
struct Held {
    id: i64,
    events: usize,
    bytes: usize,
}

/// What a message became: its event, or why it is not kept.
type Kept = Result<Arc<Event>, StoreError>;

impl Writer {
    pub(super) fn new(
        connection: Connection,
        live: Arc<Live>,
        newest: EventId,
        retention: Retention,
        room: usize,
    ) -> rusqlite::Result<Writer> {
        let topics = held(&connection)?;
        Ok(Writer { connection, live, newest, retention, room, topics })
    }

    /// Writes until nobody can publish any more.
    pub(super) fn run(mut self, mut queue: mpsc::Receiver<Request>) {
        let mut requests = Vec::with_capacity(BATCH);
        while let Some(first) = queue.blocking_recv() {
            requests.push(first);
            while requests.len() < BATCH {
                match queue.try_recv() {
                    Ok(request) => requests.push(request),
                    Err(_) => break,
                }
            }
            self.write(&mut requests);
        }
    }

    fn write(&mut self, requests: &mut Vec<Request>) {
        let now = Timestamp::now();
        let newest = self.newest;
        match self.commit(requests, now) {
            Ok(kept) => {
                let events = requests.iter().zip(&kept);
                let arrived =
                    events.filter_map(|(request, kept)| Some((request.post.topic.clone(), kept.clone().ok()?)));
                self.live.arrived(arrived, now);
                for (request, kept) in requests.drain(..).zip(kept) {
                    // Who waited may have gone.
                    let _ = request.done.send(kept.map(|event| event.id));
                }
            }
            Err(error) => {
                self.newest = newest;
                // Nothing of the transaction holds, nor what was counted in it.
                match held(&self.connection) {
                    Ok(topics) => self.topics = topics,
                    Err(error) => tracing::error!(%error, "the hub's topics cannot be counted"),
                }
                let error = unavailable(&error);
                for request in requests.drain(..) {
                    let _ = request.done.send(Err(error.clone()));
                }
            }
        }
    }

    fn commit(&mut self, requests: &[Request], now: Timestamp) -> rusqlite::Result<Vec<Kept>> {
        let mut kept = Vec::with_capacity(requests.len());
        let mut touched = HashSet::new();
        let transaction = self.connection.transaction()?;
        for Request { post, .. } in requests {
            let Some(mut topic) = self.topics.get(&post.topic).copied().map_or_else(
                || make_room(&transaction, &mut self.topics, &post.topic, self.room, self.retention, now),
                |held| Ok(Some(held)),
            )?
            else {
                kept.push(Err(StoreError::Topics));
                continue;
            };
            if !replaces(&transaction, topic.id, &post.message, post.replaces)? {
                kept.push(Err(StoreError::Changed));
                continue;
            }
            self.newest = self.newest.next(now);
            let body = insert(&transaction, topic.id, self.newest, &post.message)?;
            topic.events += 1;
            topic.bytes += body + ROW;
            self.topics.insert(post.topic.clone(), topic);
            touched.insert(&post.topic);
            kept.push(Ok(Event::of(self.newest, &post.topic, post.message.clone())));
        }
        for topic in touched {
            if let Some(held) = self.topics.get_mut(topic) {
                trim(&transaction, held, self.retention, now)?;
            }
        }
        transaction.prepare_cached("UPDATE hub SET newest = ?1")?.execute([self.newest.to_number()])?;
        transaction.commit()?;
        Ok(kept)
    }
}

/// What each topic holds.
fn held(connection: &Connection) -> rusqlite::Result<HashMap<TopicName, Held>> {
    let mut topics = connection.prepare(
        "SELECT topic.name, topic.id, count(event.id), coalesce(sum(length(CAST(event.body AS BLOB))), 0)
         FROM topic LEFT JOIN event ON event.topic = topic.id GROUP BY topic.id",
    )?;
    let rows = topics.query_map([], |row| {
        let (name, events): (String, usize) = (row.get(0)?, row.get(2)?);
        Ok((name, Held { id: row.get(1)?, events, bytes: row.get::<_, usize>(3)? + events * ROW }))
    })?;
    let named = |(name, held): (String, Held)| Some((name.parse().ok()?, held));
    rows.filter_map(|row| row.map(named).transpose()).collect()
}

/// Makes a topic; where there are as many as there may be, one that has nothing left has to go for it.
fn make_room(
    transaction: &Transaction<'_>,
    topics: &mut HashMap<TopicName, Held>,
    name: &TopicName,
    room: usize,
    retention: Retention,
    now: Timestamp,
) -> rusqlite::Result<Option<Held>> {
    if topics.len() >= room {
        for held in topics.values_mut() {
            trim(transaction, held, retention, now)?;
        }
        let mut gone = transaction
            .prepare_cached("DELETE FROM topic WHERE id = ?1 AND NOT EXISTS (SELECT 1 FROM latest WHERE topic = ?1)")?;
        let mut empty = Vec::new();
        for (name, held) in topics.iter().filter(|(_, held)| held.events == 0) {
            if gone.execute([held.id])? > 0 {
                empty.push(name.clone());
            }
        }
        topics.retain(|name, _| !empty.contains(name));
        if topics.len() >= room {
            return Ok(None);
        }
    }
    transaction.prepare_cached("INSERT INTO topic (name) VALUES (?1)")?.execute([name.as_str()])?;
    Ok(Some(Held { id: transaction.last_insert_rowid(), events: 0, bytes: 0 }))
}

/// Whether a message stands on what it means to replace.
fn replaces(
    transaction: &Transaction<'_>,
    topic: i64,
    message: &Message,
    replaced: Option<EventId>,
) -> rusqlite::Result<bool> {
    let (Some(key), Some(replaced)) = (message.about(), replaced) else { return Ok(true) };
    let mut latest = transaction.prepare_cached("SELECT id FROM latest WHERE topic = ?1 AND key = ?2")?;
    let latest: Option<i64> = latest.query_row(params![topic, key.name], |row| row.get(0)).optional()?;
    Ok(latest.unwrap_or(0) == replaced.to_number())
}

/// Writes a message, and what it says of what it is about. Returns how long it is.
fn insert(transaction: &Transaction<'_>, topic: i64, id: EventId, message: &Message) -> rusqlite::Result<usize> {
    let body = message.to_keep();
    let id = id.to_number();
    transaction
        .prepare_cached("INSERT INTO event (id, topic, keyed, body) VALUES (?1, ?2, ?3, ?4)")?
        .execute(params![id, topic, message.about().is_some(), body])?;
    match message.about() {
        Some(key) if key.gone => {
            transaction
                .prepare_cached("DELETE FROM latest WHERE topic = ?1 AND key = ?2")?
                .execute(params![topic, key.name])?;
        }
        Some(key) => {
            transaction
                .prepare_cached("INSERT OR REPLACE INTO latest (topic, key, id, body) VALUES (?1, ?2, ?3, ?4)")?
                .execute(params![topic, key.name, id, body])?;
        }
        None => {}
    }
    Ok(body.len())
}

/// Lets go of what is over the limits, oldest first. The newest stays even if it is over them alone.
fn trim(transaction: &Transaction<'_>, held: &mut Held, retention: Retention, now: Timestamp) -> rusqlite::Result<()> {
    let old = now.checked_sub(retention.age).map_or(EventId::ZERO, EventId::before).to_number();
    let mut oldest =
        transaction.prepare_cached("SELECT id, length(CAST(body AS BLOB)) FROM event WHERE topic = ?1 ORDER BY id")?;
    let mut rows = oldest.query([held.id])?;
    let mut dropped = None;
    while let Some(row) = rows.next()? {
        let (id, bytes): (i64, usize) = (row.get(0)?, row.get(1)?);
        let over = held.events > retention.events.max(1) || (held.bytes > retention.bytes && held.events > 1);
        if !over && id > old {
            break;
        }
        held.events = held.events.saturating_sub(1);
        held.bytes = held.bytes.saturating_sub(bytes + ROW);
        dropped = Some(id);
    }
    drop(rows);
    transaction
        .prepare_cached(
            "DELETE FROM latest WHERE topic = ?1 AND id IN
             (SELECT id FROM latest WHERE topic = ?1 ORDER BY id DESC LIMIT -1 OFFSET ?2)",
        )?
        .execute(params![held.id, KEYS])?;
    if let Some(dropped) = dropped {
        transaction
            .prepare_cached("DELETE FROM event WHERE topic = ?1 AND id <= ?2")?
            .execute(params![held.id, dropped])?;
        transaction
            .prepare_cached("UPDATE topic SET dropped = ?2 WHERE id = ?1")?
            .execute(params![held.id, dropped])?;
    }
    Ok(())
}
