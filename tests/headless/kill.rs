//! Killed at any moment, the program loses nothing that the server can replay, and keeps nothing twice.

use std::{env, thread, time::Duration};

use rand::{Rng, SeedableRng, rngs::StdRng};

use crate::support::{Folder, ReplayServer, until};

const KILLS: usize = 10;

#[test]
fn killed_ten_times_it_holds_every_event_once() {
    let seed = env::var("STREAMBELL_TEST_SEED").map_or_else(|_| rand::random(), |seed| seed.parse().unwrap());
    println!("STREAMBELL_TEST_SEED={seed}");
    let mut chance = StdRng::seed_from_u64(seed);

    let folder = Folder::new();
    let server = ReplayServer::start(1000, 40);
    folder.ask(&["feeds", "add", "--name", "Fast", "--url", &server.url(), "--map", "value=$.value"]);
    folder.ask(&["rules", "add", r#"{"name":"High","feed":"Fast","when":{"value":{"crosses_above":900}}}"#]);
    for _ in 0..KILLS {
        let program = folder.spawn();
        // The moment of the kill is the point of the test: before the first byte, in a commit, anywhere.
        thread::sleep(Duration::from_millis(chance.random_range(0..2000)));
        program.kill();
    }
    let program = folder.start();
    let last = server.finish();
    until("the last event is there", || {
        let newest = folder.ask(&["events", "--feed", "Fast", "--limit", "1"]);
        if newest[0]["id"].as_str() == Some(&last.to_string()) { Ok(()) } else { Err(format!("{newest}, of {last}")) }
    });

    let events = folder.events("Fast");
    let ids: Vec<u64> = events.iter().map(|event| event["id"].as_str().unwrap().parse().unwrap()).collect();
    let expected: Vec<u64> = (1..=last).collect();
    let first_wrong = ids.iter().zip(&expected).position(|(found, expected)| found != expected);
    assert_eq!((ids.len(), first_wrong), (expected.len(), None), "{:?} …", &ids[first_wrong.unwrap_or(0)..].first());

    // The rule's memory went with the events: it rang at each crossing, once, and at nothing else.
    let alerts = folder.ask(&["alerts"]);
    let alerts = alerts.as_array().unwrap();
    let crossings: Vec<_> = events.iter().filter(|event| event["data"].as_str().unwrap().contains(":901,")).collect();
    let rung: Vec<_> = alerts.iter().rev().map(|alert| &alert["event"]).collect();
    assert_eq!(rung, crossings.iter().map(|event| &event["seq"]).collect::<Vec<_>>());
    let firing = alerts.iter().filter(|alert| alert["state"] == "firing").count();
    assert_eq!(firing, usize::from(last % 1000 > 900), "only a value that is still above keeps its alert open");
    assert_eq!(program.end(), Some(0));
}
