//! One HTTP exchange: the request, its redirects, and the judgement of the answer.

use std::collections::HashMap;
use std::fmt;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, SystemTime};

use bytes::Bytes;
use ecow::EcoString;
use futures_util::Stream;
use http::header::{ACCEPT, ACCEPT_ENCODING, CACHE_CONTROL, USER_AGENT};
use http::{HeaderMap, HeaderName, HeaderValue};
use rustls::{ClientConfig, RootCertStore, crypto};
use rustls_platform_verifier::Verifier;
use tokio::sync::watch;
use tokio::time::timeout;
use url::Url;

use crate::address::{is_loopback, redact_url};
use crate::answer::{self, Answer, Failure};
use crate::config::Config;
use crate::error::{Cause, ClientError, Found};
use crate::opened::Opened;
use crate::sniff;
use crate::surroundings::{Disturbance, Surroundings, Tally};

/// How often a server may send on from one address to the next.
pub const MAX_REDIRECTS: usize = 20;

/// How long the beginning of an answer that is no feed may take.
const LOOK_FOR: Duration = Duration::from_secs(2);

/// Some services turn away a client that does not say where its makers can be found.
const PRODUCT: &str = concat!("Streambell/", env!("CARGO_PKG_VERSION"), " (+https://github.com/streambell/streambell)");
const LAST_EVENT_ID: HeaderName = HeaderName::from_static("last-event-id");

/// The bytes of a stream as they come. It ends with `None` only if the server ended it properly.
pub(crate) type Body = Pin<Box<dyn Stream<Item = reqwest::Result<Bytes>> + Send>>;

/// Makes requests. One serves the whole program; clones share its connection pool and TLS configuration.
#[derive(Clone)]
pub struct Client {
    tls: ClientConfig,
    pools: Arc<Mutex<HashMap<PoolKey, reqwest::Client>>>,
    surroundings: Arc<watch::Sender<Tally>>,
}

/// What the HTTP library can only set per pool.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
struct PoolKey {
    connect_timeout: Duration,
    /// Around the system's proxy, which cannot know this computer's own servers.
    direct: bool,
}

impl Client {
    /// Sets up TLS with the trust of this computer.
    ///
    /// # Errors
    /// When the libraries cannot be set up; that does not depend on the network.
    pub fn new() -> Result<Self, ClientError> {
        let client = Self { tls: tls()?, pools: Arc::default(), surroundings: Arc::default() };
        // Whatever could fail for a feed later fails here.
        let probe = PoolKey { connect_timeout: Duration::from_secs(15), direct: false };
        client.pool(probe).map_err(|error| ClientError(error.without_url().to_string()))?;
        Ok(client)
    }

    /// Tells all of its connections of something that happened around them, so that they need not wait to find out.
    /// [`watch_surroundings`](crate::watch_surroundings) does so by itself.
    pub fn disturb(&self, disturbance: Disturbance) {
        self.surroundings.send_modify(|tally| tally.add(disturbance));
    }

    pub(crate) fn surroundings(&self, url: &Url) -> Surroundings {
        Surroundings::new(self.surroundings.subscribe(), is_loopback(url))
    }

    fn pool(&self, key: PoolKey) -> reqwest::Result<reqwest::Client> {
        let mut pools = self.pools.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(pool) = pools.get(&key) {
            return Ok(pool.clone());
        }
        let mut builder = reqwest::Client::builder()
            .tls_backend_preconfigured(self.tls.clone())
            .connect_timeout(key.connect_timeout)
            .redirect(reqwest::redirect::Policy::none())
            .referer(false);
        if key.direct {
            builder = builder.no_proxy();
        }
        let pool = builder.build()?;
        pools.insert(key, pool.clone());
        Ok(pool)
    }

    /// Asks for the stream, wherever the server sends on to, and gives its body.
    pub(crate) async fn open(self, config: Arc<Config>, last_event_id: EcoString) -> Result<(Opened, Body), Failure> {
        let mut url = config.url.clone();
        let mut own_headers = Some(&config.headers);
        for _ in 0..=MAX_REDIRECTS {
            let headers = request_headers(own_headers, &last_event_id);
            let response = self.get(&url, headers, config.connect_timeout).await?;
            match answer::judge(&url, response.status(), response.headers(), SystemTime::now()) {
                Answer::Stream => {
                    let opened = Opened::new(url, response.version(), response.headers());
                    return Ok((opened, Box::pin(response.bytes_stream())));
                }
                Answer::Refusal(Failure { cause: Cause::WrongType { found }, .. }) => {
                    return Err(Cause::WrongType { found: look_closer(&url, found, response).await }.into());
                }
                Answer::Refusal(failure) => return Err(failure),
                Answer::Redirect(target) => {
                    if target.origin() != url.origin() {
                        // For good: also when a later redirect leads back.
                        own_headers = None;
                    }
                    tracing::debug!(to = redact_url(&target), "redirected");
                    url = target;
                }
            }
        }
        Err(Cause::TooManyRedirects.into())
    }

