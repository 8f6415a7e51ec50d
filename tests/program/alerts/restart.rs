//! The program ends in the middle of something, in good order or by a power cut, and goes on where it stood.

use serde_json::json;
use tokio::process::Child;

use super::storm::{break_out, watch_fifty};
use crate::support::{Call, Desktop, Feed, Service, until};

/// How a program ends.
#[derive(Debug, Clone, Copy)]
enum End {
    InGoodOrder,
    ByAPowerCut,
}

const BOTH: [End; 2] = [End::InGoodOrder, End::ByAPowerCut];

/// Ends the program, and starts it again.
async fn again(desktop: &Desktop, program: Child, end: End) -> Child {
    match end {
        End::InGoodOrder => assert_eq!(desktop.terminate(program).await, Some(0)),
        End::ByAPowerCut => desktop.kill(program).await,
    }
    let program = desktop.launch(&["--hidden"]);
    desktop.running().await;
    program
}

async fn start(feed: &Feed, notify: &str) -> (Desktop, Service, Child) {
    let (desktop, service) = Desktop::recorded().await;
    let program = desktop.launch(&["--hidden"]);
    desktop.running().await;
    desktop.add_feed("Feed", &feed.url("/events"), notify).await;
    (desktop, service, program)
}

#[tokio::test]
async fn what_has_crossed_does_not_ring_again_and_recovers() {
    let feed = Feed::start().await;
    let (desktop, mut service, mut program) = start(&feed, "rules").await;
    let over = json!({"value": {"crosses_above": 100, "recovers_below": 90}});
    desktop.add_rule(&json!({"name": "Over 100", "feed": "feed", "when": over})).await;
    let price = |price: u32| feed.send(&format!(r#"{{"symbol":"BTC","price":{price}}}"#));
    price(80);
    let mut states = Vec::new();
    for end in BOTH {
        price(101);
        let rang = service.shown().await;
        states.push("firing");
        desktop.alerts_are(&states).await;
        program = again(&desktop, program, end).await;
        desktop.feed_is("Feed", "open").await;
        desktop.alerts_are(&states).await;
        price(102);
        price(89);
        states.pop();
        states.push("resolved");
        desktop.alerts_are(&states).await;
        assert_eq!(service.closed().await, rang.id, "{end:?}: what the former process showed is taken back");
    }
}

#[tokio::test]
async fn a_job_goes_on() {
    let feed = Feed::start().await;
    let (desktop, mut service, mut program) = start(&feed, "all").await;
    let report = |percent: u8| feed.send(&format!(r#"{{"job":"Backup","progress":{percent}}}"#));
    report(10);
    let first = service.shown().await;
    for (end, percent) in BOTH.into_iter().zip([40, 70]) {
        desktop.feed_has("Feed", "/unread", &(percent / 30).into()).await;
        program = again(&desktop, program, end).await;
        desktop.feed_is("Feed", "open").await;
        report(percent);
        let live = service.shown().await;
        assert_eq!((live.replaces, live.body), (first.id, format!("Backup: {percent} %")), "{end:?}");
        assert_eq!(live.hints["value"], percent.to_string());
    }
    report(100);
    assert_eq!(service.shown().await.body, "Backup: done");
    assert_eq!(service.screen().len(), 1);
}

#[tokio::test]
async fn what_is_silent_does_not_ring_again_and_is_over_when_it_speaks() {
    let feed = Feed::start().await;
    let (desktop, mut service, mut program) = start(&feed, "rules").await;
    desktop.add_rule(&json!({"name": "Silent", "feed": "feed", "when": {"silent_for": "1s"}})).await;
    let silent = service.shown().await;
    assert_eq!(silent.title, "Silent");
    for end in BOTH {
        program = again(&desktop, program, end).await;
        desktop.feed_is("Feed", "open").await;
        desktop.alerts_are(&["firing"]).await;
    }
    feed.send("it speaks");
    desktop.alerts_are(&["resolved"]).await;
    assert_eq!(service.closed().await, silent.id, "nothing else is asked of the service than to take it back");
}

#[tokio::test]
async fn a_storm_loses_nothing_and_is_not_followed_by_a_flood() {
    let (feed, other) = (Feed::start().await, Feed::start().await);
    let (desktop, mut service) = Desktop::recorded().await;
    let mut program = desktop.launch(&["--hidden"]);
    desktop.running().await;
    watch_fifty(&desktop, &feed).await;
    desktop.add_feed("Other", &other.url("/events"), "all").await;
    for (alerts, end) in [250, 500].into_iter().zip(BOTH) {
        break_out(&feed, 3);
        while service.call().await.title() != Some("Many alerts at once") {}
        match end {
            End::InGoodOrder => assert_eq!(desktop.terminate(program).await, Some(0)),
            End::ByAPowerCut => desktop.kill(program).await,
        }
        break_out(&feed, 2);
        program = desktop.launch(&["--hidden"]);
        desktop.running().await;
        until("all has been told of", async || {
            let all = desktop.alerts().await;
            let of_storm = all.iter().filter(|alert| alert["rule"] == "down");
            (of_storm.filter(|alert| alert["announced"]["how"] != "held").count() == alerts).then_some(())
        })
        .await;
        let marker = format!("after {end:?}");
        other.send(&marker);
        let mut told = Vec::new();
        loop {
            match service.call().await {
                Call::Notify(shown) if shown.body == marker => break,
                Call::Notify(shown) => told.push(shown.title),
                _ => {}
            }
        }
        // What is not stored when the power is cut comes again: the marker must not.
        until("the marker is stored", async || {
            let all = desktop.alerts().await;
            all.iter().any(|alert| alert["body"] == marker.as_str()).then_some(())
        })
        .await;
        // How much of the storm was stored before the end is chance; the rest is what happened while nobody listened.
        let expected =
            |title: &String| title == "Down" || title.contains(" alerts of ") || title.ends_with(" feeds: back");
        assert!((1..=2).contains(&told.len()) && told.iter().all(expected), "{end:?}: {told:?}");
    }
}
