//! The tables `event`, `reading` and `event_words`.

pub(crate) mod page;

use std::{io, sync::Arc};

use rusqlite::{Connection, OptionalExtension, Row, params};
use rust_decimal::Decimal;

use super::FeedNo;
use crate::model::{Event, EventExport, FeedId, Millis, Query, Reading, Seq, State};
use crate::words;

/// Data of an event in a list is cut to this size.
const LISTED_BYTES: usize = 4096;

/// Adds an event with its readings and words; the size of its data.
pub(super) fn insert(connection: &Connection, feed: FeedNo, event: &Event) -> rusqlite::Result<u64> {
    connection
        .prepare_cached("INSERT INTO event (seq, feed, at, event, id, data) VALUES (?1, ?2, ?3, ?4, ?5, ?6)")?
        .execute(params![event.seq, feed, event.at, &*event.event, &*event.id, &*event.data])?;
    for (part, reading) in event.readings.iter().enumerate() {
        insert_reading(connection, event.seq, part, reading)?;
        remember_latest(connection, feed, event.seq, reading)?;
    }
    connection
        .prepare_cached("INSERT INTO event_words (rowid, words) VALUES (?1, ?2)")?
        .execute(params![event.seq, words::of_event(event)])?;
    Ok(event.data.len() as u64)
}

fn insert_reading(connection: &Connection, seq: Seq, part: usize, reading: &Reading) -> rusqlite::Result<()> {
    if *reading == Reading::default() {
        return Ok(());
    }
    connection
        .prepare_cached(
            "INSERT INTO reading (event, part, key, title, body, value, unit, progress, total, priority, link, time, state, score)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14)",
        )?
        .execute(params![
            seq,
            part,
            reading.key,
            reading.title,
            reading.body,
            reading.value.map(|value| value.to_string()),
            reading.unit,
            reading.progress,
            reading.total,
            reading.priority,
            reading.link,
            reading.time,
            reading.state.map(state_name),
            reading.score.as_ref().and_then(|score| serde_json::to_string(score).ok()),
        ])?;
    Ok(())
}

/// Keeps the newest event of a key that stands for something: a price, a job, a task; not of who said something.
fn remember_latest(connection: &Connection, feed: FeedNo, seq: Seq, reading: &Reading) -> rusqlite::Result<()> {
    let Some(key) = &reading.key else { return Ok(()) };
    if reading.state == Some(State::Removed) {
        connection.prepare_cached("DELETE FROM latest WHERE feed = ?1 AND key = ?2")?.execute(params![feed, key])?;
    } else if reading.value.is_some() || reading.progress.is_some() || reading.state.is_some() {
        connection
            .prepare_cached(
                "INSERT INTO latest (feed, key, event) VALUES (?1, ?2, ?3)
                 ON CONFLICT (feed, key) DO UPDATE SET event = excluded.event",
            )?
            .execute(params![feed, key, seq])?;
    }
    Ok(())
}

/// The keys of a feed that stand for something.
pub(crate) fn keys_of_latest(connection: &Connection, feed: FeedNo) -> rusqlite::Result<Vec<String>> {
    connection.prepare_cached("SELECT key FROM latest WHERE feed = ?1")?.query_map([feed], |row| row.get(0))?.collect()
}

/// Shows the events since a time and up to one in their order, with their whole data: the newest `most` of them.
pub(crate) fn replay(
    connection: &Connection,
    since: Millis,
    until: Seq,
    most: Seq,
    mut show: impl FnMut(FeedNo, Arc<Event>),
) -> rusqlite::Result<()> {
    const PAGE: u32 = 500;
    let last = until.min(next_seq(connection)? - 1);
    let mut next = first_since(connection, since)?.max(last - most + 1);
    loop {
        let events = select(
            connection,
            "SELECT e.seq, f.id, e.at, e.event, e.id, e.data, octet_length(e.data)
             FROM event e JOIN feed f ON f.no = e.feed WHERE e.seq >= ?1 AND e.seq <= ?3 ORDER BY e.seq LIMIT ?2",
            params![next, PAGE, last],
        )?;
        let is_last = events.len() < PAGE as usize;
        for event in events {
            next = event.seq + 1;
            if let Some(no) = super::feeds::number(connection, &event.feed)? {
                show(no, Arc::new(event));
            }
        }
        if is_last {
            return Ok(());
        }
    }
}

/// Whether fewer than so many events came since a time.
pub(crate) fn count_is_below(connection: &Connection, since: Millis, count: Seq) -> rusqlite::Result<bool> {
    Ok(next_seq(connection)? - first_since(connection, since)? < count)
}

/// One event with its whole data.
pub(crate) fn one(connection: &Connection, seq: Seq) -> rusqlite::Result<Option<Event>> {
    let found = select(
        connection,
        "SELECT e.seq, f.id, e.at, e.event, e.id, e.data, octet_length(e.data)
         FROM event e JOIN feed f ON f.no = e.feed WHERE e.seq = ?1",
        params![seq],
    )?;
    Ok(found.into_iter().next())
}

