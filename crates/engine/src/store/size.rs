//! What the history takes on the disk.

use rusqlite::{Connection, params};

use crate::model::{FeedId, FeedStorage};

/// What each feed's history takes, in the order of the dashboard.
pub(crate) fn of_feeds(connection: &Connection) -> rusqlite::Result<Vec<FeedStorage>> {
    let mut feeds = connection.prepare_cached(
        "SELECT f.id, f.bytes, (SELECT count(*) FROM event e WHERE e.feed = f.no),
                (SELECT at FROM event e WHERE e.feed = f.no ORDER BY e.seq LIMIT 1)
         FROM feed f ORDER BY f.place, f.no",
    )?;
    let feeds = feeds.query_map(params![], |row| {
        Ok(FeedStorage { feed: FeedId(row.get(0)?), bytes: row.get(1)?, events: row.get(2)?, oldest: row.get(3)? })
    })?;
    feeds.collect()
}
