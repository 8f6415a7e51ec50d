use std::sync::Arc;

use rusqlite_migration::Migrations;

use super::*;
use crate::{
    model::{Event, Feed, FeedId, Gap, Reading},
    store::{Batch, Recovered, open::MIGRATIONS, writer},
};

const START: Millis = 1_795_262_400_000;
const COUNT: Seq = 1000;

/// Two feeds in turn: of `a` each tenth event is an `alarm` with a priority, and its key goes round; `b` is plain.
fn history() -> Connection {
    let mut connection = Connection::open_in_memory().expect("a database");
    Migrations::from_slice(MIGRATIONS).to_latest(&mut connection).expect("the tables");
    for id in ["a", "b"] {
        let feed: Feed = serde_json::from_value(serde_json::json!({
            "id": id, "name": id, "url": "http://127.0.0.1/", "view": null, "notify": "rules", "enabled": true,
        }))
        .expect("a feed");
        feeds::insert(&connection, &feed).expect("added");
    }
    for seq in 1..=COUNT {
        let alarm = seq % 10 == 1;
        let feed = 2 - seq % 2;
        let reading = Reading {
            key: (feed == 1).then(|| format!("k{}", seq % 7)),
            priority: alarm.then_some(if seq % 20 == 1 { 5 } else { 3 }),
            ..Reading::default()
        };
        let event = Event {
            seq,
            feed: FeedId(if feed == 1 { "a" } else { "b" }.into()),
            at: START + seq * 1000,
            event: if alarm { "alarm" } else { "message" }.into(),
            id: "".into(),
            data: format!("word{} alarm", seq % 3).into(),
            bytes: 0,
            readings: vec![reading],
        };
        let batch = Batch { feed, events: vec![Arc::new(event)], ..Batch::default() };
        writer::write(&mut connection, &[batch]).expect("written");
    }
    connection
}

/// All events that meet a question, read page by page with so many looked at in each.
fn all(connection: &Connection, query: &Query, most: u32) -> Vec<Seq> {
    let mut query = Query { limit: Some(7), ..query.clone() };
    let mut found = Vec::new();
    loop {
        let page = page_within(connection, &query, most).expect("a page");
        assert_eq!(page.more, page.next.is_some());
        found.extend(page.events.iter().map(|event| event.seq));
        match page.next {
            Some(next) => query.before = Some(next),
            None => return found,
        }
    }
}

#[test]
fn each_filter_finds_what_meets_it_and_nothing_else_however_few_a_page_looks_at() {
    let connection = history();
    feeds::read(&connection, 1, 900).expect("read");
    let a = || Some(FeedId("a".into()));
    let text = |text: &str| Some(text.to_owned());
    type Meets = fn(Seq) -> bool;
    let cases: [(Query, Meets); 10] = [
        (Query { event: text("alarm"), ..Query::default() }, |seq| seq % 10 == 1),
        (Query { event: text("message"), ..Query::default() }, |seq| seq % 10 != 1),
        (Query { event: text("ALARM"), ..Query::default() }, |_| false),
        (Query { key: text("k3"), feed: a(), ..Query::default() }, |seq| seq % 2 == 1 && seq % 7 == 3),
        (Query { key: text("k3"), event: text("alarm"), ..Query::default() }, |seq| seq % 10 == 1 && seq % 7 == 3),
        (Query { priority: Some(3), ..Query::default() }, |seq| seq % 10 == 1),
        (Query { priority: Some(4), search: text("word1"), ..Query::default() }, |seq| seq % 20 == 1 && seq % 3 == 1),
        (Query { unread: true, feed: a(), ..Query::default() }, |seq| seq % 2 == 1 && seq > 900),
        (Query { unread: true, ..Query::default() }, |seq| seq % 2 == 0 || seq > 900),
        (Query { since: Some(START + 100_000), until: Some(START + 200_000), feed: a(), ..Query::default() }, |seq| {
            seq % 2 == 1 && (100..200).contains(&seq)
        }),
    ];
    for (query, meets) in cases {
        let expected: Vec<Seq> = (1..=COUNT).rev().filter(|seq| meets(*seq)).collect();
        for most in [1, 13, MOST_LOOKED_AT] {
            assert_eq!(all(&connection, &query, most), expected, "{query:?}, {most} at a time");
        }
    }
}

#[test]
fn every_gap_is_on_one_page() {
    let mut connection = history();
    let at = |seq: Seq| START + seq * 1000;
    let gaps = [(1, 10), (500, 505), (505, 506), (990, 2000)].map(|(since, until)| Gap {
        since: at(since),
        until: at(until),
        // What is over at once and lost nothing is a server's routine.
        recovered: (since != 1).then_some(4),
    });
    for gap in gaps {
        let batch = Batch { feed: 1, gap: Some(gap), ..Batch::default() };
        writer::write(&mut connection, &[batch]).expect("written");
    }
    let batch = Batch { feed: 1, recovered: Some(Recovered { until: at(505), count: Some(9) }), ..Batch::default() };
    writer::write(&mut connection, &[batch]).expect("written");
    let mut query = Query { feed: Some(FeedId("a".into())), limit: Some(50), ..Query::default() };
    let mut found = Vec::new();
    loop {
        let page = page(&connection, &query).expect("a page");
        found.extend(page.gaps);
        query.before = page.next;
        if page.next.is_none() {
            break;
        }
    }
    let told: Vec<_> = found.iter().map(|gap| (gap.until, gap.recovered)).collect();
    assert_eq!(told, [(at(2000), Some(4)), (at(505), Some(9)), (at(10), None)]);
    let other = Query { feed: Some(FeedId("b".into())), ..Query::default() };
    assert_eq!(page(&connection, &other).expect("a page").gaps, []);
}
