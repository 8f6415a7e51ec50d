//! What is published: a text with ntfy's trimmings, or a JSON object as it stands.

use std::fmt;
use std::str::FromStr;

use serde::de::IgnoredAny;
use serde::{Deserialize, Serialize};

use crate::event::{EventId, Key};
use crate::topic::TopicName;

/// How much a message wants attention, as ntfy counts it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Serialize, Deserialize)]
pub enum Priority {
    /// 1
    Min = 1,
    /// 2
    Low = 2,
    /// 3: what a message without a priority has.
    #[default]
    Default = 3,
    /// 4
    High = 4,
    /// 5, also written `urgent`
    Max = 5,
}

/// The text is no priority.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a priority: use 1 to 5, or min, low, default, high, max (or urgent)")]
pub struct NotAPriority;

impl FromStr for Priority {
    type Err = NotAPriority;

    fn from_str(text: &str) -> Result<Self, NotAPriority> {
        Ok(match text.to_ascii_lowercase().as_str() {
            "1" | "min" => Priority::Min,
            "2" | "low" => Priority::Low,
            "3" | "default" => Priority::Default,
            "4" | "high" => Priority::High,
            "5" | "max" | "urgent" => Priority::Max,
            _ => return Err(NotAPriority),
        })
    }
}

/// A message to publish.
///
/// ```
/// use streambell_hub::{Message, Priority};
///
/// let text = Message::text("backup done").title("Backups").priority(Priority::High).tags(["disk"]);
/// let json = Message::json(r#"{"symbol":"BTC-USD","price":"61234.50"}"#)?.event("price");
/// # Ok::<(), streambell_hub::NotAJsonObject>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Message {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    event: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    key: Option<Key>,
    content: Content,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Content {
    Text(Text),
    /// One line that holds a JSON object, with the numbers as the publisher wrote them.
    Json(String),
}

#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
struct Text {
    title: Option<String>,
    message: String,
    priority: Option<Priority>,
    tags: Vec<String>,
    click: Option<String>,
}

/// The text is not a JSON object.
#[derive(Debug, thiserror::Error)]
#[error("not a JSON object: {0}")]
pub struct NotAJsonObject(String);

impl Message {
    /// A text. Subscribers get it as JSON in ntfy's form.
    pub fn text(message: impl Into<String>) -> Message {
        Message::with(Content::Text(Text { message: message.into(), ..Text::default() }))
    }

    /// A JSON object, which subscribers get as it is.
    pub fn json(object: &str) -> Result<Message, NotAJsonObject> {
        let object = object.trim_matches([' ', '\t', '\r', '\n']);
        if !object.starts_with('{') {
            return Err(NotAJsonObject("it should begin with {".into()));
        }
        serde_json::from_str::<IgnoredAny>(object).map_err(|error| NotAJsonObject(error.to_string()))?;
        // In valid JSON a line end can only be space between tokens, and one line is one `data:` field.
        Ok(Message::with(Content::Json(object.replace(['\r', '\n'], " "))))
    }

    fn with(content: Content) -> Message {
        Message { event: None, key: None, content }
    }

    /// The type of the event that subscribers see; anything from the first line end on is left out.
    #[must_use]
    pub fn event(mut self, event: impl Into<String>) -> Message {
        let event: String = event.into();
        self.event = event.split(['\r', '\n']).next().filter(|event| !event.is_empty()).map(str::to_owned);
        self
    }

    /// A headline for a text.
    #[must_use]
    pub fn title(self, title: impl Into<String>) -> Message {
        self.map_text(|text| text.title = Some(title.into()))
    }

    /// How much a text wants attention.
    #[must_use]
    pub fn priority(self, priority: Priority) -> Message {
        self.map_text(|text| text.priority = Some(priority))
    }

    /// Tags of a text.
    #[must_use]
    pub fn tags<T: Into<String>>(self, tags: impl IntoIterator<Item = T>) -> Message {
        self.map_text(|text| text.tags = tags.into_iter().map(Into::into).collect())
    }

    /// A link to open when a text is clicked.
    #[must_use]
    pub fn click(self, link: impl Into<String>) -> Message {
        self.map_text(|text| text.click = Some(link.into()))
    }

    /// What this is about: a later message with the same key replaces it.
    pub(crate) fn key(mut self, name: impl Into<String>, gone: bool) -> Message {
        self.key = Some(Key { name: name.into(), gone });
        self
    }

    /// What it is about.
    pub(crate) fn about(&self) -> Option<&Key> {
        self.key.as_ref()
    }

