//! What rings.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::{Condition, FeedId, Urgency};

/// Names a rule for good.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema, TS)]
#[serde(transparent)]
#[ts(export, type = "string")]
pub struct RuleId(pub String);

/// Condition, and what to do when it becomes true.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(deny_unknown_fields)]
#[ts(export)]
pub struct Rule {
    /// Made from the name when it is missing.
    pub id: RuleId,
    /// What the user calls it; the title of its alerts.
    pub name: String,
    /// The feeds whose readings it looks at; empty: all.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub feeds: Vec<FeedId>,
    /// `false`: switched off.
    #[serde(default = "yes", skip_serializing_if = "is_true")]
    pub enabled: bool,
    /// What must become true.
    pub when: Condition,
    /// How it is announced.
    #[serde(default)]
    pub notify: RuleNotify,
}

fn yes() -> bool {
    true
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks for a reference")]
fn is_true(value: &bool) -> bool {
    *value
}

/// How an alert is announced.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema, TS)]
#[serde(default, deny_unknown_fields)]
#[ts(export)]
pub struct RuleNotify {
    /// How much it presses.
    pub urgency: Urgency,
}

/// A rule as the user describes it, before it has an id. `feed` is short for one of `feeds`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(deny_unknown_fields)]
#[ts(export, optional_fields)]
pub struct RuleDraft {
    /// Kept when it is given and free; else made from the name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<RuleId>,
    /// Empty: made from the condition.
    #[serde(default)]
    pub name: String,
    /// One feed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub feed: Option<FeedId>,
    /// Several feeds; with `feed` missing too: all.
    #[serde(default)]
    pub feeds: Vec<FeedId>,
    /// `None`: switched on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub enabled: Option<bool>,
    /// What must become true.
    pub when: Condition,
    /// How it is announced.
    #[serde(default)]
    pub notify: RuleNotify,
}
