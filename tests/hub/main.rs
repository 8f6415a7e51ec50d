//! The hub over real sockets.
#![allow(clippy::unwrap_used)] // helpers of tests are tests, too

mod client;
mod demos;
mod ending;
mod guarding;
mod limits;
mod publishing;
mod subscribing;
