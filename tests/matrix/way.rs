//! The ways from the client to a server.

use std::{fs, net::SocketAddr, process::Command};

use tempfile::TempDir;

use crate::support::{
    child::{Daemon, installed},
    free_address,
};

const HAPROXY: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/servers/haproxy.cfg");

#[derive(Clone, Copy)]
pub(crate) enum Way {
    /// Nothing in between.
    Direct,
    /// haproxy as a reverse proxy: the client takes it for the server.
    Haproxy,
}

/// Where a way begins. What runs on it ends when this is dropped.
pub(crate) struct Entrance {
    address: SocketAddr,
    // Ended before its folder goes.
    _running: Option<(Daemon, TempDir)>,
}

impl Way {
    /// Opens this way to the server at `server`.
    pub(crate) fn to(self, server: SocketAddr) -> Entrance {
        match self {
            Self::Direct => Entrance { address: server, _running: None },
            Self::Haproxy => haproxy(server),
        }
    }
}

impl Entrance {
    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }
}

fn haproxy(server: SocketAddr) -> Entrance {
    let folder = tempfile::tempdir().unwrap();
    let address = free_address();
    let config = fs::read_to_string(HAPROXY)
        .unwrap()
        .replace("@LISTEN@", &address.to_string())
        .replace("@SERVER@", &server.to_string());
    let file = folder.path().join("haproxy.cfg");
    fs::write(&file, config).unwrap();
    let mut command = Command::new(installed(&["/usr/sbin/haproxy"]));
    command.arg("-db").arg("-f").arg(file);
    let daemon = Daemon::start(command, address, &folder.path().join("haproxy.log"));
    Entrance { address, _running: Some((daemon, folder)) }
}
