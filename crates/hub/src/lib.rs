//! Streambell's own SSE server: publish by POST, subscribe by SSE, replay by Last-Event-ID.
//!
//! The program embeds a [`Hub`] on loopback, so that any script of this machine can ring:
//!
//! ```text
//! curl -d 'backup done' -H 'Title: Backups' http://127.0.0.1:7788/backups
//! curl -N http://127.0.0.1:7788/backups,builds/sse?since=all
//! ```
//!
//! | | |
//! |---|---|
//! | `POST` or `PUT /{topic}` | publishes a text (headers or query as ntfy has them: Title, Priority, Tags, Click, …) or a JSON object |
//! | `POST` or `PUT /` | publishes what ntfy's JSON form says |
//! | `GET /{topic}/publish`, `/send`, `/trigger` | publishes what the query says |
//! | `POST` or `PUT /{topic}/{sequence}` | replaces the earlier messages of a sequence; `DELETE` says that they are gone, `PUT …/clear` that they were seen |
//! | `GET /{topic},…/sse`, `/json`, `/raw` | subscribes; `?since=` or `Last-Event-ID` says where to begin, `?poll=1` where to end, `?priority=`, `tags=`, `title=`, `message=` and `id=` what to leave out |
//! | `GET /`, `GET /{topic}` | a page: the topics, one of them live, publishing |
//! | `GET /topics` | the topics as JSON |
//! | `GET /api/progress`, `/api/stream`, `/api/events/stream`, `/api/sse`, `/api/prices/stream`, `/api/tasks/stream` | jobs, a game, events with names, a chat, prices, tasks: how they stand, and what changes (docs/hub-api.md has what changes them) |
//! | `GET /demo/{name}` | demo feeds: price, progress, score, chat, news, tasks |
//! | `GET /metrics` | what was counted, for Prometheus |
//! | `GET /healthz` | whether it lives, with its topics and subscribers |
//!
//! `docs/hub.md` has all of it, and what ntfy has and the hub does not.
//!
//! A hub is started with a [`HubConfig`], takes a [`Message`] for a topic and gives it an [`EventId`]; what goes wrong
//! is a [`HubError`]. Its [`Door`] says who may come in: without one, programs of this machine; where others can reach
//! it, those who have a [`Token`] of its [`TokenFile`].
//!
//! ```
//! use streambell_hub::{Hub, HubConfig, Message};
//! use tokio::io::{AsyncReadExt, AsyncWriteExt};
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let hub = Hub::start(HubConfig { listen: "127.0.0.1:0".parse()?, ..HubConfig::default() }).await?;
//! let id = hub.publish("backups", Message::text("backup done").title("Backups")).await?;
//!
//! let mut subscriber = tokio::net::TcpStream::connect(hub.addr()).await?;
//! let request = format!("GET /backups/sse?since=all HTTP/1.1\r\nHost: {}\r\n\r\n", hub.addr());
//! subscriber.write_all(request.as_bytes()).await?;
//! let mut text = Vec::new();
//! while !String::from_utf8_lossy(&text).contains("backup done") {
//!     assert!(subscriber.read_buf(&mut text).await? > 0, "the stream goes on");
//! }
//! assert!(String::from_utf8_lossy(&text).contains(&format!("id: {id}\n")));
//! hub.shutdown().await;
//! # Ok(())
//! # }
//! ```
//!
//! Inside, every event goes one way: `publish` reads a request into a message, `intake` counts it and hands it to
//! `store`, which gives it an id and keeps it in its `topic`, and each `subscription` reads on from its own place, woken
//! when there is more, and tells of it as its `delivery` says. There are no queues between: replay and live are the same
//! reading, and a subscriber that is slow costs no memory. `door` is what a request passes first, `server` keeps
//! connections in bounds. What `api` keeps and tells, and the demo feeds, are each a `thing`.

#![forbid(unsafe_code)]

mod actions;
mod api;
mod delivery;
mod demo;
mod door;
mod event;
mod filter;
mod fresh;
mod gist;
mod hub;
mod intake;
mod message;
mod metrics;
mod params;
mod publish;
mod refusal;
mod routes;
mod server;
mod since;
mod store;
mod subscription;
mod thing;
mod tls;
mod tokens;
mod topic;

pub use door::{Door, HostName, NotAHostName, NotAnOrigin, Origin};
pub use event::{EventId, NotAnEventId};
pub use hub::{Hub, HubConfig, HubError, Limits};
pub use message::{Message, NotAJsonObject, NotAPriority, Priority};
pub use store::{Listed, OpenError, Retention, StorePlace};
pub use tls::{CertificateError, CertificateFiles};
pub use tokens::{NotATopicPattern, Token, TokenError, TokenFile, TopicPattern};
pub use topic::{NotATopicName, TopicName};
