//! The servers, which are those of the other tests, and how they are waited for.
#![allow(dead_code, reason = "other tests use more of what is shared")]

#[path = "../headless/support/child.rs"]
pub(crate) mod child;
#[path = "../headless/support/cuttable.rs"]
mod cuttable;
#[path = "../headless/support/flask.rs"]
mod flask;
#[path = "../headless/support/http.rs"]
pub(crate) mod http;
#[path = "../headless/support/nchan.rs"]
mod nchan;
#[path = "../headless/support/pocketbase.rs"]
mod pocketbase;
#[path = "../headless/support/redis.rs"]
mod redis;
#[path = "../headless/support/wiremock.rs"]
mod wiremock;

use std::{
    net::{Ipv4Addr, SocketAddr, TcpListener},
    process,
    sync::atomic::{AtomicU16, Ordering},
    thread,
    time::{Duration, Instant},
};

pub(crate) use cuttable::Cuttable;
pub(crate) use flask::FlaskSse;
pub(crate) use nchan::Nchan;
pub(crate) use pocketbase::PocketBase;
pub(crate) use wiremock::{WireMock, sent, stream};

/// The folder of the whole project.
pub(crate) const ROOT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../..");

/// Longer than anything takes on a machine that is busy.
pub(crate) const PATIENCE: Duration = Duration::from_secs(30);

/// Waits until `look` finds something; what it says meanwhile is told when nothing comes of it.
pub(crate) fn until<T>(what: &str, mut look: impl FnMut() -> Result<T, String>) -> T {
    let deadline = Instant::now() + PATIENCE;
    loop {
        match look() {
            Ok(found) => return found,
            Err(so_far) => assert!(Instant::now() < deadline, "{what}: not within {PATIENCE:?}; the last was {so_far}"),
        }
        // Another process is asked again: there is nothing to be woken by.
        thread::sleep(Duration::from_millis(25));
    }
}

/// An address of this machine at which nothing listens, and that is given only once: below the ports that the system
/// gives to connections and to whoever asks for any.
pub(crate) fn free_address() -> SocketAddr {
    static NEXT: AtomicU16 = AtomicU16::new(0);
    let start = (process::id() % 1000) * 20;
    (0..1000)
        .map(|_| 10_000 + (start + u32::from(NEXT.fetch_add(1, Ordering::Relaxed))) % 20_000)
        .find_map(|port| TcpListener::bind((Ipv4Addr::LOCALHOST, u16::try_from(port).unwrap())).ok())
        .and_then(|listener| listener.local_addr().ok())
        .expect("no port is free")
}
