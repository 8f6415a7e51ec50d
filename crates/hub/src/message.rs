//! What is published: a text with ntfy's trimmings, or a JSON object as it stands.

use std::fmt;
use std::str::FromStr;

use serde::de::{Error, IgnoredAny};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::actions::Action;
use crate::event::{EventId, Key};
use crate::topic::TopicName;

/// How much a message wants attention, as ntfy counts it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
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
    Text(Box<Text>),
    /// One line that holds a JSON object, with the numbers as the publisher wrote them.
    Json(String),
    /// What happened to the messages of this sequence.
    Sequence(Change, SequenceId),
}

/// What is said of an earlier message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Change {
    /// It was seen, and needs no attention any more.
    Cleared,
    /// It is gone.
    Deleted,
}

impl Change {
    fn event(self) -> &'static str {
        match self {
            Change::Cleared => "message_clear",
            Change::Deleted => "message_delete",
        }
    }
}

/// What ties messages together of which a later one replaces an earlier one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct SequenceId(String);

/// The text is no sequence id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a sequence id: use 1 to 64 of A-Z, a-z, 0-9, _ and -")]
pub(crate) struct NotASequenceId;

impl FromStr for SequenceId {
    type Err = NotASequenceId;

    fn from_str(text: &str) -> Result<Self, NotASequenceId> {
        // They are made of what names of topics are made of.
        text.parse::<TopicName>().map(|_| SequenceId(text.to_owned())).map_err(|_| NotASequenceId)
    }
}

/// A text with all that ntfy lets a publisher say about it, in ntfy's own names and order.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Text {
    #[serde(rename = "sequence_id", skip_serializing_if = "Option::is_none")]
    pub(crate) sequence: Option<SequenceId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) title: Option<String>,
    pub(crate) message: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) priority: Option<Priority>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) tags: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) click: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) icon: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) actions: Vec<Action>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) attachment: Option<Attachment>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) content_type: Option<String>,
}

/// A file that is elsewhere.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Attachment {
    pub(crate) name: String,
    pub(crate) url: String,
}

/// The text is not a JSON object.
#[derive(Debug, thiserror::Error)]
#[error("not a JSON object: {0}")]
pub struct NotAJsonObject(String);

impl From<Text> for Message {
    fn from(text: Text) -> Message {
        let key = text.sequence.as_ref().map(|sequence| Key { name: sequence.0.clone(), gone: false });
        Message { event: None, key, content: Content::Text(Box::new(text)) }
    }
}

impl Message {
    /// A text. Subscribers get it as JSON in ntfy's form.
    pub fn text(message: impl Into<String>) -> Message {
        Text { message: message.into(), ..Text::default() }.into()
    }

    /// A JSON object, which subscribers get as it is.
    pub fn json(object: &str) -> Result<Message, NotAJsonObject> {
        let object = object.trim_matches([' ', '\t', '\r', '\n']);
        if !object.starts_with('{') {
            return Err(NotAJsonObject("it should begin with {".into()));
        }
        serde_json::from_str::<IgnoredAny>(object).map_err(|error| NotAJsonObject(error.to_string()))?;
        // In valid JSON a line end can only be space between tokens, and one line is one `data:` field.
        let content = Content::Json(object.replace(['\r', '\n'], " "));
        Ok(Message { event: None, key: None, content })
    }

    /// Says what became of the messages of a sequence.
    pub(crate) fn changed(sequence: SequenceId, change: Change) -> Message {
        let key = Some(Key { name: sequence.0.clone(), gone: change == Change::Deleted });
        Message { event: Some(change.event().into()), key, content: Content::Sequence(change, sequence) }
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
            Message { event: Some("gap".into()), key: None, content: Content::Json(r#"{"event":"gap"}"#.into()) }
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
            content => content.in_ntfys_form(id, topic),
        };
        (self.event, data, self.key)
    }

    /// What its publisher is told: in ntfy's form what subscribers get, or, of a JSON object, where it went.
    pub(crate) fn receipt(&self, id: EventId, topic: &TopicName) -> String {
        self.content.in_ntfys_form(id, topic)
    }
}

impl Content {
    fn in_ntfys_form(&self, id: EventId, topic: &TopicName) -> String {
        #[derive(Serialize)]
        struct Ntfy<'a> {
            id: String,
            time: u64,
            event: &'static str,
            topic: &'a str,
            #[serde(skip_serializing_if = "Option::is_none")]
            sequence_id: Option<&'a SequenceId>,
            #[serde(flatten)]
            text: Option<&'a Text>,
        }
        let (event, sequence_id, text) = match self {
            Content::Text(text) => ("message", None, Some(&**text)),
            Content::Json(_) => ("message", None, None),
            Content::Sequence(change, sequence) => (change.event(), Some(sequence), None),
        };
        let time = id.millis() / 1000;
        let ntfy = Ntfy { id: id.to_string(), time, event, topic: topic.as_str(), sequence_id, text };
        // Strings and numbers only: this cannot fail, and an empty object would be a valid event all the same.
        serde_json::to_string(&ntfy).unwrap_or_else(|_| "{}".into())
    }
}

impl Serialize for Priority {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_u8(*self as u8)
    }
}

impl<'de> Deserialize<'de> for Priority {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        u8::deserialize(deserializer)?.to_string().parse().map_err(D::Error::custom)
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
    fn what_is_written_down_can_be_read_back() {
        let text = Text {
            sequence: "s".parse().ok(),
            title: Some("t".into()),
            message: "m\n".into(),
            priority: Some(Priority::Max),
            tags: vec!["a".into()],
            actions: crate::actions::read("view, Open, https://x.example").unwrap(),
            attachment: Some(Attachment { name: "n".into(), url: "https://x.example".into() }),
            content_type: Some("text/markdown".into()),
            ..Text::default()
        };
        let contents = [
            Content::Text(Box::default()),
            Content::Text(Box::new(text)),
            Content::Json(r#"{"n":1.10}"#.into()),
            Content::Sequence(Change::Cleared, SequenceId("s".into())),
        ];
        for content in contents {
            let written = serde_json::to_string(&content).unwrap();
            assert_eq!(serde_json::from_str::<Content>(&written).unwrap(), content, "{written}");
        }
    }

    #[test]
    fn a_change_of_a_sequence_says_which() {
        let id = "1795227709123-0".parse().unwrap();
        let deleted = Message::changed("job-7".parse().unwrap(), Change::Deleted);
        let (event, data, key) = deleted.into_event(id, &"builds".parse().unwrap());
        assert_eq!(event.as_deref(), Some("message_delete"));
        assert_eq!(
            data,
            r#"{"id":"1795227709123-0","time":1795227709,"event":"message_delete","topic":"builds","sequence_id":"job-7"}"#
        );
        assert_eq!(key, Some(Key { name: "job-7".into(), gone: true }));
        assert_eq!("a/b".parse::<SequenceId>(), Err(NotASequenceId));
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
