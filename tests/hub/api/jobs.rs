//! Jobs: played by the clock, reported by workers, and gone on with after whatever happens to a hub.

use std::time::Duration;

use serde_json::{Value, json};
use streambell_hub::{Hub, HubConfig, StorePlace};

use super::{again, done, event, follow, get, send, told};
use crate::client::{Event, Events, hub};
use crate::places::{Daemon, Place};

/// The events of a stream up to and with the end of a job.
async fn to_the_end(events: &mut Events, job: &str) -> Vec<Event> {
    let mut came = Vec::new();
    loop {
        let event = events.next().await.expect("the stream ended");
        let is_end = event.json()["job"] == job && event.json()["status"] != "running";
        came.push(event);
        if is_end {
            return came;
        }
    }
}

fn progress(events: &[Event]) -> Vec<u64> {
    events.iter().map(|event| event.json()["progress"].as_u64().unwrap()).collect()
}

fn steps(from: u64, to: u64) -> Vec<u64> {
    (from..=to).collect()
}

#[tokio::test(start_paused = true)]
async fn a_job_is_played_in_its_time() {
    let hub = hub().await;
    let mut events = follow(&hub, "/api/progress").await;
    let start = tokio::time::Instant::now();
    let answer = send(hub.addr(), "POST /api/start", &json!({ "job": "backup", "total": 120, "seconds": 60 })).await;
    assert_eq!(answer.status, 202);
    let begun = json!({
        "job": "backup", "progress": 0, "total": 120, "seconds": 60, "status": "running", "message": "started",
    });
    assert_eq!(answer.json(), begun);
    let came = to_the_end(&mut events, "backup").await;
    assert_eq!(progress(&came), steps(0, 120));
    assert_eq!(start.elapsed().as_secs(), 60);
    assert!(came[60].json()["message"].as_str().unwrap().contains("30 s left"), "{:?}", came[60]);
    let end = json!({
        "job": "backup", "progress": 120, "total": 120, "seconds": 60, "status": "done", "message": "done",
    });
    assert_eq!(told(&came[120..]), [event("progress", end.clone())]);
    assert_eq!(get(&hub, "/api/progress/backup").await, end);
}

#[tokio::test(start_paused = true)]
async fn jobs_without_a_name_get_one_and_each_can_be_followed_alone() {
    let hub = hub().await;
    let mut all = follow(&hub, "/api/progress").await;
    for n in 1..=3 {
        // No body at all is fine.
        let answer = crate::client::ask(hub.addr(), "POST /api/start", &[], b"").await;
        assert_eq!((answer.status, &answer.json()["job"]), (202, &json!(format!("job-{n}"))));
    }
    let mut alone = follow(&hub, "/api/progress?job=job-2").await;
    let came = to_the_end(&mut alone, "job-2").await;
    assert!(came.iter().all(|event| event.json()["job"] == "job-2"));
    assert_eq!(progress(&came), steps(0, 100));
    assert!(to_the_end(&mut all, "job-2").await.iter().any(|event| event.json()["job"] == "job-1"));
    assert_eq!(send(hub.addr(), "GET /api/progress?job=job-9", &Value::Null).await.status, 404);
}

#[tokio::test]
async fn a_worker_reports_and_the_clock_leaves_its_job_alone() {
    for place in Place::each() {
        let hub = place.hub().await;
        let mut events = follow(&hub, "/api/progress").await;
        // Played at first, in ever so long steps; then somebody works on it.
        done(&hub, "POST /api/start", json!({ "job": "build", "total": 4, "seconds": 86400 })).await;
        done(&hub, "PUT /api/progress/build", json!({ "progress": 1, "message": "compiling" })).await;
        done(&hub, "POST /api/progress", json!({ "job": "build", "progress": 9, "total": 10 })).await;
        done(&hub, "PUT /api/progress/build", json!({ "status": "failed", "message": "link error" })).await;
        done(&hub, "PUT /api/progress/build", json!({ "progress": 10 })).await;
        done(&hub, "PUT /api/progress/new", json!({ "status": "done" })).await;
        let job = |progress: u64, total: u64, status: &str, message: Option<&str>| {
            let mut job = json!({ "job": "build", "progress": progress, "total": total, "status": status });
            if let Some(message) = message {
                job["message"] = json!(message);
            }
            event("progress", job)
        };
        let expected = [
            job(1, 4, "running", Some("compiling")),
            job(9, 10, "running", None),
            job(9, 10, "failed", Some("link error")),
            job(10, 10, "done", None),
            event("progress", json!({ "job": "new", "progress": 100, "total": 100, "status": "done" })),
        ];
        assert_eq!(told(&events.take(6).await)[1..], expected, "{:?}", place.store);
        // Who comes now is told how each job stands.
        assert_eq!(told(&follow(&hub, "/api/progress").await.take(2).await), expected[3..]);
        done(&hub, "DELETE /api/progress/new", Value::Null).await;
        assert_eq!(told(&events.take(1).await), [event("progress", json!({ "job": "new", "removed": true }))]);
        assert_eq!(send(hub.addr(), "GET /api/progress/new", &Value::Null).await.status, 404);
    }
}

