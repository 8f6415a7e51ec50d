//! The way to all servers.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::ProxySetting;

/// What holds for all feeds that say nothing else.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, TS)]
#[serde(default)]
#[ts(export)]
pub struct Network {
    /// `direct`, or the address of a proxy; `None`: as this computer is set up. A password is present only on its way
    /// in: it is moved to the key ring.
    pub proxy: Option<ProxySetting>,
    /// Root certificates (PEM) that are trusted beside those of the computer, and beside a feed's own.
    pub roots: Option<String>,
}
