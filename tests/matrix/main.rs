//! The SSE client on a real server, reached in real ways: nchan so far, directly and behind haproxy.

#![allow(clippy::unwrap_used, missing_docs)]

mod support;
mod way;

use std::time::Duration;

use streambell_sse::{Client, Config, Connection, Event, Signal, Status, parse_url};
use support::{Cuttable, Nchan, PATIENCE};
use tokio::time::timeout;
use way::Way;

/// nchan keeps what is published and replays it by Last-Event-ID; it asks for no reconnection time of its own.
#[tokio::test]
async fn nchan_reached_directly() {
    nchan_delivers_each_event_once(Way::Direct).await;
}

#[tokio::test]
async fn nchan_behind_haproxy() {
    nchan_delivers_each_event_once(Way::Haproxy).await;
}

/// What is published before, during and after a cut arrives whole, in order and once.
async fn nchan_delivers_each_event_once(way: Way) {
    let nchan = Nchan::start();
    let cuttable = Cuttable::to(nchan.address());
    let entrance = way.to(cuttable.address());
    let publish = |numbers: std::ops::Range<u32>| numbers.for_each(|n| nchan.publish("a", "note", &data(n)));

    let config = Config::new(parse_url(&format!("http://{}/sub?id=a", entrance.address())).unwrap());
    // Without chance, a wait is just the time that the server asked for, or the default.
    let mut connection = Connection::with_chance(Client::new().unwrap(), config, || 0.0);
    publish(0..3);
    let mut events = until_events(&mut connection, 3).await;

    cuttable.cut();
    let Status::Waiting { delay, cause, .. } = until_waiting(&mut connection, &mut events).await else {
        unreachable!()
    };
    assert_eq!(delay, Duration::from_secs(1), "after {cause:?}");
    publish(3..6);
    cuttable.mend();
    connection.retry_handle().retry_now();
    events.extend(until_events(&mut connection, 3).await);
    publish(6..9);
    events.extend(until_events(&mut connection, 3).await);

    let arrived: Vec<_> = events.iter().map(|event| (&*event.event, &*event.data)).collect();
    let published: Vec<_> = (0..9).map(data).collect();
    assert_eq!(arrived, published.iter().map(|data| ("note", &**data)).collect::<Vec<_>>());
    let ids: std::collections::HashSet<_> = events.iter().map(|event| event.id.to_string()).collect();
    assert_eq!(ids.len(), 9, "nchan gives each event an id of its own");
}

/// More than one line, and letters of two to four bytes.
fn data(number: u32) -> String {
    format!("{number}: täglich 行情\nsecond line 🔔")
}

async fn until_events(connection: &mut Connection, count: usize) -> Vec<Event> {
    let mut events = Vec::new();
    while events.len() < count {
        match next(connection).await {
            Signal::Events(more) => events.extend(more),
            Signal::Status(status @ Status::Stopped(_)) => panic!("{status:?} after {events:?}"),
            Signal::Status(_) => {}
        }
    }
    events
}

/// The status of waiting; events that come before it are kept.
async fn until_waiting(connection: &mut Connection, events: &mut Vec<Event>) -> Status {
    loop {
        match next(connection).await {
            Signal::Events(more) => events.extend(more),
            Signal::Status(status @ Status::Waiting { .. }) => return status,
            Signal::Status(status) => panic!("{status:?} instead of waiting"),
        }
    }
}

async fn next(connection: &mut Connection) -> Signal {
    timeout(PATIENCE, connection.next()).await.expect("nothing happens").expect("it has stopped")
}