    async fn get(
        &self,
        url: &Url,
        headers: HeaderMap,
        connect_timeout: Duration,
    ) -> Result<reqwest::Response, Failure> {
        let key = PoolKey { connect_timeout, direct: is_loopback(url) };
        let request = self.pool(key).map_err(|_| Cause::BadRequest)?.get(url.clone()).headers(headers);
        request.send().await.map_err(|error| {
            let cause = answer::no_answer(url, &error);
            tracing::debug!(error = error_chain(&error.without_url()), code = cause.code(), "no answer");
            cause.into()
        })
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client").finish_non_exhaustive()
    }
}

/// Reads the beginning of an answer that is no feed, to tell what it is.
async fn look_closer(url: &Url, found: Found, mut response: reqwest::Response) -> Found {
    let mut body = Vec::new();
    let read = async {
        while body.len() < sniff::ENOUGH {
            match response.chunk().await {
                Ok(Some(chunk)) => body.extend_from_slice(&chunk),
                Ok(None) | Err(_) => return true,
            }
        }
        false
    };
    let ended = timeout(LOOK_FOR, read).await.unwrap_or(false);
    sniff::look(url, found, &body[..body.len().min(sniff::ENOUGH)], ended)
}

fn request_headers(own: Option<&HeaderMap>, last_event_id: &EcoString) -> HeaderMap {
    let mut headers = HeaderMap::new();
    headers.insert(ACCEPT, HeaderValue::from_static("text/event-stream"));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    // Compression holds events back until enough of them fill a block.
    headers.insert(ACCEPT_ENCODING, HeaderValue::from_static("identity"));
    headers.insert(USER_AGENT, HeaderValue::from_static(PRODUCT));
    if let Some(own) = own {
        for name in own.keys() {
            headers.remove(name);
            for value in own.get_all(name) {
                let mut value = value.clone();
                value.set_sensitive(true);
                headers.append(name, value);
            }
        }
    }
    if !last_event_id.is_empty() {
        // An id of control characters cannot be sent; starting afresh is then all that is left.
        if let Ok(id) = HeaderValue::from_bytes(last_event_id.as_bytes()) {
            headers.insert(LAST_EVENT_ID, id);
        }
    }
    headers
}

fn tls() -> Result<ClientConfig, ClientError> {
    let provider = Arc::new(crypto::ring::default_provider());
    let builder = ClientConfig::builder_with_provider(provider.clone())
        .with_safe_default_protocol_versions()
        .map_err(|error| ClientError(error.to_string()))?;
    let builder = match Verifier::new(provider) {
        Ok(verifier) => builder.dangerous().with_custom_certificate_verifier(Arc::new(verifier)),
        Err(error) => {
            // Feeds without TLS work all the same, and the others say what is wrong.
            tracing::warn!(%error, "this computer has no root certificates");
            builder.with_root_certificates(RootCertStore::empty())
        }
    };
    let mut config = builder.with_no_client_auth();
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    Ok(config)
}

/// An error and what lies below it, for the log.
fn error_chain(error: &dyn std::error::Error) -> String {
    let sources = std::iter::successors(Some(error), |error| error.source());
    sources.map(ToString::to_string).collect::<Vec<_>>().join(": ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_feeds_own_headers_are_marked_as_secrets() {
        let own =
            HeaderMap::from_iter([(ACCEPT, HeaderValue::from_static("x")), (LAST_EVENT_ID, "1".parse().unwrap())]);
        let headers = request_headers(Some(&own), &"2".into());
        assert!(headers[ACCEPT].is_sensitive());
        assert!(!headers[CACHE_CONTROL].is_sensitive());
        assert_eq!(headers.get_all(LAST_EVENT_ID).iter().collect::<Vec<_>>(), ["2"]);
    }
}
