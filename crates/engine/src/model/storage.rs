//! What the history takes on the disk, and what of it leaves the program.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::{FeedId, Limits, Millis};

/// What the data take on the disk.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct Storage {
    /// The data folder.
    pub folder: String,
    /// Bytes of the database's files.
    #[ts(type = "number")]
    pub bytes: u64,
    /// Bytes that are free where the data folder is; `None`: the system does not tell.
    #[ts(type = "number | null")]
    pub free: Option<u64>,
    /// In the order of the dashboard.
    pub feeds: Vec<FeedStorage>,
}

/// What a feed's history takes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct FeedStorage {
    /// Whose.
    pub feed: FeedId,
    /// Events that are kept.
    #[ts(type = "number")]
    pub events: u64,
    /// Bytes of their data.
    #[ts(type = "number")]
    pub bytes: u64,
    /// When the oldest was received.
    #[ts(type = "number | null")]
    pub oldest: Option<Millis>,
}

/// How long and how much is kept of a feed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct Retention {
    /// Days that events are kept; 0: for ever.
    pub days: u32,
    /// Megabytes of event data that are kept; 0: any.
    pub megabytes: u32,
}

impl Default for Retention {
    fn default() -> Self {
        let Limits { keep_days: days, keep_megabytes: megabytes, .. } = Limits::default();
        Self { days, megabytes }
    }
}

/// How events are written to a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export)]
pub enum ExportFormat {
    /// A table: a line for each reading.
    Csv,
    /// A JSON object on a line for each event.
    JsonLines,
}

/// Which events are written to a file, oldest first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export, optional_fields)]
pub struct EventExport {
    /// How.
    pub format: ExportFormat,
    /// Of this feed only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub feed: Option<FeedId>,
    /// Words that must all occur.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub search: Option<String>,
    /// Received at or after this time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional, type = "number")]
    pub since: Option<Millis>,
}
