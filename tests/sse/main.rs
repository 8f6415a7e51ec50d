//! The tests of streambell-sse: the standard's own cases, captured streams, and a server that speaks raw bytes.

// clippy.toml allows it in test functions; these are their helpers.
#![allow(clippy::unwrap_used)]

mod address;
mod backoff;
mod captures;
mod connection;
mod cookies;
mod decoder;
mod diagnosis;
mod h2;
mod peers;
mod proxies;
mod recording;
mod redirects;
mod rhythm;
mod secrets;
mod server;
mod surroundings;
mod system_proxy;
mod timing;
mod tls;
mod vectors;
