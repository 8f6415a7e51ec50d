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

/// What the program tried of itself and of what it needs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct Check {
    /// What was tried.
    pub check: Part,
    /// How it is.
    pub state: CheckState,
    /// What was found.
    pub found: String,
    /// What to do; missing where it is fine.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub mend: Option<String>,
}

/// How something is that was tried.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export)]
pub enum CheckState {
    /// As it should be.
    Fine,
    /// The program does without, and does less.
    Warning,
    /// What the user relies on does not work.
    Wrong,
}

/// A part of the program or of its surroundings that it can try by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export)]
pub enum Part {
    /// The program's version, and that of its database.
    Version,
    /// The data folder is the user's alone and can be written.
    DataFolder,
    /// The database is read through.
    History,
    /// Room on the disk.
    Disk,
    /// The key ring: a secret is written, read and removed.
    KeyRing,
    /// A way out of this computer.
    Network,
    /// The proxy on it answers.
    Proxy,
    /// The embedded hub's port.
    Hub,
    /// The folder of the log's files.
    Log,
    /// What a panic has left.
    Crash,
    /// Who shows notifications.
    Notifications,
    /// Who shows tray icons.
    Tray,
}

impl Part {
    /// Whether the program cannot start well where it is wrong.
    #[must_use]
    pub fn is_of_data(self) -> bool {
        matches!(self, Self::Version | Self::DataFolder | Self::History)
    }
}
