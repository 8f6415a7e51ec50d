//! What goes over the wire, what is made of what comes back, and what a slow or impatient consumer may do.

use futures_util::FutureExt;
use http::header::{ACCEPT, AUTHORIZATION, USER_AGENT};
use http::{HeaderMap, HeaderValue};
use streambell_sse::{Cause, Client, Config, Connection, Signal, Status, parse_url};
use tokio::io::AsyncWriteExt;

use crate::server::{Feed, Server, frozen, settle};

#[tokio::test(start_paused = true)]
async fn a_request_says_what_it_wants() {
    let _time = frozen();
    let (mut server, _feed) = Feed::open().await;
    let request = server.request().await;
    assert_eq!(request.line(), "GET /events HTTP/1.1");
    assert_eq!(request.header("accept"), ["text/event-stream"]);
    assert_eq!(request.header("cache-control"), ["no-cache"]);
    assert_eq!(request.header("accept-encoding"), ["identity"]);
    let product = format!("Streambell/{} (+https://github.com/streambell/streambell)", env!("CARGO_PKG_VERSION"));
    assert_eq!(request.header("user-agent"), [product]);
    assert_eq!(request.header("last-event-id"), [""; 0]);
}

#[tokio::test(start_paused = true)]
async fn a_feeds_own_headers_are_sent_and_win() {
    let _time = frozen();
    let mut server = Server::start().await;
    let mut config = Config::new(server.url("/"));
    config.headers.insert(AUTHORIZATION, HeaderValue::from_static("Basic YTpi"));
    config.headers.insert(USER_AGENT, HeaderValue::from_static("Mine/1"));
    config.headers.append("x-many", HeaderValue::from_static("one"));
    config.headers.append("x-many", HeaderValue::from_static("two"));
    let _feed = Feed::start(config);
    let request = server.request().await;
    assert_eq!(request.header("authorization"), ["Basic YTpi"]);
    assert_eq!(request.header("user-agent"), ["Mine/1"]);
    assert_eq!(request.header("x-many"), ["one", "two"]);
    assert_eq!(request.header("accept"), ["text/event-stream"]);
}

#[tokio::test(start_paused = true)]
async fn the_last_event_id_lives_on() {
    let _time = frozen();
    let (mut server, mut feed) = Feed::open().await;
    // What each connection sends, which ids its events have, and what the next request says.
    let connections: [(&str, &[&str], &[&str]); 7] = [
        ("id: …\ndata: a\n\n", &["…"], &["…"]),
        ("data: b\n\n", &["…"], &["…"]),
        (": nothing but a comment\n\n", &[], &["…"]),
        ("id: 2\n\ndata: c\n\n", &["2"], &["2"]),
        ("id: 3\ndata: never finished\n", &[], &["2"]),
        ("id: 4\n\n", &[], &["4"]),
        ("id\ndata: d\n\n", &[""], &[]),
    ];
    let mut expected: &[&str] = &[];
    for (body, ids, next) in connections {
        let request = server.stream(body).await;
        assert_eq!(request.header("last-event-id"), expected, "before {body:?}");
        assert_eq!(feed.status().await, Status::Open);
        if !ids.is_empty() {
            let events = feed.events().await;
            assert_eq!(events.iter().map(|event| &*event.id).collect::<Vec<_>>(), ids, "{body:?}");
        }
        feed.waiting().await;
        feed.retry.retry_now();
        assert_eq!(feed.status().await, Status::Connecting);
        expected = next;
    }
    assert_eq!(server.request().await.header("last-event-id"), [""; 0]);
}

#[tokio::test(start_paused = true)]
async fn an_id_that_cannot_be_sent_is_not() {
    let _time = frozen();
    let mut server = Server::start().await;
    let mut config = Config::new(server.url("/"));
    config.last_event_id = "a\u{1}b".into();
    let _feed = Feed::start(config);
    assert_eq!(server.request().await.header("last-event-id"), [""; 0]);
}

/// A server that has refused the place of a feed, and the feed, which is asking without it.
async fn refused_place() -> (Server, Feed) {
    let mut server = Server::start().await;
    let mut config = Config::new(server.url("/"));
    config.last_event_id = "of last month".into();
    let mut feed = Feed::start(config);
    assert_eq!(feed.status().await, Status::Connecting);
    let asked = server.answer("HTTP/1.1 400 Too old\r\n\r\n").await;
    assert_eq!(asked.header("last-event-id"), ["of last month"]);
    let (_, attempt, cause) = feed.waiting().await;
    assert_eq!((attempt, cause), (1, Cause::HttpStatus { status: 400 }));
    feed.retry.retry_now();
    assert_eq!(feed.status().await, Status::Connecting);
    (server, feed)
}

