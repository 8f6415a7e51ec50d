//! When a connection tries again, on a clock that stands still unless it is told to move.

use std::time::Duration;

use streambell_sse::{Cause, Config, HEALTHY_AFTER, Idle, Status};
use tokio::net::{TcpSocket, TcpStream};
use tokio::time::{Instant, advance};

use crate::server::{Feed, Server, frozen, settle};

const MILLISECOND: Duration = Duration::from_millis(1);

fn seconds(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

#[tokio::test(start_paused = true)]
async fn a_wait_is_exactly_as_long_as_it_says() {
    let _time = frozen();
    let (mut server, mut feed) = Feed::open().await;
    server.stream("retry: 3000\ndata: x\n\n").await;
    assert_eq!(feed.status().await, Status::Open);
    assert_eq!(feed.data().await, ["x"]);
    assert_eq!(feed.waiting().await, (3.0, 0, Cause::Ended));
    advance(seconds(3) - MILLISECOND).await;
    feed.nothing().await;
    advance(MILLISECOND).await;
    assert_eq!(feed.status().await, Status::Connecting);
    server.request().await;
}

#[tokio::test(start_paused = true)]
async fn a_server_that_ends_by_design_is_not_punished() {
    let _time = frozen();
    let (mut server, mut feed) = Feed::open().await;
    for round in 0..10 {
        server.stream(&format!("data: {round}\n\n")).await;
        assert_eq!(feed.status().await, Status::Open);
        assert_eq!(feed.data().await, [round.to_string()]);
        assert_eq!(feed.waiting().await, (1.0, 0, Cause::Ended));
        advance(seconds(1)).await;
        assert_eq!(feed.status().await, Status::Connecting);
    }
}

#[tokio::test(start_paused = true)]
async fn failures_back_off_until_a_connection_proves_healthy() {
    let _time = frozen();
    let mut server = Server::start().await;
    let mut feed = Feed::with_chance(Config::new(server.url("/")), 0.5);
    assert_eq!(feed.status().await, Status::Connecting);
    for (number, delay) in [1.5, 2.5, 4.5, 8.5, 16.5, 30.5, 30.5].into_iter().enumerate() {
        server.answer("HTTP/1.1 503 Busy\r\nContent-Length: 0\r\n\r\n").await;
        let cause = Cause::HttpStatus { status: 503 };
        assert_eq!(feed.waiting().await, (delay, number as u32 + 1, cause));
        advance(Duration::from_secs_f64(delay)).await;
        assert_eq!(feed.status().await, Status::Connecting);
    }
    // Opened, but broken off too soon to count: still the eighth failure in a row.
    for (open_for, expected) in [(HEALTHY_AFTER - MILLISECOND, (30.5, 8)), (HEALTHY_AFTER, (1.5, 1))] {
        let mut request = server.request().await;
        request.open_chunked().await;
        request.send("9\r\ndata: x\n\n\r\n").await;
        assert_eq!(feed.status().await, Status::Open);
        assert_eq!(feed.data().await, ["x"]);
        advance(open_for).await;
        drop(request);
        let (delay, attempt, cause) = feed.waiting().await;
        assert_eq!(((delay, attempt), cause), (expected, Cause::Cut));
        advance(Duration::from_secs_f64(delay)).await;
        assert_eq!(feed.status().await, Status::Connecting);
    }
}

#[tokio::test(start_paused = true)]
async fn a_server_that_closes_at_once_without_a_byte_backs_off() {
    let _time = frozen();
    let mut server = Server::start().await;
    let mut feed = Feed::with_chance(Config::new(server.url("/")), 0.5);
    assert_eq!(feed.status().await, Status::Connecting);
    for (number, delay) in [1.5, 2.5, 4.5].into_iter().enumerate() {
        server.stream("").await;
        assert_eq!(feed.status().await, Status::Open);
        assert_eq!(feed.waiting().await, (delay, number as u32 + 1, Cause::Empty));
        advance(Duration::from_secs_f64(delay)).await;
        assert_eq!(feed.status().await, Status::Connecting);
    }
}

#[tokio::test(start_paused = true)]
async fn retry_after_is_honoured() {
    let _time = frozen();
    for (status, header, delay) in [
        (429, "Retry-After: 120", 120.0),
        (503, "Retry-After: 7\r\nDate: Sat, 21 Nov 2026 02:20:30 GMT", 7.0),
        // By the server's own clock, wherever that stands.
        (503, "Date: Sat, 21 Nov 2009 02:20:30 GMT\r\nRetry-After: Sat, 21 Nov 2009 02:22:00 GMT", 90.0),
        (503, "Retry-After: Sat, 21 Nov 2009 02:22:00 GMT", 1.0),
        (503, "Retry-After: 0", 1.0),
        (503, "Retry-After: soon", 1.0),
        (500, "Retry-After: 99999999999999999999", 1.0),
        (502, "Retry-After: 999999999", 24.0 * 3600.0),
        (408, "X: y", 1.0),
        (425, "X: y", 1.0),
        (504, "X: y", 1.0),
    ] {
        let (mut server, mut feed) = Feed::open().await;
        server.answer(&format!("HTTP/1.1 {status} No\r\n{header}\r\nContent-Length: 0\r\n\r\n")).await;
        assert_eq!(feed.waiting().await, (delay, 1, Cause::HttpStatus { status }), "{header}");
    }
}

#[tokio::test(start_paused = true)]
async fn any_byte_proves_a_stream_alive() {
    let _time = frozen();
    let (mut server, mut feed) = Feed::open().await;
    let mut request = server.request().await;
    request.open().await;
    assert_eq!(feed.status().await, Status::Open);
    assert_eq!(feed.pulse.last_byte(), None);
    for alive in [":\n", "\n", "x", "data: x"] {
        feed.nothing().await;
        advance(seconds(300) - MILLISECOND).await;
        request.send(alive).await;
        feed.nothing().await;
        assert_eq!(feed.pulse.last_byte(), Some(Instant::now()), "{alive:?}");
    }
    advance(seconds(300) - MILLISECOND).await;
    feed.nothing().await;
    advance(MILLISECOND).await;
    assert_eq!(feed.waiting().await, (1.0, 1, Cause::Idle { after: seconds(300) }));
}

#[tokio::test(start_paused = true)]
async fn the_idle_timeout_can_be_set_and_be_off() {
    let _time = frozen();
    let mut server = Server::start().await;
    let mut config = Config::new(server.url("/"));
    config.idle = Idle::After(seconds(20));
    let mut feed = Feed::start(config.clone());
    assert_eq!(feed.status().await, Status::Connecting);
    let mut request = server.request().await;
    request.open().await;
    assert_eq!(feed.status().await, Status::Open);
    feed.nothing().await;
    advance(seconds(20)).await;
    assert_eq!(feed.waiting().await, (1.0, 1, Cause::Idle { after: seconds(20) }));

    config.idle = Idle::Never;
    let mut feed = Feed::start(config);
    assert_eq!(feed.status().await, Status::Connecting);
    let mut request = server.request().await;
    request.open().await;
    assert_eq!(feed.status().await, Status::Open);
    feed.nothing().await;
    advance(seconds(30 * 24 * 3600)).await;
    feed.nothing().await;
    request.send("data: at last\n\n").await;
    assert_eq!(feed.data().await, ["at last"]);
}

#[tokio::test(start_paused = true)]
async fn the_idle_limit_is_learned_from_the_keep_alives() {
    let _time = frozen();
    let (mut server, mut feed) = Feed::open().await;
    let mut request = server.request().await;
    request.open().await;
    assert_eq!(feed.status().await, Status::Open);
    feed.nothing().await;
    for _ in 0..4 {
        advance(seconds(20)).await;
        request.send(": still here\n").await;
        feed.nothing().await;
    }
    advance(seconds(60) - MILLISECOND).await;
    feed.nothing().await;
    advance(MILLISECOND).await;
    assert_eq!(feed.waiting().await, (1.0, 1, Cause::Idle { after: seconds(60) }));
    advance(seconds(1)).await;
    assert_eq!(feed.status().await, Status::Connecting);

    // It may have stopped sending them without being dead: the next time it is given twice as long.
    let mut request = server.request().await;
    request.open().await;
    assert_eq!(feed.status().await, Status::Open);
    request.send("data: alive\n\n").await;
    assert_eq!(feed.data().await, ["alive"]);
    feed.nothing().await;
    advance(seconds(120)).await;
    assert_eq!(feed.waiting().await, (1.0, 1, Cause::Idle { after: seconds(120) }));
}

#[tokio::test(start_paused = true)]
async fn a_large_event_that_comes_slowly_is_no_rhythm() {
    let _time = frozen();
    let (mut server, mut feed) = Feed::open().await;
    let mut request = server.request().await;
    request.open().await;
    assert_eq!(feed.status().await, Status::Open);
    for part in ["data: x\n"; 8] {
        request.send(part).await;
        feed.nothing().await;
        advance(seconds(5)).await;
    }
    advance(seconds(200)).await;
    feed.nothing().await;
    request.send("\n").await;
    assert_eq!(feed.data().await, [["x"; 8].join("\n")]);
}

/// flask-sse sends no head before its first event: only the idle timeout ends that.
#[tokio::test(start_paused = true)]
async fn reaching_a_server_may_not_take_for_ever() {
    let _time = frozen();
    // One that does not listen: its queue of connections is full.
    let deaf = TcpSocket::new_v4().unwrap();
    deaf.bind("127.0.0.1:0".parse().unwrap()).unwrap();
    let deaf = deaf.listen(1).unwrap();
    let place = deaf.local_addr().unwrap();
    let _queue = [TcpStream::connect(place).await.unwrap(), TcpStream::connect(place).await.unwrap()];
    // And one that takes the connection, and does not answer the greeting of TLS.
    let mute = Server::start().await;
    for (url, host) in [
        (format!("http://{place}/"), place.to_string()),
        (mute.url("/").as_str().replace("http", "https"), mute.url("/").authority().to_owned()),
    ] {
        let config = Config::new(url.parse().unwrap());
        let limit = config.connect_timeout;
        let mut feed = Feed::start(config);
        assert_eq!(feed.status().await, Status::Connecting);
        settle().await;
        advance(limit - MILLISECOND).await;
        feed.nothing().await;
        advance(MILLISECOND * 2).await;
        assert_eq!(feed.waiting().await.2, Cause::TimedOut { host });
    }
}

#[tokio::test(start_paused = true)]
async fn an_answer_may_take_its_time() {
    let _time = frozen();
    let (mut server, mut feed) = Feed::open().await;
    let mut request = server.request().await;
    advance(seconds(299)).await;
    feed.nothing().await;
    request.open().await;
    request.send("data: first\n\n").await;
    assert_eq!(feed.status().await, Status::Open);
    assert_eq!(feed.data().await, ["first"]);

    let (mut server, mut feed) = Feed::open().await;
    let _request = server.request().await;
    feed.nothing().await;
    advance(seconds(300)).await;
    assert_eq!(feed.waiting().await, (1.0, 1, Cause::Idle { after: seconds(300) }));
}

#[tokio::test(start_paused = true)]
async fn retry_now_ends_a_wait_and_nothing_else() {
    let _time = frozen();
    let (mut server, mut feed) = Feed::open().await;
    // Not for the wait that comes after this.
    feed.retry.retry_now();
    server.answer("HTTP/1.1 429 Slow\r\nRetry-After: 3600\r\nContent-Length: 0\r\n\r\n").await;
    assert_eq!(feed.waiting().await.0, 3600.0);
    feed.nothing().await;
    feed.retry.clone().retry_now();
    assert_eq!(feed.status().await, Status::Connecting);
    let mut request = server.request().await;
    request.open().await;
    assert_eq!(feed.status().await, Status::Open);
    feed.retry.retry_now();
    feed.nothing().await;
    request.send("data: undisturbed\n\n").await;
    assert_eq!(feed.data().await, ["undisturbed"]);
}
