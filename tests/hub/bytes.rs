//! Whatever comes over the socket: the hub answers in HTTP or hangs up, never panics, and lives on.

use std::cell::RefCell;
use std::collections::BTreeSet;
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
            if String::from_utf8_lossy(&answer).contains("transfer-encoding: chunked") {
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

/// Runs the property against a hub that asks for tokens, and one that asks nobody. Which statuses they answered with.
fn holds(requests: impl Strategy<Value = Vec<u8>>) -> BTreeSet<String> {
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
    let statuses = RefCell::new(BTreeSet::new());
    proptest!(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() }, |(bytes in requests)| {
        for hub in &hubs {
            let bytes = replace(&bytes, b"PORT", &hub.addr().port().to_string());
            let bytes = replace(&bytes, b"TOKEN", &text);
            let answer = runtime.block_on(talk(hub.addr(), &bytes));
            if let Some(status) = answer.get(9..12) {
                statuses.borrow_mut().insert(String::from_utf8_lossy(status).into_owned());
            }
            prop_assert!(answer.is_empty() || answer.starts_with(b"HTTP/1."), "{:?}", String::from_utf8_lossy(&answer));
            prop_assert_eq!(PANICS.load(Ordering::Relaxed), 0);
        }
    });
    for hub in &hubs {
        let health = runtime.block_on(ask(hub.addr(), "GET /healthz", &[], b""));
        assert_eq!(health.status, 200);
        runtime.block_on(hub.shutdown());
    }
    statuses.into_inner()
}

#[test]
fn any_bytes() {
    holds(vec(any::<u8>(), 0..2000));
}

#[test]
fn what_looks_like_a_request() {
    let any_text = || "[ -~\u{80}-\u{2fff}]{0,40}";
    let path = prop_oneof![
        6 => "/(t|news|a-b)(/sse)?",
        4 => "/t(,t|,[a-z]){0,3}/(sse|json|raw)(\\?(since|auth|authorization|priority|tags)=[!-~]{0,20})?",
        2 => "/t\\?auth=[A-Za-z0-9_%=+/-]{0,40}",
        2 => "/[a-z,*%/.?&=-]{0,30}",
        1 => "http://[a-z0-9.:@\\[\\]-]{0,20}/t",
        1 => any_text(),
    ];
    let method = prop_oneof![
        8 => proptest::sample::select(vec!["GET", "POST", "PUT", "OPTIONS", "HEAD"]).prop_map(str::to_owned),
        1 => "[A-Z]{1,8}",
        1 => any_text(),
    ];
    let name = proptest::sample::select(vec![
        "Host",
        "Origin",
        "Authorization",
        "Authorization",
        "Authorization",
        "Content-Length",
        "Transfer-Encoding",
        "Connection",
        "Content-Type",
        "Title",
        "Priority",
        "Tags",
        "Last-Event-ID",
        "Sec-Fetch-Site",
        "Expect",
        "Upgrade",
        "Access-Control-Request-Method",
        "Access-Control-Request-Headers",
    ]);
    let value = prop_oneof![
        6 => Just("Bearer TOKEN".to_owned()),
        1 => Just("localhost:PORT".into()),
        1 => Just("https://app.example".into()),
        1 => Just("chunked".into()),
        1 => Just("100-continue".into()),
        1 => Just("application/json".into()),
        1 => "(Bearer|Basic|bearer) [A-Za-z0-9+/=_]{0,60}",
        2 => "[0-9]{1,3}",
        1 => "[0-9]{1,20}",
        1 => any_text(),
    ];
    let header = (name, value).prop_map(|(name, value)| format!("{name}: {value}\r\n"));
    let request = (method, path, vec(header, 0..4), prop::bool::weighted(0.9), vec(any::<u8>(), 0..200));
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
    let statuses = holds(requests);
    for status in ["200", "400", "401", "403"] {
        assert!(statuses.contains(status), "not every way was gone: {statuses:?}");
    }
}
