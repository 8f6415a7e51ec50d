//! Streambell's commands without the window: for servers and containers.

use std::process::ExitCode;

use streambell_cli::Invocation;

fn main() -> ExitCode {
    let invocation = Invocation::from_args(std::env::args_os()).unwrap_or_else(|error| error.exit());
    streambell_cli::run(invocation)
}
