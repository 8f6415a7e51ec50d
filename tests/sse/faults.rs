//! A bad network between a feed and a server that replays: every event arrives once, whole, and in order; and nothing
//! is left over of the connections that were lost.
//!
//! Sockets are real and time stands still. What this process holds is counted, so its tests take turns.

// clippy.toml allows it in test functions; these are their helpers.
#![allow(clippy::unwrap_used)]

#[path = "faults/origin.rs"]
mod origin;
#[path = "faults/proxy.rs"]
mod proxy;
#[allow(dead_code, reason = "shared with the other tests")]
mod server;

use std::net::SocketAddr;
use std::time::Duration;

use peak_alloc::PeakAlloc;
use streambell_sse::{Cause, Client, Config, Connection, Signal, Status};
use tokio::sync::{Mutex, MutexGuard, mpsc};
use tokio::task::JoinHandle;
use tokio::time::advance;

use origin::{Framing, event};
use proxy::{Fault, Proxy};
use server::{frozen, settle};

#[global_allocator]
static MEMORY: PeakAlloc = PeakAlloc;

const FRAMINGS: [Framing; 2] = [Framing::Chunked, Framing::Close];

async fn turn() -> MutexGuard<'static, ()> {
    static TURN: Mutex<()> = Mutex::const_new(());
    TURN.lock().await
}

/// The events with the ids 1 to `last`.
fn all(last: usize) -> Vec<(String, String, String)> {
    (1..=last).map(event).collect()
}

/// Reads a feed to its very end, and never waits to try again. Gives type, data and id of its events.
fn read(client: &Client, address: SocketAddr) -> JoinHandle<Vec<(String, String, String)>> {
    read_and_tell(client, address, |_| {})
}

/// The same, and tells why connections ended.
fn read_and_tell(
    client: &Client,
    address: SocketAddr,
    tell: impl Fn(Cause) + Send + 'static,
) -> JoinHandle<Vec<(String, String, String)>> {
    let config = Config::new(format!("http://{address}/").parse().unwrap());
    let mut connection = Connection::with_chance(client.clone(), config, || 0.0);
    let retry = connection.retry_handle();
    tokio::spawn(async move {
        let mut received = Vec::new();
        while let Some(signal) = connection.next().await {
            match signal {
                Signal::Events(events) => received.extend(
                    events
                        .into_iter()
                        .map(|event| (event.event.to_string(), event.data.to_string(), event.id.to_string())),
                ),
                Signal::Status(Status::Waiting { cause, .. }) => {
                    tell(cause);
                    retry.retry_now();
                }
                Signal::Status(_) => {}
                Signal::Lost => panic!("the server keeps everything"),
            }
        }
        received
    })
}

#[tokio::test(start_paused = true)]
async fn cut_at_every_byte() {
    const LAST: usize = 5;
    let _turn = turn().await;
    let client = Client::new().unwrap();
    for framing in FRAMINGS {
        let origin = origin::start(LAST, framing).await;
        for after in 0..=origin::answer(0, LAST, framing).len() {
            let _time = frozen();
            for fault in [Fault::Cut { after }, Fault::Reset { after }] {
                let proxy = Proxy::start(origin, move |connection| if connection == 0 { fault } else { Fault::None });
                let received = read(&client, proxy.await.address).await.unwrap();
                assert_eq!(received, all(LAST), "{framing:?} {fault:?}");
            }
        }
    }
}

/// Every connection is cut, each a byte later than the one before, until the last one gets through.
#[tokio::test(start_paused = true)]
async fn cut_again_and_again() {
    let _turn = turn().await;
    let client = Client::new().unwrap();
    for framing in FRAMINGS {
        let _time = frozen();
        let origin = origin::start(30, framing).await;
        let proxy = Proxy::start(origin, |connection| Fault::Reset { after: connection }).await;
        assert_eq!(read(&client, proxy.address).await.unwrap(), all(30), "{framing:?}");
        assert!(proxy.connections() > 100, "{framing:?}: {}", proxy.connections());
    }
}

/// The connection is there and nothing comes, as after a cable was pulled: the idle limit ends that, wherever it is.
#[tokio::test(start_paused = true)]
async fn silence_after_every_byte() {
    const LAST: usize = 2;
    let _turn = turn().await;
    let client = Client::new().unwrap();
    for framing in FRAMINGS {
        let origin = origin::start(LAST, framing).await;
        // The last byte of a chunked answer is the client's to wait for no longer.
        for after in 0..origin::answer(0, LAST, framing).len() {
            let _time = frozen();
            let fault = Fault::Silence { after };
            let proxy = Proxy::start(origin, move |connection| if connection == 0 { fault } else { Fault::None }).await;
            let (tell, mut causes) = mpsc::unbounded_channel();
            let reading = read_and_tell(&client, proxy.address, move |cause| tell.send(cause).unwrap());
            proxy.silent().await;
            settle().await;
            advance(Duration::from_secs(300)).await;
            assert_eq!(reading.await.unwrap(), all(LAST), "{framing:?} {fault:?}");
            assert_eq!(causes.recv().await.unwrap().code(), "idle", "{framing:?} {fault:?}");
        }
    }
}

