//! The program without a window, driven as a user drives it: the real binary, against real servers and real trouble.
//!
//! The servers that are not Streambell's own (nginx with nchan; Flask with flask-sse and Redis under gunicorn; PocketBase;
//! WireMock, in the place of services that cannot run here) are installed by `scripts/install.sh test`. Where one is
//! missing the tests fail and say so.
#![cfg(unix)]
#![allow(clippy::unwrap_used, missing_docs)]

mod bad_addresses;
mod bad_files;
mod bad_servers;
mod examples;
mod full_disk;
mod homeassistant;
mod hubs;
mod kill;
mod network;
#[path = "../shared/old_database.rs"]
mod old_database;
mod pocketbase;
mod servers;
#[cfg(target_os = "linux")]
mod service;
mod services;
mod support;
mod upgrade;
mod versions;
