//! What rang.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::{FeedId, Millis, RuleId, Seq};

/// An alert's number.
pub type AlertId = i64;

/// A rule that fired, or an event of a feed that announces each one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct Alert {
    /// Its number.
    #[ts(type = "number")]
    pub id: AlertId,
    /// The feed it is about.
    pub feed: FeedId,
    /// The rule; `None`: the feed announces each event.
    pub rule: Option<RuleId>,
    /// The key it is about, where the feed has several.
    pub key: Option<String>,
    /// The event that made it fire.
    #[ts(type = "number")]
    pub event: Seq,
    /// When it fired.
    #[ts(type = "number")]
    pub at: Millis,
    /// Headline, untrusted.
    pub title: String,
    /// Text, untrusted.
    pub body: String,
    /// An `http(s)` address.
    pub link: Option<String>,
    /// How much it presses.
    pub urgency: Urgency,
    /// Where it stands.
    pub state: AlertState,
    /// When it was resolved.
    #[ts(type = "number | null")]
    pub resolved_at: Option<Millis>,
    /// Whether the user has seen it.
    pub read: bool,
}

/// Where an alert stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export)]
pub enum AlertState {
    /// Its condition holds.
    Firing,
    /// The user knows.
    Acknowledged,
    /// It is over.
    Resolved,
}

/// How much a notification presses, as the Desktop Notifications Specification has it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export)]
pub enum Urgency {
    /// Can wait.
    Low,
    /// The usual.
    #[default]
    Normal,
    /// Stays on the screen until it is closed.
    Critical,
}