/// However slowly it comes, it is one connection, and nobody loses patience.
#[tokio::test(start_paused = true)]
async fn slow_and_late() {
    const LAST: usize = 4;
    let _turn = turn().await;
    let client = Client::new().unwrap();
    // The idle limit is 300 seconds.
    let (second, nearly) = (Duration::from_secs(1), Duration::from_secs(299));
    for (fault, step) in [
        (Fault::Slow { bytes: 1, every: second }, second),
        (Fault::Slow { bytes: 100, every: second }, second),
        // The head comes at once: it has to be there within the limit.
        (Fault::Slow { bytes: 120, every: nearly }, nearly),
        (Fault::Late { by: nearly }, nearly),
    ] {
        for framing in FRAMINGS {
            let _time = frozen();
            let proxy = Proxy::start(origin::start(LAST, framing).await, move |_| fault).await;
            let mut reading = read(&client, proxy.address);
            let received = loop {
                tokio::select! {
                    received = &mut reading => break received.unwrap(),
                    () = proxy.silent() => {
                        settle().await;
                        advance(step).await;
                    }
                }
            };
            assert_eq!(received, all(LAST), "{framing:?} {fault:?}");
            assert_eq!(proxy.connections(), 2, "one for the events, and one that says that there are no more");
        }
    }
}

/// What this process holds: bytes on its heap, and open files.
#[derive(Debug)]
struct Held {
    bytes: usize,
    files: usize,
}

fn held() -> Held {
    Held { bytes: MEMORY.current_usage(), files: std::fs::read_dir("/proc/self/fd").unwrap().count() }
}

#[cfg(target_os = "linux")]
#[tokio::test(start_paused = true)]
async fn ten_thousand_reconnects_leave_nothing_behind() {
    const EVENTS: usize = 20_000;
    const RECONNECTS: usize = 10_000;
    let _turn = turn().await;
    let client = Client::new().unwrap();
    let origin = origin::start(EVENTS, Framing::Chunked).await;
    // About every second one delivers an event; none delivers many, so that there are ten thousand.
    let proxy = Proxy::start(origin, |connection| match connection % 5 {
        0 => Fault::Cut { after: 110 },
        1 => Fault::Reset { after: 0 },
        2 => Fault::Cut { after: 260 },
        3 => Fault::Reset { after: 120 + connection % 140 },
        _ => Fault::Cut { after: 350 },
    })
    .await;
    let (tell, mut ends) = mpsc::channel(1);
    let config = Config::new(format!("http://{}/", proxy.address).parse().unwrap());
    let mut connection = Connection::with_chance(client, config, || 0.0);
    let retry = connection.retry_handle();
    let reading = tokio::spawn(async move {
        let mut next = 1;
        while let Some(signal) = connection.next().await {
            match signal {
                Signal::Events(events) => {
                    for event in events {
                        assert_eq!(event.id, next.to_string());
                        next += 1;
                    }
                }
                Signal::Status(Status::Waiting { .. }) => {
                    // It goes on when this has been looked at.
                    if tell.send(()).await.is_err() {
                        return next - 1;
                    }
                    retry.retry_now();
                }
                Signal::Status(_) => {}
                Signal::Lost => panic!("the server keeps everything"),
            }
        }
        next - 1
    });
    let mut time = frozen();
    let mut ended = 0;
    let mut before = None;
    while ends.recv().await.is_some() {
        ended += 1;
        if ended % 500 == 0 {
            time = frozen();
        }
        if ended == 500 {
            settle().await;
            before = Some(held());
        }
        if ended == RECONNECTS {
            break;
        }
    }
    assert_eq!(ended, RECONNECTS, "it ended before that");
    settle().await;
    let (before, after) = (before.unwrap(), held());
    assert!(after.bytes <= before.bytes + 16 * 1024, "{before:?} became {after:?}");
    assert!(after.files <= before.files + 1, "{before:?} became {after:?}");
    drop(ends);
    let received = reading.await.unwrap();
    assert!(received > 1_000, "{received} events");
    drop(time);
}
