//! Flask with flask-sse under gunicorn, and the Redis behind it.

use std::{
    io::{BufRead, BufReader, Write},
    net::{SocketAddr, TcpStream},
    process::Command,
};

use tempfile::TempDir;

use super::{
    child::{Daemon, installed},
    free_address,
    http::post,
    redis::Redis,
    until,
};

const ROOT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../..");

/// The two running servers; they are gone when this is dropped.
pub(crate) struct FlaskSse {
    address: SocketAddr,
    redis: Redis,
    _gunicorn: Daemon,
    // The last to be dropped.
    _folder: TempDir,
}

impl FlaskSse {
    pub(crate) fn start() -> Self {
        let gunicorn = installed(&[&format!("{ROOT}/.venv/bin/gunicorn")]);
        let folder = tempfile::tempdir().unwrap();
        let address = free_address();
        let redis = Redis::start();
        let mut command = Command::new(gunicorn);
        command
            .args(["--worker-class", "gevent", "--workers", "1", "--bind", &address.to_string()])
            .args(["--chdir", &format!("{ROOT}/tests/servers"), "--no-control-socket", "flask_app:app"])
            .env("PYTHONDONTWRITEBYTECODE", "1")
            .env("REDIS_URL", redis.url())
            .env("HOME", folder.path());
        let gunicorn = Daemon::start(command, address, &folder.path().join("gunicorn.log"));
        Self { address, redis, _gunicorn: gunicorn, _folder: folder }
    }

    #[allow(dead_code, reason = "for tests/matrix")]
    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}/stream", self.address)
    }

    /// Kills Redis, and with it every stream.
    pub(crate) fn kill_redis(&mut self) {
        self.redis.kill();
    }

    pub(crate) fn restart_redis(&mut self) {
        self.redis.restart();
    }

    /// Waits until Redis has so many subscribers: flask-sse says nothing to one before its first event.
    pub(crate) fn until_subscribed(&self, count: u32) {
        self.until_subscribed_to("sse", count);
    }

    /// The same of another channel than the default one.
    pub(crate) fn until_subscribed_to(&self, channel: &str, count: u32) {
        until("flask-sse subscribes at Redis", || {
            let found = subscribers(self.redis.address(), channel).map_err(|error| error.to_string())?;
            if found == count { Ok(()) } else { Err(format!("{found} subscribers")) }
        });
    }

    #[allow(dead_code, reason = "for tests/matrix")]
    pub(crate) fn subscribers_of(&self, channel: &str) -> u32 {
        subscribers(self.redis.address(), channel).unwrap()
    }

    pub(crate) fn publish(&self, event: &str, id: &str, data: &serde_json::Value) {
        self.publish_to("sse", event, Some(id), data);
    }

    /// The same on another channel than the default one.
    pub(crate) fn publish_to(&self, channel: &str, event: &str, id: Option<&str>, data: &serde_json::Value) {
        let message = serde_json::json!({ "data": data, "type": event, "id": id, "channel": channel });
        let status = post(self.address, "/publish", &[], &message.to_string());
        assert_eq!(status, 204, "flask answered {status}");
    }
}

/// How many subscribers a channel has; Redis says `*2`, the length of its name, its name, `:1`.
fn subscribers(redis: SocketAddr, channel: &str) -> std::io::Result<u32> {
    let mut stream = TcpStream::connect(redis)?;
    stream.write_all(format!("PUBSUB NUMSUB {channel}\r\n").as_bytes())?;
    let line = BufReader::new(stream).lines().nth(3).ok_or(std::io::ErrorKind::UnexpectedEof)??;
    line.trim_start_matches(':').parse().map_err(std::io::Error::other)
}
