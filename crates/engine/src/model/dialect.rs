//! What is particular about how a server speaks.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::Condition;

/// What is particular about how a feed's server speaks, where that goes beyond the standard or falls short of it.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema, TS)]
#[serde(default, deny_unknown_fields)]
#[ts(export, optional_fields)]
pub struct Dialect {
    /// Where an event's id stands in its data, for servers that send none: a JSONPath or a composed text, as in a
    /// mapping.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// How the server is told where to go on after an interruption.
    #[serde(skip_serializing_if = "Resume::is_default")]
    #[ts(as = "Option<Resume>")]
    pub resume: Resume,
    /// Events that are left out: those of which this is true of each reading. Only what can be said of one event.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ignore: Option<Condition>,
    /// Readings that are kept in a second. What is more is left out, unless a rule rings for it: rules see everything.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub at_most: Option<u32>,
    /// Events that tell the whole state, of which this is true as a whole: what they do not name is gone.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub snapshot: Option<Condition>,
    /// Events by which the server refuses, though it has opened the stream.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[ts(as = "Option<Vec<Refusal>>")]
    pub refusals: Vec<Refusal>,
    /// What the server must be told before it sends anything.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub subscribe: Option<Subscribe>,
}

impl Dialect {
    /// Whether there is nothing particular.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// How a server is told where to go on.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export)]
pub enum Resume {
    /// By the header `Last-Event-ID`.
    #[default]
    LastEventId,
    /// By a parameter of the address with this name.
    Query(String),
    /// It cannot go on, or its ids mean something else.
    None,
}

impl Resume {
    fn is_default(&self) -> bool {
        *self == Self::default()
    }
}

/// An event by which a server refuses.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(deny_unknown_fields)]
#[ts(export)]
pub struct Refusal {
    /// Which events do. Only what can be said of one event.
    pub when: Condition,
    /// What it says: a text, which may be composed as in a mapping. Without it, the event's data.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub says: Option<String>,
    /// Whether asking again would not help; the feed then waits for the user.
    #[serde(default)]
    pub stop: bool,
}

/// What a server is told, by a POST to the place it came from, each time the stream is new.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(deny_unknown_fields)]
#[ts(export)]
pub struct Subscribe {
    /// When an event of this type has come. It is not shown.
    pub on: String,
    /// To this place of the feed's own server: a path, from its root or from where the stream came from.
    pub url: String,
    /// This JSON, whose texts may be taken from that event as in a mapping.
    #[ts(type = "unknown")]
    pub body: serde_json::Value,
}
