//! What rings.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::{Condition, FeedId, Gates, Millis, Seq, Span, Urgency};

/// Names a rule for good.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema, TS)]
#[serde(transparent)]
#[ts(export, type = "string")]
pub struct RuleId(pub String);

/// Condition, and what to do when it becomes true.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(deny_unknown_fields)]
#[ts(export)]
pub struct Rule {
    /// Made from the name when it is missing.
    pub id: RuleId,
    /// What the user calls it; the title of its alerts.
    pub name: String,
    /// The feeds whose readings it looks at; empty: all, or those of `group`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub feeds: Vec<FeedId>,
    /// The group of feeds whose readings it looks at.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional = nullable)]
    pub group: Option<String>,
    /// What has a memory of its own; `None`: each feed where the condition is about silence or a rate, else each key.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional = nullable)]
    pub per: Option<Per>,
    /// `false`: switched off.
    #[serde(default = "yes", skip_serializing_if = "is_true")]
    pub enabled: bool,
    /// What must become true.
    pub when: Condition,
    /// How long it must hold without a break.
    #[serde(rename = "for", default, skip_serializing_if = "Option::is_none")]
    #[ts(optional = nullable)]
    pub hold: Option<Span>,
    /// What ends the alert, beside the end of what rang.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional = nullable)]
    pub until: Option<Condition>,
    /// What holds its alerts back.
    #[serde(default, skip_serializing_if = "Gates::is_default")]
    pub gates: Gates,
    /// How it is announced.
    #[serde(default)]
    pub notify: RuleNotify,
}

/// What a rule tells apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export)]
pub enum Per {
    /// Each key of each feed: each symbol, each job.
    Key,
    /// Each feed.
    Feed,
    /// Nothing: all its feeds are one.
    Rule,
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
    /// Whether it makes a sound; `None`: as the desktop does.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional = nullable)]
    pub sound: Option<bool>,
    /// Its buttons; `None`: all that make sense. A click on the notification itself opens it in any case.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional = nullable)]
    pub actions: Option<Vec<Action>>,
}

/// What the user can do with a notification, where the desktop shows buttons.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export)]
pub enum Action {
    /// Show what it is about; also a click on the notification itself.
    Open,
    /// The user knows.
    Acknowledge,
    /// Be quiet about it for an hour.
    Snooze,
    /// Nothing of this feed for a day.
    MuteFeed,
    /// Open the event's own address.
    Link,
}

/// A rule as the user describes it, before it has an id. `feed` is short for one of `feeds`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
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
    /// Several feeds; with `feed` missing too: all, or those of `group`.
    #[serde(default)]
    pub feeds: Vec<FeedId>,
    /// A group of feeds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub group: Option<String>,
    /// What has a memory of its own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub per: Option<Per>,
    /// `None`: switched on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub enabled: Option<bool>,
    /// What must become true.
    pub when: Condition,
    /// How long it must hold without a break.
    #[serde(rename = "for", default, skip_serializing_if = "Option::is_none")]
    pub hold: Option<Span>,
    /// What ends the alert, beside the end of what rang.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Condition>,
    /// What holds its alerts back.
    #[serde(default)]
    #[ts(optional, as = "Option<Gates>")]
    pub gates: Gates,
    /// How it is announced.
    #[serde(default)]
    pub notify: RuleNotify,
}

/// What a rule would have done, had it been there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct RulePreview {
    /// Since when it was looked.
    #[ts(type = "number")]
    pub since: Millis,
    /// Events that it looked at.
    #[ts(type = "number")]
    pub events: u64,
    /// Whether they are all; `false`: there were more, and the oldest were left out.
    pub complete: bool,
    /// How often it would have rung, gates apart.
    #[ts(type = "number")]
    pub rings: u64,
    /// What would have rung, newest first: the last of them.
    pub alerts: Vec<PreviewAlert>,
}

/// An alert that would have been.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct PreviewAlert {
    /// When.
    #[ts(type = "number")]
    pub at: Millis,
    /// The feed that it is about.
    pub feed: FeedId,
    /// The event that would have done it; `None`: time alone, and no event before.
    #[ts(type = "number | null")]
    pub event: Option<Seq>,
    /// Its text, untrusted.
    pub body: String,
    /// When it would have been resolved.
    #[ts(type = "number | null")]
    pub resolved_at: Option<Millis>,
}
