//! `streambell`: the window, or a command.
#![cfg_attr(all(windows, not(debug_assertions)), windows_subsystem = "windows")]

use std::process::ExitCode;

use streambell_cli::Invocation;

fn main() -> ExitCode {
    let invocation = Invocation::from_args(std::env::args_os()).unwrap_or_else(|error| error.exit());
    match invocation.window() {
        Some(window) => streambell_app::run(window),
        None => streambell_cli::run(invocation),
    }
}
