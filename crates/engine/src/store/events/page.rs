//! A page of the history: what a question asks for, newest first.
//!
//! Words, and with them types of events, are found by the full-text index. For the other filters there is none, as it
//! would slow down what is written all the time: a page looks at so many events, and says where the next one goes on.

use rusqlite::{Connection, ToSql, params};

use super::{LISTED_BYTES, first_since, select};
use crate::{
    model::{Millis, Page, Query, Seq},
    store::{FeedNo, feeds, series},
    words,
};

const DEFAULT_LIMIT: u32 = 200;
const MAX_LIMIT: u32 = 1000;
/// Events that a page looks at one by one: a fraction of a second.
const MOST_LOOKED_AT: u32 = 100_000;

/// A page of the history.
pub(crate) fn page(connection: &Connection, query: &Query) -> rusqlite::Result<Page> {
    page_within(connection, query, MOST_LOOKED_AT)
}

/// The same, with so many events that are looked at one by one.
fn page_within(connection: &Connection, query: &Query, most: u32) -> rusqlite::Result<Page> {
    let feed = match &query.feed {
        Some(id) => match feeds::number(connection, id)? {
            Some(no) => Some(no),
            None => return Ok(Page { events: Vec::new(), more: false, next: None, gaps: Vec::new() }),
        },
        None => None,
    };
    let limit = query.limit.unwrap_or(DEFAULT_LIMIT).clamp(1, MAX_LIMIT);
    let (oldest, before) = bounds(connection, query, feed)?;
    let kind = query.event.as_deref().and_then(words::of_type);
    let wanted = [query.search.as_deref().and_then(words::of_query), kind].into_iter().flatten().collect::<Vec<_>>();
    let looks =
        query.key.is_some() || query.priority.is_some() || query.unread || query.event.is_some() && wanted.is_empty();
    let floor = if looks { floor(connection, feed, before, most)? } else { None };
    let from = floor.unwrap_or(oldest).max(oldest);

    // A person types prefixes, and `a* b` is not what `b a*` is: each is an expression of its own.
    let wanted = wanted.iter().map(|words| format!("({words})")).collect::<Vec<_>>().join(" AND ");
    let take = limit + 1;
    let mut conditions = Vec::new();
    let mut values: Vec<(&str, &dyn ToSql)> =
        vec![(":before", &before), (":from", &from), (":take", &take), (":listed", &LISTED_BYTES)];
    let seq = if wanted.is_empty() {
        "e.seq"
    } else {
        conditions.push("w.event_words MATCH :wanted");
        values.push((":wanted", &wanted));
        "w.rowid"
    };
    if let Some(feed) = &feed {
        conditions.push("e.feed = :feed");
        values.push((":feed", feed));
    }
    if let Some(event) = &query.event {
        conditions.push("e.event = :event");
        values.push((":event", event));
    }
    if let Some(key) = &query.key {
        conditions.push("EXISTS (SELECT 1 FROM reading r WHERE r.event = e.seq AND r.key = :key)");
        values.push((":key", key));
    }
    if let Some(priority) = &query.priority {
        conditions.push("EXISTS (SELECT 1 FROM reading r WHERE r.event = e.seq AND r.priority >= :priority)");
        values.push((":priority", priority));
    }
    if query.unread {
        conditions.push("e.seq > f.read_seq");
    }
    let found = if wanted.is_empty() { "event e" } else { "event_words w CROSS JOIN event e ON e.seq = w.rowid" };
    let conditions: String = conditions.iter().map(|condition| format!(" AND {condition}")).collect();
    // In this order: else SQLite may go from feed to feed, and sort what it has found.
    // To substr a text ends where there is a NUL in it, so what is short is taken whole.
    let sql = format!(
        "SELECT e.seq, f.id, e.at, e.event, e.id,
         CASE WHEN octet_length(e.data) <= :listed THEN e.data ELSE substr(e.data, 1, :listed) END, octet_length(e.data)
         FROM {found} CROSS JOIN feed f ON f.no = e.feed
         WHERE {seq} < :before AND {seq} >= :from{conditions} ORDER BY {seq} DESC LIMIT :take"
    );
    let mut events = select(connection, &sql, values.as_slice())?;
    let is_full = events.len() > limit as usize;
    events.truncate(limit as usize);
    let last = events.last().map(|event| event.seq).filter(|_| is_full);
    let next = last.or(floor.filter(|floor| *floor > oldest));
    let mut page = Page { events, more: next.is_some(), next, gaps: Vec::new() };
    if let Some(feed) = feed {
        let ends = (ended_before(connection, query)?, next.map_or(Ok(0), |next| at(connection, next))?);
        page.gaps = series::gaps_ended(connection, feed, ends.1.max(query.since.unwrap_or(0)), ends.0)?;
    }
    Ok(page)
}

/// From which event on, and before which, there can be any.
fn bounds(connection: &Connection, query: &Query, feed: Option<FeedNo>) -> rusqlite::Result<(Seq, Seq)> {
    let mut oldest = query.since.map_or(Ok(0), |since| first_since(connection, since))?;
    let mut before = query.before.unwrap_or(Seq::MAX);
    if let Some(until) = query.until {
        before = before.min(first_since(connection, until)?);
    }
    if query.unread {
        let read: Option<Seq> = connection.query_row(
            "SELECT min(read_seq) FROM feed WHERE ?1 IS NULL OR no = ?1",
            params![feed],
            |row| row.get(0),
        )?;
        oldest = oldest.max(read.unwrap_or(0) + 1);
    }
    Ok((oldest, before))
}

/// The last of so many events before this one; `None` if there are fewer.
fn floor(connection: &Connection, feed: Option<FeedNo>, before: Seq, most: u32) -> rusqlite::Result<Option<Seq>> {
    let of_feed = "SELECT seq FROM event WHERE feed = ?1 AND seq < ?2 ORDER BY seq DESC LIMIT 1 OFFSET ?3";
    let of_all = "SELECT seq FROM event WHERE ?1 IS NULL AND seq < ?2 ORDER BY seq DESC LIMIT 1 OFFSET ?3";
    let sql = if feed.is_some() { of_feed } else { of_all };
    let mut statement = connection.prepare_cached(sql)?;
    let mut rows = statement.query(params![feed, before, most - 1])?;
    rows.next()?.map(|row| row.get(0)).transpose()
}

/// When the time of a page ends: with the event that it goes on before.
fn ended_before(connection: &Connection, query: &Query) -> rusqlite::Result<Millis> {
    let before = query.before.map_or(Ok(Millis::MAX), |before| at(connection, before))?;
    Ok(before.min(query.until.unwrap_or(Millis::MAX)))
}

/// When an event was received, or the first that is kept after it.
fn at(connection: &Connection, seq: Seq) -> rusqlite::Result<Millis> {
    let mut statement = connection.prepare_cached("SELECT at FROM event WHERE seq >= ?1 ORDER BY seq LIMIT 1")?;
    let mut rows = statement.query([seq])?;
    rows.next()?.map_or(Ok(Millis::MAX), |row| row.get(0))
}

#[cfg(test)]
mod tests;
