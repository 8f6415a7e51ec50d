use std::sync::Arc;

use rusqlite_migration::Migrations;

use super::*;
use crate::{
    model::{Event, Feed, FeedId, Reading},
    store::{open::MIGRATIONS, writer},
};

const FEED: &str = "prices";
const START: Millis = 1_795_262_400_000;

fn database(version: usize) -> Connection {
    let mut connection = Connection::open_in_memory().expect("a database");
    Migrations::from_slice(MIGRATIONS).to_version(&mut connection, version).expect("the tables");
    let feed: Feed = serde_json::from_value(serde_json::json!({
        "id": FEED, "name": FEED, "url": "http://127.0.0.1/", "view": null, "notify": "rules", "enabled": true,
    }))
    .expect("a feed");
    feeds::insert(&connection, &feed).expect("stored");
    connection
}

/// A value every `step`, of two keys in turn and one without: it wanders, and jumps once for a moment.
fn events(count: i64, step: Millis) -> Vec<Arc<Event>> {
    let keys = [Some("a"), Some("b"), None];
    let event = |(seq, key): (i64, &Option<&str>)| {
        let value =
            if seq == count / 2 { Decimal::new(987_654_321, 4) } else { Decimal::new(6_000_000 + seq * 37 % 5_000, 2) };
        Arc::new(Event {
            seq: seq + 1,
            feed: FeedId(FEED.into()),
            at: START + seq * step,
            event: "message".into(),
            id: "".into(),
            data: value.to_string().into(),
            bytes: 1,
            readings: vec![Reading { key: key.map(str::to_owned), value: Some(value), ..Reading::default() }],
        })
    };
    (0..count).zip(keys.iter().cycle()).map(event).collect()
}

fn store(connection: &mut Connection, events: &[Arc<Event>]) {
    for part in events.chunks(70) {
        let batch = Batch { feed: 1, events: part.to_vec(), ..Batch::default() };
        writer::write(connection, &[batch]).expect("written");
    }
}

fn query(key: &str, buckets: u32) -> SeriesQuery {
    SeriesQuery { feed: FeedId(FEED.into()), key: Some(key.into()), since: None, until: None, buckets: Some(buckets) }
}

fn read_all(connection: &Connection, query: &SeriesQuery, most_events: u32) -> Series {
    read_within(connection, query, START + 1_000_000_000, most_events).expect("read").expect("the feed")
}

/// What all points together say.
fn whole(series: &Series) -> Option<Point> {
    series.points.iter().copied().reduce(|mut whole, point| {
        whole.extend(&point);
        whole
    })
}

#[test]
fn minutes_say_the_same_as_single_values() {
    let mut connection = database(MIGRATIONS.len());
    store(&mut connection, &events(3000, 1700));
    for key in ["a", "b", ""] {
        for buckets in [1, 7, 500] {
            let exact = read_all(&connection, &query(key, buckets), MOST_EVENTS);
            let minutes = read_all(&connection, &query(key, buckets), 10);
            assert!(exact.points.len() <= buckets as usize && minutes.points.len() <= buckets as usize);
            assert_eq!(whole(&exact), whole(&minutes), "{key} {buckets}");
            assert!(exact.points.is_sorted_by_key(|point| point.at));
            assert!(minutes.points.is_sorted_by_key(|point| point.at));
        }
    }
}

#[test]
fn a_peak_of_a_moment_is_in_the_points_of_a_long_time() {
    let mut connection = database(MIGRATIONS.len());
    store(&mut connection, &events(3000, 1700));
    let peak = Decimal::new(987_654_321, 4);
    for most_events in [10, MOST_EVENTS] {
        let high = |key| whole(&read_all(&connection, &query(key, 20), most_events)).expect("points").high;
        // Event 1500 is of the first key.
        assert_eq!((high("a"), high("b") < peak), (peak, true));
    }
}

#[test]
fn a_history_of_before_has_its_minutes_too() {
    let given = events(500, 7000);
    let mut newer = database(MIGRATIONS.len());
    store(&mut newer, &given);
    let mut older = database(3);
    for event in &given {
        super::super::events::insert(&older, 1, event).expect("written");
    }
    Migrations::from_slice(MIGRATIONS).to_latest(&mut older).expect("migrated");
    let rows = |connection: &Connection| -> Vec<(String, i64, i64, String, String, String, String)> {
        let mut statement = connection
            .prepare("SELECT key, minute, at, first, low, high, last FROM series ORDER BY key, minute")
            .expect("prepared");
        let rows = statement.query_map([], |row| {
            Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?, row.get(4)?, row.get(5)?, row.get(6)?))
        });
        rows.expect("rows").collect::<Result<_, _>>().expect("readable")
    };
    assert_eq!(rows(&older), rows(&newer));
    assert!(rows(&older).len() > 100);
}

#[test]
fn what_is_removed_from_the_history_is_no_longer_drawn() {
    let mut connection = database(MIGRATIONS.len());
    store(&mut connection, &events(3000, 1700));
    for (since, until) in [(START, START + 10), (START + 4_000_000, START + 4_000_010)] {
        add_gap(&connection, 1, Gap { since, until, recovered: None }).expect("written");
    }
    let kept = START + 3_600_000;
    while feeds::prune(&mut connection, 1, kept, u64::MAX).expect("pruned") {}
    let series = read_all(&connection, &query("a", 1000), 10);
    assert_eq!(series.since, kept);
    let left: i64 = connection.query_row("SELECT count(*) FROM gap", [], |row| row.get(0)).expect("counted");
    assert_eq!(left, 1);
    feeds::remove(&mut connection, 1).expect("removed");
    while feeds::prune(&mut connection, 1, Millis::MAX, 0).expect("pruned") {}
    let left: i64 = connection
        .query_row("SELECT (SELECT count(*) FROM series) + (SELECT count(*) FROM gap)", [], |row| row.get(0))
        .expect("counted");
    assert_eq!(left, 0);
}
