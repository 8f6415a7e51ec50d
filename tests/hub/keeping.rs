//! What is kept, wherever that is: resumed, restarted, let go of honestly, and shared between hubs.

use std::time::Duration;

use streambell_hub::{Hub, HubConfig, HubError, Limits, Message, Retention, StorePlace};

use crate::client::{Event, Events, ask, config, post};
use crate::places::Place;

async fn publish(hub: &Hub, topic: &str, texts: &[&str]) -> Vec<String> {
    let mut ids = Vec::new();
    for text in texts {
        ids.push(hub.publish(topic, Message::text(*text)).await.unwrap().to_string());
    }
    ids
}

fn texts(events: &[Event]) -> Vec<String> {
    events.iter().map(|event| event.json()["message"].as_str().unwrap_or("gap").to_owned()).collect()
}

/// What a subscriber gets, up to and with an event that is published when it has subscribed.
async fn comes(hub: &Hub, path: &str, headers: &[&str]) -> Vec<String> {
    let mut events = Events::open(hub.addr(), path, headers).await;
    let topic = path.split(['/', ',']).nth(1).unwrap();
    publish(hub, topic, &["end"]).await;
    let mut came = Vec::new();
    loop {
        let text = texts(&events.take(1).await).remove(0);
        if text == "end" {
            return came;
        }
        came.push(text);
    }
}

#[tokio::test]
async fn every_place_resumes_alike() {
    for place in Place::each() {
        let hub = place.hub().await;
        let ids = publish(&hub, "t", &["a", "b", "c"]).await;
        publish(&hub, "u", &["x"]).await;
        assert_eq!(ask(hub.addr(), "GET /healthz", &[], b"").await.json()["topics"], 2, "{:?}", place.store);
        let after_a = format!("Last-Event-ID: {}", ids[0]);
        let mut events = Events::open(hub.addr(), "/t,u/sse", &[&after_a]).await;
        assert_eq!(texts(&events.take(3).await), ["b", "c", "x"], "{:?}", place.store);
        publish(&hub, "u", &["y"]).await;
        publish(&hub, "t", &["d"]).await;
        assert_eq!(texts(&events.take(2).await), ["y", "d"]);
        assert_eq!(comes(&hub, "/t/sse?since=all", &[]).await, ["a", "b", "c", "d"]);
        assert_eq!(comes(&hub, "/t/sse", &[]).await, [""; 0]);
    }
}

#[tokio::test]
async fn what_lasts_is_there_after_a_restart() {
    for place in Place::lasting() {
        let first = place.hub().await;
        let ids = publish(&first, "t", &["a", "b"]).await;
        drop(first);
        let second = until_it_starts(&place).await;
        let mut events = Events::open(second.addr(), "/t/sse", &[&format!("Last-Event-ID: {}", ids[0])]).await;
        publish(&second, "t", &["c"]).await;
        assert_eq!(texts(&events.take(2).await), ["b", "c"], "{:?}", place.store);
        // No event of another topic is taken for a gap, nor is a topic that is new.
        let mut events = Events::open(second.addr(), "/u/sse", &[&format!("Last-Event-ID: {}", ids[1])]).await;
        publish(&second, "u", &["x"]).await;
        assert_eq!(texts(&events.take(1).await), ["x"]);
    }
}

/// A hub that was dropped leaves its folder when its last task has ended.
pub(crate) async fn until_it_starts(place: &Place) -> Hub {
    loop {
        match Hub::start(HubConfig { store: place.store.clone(), ..config() }).await {
            Ok(hub) => return hub,
            Err(HubError::Store(_)) => tokio::task::yield_now().await,
            Err(error) => panic!("{error}"),
        }
    }
}

