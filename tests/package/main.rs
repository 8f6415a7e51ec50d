//! The packages that `make package` made: what is in them, and what they are to a user of a Debian that has never seen
//! the program. Not part of `cargo test`, because it needs the packages and a Debian: `make test-package`.
#![cfg(target_os = "linux")]

mod clean_debian;
mod contents;
mod packages;
mod rpm;
#[allow(dead_code, unused_imports, reason = "what the tests of the program need is here too")]
#[path = "../program/support/mod.rs"]
mod support;
