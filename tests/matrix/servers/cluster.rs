//! nginx with nchan as a team runs it: HTTP/2 with TLS, channels in Redis, a master that can reload.

use std::{fs, net::SocketAddr, os::unix::fs::PermissionsExt, process::Command};

use tempfile::TempDir;

use super::{DEFAULT_RETRY, ROOT, certificate::Certificate};
use crate::{
    scenario::{Ids, Promises, Server},
    support::{
        child::{Daemon, installed},
        free_address,
        http::post,
        until,
    },
};

/// The running nginx and Redis; they are gone when this is dropped.
pub(crate) struct Cluster {
    /// Channels in nginx's own memory.
    pub(crate) memory: Channels,
    /// Channels in Redis.
    pub(crate) redis: Channels,
    // nginx before Redis, and both before their folder.
    _nginx: Daemon,
    _redis: Daemon,
    folder: TempDir,
}

pub(crate) struct Channels {
    address: SocketAddr,
    authority: String,
    /// Where it is published to: without TLS.
    inside: SocketAddr,
    prefix: &'static str,
}

impl Cluster {
    pub(crate) fn start() -> Self {
        let folder = tempfile::tempdir().unwrap();
        // The workers of a master that root starts are somebody else.
        fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o755)).unwrap();
        let file = |name: &str| folder.path().join(name);
        let (address, inside, redis) = (free_address(), free_address(), free_address());
        let certificate = Certificate::new();
        fs::write(file("chain.pem"), &certificate.chain).unwrap();
        fs::write(file("key.pem"), &certificate.key).unwrap();
        let conf = fs::read_to_string(format!("{ROOT}/tests/servers/nginx-cluster.conf"))
            .unwrap()
            .replace("@MODULE@", &installed(&["/usr/lib/nginx/modules/ngx_nchan_module.so"]).display().to_string())
            .replace("@DIR@", &folder.path().display().to_string())
            .replace("@LISTEN@", &address.to_string())
            .replace("@INSIDE@", &inside.to_string())
            .replace("@REDIS@", &redis.to_string());
        fs::write(file("nginx.conf"), conf).unwrap();

        let mut command = Command::new(installed(&["/usr/bin/redis-server", "/usr/local/bin/redis-server"]));
        command
            .args(["--bind", &redis.ip().to_string(), "--port", &redis.port().to_string()])
            .args(["--save", "", "--appendonly", "no", "--dir"])
            .arg(folder.path());
        let redis = Daemon::start(command, redis, &file("redis.log"));
        let mut command = Command::new(installed(&["/usr/sbin/nginx", "/usr/bin/nginx"]));
        command.arg("-p").arg(folder.path()).arg("-c").arg(file("nginx.conf")).arg("-e").arg(file("error.log"));
        let nginx = Daemon::start(command, inside, &file("nginx.log"));

        let channels = |prefix| Channels { address, authority: certificate.authority.clone(), inside, prefix };
        let cluster = Self { memory: channels(""), redis: channels("/redis"), _nginx: nginx, _redis: redis, folder };
        until("nginx is connected to Redis", || match cluster.redis.post("ready", "ready") {
            201 | 202 => Ok(()),
            status => Err(format!("status {status}")),
        });
        cluster
    }

    /// Has nginx read its configuration anew, which replaces its workers.
    pub(crate) fn reload(&self) {
        let pid = fs::read_to_string(self.folder.path().join("nginx.pid")).unwrap();
        assert!(Command::new("kill").args(["-HUP", pid.trim()]).status().unwrap().success());
    }
}

impl Channels {
    fn post(&self, topic: &str, text: &str) -> u16 {
        let target = format!("{}/pub?id={topic}", self.prefix);
        post(self.inside, &target, &[("X-EventSource-Event", "note")], text)
    }
}

impl Server for Channels {
    fn address(&self) -> SocketAddr {
        self.address
    }

    fn authority(&self) -> Option<String> {
        Some(self.authority.clone())
    }

    fn promises(&self) -> Promises {
        Promises { ids: Ids::Unique, replays: true, greeting: None, retry: DEFAULT_RETRY }
    }

    fn target(&self, topic: &str) -> String {
        format!("{}/sub?id={topic}", self.prefix)
    }

    fn publish(&self, topic: &str, text: &str) {
        let status = self.post(topic, text);
        assert!(matches!(status, 201 | 202), "nchan answered {status}");
    }

    fn until_subscribed(&self, _topic: &str, _times: usize) {
        // It would replay what comes before.
    }
}
