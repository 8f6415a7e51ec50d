//! Cookies: kept for one feed over its reconnects, and sent to whom they belong.

use http::HeaderValue;
use http::header::COOKIE;
use streambell_sse::{Config, Status};

use crate::server::{Feed, Server, frozen};

const STREAM: &str = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n";

/// Lets the feed open a stream with these headers, and gives the `Cookie` header of the request after it.
async fn after(server: &mut Server, feed: &mut Feed, headers: &str) -> Vec<String> {
    assert_eq!(feed.status().await, Status::Connecting);
    server.answer(&format!("{STREAM}{headers}\r\ndata: x\n\n")).await;
    assert_eq!(feed.status().await, Status::Open);
    feed.data().await;
    feed.waiting().await;
    feed.retry.retry_now();
    assert_eq!(feed.status().await, Status::Connecting);
    let request = server.answer("HTTP/1.1 503 Busy\r\nContent-Length: 0\r\n\r\n").await;
    feed.waiting().await;
    feed.retry.retry_now();
    request.header("cookie")
}

#[tokio::test(start_paused = true)]
async fn what_a_server_sets_it_gets_back() {
    let _time = frozen();
    let mut server = Server::start().await;
    let mut feed = Feed::start(Config::new(server.url("/app/feed")));
    for (set, sent) in [
        ("", &[][..]),
        ("Set-Cookie: node=b; Path=/\r\n", &["node=b"]),
        ("Set-Cookie: node=c; Path=/; Max-Age=3600\r\n", &["node=c"]),
        ("Set-Cookie: other=1; Path=/elsewhere\r\n", &["node=c"]),
        ("Set-Cookie: other=1; Domain=example.com\r\n", &["node=c"]),
        ("Set-Cookie: node=; Path=/; Max-Age=0\r\n", &[]),
        ("Set-Cookie: no cookie at all\r\n", &[]),
    ] {
        assert_eq!(after(&mut server, &mut feed, set).await, sent, "{set}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_feeds_own_cookie_goes_first_and_only_to_its_origin() {
    let _time = frozen();
    let (mut here, mut there) = (Server::start().await, Server::start().await);
    let mut config = Config::new(here.url("/"));
    config.headers.insert(COOKIE, HeaderValue::from_static("session=mine"));
    let mut feed = Feed::start(config.clone());
    assert_eq!(after(&mut here, &mut feed, "Set-Cookie: node=b\r\n").await, ["session=mine; node=b"]);
    drop(feed);

    let mut feed = Feed::start(config);
    assert_eq!(feed.status().await, Status::Connecting);
    here.answer(&format!("HTTP/1.1 307 There\r\nLocation: {}\r\nContent-Length: 0\r\n\r\n", there.url("/"))).await;
    assert_eq!(there.request().await.header("cookie"), [""; 0]);
}

#[tokio::test(start_paused = true)]
async fn a_redirect_sets_cookies_and_no_feed_gets_anothers() {
    let _time = frozen();
    let mut server = Server::start().await;
    let _feed = Feed::start(Config::new(server.url("/")));
    server
        .answer("HTTP/1.1 302 Go\r\nSet-Cookie: seen=1; Path=/\r\nLocation: /next\r\nContent-Length: 0\r\n\r\n")
        .await;
    assert_eq!(server.request().await.header("cookie"), ["seen=1"]);
    let _other = Feed::start(Config::new(server.url("/next")));
    assert_eq!(server.request().await.header("cookie"), [""; 0]);
}

#[tokio::test(start_paused = true)]
async fn a_jar_is_not_bottomless_and_never_stuck() {
    let _time = frozen();
    let mut server = Server::start().await;
    let mut feed = Feed::start(Config::new(server.url("/")));
    let set = |numbers: std::ops::Range<u32>, value: &str| -> String {
        numbers.map(|number| format!("Set-Cookie: c{number}={value}\r\n")).collect()
    };
    let sent = after(&mut server, &mut feed, &set(0..90, "old")).await;
    assert_eq!(sent[0].split("; ").count(), 50);
    assert!(sent[0].contains("c89=old") && !sent[0].contains("c39=old"), "the newest are kept: {}", sent[0]);
    let sent = after(&mut server, &mut feed, &set(60..61, "new")).await;
    assert!(sent[0].contains("c60=new"), "one that is known can change in a full jar: {}", sent[0]);
    let sent = after(&mut server, &mut feed, &set(40..90, "; Max-Age=0")).await;
    assert_eq!(sent, [""; 0], "and all of them can go");
    assert_eq!(after(&mut server, &mut feed, &set(0..1, "again")).await, ["c0=again"]);
}

#[tokio::test(start_paused = true)]
async fn long_cookies_do_not_make_a_request_that_servers_refuse() {
    let _time = frozen();
    let mut server = Server::start().await;
    let mut feed = Feed::start(Config::new(server.url("/")));
    let long = format!("Set-Cookie: long={}\r\n", "x".repeat(5000));
    assert_eq!(after(&mut server, &mut feed, &long).await, [""; 0]);
    let many: String = (0..9).map(|number| format!("Set-Cookie: c{number}={}\r\n", "x".repeat(1000))).collect();
    let sent = after(&mut server, &mut feed, &many).await;
    assert!((3000..=4096).contains(&sent[0].len()), "{} bytes", sent[0].len());
}
