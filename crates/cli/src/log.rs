//! What the program does, told on standard error.

use std::io::IsTerminal;

use tracing_subscriber::EnvFilter;

/// Writes the log to standard error, from this level on; `STREAMBELL_LOG` says otherwise, in tracing's syntax.
pub fn log_to_stderr(level: &str) {
    let filter = EnvFilter::try_from_env("STREAMBELL_LOG").unwrap_or_else(|_| {
        EnvFilter::new(format!(
            "warn,zbus=error,streambell_cli={level},streambell_engine={level},streambell_hub={level},streambell_app={level}"
        ))
    });
    // An error means that a test or another part of the program has set one up already.
    let _ = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_ansi(std::io::stderr().is_terminal())
        .with_writer(std::io::stderr)
        .try_init();
}
