//! Servers that mean harm, or are broken enough to do some: each ends in a clear reason or is kept within bounds, in
//! bounded memory, and nobody is asked in a loop.
//!
//! Sockets are real, time stands still, and every byte that this process allocates is counted. So its tests take turns.

// clippy.toml allows it in test functions; these are their helpers.
#![allow(clippy::unwrap_used)]

#[allow(dead_code, reason = "shared with the other tests")]
mod server;

use std::time::Duration;

use peak_alloc::PeakAlloc;
use streambell_sse::{Cause, Config, MAX_REDIRECTS, Status};
use tokio::io::AsyncWriteExt;
use tokio::sync::{Mutex, MutexGuard};
use tokio::time::advance;

use server::{Feed, Request, Server, frozen, settle};

#[global_allocator]
static MEMORY: PeakAlloc = PeakAlloc;

const KIB: usize = 1024;
const MIB: usize = 1024 * KIB;

/// What a connection and a server that reads its requests need in any case.
const SLACK: usize = MIB;

/// Counts what is allocated while nothing else runs.
struct Meter {
    _turn: MutexGuard<'static, ()>,
    _time: std::sync::mpsc::Sender<()>,
    before: usize,
}

impl Meter {
    async fn start() -> Self {
        static TURN: Mutex<()> = Mutex::const_new(());
        let turn = TURN.lock().await;
        // Whatever is set up once for the whole process is not what is measured.
        streambell_sse::Client::new().unwrap();
        MEMORY.reset_peak_usage();
        Self { _turn: turn, _time: frozen(), before: MEMORY.current_usage() }
    }

    /// The most that was allocated at any moment since the start.
    fn peak(&self) -> usize {
        MEMORY.peak_usage().saturating_sub(self.before)
    }
}

fn limited(server: &Server, limit: usize) -> Config {
    let mut config = Config::new(server.url("/"));
    config.max_event_bytes = limit;
    config
}

/// Sends the same over and over until the client has had enough of it, or `most` is sent. How much it took.
async fn flood(request: &mut Request, piece: &[u8], most: usize) -> usize {
    let mut sent = 0;
    while sent < most && request.socket.write_all(piece).await.is_ok() {
        sent += piece.len();
        settle_a_little().await;
    }
    sent
}

async fn settle_a_little() {
    for _ in 0..4 {
        tokio::task::yield_now().await;
    }
}

#[tokio::test(start_paused = true)]
async fn an_event_without_end_is_an_error_that_says_so_and_is_not_kept() {
    const LIMIT: usize = MIB;
    let line = [b'x'; 16 * KIB];
    let many = |line: &str| line.repeat(16 * KIB / line.len()).into_bytes();
    for (what, start, piece) in [
        ("a line of data", "data: ", line.to_vec()),
        ("a line that is no field", "", line.to_vec()),
        ("a comment", ":", line.to_vec()),
        ("an id", "id: ", line.to_vec()),
        ("digits of a reconnection time", "retry: ", many("9")),
        ("lines of data", "", many("data: x\n")),
        ("lines of empty data", "", many("data\n")),
        ("types", "", many("event: x\n")),
        ("ids", "", many("id: x\n")),
    ] {
        let meter = Meter::start().await;
        let mut server = Server::start().await;
        let mut feed = Feed::start(limited(&server, LIMIT));
        assert_eq!(feed.status().await, Status::Connecting);
        let mut request = server.request().await;
        request.open().await;
        request.send("id: 7\ndata: before\n\n").await;
        assert_eq!(feed.status().await, Status::Open);
        assert_eq!(feed.data().await, ["before"]);
        request.send(start).await;
        let flooding = tokio::spawn(async move { flood(&mut request, &piece, 256 * MIB).await });
        assert_eq!(feed.waiting().await, (1.0, 1, Cause::EventTooLarge { limit: LIMIT }), "{what}");
        let sent = flooding.await.unwrap();
        assert!(sent < 64 * MIB, "{what}: {sent} bytes were read");
        assert!(meter.peak() < 4 * LIMIT + SLACK, "{what}: {} bytes were held", meter.peak());
        // It goes on from where it was.
        feed.retry.retry_now();
        assert_eq!(server.request().await.header("last-event-id"), ["7"], "{what}");
    }
}

