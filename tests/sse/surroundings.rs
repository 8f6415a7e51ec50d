//! A computer that slept and a network that changed, on a clock that stands still unless it is told to move.

use std::time::{Duration, SystemTime};

use streambell_sse::{Cause, Client, Config, Disturbance, LOOK_EVERY, STALE_AFTER, Status, watch_sleep};
use tokio::time::advance;

use crate::server::{Feed, Request, Server, frozen};

const MILLISECOND: Duration = Duration::from_millis(1);
const AN_HOUR: Duration = Duration::from_secs(3600);

/// A feed of a server that is, as far as its address tells, on another computer.
async fn far_feed() -> (Server, Feed, Client) {
    let server = Server::start().await;
    let mut url = server.url("/events");
    // The same address, written as one of the other family.
    url.set_host(Some("[::ffff:127.0.0.1]")).unwrap();
    let client = Client::new().unwrap();
    let mut feed = Feed::of_client(client.clone(), Config::new(url), 0.5);
    assert_eq!(feed.status().await, Status::Connecting);
    (server, feed, client)
}

async fn open(server: &mut Server, feed: &mut Feed) -> Request {
    let mut request = server.request().await;
    request.open().await;
    assert_eq!(feed.status().await, Status::Open);
    feed.nothing().await;
    request
}

/// Reconnects at once, which is within a second: not all feeds of a host in the same moment.
async fn reconnects_at_once(server: &mut Server, feed: &mut Feed, cause: Cause) {
    assert_eq!(feed.waiting().await, (0.5, 0, cause));
    advance(Duration::from_millis(500)).await;
    assert_eq!(feed.status().await, Status::Connecting);
    server.request().await;
}

#[tokio::test(start_paused = true)]
async fn what_was_open_before_a_long_sleep_is_opened_again() {
    let _time = frozen();
    let (mut server, mut feed, client) = far_feed().await;
    let _request = open(&mut server, &mut feed).await;
    client.disturb(Disturbance::Woke { asleep: STALE_AFTER - MILLISECOND });
    feed.nothing().await;
    client.disturb(Disturbance::Woke { asleep: STALE_AFTER });
    reconnects_at_once(&mut server, &mut feed, Cause::Slept).await;
}

#[tokio::test(start_paused = true)]
async fn what_was_open_over_a_lost_address_is_opened_again() {
    let _time = frozen();
    let (mut server, mut feed, client) = far_feed().await;
    let _request = open(&mut server, &mut feed).await;
    client.disturb(Disturbance::NetworkFound);
    feed.nothing().await;
    client.disturb(Disturbance::NetworkLost);
    client.disturb(Disturbance::NetworkFound);
    reconnects_at_once(&mut server, &mut feed, Cause::NetworkChanged).await;
}

#[tokio::test(start_paused = true)]
async fn a_wait_ends_when_the_network_is_back_or_the_computer_wakes() {
    let _time = frozen();
    for disturbance in [Disturbance::NetworkFound, Disturbance::Woke { asleep: MILLISECOND }] {
        let (mut server, mut feed, client) = far_feed().await;
        for delay in [1.5, 2.5, 4.5] {
            server.answer("HTTP/1.1 503 Busy\r\nContent-Length: 0\r\n\r\n").await;
            assert_eq!(feed.waiting().await.0, delay);
            feed.nothing().await;
            advance(Duration::from_secs_f64(delay)).await;
            assert_eq!(feed.status().await, Status::Connecting);
        }
        server.answer("HTTP/1.1 503 Busy\r\nContent-Length: 0\r\n\r\n").await;
        assert_eq!(feed.waiting().await.0, 8.5);
        feed.nothing().await;
        client.disturb(disturbance);
        feed.nothing().await;
        advance(Duration::from_millis(500)).await;
        assert_eq!(feed.status().await, Status::Connecting);
        // And the failures of before are forgotten.
        server.answer("HTTP/1.1 503 Busy\r\nContent-Length: 0\r\n\r\n").await;
        let (delay, attempt, _) = feed.waiting().await;
        assert_eq!((delay, attempt), (1.5, 1));
    }
}

#[tokio::test(start_paused = true)]
async fn a_wait_that_the_server_asked_for_is_kept_and_goes_on_in_sleep() {
    let _time = frozen();
    let (mut server, mut feed, client) = far_feed().await;
    server.answer("HTTP/1.1 429 Slow\r\nRetry-After: 7200\r\nContent-Length: 0\r\n\r\n").await;
    let (delay, ..) = feed.waiting().await;
    assert_eq!(delay, 7260.0);
    feed.nothing().await;
    client.disturb(Disturbance::NetworkFound);
    advance(AN_HOUR).await;
    feed.nothing().await;
    client.disturb(Disturbance::Woke { asleep: AN_HOUR });
    feed.nothing().await;
    advance(Duration::from_secs(60)).await;
    assert_eq!(feed.status().await, Status::Connecting);
}

#[tokio::test(start_paused = true)]
async fn nothing_of_it_concerns_a_server_on_this_computer() {
    let _time = frozen();
    let server = &mut Server::start().await;
    let client = Client::new().unwrap();
    let mut feed = Feed::of_client(client.clone(), Config::new(server.url("/")), 0.5);
    assert_eq!(feed.status().await, Status::Connecting);
    let mut request = open(server, &mut feed).await;
    client.disturb(Disturbance::NetworkLost);
    client.disturb(Disturbance::Woke { asleep: AN_HOUR });
    feed.nothing().await;
    request.send("data: undisturbed\n\n").await;
    assert_eq!(feed.data().await, ["undisturbed"]);
}

#[tokio::test(start_paused = true)]
async fn sleep_shows_in_the_clocks() {
    let _time = frozen();
    let (mut server, mut feed, client) = far_feed().await;
    let _request = open(&mut server, &mut feed).await;
    // The wall clock goes on with the other one, and as far ahead of it as this says.
    let (ahead, ahead_now) = tokio::sync::watch::channel(Duration::ZERO);
    let start = tokio::time::Instant::now();
    let wall_clock = move || SystemTime::UNIX_EPOCH + start.elapsed() + *ahead_now.borrow();
    tokio::spawn(async move { watch_sleep(&client, wall_clock).await });
    for _ in 0..10 {
        feed.nothing().await;
        advance(LOOK_EVERY).await;
    }
    feed.nothing().await;
    // Set by a little, or back: that is no sleep.
    for set in [Duration::from_secs(9), Duration::ZERO] {
        ahead.send_replace(set);
        advance(LOOK_EVERY).await;
        feed.nothing().await;
    }
    ahead.send_replace(AN_HOUR);
    advance(LOOK_EVERY).await;
    reconnects_at_once(&mut server, &mut feed, Cause::Slept).await;
}
