//! The table `feed`.

use ecow::EcoString;
use rusqlite::{Connection, OptionalExtension, params};
use serde::Serialize;

use super::{events, series};
use crate::model::{Card, Feed, FeedId, Millis, Seq, View};

/// A feed's short number in the large tables.
pub(crate) type FeedNo = i64;

/// A feed as it is stored.
pub(crate) struct StoredFeed {
    pub(crate) no: FeedNo,
    pub(crate) feed: Feed,
    pub(crate) guessed_view: Option<View>,
    pub(crate) card: Card,
    pub(crate) last_event_id: EcoString,
    pub(crate) unread: u64,
    pub(crate) last_event_at: Option<Millis>,
    /// What it has, if its server tells the whole state at times.
    pub(crate) keys: Vec<String>,
}

/// All feeds in the order of the dashboard.
pub(crate) fn all(connection: &Connection) -> rusqlite::Result<Vec<StoredFeed>> {
    let mut statement = connection
        .prepare("SELECT no, config, guessed_view, last_event_id, read_seq, card FROM feed ORDER BY place, no")?;
    let mut rows = statement.query([])?;
    let mut feeds = Vec::new();
    while let Some(row) = rows.next()? {
        let no = row.get(0)?;
        let config: String = row.get(1)?;
        let feed: Feed = from_json(&config)?;
        let view: Option<String> = row.get(2)?;
        let read_seq: Seq = row.get(4)?;
        let card: Option<String> = row.get(5)?;
        let keys = match feed.dialect.snapshot {
            Some(_) => events::keys_of_latest(connection, no)?,
            None => Vec::new(),
        };
        feeds.push(StoredFeed {
            no,
            feed,
            keys,
            guessed_view: view.and_then(|view| serde_json::from_value(view.into()).ok()),
            card: card.and_then(|card| serde_json::from_str(&card).ok()).unwrap_or_default(),
            last_event_id: row.get::<_, String>(3)?.into(),
            unread: events::count_after(connection, no, read_seq)?,
            last_event_at: events::newest_at(connection, no)?,
        });
    }
    Ok(feeds)
}

/// The number of a feed.
pub(crate) fn number(connection: &Connection, id: &FeedId) -> rusqlite::Result<Option<FeedNo>> {
    connection.query_row("SELECT no FROM feed WHERE id = ?1", [&id.0], |row| row.get(0)).optional()
}

/// Adds a feed at the end; its number.
pub(crate) fn insert(connection: &Connection, feed: &Feed) -> rusqlite::Result<FeedNo> {
    connection.execute(
        "INSERT INTO feed (id, place, config) VALUES (?1, (SELECT ifnull(max(place), 0) + 1 FROM feed), ?2)",
        params![feed.id.0, to_json(feed)?],
    )?;
    Ok(connection.last_insert_rowid())
}

/// Stores what the user changed. A subscription to another address begins anew.
pub(crate) fn update(connection: &Connection, no: FeedNo, feed: &Feed, anew: bool) -> rusqlite::Result<()> {
    connection.execute("UPDATE feed SET config = ?2 WHERE no = ?1", params![no, to_json(feed)?])?;
    if anew {
        connection.execute("UPDATE feed SET last_event_id = '', guessed_view = NULL WHERE no = ?1", [no])?;
    }
    Ok(())
}

/// Removes a feed and what rules remember of it; its history goes with [`prune`], piece by piece.
pub(crate) fn remove(connection: &mut Connection, no: FeedNo) -> rusqlite::Result<()> {
    let transaction = connection.transaction()?;
    transaction.execute("DELETE FROM feed WHERE no = ?1", [no])?;
    transaction.execute("DELETE FROM rule_memory WHERE feed = ?1", [no])?;
    transaction.execute("DELETE FROM gap WHERE feed = ?1", [no])?;
    transaction.commit()
}

/// Stores the order of the dashboard.
pub(crate) fn order(connection: &mut Connection, feeds: &[FeedNo]) -> rusqlite::Result<()> {
    let transaction = connection.transaction()?;
    for (place, no) in feeds.iter().enumerate() {
        transaction.execute("UPDATE feed SET place = ?2 WHERE no = ?1", params![no, place])?;
    }
    transaction.commit()
}

