//! The task list.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::{again, done, event, follow, get, send, told};
use crate::client::{Events, ask};
use crate::places::Place;

#[tokio::test]
async fn tasks_come_change_and_go() {
    for place in Place::each() {
        let hub = place.hub().await;
        assert_eq!(get(&hub, "/api/tasks").await, json!([]));
        let mut first = follow(&hub, "/api/tasks/stream").await;
        let tea = done(&hub, "POST /api/tasks", json!({ "title": " Restock Sencha " })).await;
        let id = tea["id"].as_str().unwrap();
        assert_eq!(tea, json!({ "id": id, "title": "Restock Sencha", "done": false }));
        let cups = done(&hub, "POST /api/tasks", json!({ "title": "Wash cups", "done": true })).await;
        let one = format!("/api/tasks/{id}");
        let ticked = done(&hub, &format!("PATCH {one}"), json!({ "done": true })).await;
        assert_eq!(ticked, json!({ "id": id, "title": "Restock Sencha", "done": true }));
        let renamed = done(&hub, &format!("PATCH {one}"), json!({ "title": "Restock Gyokuro" })).await;
        assert_eq!(renamed, json!({ "id": id, "title": "Restock Gyokuro", "done": true }));
        assert_eq!(get(&hub, &one).await, renamed);
        assert_eq!(get(&hub, "/api/tasks").await, json!([renamed, cups]), "in the order in which they were made");

        // Who comes now is told how the list stands, in either way of asking.
        let mut late = follow(&hub, "/api/tasks/stream").await;
        let mut negotiated =
            Events::open(hub.addr(), "/api/tasks", &["Accept: text/html, Text/Event-Stream;q=0.9"]).await;
        assert_eq!(done(&hub, &format!("DELETE {one}"), Value::Null).await, Value::Null);
        let (task, gone) = (|data: &Value| event("task", data.clone()), json!({ "id": id, "removed": true }));
        let whole = [&tea, &cups, &ticked, &renamed, &gone].map(task);
        assert_eq!(told(&first.take(5).await), whole, "{:?}", place.store);
        assert_eq!(told(&late.take(3).await), [&cups, &renamed, &gone].map(task));
        assert_eq!(told(&negotiated.take(3).await), [&cups, &renamed, &gone].map(task));
        assert_eq!(get(&hub, "/api/tasks").await, json!([cups]));
        for request in ["GET", "PATCH", "DELETE"] {
            let refused = send(hub.addr(), &format!("{request} {one}"), &json!({ "done": true })).await;
            assert_eq!(refused.status, 404, "{refused:?}");
            assert!(refused.json()["error"].as_str().unwrap().contains("GET /api/tasks"), "{refused:?}");
        }
    }
}

#[tokio::test]
async fn the_answer_tells_where_the_task_is() {
    let hub = crate::client::hub().await;
    let answer = send(hub.addr(), "POST /api/tasks", &json!({ "title": "a" })).await;
    assert_eq!(answer.status, 201);
    let at = answer.head.lines().find_map(|line| line.strip_prefix("location: ")).unwrap();
    assert_eq!(get(&hub, at).await, answer.json());
}

#[tokio::test]
async fn a_list_is_there_after_a_restart() {
    for place in Place::lasting() {
        let hub = place.hub().await;
        let task = done(&hub, "POST /api/tasks", json!({ "title": "a" })).await;
        drop(hub);
        assert_eq!(get(&again(&place).await, "/api/tasks").await, json!([task]), "{:?}", place.store);
    }
}

#[tokio::test]
async fn changes_at_once_lose_nothing() {
    const CHANGES: usize = 24;
    for place in Place::each() {
        // On one Redis, at two hubs.
        let hub = place.hub().await;
        let other = match place.redis {
            Some(_) => Some(place.hub().await),
            None => None,
        };
        let task = done(&hub, "POST /api/tasks", json!({ "title": "a" })).await;
        let mut stream = follow(&hub, "/api/tasks/stream").await;
        stream.take(1).await;
        let change = format!("PATCH /api/tasks/{}", task["id"].as_str().unwrap());
        let changes = (0..CHANGES).map(|n| {
            let hub = other.as_ref().filter(|_| n % 2 == 0).unwrap_or(&hub);
            // Each changes one half of the task, from whatever the other half is then.
            let body = if n % 3 == 0 { json!({ "done": n % 2 == 0 }) } else { json!({ "title": format!("t{n}") }) };
            let change = &change;
            async move { (n, done(hub, change, body).await) }
        });
        let answers = futures_util::future::join_all(changes).await;
        let events: Vec<_> = stream.take(CHANGES).await.iter().map(|event| event.json()).collect();
        // Every change is one step from what was before it: only its own half differs, and it is what was asked for.
        let mut before = task;
        let mut titles = BTreeSet::new();
        for now in &events {
            let (title, ticked) = (before["title"] != now["title"], before["done"] != now["done"]);
            assert!(!(title && ticked), "{:?}: {before} became {now}", place.store);
            titles.extend(title.then(|| now["title"].as_str().unwrap().to_owned()));
            before = now.clone();
        }
        let expected: BTreeSet<_> = (0..CHANGES).filter(|n| n % 3 != 0).map(|n| format!("t{n}")).collect();
        assert_eq!(titles, expected, "{:?}: each title was there once", place.store);
        for (n, answer) in answers {
            assert!(events.contains(&answer), "{n}: {answer}");
        }
    }
}

#[tokio::test]
async fn there_is_room_for_a_thousand() {
    let hub = crate::client::hub().await;
    for n in 0..1000 {
        done(&hub, "POST /api/tasks", json!({ "title": format!("{n}") })).await;
    }
    let refused = send(hub.addr(), "POST /api/tasks", &json!({ "title": "one more" })).await;
    assert_eq!(refused.status, 429);
    assert!(refused.json()["error"].as_str().unwrap().contains("remove one"), "{refused:?}");
    let tasks = get(&hub, "/api/tasks").await;
    let titles: Vec<usize> =
        tasks.as_array().unwrap().iter().map(|task| task["title"].as_str().unwrap().parse().unwrap()).collect();
    assert_eq!(titles, (0..1000).collect::<Vec<_>>());
    let first = format!("/api/tasks/{}", tasks[0]["id"].as_str().unwrap());
    assert_eq!(ask(hub.addr(), &format!("DELETE {first}"), &[], b"").await.status, 204);
    done(&hub, "POST /api/tasks", json!({ "title": "one more" })).await;
    assert_eq!(get(&hub, "/api/tasks").await.as_array().unwrap().len(), 1000);
}
