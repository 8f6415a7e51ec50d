//! `{"text":{"matches":"regex"}}`, `{"text":{"words":"disk full"}}`: the words of an event.

use regex::{Regex, RegexBuilder, escape};

use super::{Seen, tree::Test};
use crate::{EngineError, model::TextCondition, speak};

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
                description: speak!(format!("matches {expression}"), format!("匹配 {expression}")),
            }),
            (None, Some(words)) if !words.trim().is_empty() => {
                let word = |word| regex(&format!(r"(?i)\b{}\b", escape(word)), &format!("{at}.words"));
                // A boundary stands beside letters and digits only, and Chinese has none between words.
                let loose = |word| regex(&format!("(?i){}", escape(word)), &format!("{at}.words"));
                let plain = |text: &str| text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
                let all = words.split_whitespace().map(|text| if plain(text) { word(text) } else { loose(text) });
                let words = words.trim();
                let description = speak!(format!("says {words}"), format!("提到 {words}"));
                Ok(Self { all: all.collect::<Result<_, _>>()?, description })
            }
            _ => Err(EngineError::invalid(
                at,
                speak!(
                    "Give either words that must all occur, or matches with a regular expression.",
                    "请填写必须全部出现的 words，或用 matches 填写正则表达式。"
                ),
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
        return Err(EngineError::invalid(
            at,
            speak!(
                "Write what the text must contain, as a regular expression.",
                "请用正则表达式写出文本必须包含的内容。"
            ),
        ));
    }
    RegexBuilder::new(expression).size_limit(SIZE_LIMIT).build().map_err(|error| {
        EngineError::invalid(
            at,
            speak!(format!("This is no regular expression: {error}"), format!("这不是正则表达式（{error}）。")),
        )
    })
}

impl Test for Compiled {
    /// Looks at the title, the body and the data as it came: a missed alert is worse than a field name that matches.
    fn is_met_by(&self, seen: &Seen<'_>) -> bool {
        let reading = seen.reading();
        let texts = || reading.title.iter().chain(&reading.body).map(String::as_str).chain([&*seen.event.data]);
        self.all.iter().all(|regex| texts().any(|text| regex.is_match(text)))
    }

    fn describe(&self) -> String {
        self.description.clone()
    }
}
