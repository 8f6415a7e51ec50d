//! Known services: what a person is asked for, and the feed that comes of it.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::{Condition, FeedDraft, Gates, Per, RuleDraft, RuleNotify, Span};
use crate::Language;

/// A preset: a service that is known, as data. A file of `presets/` in the form of TOML; its texts that have `${…}`
/// are filled with the answers (see `docs/presets.md`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(deny_unknown_fields)]
#[ts(export)]
pub struct Preset {
    /// Of the form of this file: 1.
    pub version: u32,
    /// The file's name. Letters, digits and `-`.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub id: String,
    /// Whether the user has made it, or imported it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub own: bool,
    /// Its place among the others: the lowest comes first.
    #[serde(default)]
    pub place: u32,
    /// A picture of the program's own.
    #[serde(default)]
    pub icon: PresetIcon,
    /// Where the service describes its feeds: `http` or `https`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub docs: Option<String>,
    /// Addresses that are this service's: regular expressions with named groups for what is asked.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub recognise: Vec<String>,
    /// What it is called.
    pub name: Phrase,
    /// What one gets, in a sentence.
    pub description: Phrase,
    /// What a person is asked for, in this order.
    #[serde(default)]
    pub ask: Vec<Question>,
    /// The feed.
    pub feed: FeedDraft,
    /// What to do about what goes wrong, by the code of the reason; `quiet`: nothing comes.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub help: BTreeMap<String, Phrase>,
    /// Rules that make sense for it, the best first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub rules: Vec<PresetRule>,
}

/// A text in both languages of the program; in the file of a user's own it may be one text for both.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(untagged)]
#[ts(export)]
pub enum Phrase {
    /// The same in both.
    One(String),
    /// In each.
    Both {
        /// English.
        en: String,
        /// Chinese.
        zh: String,
    },
}

impl Phrase {
    /// As the program speaks now.
    #[must_use]
    pub fn spoken(&self) -> &str {
        match (self, Language::spoken()) {
            (Self::One(text), _) | (Self::Both { en: text, .. }, Language::English) => text,
            (Self::Both { zh, .. }, Language::Chinese) => zh,
        }
    }
}

/// Something that a person is asked for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(deny_unknown_fields)]
#[ts(export, optional_fields)]
pub struct Question {
    /// By which the answer is filled in: a word.
    #[ts(optional = false)]
    pub name: String,
    /// What an answer is.
    #[ts(optional = false)]
    pub kind: QuestionKind,
    /// What the field is called.
    #[ts(optional = false)]
    pub label: Phrase,
    /// What helps to answer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hint: Option<Phrase>,
    /// An example.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub placeholder: Option<String>,
    /// The answer that stands there first; of several, separated by commas.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub default: Option<String>,
    /// It may be left out.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    #[ts(as = "Option<bool>")]
    pub optional: bool,
    /// A regular expression that the whole answer (of a list: each of them) matches.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pattern: Option<String>,
    /// What is said of an answer that does not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub wrong: Option<Phrase>,
    /// What there is to choose from.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[ts(as = "Option<Vec<Choice>>")]
    pub options: Vec<Choice>,
}

/// What an answer is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export)]
pub enum QuestionKind {
    /// An `http(s)` address without a path that matters; its scheme may be left out.
    Server,
    /// A text.
    Text,
    /// A secret: it goes to the key ring only.
    Secret,
    /// One of the options.
    Choice,
    /// Any of the options.
    Choices,
    /// Words, separated by commas or spaces.
    List,
}

/// One of the options.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(deny_unknown_fields)]
#[ts(export)]
pub struct Choice {
    /// What is filled in.
    pub value: String,
    /// What a person reads; without it the value.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub label: Option<Phrase>,
}

/// A rule of a preset; its fields are those of a [`RuleDraft`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(deny_unknown_fields)]
#[ts(export, optional_fields)]
pub struct PresetRule {
    /// What it is called.
    #[ts(optional = false)]
    pub name: Phrase,
    /// What must become true.
    #[ts(optional = false)]
    pub when: Condition,
    /// What has a memory of its own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub per: Option<Per>,
    /// How long it must hold without a break.
    #[serde(rename = "for", default, skip_serializing_if = "Option::is_none")]
    pub hold: Option<Span>,
    /// What ends the alert, beside the end of what rang.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Condition>,
    /// What holds its alerts back.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub gates: Option<Gates>,
    /// How it is announced.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub notify: Option<RuleNotify>,
}

/// A picture of the program's own, for services whose signs are their owners'.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename_all = "kebab-case")]
#[ts(export)]
#[expect(missing_docs, reason = "each is what it is called")]
pub enum PresetIcon {
    Bell,
    Bus,
    Chart,
    Chip,
    Database,
    Flame,
    GitBranch,
    Globe,
    House,
    Lamp,
    List,
    Message,
    Plug,
    #[default]
    Radio,
    Star,
    Wrench,
}

/// Question → answer; of several, separated by commas. A secret is present only on its way in.
pub type Answers = BTreeMap<String, String>;

/// The preset that a feed was made with, and the answers, without secrets.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(deny_unknown_fields)]
#[ts(export)]
pub struct PresetUse {
    /// Which.
    pub id: String,
    /// What was answered.
    #[serde(default)]
    pub answers: Answers,
}

/// What comes of a preset and answers to it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct Filled {
    /// The feed, with its secrets.
    pub draft: FeedDraft,
    /// Rules that make sense for it. They name no feed.
    pub rules: Vec<RuleDraft>,
}
