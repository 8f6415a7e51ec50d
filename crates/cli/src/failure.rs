//! How a command ends when it does not do what it was asked.

use std::{io, process::ExitCode};

use streambell_engine::EngineError;

use crate::control::Refusal;

/// Why a command did not do what it was asked.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Failure {
    /// It was called wrongly.
    #[error("{0}")]
    Usage(String),
    /// It failed, with what to do next.
    #[error("{0}")]
    Failed(String),
    /// It broke while it ran, which starting it again may mend.
    #[error("{0}")]
    Broken(String),
    /// Whoever read the output has seen enough.
    #[error("the reader of the output is gone")]
    ReaderGone,
}

impl Failure {
    pub(crate) fn failed(error: impl std::fmt::Display) -> Self {
        Self::Failed(error.to_string())
    }

    pub(crate) fn usage(error: impl std::fmt::Display) -> Self {
        Self::Usage(error.to_string())
    }

    /// Says why on standard error, if there is something to say.
    pub(crate) fn report(&self) -> ExitCode {
        match self {
            Self::Usage(message) => {
                eprintln!("streambell: {message}");
                ExitCode::from(2)
            }
            Self::Failed(message) => {
                eprintln!("streambell: {message}");
                ExitCode::FAILURE
            }
            Self::Broken(message) => {
                eprintln!("streambell: {message}");
                // As any program that panics: a service manager starts it again.
                ExitCode::from(101)
            }
            Self::ReaderGone => ExitCode::SUCCESS,
        }
    }
}

impl From<Refusal> for Failure {
    fn from(refusal: Refusal) -> Self {
        match refusal.code.as_str() {
            "bad_url" => Self::Usage(refusal.message),
            _ => Self::Failed(refusal.message),
        }
    }
}

impl From<EngineError> for Failure {
    fn from(error: EngineError) -> Self {
        if error.code() == "reader_gone" { Self::ReaderGone } else { Self::failed(error) }
    }
}

/// Only output is written by commands, so an error of the system is one of standard output.
impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::BrokenPipe => Self::ReaderGone,
            _ => Self::Failed(format!("The output cannot be written: {error}. Check where it is sent to.")),
        }
    }
}
