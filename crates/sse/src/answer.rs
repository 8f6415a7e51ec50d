//! What a server's answer means: a stream, a redirect, or a reason why not. Pure, apart from a clock passed in.

use std::error::Error as StdError;
use std::io::{self, ErrorKind};
use std::time::{Duration, SystemTime};

use http::header::{
    CONTENT_ENCODING, CONTENT_TYPE, DATE, LOCATION, RETRY_AFTER, TRANSFER_ENCODING, UPGRADE, WWW_AUTHENTICATE,
};
use http::{HeaderMap, HeaderName, StatusCode};
use url::Url;

use crate::address::{host_and_port, split_credentials};
use crate::challenge;
use crate::error::{Cause, Found, ProxyProblem};
use crate::proxy::ProxyUrl;

/// What to do with an answer.
pub(crate) enum Answer {
    /// Read events from it.
    Stream,
    /// Ask there instead.
    Redirect(Url),
    /// There is nothing to read.
    Refusal(Failure),
}

/// Why an attempt failed, and how long the server wants to be left alone.
#[derive(Debug, PartialEq)]
pub(crate) struct Failure {
    pub(crate) cause: Cause,
    pub(crate) retry_after: Option<Duration>,
}

impl From<Cause> for Failure {
    fn from(cause: Cause) -> Self {
        Self { cause, retry_after: None }
    }
}

/// Judges the head of the answer that `url` gave.
pub(crate) fn judge(
    url: &Url,
    proxy: Option<&ProxyUrl>,
    status: StatusCode,
    headers: &HeaderMap,
    now: SystemTime,
) -> Answer {
    let cause = match status.as_u16() {
        200 => match stream_or_not(headers) {
            None => return Answer::Stream,
            Some(cause) => cause,
        },
        301 | 302 | 303 | 307 | 308 => match redirect(url, headers) {
            Some(target) => return Answer::Redirect(target),
            None => Cause::BadRedirect,
        },
        101 => Cause::WebSocket,
        426 if !headers.contains_key(UPGRADE) => Cause::WebSocket,
        400.. if upgrades_to_websocket(headers) => Cause::WebSocket,
        401 => Cause::Unauthorized { schemes: challenge::schemes(headers.get_all(WWW_AUTHENTICATE).iter()) },
        // Inside a tunnel, and without a proxy, it is the server that errs.
        407 if let Some(proxy) = proxy.filter(|_| url.scheme() == "http") => {
            Cause::Proxy { host: proxy.place(), problem: ProxyProblem::Login }
        }
        403 => Cause::Forbidden,
        404 => Cause::NotFound,
        status @ (204 | 410) => Cause::Gone { status },
        status => Cause::HttpStatus { status },
    };
    let retry_after = if cause.is_final() { None } else { retry_after(headers, now) };
    Answer::Refusal(Failure { cause, retry_after })
}

fn stream_or_not(headers: &HeaderMap) -> Option<Cause> {
    if let Some(found) = wrong_type(text(headers, CONTENT_TYPE)) {
        return Some(Cause::WrongType { found });
    }
    let foreign = |coding: &str| !["", "chunked", "identity"].contains(&&*coding.trim().to_ascii_lowercase());
    if headers
        .get_all(TRANSFER_ENCODING)
        .iter()
        .any(|value| value.to_str().map_or(true, |all| all.split(',').any(foreign)))
    {
        return Some(Cause::Compressed);
    }
    let coding = text(headers, CONTENT_ENCODING).trim();
    (!coding.is_empty() && !coding.eq_ignore_ascii_case("identity")).then_some(Cause::Compressed)
}

/// What the media type says that is there, if not a stream of events. Parameters do not matter.
fn wrong_type(content_type: &str) -> Option<Found> {
    let media_type = content_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    match &*media_type {
        "text/event-stream" => None,
        "" => Some(Found::Untyped),
        "text/html" | "application/xhtml+xml" => Some(Found::WebPage { feeds: Vec::new() }),
        "application/x-ndjson"
        | "application/ndjson"
        | "application/jsonl"
        | "application/x-jsonlines"
        | "application/json-seq"
        | "application/stream+json"
        | "application/json;stream=watch" => Some(Found::JsonLines),
        "application/json" => Some(Found::Json),
        other if other.starts_with("application/") && other.ends_with("+json") => Some(Found::Json),
        // What a server wrote goes into a message: no more of it than a media type needs.
        other => Some(Found::Other(other.chars().filter(char::is_ascii_graphic).take(60).collect())),
    }
}