#[tokio::test(start_paused = true)]
async fn a_place_that_the_server_knows_no_more_is_forgotten() {
    let _time = frozen();
    let (mut server, mut feed) = refused_place().await;
    // If that was not it, there is nothing more to try.
    let asked = server.answer("HTTP/1.1 400 Not like this\r\n\r\n").await;
    assert_eq!(asked.header("last-event-id"), [""; 0]);
    assert_eq!(feed.status().await, Status::Stopped(Cause::HttpStatus { status: 400 }));
}

#[tokio::test(start_paused = true)]
async fn a_place_that_is_forgotten_is_told_of_once_the_stream_is_open() {
    let _time = frozen();
    let (mut server, mut feed) = refused_place().await;
    server.stream("data: new\n\n").await;
    assert_eq!(feed.status().await, Status::Open);
    assert_eq!(feed.signal().await, Some(Signal::Lost));
    assert_eq!(feed.data().await, ["new"]);
    feed.waiting().await;
}

/// As Mercure says it (https://mercure.rocks/spec, 'Reconciliation').
#[tokio::test(start_paused = true)]
async fn a_server_can_say_that_it_goes_on_elsewhere() {
    let _time = frozen();
    let (mut server, mut feed) = Feed::open().await;
    // What the server says, what it is asked next, and whether something is lost.
    let answers = [
        ("Mercure-Last-Event-ID: a\r\n", "id: b\ndata: 1\n\n", "b", false),
        ("Mercure-Last-Event-ID: b\r\n", "", "b", false),
        ("", "", "b", false),
        ("Mercure-Last-Event-ID: x\r\n", "", "x", true),
        ("Last-Event-ID: y\r\n", "", "y", true),
        ("Last-Event-ID: y\r\n", "id: z\ndata: 2\n\n", "z", false),
        ("Mercure-Last-Event-ID: earliest\r\n", "", "", true),
    ];
    let mut asked = String::new();
    for (says, body, next, lost) in answers {
        let head = format!("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n{says}\r\n");
        let request = server.answer(&format!("{head}: hello\n\n{body}")).await;
        assert_eq!(request.header("last-event-id").concat(), asked);
        assert_eq!(feed.status().await, Status::Open);
        if lost {
            assert_eq!(feed.signal().await, Some(Signal::Lost), "{says:?}");
        }
        if !body.is_empty() {
            feed.events().await;
        }
        feed.waiting().await;
        feed.retry.retry_now();
        assert_eq!(feed.status().await, Status::Connecting);
        asked = next.to_owned();
    }
}

#[tokio::test(start_paused = true)]
async fn answers_that_stop_it() {
    let _time = frozen();
    let sse = "Content-Type: text/event-stream\r\n";
    for (status, headers, cause) in [
        (400, "", Cause::HttpStatus { status: 400 }),
        (401, "", Cause::Unauthorized { schemes: vec![] }),
        (401, "WWW-Authenticate: Bearer\r\n", Cause::Unauthorized { schemes: vec!["Bearer".into()] }),
        (407, "", Cause::HttpStatus { status: 407 }),
        (403, "", Cause::Forbidden),
        (404, "", Cause::NotFound),
        (405, "", Cause::HttpStatus { status: 405 }),
        (410, "", Cause::Gone { status: 410 }),
        (304, "", Cause::HttpStatus { status: 304 }),
        (101, "Upgrade: websocket\r\nConnection: Upgrade\r\n", Cause::WebSocket),
        (426, "", Cause::WebSocket),
        (426, "Upgrade: WebSocket\r\n", Cause::WebSocket),
        (426, "Upgrade: TLS/1.2\r\n", Cause::HttpStatus { status: 426 }),
        (400, "Sec-WebSocket-Version: 13\r\n", Cause::WebSocket),
        (200, "Content-Encoding: gzip\r\n", Cause::Compressed),
    ] {
        let (mut server, mut feed) = Feed::open().await;
        server.answer(&format!("HTTP/1.1 {status} So\r\n{sse}{headers}Retry-After: 1\r\n\r\n")).await;
        assert_eq!(feed.status().await, Status::Stopped(cause.clone()), "{status} {headers}");
        assert!(cause.is_final());
        assert_eq!(feed.signal().await, None);
    }
}

