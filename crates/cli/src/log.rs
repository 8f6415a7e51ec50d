//! What the program does, told on standard error, in files, and to whoever asks for the latest of it.
//!
//! [`log_to_stderr`] begins it for every program; one that lives calls [`keep_log`], which adds files and what a panic
//! leaves. How much is told changes while it runs ([`change_level`]); `STREAMBELL_LOG` decides how it begins.

mod file;
mod lines;
mod panics;

use std::{
    io::{self, IsTerminal},
    sync::{Mutex, OnceLock, PoisonError},
};

use streambell_engine::{
    Home,
    model::{Log, LogLevel},
    speak,
};
use tracing_subscriber::{EnvFilter, Layer, Registry, fmt, layer::SubscriberExt, reload, util::SubscriberInitExt};

pub use self::lines::recent_log;
use crate::{
    control::{Client, Request},
    failure::Failure,
    output, program,
};

/// The program's own parts; of others only what goes wrong is of interest.
const OWN: [&str; 5] = ["streambell_app", "streambell_cli", "streambell_engine", "streambell_hub", "streambell_sse"];

static FILTER: OnceLock<reload::Handle<EnvFilter, Registry>> = OnceLock::new();
/// `None`: as `STREAMBELL_LOG` says.
static LEVEL: Mutex<Option<LogLevel>> = Mutex::new(None);

/// Why the log's level stays as it is.
#[derive(Debug, thiserror::Error)]
#[error("{}", speak!(
    "The log cannot be changed while this runs. Start Streambell anew with STREAMBELL_LOG=debug.",
    "运行期间无法更改日志。请以 STREAMBELL_LOG=debug 重新启动 Streambell。",
))]
pub struct LogError;

/// Writes the log to standard error, from this level on; `STREAMBELL_LOG` says otherwise, in tracing's syntax.
pub fn log_to_stderr(level: &str) {
    let (filter, known) = match EnvFilter::try_from_env("STREAMBELL_LOG") {
        Ok(filter) => (filter, None),
        Err(_) => (filter("warn", level, &OWN[..4]), Some(LogLevel::Normal)),
    };
    let (filter, handle) = reload::Layer::new(filter);
    let told = fmt::layer().with_ansi(io::stderr().is_terminal()).with_writer(io::stderr);
    let kept = fmt::layer().with_ansi(false).with_writer(|| lines::Keep);
    // An error means that a test or another part of the program has set one up already.
    if tracing_subscriber::registry().with(told.and_then(kept).with_filter(filter)).try_init().is_ok() {
        *LEVEL.lock().unwrap_or_else(PoisonError::into_inner) = known;
        let _ = FILTER.set(handle);
    }
}

/// Writes the log into files too, of this name and bounded in size, and has panics logged and left for the next start.
/// For programs that live. Where no file can be written the log says so, and the program goes on.
pub fn keep_log(home: &Home, name: &str) {
    panics::tell(home);
    let file = home.make_logs().and_then(|folder| file::LogFile::open(folder, name));
    match file {
        Ok(file) => lines::keep_in(file),
        Err(error) => tracing::warn!(%error, folder = %home.logs().display(), "the log is not kept in files"),
    }
}

/// The program tells so much from now on, until it ends.
///
/// # Errors
/// When this program's log was set up by another part of it.
pub fn change_level(level: LogLevel) -> Result<(), LogError> {
    let filter = match level {
        LogLevel::Normal => filter("warn", "info", &OWN[..4]),
        LogLevel::Debug => filter("warn", "debug", &OWN),
        // Not of others: what they tell then may hold what is secret.
        LogLevel::Trace => filter("info", "trace", &OWN),
    };
    FILTER.get().ok_or(LogError)?.reload(filter).map_err(|_| LogError)?;
    *LEVEL.lock().unwrap_or_else(PoisonError::into_inner) = Some(level);
    Ok(())
}

/// Where this program's log is, and how much it tells.
#[must_use]
pub fn log_state(home: &Home) -> Log {
    Log {
        folder: home.logs().display().to_string(),
        file: lines::file().map(|file| file.display().to_string()),
        level: *LEVEL.lock().unwrap_or_else(PoisonError::into_inner),
    }
}

/// The command `log`.
pub(crate) async fn log(level: Option<LogLevel>) -> Result<(), Failure> {
    let home = program::home()?;
    let state: Log = match (Client::connect(&home).await, level) {
        (Some(mut running), level) => running.ask(&Request::Log { level }).await?,
        (None, None) => Log { level: None, ..log_state(&home) },
        (None, Some(_)) => {
            return Err(Failure::failed(
                "Streambell does not run, so there is nothing to change. Start it with STREAMBELL_LOG=debug to have more told from the beginning.",
            ));
        }
    };
    Ok(output::print(&state)?)
}

fn filter(others: &str, level: &str, own: &[&str]) -> EnvFilter {
    let own: String = own.iter().map(|part| format!(",{part}={level}")).collect();
    EnvFilter::new(format!("{others},zbus=error{own}"))
}
