//! PocketBase: a handshake by POST on each connection, and ids that tell nothing.

use std::{
    net::SocketAddr,
    process::{Command, Stdio},
};

use serde_json::{Value, json};
use streambell_sse::Event;
use tempfile::TempDir;

use super::{DEFAULT_RETRY, ROOT};
use crate::{
    scenario::{Ids, Promises, Server},
    support::{
        child::{Daemon, installed},
        free_address,
        http::post,
    },
};

/// A running PocketBase; it is gone when this is dropped.
pub(crate) struct PocketBase {
    address: SocketAddr,
    _daemon: Daemon,
    _folder: TempDir,
}

impl PocketBase {
    pub(crate) fn start() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let address = free_address();
        let command = |words: &[&str]| {
            let mut command = Command::new(installed(&[&format!("{ROOT}/.venv/bin/pocketbase")]));
            command.args(words).arg("--dir").arg(folder.path().join("data"));
            command.arg("--migrationsDir").arg(format!("{ROOT}/tests/servers/pb_migrations"));
            command.arg("--automigrate=false");
            command
        };
        // Without an administrator it opens the user's browser to ask for one.
        let administrator = command(&["superuser", "upsert", "ann@example.com", "open sesame"])
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .status();
        assert!(administrator.unwrap().success());
        let daemon =
            Daemon::start(command(&["serve", "--http", &address.to_string()]), address, &folder.path().join("log"));
        Self { address, _daemon: daemon, _folder: folder }
    }
}

/// The new notes of one topic only.
fn subscription(topic: &str) -> String {
    let options = json!({ "query": { "filter": format!("topic='{topic}'") } }).to_string();
    let options: String = url::form_urlencoded::byte_serialize(options.as_bytes()).collect();
    format!("notes/*?options={options}")
}

impl Server for PocketBase {
    fn address(&self) -> SocketAddr {
        self.address
    }

    fn promises(&self) -> Promises {
        Promises { ids: Ids::Constant, replays: false, greeting: Some("PB_CONNECT"), retry: DEFAULT_RETRY }
    }

    fn target(&self, _topic: &str) -> String {
        "/api/realtime".to_owned()
    }

    fn greeted(&self, topic: &str, greeting: &Event) {
        let client: Value = serde_json::from_str(&greeting.data).unwrap();
        assert_eq!(client["clientId"], *greeting.id, "the id of every event");
        let wish = json!({ "clientId": client["clientId"], "subscriptions": [subscription(topic)] });
        assert_eq!(post(self.address, "/api/realtime", &[], &wish.to_string()), 204);
    }

    fn publish(&self, topic: &str, text: &str) {
        let record = json!({ "topic": topic, "text": text }).to_string();
        assert_eq!(post(self.address, "/api/collections/notes/records", &[], &record), 200);
    }

    fn until_subscribed(&self, _topic: &str, _times: usize) {
        // The handshake was answered when that was done.
    }

    fn text(&self, event: &Event) -> String {
        let data: Value = serde_json::from_str(&event.data).unwrap();
        assert_eq!(data["action"], "create");
        data["record"]["text"].as_str().unwrap().to_owned()
    }

    fn event_type(&self, topic: &str) -> String {
        subscription(topic)
    }
}