#[tokio::test(start_paused = true)]
async fn what_is_harmless_in_an_answer() {
    let _time = frozen();
    // Apache offers h2c to everyone; identity is what was asked for.
    for header in ["Upgrade: h2,h2c", "Content-Encoding: identity", "Content-Encoding: "] {
        let (mut server, mut feed) = Feed::open().await;
        server
            .answer(&format!("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n{header}\r\n\r\ndata: x\n\n"))
            .await;
        assert_eq!(feed.status().await, Status::Open, "{header}");
        assert_eq!(feed.data().await, ["x"]);
    }
}

#[tokio::test(start_paused = true)]
async fn a_stream_that_breaks_off_is_told_from_one_that_ends() {
    let _time = frozen();
    for (tail, reset, cause) in [
        ("0\r\n\r\n", false, Cause::Ended),
        ("", false, Cause::Cut),
        ("5\r\nab", false, Cause::Cut),
        ("", true, Cause::Cut),
        ("zz\r\n", false, Cause::Cut),
    ] {
        let (mut server, mut feed) = Feed::open().await;
        let mut request = server.request().await;
        request.open_chunked().await;
        request.send("9\r\ndata: x\n\n\r\n").await;
        assert_eq!(feed.status().await, Status::Open);
        assert_eq!(feed.data().await, ["x"]);
        request.send(tail).await;
        if reset {
            request.socket.set_zero_linger().unwrap();
        }
        drop(request);
        assert_eq!(feed.waiting().await.2, cause, "{tail:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn nobody_or_somebody_else_answers() {
    let _time = frozen();
    let server = Server::start().await;
    let url = server.url("/");
    let host = format!("127.0.0.1:{}", url.port().unwrap());
    drop(server);
    let mut feed = Feed::start(Config::new(url));
    assert_eq!(feed.status().await, Status::Connecting);
    assert_eq!(feed.waiting().await.2, Cause::Refused { host });

    let (mut server, mut feed) = Feed::open().await;
    let host = format!("127.0.0.1:{}", server.url("/").port().unwrap());
    server.answer("220 mail.example.com ESMTP\r\n").await;
    assert_eq!(feed.waiting().await.2, Cause::NotHttp { host });

    let (mut server, mut feed) = Feed::open().await;
    server.answer("").await;
    assert_eq!(feed.waiting().await.2, Cause::Cut);

    // TLS where none is spoken.
    let server = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("https://{}/", server.local_addr().unwrap()).parse().unwrap();
    let mut feed = Feed::start(Config::new(url));
    assert_eq!(feed.status().await, Status::Connecting);
    let (mut socket, _) = server.accept().await.unwrap();
    socket.write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n").await.unwrap();
    let cause = feed.waiting().await.2;
    assert_eq!(cause.code(), "tls");
    assert!(cause.to_string().contains("Try http://"), "{cause}");
}

/// A listener whose queue is full takes no more connections: nothing but the timeout ends the attempt.
#[tokio::test(start_paused = true)]
async fn connecting_has_a_limit() {
    let _time = frozen();
    // TLS that is never answered counts as connecting, as does TCP.
    let server = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("https://{}/", server.local_addr().unwrap()).parse().unwrap();
    let mut feed = Feed::start(Config::new(url));
    assert_eq!(feed.status().await, Status::Connecting);
    let _socket = server.accept().await.unwrap();
    feed.nothing().await;
    tokio::time::advance(std::time::Duration::from_millis(14_999)).await;
    feed.nothing().await;
    tokio::time::advance(std::time::Duration::from_millis(1)).await;
    assert_eq!(feed.waiting().await.2.code(), "timed_out");
}

#[tokio::test(start_paused = true)]
async fn an_event_too_large_is_said_after_the_events_before_it() {
    let _time = frozen();
    let mut server = Server::start().await;
    let mut config = Config::new(server.url("/"));
    config.max_event_bytes = 1000;
    let mut feed = Feed::start(config);
    assert_eq!(feed.status().await, Status::Connecting);
    server.stream(&format!("id: 1\ndata: small\n\nid: 2\ndata: {}\n\n", "x".repeat(2000))).await;
    assert_eq!(feed.status().await, Status::Open);
    assert_eq!(feed.data().await, ["small"]);
    assert_eq!(feed.waiting().await, (1.0, 1, Cause::EventTooLarge { limit: 1000 }));
    feed.retry.retry_now();
    assert_eq!(feed.status().await, Status::Connecting);
    assert_eq!(server.request().await.header("last-event-id"), ["1"]);
}

/// Every future of `next` is dropped after one poll, as in a `select!` whose other arm is always quicker.
#[tokio::test(start_paused = true)]
async fn cancelled_calls_lose_nothing() {
    let _time = frozen();
    let mut server = Server::start().await;
    let mut connection = Connection::new(Client::new().unwrap(), Config::new(server.url("/")));
    let serving = tokio::spawn(async move {
        for connection in 0..3 {
            let mut request = server.request().await;
            request.open().await;
            for number in 0..50 {
                request.send(&format!("id: {connection}.{number}\nda")).await;
                settle().await;
                request.send("ta: x\n\n").await;
            }
            request.close().await;
        }
        server
    });
    let handle = connection.retry_handle();
    let mut ids = Vec::new();
    while ids.len() < 150 {
        match connection.next().now_or_never() {
            Some(Some(Signal::Events(events))) => ids.extend(events.into_iter().map(|event| event.id.to_string())),
            Some(Some(Signal::Status(Status::Waiting { .. }))) => handle.retry_now(),
            Some(_) => {}
            None => tokio::task::yield_now().await,
        }
    }
    let expected: Vec<_> = (0..3).flat_map(|one| (0..50).map(move |two| format!("{one}.{two}"))).collect();
    assert_eq!(ids, expected);
    assert_eq!(&**connection.last_event_id(), "2.49");
    serving.await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn a_slow_consumer_slows_the_server_and_loses_nothing() {
    const EVENTS: usize = 64;
    let _time = frozen();
    let mut server = Server::start().await;
    let mut connection = Connection::new(Client::new().unwrap(), Config::new(server.url("/")));
    let serving = tokio::spawn(async move {
        let mut request = server.request().await;
        request.open().await;
        for number in 0..EVENTS {
            request.send(&format!("id: {number}\ndata: {}\n\n", "x".repeat(1 << 20))).await;
        }
        request.close().await;
    });
    assert_eq!(connection.next().await, Some(Signal::Status(Status::Connecting)));
    assert_eq!(connection.next().await, Some(Signal::Status(Status::Open)));
    // Nobody asks, for far longer than the idle timeout: the server is stuck, and that is not held against it.
    settle().await;
    tokio::time::advance(std::time::Duration::from_secs(3600)).await;
    settle().await;
    assert!(!serving.is_finished());
    let mut ids = Vec::new();
    while let Some(Signal::Events(events)) = connection.next().await {
        ids.extend(events.into_iter().map(|event| event.id.parse::<usize>().unwrap()));
    }
    assert_eq!(ids, (0..EVENTS).collect::<Vec<_>>());
    serving.await.unwrap();
}

#[test]
fn debug_shows_no_secret() {
    let mut config = Config::new(parse_url("https://ann:hunter2@example.com/feed?token=hunter2").unwrap());
    config.headers = HeaderMap::from_iter([
        (AUTHORIZATION, HeaderValue::from_static("Bearer hunter2")),
        (ACCEPT, HeaderValue::from_static("hunter2")),
    ]);
    let connection = Connection::new(Client::new().unwrap(), config.clone());
    let shown = format!("{config:?} {connection:?} {:?}", Client::new().unwrap());
    assert!(!shown.contains("hunter2") && !shown.contains("ann"), "{shown}");
    assert!(shown.contains("authorization") && shown.contains("example.com"), "{shown}");
}

/// Whatever fails, neither the message nor the debug form of the cause repeats what the feed is secret about.
#[tokio::test(start_paused = true)]
async fn causes_show_no_secret() {
    let _time = frozen();
    for answer in
        ["", "garbage\r\n\r\n", "HTTP/1.1 500 x\r\n\r\n", "HTTP/1.1 302 x\r\nLocation: ftp://x/?hunter2\r\n\r\n"]
    {
        let mut server = Server::start().await;
        let mut url = server.url("/feed?token=hunter2");
        url.set_username("ann").unwrap();
        url.set_password(Some("hunter2")).unwrap();
        let mut config = Config::new(url);
        config.headers.insert("x-key", HeaderValue::from_static("hunter2"));
        let mut feed = Feed::start(config);
        assert_eq!(feed.status().await, Status::Connecting);
        server.answer(answer).await;
        let status = feed.status().await;
        let (Status::Waiting { cause, .. } | Status::Stopped(cause)) = &status else { panic!("{status:?}") };
        assert!(!format!("{status:?} {cause}").contains("hunter2"), "{status:?}");
    }
}
