//! The four servers of npm.

use std::{net::SocketAddr, process::Command, time::Duration};

use streambell_sse::Event;
use tempfile::TempDir;

use super::{DEFAULT_RETRY, ROOT};
use crate::{
    scenario::{Ids, Promises, Server},
    support::{
        child::Daemon,
        free_address,
        http::{body_of, post},
        until,
    },
};

/// The process that runs all four; it is gone when this is dropped.
pub(crate) struct Npm {
    pub(crate) better_sse: Package,
    pub(crate) express_sse: Package,
    pub(crate) sse_channel: Package,
    pub(crate) sse_pubsub: Package,
    _node: Daemon,
    _folder: TempDir,
}

/// One of them.
pub(crate) struct Package {
    name: &'static str,
    address: SocketAddr,
}

impl Npm {
    pub(crate) fn start() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let address = free_address();
        let mut command = Command::new("node");
        command.arg(format!("{ROOT}/tests/servers/npm.mjs")).arg(address.to_string());
        let node = Daemon::start(command, address, &folder.path().join("node.log"));
        let package = |name| Package { name, address };
        Self {
            better_sse: package("better-sse"),
            express_sse: package("express-sse"),
            sse_channel: package("sse-channel"),
            sse_pubsub: package("sse-pubsub"),
            _node: node,
            _folder: folder,
        }
    }
}

impl Server for Package {
    fn address(&self) -> SocketAddr {
        self.address
    }

    fn promises(&self) -> Promises {
        let none = Promises { ids: Ids::Unique, replays: false, greeting: None, retry: DEFAULT_RETRY };
        match self.name {
            // Ids by chance, and no history of its own.
            "better-sse" => Promises { retry: Duration::from_secs(2), ..none },
            // Counts from 0 on every connection; the first items, which are unnamed, among the rest.
            "express-sse" => Promises { ids: Ids::Restart, greeting: Some("message"), ..none },
            // A history of 500 events with the ids of the application.
            "sse-channel" => Promises { replays: true, retry: Duration::from_secs(3), ..none },
            // A history of 100 events that it counts itself.
            _ => Promises { replays: true, ..none },
        }
    }

    fn target(&self, topic: &str) -> String {
        format!("/{}/{topic}", self.name)
    }

    fn publish(&self, topic: &str, text: &str) {
        assert_eq!(post(self.address, &self.target(topic), &[], text), 204);
    }

    fn until_subscribed(&self, topic: &str, times: usize) {
        until("the server counts a subscriber", || {
            let count = body_of(self.address, &format!("GET {}/subscriptions", self.target(topic)), "");
            if count.parse() == Ok(times) { Ok(()) } else { Err(count) }
        });
    }

    fn text(&self, event: &Event) -> String {
        match self.name {
            "better-sse" | "express-sse" => serde_json::from_str(&event.data).unwrap(),
            _ => event.data.to_string(),
        }
    }

    /// sse-pubsub's is an event without a name and without data.
    fn keeps_alive(&self, event: &Event) -> bool {
        self.name == "sse-pubsub" && &*event.event == "message" && event.data.is_empty()
    }
}
