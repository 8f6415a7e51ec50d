//! Tests of the command line and of what it shares with the desktop program.
#![allow(clippy::unwrap_used, missing_docs)]

mod args;
mod commands;
mod control;
mod demo;
mod doctor;
mod embedded;
mod hub;
mod log;
mod looking;
#[cfg(target_os = "linux")]
mod notify;
mod presets;
mod recording;
mod support;
mod watch;
