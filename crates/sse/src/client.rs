//! One HTTP exchange: the request, its redirects, and the judgement of the answer.

use std::fmt;
use std::pin::Pin;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use base64::{Engine as _, prelude::BASE64_STANDARD as STANDARD};
use bytes::Bytes;
use ecow::EcoString;
use futures_util::{Stream, StreamExt};
use http::header::{ACCEPT, ACCEPT_ENCODING, AUTHORIZATION, CACHE_CONTROL, CONTENT_TYPE, COOKIE, USER_AGENT};
use http::{HeaderMap, HeaderName, HeaderValue};
use tokio::sync::watch;
use tokio::time::timeout;
use url::{Url, form_urlencoded};

use crate::address::{is_loopback, redact_url, split_credentials};
use crate::answer::{self, Answer, Failure};
use crate::config::{Config, Resume};
use crate::cookies::Cookies;
use crate::error::{Cause, ClientError, Found, ProxyProblem};
use crate::opened::Opened;
use crate::pool::{Pools, Seat, Way};
use crate::proxy::{Proxy, ProxyUrl, SystemProxies};
use crate::sniff;
use crate::surroundings::{Disturbance, Surroundings, Tally};
use crate::tls::Tls;

/// How often a server may send on from one address to the next.
pub const MAX_REDIRECTS: usize = 20;

/// Servers take about 8 KiB of headers in all, and refuse for good what is longer.
const LONGEST_ID: usize = 4096;

/// How long the beginning of an answer that is no feed may take.
const LOOK_FOR: Duration = Duration::from_secs(2);

/// Some services turn away a client that does not say where its makers can be found.
const PRODUCT: &str = concat!("Streambell/", env!("CARGO_PKG_VERSION"), " (+https://github.com/streambell/streambell)");
const LAST_EVENT_ID: HeaderName = HeaderName::from_static("last-event-id");

/// The bytes of a stream as they come. It ends with `None` only if the server ended it properly.
pub(crate) type Body = Pin<Box<dyn Stream<Item = reqwest::Result<Bytes>> + Send>>;

/// Makes requests. One serves the whole program; clones share its connections.
#[derive(Clone)]
pub struct Client {
    pools: Arc<Pools>,
    system_proxies: Arc<SystemProxies>,
    surroundings: Arc<watch::Sender<Tally>>,
}

/// One exchange of a connection, over all its redirects.
pub(crate) struct Exchange {
    pub(crate) config: Arc<Config>,
    pub(crate) last_event_id: EcoString,
    pub(crate) cookies: Arc<Cookies>,
}

impl Client {
    /// Sets up TLS with the trust of this computer.
    ///
    /// # Errors
    /// When the libraries cannot be set up; that does not depend on the network.
    pub fn new() -> Result<Self, ClientError> {
        // Whatever could fail for a feed later fails here.
        Tls::default().client_config()?;
        let system_proxies = Arc::new(SystemProxies::read());
        Ok(Self { pools: Arc::default(), system_proxies, surroundings: Arc::default() })
    }

    /// Tells all of its connections of something that happened around them, so that they need not wait to find out.
    /// [`watch_surroundings`](crate::watch_surroundings) does so by itself.
    pub fn disturb(&self, disturbance: Disturbance) {
        self.surroundings.send_modify(|tally| tally.add(disturbance));
    }

    pub(crate) fn surroundings(&self, url: &Url) -> Surroundings {
        Surroundings::new(self.surroundings.subscribe(), is_loopback(url))
    }