#[tokio::test]
async fn each_limit_holds_and_what_is_gone_is_said() {
    let long = Retention::default();
    let cases = [("by count", Retention { events: 2, ..long }), ("by size", Retention { bytes: 2500, ..long })];
    for place in Place::lasting() {
        for (nth, (case, retention)) in cases.iter().enumerate() {
            let place_case = format!("{case} {:?}", place.store);
            let hub = place.hub_with(HubConfig { retention: *retention, ..config() }).await;
            let topic = format!("t{nth}");
            let long = ["a", "b", "c", "d", "e"].map(|text| text.repeat(1000));
            let ids = publish(&hub, &topic, &long.each_ref().map(String::as_str)).await;
            let all = Events::open(hub.addr(), &format!("/{topic}/sse?since=all"), &[]).await.take(2).await;
            let kept = ids.len() - ids.iter().position(|id| *id == all[0].id).unwrap();
            assert_eq!(kept, 2, "{place_case}: {all:?}");
            let path = format!("/{topic}/sse");
            let resumed = |id: usize| format!("Last-Event-ID: {}", ids[id]);
            let mut events = Events::open(hub.addr(), &path, &[&resumed(0)]).await;
            let came = events.take(3).await;
            assert_eq!(texts(&came), ["gap", &long[3], &long[4]], "{place_case}");
            assert_eq!(came[0].json()["until"], ids[2].as_str(), "{place_case}");
            let mut events = Events::open(hub.addr(), &path, &[&resumed(2)]).await;
            assert_eq!(texts(&events.take(2).await), long[3..], "{place_case}: nothing after c is gone");
            hub.shutdown().await;
        }
    }
}

#[tokio::test]
async fn what_is_too_old_is_gone_though_nothing_was_published_since() {
    for place in Place::lasting() {
        let retention = Retention { age: Duration::from_millis(1), ..Retention::default() };
        let hub = place.hub_with(HubConfig { retention, ..config() }).await;
        let ids = publish(&hub, "t", &["a", "b"]).await;
        tokio::time::sleep(Duration::from_millis(20)).await;
        let mut events = Events::open(hub.addr(), "/t/sse", &[&format!("Last-Event-ID: {}", ids[0])]).await;
        assert_eq!(texts(&events.take(1).await), ["gap"], "{:?}", place.store);
        publish(&hub, "t", &["c"]).await;
        assert_eq!(texts(&events.take(1).await), ["c"]);
    }
}

#[tokio::test]
async fn topics_are_counted_and_room_is_made_by_what_is_too_old() {
    for place in Place::lasting() {
        let limits = Limits { topics: 2, ..Limits::default() };
        let retention = Retention { age: Duration::from_millis(500), ..Retention::default() };
        let hub = place.hub_with(HubConfig { limits, retention, ..config() }).await;
        for topic in ["a", "b"] {
            assert_eq!(post(hub.addr(), topic, &[], "x").await.status, 200);
        }
        assert_eq!(post(hub.addr(), "c", &[], "x").await.status, 429, "{:?}", place.store);
        tokio::time::sleep(Duration::from_millis(600)).await;
        assert_eq!(post(hub.addr(), "c", &[], "x").await.status, 200, "{:?}", place.store);
    }
}

#[tokio::test]
async fn a_folder_has_one_hub() {
    let place = Place::folder();
    let _hub = place.hub().await;
    let error = Hub::start(HubConfig { store: place.store.clone(), ..config() }).await.unwrap_err();
    assert!(error.to_string().contains("another hub uses the folder"), "{error}");
}

#[tokio::test]
async fn a_damaged_journal_is_set_aside() {
    let place = Place::folder();
    let StorePlace::Folder(folder) = &place.store else { unreachable!() };
    std::fs::create_dir_all(folder).unwrap();
    std::fs::write(folder.join("hub.db"), "this is no database, and it is long enough to be looked at".repeat(99))
        .unwrap();
    let hub = place.hub().await;
    publish(&hub, "t", &["a"]).await;
    let names = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
    assert!(names.into_iter().any(|name| name.contains("damaged")));
}

