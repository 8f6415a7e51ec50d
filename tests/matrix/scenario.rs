//! What every server must deliver over every way, as far as it promises it.

use std::{collections::HashSet, net::SocketAddr, ops::Range, time::Duration};

use streambell_sse::{Event, Status};

use crate::{
    support::Cuttable,
    watched::Watched,
    way::{Entrance, Place, Way},
};

/// What a server says of its events.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ids {
    /// Nothing.
    None,
    /// The same of all events of one connection.
    Constant,
    /// Each has an id of its own.
    Unique,
    /// It counts, and begins anew with each connection.
    Restart,
}

/// What a client may expect of a server.
pub(crate) struct Promises {
    pub(crate) ids: Ids,
    /// Sends what was missed, after the last event id.
    pub(crate) replays: bool,
    /// The event type that begins each connection.
    pub(crate) greeting: Option<&'static str>,
    /// The time that it asks to wait before the next connection.
    pub(crate) retry: Duration,
}

/// A running server of the matrix.
pub(crate) trait Server {
    fn address(&self) -> SocketAddr;

    /// The certificate of its authority, when it speaks TLS.
    fn authority(&self) -> Option<String> {
        None
    }

    fn promises(&self) -> Promises;

    /// The path and query at which a topic is subscribed to.
    fn target(&self, topic: &str) -> String;

    /// Does what the server wants of a client that it has greeted.
    fn greeted(&self, _topic: &str, _greeting: &Event) {}

    /// Publishes the text as an event of type `note`.
    fn publish(&self, topic: &str, text: &str);

    /// Waits until a topic has been subscribed to so many times in all.
    fn until_subscribed(&self, topic: &str, times: usize);

    /// Waits until the server has noticed that a topic's subscriber is gone.
    fn until_gone(&self, _topic: &str) {}

    /// The published text in an event that arrived.
    fn text(&self, event: &Event) -> String {
        event.data.to_string()
    }

    /// The type that an event of this topic has.
    fn event_type(&self, _topic: &str) -> String {
        "note".to_owned()
    }

    /// Whether events come in the order in which they were published.
    fn keeps_order(&self) -> bool {
        true
    }

    /// Whether an event is the server's way to keep the connection alive.
    fn keeps_alive(&self, _event: &Event) -> bool {
        false
    }
}

/// What is published arrives whole, in order and once; over a cut too where the server replays, and in any case after.
pub(crate) fn each_event_once(server: &dyn Server, topic: &str, way: Way) {
    let promises = server.promises();
    let cuttable = Cuttable::to(server.address());
    let entrance = Entrance::new(way, Place { address: cuttable.address(), authority: server.authority() });
    let publish = |numbers: Range<u32>| numbers.for_each(|n| server.publish(topic, &text(n)));
    let mut watched = Watched::new(entrance.config(&server.target(topic)));

    greet(server, topic, &mut watched);
    server.until_subscribed(topic, 1);
    publish(0..3);
    let mut events = take(server, &mut watched, 3);

    cuttable.cut();
    let Status::Waiting { delay, cause, .. } = watched.trouble() else { unreachable!("it can be tried again") };
    assert_eq!(delay, promises.retry, "after {cause:?}");
    publish(3..6);
    server.until_gone(topic);
    cuttable.mend();
    watched.retry_now();
    greet(server, topic, &mut watched);
    server.until_subscribed(topic, 2);
    if promises.replays {
        events.extend(take(server, &mut watched, 3));
    }
    publish(6..9);
    events.extend(take(server, &mut watched, 3));

    let mut arrived: Vec<_> = events.iter().map(|event| (event.event.to_string(), server.text(event))).collect();
    if !server.keeps_order() {
        arrived.sort();
    }
    let expected = (0..9).filter(|n| promises.replays || !(3..6).contains(n));
    let expected: Vec<_> = expected.map(|n| (server.event_type(topic), text(n))).collect();
    assert_eq!(arrived, expected);
    let ids: HashSet<_> = events.iter().map(|event| event.id.to_string()).collect();
    match promises.ids {
        Ids::None => assert_eq!(ids, HashSet::from([String::new()])),
        Ids::Constant => assert_eq!(ids.len(), 2, "{ids:?}"),
        Ids::Restart => assert_eq!(ids.len(), 3, "{ids:?}"),
        Ids::Unique => assert_eq!(ids.len(), events.len(), "{ids:?}"),
    }
    entrance.assert_taken();
}

fn greet(server: &dyn Server, topic: &str, watched: &mut Watched) {
    if let Some(kind) = server.promises().greeting {
        let greeting = take(server, watched, 1).remove(0);
        assert_eq!(&*greeting.event, kind);
        server.greeted(topic, &greeting);
    }
}

fn take(server: &dyn Server, watched: &mut Watched, count: usize) -> Vec<Event> {
    let mut events = Vec::new();
    while events.len() < count {
        events.extend(watched.events(1).into_iter().filter(|event| !server.keeps_alive(event)));
    }
    events
}

/// More than one line, and letters of two to four bytes.
fn text(number: u32) -> String {
    format!("{number}: täglich 行情\nsecond line 🔔")
}
