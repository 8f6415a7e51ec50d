//! What a connection needs to know of its feed.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use ecow::EcoString;
use http::HeaderMap;
use url::Url;

use crate::address::redact_url;
use crate::decoder::Event;
use crate::proxy::Proxy;
use crate::tls::Tls;

/// How long a feed may send nothing at all, not even a comment, before it counts as dead.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Idle {
    /// As its own [`Rhythm`](crate::Rhythm) tells.
    #[default]
    Learned,
    /// So long.
    After(Duration),
    /// For ever: a connection that is half gone is then never noticed.
    Never,
}

/// How a server is told where to go on.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Resume {
    /// By the header `Last-Event-ID`, as the standard has it.
    #[default]
    Header,
    /// By a parameter of the URL of this name, which takes the place of one that is there.
    Query(String),
    /// Not at all.
    Never,
}

/// What a server is told by a POST to a place of its own: some send nothing before they know what is wanted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Post {
    /// A path, from the server's root or from where the stream came from.
    pub place: String,
    /// The body.
    pub json: String,
}

/// What is to be said when an event has come. The stream goes on when the server has taken it; one that does not take it
/// is given up.
pub type Answers = Arc<dyn Fn(&Event) -> Option<Post> + Send + Sync>;

/// What to open, and within which limits.
#[derive(Clone)]
#[non_exhaustive]
pub struct Config {
    /// Where the feed is.
    pub url: Url,
    /// The feed's own headers, its credentials among them. They take the place of the client's own ones of the same
    /// name, and are not sent to another origin when the server redirects.
    pub headers: HeaderMap,
    /// Where to go on: the id of the last event seen, or empty.
    pub last_event_id: EcoString,
    /// How the server is told of it.
    pub resume: Resume,
    /// What the server is told when it asks by an event.
    pub answers: Option<Answers>,
    /// The largest event, and the longest line, that is accepted.
    pub max_event_bytes: usize,
    /// How long the feed may send nothing at all before it counts as dead.
    pub idle: Idle,
    /// Whom to trust, and who to be, beyond what this computer knows. The client certificate is shown to the feed's own
    /// origin only.
    pub tls: Tls,
    /// The way to the server.
    pub proxy: Proxy,
    /// How long finding the host, TCP and TLS may take together. The answer itself may take longer: some servers
    /// send nothing before their first event.
    pub connect_timeout: Duration,
}

impl Config {
    /// The default limits, no headers, from now on.
    pub fn new(url: Url) -> Self {
        Self {
            url,
            headers: HeaderMap::new(),
            last_event_id: EcoString::default(),
            resume: Resume::Header,
            answers: None,
            max_event_bytes: 16 * 1024 * 1024,
            idle: Idle::Learned,
            tls: Tls::default(),
            proxy: Proxy::System,
            connect_timeout: Duration::from_secs(15),
        }
    }
}

/// Shows the names of headers without their values, and the URL without its secrets.
impl fmt::Debug for Config {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Config")
            .field("url", &redact_url(&self.url))
            .field("headers", &self.headers.keys().map(http::HeaderName::as_str).collect::<Vec<_>>())
            .field("last_event_id", &self.last_event_id)
            .field("resume", &self.resume)
            .field("max_event_bytes", &self.max_event_bytes)
            .field("idle", &self.idle)
            .field("tls", &self.tls)
            .field("proxy", &self.proxy)
            .field("connect_timeout", &self.connect_timeout)
            .finish()
    }
}
