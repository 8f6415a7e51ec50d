//! What is asked of every library, and how the answer shows.

use std::pin::Pin;
use std::time::Duration;

use futures_util::future::join_all;
use tokio::net::TcpListener;
use tokio::sync::mpsc;
use tokio::time::sleep;

use crate::libraries::{Ask, Library, Seen};
use crate::server::{Answer, Asked, Server};

type Cell = Pin<Box<dyn Future<Output = String>>>;

pub(crate) struct Check {
    pub(crate) what: &'static str,
    pub(crate) needs_client: bool,
    pub(crate) run: fn(&'static Library) -> Cell,
}

macro_rules! check {
    ($what:literal, decoder, $run:expr) => {
        Check { what: $what, needs_client: false, run: |library| Box::pin($run(library)) }
    };
    ($what:literal, client, $run:expr) => {
        Check { what: $what, needs_client: true, run: |library| Box::pin($run(library)) }
    };
}

pub(crate) const CHECKS: &[Check] = &[
    check!("web-platform-tests, streams: passed of 37", decoder, standard_cases),
    check!("a byte order mark at the start", decoder, async |library| {
        events(library, "\u{FEFF}data: x\n\n".as_bytes(), &["x"]).await
    }),
    check!("bytes that are not UTF-8 become U+FFFD", decoder, async |library| {
        events(library, b"data: a\xFF\n\ndata: b\n\n", &["a\u{FFFD}", "b"]).await
    }),
    check!("an event that ends in CR CR comes at once", decoder, async |library| {
        events(library, b"data: x\r\r", &["x"]).await
    }),
    check!("gives up a line that is too long (64 MiB)", decoder, endless_line),
    check!("asks for no compression", client, async |library| {
        let seen = watch(library, vec![Answer::stream("").held()], 1).await;
        yes(seen.asked.first().and_then(|asked| asked.header("accept-encoding")) == Some("identity"))
    }),
    check!("the last event id over connections without one", client, last_event_id),
    check!("204 ends it", client, async |library| {
        let seen = watch(library, vec![Answer::raw("HTTP/1.1 204 No Content\r\n\r\n")], 8).await;
        yes(seen.asked.len() == 1)
    }),
    check!("a web page is not read as a stream", client, async |library| {
        let page = "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nConnection: close\r\n\r\ndata: x\n\n";
        let seen = watch(library, vec![Answer::raw(page)], 2).await;
        yes(seen.events.is_empty())
    }),
    check!("a compressed stream is refused with one request", client, async |library| {
        let head = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nContent-Encoding: gzip\r\n\r\n";
        let seen = watch(library, vec![Answer::raw(head).held()], 8).await;
        yes(seen.asked.len() == 1 && seen.gave_up)
    }),
    check!("503 is tried again", client, async |library| {
        retried(library, "HTTP/1.1 503 Busy\r\nContent-Length: 0\r\nConnection: close\r\n\r\n").await
    }),
    check!("Retry-After is honoured", client, retry_after),
    check!("a refused connection is tried again", client, refused),
    check!("302, 303, 307, 308 are followed", client, redirects),
    check!("credentials to another origin, after a redirect", client, credentials),
    check!("requests in 8 s if each ends at once and says `retry: 0`", client, async |library| {
        watch(library, vec![Answer::stream("retry: 0\ndata: x\n\n")], 8).await.asked.len().to_string()
    }),
    check!("ten feeds that end together come back", client, spread),
    check!("an idle limit can be set, and ends a silent stream", client, async |library| {
        yes(watch(library, vec![Answer::stream("data: x\n\n").held()], 8).await.asked.len() > 1)
    }),
];

/// What came of a library that was left alone with a server for a while.
struct Watched {
    asked: Vec<Asked>,
    events: Vec<Seen>,
    gave_up: bool,
}

async fn watch(library: &Library, script: Vec<Answer>, seconds: u64) -> Watched {
    let server = Server::start(script).await;
    let ask = Ask { url: server.url.clone(), ..Ask::default() };
    let (events, gave_up) = read(library, ask, seconds).await;
    Watched { asked: server.asked(), events, gave_up }
}

/// The events that it gave, and whether it gave up by itself.
async fn read(library: &Library, ask: Ask, seconds: u64) -> (Vec<Seen>, bool) {
    let (tell, mut told) = mpsc::unbounded_channel();
    let reading = tokio::spawn((library.read)(ask, tell));
    sleep(Duration::from_secs(seconds)).await;
    let gave_up = reading.is_finished();
    reading.abort();
    // It may have panicked, or have been stopped: either way it is over.
    let _ = reading.await;
    let mut events = Vec::new();
    while let Ok(event) = told.try_recv() {
        events.push(event);
    }
    (events, gave_up)
}

fn yes(yes: bool) -> String {
    if yes { "yes" } else { "no" }.to_owned()
}

/// Whether the data of the events are these, while the stream is still open.
async fn events(library: &Library, stream: &[u8], expected: &[&str]) -> String {
    let seen = watch(library, vec![Answer::stream(stream).held(), Answer::stream("").held()], 1).await;
    yes(seen.events.iter().map(|event| &*event.1).eq(expected.iter().copied()))
}

async fn standard_cases(library: &'static Library) -> String {
    let cases: serde_json::Value =
        serde_json::from_str(include_str!("../../tests/vectors/wpt.json")).unwrap_or_default();
    let cases = cases.as_array().into_iter().flatten().filter(|case| case["kind"] == "stream");
    let passed = cases.map(|case| {
        let text = |value: &serde_json::Value| value.as_str().unwrap_or_default().to_owned();
        let stream: String = case["chunks"].as_array().into_iter().flatten().map(text).collect();
        let expected = case["expect"].as_array().into_iter().flatten();
        let expected: Vec<Seen> =
            expected.map(|event| (text(&event["event"]), text(&event["data"]), text(&event["id"]))).collect();
        let last_event_id = text(&case["initial_last_event_id"]);
        async move {
            let server = Server::start(vec![Answer::stream(stream), Answer::stream("").held()]).await;
            let ask = Ask { url: server.url, last_event_id, ..Ask::default() };
            read(library, ask, 2).await.0 == expected
        }
    });
    join_all(passed).await.into_iter().filter(|passed| *passed).count().to_string()
}

/// Whoever only takes long over it has not given it up.
async fn endless_line(library: &'static Library) -> String {
    let server = Server::start(vec![Answer::stream("data: ").flooding(), Answer::stream("").held()]).await;
    let ask = Ask { url: server.url.clone(), ..Ask::default() };
    let looking = async {
        sleep(Duration::from_secs(8)).await;
        yes(server.was_left())
    };
    tokio::join!(read(library, ask, 9), looking).1
}

async fn last_event_id(library: &'static Library) -> String {
    let script = ["id: 1\ndata: a\n\n", "data: b\n\n", ": nothing\n\n", "data: c\n\n"].map(Answer::stream);
    let asked = watch(library, script.to_vec(), 8).await.asked;
    let ids: Vec<_> = asked.iter().map(|asked| asked.header("last-event-id").unwrap_or_default()).collect();
    yes(ids.starts_with(&["", "1", "1", "1"]))
}

async fn retried(library: &'static Library, first: &str) -> String {
    let script = vec![Answer::raw(first), Answer::stream("data: x\n\n").held()];
    yes(!watch(library, script, 8).await.events.is_empty())
}

async fn retry_after(library: &'static Library) -> String {
    let busy = "HTTP/1.1 503 Busy\r\nRetry-After: 5\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
    let asked = watch(library, vec![Answer::raw(busy), Answer::stream("").held()], 9).await.asked;
    let waited = asked.windows(2).map(|pair| pair[1].at - pair[0].at).next();
    yes(waited.is_some_and(|waited| waited >= Duration::from_secs(5)))
}

async fn refused(library: &'static Library) -> String {
    let Ok(listener) = TcpListener::bind("127.0.0.1:0").await else { return yes(false) };
    let Ok(address) = listener.local_addr() else { return yes(false) };
    drop(listener);
    let serving = async {
        sleep(Duration::from_secs(1)).await;
        let listener = TcpListener::bind(address).await.ok()?;
        Some(Server::on(listener, vec![Answer::stream("data: x\n\n").held()]))
    };
    let ask = Ask { url: format!("http://{address}/feed"), ..Ask::default() };
    let ((events, _), server) = tokio::join!(read(library, ask, 8), serving);
    if server.is_none() { "port taken".to_owned() } else { yes(!events.is_empty()) }
}

async fn redirects(library: &'static Library) -> String {
    let followed = [302, 303, 307, 308].map(|status| async move {
        let elsewhere =
            format!("HTTP/1.1 {status} Elsewhere\r\nLocation: /new\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
        retried(library, &elsewhere).await == "yes"
    });
    yes(join_all(followed).await.into_iter().all(|followed| followed))
}

async fn credentials(library: &'static Library) -> String {
    let other = Server::start(vec![Answer::stream("data: x\n\n").held()]).await;
    let elsewhere =
        format!("HTTP/1.1 307 Elsewhere\r\nLocation: {}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n", other.url);
    let server = Server::start(vec![Answer::raw(elsewhere)]).await;
    let headers = vec![("authorization", "Bearer secret"), ("x-api-key", "secret")];
    read(library, Ask { url: server.url, headers, ..Ask::default() }, 2).await;
    let asked = other.asked();
    let sent = |name| asked.iter().any(|asked| asked.header(name).is_some());
    match (asked.is_empty(), sent("authorization"), sent("x-api-key")) {
        (true, ..) => "not followed".to_owned(),
        (_, false, false) => "none".to_owned(),
        (_, true, _) => "sent".to_owned(),
        (_, false, true) => "the API key is sent".to_owned(),
    }
}

/// Ten feeds lose their connection at the same moment: how far apart are their next requests?
async fn spread(library: &'static Library) -> String {
    let gaps = (0..10).map(|_| async move {
        let asked = watch(library, vec![Answer::stream("data: x\n\n"), Answer::stream("").held()], 6).await.asked;
        asked.windows(2).map(|pair| pair[1].at - pair[0].at).next().unwrap_or_default()
    });
    let gaps = join_all(gaps).await;
    let (shortest, longest) =
        (gaps.iter().min().copied().unwrap_or_default(), gaps.iter().max().copied().unwrap_or_default());
    format!("over {} ms", (longest - shortest).as_millis())
}
