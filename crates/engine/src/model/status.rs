//! How a subscription stands.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::Millis;

/// Where a subscription stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "type", rename_all = "snake_case")]
#[ts(export)]
pub enum Status {
    /// A request was sent and nothing has come yet; after a while the card says that it waits for the first byte.
    Connecting {
        /// When the request was sent.
        #[ts(type = "number")]
        since: Millis,
    },
    /// Events can come.
    Open {
        /// When the server accepted.
        #[ts(type = "number")]
        since: Millis,
    },
    /// A further try comes by itself.
    Waiting {
        /// When.
        #[ts(type = "number")]
        until: Millis,
        /// How many tries have failed.
        attempt: u32,
        /// Why the last one ended.
        reason: Reason,
    },
    /// No further try comes before the user acts.
    Stopped {
        /// Why.
        reason: Reason,
    },
    /// Paused by the user.
    Paused,
}

impl Status {
    /// Whether it is not as the user wants it.
    #[must_use]
    pub fn is_trouble(&self) -> bool {
        matches!(self, Self::Waiting { .. } | Self::Stopped { .. })
    }
}

/// Why something is not as it should be: a code for the program, and a message that tells a person what to do next.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct Reason {
    /// Stable, in snake case.
    pub code: String,
    /// One or two sentences.
    pub message: String,
}
