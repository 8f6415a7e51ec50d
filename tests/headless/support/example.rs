//! A server of examples/, started as its README says.

use std::{net::SocketAddr, process::Command};

use serde_json::Value;
use tempfile::TempDir;

use super::{
    Outcome,
    child::{Daemon, installed},
    free_address,
    http::body_of,
};

const EXAMPLES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../examples");

/// A running example; it is gone when this is dropped.
pub(crate) struct Example {
    name: &'static str,
    address: SocketAddr,
    server: Option<Daemon>,
    /// The address of a Redis, for one that does not start its own.
    redis: Option<String>,
    // The last to be dropped.
    folder: TempDir,
}

impl Example {
    pub(crate) fn start(name: &'static str) -> Self {
        Self::start_on(name, None)
    }

    /// Starts one that keeps its data in this Redis.
    pub(crate) fn start_on(name: &'static str, redis: Option<String>) -> Self {
        installed(&[&format!("{EXAMPLES}/.venv/.installed")]);
        let folder = tempfile::tempdir().unwrap();
        let mut example = Self { name, address: free_address(), server: None, redis, folder };
        example.restart();
        example
    }

    /// Runs a script beside the examples, with what they are run with.
    pub(crate) fn python(script: &str) -> Outcome {
        let mut command = Command::new(installed(&[&format!("{EXAMPLES}/.venv/bin/python")]));
        command.args(["-B", "-c", script]).current_dir(EXAMPLES);
        Outcome::of(command)
    }

    /// Kills it and all that it started.
    pub(crate) fn kill(&mut self) {
        self.server = None;
    }

    /// Starts it again, at the same address and with what it has kept.
    pub(crate) fn restart(&mut self) {
        let mut command = Command::new(format!("{EXAMPLES}/run"));
        command.args([self.name, "--port", &self.address.port().to_string(), "--data"]).arg(self.folder.path());
        command.env("HOME", self.folder.path()).env_remove("REDIS_URL");
        command.envs(self.redis.iter().map(|url| ("REDIS_URL", url)));
        self.server = Some(Daemon::start(command, self.address, &self.folder.path().join("server.log")));
    }

    /// Asks it to end, and waits until it has: its exit code.
    pub(crate) fn end(&mut self) -> Option<i32> {
        self.server.take().unwrap().end()
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    /// Makes a request that must succeed: its method and target, and a body of JSON.
    pub(crate) fn ask(&self, request: &str, body: &Value) -> Value {
        let body = if body.is_null() { String::new() } else { body.to_string() };
        let answer = body_of(self.address, request, &body);
        if answer.is_empty() { Value::Null } else { serde_json::from_str(&answer).unwrap() }
    }
}
