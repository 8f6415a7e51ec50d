//! Why a connection waits or has stopped, in words for the person whose feed it is.
//!
//! No message may hold a header's value, a credential, or the query of a URL.

use std::fmt;
use std::time::Duration;

use url::Url;

use crate::address::redact_url;
use crate::decoder::DecodeError;

/// Why [`Client::new`](crate::Client::new) failed.
#[derive(Debug, thiserror::Error)]
#[error("The HTTP client could not be set up: {0}. This is a fault of the installation; please report it.")]
pub struct ClientError(pub(crate) String);

/// Why a connection is not open.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Cause {
    /// The host's name leads nowhere.
    #[error("The host {host} could not be found. Check the address, and that this computer is online.")]
    NoSuchHost {
        /// The host.
        host: String,
    },
    /// Nothing listens there.
    #[error("{host} refused the connection. Check the port, and that the server is running.")]
    Refused {
        /// The host, and the port.
        host: String,
    },
    /// There is no way to the host.
    #[error(
        "There is no way to {host} from here. Check that this computer is online, or connect to the right network."
    )]
    Unreachable {
        /// The host, and the port.
        host: String,
    },
    /// No secure connection came about.
    #[error("No secure connection to {host} is possible: {reason}.")]
    Tls {
        /// The host, and the port.
        host: String,
        /// Why, and what could be done.
        reason: String,
    },
    /// Connecting took too long.
    #[error("{host} did not accept a connection in time. Check the address, and that no firewall is in between.")]
    TimedOut {
        /// The host, and the port.
        host: String,
    },
    /// Open, but silent for too long.
    #[error(
        "Nothing came for {}, so the connection counts as lost. \
         If the feed is silent for longer than that, raise its idle limit.", in_words(*after)
    )]
    Idle {
        /// How long nothing came.
        after: Duration,
    },
    /// The computer slept for so long that the server has given the connection up.
    #[error("This computer was asleep. The feed is opened again by itself.")]
    Slept,
    /// The address that the connection used is gone.
    #[error("This computer's network changed. The feed is opened again by itself.")]
    NetworkChanged,
    /// The server ended the stream properly. Many do so every few minutes.
    #[error("The server ended the stream, as many do from time to time. It is opened again by itself.")]
    Ended,
    /// The server ended the stream at once, without a byte.
    #[error("The server closed the stream at once without sending anything. It may be busy or misconfigured.")]
    Empty,
    /// The stream broke off.
    #[error("The connection broke off. It is opened again by itself.")]
    Cut,
    /// What answered does not speak HTTP.
    #[error("What answered at {host} does not speak HTTP. Check the port, and whether it should be https://.")]
    NotHttp {
        /// The host, and the port.
        host: String,
    },
    /// Any other failure on the way.
    #[error("The request to {host} failed. It is tried again by itself.")]
    Network {
        /// The host, and the port.
        host: String,
    },
    /// The request could not even be made.
    #[error("The request could not be made. Check the feed's address and headers.")]
    BadRequest,
    /// The server answered with a status that is no stream.
    #[error("The server answered with HTTP status {status}{}.", hint(*status))]
    HttpStatus {
        /// The status.
        status: u16,
    },
    /// 401.
    #[error("The server wants to know who asks (HTTP 401). {}.", login(schemes))]
    Unauthorized {
        /// The kinds of login that it takes, in its order: `Basic`, `Bearer`, …
        schemes: Vec<String>,
    },
    /// The proxy on the way has a problem.
    #[error("The proxy {host} {problem}")]
    Proxy {
        /// Its host and port.
        host: String,
        /// What is wrong.
        problem: ProxyProblem,
    },
    /// The answer's head is larger than any that makes sense.
    #[error("The server's answer begins with more headers than can be read. Its owner should look into that.")]
    HeadTooLarge,
    /// 403.
    #[error("The server does not allow this (HTTP 403). Check this feed's credentials and what they permit.")]
    Forbidden,
    /// 404.
    #[error("The server has nothing at this address (HTTP 404). Check the address.")]
    NotFound,
    /// 204 or 410: the feed is over.
    #[error("The server says that this feed is over (HTTP {status}). Resume it by hand if you expect more.")]
    Gone {
        /// 204: finished; 410: removed.
        status: u16,
    },
    /// A good answer, of something that is no stream of events.
    #[error("{found}")]
    WrongType {
        /// What it is instead.
        found: Found,
    },
    /// The stream is compressed though that was not asked for.
    #[error("The server compresses the stream without being asked to. Switch compression off for it on the server.")]
    Compressed,
    /// The address is one of a WebSocket.
    #[error(
        "This address is a WebSocket's, which Streambell cannot read. \
         Look in the service's documentation for an address of Server-Sent Events (SSE)."
    )]
    WebSocket,
    /// The server sends from one address to the next without end.
    #[error("The server redirects without end. Check the address.")]
    TooManyRedirects,
    /// The server sends to an address that cannot be followed.
    #[error("The server redirects to nowhere. Check the address, or paste the one it should lead to.")]
    BadRedirect,
    /// An event says that the server refuses, as its consumer [understands](crate::Connection::refuse) it.
    #[error("The server says: {said}")]
    Told {
        /// Its words, untrusted.
        said: String,
        /// Whether asking again would not help.
        last: bool,
    },
    /// An event exceeds this feed's limit.
    #[error("{}", DecodeError::EventTooLarge { limit: *limit })]
    EventTooLarge {
        /// The limit, in bytes.
        limit: usize,
    },
}

