//! Where a hub may keep its events; what holds for one holds for each.

use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::thread;
use std::time::{Duration, Instant};

use streambell_hub::{Hub, HubConfig, StorePlace};
use tempfile::TempDir;

#[path = "../headless/support/child.rs"]
mod child;
#[path = "../headless/support/redis.rs"]
mod redis;

pub(crate) use self::child::Daemon;
use self::redis::Redis;
use crate::client::{PATIENCE, config};

/// A place to keep events, which outlives its hubs.
pub(crate) struct Place {
    pub(crate) store: StorePlace,
    pub(crate) redis: Option<Redis>,
    _folder: Option<TempDir>,
}

impl Place {
    /// One of each kind.
    pub(crate) fn each() -> Vec<Place> {
        vec![Place::memory(), Place::folder(), Place::redis()]
    }

    /// Those that outlive their hub.
    pub(crate) fn lasting() -> Vec<Place> {
        vec![Place::folder(), Place::redis()]
    }

    fn memory() -> Place {
        Place { store: StorePlace::Memory, redis: None, _folder: None }
    }

    pub(crate) fn folder() -> Place {
        let folder = tempfile::tempdir().unwrap();
        let store = StorePlace::Folder(folder.path().join("hub"));
        Place { store, redis: None, _folder: Some(folder) }
    }

    pub(crate) fn redis() -> Place {
        let redis = Redis::start_lasting();
        Place { store: StorePlace::Redis(redis.url()), redis: Some(redis), _folder: None }
    }

    /// A hub that keeps its events here.
    pub(crate) async fn hub(&self) -> Hub {
        self.hub_with(config()).await
    }

    pub(crate) async fn hub_with(&self, config: HubConfig) -> Hub {
        Hub::start(HubConfig { store: self.store.clone(), ..config }).await.unwrap()
    }

    /// The Redis where events are kept.
    pub(crate) fn server(&mut self) -> &mut Redis {
        self.redis.as_mut().expect("they are kept there")
    }
}

/// An address of this machine at which nothing listens.
fn free_address() -> SocketAddr {
    TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap().local_addr().unwrap()
}

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
