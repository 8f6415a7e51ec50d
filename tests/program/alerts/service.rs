//! The notification service that is not there, or does not want to.

use crate::support::{ALL, Desktop, Feed, Mood, Page};

const NOTICE: &str = "[data-testid='notice'][data-code='no_notification_service']";

#[tokio::test]
async fn a_service_that_is_missing_or_refuses_is_told_of_once_and_tried_again() {
    let desktop = Desktop::without(&["no-notifications"]).await;
    let feed = Feed::start().await;
    let page = Page::open(&desktop).await;
    desktop.add_feed("Builds", &feed.url("/events"), "all").await;
    feed.send("one");
    feed.send("two");
    page.find(NOTICE).await;
    page.reads("[data-testid='alerts-badge']", "2").await;
    assert_eq!(page.all(NOTICE).await.len(), 1, "once");
    let answers = desktop.alerts_are(&["resolved"; 2]).await;
    assert!(answers.iter().all(|alert| alert["answer"].as_str().is_some_and(|why| why.contains("ServiceUnknown"))));

    // It comes: the notice goes, without another alert.
    let mut service = desktop.notification_service(ALL).await;
    page.without(NOTICE).await;
    feed.send("three");
    assert_eq!(service.shown().await.body, "three", "what is old does not ring");

    service.feel(Mood::Refuses);
    feed.send("four");
    assert_eq!(service.shown().await.body, "four");
    page.reads(NOTICE, "the screen is full").await;
    page.reads("[data-testid='alerts-badge']", "4").await;
    service.feel(Mood::Willing);
    feed.send("five");
    assert_eq!(service.shown().await.body, "five", "each alert tries again");
    page.without(NOTICE).await;

    // It goes, and another takes its place.
    service.stop().await;
    feed.send("six");
    page.find(NOTICE).await;
    let mut service = desktop.notification_service(ALL).await;
    page.without(NOTICE).await;
    feed.send("seven");
    assert_eq!(service.shown().await.body, "seven");
}
