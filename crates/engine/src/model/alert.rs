//! What rang.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::{Announced, Event, FeedId, Millis, Notify, RuleId, Seq};

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
    /// The event that made it fire; 0: none did.
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
    /// Whether what rang goes on until it is resolved. Only then there is something to snooze.
    pub lasts: bool,
    /// When it was resolved.
    #[ts(type = "number | null")]
    pub resolved_at: Option<Millis>,
    /// Whether the user has seen it.
    pub read: bool,
    /// How it was announced, or why it was not.
    pub announced: Announced,
    /// What became of its notification: `shown`, `opened`, `dismissed` and the like; a failure in words.
    pub answer: Option<String>,
    /// The user wants nothing of it until then.
    #[ts(type = "number | null")]
    pub snoozed_until: Option<Millis>,
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
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Serialize, Deserialize, JsonSchema, TS)]
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

impl Urgency {
    /// Of an event that says how important it is: 1 (lowest) to 5 (highest).
    pub(crate) fn of(priority: Option<u8>) -> Self {
        match priority {
            Some(1 | 2) => Self::Low,
            Some(5) => Self::Critical,
            _ => Self::Normal,
        }
    }
}

/// Why an event did or did not ring.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct Why {
    /// The event.
    pub event: Event,
    /// What the feed announces by itself.
    pub notify: Notify,
    /// What each rule found that looks at its feed, as the rules are now.
    pub findings: Vec<RuleFinding>,
    /// The alerts that came of it, and how they were announced.
    pub alerts: Vec<Alert>,
}

/// What a rule found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct RuleFinding {
    /// Which.
    pub rule: RuleId,
    /// Its name.
    pub name: String,
    /// Whether it rang.
    pub rang: bool,
    /// What it found, in words.
    pub found: String,
}
