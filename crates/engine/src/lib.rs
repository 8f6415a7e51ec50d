//! Feeds, readings, rules, alerts and history: everything of Streambell but the screen.
//!
//! [`Engine`] is the handle to all of it. [`Engine::attach`] gives a snapshot of everything and the changes after it;
//! every other method is a request. The data are in [`model`]; who rings implements [`Notifier`], and secrets are kept
//! by whoever implements [`Secrets`] (in a real program [`key_ring`]).
//!
//! ```
//! # #[tokio::main]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! use std::sync::Arc;
//! use streambell_engine::{Clock, Engine, Home, NoNotifier, Setup, key_ring, model::FeedDraft};
//!
//! # let folder = tempfile::tempdir()?;
//! let engine = Engine::start(Setup {
//!     home: Home::locate(Some(folder.path().join("data")))?,
//!     notifier: Arc::new(NoNotifier),
//!     secrets: key_ring(),
//!     hub: None,
//!     clock: Clock::default(),
//!     subscribe: true,
//! })
//! .await?;
//! let draft = FeedDraft { name: "Prices".into(), url: "http://127.0.0.1:9/prices".into(), ..FeedDraft::default() };
//! let feed = engine.add_feed(draft).await?;
//! assert_eq!(feed.id.0, "prices");
//!
//! let (snapshot, _changes) = engine.attach().await?;
//! assert_eq!(snapshot.feeds.len(), 1);
//! engine.shutdown().await;
//! # Ok(()) }
//! ```
//!
//! How it works: a task for each feed pulls events from its connection and understands them (`subscription`,
//! `mapping`); one task owns all state, runs the rules and tells the windows (`actor`, `rule`, `gate`); one thread
//! commits (`store`). Each waits for the next, so that a slow disk slows the sockets and nothing is dropped.

#![forbid(unsafe_code)]
#![deny(missing_docs)]

pub mod model;

mod actor;
mod archive;
mod cause;
mod checkup;
mod clock;
mod configured;
mod contain;
mod conversation;
mod crash;
mod dialect;
mod document;
mod draft;
mod engine;
mod error;
mod export;
mod gate;
mod home;
mod hub;
mod json;
mod language;
mod leaving;
mod mapping;
mod network;
mod notify;
mod offer;
mod paste;
mod preset;
mod preview;
mod probe;
mod processes;
mod recording;
mod replay;
mod route;
mod rule;
mod secrets;
mod store;
mod subscription;
mod suggest;
mod summary;
mod told;
mod why;
mod words;

pub use actor::Standing;
pub use checkup::{HubSeen, examine, examine_without_home};
pub use clock::Clock;
pub use contain::internal_error;
pub use crash::Crash;
pub use document::ImportSummary;
pub use engine::{AlertQuery, Changes, Engine, Setup, StartError};
pub use error::EngineError;
pub use export::export_events;
pub use home::{Home, HomeError, HomeLock};
pub use hub::{HubFuture, HubHost, HubStanding, HubWish, no_hub};
pub use language::Language;
pub use notify::{Answer, NoNotifier, Notification, Notifier};
pub use offer::follow_link;
pub use probe::Probe;
pub use recording::feed_to_record;
pub use replay::{Pace, Played, Player, Replay, ReplayOf, Speed, Step};
pub use secrets::{Secrets, SecretsError, key_ring};
pub use store::StoreError;
