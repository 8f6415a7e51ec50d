//! A recording of what was lived through rings as it did, and nothing is kept of it.

use std::{fs, path::PathBuf};

use streambell_engine::{
    AlertQuery, Played, Replay, ReplayOf, Speed,
    model::{Event, Notify, Query, ReplayNews},
};

use crate::support::{Bench, Folder, Server};

async fn rule(bench: &Bench, rule: serde_json::Value) {
    bench.engine.add_rule(serde_json::from_value(rule).expect("a rule")).await.expect("it is added");
}

/// A recording of a feed's history: as if each event had come alone.
fn recording(folder: &Folder, events: &[Event]) -> PathBuf {
    let started = events[0].at;
    let time = jiff::Timestamp::from_millisecond(started).expect("a time");
    let head = serde_json::json!({"recording": "streambell", "version": 1, "started": time, "url": "http://a.example/", "feed": {"id": "one", "name": "One"}});
    let line = |event: &Event| {
        let text = format!("id: {}\nevent: {}\ndata: {}\n\n", event.id, event.event, event.data);
        serde_json::json!({"at": event.at - started, "text": text}).to_string()
    };
    let lines: Vec<String> = [head.to_string()].into_iter().chain(events.iter().map(line)).collect();
    let file = folder.home().folder().join("it.jsonl");
    fs::write(&file, lines.join("\n")).expect("a file");
    file
}

async fn lived(bench: &Bench, server: &Server) -> Vec<Event> {
    bench.add("One", &server.url, Notify::Rules).await;
    bench.until_open().await;
    rule(bench, serde_json::json!({"name": "High", "when": {"value": {"crosses_above": 10, "recovers_below": 5}}}))
        .await;
    rule(bench, serde_json::json!({"name": "Each", "feed": "one", "when": {"text": {"matches": "7"}}})).await;
    for price in [1, 12, 7, 4, 17, 27, 2, 99] {
        server.send(&format!(r#"{{"price":{price}}}"#));
    }
    bench.until_events(8).await;
    let mut events =
        bench.engine.list_events(Query { limit: Some(1000), ..Query::default() }).await.expect("a page").events;
    events.reverse();
    events
}

#[tokio::test]
async fn what_rang_rings_again_at_the_same_times() {
    let folder = Folder::new();
    let (bench, server) = (folder.start().await, Server::start().await);
    let events = lived(&bench, &server).await;
    let mut rang = bench.engine.list_alerts(AlertQuery::default()).await.unwrap();
    rang.reverse();
    let rang: Vec<_> = rang.into_iter().map(|alert| (alert.at, alert.title, alert.body)).collect();
    assert_eq!(rang.len(), 6, "{rang:?}");
    let file = recording(&folder, &events);
    let replay = Replay::open(&folder.home(), &ReplayOf { file, ..ReplayOf::default() }).unwrap();
    assert_eq!((replay.rules(), replay.is_known()), (2, true));
    let (mut again, mut played) = (Vec::new(), Vec::new());
    for step in replay {
        for what in step.unwrap().played {
            match what {
                Played::Rang { alert, .. } => again.push((alert.at, alert.title, alert.body)),
                Played::Event(event) => played.push(Event::clone(&event)),
                Played::Resolved { .. } | Played::Unread(_) => {}
            }
        }
    }
    assert_eq!(again, rang);
    let renumbered = |events: Vec<Event>| events.into_iter().map(|event| Event { seq: 0, ..event }).collect::<Vec<_>>();
    assert_eq!(renumbered(played), renumbered(events));
    bench.engine.shutdown().await;
}

#[tokio::test]
async fn a_window_looks_at_it_and_nothing_is_kept() {
    let folder = Folder::new();
    let (bench, server) = (folder.start().await, Server::start().await);
    let events = lived(&bench, &server).await;
    let rung = bench.rung.all().len();
    let of = ReplayOf { file: recording(&folder, &events), feed: Some("one".into()), rules: None };
    let seen = bench.engine.look_through(of.clone()).await.unwrap();
    assert_eq!((seen.events, seen.rings, seen.rules), (8, 6, 2));
    let mut first = bench.engine.play(of.clone(), seen.started, Speed::Times(1)).await.unwrap();
    let mut second = bench.engine.play(of.clone(), seen.started, Speed::Max).await.unwrap();
    while first.next().await.is_some() {}
    let mut shown = 0;
    loop {
        match second.next().await.unwrap() {
            ReplayNews::Moved { events, .. } => shown += events.len(),
            end => break assert_eq!(end, ReplayNews::Over),
        }
    }
    assert_eq!(shown, 8);
    bench.engine.stop_playing();
    assert_eq!(bench.history().await.len(), 8);
    assert_eq!(bench.rung.all().len(), rung);
    let missing = ReplayOf { file: "/nowhere".into(), ..of };
    assert_eq!(bench.engine.look_through(missing).await.unwrap_err().code(), "file_not_readable");
    bench.engine.shutdown().await;
}
