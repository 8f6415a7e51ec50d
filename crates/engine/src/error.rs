//! What can go wrong with a request to the engine.

use crate::{model::Reason, speak};

/// Why a request was not carried out. Nothing was changed then, unless the message says otherwise.
#[derive(Debug, Clone, thiserror::Error)]
pub enum EngineError {
    /// The address cannot be a feed's.
    #[error("{0}")]
    Url(String),
    /// A field of a feed or a rule is wrong.
    #[error("{field}: {problem}")]
    Invalid {
        /// Which.
        field: String,
        /// What is wrong, and what would be right.
        problem: String,
    },
    /// There is no such feed.
    #[error("{}", no_feed(.0))]
    NoSuchFeed(String),
    /// There is no such rule.
    #[error("{}", no_rule(.0))]
    NoSuchRule(String),
    /// There is no such preset.
    #[error("{}", no_preset(.0))]
    NoSuchPreset(String),
    /// There is no such event or alert.
    #[error("{}", not_found(.0))]
    NotFound(String),
    /// A document cannot be read.
    #[error("{0}")]
    Document(String),
    /// The database refused.
    #[error("{}", .0.message)]
    Store(Reason),
    /// A file of the user's choice cannot be written, or is not what it should be.
    #[error("{}", .0.message)]
    File(Reason),
    /// The embedded hub does not run, or does not answer.
    #[error("{}", .0.message)]
    Hub(Reason),
    /// The program met an error of its own.
    #[error("{}", crate::contain::of_request())]
    Internal,
    /// The engine has ended.
    #[error("{}", ended())]
    Ended,
}

impl EngineError {
    /// A stable name of the kind of error.
    #[must_use]
    pub fn code(&self) -> &str {
        match self {
            Self::Url(_) => "bad_url",
            Self::Invalid { .. } => "invalid",
            Self::NoSuchFeed(_) => "no_such_feed",
            Self::NoSuchRule(_) => "no_such_rule",
            Self::NoSuchPreset(_) => "no_such_preset",
            Self::NotFound(_) => "not_found",
            Self::Document(_) => "bad_document",
            Self::Store(reason) | Self::File(reason) | Self::Hub(reason) => &reason.code,
            Self::Internal => crate::contain::CODE,
            Self::Ended => "ended",
        }
    }

    pub(crate) fn unwritable(error: &std::io::Error) -> Self {
        let code = if error.kind() == std::io::ErrorKind::BrokenPipe { "reader_gone" } else { "file_not_writable" };
        let message = speak!(
            format!("The file cannot be written: {error}. Choose another place for it."),
            format!("文件无法写入（{error}）。请换一个位置。")
        );
        Self::File(Reason { code: code.into(), message })
    }

    /// Why there is no answer: whoever was asked met a panic, or has ended.
    pub(crate) fn unanswered(ended: bool) -> Self {
        if ended { Self::Ended } else { Self::Internal }
    }

    pub(crate) fn invalid(field: impl Into<String>, problem: impl Into<String>) -> Self {
        Self::Invalid { field: field.into(), problem: problem.into() }
    }
}

fn no_feed(id: &str) -> String {
    speak!(
        format!("There is no feed '{id}'. 'streambell feeds list' shows those that there are."),
        format!("没有订阅源“{id}”。“streambell feeds list”会列出现有的订阅源。"),
    )
}

fn no_rule(id: &str) -> String {
    speak!(format!("There is no rule '{id}'."), format!("没有规则“{id}”。"))
}

fn no_preset(id: &str) -> String {
    speak!(
        format!("There is no preset '{id}'. Choose another, or import the one that is meant."),
        format!("没有预设“{id}”。请选择其他预设，或导入所需的预设。")
    )
}

fn not_found(what: &str) -> String {
    speak!(format!("{what} is not in the history (any more)."), format!("历史中没有（或不再有）{what}。"))
}

fn ended() -> &'static str {
    speak!("Streambell is shutting down. Start it again and repeat this.", "Streambell 正在退出。请重新启动后再试。")
}
