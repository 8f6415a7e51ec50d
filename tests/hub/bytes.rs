//! Whatever comes over the socket: the hub answers in HTTP or hangs up, never panics, and lives on.

use std::net::SocketAddr;
use std::sync::Once;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use proptest::collection::vec;
use proptest::prelude::*;
use streambell_hub::{Door, Hub, HubConfig};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::client::{PATIENCE, ask, config};
use crate::tokens::{door, token};

/// The name of the threads that the hubs of these tests run on.
const THREAD: &str = "any bytes";

static PANICS: AtomicUsize = AtomicUsize::new(0);
static COUNTING: Once = Once::new();

/// A panic in a task of the hub fails nothing by itself, so it is counted.
fn count_panics() {
    COUNTING.call_once(|| {
        let usual = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |panic| {
            if std::thread::current().name() == Some(THREAD) {
                PANICS.fetch_add(1, Ordering::Relaxed);
            }
            usual(panic);
        }));
    });
}

/// Sends these bytes and says no more: all that comes back. A stream is not waited for.
async fn talk(addr: SocketAddr, bytes: &[u8]) -> Vec<u8> {
    let mut stream = TcpStream::connect(addr).await.unwrap();
    // The hub may have heard enough before it has heard all.
    let _ = stream.write_all(bytes).await;
    let _ = stream.shutdown().await;
    let mut answer = Vec::new();
    let reading = async {
        while stream.read_buf(&mut answer).await.is_ok_and(|read| read > 0) {
            if String::from_utf8_lossy(&answer).contains("text/event-stream") {
                break;
            }
        }
    };
    tokio::time::timeout(PATIENCE, reading).await.expect("neither an answer nor an end");
    answer
}

/// What a strategy cannot know yet.
fn replace(bytes: &[u8], name: &[u8], value: &str) -> Vec<u8> {
    let Some(at) = bytes.windows(name.len()).position(|part| part == name) else { return bytes.to_owned() };
    let rest = replace(&bytes[at + name.len()..], name, value);
    [&bytes[..at], value.as_bytes(), &rest].concat()
}

/// Runs the property against a hub that asks for tokens, and one that asks nobody.
fn holds(requests: impl Strategy<Value = Vec<u8>>) {
    count_panics();
    let runtime =
        tokio::runtime::Builder::new_multi_thread().worker_threads(1).thread_name(THREAD).enable_all().build().unwrap();
    let folder = tempfile::tempdir().unwrap();
    let text = token(folder.path(), "phone", &["*"], &["*"]);
    let origins = vec!["https://app.example".parse().unwrap()];
    let doors = [Door::default(), Door { origins, ..door(folder.path()) }];
    let hubs = doors.map(|door| {
        let config = HubConfig { door, demo: true, keep_alive: Duration::from_millis(20), ..config() };
        runtime.block_on(Hub::start(config)).unwrap()
    });
    proptest!(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() }, |(bytes in requests)| {
        for hub in &hubs {
            let bytes = replace(&bytes, b"PORT", &hub.addr().port().to_string());
            let bytes = replace(&bytes, b"TOKEN", &text);
            let answer = runtime.block_on(talk(hub.addr(), &bytes));
            prop_assert!(answer.is_empty() || answer.starts_with(b"HTTP/1."), "{:?}", String::from_utf8_lossy(&answer));
            prop_assert_eq!(PANICS.load(Ordering::Relaxed), 0);
        }
    });
    for hub in &hubs {
        let health = runtime.block_on(ask(hub.addr(), "GET /healthz", &[], b""));
        assert_eq!(health.status, 200);
        runtime.block_on(hub.shutdown());
    }
}

#[test]
fn any_bytes() {
    holds(vec(any::<u8>(), 0..2000));
}

#[test]
fn what_looks_like_a_request() {
    let any_text = || "[ -~\u{80}-\u{2fff}]{0,40}";
    let path = prop_oneof![
        "/[a-z,*%/.?&=-]{0,30}",
        "/t(,t|,[a-z]){0,3}/(sse|json|raw)(\\?(since|auth|authorization|priority|tags)=[ -~]{0,20})?",
        "/t\\?auth=[A-Za-z0-9_%=+/-]{0,40}",
        "http://[a-z0-9.:@\\[\\]-]{0,20}/t",
        any_text(),
    ];
    let method =
        prop_oneof![Just("GET".to_owned()), Just("POST".into()), Just("OPTIONS".into()), "[A-Z]{1,8}", any_text()];
    let name = proptest::sample::select(vec![
        "Host",
        "Origin",
        "Authorization",
        "Content-Length",
        "Transfer-Encoding",
        "Connection",
        "Content-Type",
        "Title",
        "Priority",
        "Tags",
        "Click",
        "Last-Event-ID",
        "Sec-Fetch-Site",
        "Expect",
        "Upgrade",
        "HTTP2-Settings",
        "Access-Control-Request-Method",
        "Access-Control-Request-Headers",
        "X",
    ]);
    let value = prop_oneof![
        Just("127.0.0.1:7788".to_owned()),
        Just("https://app.example".into()),
        Just("chunked".into()),
        Just("100-continue".into()),
        Just("application/json".into()),
        Just("Bearer TOKEN".into()),
        "(Bearer|Basic|bearer) [A-Za-z0-9+/=_]{0,60}",
        "[0-9]{1,20}",
        any_text(),
    ];
    let header = (name, value).prop_map(|(name, value)| format!("{name}: {value}\r\n"));
    let request = (method, path, vec(header, 0..8), any::<bool>(), vec(any::<u8>(), 0..200));
    let requests = vec(request, 1..3).prop_map(|requests| {
        let mut bytes = Vec::new();
        for (method, path, headers, has_host, body) in requests {
            bytes.extend(format!("{method} {path} HTTP/1.1\r\n").bytes());
            if has_host {
                bytes.extend(b"Host: localhost:PORT\r\n");
            }
            bytes.extend(headers.concat().bytes());
            bytes.extend(b"\r\n");
            bytes.extend(body);
        }
        bytes
    });
    holds(requests);
}
