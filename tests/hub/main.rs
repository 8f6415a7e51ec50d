//! The hub over real sockets.
#![allow(clippy::unwrap_used)] // helpers of tests are tests, too

mod api;
mod bytes;
mod client;
mod demos;
mod ending;
mod formats;
mod guarding;
mod keeping;
mod limits;
mod metrics;
mod ntfy;
mod places;
mod publishing;
mod subscribing;
mod tls;
mod tokens;
mod topics;