impl Cause {
    /// A short name of the variant, for programs.
    pub fn code(&self) -> &'static str {
        match self {
            Self::NoSuchHost { .. } => "no_such_host",
            Self::Refused { .. } => "refused",
            Self::Unreachable { .. } => "unreachable",
            Self::Tls { .. } => "tls",
            Self::TimedOut { .. } => "timed_out",
            Self::Idle { .. } => "idle",
            Self::Slept => "slept",
            Self::NetworkChanged => "network_changed",
            Self::Ended => "ended",
            Self::Empty => "empty",
            Self::Cut => "cut",
            Self::NotHttp { .. } => "not_http",
            Self::Network { .. } => "network",
            Self::BadRequest => "bad_request",
            Self::HttpStatus { .. } => "http_status",
            Self::Unauthorized { .. } => "unauthorized",
            Self::Proxy { problem, .. } => problem.code(),
            Self::HeadTooLarge => "head_too_large",
            Self::Forbidden => "forbidden",
            Self::NotFound => "not_found",
            Self::Gone { .. } => "gone",
            Self::WrongType { .. } => "wrong_type",
            Self::Compressed => "compressed",
            Self::WebSocket => "websocket",
            Self::TooManyRedirects => "too_many_redirects",
            Self::BadRedirect => "bad_redirect",
            Self::Told { .. } => "told",
            Self::EventTooLarge { .. } => "event_too_large",
        }
    }

    /// Whether this is part of a healthy feed's life, and nothing to bother anyone with.
    pub fn is_routine(&self) -> bool {
        matches!(self, Self::Ended | Self::Slept | Self::NetworkChanged)
    }

    /// Whether trying again by itself would be pointless, so that the connection stops.
    pub fn is_final(&self) -> bool {
        match self {
            Self::HttpStatus { status } => !matches!(status, 408 | 425 | 429 | 500..=599),
            Self::Told { last, .. } => *last,
            Self::BadRequest
            | Self::Unauthorized { .. }
            | Self::Proxy { problem: ProxyProblem::Login | ProxyProblem::Certificate, .. }
            | Self::HeadTooLarge
            | Self::Forbidden
            | Self::NotFound
            | Self::Gone { .. }
            | Self::WrongType { .. }
            | Self::Compressed
            | Self::WebSocket
            | Self::TooManyRedirects
            | Self::BadRedirect => true,
            Self::NoSuchHost { .. }
            | Self::Refused { .. }
            | Self::Unreachable { .. }
            | Self::Tls { .. }
            | Self::TimedOut { .. }
            | Self::Idle { .. }
            | Self::Slept
            | Self::NetworkChanged
            | Self::Ended
            | Self::Empty
            | Self::Cut
            | Self::NotHttp { .. }
            | Self::Network { .. }
            | Self::Proxy { .. }
            | Self::EventTooLarge { .. } => false,
        }
    }
}

impl From<DecodeError> for Cause {
    fn from(error: DecodeError) -> Self {
        match error {
            DecodeError::EventTooLarge { limit } => Self::EventTooLarge { limit },
        }
    }
}

