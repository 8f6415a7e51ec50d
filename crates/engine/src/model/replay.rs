//! A recording that is played: what it holds, and what would have rung.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::{Event, FeedId, Millis, Reason, RuleId, Urgency, View};

/// An alert that would have been.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct ReplayAlert {
    /// When.
    #[ts(type = "number")]
    pub at: Millis,
    /// The rule; `None`: the feed announces each event.
    pub rule: Option<RuleId>,
    /// The rule's name, or the event's title. Untrusted.
    pub title: String,
    /// Its text, untrusted.
    pub body: String,
    /// How much it presses.
    pub urgency: Urgency,
    /// When it would have been resolved.
    #[ts(type = "number | null")]
    pub resolved_at: Option<Millis>,
}

/// A recording, looked through.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct ReplayOverview {
    /// The name of the file.
    pub file: String,
    /// Where the stream came from, without what could be secret.
    pub url: String,
    /// The name of the feed that it is played as.
    pub name: String,
    /// That feed, if it is one of those that there are.
    pub feed: Option<FeedId>,
    /// How it is drawn.
    pub view: View,
    /// How many rules look at it.
    pub rules: u32,
    /// When it began.
    #[ts(type = "number")]
    pub started: Millis,
    /// When it ended.
    #[ts(type = "number")]
    pub ended: Millis,
    /// How many events there are.
    #[ts(type = "number")]
    pub events: u64,
    /// How many of them came in each piece of the time.
    pub density: Vec<u32>,
    /// How long such a piece is.
    #[ts(type = "number")]
    pub piece: Millis,
    /// How often it would have rung, gates apart.
    #[ts(type = "number")]
    pub rings: u64,
    /// What would have rung, oldest first: the first of them.
    pub alerts: Vec<ReplayAlert>,
    /// Why it could not be read to its end.
    pub broken: Option<Reason>,
}

/// What a recording that is played tells.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[serde(tag = "type", rename_all = "snake_case")]
#[ts(export)]
pub enum ReplayNews {
    /// It has come so far.
    Moved {
        /// The moment of the recording.
        #[ts(type = "number")]
        at: Millis,
        /// Events since the news before: the last of them.
        events: Vec<Event>,
        /// How many more there were before those.
        #[ts(type = "number")]
        skipped: u64,
    },
    /// It cannot be played further.
    Failed {
        /// Why, and what to do next.
        reason: Reason,
    },
    /// It was played to its end.
    Over,
}
