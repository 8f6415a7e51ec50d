//! `{"field":"$.status","equals":"done"}`: a field of the event's data.

use regex::Regex;
use serde_json::Value;
use serde_json_path::JsonPath;

use super::{Seen, text, tree::Test};
use crate::{EngineError, mapping::decimal, model::FieldCondition, speak};

pub(super) struct Compiled {
    path: JsonPath,
    comparison: Comparison,
    description: String,
}

enum Comparison {
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
                speak!(
                    format!("'{field}' is not a JSONPath: {error}. An example of one: $.status"),
                    format!("“{field}”不是 JSONPath（{error}）。示例：$.status")
                ),
            )
        })?;
        let show = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        let (comparison, words) = match (&condition.equals, &condition.differs, &condition.matches, &condition.one_of) {
            (Some(value), None, None, None) => (Comparison::OneOf(vec![value.clone()]), format!("is {}", show(value))),
            (None, Some(value), None, None) => (Comparison::Differs(value.clone()), format!("is not {}", show(value))),
            (None, None, Some(expression), None) => (
                Comparison::Matches(text::regex(expression, &format!("{at}.matches"))?),
                format!("matches {expression}"),
            ),
            (None, None, None, Some(values)) if !values.is_empty() => {
                let shown: Vec<_> = values.iter().map(show).collect();
                (Comparison::OneOf(values.clone()), format!("is {}", shown.join(" or ")))
            }
            _ => {
                return Err(EngineError::invalid(
                    at,
                    speak!(
                        "Give exactly one of equals, differs, matches, in (with at least one value).",
                        "请只填写 equals、differs、matches、in（至少一个值）之一。"
                    ),
                ));
            }
        };
        let compared = match &comparison {
            Comparison::OneOf(values) => values.as_slice(),
            Comparison::Differs(value) => std::slice::from_ref(value),
            Comparison::Matches(_) => &[],
        };
        if compared.iter().any(|value| value.is_array() || value.is_object()) {
            return Err(EngineError::invalid(
                at,
                speak!(
                    "A field is compared with a text, a number, true, false or null.",
                    "字段只能与文本、数字、true、false 或 null 比较。"
                ),
            ));
        }
        Ok(Self { path, comparison, description: format!("{field} {words}") })
    }

    fn fits(&self, found: &Value) -> bool {
        match &self.comparison {
            Comparison::OneOf(values) => values.iter().any(|value| same(value, found)),
            Comparison::Differs(value) => !same(value, found),
            Comparison::Matches(regex) => match found {
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

impl Test for Compiled {
    fn is_met_by(&self, seen: &Seen<'_>) -> bool {
        let Some(json) = seen.json() else { return false };
        self.path.query(json).all().into_iter().any(|found| self.fits(found))
    }

    fn describe(&self) -> String {
        self.description.clone()
    }
}
