//! sse-starlette, on uvicorn and on hypercorn.

use std::{fs, net::SocketAddr, process::Command, time::Duration};

use tempfile::TempDir;

use super::{ROOT, certificate::Certificate};
use crate::{
    scenario::{Ids, Promises, Server},
    support::{
        child::{Daemon, installed},
        free_address,
        http::{body_of, post},
        until,
    },
};

/// The application on uvicorn, once for each way to end a line. It is gone when this is dropped.
pub(crate) struct Uvicorn {
    pub(crate) lf: App,
    pub(crate) cr: App,
    pub(crate) crlf: App,
    _daemon: Daemon,
    _folder: TempDir,
}

/// The application on hypercorn: HTTP/2 and TLS. It is gone when this is dropped.
pub(crate) struct Hypercorn {
    pub(crate) app: App,
    _daemon: Daemon,
    _folder: TempDir,
}

/// `tests/servers/starlette_app.py` somewhere.
pub(crate) struct App {
    address: SocketAddr,
    authority: Option<String>,
    /// Where it is published to: without TLS.
    inside: SocketAddr,
    ends: &'static str,
}

impl Uvicorn {
    pub(crate) fn start() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let address = free_address();
        let mut command = python("uvicorn");
        command.args(["--app-dir", &format!("{ROOT}/tests/servers"), "starlette_app:app"]).args([
            "--host",
            &address.ip().to_string(),
            "--port",
            &address.port().to_string(),
        ]);
        let daemon = Daemon::start(command, address, &folder.path().join("log"));
        let app = |ends| App { address, authority: None, inside: address, ends };
        Self { lf: app("LF"), cr: app("CR"), crlf: app("CRLF"), _daemon: daemon, _folder: folder }
    }
}

impl Hypercorn {
    pub(crate) fn start() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let (address, inside) = (free_address(), free_address());
        let file = |name: &str| folder.path().join(name);
        let certificate = Certificate::new();
        fs::write(file("chain.pem"), &certificate.chain).unwrap();
        fs::write(file("key.pem"), &certificate.key).unwrap();
        let mut command = python("hypercorn");
        command
            .args(["--bind", &address.to_string(), "--insecure-bind", &inside.to_string()])
            .arg("--certfile")
            .arg(file("chain.pem"))
            .arg("--keyfile")
            .arg(file("key.pem"))
            .arg("starlette_app:app")
            .current_dir(format!("{ROOT}/tests/servers"));
        let daemon = Daemon::start(command, address, &file("log"));
        until("hypercorn listens inside", || {
            std::net::TcpStream::connect(inside).map(drop).map_err(|error| error.to_string())
        });
        let app = App { address, authority: Some(certificate.authority), inside, ends: "LF" };
        Self { app, _daemon: daemon, _folder: folder }
    }
}

fn python(program: &str) -> Command {
    let mut command = Command::new(installed(&[&format!("{ROOT}/.venv/bin/{program}")]));
    command.env("PYTHONDONTWRITEBYTECODE", "1");
    command
}

impl App {
    /// The versions of HTTP with which a topic was subscribed to.
    pub(crate) fn versions(&self, topic: &str) -> Vec<String> {
        let versions = body_of(self.inside, &format!("GET /{topic}/subscriptions"), "");
        versions.split_whitespace().map(str::to_owned).collect()
    }
}

impl Server for App {
    fn address(&self) -> SocketAddr {
        self.address
    }

    fn authority(&self) -> Option<String> {
        self.authority.clone()
    }

    fn promises(&self) -> Promises {
        Promises { ids: Ids::Unique, replays: true, greeting: None, retry: Duration::from_secs(2) }
    }

    fn target(&self, topic: &str) -> String {
        format!("/{topic}?sep={}", self.ends)
    }

    fn publish(&self, topic: &str, text: &str) {
        assert_eq!(post(self.inside, &format!("/{topic}"), &[], text), 204);
    }

    fn until_subscribed(&self, topic: &str, times: usize) {
        until("the application counts a subscriber", || {
            let versions = self.versions(topic);
            if versions.len() == times { Ok(()) } else { Err(format!("{versions:?}")) }
        });
    }
}