#[tokio::test]
async fn a_journal_of_a_newer_hub_is_refused_and_left_untouched() {
    let (running, place) = (Place::folder(), Place::folder());
    let hub = running.hub().await;
    let ids = publish(&hub, "t", &["a"]).await;
    // What is acknowledged is written, so a copy is what a kill would leave.
    let StorePlace::Folder(from) = &running.store else { unreachable!() };
    let StorePlace::Folder(folder) = &place.store else { unreachable!() };
    std::fs::create_dir_all(folder).unwrap();
    for file in ["hub.db", "hub.db-wal", "hub.lock"] {
        std::fs::copy(from.join(file), folder.join(file)).unwrap();
    }
    let set_version = |version: usize| {
        let newer = rusqlite::Connection::open(folder.join("hub.db")).unwrap();
        newer.pragma_update(None, "user_version", version).unwrap();
        // As in a kill the version stands in the journal alone, which a last connection would put away.
        newer.set_db_config(rusqlite::config::DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true).unwrap();
    };
    set_version(99);
    let files = || {
        let mut files: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
        files.sort();
        files.into_iter().map(|file| (std::fs::read(&file).unwrap(), file)).collect::<Vec<_>>()
    };
    let before = files();
    let error = Hub::start(HubConfig { store: place.store.clone(), ..config() }).await.unwrap_err().to_string();
    assert!(error.contains("newer Streambell") && error.contains("--data"), "{error}");
    assert!(files() == before, "something was written");
    set_version(1);
    let hub = place.hub().await;
    let mut events = Events::open(hub.addr(), "/t/sse?since=all", &[]).await;
    assert_eq!(events.take(1).await[0].id, ids[0]);
}

#[tokio::test]
async fn a_redis_that_is_not_there_is_said() {
    let mut place = Place::redis();
    let address = place.server().address();
    place.server().kill();
    let store = StorePlace::Redis(format!("redis://user:secret@{address}/0"));
    let error = Hub::start(HubConfig { store, ..config() }).await.unwrap_err().to_string();
    assert!(error.contains(&address.to_string()) && !error.contains("secret"), "{error}");
}

#[tokio::test]
async fn hubs_on_one_redis_are_one_hub() {
    let place = Place::redis();
    let (one, two) = (place.hub().await, place.hub().await);
    let mut at_two = Events::open(two.addr(), "/t/sse", &[]).await;
    let mut ids = Vec::new();
    for n in 0..20 {
        let hub = if n % 2 == 0 { &one } else { &two };
        ids.extend(publish(hub, "t", &[&n.to_string()]).await);
    }
    let came = at_two.take(20).await;
    assert_eq!(came.iter().map(|event| event.id.as_str()).collect::<Vec<_>>(), ids);
    // Where one left off, the other goes on.
    let mut at_one = Events::open(one.addr(), "/t/sse", &[&format!("Last-Event-ID: {}", ids[9])]).await;
    assert_eq!(at_one.take(10).await, came[10..]);
}

#[tokio::test]
async fn while_redis_is_away_publishers_are_told_and_subscribers_stay() {
    let mut place = Place::redis();
    let hub = place.hub().await;
    let mut events = Events::open(hub.addr(), "/t/sse", &[]).await;
    let ids = publish(&hub, "t", &["before"]).await;
    assert_eq!(texts(&events.take(1).await), ["before"]);
    place.server().kill();
    let refused = post(hub.addr(), "t", &[], "lost").await;
    assert_eq!(refused.status, 503, "{refused:?}");
    assert!(refused.head.contains("\r\nretry-after: 2"), "{}", refused.head);
    assert!(refused.json()["error"].as_str().unwrap().contains("Redis"), "{refused:?}");
    assert_eq!(ask(hub.addr(), "GET /healthz", &[], b"").await.status, 503);
    assert_eq!(ask(hub.addr(), "GET /metrics", &[], b"").await.status, 200);
    let mut resumed = Events::open(hub.addr(), "/t/sse", &[&format!("Last-Event-ID: {}", ids[0])]).await;
    place.server().restart();
    while post(hub.addr(), "t", &[], "after").await.status != 200 {
        tokio::task::yield_now().await;
    }
    assert_eq!(texts(&events.take(1).await), ["after"]);
    assert_eq!(texts(&resumed.take(1).await), ["after"]);
    assert_eq!(ask(hub.addr(), "GET /healthz", &[], b"").await.status, 200);
}
