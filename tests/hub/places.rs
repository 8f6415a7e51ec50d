//! Where a hub may keep its events; what holds for one holds for each.

use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::process::Command;
use std::thread;
use std::time::{Duration, Instant};

use streambell_hub::{Hub, HubConfig, StorePlace};
use tempfile::TempDir;

#[path = "../headless/support/child.rs"]
mod child;

pub(crate) use self::child::Daemon;
use self::child::installed;
use crate::client::{PATIENCE, config};

/// A place to keep events, which outlives its hubs.
pub(crate) struct Place {
    pub(crate) store: StorePlace,
    pub(crate) redis: Option<Redis>,
    folder: TempDir,
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
        Place { store: StorePlace::Memory, redis: None, folder: tempfile::tempdir().unwrap() }
    }

    pub(crate) fn folder() -> Place {
        let folder = tempfile::tempdir().unwrap();
        Place { store: StorePlace::Folder(folder.path().join("hub")), redis: None, folder }
    }

    pub(crate) fn redis() -> Place {
        let folder = tempfile::tempdir().unwrap();
        let redis = Redis::start(&folder);
        Place { store: StorePlace::Redis(redis.url()), redis: Some(redis), folder }
    }

    /// A hub that keeps its events here.
    pub(crate) async fn hub(&self) -> Hub {
        self.hub_with(config()).await
    }

    pub(crate) async fn hub_with(&self, config: HubConfig) -> Hub {
        Hub::start(HubConfig { store: self.store.clone(), ..config }).await.unwrap()
    }

    /// Kills Redis and starts it again; what it acknowledged is on its disk.

    pub(crate) fn kill_redis(&mut self) -> SocketAddr {
        self.redis.take().expect("it is kept there").address
    }

    pub(crate) fn start_redis(&mut self, address: SocketAddr) {
        self.redis = Some(Redis::start_at(&self.folder, address));
    }
}

/// A Redis that writes everything to its disk before it answers.
pub(crate) struct Redis {
    pub(crate) address: SocketAddr,
    _daemon: Daemon,
}

impl Redis {
    fn start(folder: &TempDir) -> Redis {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let address = listener.local_addr().unwrap();
        drop(listener);
        Redis::start_at(folder, address)
    }

    fn start_at(folder: &TempDir, address: SocketAddr) -> Redis {
        let mut command = Command::new(installed(&["/usr/bin/redis-server", "/usr/local/bin/redis-server"]));
        command
            .args(["--bind", "127.0.0.1", "--port", &address.port().to_string(), "--save", "", "--appendonly", "yes"])
            .args(["--dir", folder.path().to_str().unwrap()]);
        Redis { address, _daemon: Daemon::start(command, address, &folder.path().join("redis.log")) }
    }

    pub(crate) fn url(&self) -> String {
        format!("redis://{}/0", self.address)
    }
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
