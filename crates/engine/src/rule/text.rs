//! `{"text":{"matches":"regex"}}`, `{"text":{"words":"disk full"}}`: the words of an event.

use regex::{Regex, RegexBuilder, escape};

use super::{
    Seen,
    tree::{Leaf, Memory},
};
use crate::{
    EngineError,
    model::{Millis, TextCondition},
};

/// What a compiled expression may occupy; the crate's matching is linear in the text, whatever the expression.
const SIZE_LIMIT: usize = 1 << 20;

pub(super) struct Compiled {
    /// All of them must match somewhere.
    all: Vec<Regex>,
    description: String,
}

impl Compiled {
    pub(super) fn new(condition: &TextCondition, at: &str) -> Result<Self, EngineError> {
        match (condition.matches.as_deref(), condition.words.as_deref()) {
            (Some(expression), None) => Ok(Self {
                all: vec![regex(expression, &format!("{at}.matches"))?],
                description: format!("matches {expression}"),
            }),
            (None, Some(words)) if !words.trim().is_empty() => {
                let word = |word| regex(&format!(r"(?i)\b{}\b", escape(word)), &format!("{at}.words"));
                // A boundary stands beside letters and digits only, and Chinese has none between words.
                let loose = |word| regex(&format!("(?i){}", escape(word)), &format!("{at}.words"));
                let plain = |text: &str| text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
                let all = words.split_whitespace().map(|text| if plain(text) { word(text) } else { loose(text) });
                Ok(Self { all: all.collect::<Result<_, _>>()?, description: format!("says {}", words.trim()) })
            }
            _ => Err(EngineError::invalid(
                at,
                "Give either words that must all occur, or matches with a regular expression.",
            )),
        }
    }
}

/// Compiles a regular expression of the user.
///
/// # Errors
/// Says what is wrong with it.
pub(super) fn regex(expression: &str, at: &str) -> Result<Regex, EngineError> {
    if expression.is_empty() {
        return Err(EngineError::invalid(at, "Write what the text must contain, as a regular expression."));
    }
    RegexBuilder::new(expression)
        .size_limit(SIZE_LIMIT)
        .build()
        .map_err(|error| EngineError::invalid(at, format!("This is no regular expression: {error}")))
}

impl Leaf for Compiled {
    fn begin(&self, _at: Millis) -> Memory {
        Memory::Truth(false)
    }

    /// Looks at the title, the body and the data as it came: a missed alert is worse than a field name that matches.
    fn observe(&self, memory: &mut Memory, seen: &Seen<'_>) {
        let reading = seen.reading();
        let texts = || reading.title.iter().chain(&reading.body).map(String::as_str).chain([&*seen.event.data]);
        let somewhere = |regex: &Regex| texts().any(|text| regex.is_match(text));
        *memory = Memory::Truth(self.all.iter().all(somewhere));
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