fn redirect(url: &Url, headers: &HeaderMap) -> Option<Url> {
    let location = String::from_utf8_lossy(headers.get(LOCATION)?.as_bytes()).trim().to_owned();
    if location.is_empty() {
        return None;
    }
    let mut target = url.join(&location).ok()?;
    // A login that a server hands out is not the user's.
    split_credentials(&mut target);
    (matches!(target.scheme(), "http" | "https") && target.has_host()).then_some(target)
}

/// Servers offer upgrades to other protocols too: Apache, for one, to h2c.
fn upgrades_to_websocket(headers: &HeaderMap) -> bool {
    headers.contains_key("sec-websocket-version") || text(headers, UPGRADE).to_ascii_lowercase().contains("websocket")
}

/// How long the server wants to be left alone: seconds, or a date by its own clock.
fn retry_after(headers: &HeaderMap, now: SystemTime) -> Option<Duration> {
    let value = text(headers, RETRY_AFTER).trim();
    if let Ok(seconds) = value.parse() {
        return Some(Duration::from_secs(seconds));
    }
    let until = httpdate::parse_http_date(value).ok()?;
    let now = httpdate::parse_http_date(text(headers, DATE)).unwrap_or(now);
    Some(until.duration_since(now).unwrap_or_default())
}

fn text(headers: &HeaderMap, name: HeaderName) -> &str {
    headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
}

/// Why no answer came, from the depths of the error that the HTTP library gave.
pub(crate) fn no_answer(url: &Url, proxy: Option<&ProxyUrl>, error: &reqwest::Error) -> Cause {
    let host = host_and_port(url);
    if error.is_builder() {
        return Cause::BadRequest;
    }
    if let Some(cause) = proxy.and_then(|proxy| on_the_way(url, proxy, error)) {
        return cause;
    }
    if error.is_dns() || own_lookup(error) {
        return Cause::NoSuchHost { host: url.host_str().unwrap_or_default().to_owned() };
    }
    for error in below(error) {
        if let Some(error) = error.downcast_ref() {
            return Cause::Tls { host, reason: tls_reason(error) };
        }
        if let Some(cause) = error.downcast_ref::<io::Error>().and_then(|error| io_cause(error.kind(), &host)) {
            return cause;
        }
        if let Some(error) = error.downcast_ref::<hyper::Error>() {
            // Servers alone are told so by a method of its own.
            if error.is_parse() && error.to_string().contains("too large") {
                return Cause::HeadTooLarge;
            }
            if error.is_parse() {
                return Cause::NotHttp { host };
            }
            if error.is_incomplete_message() {
                return Cause::Cut;
            }
        }
    }
    if error.is_timeout() { Cause::TimedOut { host } } else { Cause::Network { host } }
}

/// What a proxy on the way has to do with an error, if it has.
fn on_the_way(url: &Url, proxy: &ProxyUrl, error: &reqwest::Error) -> Option<Cause> {
    let host = proxy.place();
    let tls = below(error).any(<dyn StdError>::is::<rustls::Error>);
    // The library's own types of these are private; their words are all there is.
    match below(error).find_map(|error| proxy_problem(&error.to_string())) {
        Some(ProxyProblem::Unreachable) if tls => return Some(Cause::Proxy { host, problem: ProxyProblem::Tls }),
        Some(problem) => return Some(Cause::Proxy { host, problem }),
        // Of the two, only the proxy was spoken to by TLS.
        None if tls && url.scheme() == "http" => return Some(Cause::Proxy { host, problem: ProxyProblem::Tls }),
        None => {}
    }
    if !error.is_connect() || own_lookup(error) {
        return None;
    }
    // A proxy's name is looked up, and its port knocked at, in place of the server's. What fails after that, fails in
    // the tunnel.
    if error.is_dns() || below(error).any(|error| error.downcast_ref().is_some_and(is_refusal)) {
        return Some(Cause::Proxy { host, problem: ProxyProblem::Unreachable });
    }
    error.is_timeout().then_some(Cause::Proxy { host, problem: ProxyProblem::NoWay })
}