/// Stores how the user wants a card.
pub(crate) fn arrange(connection: &Connection, no: FeedNo, card: Card) -> rusqlite::Result<()> {
    connection.execute("UPDATE feed SET card = ?2 WHERE no = ?1", params![no, to_json(&card)?])?;
    Ok(())
}

/// Stores where the subscription stands and how much data was added.
pub(super) fn advance(connection: &Connection, no: FeedNo, last_event_id: &str, bytes: u64) -> rusqlite::Result<()> {
    connection
        .prepare_cached("UPDATE feed SET last_event_id = ?2, bytes = bytes + ?3 WHERE no = ?1")?
        .execute(params![no, last_event_id, bytes])?;
    Ok(())
}

/// Stores the guessed view.
pub(super) fn guess(connection: &Connection, no: FeedNo, view: View) -> rusqlite::Result<()> {
    let name = serde_json::to_value(view).ok().and_then(|value| value.as_str().map(str::to_owned));
    connection.execute("UPDATE feed SET guessed_view = ?2 WHERE no = ?1", params![no, name])?;
    Ok(())
}

/// Stores that the user has seen all events up to this one.
pub(crate) fn read(connection: &Connection, no: FeedNo, seq: Seq) -> rusqlite::Result<()> {
    connection.execute("UPDATE feed SET read_seq = max(read_seq, ?2) WHERE no = ?1", params![no, seq])?;
    Ok(())
}

/// Removes one piece of what a feed keeps beyond its limits; whether there may be more to remove.
pub(crate) fn prune(
    connection: &mut Connection,
    no: FeedNo,
    older_than: Millis,
    max_bytes: u64,
) -> rusqlite::Result<bool> {
    /// Small enough that events wait for it only a moment.
    const PIECE: u32 = 2000;
    let transaction = connection.transaction()?;
    let (count, bytes) = events::remove_oldest(&transaction, no, older_than, PIECE)?;
    transaction.execute("UPDATE feed SET bytes = max(0, bytes - ?2) WHERE no = ?1", params![no, bytes])?;
    let kept: Option<u64> =
        transaction.query_row("SELECT bytes FROM feed WHERE no = ?1", [no], |row| row.get(0)).optional()?;
    let mut more = count == u64::from(PIECE);
    if kept.is_some_and(|kept| kept > max_bytes) {
        // A quarter of a piece at a time, so that not much more than needed goes.
        let (count, bytes) = events::remove_oldest(&transaction, no, Millis::MAX, PIECE / 4)?;
        transaction.execute("UPDATE feed SET bytes = max(0, bytes - ?2) WHERE no = ?1", params![no, bytes])?;
        more |= count > 0;
    }
    if !more {
        series::prune(&transaction, no)?;
    }
    transaction.commit()?;
    Ok(more)
}

/// How many events of a feed are unread, and when its newest came.
pub(crate) fn seen(connection: &Connection, no: FeedNo) -> rusqlite::Result<(u64, Option<Millis>)> {
    let read = connection.query_row("SELECT read_seq FROM feed WHERE no = ?1", [no], |row| row.get(0))?;
    Ok((events::count_after(connection, no, read)?, events::newest_at(connection, no)?))
}

/// Numbers of feeds that were removed and whose history is still there.
pub(crate) fn removed(connection: &Connection) -> rusqlite::Result<Vec<FeedNo>> {
    // A skip scan by hand: the index is walked from feed to feed, not from event to event.
    let mut statement = connection.prepare_cached(
        "WITH RECURSIVE present(no) AS (
             SELECT min(feed) FROM event
             UNION ALL SELECT (SELECT min(feed) FROM event WHERE feed > no) FROM present WHERE no IS NOT NULL
         ) SELECT no FROM present WHERE no IS NOT NULL AND no NOT IN (SELECT no FROM feed)",
    )?;
    statement.query_map([], |row| row.get(0))?.collect()
}

fn to_json(value: &impl Serialize) -> rusqlite::Result<String> {
    serde_json::to_string(value).map_err(|error| rusqlite::Error::ToSqlConversionFailure(error.into()))
}

fn from_json(text: &str) -> rusqlite::Result<Feed> {
    serde_json::from_str(text)
        .map_err(|error| rusqlite::Error::FromSqlConversionFailure(1, rusqlite::types::Type::Text, error.into()))
}
