//! The command line of Streambell, and everything that needs no window.
//!
//! - [`Invocation`]: the arguments. Either [`window`](Invocation::window) says how to open the window, which is the
//!   desktop program's, or [`run`] carries out the command.
//! - [`control`]: how a command reaches the running program, and how that listens.
//! - [`desktop_notify`]: announces alerts through the operating system.
//! - [`hub`] and [`demo`]: the embedded hub, and the demo feeds that it serves.
//!
//! ```
//! use streambell_cli::Invocation;
//!
//! let invocation = Invocation::from_args(["streambell", "--hidden"])?;
//! assert!(invocation.window().is_some_and(|window| window.hidden));
//!
//! let invocation = Invocation::from_args(["streambell", "feeds", "list"])?;
//! assert!(invocation.window().is_none());
//! # Ok::<(), clap::Error>(())
//! ```
//!
//! Commands that read or change something go to the running program if there is one; else they open the data folder
//! themselves for as long as they need. Both carry out the same [`control::Request`].

#![forbid(unsafe_code)]
#![deny(missing_docs)]

pub mod control;
pub mod demo;
pub mod desktop_notify;
pub mod hub;

mod alerts;
mod args;
mod backup;
mod doctor;
mod events;
mod export;
mod failure;
mod feeds;
mod import;
mod log;
mod output;
mod presets;
mod program;
mod publish;
mod quiet;
mod record;
mod replay;
mod rules;
mod run;
mod secret;
mod serve;
#[cfg(target_os = "linux")]
mod service;
mod settings;
mod since;
mod source;
mod stream;
mod toggle;
mod token;
mod watch;
mod why;

use std::process::ExitCode;

use args::Verb;
use failure::Failure;

pub use args::{Invocation, WindowStart};
pub use doctor::self_test;
pub use log::{LogError, change_level, keep_log, log_state, log_to_stderr, recent_log};
pub use program::start_engine;

/// Carries out a command, on a tokio runtime of its own. One that opens the window is not for this function.
#[must_use]
pub fn run(invocation: Invocation) -> ExitCode {
    let Some(verb) = invocation.verb() else {
        let message = "this program has no window; name a command, or see --help. The window is opened by 'streambell'";
        return Failure::Usage(message.to_owned()).report();
    };
    log_to_stderr(if matches!(verb, Verb::Run(_) | Verb::Hub(_)) { "info" } else { "warn" });
    let runtime = match tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return Failure::failed(format!("The system has no more threads to give: {error}.")).report(),
    };
    let result = runtime.block_on(carry_out(verb));
    // Whatever still waits for standard input or a key ring must not keep the program alive.
    runtime.shutdown_background();
    result.map_or_else(|failure| failure.report(), |()| ExitCode::SUCCESS)
}

async fn carry_out(verb: Verb) -> Result<(), Failure> {
    match verb {
        Verb::Toggle => toggle::toggle().await,
        Verb::Watch(watch) => watch::watch(watch).await,
        Verb::Record(record) => record::record(record).await,
        Verb::Replay(replay) => replay::replay(replay).await,
        Verb::Feeds(feeds) => feeds::feeds(feeds).await,
        Verb::Rules(rules) => rules::rules(rules).await,
        Verb::Presets(presets) => presets::presets(presets).await,
        Verb::Import { file } => import::import(&file).await,
        Verb::Export => export::export().await,
        Verb::Backup { file } => backup::back_up(&file).await,
        Verb::Restore { file } => backup::restore(&file).await,
        Verb::Events(events) => events::events(events).await,
        Verb::Alerts(alerts) => alerts::alerts(alerts).await,
        Verb::Settings { change } => settings::settings(change).await,
        Verb::Doctor { json } => doctor::doctor(json).await,
        Verb::Log { level } => log::log(level).await,
        Verb::Quiet { span } => quiet::quiet(span).await,
        Verb::Why { event } => why::why(event).await,
        Verb::Run(run) => run::run(run).await,
        Verb::Hub(args::Hub { change: Some(args::ChangeHub::Token(token)), .. }) => token::token(token),
        Verb::Hub(hub) => serve::serve(hub.serve).await,
        Verb::Publish(publish) => publish::publish(publish).await,
    }
}
