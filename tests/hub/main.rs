//! The hub over real sockets.
#![allow(clippy::unwrap_used)] // helpers of tests are tests, too

mod client;
mod demos;
mod ending;
mod guarding;
mod keeping;
mod limits;
mod places;
mod publishing;
mod subscribing;
