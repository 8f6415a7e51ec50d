//! WireMock, which answers as it is told to, and keeps a journal of what it was asked.

use std::{net::SocketAddr, process::Command};

use base64::{Engine, prelude::BASE64_STANDARD};
use serde_json::{Value, json};
use tempfile::TempDir;

use super::{
    child::{Daemon, installed},
    free_address,
    http::{body_of, post},
    until,
};

const ROOT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../..");

/// A running WireMock; it is gone when this is dropped.
pub(crate) struct WireMock {
    address: SocketAddr,
    _java: Daemon,
    _folder: TempDir,
}

impl WireMock {
    pub(crate) fn start() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let address = free_address();
        let jar = format!("{ROOT}/tests/servers/node_modules/wiremock/build/wiremock-standalone-3.13.2.jar");
        let mut command = Command::new("java");
        command.arg("-jar").arg(installed(&[&jar])).arg("--root-dir").arg(folder.path());
        command.args(["--port", &address.port().to_string(), "--bind-address", &address.ip().to_string()]);
        command.args(["--disable-banner", "--disable-http2-plain"]);
        let java = Daemon::start(command, address, &folder.path().join("log"));
        Self { address, _java: java, _folder: folder }
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    #[allow(dead_code, reason = "for tests/headless")]
    pub(crate) fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    /// Answers GET requests for a path so; in a scenario, only while that is in the first of two states, which it then
    /// leaves for the second.
    pub(crate) fn answer(&self, path: &str, response: &Value, turn: Option<(&str, &str)>) {
        let mut mapping = json!({ "request": { "method": "GET", "urlPath": path }, "response": response });
        if let Some((from, to)) = turn {
            mapping["scenarioName"] = path.into();
            mapping["requiredScenarioState"] = from.into();
            mapping["newScenarioState"] = to.into();
        }
        self.map(&mapping);
    }

    /// Answers as a mapping of its own form says; the newest that fits counts.
    pub(crate) fn map(&self, mapping: &Value) {
        assert_eq!(post(self.address, "/__admin/mappings", &[], &mapping.to_string()), 201, "{mapping}");
    }

    /// The requests for a path, as the journal has them, oldest first.
    pub(crate) fn journal(&self, path: &str) -> Vec<Value> {
        let wish = json!({ "urlPath": path }).to_string();
        let found = body_of(self.address, "POST /__admin/requests/find", &wish);
        let found: Value = serde_json::from_str(&found).unwrap();
        let mut requests = found["requests"].as_array().unwrap().clone();
        requests.sort_by_key(|request| request["loggedDate"].as_u64());
        requests
    }

    /// The same, once there are so many.
    pub(crate) fn until_journal(&self, path: &str, count: usize) -> Vec<Value> {
        until("the journal has the requests", || {
            let requests = self.journal(path);
            if requests.len() >= count { Ok(requests) } else { Err(format!("{} requests", requests.len())) }
        })
    }
}

/// An answer that is a stream of these bytes, which then ends.
pub(crate) fn stream(body: &[u8]) -> Value {
    json!({
        "status": 200,
        "headers": { "Content-Type": "text/event-stream" },
        "base64Body": BASE64_STANDARD.encode(body),
    })
}

/// The value of a header of a request in the journal.
pub(crate) fn sent<'r>(request: &'r Value, name: &str) -> Option<&'r str> {
    let headers = request["headers"].as_object().unwrap();
    headers.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).and_then(|(_, value)| value.as_str())
}
