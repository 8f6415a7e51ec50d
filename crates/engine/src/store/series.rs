//! The tables `series` and `gap`: what a chart is drawn from.
//!
//! A short time is read value by value. Where that would be too many, the rows of `series` stand for a minute each, so
//! that a question costs the same whatever the size of the history.

use std::collections::{BTreeMap, btree_map::Entry};

use rusqlite::{Connection, OptionalExtension, Row, ToSql, params, types::Type};
use rust_decimal::Decimal;

use super::{Batch, FeedNo, Recovered, events, feeds};
use crate::model::{Gap, Millis, Point, Series, SeriesQuery};

const MINUTE: Millis = 60_000;
const DEFAULT_BUCKETS: u32 = 500;
const MAX_BUCKETS: u32 = 1000;
/// Events that are looked at one by one: a fraction of a second.
const MOST_EVENTS: u32 = 100_000;
/// Keys that are named.
const MOST_KEYS: u32 = 500;
/// Gaps that are told of, and how narrow one may be: a part of the time.
const MOST_GAPS: u32 = 200;
const NARROWEST_GAP: Millis = 200;
/// So long a server may take to send a client from one connection to the next.
const ROUTINE: Millis = 3000;

/// Adds the values of what is committed to their minutes.
pub(super) fn add(connection: &Connection, batches: &[Batch]) -> rusqlite::Result<()> {
    let mut minutes: BTreeMap<(FeedNo, &str, Millis), Point> = BTreeMap::new();
    for batch in batches {
        for event in &batch.events {
            for reading in &event.readings {
                let Some(value) = reading.value else { continue };
                let key = reading.key.as_deref().unwrap_or_default();
                let point = Point::new(event.at, value);
                match minutes.entry((batch.feed, key, event.at / MINUTE)) {
                    Entry::Occupied(mut known) => known.get_mut().extend(&point),
                    Entry::Vacant(new) => {
                        new.insert(point);
                    }
                }
            }
        }
    }
    let mut known = connection
        .prepare_cached("SELECT at, first, low, high, last FROM series WHERE feed = ?1 AND key = ?2 AND minute = ?3")?;
    let mut put = connection.prepare_cached(
        "INSERT OR REPLACE INTO series (feed, key, minute, at, first, low, high, last)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
    )?;
    for ((feed, key, minute), later) in minutes {
        let point = match known.query_row(params![feed, key, minute], point_of).optional()? {
            Some(mut point) => {
                point.extend(&later);
                point
            }
            None => later,
        };
        let [first, low, high, last] = [point.first, point.low, point.high, point.last].map(|value| value.to_string());
        put.execute(params![feed, key, minute, point.at, first, low, high, last])?;
    }
    Ok(())
}

/// Keeps that a feed was not listened to for a while.
pub(super) fn add_gap(connection: &Connection, feed: FeedNo, gap: Gap) -> rusqlite::Result<()> {
    connection
        .prepare_cached("INSERT OR REPLACE INTO gap (feed, since, until, recovered) VALUES (?1, ?2, ?3, ?4)")?
        .execute(params![feed, gap.since, gap.until, gap.recovered])?;
    Ok(())
}

/// Stores how many events of a gap the server has sent afterwards.
pub(super) fn recover(connection: &Connection, feed: FeedNo, recovered: Recovered) -> rusqlite::Result<()> {
    connection.prepare_cached("UPDATE gap SET recovered = ?3 WHERE feed = ?1 AND until = ?2")?.execute(params![
        feed,
        recovered.until,
        recovered.count
    ])?;
    Ok(())
}

/// The gaps that ended after a time and not after another, newest first; but not those that are a server's routine and
/// of which nothing is lost.
pub(crate) fn gaps_ended(
    connection: &Connection,
    feed: FeedNo,
    after: Millis,
    until: Millis,
) -> rusqlite::Result<Vec<Gap>> {
    let mut statement = connection.prepare_cached(
        "SELECT since, until, recovered FROM gap
         WHERE feed = ?1 AND until > ?2 AND until <= ?3 AND (until - since >= ?4 OR recovered IS NULL)
         ORDER BY until DESC LIMIT ?5",
    )?;
    statement.query_map(params![feed, after, until, ROUTINE, MOST_GAPS], gap_of)?.collect()
}

fn gap_of(row: &Row<'_>) -> rusqlite::Result<Gap> {
    Ok(Gap { since: row.get(0)?, until: row.get(1)?, recovered: row.get(2)? })
}

/// Removes what is older than a feed's oldest event; of a feed without events, everything.
pub(super) fn prune(connection: &Connection, feed: FeedNo) -> rusqlite::Result<()> {
    let oldest: Option<Millis> = connection
        .query_row("SELECT at FROM event WHERE feed = ?1 ORDER BY seq LIMIT 1", [feed], |row| row.get(0))
        .optional()?;
    let oldest = oldest.unwrap_or(Millis::MAX);
    for key in keys(connection, feed, u32::MAX)? {
        connection
            .prepare_cached("DELETE FROM series WHERE feed = ?1 AND key = ?2 AND minute < ?3")?
            .execute(params![feed, key, oldest / MINUTE])?;
    }
    connection.execute("DELETE FROM gap WHERE feed = ?1 AND until < ?2", params![feed, oldest])?;
    Ok(())
}

/// The values of a key over time; `None` if there is no such feed.
pub(crate) fn read(connection: &Connection, query: &SeriesQuery, now: Millis) -> rusqlite::Result<Option<Series>> {
    read_within(connection, query, now, MOST_EVENTS)
}

