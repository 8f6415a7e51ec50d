//! `{"field":"$.status","equals":"done"}`: a field of the event's data.

use regex::Regex;
use serde_json::Value;
use serde_json_path::JsonPath;

use super::{
    Seen, text,
    tree::{Leaf, Memory},
};
use crate::{
    EngineError,
    mapping::decimal,
    model::{FieldCondition, Millis},
};

pub(super) struct Compiled {
    path: JsonPath,
    test: Test,
    description: String,
}

enum Test {
    OneOf(Vec<Value>),
    Differs(Value),
    Matches(Regex),
}

impl Compiled {
    pub(super) fn new(condition: &FieldCondition, at: &str) -> Result<Self, EngineError> {
        let field = condition.field.trim();
        let path = JsonPath::parse(field).map_err(|error| {
            EngineError::invalid(
                format!("{at}.field"),
                format!("'{field}' is not a JSONPath: {error}. An example of one: $.status"),
            )
        })?;
        let show = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        let (test, words) = match (&condition.equals, &condition.differs, &condition.matches, &condition.one_of) {
            (Some(value), None, None, None) => (Test::OneOf(vec![value.clone()]), format!("is {}", show(value))),
            (None, Some(value), None, None) => (Test::Differs(value.clone()), format!("is not {}", show(value))),
            (None, None, Some(expression), None) => {
                (Test::Matches(text::regex(expression, &format!("{at}.matches"))?), format!("matches {expression}"))
            }
            (None, None, None, Some(values)) if !values.is_empty() => {
                let shown: Vec<_> = values.iter().map(show).collect();
                (Test::OneOf(values.clone()), format!("is {}", shown.join(" or ")))
            }
            _ => {
                return Err(EngineError::invalid(
                    at,
                    "Give exactly one of equals, differs, matches, in (with at least one value).",
                ));
            }
        };
        let compared = match &test {
            Test::OneOf(values) => values.as_slice(),
            Test::Differs(value) => std::slice::from_ref(value),
            Test::Matches(_) => &[],
        };
        if compared.iter().any(|value| value.is_array() || value.is_object()) {
            return Err(EngineError::invalid(at, "A field is compared with a text, a number, true, false or null."));
        }
        Ok(Self { path, test, description: format!("{field} {words}") })
    }

    fn is_met_by(&self, found: &Value) -> bool {
        match &self.test {
            Test::OneOf(values) => values.iter().any(|value| same(value, found)),
            Test::Differs(value) => !same(value, found),
            Test::Matches(regex) => match found {
                Value::String(text) => regex.is_match(text),
                other => regex.is_match(&other.to_string()),
            },
        }
    }
}

/// Numbers by what they are worth, the rest as it is.
fn same(a: &Value, b: &Value) -> bool {
    match (decimal(a), decimal(b)) {
        (Some(a), Some(b)) => a == b,
        _ => a == b,
    }
}

impl Leaf for Compiled {
    fn begin(&self, _at: Millis) -> Memory {
        Memory::Truth(false)
    }

    fn observe(&self, memory: &mut Memory, seen: &Seen<'_>) {
        let found = seen.json().map(|json| self.path.query(json)).into_iter().flat_map(|nodes| nodes.all());
        *memory = Memory::Truth(found.into_iter().any(|found| self.is_met_by(found)));
    }

    fn holds(&self, memory: &Memory, _now: Millis) -> bool {
        matches!(memory, Memory::Truth(true))
    }

    fn momentary(&self) -> bool {
        true
    }

    fn describe(&self) -> String {
        self.description.clone()
    }
}
