//! Redirects, and what must not follow them.

use http::HeaderValue;
use http::header::AUTHORIZATION;
use streambell_sse::{Cause, Config, Status};

use crate::server::{Feed, Server, frozen};

fn redirect(status: u16, location: &str) -> String {
    format!("HTTP/1.1 {status} Elsewhere\r\nLocation: {location}\r\nContent-Length: 0\r\n\r\n")
}

fn config(server: &Server) -> Config {
    let mut config = Config::new(server.url("/old/feed?x=1"));
    config.headers.insert(AUTHORIZATION, HeaderValue::from_static("Bearer secret"));
    config.headers.insert("x-api-key", HeaderValue::from_static("secret"));
    config.last_event_id = "7".into();
    config
}

#[tokio::test(start_paused = true)]
async fn every_kind_is_followed_and_keeps_the_headers_within_an_origin() {
    let _time = frozen();
    for status in [301, 302, 303, 307, 308] {
        for (location, line) in [
            ("new?y=2", "GET /old/new?y=2 HTTP/1.1"),
            ("/new", "GET /new HTTP/1.1"),
            ("?z", "GET /old/feed?z HTTP/1.1"),
        ] {
            let mut server = Server::start().await;
            let mut feed = Feed::start(config(&server));
            server.answer(&redirect(status, location)).await;
            let request = server.stream("data: there\n\n").await;
            assert_eq!(request.line(), line);
            assert_eq!(request.header("authorization"), ["Bearer secret"]);
            assert_eq!(request.header("x-api-key"), ["secret"]);
            assert_eq!(request.header("accept"), ["text/event-stream"]);
            assert_eq!(request.header("last-event-id"), ["7"]);
            assert_eq!(feed.status().await, Status::Connecting);
            assert_eq!(feed.status().await, Status::Open);
            assert_eq!(feed.data().await, ["there"]);
        }
    }
}

#[tokio::test(start_paused = true)]
async fn another_origin_gets_no_credentials_and_neither_does_the_way_back() {
    let _time = frozen();
    let (mut here, mut there) = (Server::start().await, Server::start().await);
    let mut feed = Feed::start(config(&here));
    let first = here.answer(&redirect(307, there.url("/a").as_str())).await;
    assert_eq!(first.header("authorization"), ["Bearer secret"]);
    let other = there.answer(&redirect(307, here.url("/b").as_str())).await;
    let back = here.stream("data: x\n\n").await;
    for request in [other, back] {
        assert_eq!(request.header("authorization"), [""; 0]);
        assert_eq!(request.header("x-api-key"), [""; 0]);
        assert_eq!(request.header("accept"), ["text/event-stream"]);
        assert_eq!(request.header("last-event-id"), ["7"]);
    }
    assert_eq!(feed.status().await, Status::Connecting);
    assert_eq!(feed.status().await, Status::Open);
    assert_eq!(feed.data().await, ["x"]);
    // The next attempt starts where the feed says, with everything that belongs to it.
    feed.waiting().await;
    feed.retry.retry_now();
    let again = here.request().await;
    assert_eq!((again.line().as_str(), again.header("x-api-key").len()), ("GET /old/feed?x=1 HTTP/1.1", 1));
}

#[tokio::test(start_paused = true)]
async fn twenty_are_followed_and_no_more() {
    let _time = frozen();
    for (redirects, expected) in [(20, Status::Open), (21, Status::Stopped(Cause::TooManyRedirects))] {
        let (mut server, mut feed) = Feed::open().await;
        for _ in 0..redirects {
            server.answer(&redirect(302, "/events")).await;
        }
        if expected == Status::Open {
            server.stream("").await;
        }
        assert_eq!(feed.status().await, expected);
    }
}

#[tokio::test(start_paused = true)]
async fn redirects_to_nowhere_stop() {
    let _time = frozen();
    for location in
        ["Location: \r\n", "", "Location: ftp://127.0.0.1/\r\n", "Location: http://\r\n", "Location: javascript:x\r\n"]
    {
        let (mut server, mut feed) = Feed::open().await;
        server.answer(&format!("HTTP/1.1 302 Found\r\n{location}Content-Length: 0\r\n\r\n")).await;
        assert_eq!(feed.status().await, Status::Stopped(Cause::BadRedirect), "{location:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_login_in_a_redirects_address_is_not_used() {
    let _time = frozen();
    let (mut here, mut there) = (Server::start().await, Server::start().await);
    for cross in [true, false] {
        let mut feed = Feed::start(config(&here));
        let mut target = if cross { there.url("/a") } else { here.url("/a") };
        target.set_username("eve").unwrap();
        target.set_password(Some("chosen")).unwrap();
        here.answer(&redirect(307, target.as_str())).await;
        let request = if cross { there.stream("data: x\n\n").await } else { here.stream("data: x\n\n").await };
        let expected: &[&str] = if cross { &[] } else { &["Bearer secret"] };
        assert_eq!(request.header("authorization"), expected, "cross: {cross}");
        assert_eq!(feed.status().await, Status::Connecting);
    }
}

#[tokio::test(start_paused = true)]
async fn a_feeds_two_cookie_headers_are_both_sent() {
    let _time = frozen();
    let mut here = Server::start().await;
    let mut config = config(&here);
    config.headers.append("cookie", HeaderValue::from_static("a=1"));
    config.headers.append("cookie", HeaderValue::from_static("b=2"));
    let _feed = Feed::start(config);
    let request = here.stream("data: x\n\n").await;
    assert_eq!(request.header("cookie"), ["a=1; b=2"]);
}
