//! Servers of the other tests, and how they are waited for.
#![allow(dead_code, clippy::unwrap_used, reason = "what the other tests need is here too, in their style")]

#[path = "../../headless/support/child.rs"]
mod child;
#[path = "../../headless/support/http.rs"]
mod http;
#[path = "../../headless/support/pocketbase.rs"]
mod pocketbase;

use std::{
    net::{Ipv4Addr, SocketAddr, TcpListener},
    thread,
    time::{Duration, Instant},
};

pub(crate) use pocketbase::PocketBase;

/// The folder of the whole project.
const ROOT: &str = env!("CARGO_MANIFEST_DIR");
/// Longer than anything takes on a machine that is busy.
const PATIENCE: Duration = Duration::from_secs(30);

/// Waits until `look` finds something; what it says meanwhile is told when nothing comes of it.
fn until<T>(what: &str, mut look: impl FnMut() -> Result<T, String>) -> T {
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

fn free_address() -> SocketAddr {
    TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap().local_addr().unwrap()
}
