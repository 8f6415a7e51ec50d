//! Which topics a token is for.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::topic::TopicName;

/// Topics by their names: `*` stands for any part of one, so `builds-*` is for `builds-web`, and `*` for all.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct TopicPattern(String);

/// The text is no pattern for topics.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a pattern for topics: use 1 to 64 of A-Z, a-z, 0-9, _ and -, and * for any part of a name")]
pub struct NotATopicPattern;

impl TopicPattern {
    /// The pattern for every topic.
    #[must_use]
    pub fn all() -> TopicPattern {
        TopicPattern("*".to_owned())
    }

    pub(crate) fn matches(&self, topic: &TopicName) -> bool {
        let mut parts = self.0.split('*');
        let first = parts.next().unwrap_or_default();
        let Some(rest) = topic.as_str().strip_prefix(first) else { return false };
        let Some(last) = parts.next_back() else { return rest.is_empty() };
        let Some(mut rest) = rest.strip_suffix(last) else { return false };
        for part in parts {
            let Some(at) = rest.find(part) else { return false };
            rest = &rest[at + part.len()..];
        }
        true
    }
}

impl FromStr for TopicPattern {
    type Err = NotATopicPattern;

    fn from_str(text: &str) -> Result<Self, NotATopicPattern> {
        let plain = text.bytes().all(|b| b.is_ascii_alphanumeric() || b"_-*".contains(&b));
        if (1..=64).contains(&text.len()) && plain { Ok(TopicPattern(text.to_owned())) } else { Err(NotATopicPattern) }
    }
}

impl TryFrom<String> for TopicPattern {
    type Error = NotATopicPattern;

    fn try_from(text: String) -> Result<Self, NotATopicPattern> {
        text.parse()
    }
}

impl From<TopicPattern> for String {
    fn from(pattern: TopicPattern) -> String {
        pattern.0
    }
}

impl fmt::Display for TopicPattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_star_is_any_part_of_a_name() {
        let cases: [(&str, &[&str], &[&str]); 7] = [
            ("*", &["a", "builds-web"], &[]),
            ("a", &["a"], &["A", "aa", "b"]),
            ("builds-*", &["builds-", "builds-web"], &["builds", "my-builds-web"]),
            ("*-web", &["-web", "a-web"], &["web", "a-web-b"]),
            ("a*b", &["ab", "axb", "abb"], &["a", "b", "aba", "bab"]),
            ("a*b*c", &["abc", "axbyc", "abbc"], &["ac", "acb", "abcx"]),
            ("aba*ab", &["abaab", "aba-ab"], &["abab"]),
        ];
        for (pattern, matched, others) in cases {
            let pattern: TopicPattern = pattern.parse().unwrap();
            for topic in matched {
                assert!(pattern.matches(&topic.parse().unwrap()), "{pattern} {topic}");
            }
            for topic in others {
                assert!(!pattern.matches(&topic.parse().unwrap()), "{pattern} {topic}");
            }
        }
        for wrong in ["", "a b", "a/b", "builds-?", "ä*", &"*".repeat(65)] {
            assert_eq!(wrong.parse::<TopicPattern>(), Err(NotATopicPattern), "{wrong:?}");
        }
    }
}
