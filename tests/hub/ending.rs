//! How a hub ends, and what it says about a port that is not free.

use std::time::{Duration, Instant};

use streambell_hub::{Hub, HubConfig, HubError, Message};

use crate::client::{Events, config, hub};

#[tokio::test]
async fn streams_end_in_good_order_and_the_port_is_free() {
    let hub = Hub::start(HubConfig { demo: true, ..config() }).await.unwrap();
    let mut events = Events::open(hub.addr(), "/t/sse", &[]).await;
    let mut demo = Events::open(hub.addr(), "/demo/price", &[]).await;
    let start = Instant::now();
    hub.shutdown().await;
    assert!(start.elapsed() < Duration::from_secs(2));
    assert_eq!(events.next().await, None);
    assert!(events.ended);
    while demo.next().await.is_some() {}
    assert!(demo.ended);
    hub.shutdown().await;
    let again = Hub::start(HubConfig { listen: hub.addr(), ..config() }).await.unwrap();
    assert_eq!(again.addr(), hub.addr());
}

#[tokio::test]
async fn a_client_that_does_not_read_cannot_hold_the_hub_up() {
    let hub = hub().await;
    let stuck = Events::open(hub.addr(), "/t/sse", &[]).await;
    for _ in 0..160 {
        hub.publish("t", Message::text("x".repeat(100_000))).await.unwrap();
        tokio::task::yield_now().await;
    }
    let start = Instant::now();
    hub.shutdown().await;
    assert!(start.elapsed() < Duration::from_secs(2), "{:?}", start.elapsed());
    drop(stuck);
}

#[tokio::test]
async fn a_hub_that_is_dropped_is_gone() {
    let hub = hub().await;
    let mut events = Events::open(hub.addr(), "/t/sse", &[]).await;
    drop(hub);
    assert_eq!(events.next().await, None);
}

#[tokio::test]
async fn a_taken_port_is_said_with_what_to_do() {
    let first = hub().await;
    let error = Hub::start(HubConfig { listen: first.addr(), ..config() }).await.unwrap_err();
    assert!(matches!(error, HubError::PortTaken { port } if port == first.addr().port()));
    assert!(error.to_string().contains("choose another port"), "{error}");
}
