//! What servers say of themselves in events: 'I am still here', and 'I have not kept what you ask for'.

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

    /// Whether it says that events which the client has missed are not kept any more, as django-eventstream does and
    /// Streambell's hub. A `gap` that tells of something else is an event like others.
    pub fn tells_of_loss(&self) -> bool {
        self.event == "stream-reset" || (self.event == "gap" && self.data.contains(r#""event":"gap""#))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_loss_is_told_by_type() {
        let event = |event: &str, data: &str| Event { event: event.into(), data: data.into(), id: "".into() };
        assert!(event("gap", r#"{"event":"gap","after":"1-0","until":"2-0"}"#).tells_of_loss());
        assert!(event("stream-reset", r#"{"channels":["t"]}"#).tells_of_loss());
        for other in [event("gap", r#"{"title":"Mind the gap"}"#), event("message", r#"{"event":"gap"}"#)] {
            assert!(!other.tells_of_loss(), "{other:?}");
        }
    }
}