/// What a card is drawn from, oldest first: the latest events of a feed, and of each key the newest.
pub(crate) fn latest(connection: &Connection, feed: &FeedId, limit: u32) -> rusqlite::Result<Vec<Event>> {
    let query = Query { feed: Some(feed.clone()), limit: Some(limit), ..Query::default() };
    let mut events = page::page(connection, &query)?.events;
    if events.len() == limit as usize {
        let oldest = events.last().map_or(0, |event| event.seq);
        events.extend(select(
            connection,
            "SELECT DISTINCT e.seq, f.id, e.at, e.event, e.id,
             CASE WHEN octet_length(e.data) <= ?4 THEN e.data ELSE substr(e.data, 1, ?4) END, octet_length(e.data)
             FROM feed f JOIN latest l ON l.feed = f.no JOIN event e ON e.seq = l.event
             WHERE f.id = ?1 AND l.event < ?2 ORDER BY e.seq DESC LIMIT ?3",
            params![feed.0, oldest, limit, LISTED_BYTES],
        )?);
    }
    events.reverse();
    Ok(events)
}

/// What the newest events of a feed are recognised by, the oldest first: type, id, data.
pub(crate) fn identities(
    connection: &Connection,
    feed: FeedNo,
    limit: usize,
) -> rusqlite::Result<Vec<(String, String, String)>> {
    let mut statement =
        connection.prepare_cached("SELECT event, id, data FROM event WHERE feed = ?1 ORDER BY seq DESC LIMIT ?2")?;
    let rows = statement.query_map(params![feed, limit], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?;
    let mut identities: Vec<_> = rows.collect::<Result<_, _>>()?;
    identities.reverse();
    Ok(identities)
}

/// The number after the newest event that ever was.
pub(crate) fn next_seq(connection: &Connection) -> rusqlite::Result<Seq> {
    let newest: Option<Seq> = connection
        .query_row("SELECT seq FROM sqlite_sequence WHERE name = 'event'", [], |row| row.get(0))
        .optional()?;
    Ok(newest.unwrap_or(0) + 1)
}

/// How many events of a feed are newer than the one the user has seen last.
pub(crate) fn count_after(connection: &Connection, feed: FeedNo, seq: Seq) -> rusqlite::Result<u64> {
    connection
        .query_row("SELECT count(*) FROM event WHERE feed = ?1 AND seq > ?2", params![feed, seq], |row| row.get(0))
}

/// When the oldest event of any feed was received.
pub(crate) fn oldest(connection: &Connection) -> rusqlite::Result<Option<Millis>> {
    connection.query_row("SELECT at FROM event ORDER BY seq LIMIT 1", [], |row| row.get(0)).optional()
}

/// When the newest event of any feed was received.
pub(crate) fn newest(connection: &Connection) -> rusqlite::Result<Option<Millis>> {
    connection.query_row("SELECT at FROM event ORDER BY seq DESC LIMIT 1", [], |row| row.get(0)).optional()
}

/// When the newest event of a feed was received.
pub(crate) fn newest_at(connection: &Connection, feed: FeedNo) -> rusqlite::Result<Option<Millis>> {
    connection
        .query_row("SELECT at FROM event WHERE feed = ?1 ORDER BY seq DESC LIMIT 1", [feed], |row| row.get(0))
        .optional()
}

/// Removes up to `limit` of a feed's oldest events that are older than `before`; how many, and their bytes.
pub(super) fn remove_oldest(
    connection: &Connection,
    feed: FeedNo,
    before: Millis,
    limit: u32,
) -> rusqlite::Result<(u64, u64)> {
    let mut statement = connection.prepare_cached(
        "SELECT seq, octet_length(data) FROM event WHERE feed = ?1 AND at < ?2 ORDER BY seq LIMIT ?3",
    )?;
    let old: Vec<(Seq, u64)> = statement
        .query_map(params![feed, before, limit], |row| Ok((row.get(0)?, row.get(1)?)))?
        .collect::<Result<_, _>>()?;
    for (seq, _) in &old {
        connection.prepare_cached("DELETE FROM event WHERE seq = ?1")?.execute([seq])?;
        connection.prepare_cached("DELETE FROM reading WHERE event = ?1")?.execute([seq])?;
        connection.prepare_cached("DELETE FROM event_words WHERE rowid = ?1")?.execute([seq])?;
        connection.prepare_cached("DELETE FROM latest WHERE event = ?1")?.execute([seq])?;
    }
    Ok((old.len() as u64, old.iter().map(|(_, bytes)| bytes).sum()))
}

/// Whether the history has an event of a feed from before a time.
pub(crate) fn came_before(connection: &Connection, feed: FeedNo, time: Millis) -> rusqlite::Result<bool> {
    let oldest = "SELECT ifnull((SELECT at FROM event WHERE feed = ?1 ORDER BY seq LIMIT 1) < ?2, 0)";
    connection.prepare_cached(oldest)?.query_row(params![feed, time], |row| row.get(0))
}

/// The first event received at or after a time: numbers ascend with time, so it is found by halving.
pub(super) fn first_since(connection: &Connection, since: Millis) -> rusqlite::Result<Seq> {
    let bounds: (Option<Seq>, Option<Seq>) =
        connection.query_row("SELECT (SELECT min(seq) FROM event), (SELECT max(seq) FROM event)", [], |row| {
            Ok((row.get(0)?, row.get(1)?))
        })?;
    let (Some(mut low), Some(newest)) = bounds else { return Ok(0) };
    let mut high = newest + 1;
    let mut statement = connection.prepare_cached("SELECT seq, at FROM event WHERE seq >= ?1 ORDER BY seq LIMIT 1")?;
    while low < high {
        let middle = low + (high - low) / 2;
        match statement.query_row([middle], |row| Ok((row.get::<_, Seq>(0)?, row.get::<_, Millis>(1)?))).optional()? {
            Some((seq, at)) if at < since => low = seq + 1,
            _ => high = middle,
        }
    }
    Ok(low)
}

/// Shows each event that fits, oldest first, with its whole data; one at a time is in memory. How many they were, or
/// what `show` failed with.
pub(super) fn each(
    connection: &Connection,
    feed: Option<FeedNo>,
    what: &EventExport,
    mut show: impl FnMut(&Event) -> io::Result<()>,
) -> rusqlite::Result<io::Result<u64>> {
    let oldest = what.since.map_or(Ok(0), |since| first_since(connection, since))?;
    let wanted = what.search.as_deref().and_then(words::of_query);
    // Each filter is there or not, so that the index of a feed is used.
    let of_feed = if feed.is_some() { "e.feed = ?1" } else { "?1 IS NULL" };
    let found = "e.seq IN (SELECT rowid FROM event_words WHERE event_words MATCH ?3)";
    let found = if wanted.is_some() { found } else { "?3 IS NULL" };
    let mut statement = connection.prepare(&format!(
        "SELECT e.seq, f.id, e.at, e.event, e.id, e.data, octet_length(e.data)
         FROM event e JOIN feed f ON f.no = e.feed WHERE {of_feed} AND e.seq >= ?2 AND {found} ORDER BY e.seq"
    ))?;
    let mut rows = statement.query(params![feed, oldest, wanted])?;
    let mut count = 0;
    while let Some(row) = rows.next()? {
        let mut event = event_of(row)?;
        add_readings(connection, &mut event)?;
        if let Err(error) = show(&event) {
            return Ok(Err(error));
        }
        count += 1;
    }
    Ok(Ok(count))
}

fn select(connection: &Connection, sql: &str, params: impl rusqlite::Params) -> rusqlite::Result<Vec<Event>> {
    let mut statement = connection.prepare_cached(sql)?;
    let mut events: Vec<Event> = statement.query_map(params, event_of)?.collect::<Result<_, _>>()?;
    events.iter_mut().try_for_each(|event| add_readings(connection, event))?;
    Ok(events)
}

fn add_readings(connection: &Connection, event: &mut Event) -> rusqlite::Result<()> {
    let mut readings = connection.prepare_cached(
        "SELECT part, key, title, body, value, unit, progress, total, priority, link, time, state, score
         FROM reading WHERE event = ?1 ORDER BY part",
    )?;
    let parts = readings.query_map([event.seq], |row| Ok((row.get::<_, usize>(0)?, reading_of(row)?)))?;
    for part in parts {
        let (part, reading) = part?;
        event.readings.resize_with(part, Reading::default);
        event.readings.push(reading);
    }
    if event.readings.is_empty() {
        event.readings.push(Reading::default());
    }
    Ok(())
}

fn event_of(row: &Row<'_>) -> rusqlite::Result<Event> {
    Ok(Event {
        seq: row.get(0)?,
        feed: FeedId(row.get(1)?),
        at: row.get(2)?,
        event: row.get::<_, String>(3)?.into(),
        id: row.get::<_, String>(4)?.into(),
        data: row.get::<_, String>(5)?.into(),
        bytes: row.get(6)?,
        readings: Vec::new(),
    })
}

fn reading_of(row: &Row<'_>) -> rusqlite::Result<Reading> {
    let value: Option<String> = row.get(4)?;
    let state: Option<String> = row.get(11)?;
    let score: Option<String> = row.get(12)?;
    Ok(Reading {
        key: row.get(1)?,
        title: row.get(2)?,
        body: row.get(3)?,
        value: value.and_then(|text| text.parse::<Decimal>().ok()),
        unit: row.get(5)?,
        progress: row.get(6)?,
        total: row.get(7)?,
        priority: row.get(8)?,
        link: row.get(9)?,
        time: row.get(10)?,
        state: state.and_then(|name| state_named(&name)),
        score: score.and_then(|json| serde_json::from_str(&json).ok()),
    })
}

fn state_name(state: State) -> &'static str {
    match state {
        State::Open => "open",
        State::Done => "done",
        State::Failed => "failed",
        State::Removed => "removed",
    }
}

fn state_named(name: &str) -> Option<State> {
    [State::Open, State::Done, State::Failed, State::Removed].into_iter().find(|state| state_name(*state) == name)
}