/// Where nothing has to be kept, nothing is, and there is no reason to give up.
#[tokio::test(start_paused = true)]
async fn what_means_nothing_may_go_on_for_ever() {
    let many = |line: &str| line.repeat(16 * KIB / line.len()).into_bytes();
    for piece in [":\n", ": keep-alive\n\n", "\n", "\r", "\r\n", "unknown: field\n", "id: x\n\n", "event: x\n\n"] {
        let meter = Meter::start().await;
        let mut server = Server::start().await;
        let mut feed = Feed::start(limited(&server, KIB));
        assert_eq!(feed.status().await, Status::Connecting);
        let mut request = server.request().await;
        request.open().await;
        assert_eq!(feed.status().await, Status::Open);
        flood(&mut request, &many(piece), 2 * MIB).await;
        request.send("\n\ndata: at last\n\n").await;
        assert_eq!(feed.data().await, ["at last"], "{piece:?}");
        assert!(meter.peak() < SLACK, "{piece:?}: {} bytes were held", meter.peak());
    }
}

/// However often it is asked, the feed waits at least a second in between, and asks once.
#[tokio::test(start_paused = true)]
async fn a_server_that_always_misbehaves_is_not_asked_in_a_loop() {
    let too_large = format!("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n{}", "x".repeat(2 * KIB));
    for answer in [
        "",
        "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\nretry: 0\ndata: x\n\n",
        "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\nretry",
        "HTTP/1.1 503 Busy\r\nRetry-After: 0\r\nContent-Length: 0\r\n\r\n",
        "HTTP/1.1 429 Slow\r\nRetry-After: -1\r\nContent-Length: 0\r\n\r\n",
        "\0\0\0\0",
        &too_large,
    ] {
        let _meter = Meter::start().await;
        let mut server = Server::start().await;
        let mut feed = Feed::start(limited(&server, KIB));
        for round in 0..20 {
            assert_eq!(feed.status().await, Status::Connecting, "{answer:?}");
            server.answer(answer).await;
            let delay = wait(&mut feed).await;
            assert!(delay >= Duration::from_secs(1), "{answer:?}: {delay:?} in round {round}");
            advance(delay - Duration::from_millis(1)).await;
            feed.nothing().await;
            advance(Duration::from_millis(1)).await;
        }
    }
}