#[tokio::test]
async fn a_job_that_runs_is_not_started_twice() {
    for place in Place::each() {
        let hub = place.hub().await;
        let start = json!({ "job": "backup", "seconds": 3600 });
        let starts = (0..8).map(|_| send(hub.addr(), "POST /api/start", &start));
        let answers = futures_util::future::join_all(starts).await;
        let mut statuses: Vec<_> = answers.iter().map(|answer| answer.status).collect();
        statuses.sort_unstable();
        assert_eq!(statuses, [202, 409, 409, 409, 409, 409, 409, 409], "{:?}", place.store);
        done(&hub, "PUT /api/progress/backup", json!({ "status": "failed" })).await;
        let again = done(&hub, "POST /api/start", start.clone()).await;
        assert_eq!((&again["progress"], &again["status"]), (&json!(0), &json!("running")));
    }
}

#[tokio::test]
async fn a_job_goes_on_where_it_was_after_a_restart() {
    for place in Place::lasting() {
        let first = place.hub().await;
        let mut events = follow(&first, "/api/progress").await;
        done(&first, "POST /api/start", json!({ "job": "backup", "total": 12, "seconds": 3 })).await;
        let before = events.take(5).await;
        drop(first);
        let second = again(&place).await;
        let last = format!("Last-Event-ID: {}", before[4].id);
        let mut events = Events::open(second.addr(), "/api/progress", &[&last]).await;
        let after = to_the_end(&mut events, "backup").await;
        assert_eq!(progress(&[before, after].concat()), steps(0, 12), "{:?}", place.store);
    }
}

/// Where a hub in a process of its own listens, and its Redis.
const OWN: &str = "STREAMBELL_TEST_HUB";

/// A hub until it is killed: what the test below starts as a process.
#[tokio::test]
#[ignore = "it is the process of another test"]
async fn a_hub_in_a_process_of_its_own() {
    let Ok(own) = std::env::var(OWN) else { return };
    let (address, redis) = own.split_once(' ').unwrap();
    let (listen, store) = (address.parse().unwrap(), StorePlace::Redis(redis.into()));
    let _hub = Hub::start(HubConfig { listen, store, ..crate::client::config() }).await.unwrap();
    std::future::pending::<()>().await;
}

#[tokio::test]
async fn of_several_hubs_one_makes_each_step_and_the_others_go_on_when_the_first_is_killed() {
    let place = Place::redis();
    let address = std::net::TcpListener::bind(("127.0.0.1", 0)).unwrap().local_addr().unwrap();
    let mut command = std::process::Command::new(std::env::current_exe().unwrap());
    command.args(["--ignored", "--exact", "api::jobs::a_hub_in_a_process_of_its_own"]);
    command.env(OWN, format!("{address} {}", place.redis.as_ref().unwrap().url()));
    let log = tempfile::NamedTempFile::new().unwrap();
    let starter = Daemon::start(command, address, log.path());
    let (two, three) = (place.hub().await, place.hub().await);
    let mut at_two = follow(&two, "/api/progress").await;
    let mut at_three = follow(&three, "/api/progress").await;
    let begun = send(address, "POST /api/start", &json!({ "job": "backup", "total": 16, "seconds": 4 })).await;
    assert_eq!(begun.status, 202);
    let mut came = at_two.take(6).await;
    // With SIGKILL.
    drop(starter);
    came.extend(to_the_end(&mut at_two, "backup").await);
    assert_eq!(progress(&came), steps(0, 16), "each step is made, and made once");
    assert_eq!(to_the_end(&mut at_three, "backup").await, came);
    assert_eq!(get(&three, "/api/progress/backup").await["status"], "done");
}

#[tokio::test]
async fn a_job_goes_on_when_redis_is_back() {
    let mut place = Place::redis();
    let (one, two) = (place.hub().await, place.hub().await);
    let mut events = follow(&one, "/api/progress").await;
    done(&two, "POST /api/start", json!({ "job": "backup", "total": 12, "seconds": 3 })).await;
    let mut came = events.take(4).await;
    place.server().kill();
    let refused = send(one.addr(), "PUT /api/progress/backup", &json!({ "progress": 1 })).await;
    assert_eq!(refused.status, 503, "{refused:?}");
    place.server().restart();
    came.extend(to_the_end(&mut events, "backup").await);
    assert_eq!(progress(&came), steps(0, 12));
}

#[tokio::test(start_paused = true)]
async fn what_is_over_makes_room_and_what_runs_does_not() {
    let hub = hub().await;
    for n in 0..200 {
        done(&hub, &format!("PUT /api/progress/run-{n}"), json!({ "progress": 1 })).await;
    }
    let refused = send(hub.addr(), "POST /api/start", &json!({})).await;
    assert_eq!(refused.status, 429, "{refused:?}");
    done(&hub, "PUT /api/progress/run-7", json!({ "status": "done" })).await;
    done(&hub, "PUT /api/progress/run-8", json!({ "status": "failed" })).await;
    done(&hub, "POST /api/start", json!({ "seconds": 3600 })).await;
    assert_eq!(send(hub.addr(), "GET /api/progress/run-7", &Value::Null).await.status, 404);
    assert_eq!(get(&hub, "/api/progress/run-8").await["status"], "failed");
    // The clock has all of them to look after, and still makes its steps.
    let mut events = follow(&hub, "/api/progress?job=job-1").await;
    tokio::time::sleep(Duration::from_secs(40)).await;
    assert_eq!(progress(&events.take(2).await), [0, 1]);
}
