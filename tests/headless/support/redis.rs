//! Redis, which keeps nothing when it is killed.

use std::{net::SocketAddr, process::Command};

use tempfile::TempDir;

use super::{
    child::{Daemon, installed},
    free_address,
};

/// A running Redis; it is gone when this is dropped.
pub(crate) struct Redis {
    address: SocketAddr,
    server: Option<Daemon>,
    // The last to be dropped.
    folder: TempDir,
}

impl Redis {
    pub(crate) fn start() -> Self {
        let mut redis = Self { address: free_address(), server: None, folder: tempfile::tempdir().unwrap() };
        redis.restart();
        redis
    }

    /// Kills it, and with it every connection.
    pub(crate) fn kill(&mut self) {
        self.server = None;
    }

    pub(crate) fn restart(&mut self) {
        let mut command = Command::new(installed(&["/usr/bin/redis-server", "/usr/local/bin/redis-server"]));
        command
            .args(["--bind", &self.address.ip().to_string(), "--port", &self.address.port().to_string()])
            .args(["--save", "", "--appendonly", "no", "--dir"])
            .arg(self.folder.path());
        self.server = Some(Daemon::start(command, self.address, &self.folder.path().join("redis.log")));
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    pub(crate) fn url(&self) -> String {
        format!("redis://{}", self.address)
    }
}
