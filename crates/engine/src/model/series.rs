//! The values of a feed over time: what a chart is drawn from.

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::{FeedId, Millis};

/// A question for the values of one key of a feed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
#[ts(export, optional_fields)]
pub struct SeriesQuery {
    /// Of this feed.
    pub feed: FeedId,
    /// Of this key, empty for readings without one; missing: of the feed's first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key: Option<String>,
    /// From this time on; missing: from the first value that is kept.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional, type = "number")]
    pub since: Option<Millis>,
    /// Up to this time; missing: up to now.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional, type = "number")]
    pub until: Option<Millis>,
    /// Into how many equal parts the time is divided (500 if missing, 1000 at most): there are no more points.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub buckets: Option<u32>,
}

/// The values of one key of a feed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct Series {
    /// All keys of the feed that have values, untrusted; empty for readings without one.
    pub keys: Vec<String>,
    /// Whose values these are; `None`: the feed has none at all.
    pub key: Option<String>,
    /// From when.
    #[ts(type = "number")]
    pub since: Millis,
    /// Up to when.
    #[ts(type = "number")]
    pub until: Millis,
    /// Oldest first; one for each part of the time in which values came.
    pub points: Vec<Point>,
    /// When the feed was not listened to, oldest first; those that are too short to be seen are left out.
    pub gaps: Vec<Gap>,
}

/// The values of a part of the time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct Point {
    /// When the last of them came.
    #[ts(type = "number")]
    pub at: Millis,
    /// The first of them.
    #[ts(type = "string")]
    pub first: Decimal,
    /// The lowest.
    #[ts(type = "string")]
    pub low: Decimal,
    /// The highest.
    #[ts(type = "string")]
    pub high: Decimal,
    /// The last.
    #[ts(type = "string")]
    pub last: Decimal,
}

impl Point {
    /// A single value.
    pub(crate) fn new(at: Millis, value: Decimal) -> Self {
        Self { at, first: value, low: value, high: value, last: value }
    }

    /// Adds what came after it.
    pub(crate) fn extend(&mut self, later: &Self) {
        self.at = later.at;
        self.low = self.low.min(later.low);
        self.high = self.high.max(later.high);
        self.last = later.last;
    }
}

/// A question for how the values of a feed went, all keys at once: what a card draws.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
#[ts(export, optional_fields)]
pub struct TrendQuery {
    /// Of this feed.
    pub feed: FeedId,
    /// From this time on; missing: from the first value that is kept.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional, type = "number")]
    pub since: Option<Millis>,
    /// Up to this time; missing: up to now.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional, type = "number")]
    pub until: Option<Millis>,
    /// How many moments of the time are looked at, evenly spread (200 at most; missing: none but the begin).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub moments: Option<u32>,
}

/// How the values of one key went.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct Trend {
    /// Whose, untrusted; empty: of readings without a key.
    pub key: String,
    /// What it was when the time began: the last value before, else the first after it. To the minute.
    pub base: Moment,
    /// The values that stood at the moments, oldest first; none where nothing came since the one before.
    pub moments: Vec<Moment>,
}

/// A value, and when it came.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct Moment {
    /// When it came.
    #[ts(type = "number")]
    pub at: Millis,
    /// The value.
    #[ts(type = "string")]
    pub value: Decimal,
}

/// A time in which a feed was not listened to: no connection, paused, or the program did not run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct Gap {
    /// The last moment before.
    #[ts(type = "number")]
    pub since: Millis,
    /// The first moment after.
    #[ts(type = "number")]
    pub until: Millis,
    /// How many events of that time the server sent afterwards; `None`: it numbers nothing, or it has not kept them
    /// all.
    #[ts(type = "number | null")]
    pub recovered: Option<u64>,
}
