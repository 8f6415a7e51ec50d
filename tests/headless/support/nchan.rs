//! nginx with nchan.

use std::{fs, net::SocketAddr, path::Path, process::Command};

use tempfile::TempDir;

use super::{
    child::{Daemon, installed},
    free_address,
    http::post,
};

const TEMPLATE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/servers/nginx.conf");

/// A running nginx; it is gone when this is dropped.
pub(crate) struct Nchan {
    folder: TempDir,
    address: SocketAddr,
    nginx: Option<Daemon>,
}

impl Nchan {
    pub(crate) fn start() -> Self {
        let module = installed(&["/usr/lib/nginx/modules/ngx_nchan_module.so"]);
        let folder = tempfile::tempdir().unwrap();
        let address = free_address();
        let conf = fs::read_to_string(TEMPLATE)
            .unwrap()
            .replace("@MODULE@", &module.display().to_string())
            .replace("@DIR@", &folder.path().display().to_string())
            .replace("@LISTEN@", &address.to_string());
        fs::write(folder.path().join("nginx.conf"), conf).unwrap();
        fs::write(folder.path().join("users"), "ann:{PLAIN}open sesame\n").unwrap();
        let mut nchan = Self { folder, address, nginx: None };
        nchan.restart();
        nchan
    }

    /// Ends it: every stream is cut and, as nchan keeps messages in memory, what it kept is gone.
    pub(crate) fn stop(&mut self) {
        self.nginx = None;
    }

    /// Starts it again, at the same address.
    pub(crate) fn restart(&mut self) {
        let folder = self.folder.path();
        let mut command = Command::new(installed(&["/usr/sbin/nginx", "/usr/bin/nginx"]));
        command.arg("-p").arg(folder).arg("-c").arg(folder.join("nginx.conf"));
        command.arg("-e").arg(folder.join("error.log"));
        self.nginx = Some(Daemon::start(command, self.address, &folder.join("nginx.log")));
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    pub(crate) fn url(&self, target: &str) -> String {
        format!("http://{}{target}", self.address)
    }

    /// Publishes an event to a topic.
    pub(crate) fn publish(&self, topic: &str, event: &str, data: &str) {
        let status = post(self.address, &format!("/pub?id={topic}"), &[("X-EventSource-Event", event)], data);
        assert!(matches!(status, 201 | 202), "nchan answered {status}; see {}", Path::new(TEMPLATE).display());
    }
}
