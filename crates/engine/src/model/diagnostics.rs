//! How the program itself is.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::Millis;

/// What the engine and the whole program do and take, at one moment: two of them tell how much in between.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct Figures {
    /// When.
    #[ts(type = "number")]
    pub at: Millis,
    /// When the engine started.
    #[ts(type = "number")]
    pub since: Millis,
    /// Feeds that there are.
    pub feeds: u32,
    /// Feeds that are open.
    pub open: u32,
    /// Events since the engine started.
    #[ts(type = "number")]
    pub events: u64,
    /// Batches of events that wait for the disk.
    pub waiting: u32,
    /// How many may wait before feeds are slowed down.
    pub room: u32,
    /// What all processes of the program take.
    pub processes: Processes,
}

/// What the program's processes take: its own, and those of its web view while there is one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct Processes {
    /// How many they are.
    pub count: u32,
    /// Bytes of memory; what several share counts once where the system can tell.
    #[ts(type = "number")]
    pub memory: u64,
    /// Milliseconds of processor time since each began.
    #[ts(type = "number")]
    pub cpu: u64,
}

/// How much the log tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export)]
pub enum LogLevel {
    /// What the program does, and what goes wrong.
    Normal,
    /// What else helps to find a fault.
    Debug,
    /// Everything.
    Trace,
}

/// Where the log is, and how much it tells.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct Log {
    /// The folder of its files, the newest and some older ones.
    pub folder: String,
    /// The newest file; `None`: no program that runs writes one.
    pub file: Option<String>,
    /// How much it tells; `None`: `STREAMBELL_LOG` says, or no program runs.
    pub level: Option<LogLevel>,
}

/// What the program tried on itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct Check {
    /// What was tried.
    pub part: Part,
    /// What is wrong, and what to do; `None`: it is fine.
    pub trouble: Option<String>,
}

/// A part of the program's surroundings that it can try by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export)]
pub enum Part {
    /// The key ring: a secret is written, read and removed.
    KeyRing,
    /// The database is read through.
    Database,
    /// Room on the disk.
    Disk,
}
