//! The ways from the client to a server.

use std::{fs, net::SocketAddr, path::Path, process::Command};

use streambell_sse::{Config, Proxy, ProxyUrl, Tls, parse_url};
use tempfile::TempDir;

use crate::support::{
    child::{Daemon, installed},
    free_address, until,
};

const ROOT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../..");
const LOGIN: &str = "ann:open-sesame";

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Way {
    /// Nothing in between.
    Direct,
    /// An HTTP proxy that wants a password.
    Tinyproxy,
    /// A SOCKS5 proxy that wants a password.
    Microsocks,
    /// A reverse proxy: the client takes it for the server.
    Haproxy,
    /// A reverse proxy with HTTP/2 and TLS, whose certificates come from an authority of its own.
    Caddy,
}

impl Way {
    pub(crate) const ALL: [Self; 5] = [Self::Direct, Self::Tinyproxy, Self::Microsocks, Self::Haproxy, Self::Caddy];
}

/// A server, or what stands in front of it.
#[derive(Clone)]
pub(crate) struct Place {
    pub(crate) address: SocketAddr,
    /// The certificate of the authority to trust (PEM), where TLS is spoken.
    pub(crate) authority: Option<String>,
}

impl Place {
    /// How a feed is set up that nothing stands in front of.
    pub(crate) fn config(&self, target: &str) -> Config {
        let scheme = if self.authority.is_some() { "https" } else { "http" };
        let mut config = Config::new(parse_url(&format!("{scheme}://{}{target}", self.address)).unwrap());
        config.proxy = Proxy::Direct;
        if let Some(authority) = &self.authority {
            config.tls = Tls::default().trust(authority.as_bytes()).unwrap();
        }
        config
    }
}

/// Where a way begins. What runs on it ends when this is dropped.
pub(crate) struct Entrance {
    /// What the client takes for the server.
    seen: Place,
    proxy: Option<Forward>,
    // Ended before its folder goes.
    _running: Option<Daemon>,
    folder: TempDir,
}

/// A proxy that the client knows of.
struct Forward {
    scheme: &'static str,
    address: SocketAddr,
}

impl Entrance {
    /// Opens this way to a server.
    pub(crate) fn new(way: Way, server: Place) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let address = free_address();
        let fill = |template: &str, tls: &str| {
            let config = fs::read_to_string(format!("{ROOT}/tests/servers/{template}"))
                .unwrap()
                .replace("@LISTEN@", &address.to_string())
                .replace("@PORT@", &address.port().to_string())
                .replace("@DIR@", &folder.path().display().to_string())
                .replace("@LOGIN@", &LOGIN.replace(':', " "))
                .replace("@SCHEME@", if server.authority.is_some() { "https" } else { "http" })
                .replace("@TLS@", if server.authority.is_some() { tls } else { "" })
                .replace("@SERVER@", &server.address.to_string());
            let file = folder.path().join(template);
            fs::write(&file, config).unwrap();
            file
        };
        if let Some(authority) = &server.authority {
            fs::write(folder.path().join("authority.pem"), authority).unwrap();
        }
        let log = folder.path().join("log");
        let forward = |scheme| Some(Forward { scheme, address });
        let (command, proxy) = match way {
            Way::Direct => return Self { seen: server, proxy: None, _running: None, folder },
            Way::Tinyproxy => {
                let mut command = Command::new(installed(&["/usr/bin/tinyproxy"]));
                command.arg("-d").arg("-c").arg(fill("tinyproxy.conf", ""));
                (command, forward("http"))
            }
            Way::Microsocks => {
                let mut command = Command::new(installed(&["/usr/bin/microsocks"]));
                let (user, password) = LOGIN.split_once(':').unwrap();
                command.args(["-i", &address.ip().to_string(), "-p", &address.port().to_string()]);
                command.args(["-u", user, "-P", password]);
                (command, forward("socks5h"))
            }
            Way::Haproxy => {
                let tls = format!("ssl verify required alpn h2 ca-file {}/authority.pem", folder.path().display());
                let mut command = Command::new(installed(&["/usr/sbin/haproxy"]));
                command.arg("-db").arg("-f").arg(fill("haproxy.cfg", &tls));
                (command, None)
            }
            Way::Caddy => {
                let tls = format!("tls_trust_pool file {}/authority.pem", folder.path().display());
                let mut command = Command::new(installed(&[&format!("{ROOT}/.venv/bin/caddy")]));
                command.args(["run", "--adapter", "caddyfile", "--config"]).arg(fill("Caddyfile", &tls));
                command.env("HOME", folder.path()).env_remove("XDG_DATA_HOME").env_remove("XDG_CONFIG_HOME");
                (command, None)
            }
        };
        let running = Some(Daemon::start(command, address, &log));
        let seen = match way {
            Way::Haproxy => Place { address, authority: None },
            Way::Caddy => Place { address, authority: Some(root_of_caddy(folder.path())) },
            _ => server,
        };
        Self { seen, proxy, _running: running, folder }
    }

    /// How a feed behind this way is set up.
    pub(crate) fn config(&self, target: &str) -> Config {
        let mut config = self.seen.config(target);
        if let Some(Forward { scheme, address }) = &self.proxy {
            config.proxy = Proxy::Through(ProxyUrl::parse(&format!("{scheme}://{LOGIN}@{address}")).unwrap());
        }
        config
    }

    /// A proxy has told that it was asked for the server: the way was not left out.
    pub(crate) fn assert_taken(&self) {
        if self.proxy.is_some() {
            let log = fs::read_to_string(self.folder.path().join("log")).unwrap();
            let port = self.seen.address.port().to_string();
            assert!(log.contains(&port), "the proxy was not asked for port {port}: {log}");
        }
    }
}

/// The certificate of Caddy's authority, which it makes at its start.
fn root_of_caddy(folder: &Path) -> String {
    let file = folder.join("pki/authorities/local/root.crt");
    let issued = folder.join("certificates/local/127.0.0.1/127.0.0.1.crt");
    until("Caddy has a certificate", || {
        fs::metadata(&issued).and_then(|_| fs::read_to_string(&file)).map_err(|error| error.to_string())
    })
}
