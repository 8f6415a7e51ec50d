//! What a panic leaves for the next start: one small file in the data folder.

use std::{fs, io, io::Write};

use jiff::{Timestamp, tz::TimeZone};
use serde::{Deserialize, Serialize};

use crate::{
    Home,
    model::{Millis, Notice, NoticeLevel, Reason},
    speak,
};

/// A panic of the program: where and what. Nothing in it may be secret; whoever makes it sees to that.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Crash {
    /// When.
    pub at: Millis,
    /// Of which version of the program.
    pub version: String,
    /// The thread that panicked.
    pub thread: String,
    /// The place in the program's source.
    pub place: String,
    /// What it said.
    pub message: String,
}

impl Crash {
    /// Leaves it for the next start. One that lies there already stays: the first is nearest to the cause.
    ///
    /// # Errors
    /// When the data folder cannot be written.
    pub fn leave(&self, home: &Home) -> io::Result<()> {
        match fs::File::create_new(home.crash()) {
            Ok(mut file) => file.write_all(&serde_json::to_vec(self)?),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(()),
            Err(error) => Err(error),
        }
    }

    /// The one that was left and of which nobody was told yet.
    #[must_use]
    pub fn left(home: &Home) -> Option<Self> {
        serde_json::from_slice(&fs::read(home.crash()).ok()?).ok()
    }

    /// The one that was left, this once.
    pub(crate) fn take_up(home: &Home) -> Option<Self> {
        let left = Self::left(home);
        // An error means that there is none, or that it is told again.
        let _ = fs::remove_file(home.crash());
        left
    }

    /// When it was and what it said, in a few words.
    pub(crate) fn words(&self) -> String {
        let at = Timestamp::from_millisecond(self.at).unwrap_or_default().to_zoned(TimeZone::system());
        let (at, Self { message, place, .. }) = (at.strftime("%Y-%m-%d %H:%M"), self);
        speak!(format!("{at}: “{message}” at {place}"), format!("{at}：“{message}”，位于 {place}"))
    }

    pub(crate) fn notice(&self, home: &Home) -> Notice {
        let (words, logs) = (self.words(), home.logs().display());
        let message = speak!(
            format!(
                "Streambell met an error of its own when it last ran ({words}). Please report it with the log, which is in {logs}."
            ),
            format!("Streambell 上次运行时遇到自身的错误（{words}）。请附上 {logs} 中的日志报告此问题。"),
        );
        Notice { level: NoticeLevel::Warning, reason: Reason { code: "crashed".into(), message } }
    }
}
