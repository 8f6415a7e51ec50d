//! The values of a feed over time, as a chart asks for them.

use std::sync::{
    Arc,
    atomic::{AtomicI64, Ordering::SeqCst},
};

use streambell_engine::{
    Clock,
    model::{FeedId, Gap, Moment, Notify, Series, SeriesQuery, Status, Trend, TrendQuery},
};

use crate::support::{Bench, Folder, Ring, Server};

const START: i64 = 1_795_262_400_000;
const MINUTE: i64 = 60_000;

fn of(feed: &FeedId) -> SeriesQuery {
    SeriesQuery { feed: feed.clone(), key: None, since: None, until: None, buckets: None }
}

async fn series(bench: &Bench, query: SeriesQuery) -> Series {
    // A snapshot waits behind all that is to be written.
    bench.engine.snapshot().await.expect("a snapshot");
    bench.engine.series(query).await.expect("a series")
}

/// All values that the points name: first, low, high, last.
fn values(series: &Series) -> Vec<[String; 4]> {
    let texts = series.points.iter();
    texts.map(|point| [point.first, point.low, point.high, point.last].map(|value| value.to_string())).collect()
}

#[tokio::test]
async fn every_digit_of_each_key_comes_back() {
    let (folder, server) = (Folder::new(), Server::start().await);
    let bench = folder.start().await;
    let feed = bench.add("Prices", &server.url, Notify::Rules).await.id;
    for (symbol, price) in
        [("BTC", "0.1234567890123456789"), ("ETH", "3000.10"), ("BTC", "0.1234567890123456788"), ("BTC", "7.50")]
    {
        server.send(&format!(r#"{{"symbol":"{symbol}","price":"{price}"}}"#));
    }
    bench.until_events(4).await;

    let found = series(&bench, SeriesQuery { buckets: Some(1), ..of(&feed) }).await;
    assert_eq!(found.keys, ["BTC", "ETH"]);
    assert_eq!(found.key.as_deref(), Some("BTC"));
    let expected = ["0.1234567890123456789", "0.1234567890123456788", "7.50", "7.50"].map(str::to_owned);
    assert_eq!(values(&found), [expected]);

    let found = series(&bench, SeriesQuery { key: Some("ETH".into()), ..of(&feed) }).await;
    assert_eq!(values(&found), [["3000.10"; 4].map(str::to_owned)]);
    let found = series(&bench, SeriesQuery { key: Some("none".into()), ..of(&feed) }).await;
    assert!(found.points.is_empty());
    let found = series(&bench, SeriesQuery { until: Some(1), ..of(&feed) }).await;
    assert!(found.points.is_empty());

    let missing = bench.engine.series(of(&FeedId("gone".into()))).await.expect_err("no such feed");
    assert_eq!(missing.code(), "not_found");
    bench.engine.shutdown().await;
}

#[tokio::test]
async fn a_feed_without_values_has_none_and_one_without_keys_has_one() {
    let (folder, chat, plain) = (Folder::new(), Server::start().await, Server::start().await);
    let bench = folder.start().await;
    let chats = bench.add("Chat", &chat.url, Notify::Rules).await.id;
    let numbers = bench.add("Number", &plain.url, Notify::Rules).await.id;
    chat.send(r#"{"username":"mia","message":"deploy is through"}"#);
    plain.send(r#"{"value":21.5}"#);
    bench.until_events(2).await;
    let found = series(&bench, of(&chats)).await;
    assert_eq!((found.keys.len(), found.key, found.points.len()), (0, None, 0));
    let found = series(&bench, of(&numbers)).await;
    assert_eq!(found.key.as_deref(), Some(""));
    assert_eq!(values(&found), [["21.5"; 4].map(str::to_owned)]);
    bench.engine.shutdown().await;
}

/// A clock that stands still unless it is moved.
fn hands() -> (Arc<AtomicI64>, Clock) {
    let hands = Arc::new(AtomicI64::new(START));
    let read = hands.clone();
    (hands, Clock::new(move || read.load(SeqCst)))
}

#[tokio::test]
async fn what_nobody_listened_to_is_a_gap() {
    let (folder, server, (now, clock)) = (Folder::new(), Server::start().await, hands());
    let bench = folder.start_at(Arc::new(Ring::default()), clock.clone()).await.expect("the engine starts");
    let feed = bench.add("Prices", &server.url, Notify::Rules).await.id;
    server.send(r#"{"symbol":"BTC","price":1}"#);
    bench.until_events(1).await;

    // Paused for five minutes.
    now.fetch_add(MINUTE, SeqCst);
    bench.engine.pause_feed(feed.clone()).await.expect("paused");
    now.fetch_add(5 * MINUTE, SeqCst);
    bench.engine.resume_feed(feed.clone()).await.expect("resumed");
    bench.until_open().await;
    server.send(r#"{"symbol":"BTC","price":2}"#);
    bench.until_events(2).await;

    // Refused for two minutes.
    now.fetch_add(MINUTE, SeqCst);
    server.answer("HTTP/1.1 503 No\nretry-after: 0\ncontent-length: 0\n\n");
    server.cut();
    let waits = |status: &Status| matches!(status, Status::Waiting { .. });
    bench.until("it waits", |snapshot| waits(&snapshot.feeds[0].status)).await;
    now.fetch_add(2 * MINUTE, SeqCst);
    server.answer("");
    bench.engine.retry_feed(feed.clone()).await.expect("tried");
    bench.until_open().await;
    server.send(r#"{"symbol":"BTC","price":3}"#);
    bench.until_events(3).await;

    // Ended for an hour; the time before, in which nothing came, is none.
    now.fetch_add(30 * MINUTE, SeqCst);
    bench.engine.shutdown().await;
    now.fetch_add(60 * MINUTE, SeqCst);
    let bench = folder.start_at(Arc::new(Ring::default()), clock).await.expect("the engine starts");
    bench.until_open().await;
    server.send(r#"{"symbol":"BTC","price":4}"#);
    bench.until_events(4).await;

    let gap = |since: i64, until: i64| Gap {
        since: START + since * MINUTE,
        until: START + until * MINUTE,
        recovered: Some(1),
    };
    let all = [gap(1, 6), gap(7, 9), gap(39, 99)];
    let until = Some(START + 100 * MINUTE);
    let found = series(&bench, SeriesQuery { until, ..of(&feed) }).await;
    assert_eq!(found.gaps, all);
    assert_eq!(found.points.len(), 4);
    let late = SeriesQuery { since: Some(START + 10 * MINUTE), until, ..of(&feed) };
    assert_eq!(series(&bench, late).await.gaps, all[2..]);
    // Too narrow to be seen in a week.
    let week = SeriesQuery { since: Some(START - 7 * 24 * 60 * MINUTE), until, ..of(&feed) };
    assert_eq!(series(&bench, week).await.gaps, all[2..]);
    bench.engine.shutdown().await;
}

#[tokio::test]
async fn a_program_that_was_killed_listened_until_its_newest_event() {
    let (folder, server, (now, clock)) = (Folder::new(), Server::start().await, hands());
    let bench = folder.start_at(Arc::new(Ring::default()), clock.clone()).await.expect("the engine starts");
    let feed = bench.add("Prices", &server.url, Notify::Rules).await.id;
    now.fetch_add(MINUTE, SeqCst);
    server.send(r#"{"symbol":"BTC","price":1}"#);
    bench.until_events(1).await;
    now.fetch_add(MINUTE, SeqCst);
    bench.engine.shutdown().await;
    // What a killed program could not write.
    let connection = rusqlite::Connection::open(folder.home().database()).expect("open");
    assert_eq!(connection.execute("DELETE FROM setting WHERE name = 'ended_at'", []).expect("written"), 1);
    drop(connection);

    now.fetch_add(MINUTE, SeqCst);
    let bench = folder.start_at(Arc::new(Ring::default()), clock).await.expect("the engine starts");
    bench.until_open().await;
    let found = series(&bench, SeriesQuery { until: Some(START + 4 * MINUTE), ..of(&feed) }).await;
    assert_eq!(found.gaps, [Gap { since: START + MINUTE, until: START + 3 * MINUTE, recovered: Some(0) }]);
    bench.engine.shutdown().await;
}

#[tokio::test]
async fn a_trend_knows_what_each_key_was_and_how_it_went_since() {
    let (folder, server, (now, clock)) = (Folder::new(), Server::start().await, hands());
    let bench = folder.start_at(Arc::new(Ring::default()), clock).await.expect("the engine starts");
    let feed = bench.add("Prices", &server.url, Notify::Rules).await.id;
    let values = [(0, "BTC", "1"), (1, "ETH", "30.10"), (10, "BTC", "2"), (60, "BTC", "3"), (119, "BTC", "4")];
    for (count, (minute, symbol, price)) in values.into_iter().enumerate() {
        now.store(START + minute * MINUTE, SeqCst);
        server.send(&format!(r#"{{"symbol":"{symbol}","price":"{price}"}}"#));
        bench.until_events(count + 1).await;
    }
    bench.engine.snapshot().await.expect("all is written");
    let ask = async |since: Option<i64>, moments| {
        let query = TrendQuery { feed: feed.clone(), since, until: Some(START + 120 * MINUTE), moments };
        bench.engine.trends(query).await.expect("trends")
    };
    let moment = |minute, value: &str| Moment { at: START + minute * MINUTE, value: value.parse().expect("a decimal") };
    let trend = |key: &str, base, moments| Trend { key: key.into(), base, moments };

    let last_hour = ask(Some(START + 60 * MINUTE), Some(60)).await;
    let bitcoin = trend("BTC", moment(10, "2"), vec![moment(60, "3"), moment(119, "4")]);
    assert_eq!(last_hour, [bitcoin, trend("ETH", moment(1, "30.10"), vec![])], "what it was before it began");
    let whole = ask(None, Some(2)).await;
    let bitcoin = trend("BTC", moment(0, "1"), vec![moment(60, "3"), moment(119, "4")]);
    assert_eq!(whole[0].base, bitcoin.base);
    assert_eq!(whole[0].moments.last(), bitcoin.moments.last());
    assert!(whole[0].moments.len() <= 2);
    assert_eq!(ask(Some(START), None).await[0], trend("BTC", moment(0, "1"), vec![]), "before it there is nothing");

    let gone = TrendQuery { feed: FeedId("gone".into()), since: None, until: None, moments: None };
    assert_eq!(bench.engine.trends(gone).await.expect_err("no such feed").code(), "not_found");
    bench.engine.shutdown().await;
}