/// What may be wrong with a proxy.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ProxyProblem {
    /// It cannot be reached.
    #[error("cannot be reached. Check its address, and that it is running.")]
    Unreachable,
    /// It is to be spoken to by TLS, and either cannot or shows a certificate that this computer does not trust.
    #[error(
        "cannot be spoken to securely. Check that its address begins with https:// rightly, and install the root \
         certificate of its issuer."
    )]
    Tls,
    /// It wants a login, or another.
    #[error(
        "wants a login, or does not accept this one. Set user and password in its address: http://user:password@host:port."
    )]
    Login,
    /// It is spoken to by TLS, and so would be shown the client certificate that is for the server.
    #[error("cannot be used by https:// together with a client certificate. Use its http:// or socks5h:// address.")]
    Certificate,
    /// It does not get through to the server.
    #[error("does not get through to the server. It may not be allowed to, or the server is down.")]
    NoWay,
}

impl ProxyProblem {
    fn code(self) -> &'static str {
        match self {
            Self::Unreachable => "proxy_unreachable",
            Self::Tls => "proxy_tls",
            Self::Login => "proxy_login",
            Self::Certificate => "proxy_certificate",
            Self::NoWay => "proxy_no_way",
        }
    }
}

/// What to do about a login of one of these kinds.
fn login(schemes: &[String]) -> String {
    let has = |scheme: &str| schemes.iter().any(|known| known.eq_ignore_ascii_case(scheme));
    if has("Basic") {
        return "Set or correct this feed's user name and password".to_owned();
    }
    if has("Bearer") {
        return "Set or correct this feed's token".to_owned();
    }
    match schemes.first() {
        Some(_) => format!("It takes only a login of the kind {}, which Streambell cannot do", schemes.join(" or ")),
        None => "Set or correct this feed's credentials".to_owned(),
    }
}

/// What was found where a stream of events was expected.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Found {
    /// HTML.
    WebPage {
        /// The feeds that its source names: at most three.
        feeds: Vec<Url>,
    },
    /// Events, under another media type.
    Mislabelled,
    /// One JSON document.
    Json,
    /// A stream of JSON lines.
    JsonLines,
    /// An answer that does not say what it is.
    Untyped,
    /// Another media type.
    Other(String),
}

impl fmt::Display for Found {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::WebPage { feeds } if feeds.is_empty() => f.write_str(
                "This address is a web page, not a feed. \
                 Look in the service's documentation for an address of Server-Sent Events (SSE).",
            ),
            Self::WebPage { feeds } => {
                let feeds: Vec<_> = feeds.iter().map(redact_url).collect();
                write!(f, "This address is a web page, not a feed. It reads from {}: try that.", feeds.join(" and "))
            }
            Self::Mislabelled => f.write_str(
                "The server sends events, but does not say so, and no browser would accept them. \
                 Its answer needs the header Content-Type: text/event-stream; ask its owner.",
            ),
            Self::Json => f.write_str(
                "This address answers with a JSON document, not a feed. \
                 Look in the service's documentation for an address of Server-Sent Events (SSE).",
            ),
            Self::JsonLines => f.write_str(
                "This address streams JSON lines, which are not Server-Sent Events (SSE). \
                 Look in the service's documentation for an SSE address.",
            ),
            Self::Untyped => f.write_str(
                "The server does not say what it sends. A feed's answer needs the header Content-Type: text/event-stream.",
            ),
            Self::Other(media_type) => write!(
                f,
                "The server sends {media_type}, not a feed. A feed's answer has the type text/event-stream; check the address."
            ),
        }
    }
}

/// What is worth saying about a status that has no variant of its own.
fn hint(status: u16) -> &'static str {
    match status {
        400 => ", it did not understand the request. Check the address and its parameters",
        402 => ", it wants to be paid. Check your plan with the service",
        405 => ", it does not let this address be read. Check the address",
        406 => ", it has no stream of events at this address. Check the address",
        429 => ", it wants fewer requests. It is asked again later",
        408 | 425 | 500..=599 => ". It is asked again by itself",
        _ => ". Check the address",
    }
}

fn in_words(duration: Duration) -> String {
    match duration.as_secs() {
        seconds if seconds >= 120 && seconds % 60 == 0 => format!("{} minutes", seconds / 60),
        1 => "1 second".to_owned(),
        0 => format!("{} ms", duration.as_millis()),
        seconds => format!("{seconds} seconds"),
    }
}
