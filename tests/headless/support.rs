//! The program, the servers, and how the tests wait for them.

mod child;
mod cuttable;
mod example;
mod flask;
mod http;
mod nchan;
mod pocketbase;
mod program;
mod redis;
mod replay;
mod scripted;
mod wiremock;

use std::{
    net::{Ipv4Addr, SocketAddr, TcpListener},
    thread,
    time::{Duration, Instant},
};

pub(crate) use child::{Daemon, installed};
pub(crate) use cuttable::Cuttable;
pub(crate) use example::Example;
pub(crate) use flask::FlaskSse;
pub(crate) use http::{beginning_of, body_for, post};
pub(crate) use nchan::Nchan;
pub(crate) use pocketbase::PocketBase;
pub(crate) use program::{Folder, Outcome, Program};
pub(crate) use redis::Redis;
pub(crate) use replay::ReplayServer;
pub(crate) use scripted::Scripted;
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

/// An address of this machine at which nothing listens.
pub(crate) fn free_address() -> SocketAddr {
    TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap().local_addr().unwrap()
}
