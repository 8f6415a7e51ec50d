//! The HTTP library's clients: one for each way of reaching servers, and more where many feeds share a server.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use rustls::ClientConfig;
use url::Url;

use crate::error::ClientError;
use crate::proxy::ProxyUrl;
use crate::tls::Tls;

/// So many streams share a connection of HTTP/2. Servers allow 100 or 128 and make the next one wait without a word,
/// which would look like a feed that never answers.
const LANE: usize = 50;
/// What a server may send ahead on one stream of HTTP/2. All of a lane's fit into the connection's window, so that a
/// consumer that is slow cannot starve the others on the same connection.
const STREAM_WINDOW: u32 = 256 * 1024;
const CONNECTION_WINDOW: u32 = STREAM_WINDOW * LANE as u32;
/// How often a connection of HTTP/2 is asked whether it is alive, and how long the answer may take.
const PING: (Duration, Duration) = (Duration::from_secs(30), Duration::from_secs(20));
/// The same for TCP below HTTP/1.1: how long until the first question, between two, and how many.
const PROBE: (Duration, Duration, u32) = (Duration::from_secs(60), Duration::from_secs(15), 4);
/// A connection that has no stream is kept for redirects and quick ends, not longer.
const SPARE_FOR: Duration = Duration::from_secs(10);
/// From so many servers on, those that nobody reads from any more are forgotten.
const MANY_SERVERS: usize = 256;

/// What the HTTP library can only set for all requests of a client.
#[derive(Clone, PartialEq, Eq, Hash)]
pub(crate) struct Way {
    pub(crate) connect_timeout: Duration,
    /// None: straight.
    pub(crate) proxy: Option<ProxyUrl>,
    pub(crate) tls: Tls,
}

/// A place on a connection to a server; taken while this lives.
pub(crate) struct Seat {
    lane: usize,
    _taken: Arc<()>,
    client: Option<Arc<Shared>>,
}

/// A client, and what it was built with that others can be built with too.
struct Shared {
    client: reqwest::Client,
    tls: ClientConfig,
}

#[derive(Default)]
pub(crate) struct Pools {
    /// Also what is only kept in case that it is needed again.
    clients: Mutex<HashMap<(Way, usize), Arc<Shared>>>,
    /// By origin: a count for each lane, that of references to it.
    lanes: Mutex<HashMap<String, Vec<Arc<()>>>>,
}

impl Pools {
    /// A place to read from `url`'s server.
    pub(crate) fn seat(&self, url: &Url) -> Seat {
        let free = |lane: &Arc<()>| Arc::strong_count(lane) <= LANE;
        let mut servers = self.lanes.lock().unwrap_or_else(PoisonError::into_inner);
        if servers.len() >= MANY_SERVERS {
            servers.retain(|_, lanes| lanes.iter().any(|lane| Arc::strong_count(lane) > 1));
        }
        let lanes = servers.entry(url.origin().ascii_serialization()).or_default();
        let lane = lanes.iter().position(free).unwrap_or_else(|| {
            lanes.push(Arc::default());
            lanes.len() - 1
        });
        Seat { lane, _taken: lanes[lane].clone(), client: None }
    }

    /// The client for a seat.
    ///
    /// # Errors
    /// When a way is of no use: a certificate that the TLS library refuses after all.
    pub(crate) fn client(&self, way: Way, seat: &mut Seat) -> Result<reqwest::Client, ClientError> {
        let mut clients = self.clients.lock().unwrap_or_else(PoisonError::into_inner);
        let key = (way, seat.lane);
        let shared = match clients.get(&key) {
            Some(shared) => shared.clone(),
            None => {
                // Reading this computer's root certificates takes milliseconds, and keeping them megabytes.
                let tls =
                    clients.iter().find(|((way, _), _)| way.tls == key.0.tls).map(|(_, shared)| shared.tls.clone());
                let tls = tls.map_or_else(|| key.0.tls.client_config(), Ok)?;
                let shared = Arc::new(Shared { client: build(&key.0, tls.clone())?, tls });
                // A feed that was changed leaves a way behind, with its secrets, that nobody goes any more.
                clients.retain(|_, shared| Arc::strong_count(shared) > 1);
                clients.insert(key, shared.clone());
                shared
            }
        };
        let client = shared.client.clone();
        seat.client = Some(shared);
        Ok(client)
    }
}

fn build(way: &Way, tls: ClientConfig) -> Result<reqwest::Client, ClientError> {
    let error = |error: reqwest::Error| ClientError(error.without_url().to_string());
    let builder = reqwest::Client::builder()
        .tls_backend_preconfigured(tls)
        .connect_timeout(way.connect_timeout)
        .redirect(reqwest::redirect::Policy::none())
        .referer(false)
        .no_proxy()
        .pool_idle_timeout(SPARE_FOR)
        .pool_max_idle_per_host(1)
        .tcp_keepalive(PROBE.0)
        .tcp_keepalive_interval(PROBE.1)
        .tcp_keepalive_retries(PROBE.2)
        .http2_initial_stream_window_size(STREAM_WINDOW)
        .http2_initial_connection_window_size(CONNECTION_WINDOW)
        .http2_keep_alive_interval(PING.0)
        .http2_keep_alive_timeout(PING.1)
        // To the library a connection whose last feed is merely silent is idle too, once the pool has let go of it.
        .http2_keep_alive_while_idle(true);
    let builder = match &way.proxy {
        None => builder,
        Some(proxy) => builder.proxy(reqwest::Proxy::all(proxy.url().clone()).map_err(error)?),
    };
    builder.build().map_err(error)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_connection_has_more_streams_than_servers_allow() {
        let pools = Pools::default();
        let url = |text: &str| Url::parse(text).unwrap();
        let mut seats: Vec<_> = (0..LANE * 2 + 1).map(|_| pools.seat(&url("https://a.example/x"))).collect();
        let lanes: Vec<_> = seats.iter().map(|seat| seat.lane).collect();
        assert_eq!(lanes.iter().filter(|&&lane| lane == 0).count(), LANE);
        assert_eq!(lanes.iter().max(), Some(&2));
        // Another server's are its own, and a place that is left is taken again.
        assert_eq!(pools.seat(&url("https://b.example/x")).lane, 0);
        seats.remove(3);
        assert_eq!(pools.seat(&url("https://a.example/y")).lane, 0);
    }

    #[test]
    fn ways_that_nobody_goes_are_forgotten() {
        let pools = Pools::default();
        let way = |seconds| Way { connect_timeout: Duration::from_secs(seconds), proxy: None, tls: Tls::default() };
        let seat = || pools.seat(&Url::parse("https://a.example/").unwrap());
        let mut kept = seat();
        pools.client(way(1), &mut kept).unwrap();
        for seconds in 2..5 {
            pools.client(way(seconds), &mut seat()).unwrap();
        }
        let clients = pools.clients.lock().unwrap();
        let mut ways: Vec<_> = clients.keys().map(|(way, _)| way.connect_timeout.as_secs()).collect();
        ways.sort_unstable();
        assert_eq!(ways, [1, 4], "that of the seat, and the last");
    }

    #[test]
    fn servers_that_nobody_reads_from_are_forgotten() {
        let pools = Pools::default();
        let kept = pools.seat(&Url::parse("https://kept.example/").unwrap());
        for number in 0..MANY_SERVERS * 3 {
            pools.seat(&Url::parse(&format!("https://{number}.example/")).unwrap());
        }
        let servers = pools.lanes.lock().unwrap();
        assert!(servers.len() <= MANY_SERVERS && servers.contains_key("https://kept.example"));
        drop(kept);
    }
}
