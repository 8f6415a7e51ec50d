//! The ways from the client to a server.

use std::{fs, net::SocketAddr, path::Path, process::Command};

use streambell_sse::{Config, Proxy, Tls, parse_url};
use tempfile::TempDir;

use crate::support::{
    child::{Daemon, installed},
    free_address, until,
};

const ROOT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../..");

#[derive(Clone, Copy)]
pub(crate) enum Way {
    /// Nothing in between.
    Direct,
    /// haproxy as a reverse proxy: the client takes it for the server.
    Haproxy,
    /// tinyproxy, an HTTP proxy, with a login.
    Tinyproxy,
    /// microsocks, a SOCKS5 proxy, with a login.
    Microsocks,
    /// Caddy as a reverse proxy by TLS and HTTP/2, with a certificate of its own authority.
    Caddy,
}

/// Where a way begins. What runs on it ends when this is dropped.
pub(crate) struct Entrance {
    url: String,
    proxy: Proxy,
    tls: Tls,
    // Ended before its folder goes.
    _running: Option<(Daemon, TempDir)>,
}

impl Entrance {
    /// What a feed at `target` is configured with.
    pub(crate) fn config(&self, target: &str) -> Config {
        let mut config = Config::new(parse_url(&format!("{}{target}", self.url)).unwrap());
        config.proxy = self.proxy.clone();
        config.tls = self.tls.clone();
        config
    }
}

impl Way {
    /// Opens this way to the server at `server`.
    pub(crate) fn to(self, server: SocketAddr) -> Entrance {
        let straight = format!("http://{server}");
        let entrance =
            |url, running| Entrance { url, proxy: Proxy::Direct, tls: Tls::default(), _running: Some(running) };
        let place = free_address();
        let folder = tempfile::tempdir().unwrap();
        let through = |scheme| Proxy::parse(&format!("{scheme}://ann:sesame@{place}")).unwrap();
        let start = |command, folder: &TempDir| Daemon::start(command, place, &folder.path().join("log"));
        match self {
            Self::Direct => Entrance { url: straight, proxy: Proxy::Direct, tls: Tls::default(), _running: None },
            Self::Haproxy => {
                let file = filled_in(
                    "haproxy.cfg",
                    &folder,
                    &[("LISTEN", &place.to_string()), ("SERVER", &server.to_string())],
                );
                let mut command = Command::new(installed(&["/usr/sbin/haproxy"]));
                command.arg("-db").arg("-f").arg(file);
                entrance(format!("http://{place}"), (start(command, &folder), folder))
            }
            Self::Tinyproxy => {
                let file = filled_in("tinyproxy.conf", &folder, &[("PORT", &place.port().to_string())]);
                let mut command = Command::new(installed(&["/usr/bin/tinyproxy"]));
                command.arg("-d").arg("-c").arg(file);
                Entrance { proxy: through("http"), ..entrance(straight, (start(command, &folder), folder)) }
            }
            Self::Microsocks => {
                let mut command = Command::new(installed(&["/usr/bin/microsocks"]));
                command.args(["-i", "127.0.0.1", "-p", &place.port().to_string(), "-u", "ann", "-P", "sesame"]);
                Entrance { proxy: through("socks5h"), ..entrance(straight, (start(command, &folder), folder)) }
            }
            Self::Caddy => {
                let dir = folder.path().display().to_string();
                let words = [("PORT", &*place.port().to_string()), ("SERVER", &server.to_string()), ("DIR", &dir)];
                let file = filled_in("Caddyfile", &folder, &words);
                let mut command = Command::new(installed(&[&format!("{ROOT}/.venv/bin/caddy")]));
                command.args(["run", "--adapter", "caddyfile", "--config"]).arg(file).env("HOME", folder.path());
                command.env("XDG_CONFIG_HOME", folder.path());
                let daemon = start(command, &folder);
                let root = folder.path().join("pki/authorities/local/root.crt");
                let root = until("Caddy makes its authority", || fs::read(&root).map_err(|error| error.to_string()));
                let tls = Tls::default().trust(&root).unwrap();
                Entrance { tls, ..entrance(format!("https://localhost:{}", place.port()), (daemon, folder)) }
            }
        }
    }
}

/// A configuration from tests/servers, its words between @ filled in.
fn filled_in(name: &str, folder: &TempDir, words: &[(&str, &str)]) -> std::path::PathBuf {
    let mut text = fs::read_to_string(Path::new(ROOT).join("tests/servers").join(name)).unwrap();
    for (word, value) in words {
        text = text.replace(&format!("@{word}@"), value);
    }
    let file = folder.path().join(name);
    fs::write(&file, text).unwrap();
    file
}
