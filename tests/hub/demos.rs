//! The demo feeds, with the clock running ahead while everyone waits.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;
use streambell_hub::{Hub, HubConfig};

use crate::client::{Events, ask, config, hub};

async fn demo_hub(seed: u64) -> Hub {
    Hub::start(HubConfig { demo: true, seed: Some(seed), ..config() }).await.unwrap()
}

async fn take(hub: &Hub, demo: &str, count: usize) -> Vec<Value> {
    let mut events = Events::open(hub.addr(), &format!("/demo/{demo}"), &[]).await;
    events.take(count).await.iter().map(|event| event.json()).collect()
}

fn text<'a>(value: &'a Value, field: &str) -> &'a str {
    value[field].as_str().unwrap_or_else(|| panic!("{field} in {value}"))
}

#[tokio::test(start_paused = true)]
async fn prices_go_up_and_down() {
    let hub = demo_hub(1).await;
    let mut events = Events::open(hub.addr(), "/demo/price", &[]).await;
    let mut seen = BTreeSet::new();
    for event in events.take(300).await {
        let data = event.json();
        assert_eq!((event.event.as_str(), text(&data, "symbol"), text(&data, "currency")), ("price", "BTC-USD", "USD"));
        let (units, cents) = text(&data, "price").split_once('.').unwrap();
        assert_eq!(cents.len(), 2);
        assert!((59_500..62_500).contains(&units.parse::<u32>().unwrap()), "{data}");
        assert!(data["ts"].as_i64().unwrap() > 1_700_000_000_000);
        seen.insert(text(&data, "price").to_owned());
    }
    assert!(seen.len() > 250, "it moves");
}

#[tokio::test(start_paused = true)]
async fn jobs_go_on_to_their_end_and_another_round_begins() {
    let hub = demo_hub(2).await;
    let mut last: BTreeMap<String, u64> = BTreeMap::new();
    let (mut done, mut failed, mut rounds) = (0, 0, 0);
    for data in take(&hub, "progress", 1200).await {
        let progress = data["progress"].as_u64().unwrap();
        assert_eq!(data["total"], 100);
        assert!(!text(&data, "message").is_empty());
        let before = last.insert(text(&data, "job").to_owned(), progress).unwrap_or(0);
        match text(&data, "status") {
            "running" => assert!(progress < 100),
            "done" => {
                assert_eq!(progress, 100);
                done += 1;
            }
            "failed" => {
                assert!(progress < 100);
                failed += 1;
            }
            other => panic!("{other}"),
        }
        rounds += u32::from(progress < before);
    }
    assert_eq!(last.keys().collect::<Vec<_>>(), ["docs", "linux-x86_64", "macos-arm64", "windows-x64"]);
    assert!(done > 8 && failed > 0 && failed < done && rounds > 8, "{done} done, {failed} failed, {rounds} rounds");
}

#[tokio::test(start_paused = true)]
async fn a_game_is_played_to_its_end() {
    let hub = demo_hub(3).await;
    let games = take(&hub, "score", 1000).await;
    let (mut home, mut away, mut finals) = (0, 0, 0);
    for data in games.into_iter().skip_while(|data| text(data, "last") != "tip-off") {
        let now = (data["home_score"].as_u64().unwrap(), data["away_score"].as_u64().unwrap());
        match text(&data, "last") {
            "tip-off" => assert_eq!(now, (0, 0)),
            last => {
                let scored = |team: &str| last.strip_prefix(team).and_then(|n| n.strip_prefix(" +")?.parse().ok());
                assert_eq!(now, (home + scored("home").unwrap_or(0), away + scored("away").unwrap_or(0)), "{data}");
            }
        }
        (home, away) = now;
        if text(&data, "period") == "Final" {
            assert!(home != away && home > 40 && away > 40 && home < 200 && away < 200, "{data}");
            finals += 1;
        }
        assert_eq!(text(&data, "clock").len(), 5);
    }
    assert!(finals >= 2, "{finals}");
}

#[tokio::test(start_paused = true)]
async fn chat_and_news_do_not_repeat_themselves_soon() {
    let hub = demo_hub(4).await;
    let lines = take(&hub, "chat", 60).await;
    let distinct: BTreeSet<_> = lines.iter().map(|line| (text(line, "username"), text(line, "message"))).collect();
    assert_eq!(distinct.len(), 60);
    assert!(lines.iter().any(|line| !text(line, "message").is_ascii()) && lines[0].get("ts").is_some());
    assert!(!lines.iter().any(|line| text(line, "message").contains("{n}")));

    let stories = take(&hub, "news", 24).await;
    let titles: BTreeSet<_> = stories.iter().map(|story| text(story, "title")).collect();
    assert_eq!(titles.len(), 24);
    for story in &stories {
        assert!(text(story, "url").starts_with("https://example.com/"));
        assert!(!text(story, "source").is_empty() && !text(story, "summary").is_empty());
    }
}

