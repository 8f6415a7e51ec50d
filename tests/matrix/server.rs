//! The servers: how each is started and published to, and what it promises.

use std::{net::SocketAddr, process::Command};

use tempfile::TempDir;

use crate::support::{
    FlaskSse, Nchan,
    child::{Daemon, installed},
    free_address, get, post, until,
};

const ROOT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../..");

#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Server {
    Nchan,
    FlaskSse,
    BetterSse,
    ExpressSse,
    SseChannel,
    SsePubsub,
    /// sse-starlette on uvicorn, with lines that end in CR LF, CR or LF.
    Uvicorn(&'static str),
    /// The same on hypercorn.
    Hypercorn,
}

/// A server that runs. It is gone when this is dropped.
pub(crate) struct Running {
    server: Server,
    address: SocketAddr,
    process: Process,
}

enum Process {
    Nchan(Nchan),
    FlaskSse(FlaskSse),
    /// Both are only kept.
    Other(#[expect(dead_code)] Daemon, #[expect(dead_code)] TempDir),
}

impl Server {
    /// Whether what was published while nobody was connected comes later.
    pub(crate) fn replays(self) -> bool {
        !matches!(self, Self::FlaskSse | Self::BetterSse | Self::ExpressSse)
    }

    /// Whether each event has an id of its own, over all connections.
    pub(crate) fn has_ids(self) -> bool {
        self != Self::ExpressSse
    }

    /// Whether it notices only when it writes that a subscriber has gone.
    pub(crate) fn notices_late(self) -> bool {
        self == Self::FlaskSse
    }

    /// What was published, from what arrived: some servers make JSON of it.
    pub(crate) fn read(self, data: &str) -> String {
        match self {
            Self::BetterSse | Self::ExpressSse => serde_json::from_str(data).unwrap(),
            _ => data.to_owned(),
        }
    }

    pub(crate) fn start(self) -> Running {
        match self {
            Self::Nchan => {
                let nchan = Nchan::start();
                Running { server: self, address: nchan.address(), process: Process::Nchan(nchan) }
            }
            Self::FlaskSse => {
                let flask = FlaskSse::start();
                Running { server: self, address: flask.address(), process: Process::FlaskSse(flask) }
            }
            Self::BetterSse | Self::ExpressSse | Self::SseChannel | Self::SsePubsub => {
                let address = free_address();
                let mut command = Command::new("node");
                command.current_dir(format!("{ROOT}/tests/servers")).args(["npm.mjs", &address.port().to_string()]);
                self.running(address, command)
            }
            Self::Uvicorn(_) => {
                let address = free_address();
                let mut command = Command::new(installed(&[&format!("{ROOT}/.venv/bin/uvicorn")]));
                command.args(["--host", "127.0.0.1", "--port", &address.port().to_string()]);
                command.args(["--app-dir", &format!("{ROOT}/tests/servers"), "starlette_app:app"]);
                self.running(address, command)
            }
            Self::Hypercorn => {
                let address = free_address();
                let mut command = Command::new(installed(&[&format!("{ROOT}/.venv/bin/hypercorn")]));
                command.current_dir(format!("{ROOT}/tests/servers"));
                command.args(["--bind", &address.to_string(), "starlette_app:app"]);
                self.running(address, command)
            }
        }
    }

    fn running(self, address: SocketAddr, mut command: Command) -> Running {
        let folder = tempfile::tempdir().unwrap();
        command.env("PYTHONDONTWRITEBYTECODE", "1").env("HOME", folder.path());
        let daemon = Daemon::start(command, address, &folder.path().join("server.log"));
        Running { server: self, address, process: Process::Other(daemon, folder) }
    }

    fn name(self) -> &'static str {
        match self {
            Self::Nchan => "nchan",
            Self::FlaskSse => "flask-sse",
            Self::BetterSse => "better-sse",
            Self::ExpressSse => "express-sse",
            Self::SseChannel => "sse-channel",
            Self::SsePubsub => "sse-pubsub",
            Self::Uvicorn(_) | Self::Hypercorn => "sse",
        }
    }
}

impl Running {
    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    /// Where the feed is, below the server's address.
    pub(crate) fn target(&self) -> String {
        match self.server {
            Server::Nchan => "/sub?id=a".to_owned(),
            Server::FlaskSse => "/stream".to_owned(),
            Server::Uvicorn(separator) => format!("/sse?sep={separator}"),
            other => format!("/{}", other.name()),
        }
    }

    pub(crate) fn publish(&self, data: &str) {
        match &self.process {
            Process::Nchan(nchan) => nchan.publish("a", "note", data),
            // Its application gives the ids.
            Process::FlaskSse(flask) => flask.publish("note", data.split(':').next().unwrap(), &data.into()),
            Process::Other(..) => {
                let status = post(self.address, &format!("/{}", self.server.name()), &[], data);
                assert_eq!(status, 202, "{} refused an event", self.server.name());
            }
        }
    }

    /// Waits until so many are subscribed. Nothing else tells when a server is ready that does not replay.
    pub(crate) fn until_subscribers(&self, count: u32) {
        match &self.process {
            // It keeps what nobody was there for.
            Process::Nchan(_) => {}
            Process::FlaskSse(flask) => flask.until_subscribed(count),
            Process::Other(..) => {
                let target = format!("/{}/subscribers", self.server.name());
                until(&format!("{} has {count} subscribers", self.server.name()), || {
                    let now = get(self.address, &target);
                    if now == count.to_string() { Ok(()) } else { Err(now) }
                });
            }
        }
    }
}

/// More than one line, and letters of two to four bytes.
pub(crate) fn data(number: u32) -> String {
    format!("{number}: täglich 行情\nsecond line 🔔")
}
