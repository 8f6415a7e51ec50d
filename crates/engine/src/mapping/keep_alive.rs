//! The shapes in which servers say 'I am still here' as an event (a comment never gets this far).

use streambell_sse as sse;

const TYPES: [&str; 8] =
    ["ping", "keepalive", "keep-alive", "keep_alive", "heartbeat", "alive", "pingback", "stream-open"];
const TEXTS: [&str; 6] = ["", "ping", "keepalive", "keep-alive", "heartbeat", "\u{1f493}"];

/// Whether an event only says that the server is still there (nchan, Gitea, ntfy, Firebase, django-eventstream,
/// openHAB by type; Home Assistant, webpack, sse-pubsub by data).
pub(super) fn is_keep_alive(event: &sse::Event) -> bool {
    TYPES.iter().any(|name| event.event.eq_ignore_ascii_case(name))
        || (event.event == "message" && TEXTS.iter().any(|text| event.data.trim().eq_ignore_ascii_case(text)))
}