/// The list as someone has it who has heard these events.
fn list<'a>(events: impl IntoIterator<Item = &'a Value>) -> BTreeMap<String, bool> {
    let mut list = BTreeMap::new();
    for data in events {
        let id = text(data, "id").to_owned();
        if data["removed"] == true {
            assert!(list.remove(&id).is_some(), "{id} was not on the list");
        } else {
            assert!(!text(data, "title").is_empty());
            list.insert(id, data["done"].as_bool().unwrap());
        }
    }
    list
}

#[tokio::test(start_paused = true)]
async fn who_comes_late_has_the_same_task_list() {
    let hub = demo_hub(5).await;
    let mut first = Events::open(hub.addr(), "/demo/tasks", &[]).await;
    let mut heard: Vec<_> = first.take(400).await;
    // The clock stands while this client does not wait, so the newcomer gets the list as it is at this moment.
    let mut late = Events::open(hub.addr(), "/demo/tasks", &[]).await;
    let mut told = vec![late.next().await.unwrap()];
    while told.len() < 12 {
        told.push(late.next().await.unwrap());
    }
    let newest = told.last().unwrap().id.clone();
    while heard.last().unwrap().id != newest {
        heard.push(first.next().await.unwrap());
    }
    let json = |events: &[crate::client::Event]| events.iter().map(crate::client::Event::json).collect::<Vec<_>>();
    let (mine, theirs) = (list(&json(&heard)), list(&json(&told)));
    assert_eq!(mine, theirs);
    assert!((4..=9).contains(&mine.len()) && mine.values().any(|done| *done) && mine.values().any(|done| !done));
}

#[tokio::test(start_paused = true)]
async fn who_reconnects_misses_nothing() {
    let hub = demo_hub(6).await;
    let mut whole = Events::open(hub.addr(), "/demo/price", &[]).await;
    let expected = whole.take(150).await;
    let last = format!("Last-Event-ID: {}", expected[99].id);
    let mut resumed = Events::open(hub.addr(), "/demo/price", &[&last]).await;
    assert_eq!(resumed.take(50).await, expected[100..]);
}

#[tokio::test(start_paused = true)]
async fn a_newcomer_is_told_at_once_how_things_stand() {
    let hub = demo_hub(7).await;
    let cases = [("price", 60), ("progress", 4), ("score", 5), ("chat", 5), ("news", 4), ("tasks", 8)];
    for (demo, at_least) in cases {
        let start = tokio::time::Instant::now();
        let first = take(&hub, demo, at_least).await;
        assert_eq!(start.elapsed().as_secs(), 0, "{demo} let the first one wait");
        let second = take(&hub, demo, at_least).await;
        assert_eq!(start.elapsed().as_secs(), 0, "{demo} let the second one wait");
        assert!(first.iter().chain(&second).all(Value::is_object));
    }
}

#[tokio::test(start_paused = true)]
async fn nothing_happens_while_nobody_watches() {
    let hub = demo_hub(8).await;
    let mut watching = Events::open(hub.addr(), "/demo/price", &[]).await;
    let seen = watching.take(120).await;
    drop(watching);
    // A moment for the hub to see that the socket is closed, and then a day.
    tokio::time::sleep(std::time::Duration::from_secs(5)).await;
    let all = format!("Last-Event-ID: {}", seen[119].id);
    tokio::time::sleep(std::time::Duration::from_secs(24 * 60 * 60)).await;
    let start = tokio::time::Instant::now();
    let mut back = Events::open(hub.addr(), "/demo/price", &[&all]).await;
    let mut at_once = 0;
    while back.next().await.is_some() && start.elapsed().as_millis() < 500 {
        at_once += 1;
    }
    assert!(at_once < 20, "{at_once} prices came while nobody watched");
}

#[tokio::test(start_paused = true)]
async fn the_same_seed_tells_the_same_story() {
    let (one, two, other) = (demo_hub(9).await, demo_hub(9).await, demo_hub(40).await);
    for demo in ["progress", "score", "tasks"] {
        let story = take(&one, demo, 100).await;
        assert!(story == take(&two, demo, 100).await, "{demo}");
        assert!(story != take(&other, demo, 100).await, "{demo}");
    }
}

#[tokio::test]
async fn demos_can_be_left_out() {
    let hub = hub().await;
    assert_eq!(ask(hub.addr(), "GET /demo/price", &["Connection: close"], b"").await.status, 404);
}