/// Whether the server's own name is not known. A SOCKS proxy that does not look names up leaves that to us.
fn own_lookup(error: &reqwest::Error) -> bool {
    below(error).any(|error| error.to_string() == "error resolving for socks proxy")
}

/// Whether nobody was there to connect to.
fn is_refusal(error: &io::Error) -> bool {
    use ErrorKind::{ConnectionRefused, HostUnreachable, NetworkUnreachable};
    matches!(error.kind(), ConnectionRefused | HostUnreachable | NetworkUnreachable)
}

/// What the words of an error say about a proxy, if it is about one.
fn proxy_problem(error: &str) -> Option<ProxyProblem> {
    if let Some(tunnel) = error.strip_prefix("tunnel error: ") {
        return Some(match tunnel {
            "proxy authorization required" => ProxyProblem::Login,
            "failed to create underlying connection" => ProxyProblem::Unreachable,
            _ => ProxyProblem::NoWay,
        });
    }
    let socks = error.strip_prefix("SOCKS error: ")?;
    Some(match socks {
        "server does not support user/pass authentication" | "credentials not accepted" => ProxyProblem::Login,
        "server implements authentication incorrectly" => ProxyProblem::Login,
        "failed to create underlying connection" => ProxyProblem::Unreachable,
        _ => ProxyProblem::NoWay,
    })
}

fn io_cause(kind: ErrorKind, host: &str) -> Option<Cause> {
    let host = host.to_owned();
    match kind {
        ErrorKind::ConnectionRefused => Some(Cause::Refused { host }),
        ErrorKind::HostUnreachable | ErrorKind::NetworkUnreachable | ErrorKind::NetworkDown => {
            Some(Cause::Unreachable { host })
        }
        ErrorKind::TimedOut => Some(Cause::TimedOut { host }),
        ErrorKind::ConnectionReset
        | ErrorKind::ConnectionAborted
        | ErrorKind::BrokenPipe
        | ErrorKind::UnexpectedEof => Some(Cause::Cut),
        _ => None,
    }
}

/// The errors below an error. An `io::Error` does not count the one that it wraps among its sources.
fn below(error: &reqwest::Error) -> impl Iterator<Item = &(dyn StdError + 'static)> {
    std::iter::successors(StdError::source(error), |&error| match error.downcast_ref::<io::Error>() {
        Some(outer) => outer.get_ref().map(|inner| inner as _),
        None => error.source(),
    })
}

fn tls_reason(error: &rustls::Error) -> String {
    use rustls::{AlertDescription, CertificateError as Certificate, Error};
    let reason = match error {
        Error::InvalidCertificate(Certificate::Expired | Certificate::ExpiredContext { .. }) => {
            "its certificate has expired. Check this computer's clock, or tell the server's owner"
        }
        Error::InvalidCertificate(Certificate::NotValidYet | Certificate::NotValidYetContext { .. }) => {
            "its certificate is not valid yet. Check this computer's clock"
        }
        Error::InvalidCertificate(Certificate::NotValidForName | Certificate::NotValidForNameContext { .. }) => {
            "its certificate is for another host. Check the address"
        }
        Error::InvalidCertificate(_) => {
            "this computer does not trust its certificate. If you do, install the root certificate of its issuer"
        }
        Error::AlertReceived(AlertDescription::CertificateRequired) => {
            "it wants to know who asks. Set this feed's client certificate"
        }
        // OpenSSL calls it this with TLS 1.2, whatever else it may mean.
        Error::AlertReceived(AlertDescription::HandshakeFailure) => {
            "the two have no way of encryption in common, or it wants this feed's client certificate"
        }
        Error::AlertReceived(AlertDescription::UnknownCA | AlertDescription::BadCertificate) => {
            "it does not accept this feed's client certificate. Set one that its owner has issued"
        }
        Error::InvalidMessage(_) => "it does not speak TLS on this port. Try http:// or another port",
        other => return format!("{other}. Check the address and the port"),
    };
    reason.to_owned()
}