    /// As a journal keeps it.
    pub(crate) fn to_keep(&self) -> String {
        // Strings and numbers only: this cannot fail.
        serde_json::to_string(self).unwrap_or_default()
    }

    /// What a journal kept. What this hub does not understand, a newer one wrote: that there was something is said.
    pub(crate) fn kept(body: &[u8]) -> Message {
        serde_json::from_slice(body).unwrap_or_else(|error| {
            tracing::warn!(%error, "a message in the journal is not understood");
            Message::with(Content::Json(r#"{"event":"gap"}"#.into())).event("gap")
        })
    }

    fn map_text(mut self, change: impl FnOnce(&mut Text)) -> Message {
        if let Content::Text(text) = &mut self.content {
            change(text);
        }
        self
    }

    /// Takes the message apart, as an event with this id in this topic: its type, its data in one line, its key.
    pub(crate) fn into_event(self, id: EventId, topic: &TopicName) -> (Option<String>, String, Option<Key>) {
        let data = match self.content {
            Content::Json(object) => object,
            Content::Text(text) => text.to_json(id, topic),
        };
        (self.event, data, self.key)
    }
}

impl Text {
    fn to_json(&self, id: EventId, topic: &TopicName) -> String {
        #[derive(Serialize)]
        struct Ntfy<'a> {
            id: String,
            time: u64,
            event: &'static str,
            topic: &'a str,
            #[serde(skip_serializing_if = "Option::is_none")]
            title: Option<&'a str>,
            message: &'a str,
            #[serde(skip_serializing_if = "Option::is_none")]
            priority: Option<u8>,
            #[serde(skip_serializing_if = "<[_]>::is_empty")]
            tags: &'a [String],
            #[serde(skip_serializing_if = "Option::is_none")]
            click: Option<&'a str>,
        }
        let ntfy = Ntfy {
            id: id.to_string(),
            time: id.millis() / 1000,
            event: "message",
            topic: topic.as_str(),
            title: self.title.as_deref(),
            message: &self.message,
            priority: self.priority.map(|priority| priority as u8),
            tags: &self.tags,
            click: self.click.as_deref(),
        };
        // Strings and numbers only: this cannot fail, and an empty object would be a valid event all the same.
        serde_json::to_string(&ntfy).unwrap_or_else(|_| "{}".into())
    }
}

impl fmt::Display for Priority {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", *self as u8)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn data(message: Message) -> String {
        let id = "1795227709123-0".parse().unwrap();
        message.into_event(id, &"backups".parse().unwrap()).1
    }

    #[test]
    fn a_text_becomes_json_as_ntfy_writes_it() {
        assert_eq!(
            data(Message::text("done\nand well")),
            r#"{"id":"1795227709123-0","time":1795227709,"event":"message","topic":"backups","message":"done\nand well"}"#
        );
        let full = Message::text("m").title("t").priority(Priority::Max).tags(["a", "b"]).click("https://example.com");
        assert!(
            data(full)
                .ends_with(r#""title":"t","message":"m","priority":5,"tags":["a","b"],"click":"https://example.com"}"#)
        );
    }

    #[test]
    fn a_json_object_stays_as_it_is_in_one_line() {
        let exact = r#"{"n":123456789012345678901234567890,"price":1.10}"#;
        assert_eq!(data(Message::json(exact).unwrap()), exact);
        assert_eq!(data(Message::json(" {\r\n \"a\": \"x\\ny\"\n}\n").unwrap()), "{   \"a\": \"x\\ny\" }");
        for bad in ["", "[1]", "1", "\"{}\"", "{", "{} {}", "{\"a\":1,}", "{\"a\":\"\n\"}"] {
            assert!(Message::json(bad).is_err(), "{bad:?}");
        }
    }

    #[test]
    fn an_event_type_cannot_smuggle_a_field_in() {
        assert_eq!(Message::text("x").event("a\nid: 1").event, Some("a".into()));
        assert_eq!(Message::text("x").event("\ndata: 1").event, None);
    }

    #[test]
    fn priorities_have_numbers_and_names() {
        for (text, priority) in [("1", Priority::Min), ("URGENT", Priority::Max), ("high", Priority::High)] {
            assert_eq!(text.parse(), Ok(priority));
        }
        for bad in ["0", "6", "", "very", "3.0"] {
            assert_eq!(bad.parse::<Priority>(), Err(NotAPriority), "{bad:?}");
        }
    }
}
