//! `{"text":{"matches":"regex"}}`: the words of an event.

use regex::{Regex, RegexBuilder};

use super::Seen;
use crate::{EngineError, model::TextCondition};

/// What a compiled expression may occupy; the crate's matching is linear in the text, whatever the expression.
const SIZE_LIMIT: usize = 1 << 20;

pub(super) struct Compiled {
    matches: Regex,
}

impl Compiled {
    pub(super) fn new(condition: &TextCondition) -> Result<Self, EngineError> {
        if condition.matches.is_empty() {
            return Err(EngineError::invalid(
                "when.text.matches",
                "Write what the text must contain, as a regular expression.",
            ));
        }
        let matches = RegexBuilder::new(&condition.matches).size_limit(SIZE_LIMIT).build().map_err(|error| {
            EngineError::invalid("when.text.matches", format!("This is no regular expression: {error}"))
        })?;
        Ok(Self { matches })
    }

    /// Looks at the title, the body and the data as it came: a missed alert is worse than a field name that matches.
    pub(super) fn holds(&self, seen: &Seen<'_>) -> bool {
        let reading = seen.reading;
        let understood = reading.title.iter().chain(&reading.body);
        understood.map(String::as_str).chain([&*seen.event.data]).any(|text| self.matches.is_match(text))
    }

    pub(super) fn describe(&self) -> String {
        format!("matches {}", self.matches.as_str())
    }
}
