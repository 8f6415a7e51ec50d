//! What the hub's log says, and what it never says. A process of its own: who listens to a log listens to all of it.
#![allow(clippy::unwrap_used, dead_code)]

mod client;

use std::io;
use std::sync::{Arc, Mutex};

use tracing_subscriber::fmt::MakeWriter;

use crate::client::{Events, ask, hub, post};

/// A log that is read afterwards.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl io::Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Log {
    type Writer = Log;

    fn make_writer(&'a self) -> Log {
        self.clone()
    }
}

#[tokio::test]
async fn topics_and_ids_are_fields_and_what_is_said_is_not_there() {
    let log = Log::default();
    let subscriber =
        tracing_subscriber::fmt().json().with_max_level(tracing::Level::TRACE).with_writer(log.clone()).finish();
    tracing::subscriber::set_global_default(subscriber).unwrap();
    let hub = hub().await;
    let mut events = Events::open(hub.addr(), "/doors/sse?auth=hidden-query&title=hidden-title", &[]).await;
    let headers = ["Title: hidden-title", "Authorization: Bearer hidden-token", "Click: https://hidden.example/"];
    let id = post(hub.addr(), "doors?tags=hidden-tag", &headers, "hidden-text").await.json()["id"].clone();
    post(hub.addr(), "doors?auth=hidden-query", &["Priority: hidden-priority"], "hidden-text").await;
    ask(hub.addr(), "POST /", &[], br#"{"topic":"doors","message":"hidden-text","email":"hidden@x.example"}"#).await;
    assert_eq!(events.next().await.unwrap().id, id);
    drop(events);
    hub.shutdown().await;

    let said = String::from_utf8(log.0.lock().unwrap().clone()).unwrap();
    let published = said.lines().find(|line| line.contains(r#""message":"published""#)).expect(&said);
    assert!(published.contains(r#""topic":"doors""#) && published.contains(id.as_str().unwrap()), "{published}");
    let came = said.lines().find(|line| line.contains("a subscriber came")).expect(&said);
    assert!(came.contains(r#""topics":"doors""#), "{came}");
    let left = said.lines().find(|line| line.contains("a subscriber left")).expect(&said);
    assert!(left.contains(r#""delivered":1"#), "{left}");
    assert!(!said.contains("hidden"), "{said}");
}
