//! What a card draws of the table `series`: of each key what it was, and what it was at some moments since.
//!
//! Each is found by one step into the index, so that a card costs the same whatever the size of the history.

use rusqlite::{Connection, OptionalExtension, Row, params};

use super::{FeedNo, feeds, series};
use crate::model::{Millis, Moment, Trend, TrendQuery};

const MINUTE: Millis = 60_000;
/// Keys that are told of: more rows no card has.
const MOST_KEYS: u32 = 100;
const MOST_MOMENTS: u32 = 200;

/// How the values of a feed went; `None` if there is no such feed.
pub(crate) fn read(connection: &Connection, query: &TrendQuery, now: Millis) -> rusqlite::Result<Option<Vec<Trend>>> {
    let Some(feed) = feeds::number(connection, &query.feed)? else { return Ok(None) };
    let until = query.until.unwrap_or(now);
    let count = query.moments.unwrap_or(0).min(MOST_MOMENTS);
    let mut trends = Vec::new();
    for key in series::keys(connection, feed, MOST_KEYS)? {
        let Some(base) = base(connection, feed, &key, query.since)? else { continue };
        let since = query.since.unwrap_or(base.at).max(base.at);
        let moments = moments(connection, feed, &key, since / MINUTE, until / MINUTE + 1, count)?;
        trends.push(Trend { key, base, moments });
    }
    Ok(Some(trends))
}

/// What a key was at a time: the last value before it, else the first.
fn base(connection: &Connection, feed: FeedNo, key: &str, since: Option<Millis>) -> rusqlite::Result<Option<Moment>> {
    let before = connection
        .prepare_cached(
            "SELECT at, last FROM series WHERE feed = ?1 AND key = ?2 AND minute < ?3 ORDER BY minute DESC LIMIT 1",
        )?
        .query_row(params![feed, key, since.map_or(Millis::MIN, |since| since / MINUTE)], moment_of)
        .optional()?;
    if before.is_some() {
        return Ok(before);
    }
    connection
        .prepare_cached(
            "SELECT minute * 60000, first FROM series WHERE feed = ?1 AND key = ?2 ORDER BY minute LIMIT 1",
        )?
        .query_row(params![feed, key], moment_of)
        .optional()
}

/// The last value of each of `count` equal parts of a time, in minutes.
fn moments(
    connection: &Connection,
    feed: FeedNo,
    key: &str,
    since: Millis,
    until: Millis,
    count: u32,
) -> rusqlite::Result<Vec<Moment>> {
    let mut last = connection.prepare_cached(
        "SELECT at, last FROM series WHERE feed = ?1 AND key = ?2 AND minute >= ?3 AND minute < ?4
         ORDER BY minute DESC LIMIT 1",
    )?;
    let length = (until - since).max(1);
    let parts = Millis::from(count).min(length);
    let edge = |part: Millis| since + length * part / parts;
    let found =
        (0..parts).map(|part| last.query_row(params![feed, key, edge(part), edge(part + 1)], moment_of).optional());
    found.filter_map(Result::transpose).collect()
}

fn moment_of(row: &Row<'_>) -> rusqlite::Result<Moment> {
    Ok(Moment { at: row.get(0)?, value: series::decimal(row, 1)? })
}
