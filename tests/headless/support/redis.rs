//! Redis, with or without a memory of its own.

use std::{net::SocketAddr, process::Command};

use tempfile::TempDir;

use super::{
    child::{Daemon, installed},
    free_address,
};

/// A running Redis; it is gone when this is dropped.
pub(crate) struct Redis {
    address: SocketAddr,
    /// Whether it writes everything to its disk before it answers.
    lasts: bool,
    server: Option<Daemon>,
    // The last to be dropped.
    folder: TempDir,
}

impl Redis {
    /// One that keeps nothing when it is killed.
    #[allow(dead_code, reason = "for tests/headless and tests/matrix")]
    pub(crate) fn start() -> Self {
        Self::new(false)
    }

    /// One that keeps what it has acknowledged.
    #[allow(dead_code, reason = "for tests/headless and tests/hub")]
    pub(crate) fn start_lasting() -> Self {
        Self::new(true)
    }

    fn new(lasts: bool) -> Self {
        let mut redis = Self { address: free_address(), lasts, server: None, folder: tempfile::tempdir().unwrap() };
        redis.restart();
        redis
    }

    /// Kills it, and with it every connection.
    pub(crate) fn kill(&mut self) {
        self.server = None;
    }

    /// Starts it again, killed if it runs.
    pub(crate) fn restart(&mut self) {
        self.kill();
        let mut command = Command::new(installed(&["/usr/bin/redis-server", "/usr/local/bin/redis-server"]));
        command
            .args(["--bind", &self.address.ip().to_string(), "--port", &self.address.port().to_string()])
            .args(["--save", "", "--appendonly", if self.lasts { "yes" } else { "no" }, "--dir"])
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
