//! The shapes in which servers say 'I am still here', when they do not use a comment for it.

use crate::decoder::Event;

const TYPES: [&str; 8] =
    ["ping", "keepalive", "keep-alive", "keep_alive", "heartbeat", "alive", "pingback", "stream-open"];
const TEXTS: [&str; 6] = ["", "ping", "keepalive", "keep-alive", "heartbeat", "\u{1f493}"];

impl Event {
    /// Whether it only says that the server is still there: nchan, Gitea, ntfy, Firebase, django-eventstream and
    /// openHAB say so by type; Home Assistant, webpack and sse-pubsub by data.
    pub fn is_keep_alive(&self) -> bool {
        TYPES.iter().any(|name| self.event.eq_ignore_ascii_case(name))
            || (self.event == "message" && TEXTS.iter().any(|text| self.data.trim().eq_ignore_ascii_case(text)))
    }
}
