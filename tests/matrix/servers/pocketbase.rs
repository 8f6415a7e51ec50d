//! PocketBase: a handshake by POST on each connection, and ids that tell nothing.

use std::net::SocketAddr;

use serde_json::{Value, json};
use streambell_sse::Event;

use super::DEFAULT_RETRY;
use crate::{
    scenario::{Ids, Promises, Server},
    support::{PocketBase, http::post},
};

/// The new notes of one topic only.
fn subscription(topic: &str) -> String {
    let options = json!({ "query": { "filter": format!("topic='{topic}'") } }).to_string();
    let options: String = url::form_urlencoded::byte_serialize(options.as_bytes()).collect();
    format!("notes/*?options={options}")
}

impl Server for PocketBase {
    fn address(&self) -> SocketAddr {
        PocketBase::address(self)
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
        assert_eq!(post(PocketBase::address(self), "/api/realtime", &[], &wish.to_string()), 204);
    }

    fn publish(&self, topic: &str, text: &str) {
        let record = json!({ "topic": topic, "text": text }).to_string();
        assert_eq!(post(PocketBase::address(self), "/api/collections/notes/records", &[], &record), 200);
    }

    fn until_subscribed(&self, _topic: &str, _times: usize) {
        // The handshake was answered when that was done.
    }

    fn text(&self, event: &Event) -> String {
        let data: Value = serde_json::from_str(&event.data).unwrap();
        assert_eq!(data["action"], "create");
        data["record"]["text"].as_str().unwrap().to_owned()
    }

    /// Each is sent by a task of its own.
    fn keeps_order(&self) -> bool {
        false
    }

    fn event_type(&self, topic: &str) -> String {
        subscription(topic)
    }
}
