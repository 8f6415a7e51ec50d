//! What must be true of readings for a rule to ring.

use rust_decimal::Decimal;
use schemars::JsonSchema;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use ts_rs::TS;

/// What must be true of readings. In JSON an object with one key that names the kind:
/// `{"value":{"crosses_above":60000}}`, `{"event":"alert"}`, `{"text":{"matches":"regex"}}`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export)]
pub enum Condition {
    /// About the value, for each key on its own.
    Value(ValueCondition),
    /// The event's type is this one.
    Event(String),
    /// About the words of an event.
    Text(TextCondition),
}

/// About a value; exactly one of the first four is given.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, JsonSchema, TS)]
#[serde(default, deny_unknown_fields)]
#[ts(export, optional_fields)]
pub struct ValueCondition {
    /// Was at or below this and is above it now.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub crosses_above: Option<Level>,
    /// Was at or above this and is below it now.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub crosses_below: Option<Level>,
    /// Is above this, the first value that is seen included.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub above: Option<Level>,
    /// Is below this, the first value that is seen included.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub below: Option<Level>,
    /// With `crosses_above` or `above`: armed again, and the alert resolved, only below this.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub recovers_below: Option<Level>,
    /// With `crosses_below` or `below`: armed again, and the alert resolved, only above this.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub recovers_above: Option<Level>,
}

/// About the words of an event: its title, its body, and its data as it came.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(deny_unknown_fields)]
#[ts(export)]
pub struct TextCondition {
    /// A regular expression (syntax of the `regex` crate) that matches anywhere; `(?i)` ignores case.
    pub matches: String,
}

/// A decimal number, exact. In JSON a number, or a string where a JSON number would lose digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, JsonSchema, TS)]
#[schemars(with = "serde_json::Number")]
#[ts(export, type = "number | string")]
pub struct Level(pub Decimal);

impl Serialize for Level {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let text = self.0.normalize().to_string();
        match serde_json::from_str::<serde_json::Number>(&text) {
            Ok(number) if number.to_string().parse() == Ok(self.0.normalize()) => number.serialize(serializer),
            _ => serializer.serialize_str(&text),
        }
    }
}

impl<'de> Deserialize<'de> for Level {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let value = serde_json::Value::deserialize(deserializer)?;
        let text = match &value {
            serde_json::Value::Number(number) => number.to_string(),
            serde_json::Value::String(text) => text.trim().to_owned(),
            other => return Err(serde::de::Error::custom(format!("a level is a number, not {other}"))),
        };
        text.parse()
            .or_else(|_| Decimal::from_scientific(&text))
            .map(Self)
            .map_err(|_| serde::de::Error::custom(format!("{text} is not a number of up to 28 digits")))
    }
}
