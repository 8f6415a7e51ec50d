//! The SSE client on real servers, each reached in every way: the same few events through all of them.

#![allow(clippy::unwrap_used, missing_docs)]

mod server;
mod support;
mod way;
mod wiremock;

use std::{collections::HashSet, time::Duration};

use server::{Server, data};
use streambell_sse::{Client, Connection, Event, Signal, Status};
use support::{Cuttable, PATIENCE};
use tokio::{sync::mpsc, time::timeout};
use way::Way;

/// A test for each server and each way.
macro_rules! matrix {
    ($($name:ident: $server:expr,)*) => {$(
        mod $name {
            use super::*;

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn direct() {
                each_event_once($server, Way::Direct).await;
            }

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn haproxy() {
                each_event_once($server, Way::Haproxy).await;
            }

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn tinyproxy() {
                each_event_once($server, Way::Tinyproxy).await;
            }

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn microsocks() {
                each_event_once($server, Way::Microsocks).await;
            }

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn caddy() {
                each_event_once($server, Way::Caddy).await;
            }
        }
    )*};
}

matrix! {
    nchan: Server::Nchan,
    flask_sse: Server::FlaskSse,
    better_sse: Server::BetterSse,
    express_sse: Server::ExpressSse,
    sse_channel: Server::SseChannel,
    sse_pubsub: Server::SsePubsub,
    uvicorn_crlf: Server::Uvicorn("crlf"),
    uvicorn_cr: Server::Uvicorn("cr"),
    uvicorn_lf: Server::Uvicorn("lf"),
    hypercorn: Server::Hypercorn,
}

/// What is published before and after a cut arrives whole, in order and once; and from a server that replays, what is
/// published while nobody can be reached.
async fn each_event_once(server: Server, way: Way) {
    let running = server.start();
    // The cut is between the server and whatever stands before it.
    let cuttable = Cuttable::to(running.address());
    let entrance = way.to(cuttable.address());
    let mut feed = Feed::start(entrance.config(&running.target()));
    let publish = |numbers: std::ops::Range<u32>| numbers.for_each(|number| running.publish(&data(number)));

    running.until_subscribers(1);
    publish(0..3);
    let mut events = feed.events(3).await;

    cuttable.cut();
    feed.until_waiting().await;
    let missed = if server.replays() { 3..6 } else { 6..6 };
    publish(missed.clone());
    if !server.notices_late() {
        running.until_subscribers(0);
    }
    cuttable.mend();
    feed.retry();
    running.until_subscribers(if server.notices_late() { 2 } else { 1 });
    publish(6..9);
    events.extend(feed.events(missed.len() + 3).await);

    let arrived: Vec<_> = events.iter().map(|event| (&*event.event, server.read(&event.data))).collect();
    let published: Vec<_> = (0..3).chain(missed).chain(6..9).map(|number| ("note", data(number))).collect();
    assert_eq!(arrived, published);
    if server.has_ids() {
        let ids: HashSet<_> = events.iter().map(|event| event.id.as_str()).collect();
        assert_eq!(ids.len(), events.len(), "{events:?}");
    }
}

/// A connection in a task of its own.
struct Feed {
    signals: mpsc::UnboundedReceiver<Signal>,
    retry: streambell_sse::RetryHandle,
}

impl Feed {
    fn start(config: streambell_sse::Config) -> Self {
        // Without chance, a wait is just the time that the server asked for, or the default.
        let mut connection = Connection::with_chance(Client::new().unwrap(), config, || 0.0);
        let retry = connection.retry_handle();
        let (sender, signals) = mpsc::unbounded_channel();
        tokio::spawn(async move {
            while let Some(signal) = connection.next().await {
                let _ = sender.send(signal);
            }
        });
        Self { signals, retry }
    }

    async fn next(&mut self) -> Signal {
        timeout(PATIENCE, self.signals.recv()).await.expect("nothing happens").expect("it has stopped")
    }

    /// So many events, keep-alives not counted.
    async fn events(&mut self, count: usize) -> Vec<Event> {
        let mut events = Vec::new();
        while events.len() < count {
            match self.next().await {
                Signal::Events(more) => events.extend(more.into_iter().filter(|event| !event.is_keep_alive())),
                Signal::Status(status @ Status::Stopped(_)) => panic!("{status:?} after {events:?}"),
                Signal::Status(_) => {}
            }
        }
        events
    }

    async fn until_waiting(&mut self) {
        loop {
            match self.next().await {
                Signal::Status(Status::Waiting { delay, cause, .. }) => {
                    assert!((Duration::from_secs(1)..=Duration::from_secs(3)).contains(&delay), "{delay:?}: {cause}");
                    return;
                }
                Signal::Events(events) => assert!(events.iter().all(Event::is_keep_alive), "{events:?}"),
                Signal::Status(status) => panic!("{status:?} instead of waiting"),
            }
        }
    }

    fn retry(&self) {
        self.retry.retry_now();
    }
}
