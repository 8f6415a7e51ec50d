//! What must be true of readings for a rule to ring.

use rust_decimal::Decimal;
use schemars::JsonSchema;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error};
use serde_json::Value;
use ts_rs::TS;

use super::Span;
use crate::speak;

/// What must be true of readings. In JSON an object with one key that names the kind, `{"event":"alert"}`; only a
/// field's has more: `{"field":"$.status","equals":"done"}`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
// The derived functions become the inner ones of those below, which know the form of `Field`.
#[serde(rename_all = "snake_case", remote = "Self")]
#[ts(export)]
pub enum Condition {
    /// About the value.
    Value(ValueCondition),
    /// The event's type is this one.
    Event(String),
    /// About the words of an event.
    Text(TextCondition),
    /// About how many readings come.
    Rate(RateCondition),
    /// Nothing has come for this long.
    SilentFor(Span),
    /// About how far a job has come.
    Progress(ProgressCondition),
    /// All of these hold.
    All(Vec<Condition>),
    /// At least one of these holds.
    Any(Vec<Condition>),
    /// This does not hold.
    Not(Box<Condition>),
    /// An expression of the Common Expression Language over the reading, that is true.
    Cel(String),
    /// About a field of the event's data.
    #[schemars(untagged)]
    #[ts(untagged)]
    Field(FieldCondition),
}

impl Serialize for Condition {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Field(condition) => condition.serialize(serializer),
            other => Self::serialize(other, serializer),
        }
    }
}

impl<'de> Deserialize<'de> for Condition {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let mut value = Value::deserialize(deserializer)?;
        if value.get("field").is_some() {
            value = serde_json::json!({ "field": value });
        }
        Self::deserialize(value).map_err(D::Error::custom)
    }
}

/// About the value; exactly one of the first six is given.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema, TS)]
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
    /// Differs by at least so much from a value that was seen `within` a time before.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub changes_by: Option<Level>,
    /// Differs by at least so many percent from a value that was seen `within` a time before.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub changes_by_percent: Option<Level>,
    /// With `crosses_above` or `above`: armed again, and the alert resolved, only below this.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub recovers_below: Option<Level>,
    /// With `crosses_below` or `below`: armed again, and the alert resolved, only above this.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub recovers_above: Option<Level>,
    /// With `changes_by` and `changes_by_percent`: how long before.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub within: Option<Span>,
    /// With `changes_by` and `changes_by_percent`: only this way; `None`: both.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub direction: Option<Direction>,
}

/// Which way a value goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export)]
pub enum Direction {
    /// It rises.
    Up,
    /// It falls.
    Down,
}

/// About the words of an event: its title, its body, and its data as it came. Exactly one is given.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema, TS)]
#[serde(default, deny_unknown_fields)]
#[ts(export, optional_fields)]
pub struct TextCondition {
    /// A regular expression (syntax of the `regex` crate) that matches anywhere; `(?i)` ignores case.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub matches: Option<String>,
    /// Words that all occur, in any order and case.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub words: Option<String>,
}

/// About a field of the event's data; exactly one of the last four is given. Numbers are compared exactly, also with
/// texts that are numbers.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema, TS)]
#[serde(default, deny_unknown_fields)]
#[ts(export, optional_fields)]
pub struct FieldCondition {
    /// Where it is, as a JSONPath (RFC 9535): `$.status`. Of an event that tells of several things, in each of them.
    #[ts(optional = false)]
    #[schemars(required)]
    pub field: String,
    /// It is this.
    #[serde(deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    #[ts(optional, type = "string | number | boolean | null")]
    pub equals: Option<Value>,
    /// It is there and is not this.
    #[serde(deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    #[ts(optional, type = "string | number | boolean | null")]
    pub differs: Option<Value>,
    /// It is a text that this regular expression matches.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub matches: Option<String>,
    /// It is one of these.
    #[serde(rename = "in", skip_serializing_if = "Option::is_none")]
    #[ts(optional, type = "Array<string | number | boolean | null>")]
    pub one_of: Option<Vec<Value>>,
}

/// What is there, also if it is `null`.
fn present<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Value>, D::Error> {
    Value::deserialize(deserializer).map(Some)
}

/// About how many readings come; exactly one of `above` and `below` is given.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(deny_unknown_fields)]
#[ts(export, optional_fields)]
pub struct RateCondition {
    /// More than so many.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub above: Option<u32>,
    /// Fewer than so many.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub below: Option<u32>,
    /// In this time.
    #[ts(optional = false)]
    pub per: Span,
}

/// About how far a job has come; exactly one is given.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema, TS)]
#[serde(default, deny_unknown_fields)]
#[ts(export, optional_fields)]
pub struct ProgressCondition {
    /// Has come so far, in percent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reaches_percent: Option<Level>,
    /// Has begun, has not ended, and has come no further for this long.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stalls_for: Option<Span>,
}

/// A decimal number, exact. In JSON a number, or a string where a JSON number would lose digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, JsonSchema, TS)]
#[schemars(with = "serde_json::Number")]
#[ts(export, type = "number | string")]
pub struct Level(pub Decimal);

impl Serialize for Level {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        // What a program that knows floats alone can keep.
        const DIGITS: usize = 15;
        let text = self.0.normalize().to_string();
        let digits = text.bytes().filter(u8::is_ascii_digit).count();
        match serde_json::from_str::<serde_json::Number>(&text) {
            Ok(number) if digits <= DIGITS && number.to_string().parse() == Ok(self.0.normalize()) => {
                number.serialize(serializer)
            }
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
            other => {
                return Err(serde::de::Error::custom(speak!(
                    format!("a level is a number, not {other}"),
                    format!("数值应为数字，而不是 {other}")
                )));
            }
        };
        text.parse().or_else(|_| Decimal::from_scientific(&text)).map(Self).map_err(|_| {
            serde::de::Error::custom(speak!(
                format!("{text} is not a number of up to 28 digits"),
                format!("{text} 不是 28 位以内的数字")
            ))
        })
    }
}