/// The delay of the next wait, whatever comes before it.
async fn wait(feed: &mut Feed) -> Duration {
    use streambell_sse::Signal;
    loop {
        match feed.signal().await {
            Some(Signal::Status(Status::Waiting { delay, .. })) => return delay,
            Some(Signal::Events(_) | Signal::Status(Status::Open)) => {}
            other => panic!("no wait but {other:?}"),
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_million_redirects_are_twenty() {
    let meter = Meter::start().await;
    let (mut server, mut feed) = Feed::open().await;
    let redirecting = tokio::spawn(async move {
        for requests in 1..=1_000_000 {
            // The body of a redirect has no end either.
            let mut request = server.request().await;
            request.send(&format!("HTTP/1.1 302 Found\r\nLocation: /{requests}\r\n\r\n")).await;
            tokio::spawn(async move { flood(&mut request, &[b'x'; 16 * KIB], 256 * MIB).await });
            if requests == MAX_REDIRECTS + 1 {
                return server;
            }
        }
        server
    });
    assert_eq!(feed.status().await, Status::Stopped(Cause::TooManyRedirects));
    assert_eq!(feed.signal().await, None);
    let mut server = redirecting.await.unwrap();
    // No further request is on its way, nor comes later.
    for _ in 0..10 {
        advance(Duration::from_secs(3600)).await;
        settle().await;
        assert!(futures_util::FutureExt::now_or_never(server.request()).is_none());
    }
    assert!(meter.peak() < 4 * MIB, "{} bytes were held", meter.peak());
}

/// A gigabyte of zeros in a megabyte of gzip. It is refused by its head, so no byte of it is unpacked.
#[tokio::test(start_paused = true)]
async fn what_is_compressed_unasked_is_refused_unread() {
    for coding in ["gzip", "GZIP", "x-gzip", "br", "zstd", "deflate", "gzip, identity", "identity, gzip"] {
        let meter = Meter::start().await;
        let (mut server, mut feed) = Feed::open().await;
        let mut request = server.request().await;
        assert_eq!(request.header("accept-encoding"), ["identity"]);
        let head = format!("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nContent-Encoding: {coding}\r\n\r\n");
        request.send(&head).await;
        flood(&mut request, &[0; 16 * KIB], MIB).await;
        assert_eq!(feed.status().await, Status::Stopped(Cause::Compressed), "{coding}");
        assert!(meter.peak() < SLACK, "{coding}: {} bytes were held", meter.peak());
    }
}

/// The id of an event goes into a header, so nothing in it may end that header or begin another.
#[tokio::test(start_paused = true)]
async fn an_id_cannot_write_headers() {
    for (stream, sent) in [
        ("id: 1\r\nX-Evil: yes\r\ndata: x\n\n", "1"),
        ("id: 1\rX-Evil: yes\ndata: x\n\n", "1"),
        ("id: 1\ndata: x\n\nid: 2\0\r\ndata: x\n\n", "1"),
        ("id: 1\u{85}\u{2028}\u{2029}2\ndata: x\n\n", "1\u{85}\u{2028}\u{2029}2"),
        // Beside NUL and line breaks, control characters are legal in an id and not in a header: it starts afresh.
        ("id: 1\x0B\x1B\x7F\ndata: x\n\n", ""),
        ("id: \t1\t\ndata: x\n\n", "1"),
    ] {
        let _meter = Meter::start().await;
        let (mut server, mut feed) = Feed::open().await;
        server.stream(stream).await;
        wait_after_open(&mut feed).await;
        feed.retry.retry_now();
        let request = server.request().await;
        assert_eq!(request.header("last-event-id").concat().trim(), sent, "{stream:?}");
        assert!(request.header("x-evil").is_empty(), "{stream:?}");
    }
}

async fn wait_after_open(feed: &mut Feed) {
    assert_eq!(feed.status().await, Status::Open);
    wait(feed).await;
}

#[tokio::test(start_paused = true)]
async fn a_reconnection_time_is_clamped() {
    let digits = "9".repeat(MIB);
    for (asked, delay) in
        [("0", 1.0), ("99999999999", 300.0), ("18446744073709551616", 300.0), (&*digits, 300.0), ("-1", 1.0)]
    {
        let meter = Meter::start().await;
        let (mut server, mut feed) = Feed::open().await;
        server.stream(&format!("retry: {asked}\ndata: x\n\n")).await;
        assert_eq!(feed.status().await, Status::Open);
        assert_eq!(feed.data().await, ["x"]);
        assert_eq!(feed.waiting().await, (delay, 0, Cause::Ended), "{} digits", asked.len());
        assert!(meter.peak() < 8 * MIB, "{} bytes were held", meter.peak());
    }
}

/// One byte just before the idle limit, and again. A head that comes so slowly is none: the limit counts from the
/// request. A stream that does so lives, since any byte proves that; and its event comes.
#[tokio::test(start_paused = true)]
async fn a_byte_now_and_then() {
    let _meter = Meter::start().await;
    let limit = Duration::from_secs(300);
    let nearly = limit - Duration::from_millis(1);

    let (mut server, mut feed) = Feed::open().await;
    let mut request = server.request().await;
    feed.nothing().await;
    request.send("H").await;
    feed.nothing().await;
    advance(nearly).await;
    request.send("T").await;
    feed.nothing().await;
    advance(Duration::from_millis(1)).await;
    assert_eq!(feed.waiting().await, (1.0, 1, Cause::Idle { after: limit }));

    let (mut server, mut feed) = Feed::open().await;
    let mut request = server.request().await;
    request.open().await;
    assert_eq!(feed.status().await, Status::Open);
    for byte in "data: x\n".chars() {
        feed.nothing().await;
        advance(nearly).await;
        request.send(byte.encode_utf8(&mut [0; 4])).await;
        feed.nothing().await;
    }
    request.send("\n").await;
    assert_eq!(feed.data().await, ["x"]);
}

/// Chunked transfer coding as nobody should send it.
#[tokio::test(start_paused = true)]
async fn chunks_that_lie() {
    let extension = format!("9;{}\r\ndata: x\n\n\r\n0\r\n\r\n", "e=v;".repeat(MIB / 4));
    let zeros = format!("{}9\r\ndata: x\n\n\r\n0\r\n\r\n", "0".repeat(64));
    let trailers = format!("9\r\ndata: x\n\n\r\n0\r\n{}\r\n", "X-Trailer: y\r\n".repeat(MIB / 14));
    let long_trailer = format!("9\r\ndata: x\n\n\r\n0\r\nX-Trailer: {}\r\n\r\n", "y".repeat(MIB));
    for (what, body, data, cause) in [
        ("a size beyond 64 bits", "10000000000000000009\r\ndata: x\n\n\r\n", None, Cause::Cut),
        ("the largest size", "ffffffffffffffff\r\ndata: x\n\n", Some("x"), Cause::Cut),
        ("a negative size", "-9\r\ndata: x\n\n\r\n", None, Cause::Cut),
        ("no size", "\r\ndata: x\n\n\r\n", None, Cause::Cut),
        ("a size that is too small", "3\r\ndata: x\n\n\r\n", None, Cause::Cut),
        ("a usual extension", "9;a=b\r\ndata: x\n\n\r\n0\r\n\r\n", Some("x"), Cause::Ended),
        ("usual trailers", "9\r\ndata: x\n\n\r\n0\r\nX-Trailer: y\r\n\r\n", Some("x"), Cause::Ended),
        ("an extension of 1 MiB", &extension, None, Cause::Cut),
        ("zeros before a size", &zeros, Some("x"), Cause::Ended),
        ("1 MiB of trailers", &trailers, Some("x"), Cause::Cut),
        ("a trailer of 1 MiB", &long_trailer, Some("x"), Cause::Cut),
    ] {
        let meter = Meter::start().await;
        let (mut server, mut feed) = Feed::open().await;
        let mut request = server.request().await;
        request.open_chunked().await;
        assert_eq!(feed.status().await, Status::Open, "{what}");
        let body = body.as_bytes().to_vec();
        tokio::spawn(async move {
            // The client may have had enough before the end of it.
            let _ = request.socket.write_all(&body).await;
            let _ = request.socket.shutdown().await;
        });
        if let Some(data) = data {
            assert_eq!(feed.data().await, [data], "{what}");
        }
        assert_eq!(feed.waiting().await.2, cause, "{what}");
        assert!(meter.peak() < 3 * MIB, "{what}: {} bytes were held", meter.peak());
    }
}

#[tokio::test(start_paused = true)]
async fn lengths_that_lie() {
    for (what, headers, data, cause) in [
        ("shorter than what comes", "Content-Length: 9\r\n", Some("x"), Cause::Ended),
        ("longer than what comes", "Content-Length: 1000\r\n", Some("x y"), Cause::Cut),
        ("absurdly long", "Content-Length: 9223372036854775807\r\n", Some("x y"), Cause::Cut),
        ("nothing", "Content-Length: 0\r\n", None, Cause::Empty),
    ] {
        let _meter = Meter::start().await;
        let (mut server, mut feed) = Feed::open().await;
        let head = format!("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n{headers}\r\n");
        server.answer(&format!("{head}data: x\n\ndata: y\n\n")).await;
        assert_eq!(feed.status().await, Status::Open, "{what}");
        if let Some(data) = data {
            assert_eq!(feed.data().await.join(" "), data, "{what}");
        }
        assert_eq!(feed.waiting().await.2, cause, "{what}");
    }
    for headers in [
        "Content-Length: 9\r\nContent-Length: 18\r\n",
        "Content-Length: 99999999999999999999999\r\n",
        "Content-Length: -1\r\n",
        "Content-Length: nine\r\n",
    ] {
        let _meter = Meter::start().await;
        let (mut server, mut feed) = Feed::open().await;
        let head = format!("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n{headers}\r\n");
        server.answer(&format!("{head}data: x\n\n")).await;
        assert_eq!(feed.waiting().await.2.code(), "not_http", "{headers:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_head_that_is_too_large_is_no_reason_to_ask_again() {
    for headers in [
        "Content-Length: 18446744073709551615\r\n".to_owned(),
        format!("X-Long: {}\r\n", "x".repeat(MIB)),
        "X-Many: x\r\n".repeat(10_000),
    ] {
        let meter = Meter::start().await;
        let (mut server, mut feed) = Feed::open().await;
        let mut request = server.request().await;
        let head = format!("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n{headers}\r\n");
        let before = meter.peak();
        // The other end may be gone before all of it is sent.
        let _ = request.socket.write_all(head.as_bytes()).await;
        assert_eq!(feed.status().await, Status::Stopped(Cause::HeadTooLarge));
        assert!(meter.peak() - before < MIB, "{} bytes for a head", meter.peak() - before);
    }
}

/// An endless head that comes slowly ends with the idle limit, whatever comes meanwhile.
#[tokio::test(start_paused = true)]
async fn a_head_may_not_take_for_ever() {
    let _meter = Meter::start().await;
    let (mut server, mut feed) = Feed::open().await;
    let mut request = server.request().await;
    request.send("HTTP/1.1 200 OK\r\n").await;
    for _ in 0..10 {
        feed.nothing().await;
        advance(Duration::from_secs(29)).await;
        request.send("X-Slow: x\r\n").await;
    }
    feed.nothing().await;
    advance(Duration::from_secs(10)).await;
    assert_eq!(feed.waiting().await.2.code(), "idle");
}

/// What follows the end of an answer is no answer to the next request.
#[tokio::test(start_paused = true)]
async fn an_answer_that_nobody_asked_for_is_not_taken() {
    let _meter = Meter::start().await;
    let (mut server, mut feed) = Feed::open().await;
    let head = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n";
    let mut request = server.request().await;
    request.send(&format!("{head}Content-Length: 9\r\n\r\ndata: x\n\n{head}\r\ndata: smuggled\n\n")).await;
    wait_after_open(&mut feed).await;
    feed.retry.retry_now();
    assert_eq!(feed.status().await, Status::Connecting);
    server.stream("data: asked for\n\n").await;
    assert_eq!(feed.status().await, Status::Open);
    assert_eq!(feed.data().await, ["asked for"]);
}

#[tokio::test(start_paused = true)]
async fn any_number_of_interim_answers() {
    let meter = Meter::start().await;
    let (mut server, mut feed) = Feed::open().await;
    let mut request = server.request().await;
    let hints = "HTTP/1.1 103 Early Hints\r\nLink: </style.css>; rel=preload\r\n\r\n";
    flood(&mut request, hints.repeat(100).as_bytes(), MIB).await;
    request.open().await;
    request.send("data: x\n\n").await;
    assert_eq!(feed.status().await, Status::Open);
    assert_eq!(feed.data().await, ["x"]);
    assert!(meter.peak() < 2 * MIB, "{} bytes were held", meter.peak());
}

/// Nobody takes the events of a server that never stops sending them. The kernel's buffers fill, then the server is
/// stuck; and once they are taken, every one of them is there.
#[tokio::test(start_paused = true)]
async fn a_server_faster_than_its_consumer_is_slowed_down() {
    let meter = Meter::start().await;
    let (mut server, mut feed) = Feed::open().await;
    let mut request = server.request().await;
    request.open().await;
    assert_eq!(feed.status().await, Status::Open);
    let mut pending = Numbered::default();
    let mut sent = 0;
    // Stuck is a server that cannot write though everyone else had many turns.
    let mut stuck = 0;
    while stuck < 20 {
        match request.socket.try_write(pending.rest()) {
            Ok(length) => {
                sent += length;
                stuck = 0;
                pending.written(length);
            }
            Err(_) => stuck += 1,
        }
        settle().await;
        assert!(sent < 64 * MIB, "nobody slows the server down");
    }
    assert!(meter.peak() < 4 * MIB, "{} bytes were held", meter.peak());
    // A week passes, and is not held against the server.
    advance(Duration::from_secs(7 * 24 * 3600)).await;
    tokio::spawn(async move {
        request.socket.write_all(pending.rest()).await.unwrap();
        request.close().await;
    });
    let mut next = 0;
    while let Some(streambell_sse::Signal::Events(events)) = feed.signal().await {
        for event in events {
            assert_eq!(event.id.parse(), Ok(next));
            next += 1;
        }
    }
    assert!(next > 100, "{next} events");
}

/// Events with ids 0, 1, 2 …, of a kilobyte each.
#[derive(Default)]
struct Numbered {
    next: usize,
    pending: Vec<u8>,
}

impl Numbered {
    /// What is left of the event that is being written.
    fn rest(&mut self) -> &[u8] {
        if self.pending.is_empty() {
            self.pending = format!("id: {}\ndata: {}\n\n", self.next, "x".repeat(KIB)).into_bytes();
            self.next += 1;
        }
        &self.pending
    }

    fn written(&mut self, length: usize) {
        self.pending.drain(..length);
    }
}

/// A transfer coding can hide a bomb as well. Nothing here unpacks any.
#[tokio::test(start_paused = true)]
async fn no_transfer_coding_is_unpacked() {
    for coding in ["gzip", "gzip, chunked", "deflate, chunked"] {
        let meter = Meter::start().await;
        let (mut server, mut feed) = Feed::open().await;
        let mut request = server.request().await;
        request
            .send(&format!(
                "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: {coding}\r\n\r\n100000\r\n"
            ))
            .await;
        flood(&mut request, &[0; 16 * KIB], MIB).await;
        drop(request);
        settle().await;
        assert_eq!(feed.status().await, Status::Stopped(Cause::Compressed), "{coding}");
        assert!(meter.peak() < 4 * MIB, "{coding}: {} bytes were held", meter.peak());
    }
}

/// An id that no server would take back as a header must not cost more than a few copies of it.
#[tokio::test(start_paused = true)]
async fn an_id_of_a_mebibyte() {
    let meter = Meter::start().await;
    let (mut server, mut feed) = Feed::open().await;
    let id = "i".repeat(MIB);
    server.stream(&format!("id: {id}\ndata: x\n\n")).await;
    wait_after_open(&mut feed).await;
    feed.retry.retry_now();
    // Not at all, for a part of an id is another id.
    assert_eq!(server.request().await.header("last-event-id"), [""; 0]);
    // Three of the copies are those of this test and its server.
    assert!(meter.peak() < 16 * MIB, "{} bytes were held", meter.peak());
}
