//! Server-Sent Events: bytes to events, and a connection that stays open by itself.
//!
//! The standard is HTML's section 9.2, [Server-sent events](https://html.spec.whatwg.org/multipage/server-sent-events.html):
//! its 9.2.6 (interpreting a stream) is [`Decoder`], its 9.2.3 (processing model) is [`Connection`]. Where the standard leaves
//! off, because a page's user can reload it, this goes on: backoff, an idle limit, limits of size, and reasons in words.
//!
//! This crate knows the standard and HTTP, and nothing of what a feed means. Its types, from the inside out:
//!
//! - [`Decoder`]: pure; bytes in, [`Event`]s out.
//! - [`Client`]: one for the whole program; makes the requests that [`Config`]s describe.
//! - [`Connection`]: keeps one stream open for ever. It tells its [`Status`] and hands out events as [`Signal`]s,
//!   pulled one at a time, so that a slow consumer slows the socket and nothing is dropped.
//! - [`Config`]: what to open. [`Tls`] and [`Proxy`] say how to get there, [`Idle`] how patient to be.
//! - [`watch_surroundings`]: tells all connections when the computer woke up or its network changed.
//! - [`Cause`]: why it waits or has stopped, in words that tell a user what to do next.
//! - [`Recorder`], [`Recording`], [`Playback`]: a stream kept as it came, read again, and decoded again.
//! - [`parse_url`]: what a user pasted, understood or explained.
//!
//! ```no_run
//! use streambell_sse::{Client, Config, Connection, Signal, parse_url};
//!
//! # async fn watch() -> Result<(), Box<dyn std::error::Error>> {
//! let client = Client::new()?;
//! let config = Config::new(parse_url("https://example.com/prices")?);
//! let mut connection = Connection::new(client, config);
//! while let Some(signal) = connection.next().await {
//!     match signal {
//!         Signal::Events(events) => events.iter().for_each(|event| println!("{}: {}", event.event, event.data)),
//!         Signal::Status(status) => eprintln!("{status:?}"),
//!         Signal::Lost => eprintln!("The server does not keep what came before."),
//!     }
//! }
//! # Ok(()) }
//! ```

#![forbid(unsafe_code)]
#![deny(missing_docs)]

mod address;
mod answer;
mod backoff;
mod challenge;
mod client;
mod config;
mod connection;
mod cookies;
mod decoder;
mod error;
mod keep_alive;
mod opened;
mod pool;
mod proxy;
mod pulse;
mod recording;
mod rhythm;
mod sniff;
mod stream;
mod surroundings;
mod tls;

pub use address::{UrlError, complete_url, parse_url, redact_url, split_credentials};
pub use backoff::{AT_ONCE, BASE_RANGE, Backoff, DEFAULT_BASE, LONGEST, LONGEST_RETRY_AFTER};
pub use client::{Client, MAX_REDIRECTS};
pub use config::{Answers, Config, Idle, Post, Resume};
pub use connection::{Connection, HEALTHY_AFTER, RetryHandle, STALE_AFTER, Signal, Status};
pub use decoder::{DecodeError, Decoder, Event};
pub use error::{Cause, ClientError, Found, ProxyProblem};
pub use opened::Opened;
pub use proxy::{Proxy, ProxyError, ProxyUrl, system_proxy};
pub use pulse::Pulse;
pub use recording::{
    Answered, Heard, Moment, Playback, RECORDING_VERSION, Recorder, Recording, RecordingError, RecordingHead,
};
pub use rhythm::{DEFAULT_IDLE, LEAST_IDLE, Rhythm};
pub use surroundings::{Disturbance, LOOK_EVERY, watch_sleep, watch_surroundings};
pub use tls::{Tls, TlsError};