    /// Asks for the stream, wherever the server sends on to, and gives its body.
    pub(crate) async fn open(self, exchange: Exchange) -> Result<(Opened, Body), Failure> {
        let Exchange { config, last_event_id, cookies } = exchange;
        let mut url = config.url.clone();
        let own = own_headers(&config, &mut url)?;
        let mut last_event_id = last_event_id;
        match &config.resume {
            Resume::Header => {}
            Resume::Never => last_event_id.clear(),
            Resume::Query(name) => set_query(&mut url, name, &std::mem::take(&mut last_event_id)),
        }
        let mut secrets = Some((&own, config.tls.clone()));
        for _ in 0..=MAX_REDIRECTS {
            let (own, tls) = match &secrets {
                Some((own, tls)) => (Some(*own), tls.clone()),
                None => (None, config.tls.anonymous()),
            };
            let headers = request_headers(&url, own, &cookies, &last_event_id);
            let way = self.way(&config, &url, tls)?;
            let proxy = way.proxy.clone();
            let (answer, seat) = self.request(&url, headers, way, None)?;
            let response = answer.await.map_err(|error| no_answer(&url, proxy.as_ref(), error))?;
            cookies.take(&url, response.headers());
            match answer::judge(&url, proxy.as_ref(), response.status(), response.headers(), SystemTime::now()) {
                Answer::Stream => {
                    let opened = Opened::new(url, response.version(), response.headers());
                    let body = response.bytes_stream().map(move |chunk| {
                        let _taken = &seat;
                        chunk
                    });
                    return Ok((opened, Box::pin(body)));
                }
                Answer::Refusal(Failure { cause: Cause::WrongType { found }, .. }) => {
                    // In a box, because few answers need it.
                    let found = Box::pin(look_closer(&url, found, response)).await;
                    return Err(Cause::WrongType { found }.into());
                }
                Answer::Refusal(failure) => return Err(failure),
                Answer::Redirect(target) => {
                    if target.origin() != url.origin() {
                        // For good: also when a later redirect leads back.
                        secrets = None;
                    }
                    tracing::debug!(to = redact_url(&target), "redirected");
                    url = target;
                }
            }
        }
        Err(Cause::TooManyRedirects.into())
    }

    /// Sends JSON, and waits for the server's word on it. Redirects are not followed: they would have to ask again.
    pub(crate) async fn post(self, exchange: Exchange, url: Url, json: String) -> Result<(), Failure> {
        let Exchange { config, cookies, .. } = exchange;
        let mut home = config.url.clone();
        let own = own_headers(&config, &mut home)?;
        let at_home = home.origin() == url.origin();
        let tls = if at_home { config.tls.clone() } else { config.tls.anonymous() };
        let mut headers = request_headers(&url, at_home.then_some(&own), &cookies, &EcoString::new());
        headers.insert(ACCEPT, HeaderValue::from_static("*/*"));
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        let way = self.way(&config, &url, tls)?;
        let proxy = way.proxy.clone();
        let (answer, _seat) = self.request(&url, headers, way, Some(json))?;
        let response = answer.await.map_err(|error| no_answer(&url, proxy.as_ref(), error))?;
        cookies.take(&url, response.headers());
        if response.status().is_success() {
            return Ok(());
        }
        match answer::judge(&url, proxy.as_ref(), response.status(), response.headers(), SystemTime::now()) {
            Answer::Refusal(failure) => Err(failure),
            Answer::Stream | Answer::Redirect(_) => Err(Cause::BadRedirect.into()),
        }
    }

    /// The way to a server, as the feed is configured.
    fn way(&self, config: &Config, url: &Url, tls: Tls) -> Result<Way, Failure> {
        let proxy = match &config.proxy {
            Proxy::System => self.system_proxies.to(url),
            Proxy::Direct => None,
            Proxy::Through(proxy) => Some(proxy.clone()),
        };
        // The HTTP library would show the certificate to the proxy as well, which is not the one it is for.
        if let Some(proxy) = &proxy
            && proxy.url().scheme() == "https"
            && !tls.is_anonymous()
        {
            return Err(Cause::Proxy { host: proxy.place(), problem: ProxyProblem::Certificate }.into());
        }
        Ok(Way { connect_timeout: config.connect_timeout, proxy, tls })
    }

    /// Sends a request: a POST if there is something to say. Not `async`, so that nothing of it is held while its answer
    /// is waited for.
    fn request(
        &self,
        url: &Url,
        headers: HeaderMap,
        way: Way,
        json: Option<String>,
    ) -> Result<(impl Future<Output = reqwest::Result<reqwest::Response>> + use<>, Seat), Failure> {
        let mut seat = self.pools.seat(url);
        let client = self.pools.client(way, &mut seat).map_err(|_| Cause::BadRequest)?;
        let request = match json {
            None => client.get(url.clone()),
            Some(json) => client.post(url.clone()).body(json),
        };
        Ok((request.headers(headers).send(), seat))
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client").finish_non_exhaustive()
    }
}