/// The same, with so many events that are looked at one by one.
fn read_within(
    connection: &Connection,
    query: &SeriesQuery,
    now: Millis,
    most_events: u32,
) -> rusqlite::Result<Option<Series>> {
    let Some(feed) = feeds::number(connection, &query.feed)? else { return Ok(None) };
    let keys = keys(connection, feed, MOST_KEYS)?;
    let key = query.key.clone().or_else(|| keys.first().cloned());
    let until = query.until.unwrap_or(now);
    let mut series = Series { keys, key, since: until, until, points: Vec::new(), gaps: Vec::new() };
    let Some(key) = &series.key else { return Ok(Some(series)) };
    series.since = match query.since {
        Some(since) => since.min(until),
        None => first_at(connection, feed, key)?.map_or(until, |first| first.min(until)),
    };
    let buckets = query.buckets.unwrap_or(DEFAULT_BUCKETS).clamp(1, MAX_BUCKETS);
    let mut points =
        Points { since: series.since, width: (until - series.since) / Millis::from(buckets) + 1, points: Vec::new() };
    let first = events::first_since(connection, series.since)?;
    let end = events::first_since(connection, until.saturating_add(1))?;
    let count: u32 = connection.query_row(
        "SELECT count(*) FROM (SELECT 1 FROM event WHERE feed = ?1 AND seq >= ?2 AND seq < ?3 LIMIT ?4)",
        params![feed, first, end, most_events + 1],
        |row| row.get(0),
    )?;
    if count <= most_events {
        points.read(
            connection,
            "SELECT e.at, r.value, r.value, r.value, r.value FROM event e JOIN reading r ON r.event = e.seq
             WHERE e.feed = ?1 AND e.seq >= ?2 AND e.seq < ?3 AND ifnull(r.key, '') = ?4 AND r.value IS NOT NULL
             ORDER BY e.seq, r.part",
            params![feed, first, end, key],
        )?;
    } else {
        points.read(
            connection,
            "SELECT at, first, low, high, last FROM series
             WHERE feed = ?1 AND key = ?2 AND minute BETWEEN ?3 AND ?4 AND at BETWEEN ?5 AND ?6 ORDER BY minute",
            params![feed, key, series.since / MINUTE, until / MINUTE, series.since, until],
        )?;
    }
    series.points = points.points;
    series.gaps = gaps(connection, feed, series.since, until)?;
    Ok(Some(series))
}

/// The points of a time that is divided into equal parts.
struct Points {
    since: Millis,
    width: Millis,
    points: Vec<Point>,
}

impl Points {
    fn read(&mut self, connection: &Connection, sql: &str, params: &[&dyn ToSql]) -> rusqlite::Result<()> {
        let mut statement = connection.prepare_cached(sql)?;
        let mut bucket = None;
        for point in statement.query_map(params, point_of)? {
            let point = point?;
            let next = Some((point.at - self.since) / self.width);
            match self.points.last_mut() {
                Some(last) if bucket == next => last.extend(&point),
                _ => self.points.push(point),
            }
            bucket = next;
        }
        Ok(())
    }
}

/// The keys that have values, in their order.
pub(super) fn keys(connection: &Connection, feed: FeedNo, most: u32) -> rusqlite::Result<Vec<String>> {
    // A skip scan by hand: from key to key, not from minute to minute.
    let mut statement = connection.prepare_cached(
        "WITH RECURSIVE present(key) AS (
             SELECT min(key) FROM series WHERE feed = ?1
             UNION ALL SELECT (SELECT min(key) FROM series WHERE feed = ?1 AND key > present.key) FROM present
             WHERE present.key IS NOT NULL
         ) SELECT key FROM present WHERE key IS NOT NULL LIMIT ?2",
    )?;
    statement.query_map(params![feed, most], |row| row.get(0))?.collect()
}

/// About when the first value came that is kept: at the begin of its minute at the latest.
fn first_at(connection: &Connection, feed: FeedNo, key: &str) -> rusqlite::Result<Option<Millis>> {
    connection
        .query_row(
            "SELECT minute * 60000 FROM series WHERE feed = ?1 AND key = ?2 ORDER BY minute LIMIT 1",
            params![feed, key],
            |row| row.get(0),
        )
        .optional()
}

fn gaps(connection: &Connection, feed: FeedNo, since: Millis, until: Millis) -> rusqlite::Result<Vec<Gap>> {
    let mut statement = connection.prepare_cached(
        "SELECT since, until, recovered FROM (
             SELECT since, until, recovered FROM gap WHERE feed = ?1 AND since <= ?3 AND until >= ?2 AND until - since >= ?4
             ORDER BY until - since DESC LIMIT ?5
         ) ORDER BY since",
    )?;
    let narrowest = (until - since) / NARROWEST_GAP;
    statement.query_map(params![feed, since, until, narrowest, MOST_GAPS], gap_of)?.collect()
}

fn point_of(row: &Row<'_>) -> rusqlite::Result<Point> {
    let at = row.get(0)?;
    Ok(Point { at, first: decimal(row, 1)?, low: decimal(row, 2)?, high: decimal(row, 3)?, last: decimal(row, 4)? })
}

pub(super) fn decimal(row: &Row<'_>, column: usize) -> rusqlite::Result<Decimal> {
    let text = row.get_ref(column)?.as_str()?;
    text.parse().map_err(|error: rust_decimal::Error| {
        rusqlite::Error::FromSqlConversionFailure(column, Type::Text, error.into())
    })
}

#[cfg(test)]
mod tests;
