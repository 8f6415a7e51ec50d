//! An event, what it was understood as, and questions to the history.

use bytestring::ByteString;
use ecow::EcoString;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::{FeedId, Gap, Millis};

/// An event's number in the history: ascending over all feeds, never used again.
pub type Seq = i64;

/// What the standard dispatches, when it came, and what it was understood as.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct Event {
    /// Its number in the history.
    #[ts(type = "number")]
    pub seq: Seq,
    /// Where it came from.
    pub feed: FeedId,
    /// When it was received.
    #[ts(type = "number")]
    pub at: Millis,
    /// The type (`message` if the server named none).
    #[ts(type = "string")]
    pub event: EcoString,
    /// The last event id when it was dispatched; empty if the server sends none.
    #[ts(type = "string")]
    pub id: EcoString,
    /// The data, untrusted. Lists cut it to a few kilobytes; `bytes` tells the whole size.
    #[ts(type = "string")]
    pub data: ByteString,
    /// Size of the whole data in bytes.
    #[ts(type = "number")]
    pub bytes: u64,
    /// One for each thing that the event tells of; empty for a keep-alive.
    pub readings: Vec<Reading>,
}

/// An event understood. Every text is untrusted.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, TS)]
#[serde(default)]
#[ts(export, optional_fields)]
pub struct Reading {
    /// The headline.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// The text below it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub body: Option<String>,
    /// The number that is watched, exactly as sent.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional, type = "string")]
    pub value: Option<Decimal>,
    /// What the value is measured in.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unit: Option<String>,
    /// How far a job has come, of `total`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub progress: Option<f64>,
    /// What `progress` counts up to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub total: Option<f64>,
    /// 1 (lowest) to 5 (highest).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub priority: Option<u8>,
    /// An address whose scheme was checked to be `http` or `https`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub link: Option<String>,
    /// The entity it is about: a symbol, a job, a user.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub key: Option<String>,
    /// When it happened, by the server's word.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional, type = "number")]
    pub time: Option<Millis>,
    /// Where a job or task stands.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub state: Option<State>,
    /// The two sides of a game.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub score: Option<Score>,
}

/// Where a job or a task stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export)]
pub enum State {
    /// Under way, or still to do.
    Open,
    /// Finished well.
    Done,
    /// Ended badly.
    Failed,
    /// Gone from the list.
    Removed,
}

/// The two sides of a game.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct Score {
    /// Name of the home side.
    pub home: String,
    /// Name of the away side.
    pub away: String,
    /// Points of the home side.
    #[ts(type = "string")]
    pub home_score: Decimal,
    /// Points of the away side.
    #[ts(type = "string")]
    pub away_score: Decimal,
    /// When in the game: `Q3 · 04:12`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub moment: Option<String>,
}

/// A question to the history: newest first.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, TS)]
#[serde(default, deny_unknown_fields)]
#[ts(export, optional_fields)]
pub struct Query {
    /// Of this feed only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub feed: Option<FeedId>,
    /// Words that must all occur.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub search: Option<String>,
    /// Of this type only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub event: Option<String>,
    /// With a reading of this key only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub key: Option<String>,
    /// With a reading of at least this priority, from 1 to 5.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub priority: Option<u8>,
    /// Only what came since the user last looked at its feed.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    #[ts(optional, as = "Option<bool>")]
    pub unread: bool,
    /// Received at or after this time.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional, type = "number")]
    pub since: Option<Millis>,
    /// Received before this time.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional, type = "number")]
    pub until: Option<Millis>,
    /// Older than this event: [`Page::next`] of the page before.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional, type = "number")]
    pub before: Option<Seq>,
    /// At most so many (200 if missing, 1000 at most).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub limit: Option<u32>,
}

/// A part of the history.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct Page {
    /// Newest first.
    pub events: Vec<Event>,
    /// Whether there may be older ones.
    pub more: bool,
    /// What to ask for them with, as [`Query::before`]. A page can be short, or empty, and have more behind it: so many
    /// events are looked at and no more.
    #[ts(type = "number | null")]
    pub next: Option<Seq>,
    /// Of a single feed: when it was not listened to in the time of this page, the newest first.
    pub gaps: Vec<Gap>,
}