fn no_answer(url: &Url, proxy: Option<&ProxyUrl>, error: reqwest::Error) -> Failure {
    let cause = answer::no_answer(url, proxy, &error);
    tracing::debug!(error = error_chain(&error.without_url()), code = cause.code(), "no answer");
    cause.into()
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

/// Says where to go on by a parameter: in the place of one that is there, and all else as it was written.
fn set_query(url: &mut Url, name: &str, value: &str) {
    if value.is_empty() {
        return;
    }
    let is_other = |pair: &&str| form_urlencoded::parse(pair.as_bytes()).next().is_none_or(|(found, _)| found != name);
    let others = url.query().unwrap_or_default().split('&').filter(|pair| !pair.is_empty()).filter(is_other);
    let ours = form_urlencoded::Serializer::new(String::new()).append_pair(name, value).finish();
    let query = others.chain([ours.as_str()]).collect::<Vec<_>>().join("&");
    url.set_query(Some(&query));
}

/// The feed's own headers. A login in the URL becomes one of them, and leaves the URL, which others get to see.
fn own_headers(config: &Config, url: &mut Url) -> Result<HeaderMap, Failure> {
    let mut own = config.headers.clone();
    if let Some((user, password)) = split_credentials(url) {
        // RFC 7617, in UTF-8.
        let login = format!("Basic {}", STANDARD.encode(format!("{user}:{password}")));
        let login = HeaderValue::from_str(&login).map_err(|_| Cause::BadRequest)?;
        own.entry(AUTHORIZATION).or_insert(login);
    }
    Ok(own)
}

fn request_headers(url: &Url, own: Option<&HeaderMap>, cookies: &Cookies, last_event_id: &EcoString) -> HeaderMap {
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
    // Cookies make one header (RFC 6265, 5.4), also where the feed has several.
    let own_cookies: Vec<_> = headers.get_all(COOKIE).iter().map(HeaderValue::as_bytes).collect();
    let own_cookies = HeaderValue::from_bytes(&own_cookies.join(&b"; "[..])).ok().filter(|own| !own.is_empty());
    if let Some(all) = cookies.header(url, own_cookies.as_ref()) {
        headers.insert(COOKIE, all);
    }
    if !last_event_id.is_empty() && last_event_id.len() <= LONGEST_ID {
        // Nor can an id of control characters be sent. Starting afresh is then all that is left.
        if let Ok(id) = HeaderValue::from_bytes(last_event_id.as_bytes()) {
            headers.insert(LAST_EVENT_ID, id);
        }
    }
    headers
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
    fn a_parameter_says_where_to_go_on_and_leaves_the_others_as_they_are() {
        for (url, expected) in [
            ("https://h/sse", "https://h/sse?since=a%2Fb"),
            ("https://h/?ids[]=1&ids[]=%32&since=all#x", "https://h/?ids[]=1&ids[]=%32&since=a%2Fb#x"),
            ("https://h/?since&Since=1", "https://h/?Since=1&since=a%2Fb"),
        ] {
            let mut url = Url::parse(url).unwrap();
            set_query(&mut url, "since", "a/b");
            assert_eq!(url.as_str(), expected);
        }
        let mut url = Url::parse("https://h/?since=now").unwrap();
        set_query(&mut url, "since", "");
        assert_eq!(url.as_str(), "https://h/?since=now", "nothing has come yet");
    }

    #[test]
    fn a_feeds_own_headers_are_marked_as_secrets() {
        let own =
            HeaderMap::from_iter([(ACCEPT, HeaderValue::from_static("x")), (LAST_EVENT_ID, "1".parse().unwrap())]);
        let url = Url::parse("https://example.com/").unwrap();
        let headers = request_headers(&url, Some(&own), &Cookies::default(), &"2".into());
        assert!(headers[ACCEPT].is_sensitive());
        assert!(!headers[CACHE_CONTROL].is_sensitive());
        assert_eq!(headers.get_all(LAST_EVENT_ID).iter().collect::<Vec<_>>(), ["2"]);
    }
}
