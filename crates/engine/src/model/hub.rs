//! The embedded hub.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::Millis;

/// The embedded hub that runs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct HubInfo {
    /// `http://127.0.0.1:7788`, without a slash at the end.
    pub url: String,
}

/// A topic of the embedded hub: something is kept of it, or somebody listens to it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct HubTopic {
    /// Its name.
    pub name: String,
    /// Where it is listened to: what a feed is added with.
    pub url: String,
    /// Events that are kept of it.
    #[ts(type = "number")]
    pub events: u64,
    /// When the newest of them was published.
    #[ts(type = "number | null")]
    pub last_event_at: Option<Millis>,
    /// Who listens now, feeds of this program among them.
    #[ts(type = "number")]
    pub subscribers: usize,
}
