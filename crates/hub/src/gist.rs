//! What filters and plain text need of an event: read from its data once, for all subscribers that ask.

use serde::Deserialize;
use serde_json::Value;

use crate::event::EventId;
use crate::message::Priority;

/// What an event says, as far as it says it in the usual fields.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Gist {
    pub(crate) origin: Origin,
    pub(crate) title: Option<String>,
    pub(crate) message: Option<String>,
    pub(crate) priority: Priority,
    pub(crate) tags: Vec<String>,
}

/// Where an event's form comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Origin {
    /// A JSON object as its publisher wrote it.
    #[default]
    Publisher,
    /// A text, in ntfy's form.
    Text,
    /// News of an earlier message, in ntfy's form.
    Change,
}

#[derive(Deserialize)]
struct Fields {
    id: Option<Value>,
    event: Option<Value>,
    title: Option<Value>,
    message: Option<Value>,
    priority: Option<Value>,
    tags: Option<Value>,
}

impl Gist {
    /// Reads the data of the event with this id.
    pub(crate) fn read(id: EventId, data: &[u8]) -> Gist {
        let Ok(fields) = serde_json::from_slice::<Fields>(data) else { return Gist::default() };
        // Only the hub writes an event's own id into its data: no publisher knows it.
        let own = text(fields.id).is_some_and(|text| text == id.to_string());
        let origin = match (own, text(fields.event)) {
            (true, Some(event)) if event == "message" => Origin::Text,
            (true, Some(_)) => Origin::Change,
            _ => Origin::Publisher,
        };
        Gist {
            origin,
            title: text(fields.title),
            message: text(fields.message),
            priority: fields.priority.and_then(priority).unwrap_or_default(),
            tags: fields.tags.map(tags).unwrap_or_default(),
        }
    }
}

fn text(value: Option<Value>) -> Option<String> {
    match value {
        Some(Value::String(text)) => Some(text),
        _ => None,
    }
}

fn priority(value: Value) -> Option<Priority> {
    match value {
        Value::String(text) => text.parse().ok(),
        Value::Number(number) => number.to_string().parse().ok(),
        _ => None,
    }
}

fn tags(value: Value) -> Vec<String> {
    match value {
        Value::String(text) => text.split(',').map(|tag| tag.trim().to_owned()).collect(),
        Value::Array(tags) => tags.into_iter().filter_map(|tag| text(Some(tag))).collect(),
        _ => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_an_event_says() {
        let id = "1000-0".parse().unwrap();
        let gist = |origin, title: Option<&str>, message: Option<&str>, priority, tags: &[&str]| Gist {
            origin,
            title: title.map(str::to_owned),
            message: message.map(str::to_owned),
            priority,
            tags: tags.iter().map(|tag| (*tag).to_owned()).collect(),
        };
        let nothing = Gist::default();
        let cases = [
            (
                r#"{"id":"1000-0","event":"message","topic":"t","title":"T","message":"m","priority":5,"tags":["a","b"]}"#,
                gist(Origin::Text, Some("T"), Some("m"), Priority::Max, &["a", "b"]),
            ),
            (
                r#"{"id":"1000-0","event":"message_delete","topic":"t","sequence_id":"s"}"#,
                Gist { origin: Origin::Change, ..nothing.clone() },
            ),
            (
                r#"{"id":"other","event":"message","message":"m","priority":"high","tags":"a, b","x":{"y":[1]}}"#,
                gist(Origin::Publisher, None, Some("m"), Priority::High, &["a", "b"]),
            ),
            (r#"{"title":7,"message":null,"priority":9,"tags":{"a":1}}"#, nothing.clone()),
            (r#"{"title":"a","title":"b"}"#, nothing.clone()),
            ("{}", nothing),
        ];
        for (data, expected) in cases {
            assert_eq!(Gist::read(id, data.as_bytes()), expected, "{data}");
        }
    }
}
