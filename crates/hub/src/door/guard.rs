//! Which requests are for the hub at all: those that name it as it is known, and that no foreign web page sent.
//!
//! Listening on loopback keeps other machines out, but not the browser of this one. A page can make the browser send
//! requests here (they carry its `Origin`, or say `Sec-Fetch-Site: cross-site`), or have its own name resolve to the
//! hub's address (DNS rebinding: the `Host` is then that name). Both are refused before anything else is looked at.
//! Rebinding needs a name, so a hub that others can reach answers to any address, and to the names that it is given.

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::header::{HOST, ORIGIN};
use axum::http::uri::Authority;
use axum::http::{HeaderValue, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use crate::door::names::{HostName, Origin};
use crate::refusal::Refusal;

/// As what the hub is known.
#[derive(Debug)]
pub(crate) struct Guard {
    pub(crate) addr: SocketAddr,
    pub(crate) tls: bool,
    pub(crate) names: Vec<HostName>,
    /// Pages of these may use it as its own may.
    pub(crate) origins: Vec<Origin>,
}

const FOREIGN_PAGE: &str =
    "web pages other than the hub's own may not use it: 'streambell hub --allow-origin' lets one in";

impl Guard {
    fn admit(&self, request: &Request) -> Result<(), &'static str> {
        let headers = request.headers();
        let host = self.host(request)?;
        let own = |origin: &&str| origin.split_once("://").is_some_and(|origin| self.is_own_origin(origin, &host));
        let listed = |origin: &&str| self.origins.iter().any(|listed| listed.as_str() == *origin);
        let mut invited = false;
        for origin in headers.get_all(ORIGIN) {
            let origin = origin.to_str().map_err(|_| FOREIGN_PAGE)?;
            invited = listed(&origin);
            if !invited && !own(&origin) {
                return Err(FOREIGN_PAGE);
            }
        }
        // Images and scripts of a foreign page come without an Origin, but browsers say so here.
        let foreign = |site: &HeaderValue| site != "same-origin" && site != "none";
        if !invited && headers.get_all("sec-fetch-site").iter().any(foreign) {
            return Err(FOREIGN_PAGE);
        }
        Ok(())
    }

    /// What the request calls the hub: in its address (always so in HTTP/2), in its Host, or in both.
    fn host(&self, request: &Request) -> Result<Authority, &'static str> {
        let hosts: Vec<_> = request.headers().get_all(HOST).iter().map(authority).collect();
        let named = match (request.uri().authority(), &hosts[..]) {
            (Some(named), []) => named,
            (Some(named), [Some(host)]) if self.is_own(host) => named,
            (None, [Some(host)]) => host,
            (_, [] | [_, _, ..]) => return Err("a request needs one Host header"),
            (_, [_]) => return Err(NOT_THE_HUB),
        };
        if self.is_own(named) { Ok(named.clone()) } else { Err(NOT_THE_HUB) }
    }

    fn is_own(&self, authority: &Authority) -> bool {
        let host = authority.host();
        if authority.as_str().contains('@') {
            return false;
        }
        if self.is_named(host) {
            // Whatever stands before the hub has a port of its own.
            return true;
        }
        let is_local = host.eq_ignore_ascii_case("localhost");
        let ip = host.strip_prefix('[').and_then(|host| host.strip_suffix(']')).unwrap_or(host).parse::<IpAddr>();
        if !self.addr.ip().is_loopback() {
            return is_local || ip.is_ok();
        }
        let port = authority.port_u16().unwrap_or(if self.tls { 443 } else { 80 });
        let is_this = |ip: IpAddr| ip == self.addr.ip() || ["127.0.0.1", "::1"].contains(&ip.to_string().as_str());
        port == self.addr.port() && (is_local || ip.is_ok_and(is_this))
    }

    fn is_own_origin(&self, (scheme, origin): (&str, &str), host: &Authority) -> bool {
        let right = match scheme {
            "https" => self.tls || self.is_named(host.host()),
            "http" => !self.tls,
            _ => false,
        };
        right && origin.eq_ignore_ascii_case(host.as_str())
    }

    fn is_named(&self, host: &str) -> bool {
        self.names.iter().any(|name| name.is(host))
    }
}

const NOT_THE_HUB: &str = "this Host is not the hub's: if it is meant to be, 'streambell hub --name' tells the hub";

fn authority(host: &HeaderValue) -> Option<Authority> {
    host.to_str().ok()?.parse().ok()
}

/// The middleware around every route.
pub(crate) async fn guard(State(guard): State<Arc<Guard>>, request: Request, next: Next) -> Response {
    match guard.admit(&request) {
        Ok(()) => next.run(request).await,
        Err(why) => Refusal::new(StatusCode::FORBIDDEN, why).into_response(),
    }
}

#[cfg(test)]
mod tests {
    use axum::body::Body;

    use super::*;

    fn guard(addr: &str) -> Guard {
        Guard { addr: addr.parse().unwrap(), tls: false, names: vec![], origins: vec![] }
    }

    fn local() -> Guard {
        guard("127.0.0.1:7788")
    }

    fn admits(guard: &Guard, headers: &[(&str, &str)]) -> bool {
        let mut request = Request::get("/t/sse");
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        guard.admit(&request.body(Body::empty()).unwrap()).is_ok()
    }

    #[test]
    fn the_host_must_be_the_hubs() {
        for host in ["127.0.0.1:7788", "localhost:7788", "LocalHost:7788", "[::1]:7788"] {
            assert!(admits(&local(), &[("host", host)]), "{host}");
        }
        let foreign = [
            "127.0.0.1",
            "127.0.0.1:80",
            "localhost:7789",
            "evil.example:7788",
            "localhost.evil.example:7788",
            "127.0.0.1.nip.io:7788",
            "x@127.0.0.1:7788",
            "127.0.0.2:7788",
            "0.0.0.0:7788",
            "[::]:7788",
            "localhost.:7788",
            "",
            "127.0.0.1:7788, evil.example",
            "[::ffff:127.0.0.1]:7788",
        ];
        for host in foreign {
            assert!(!admits(&local(), &[("host", host)]), "{host}");
        }
        assert!(!admits(&local(), &[]), "none");
        assert!(!admits(&local(), &[("host", "127.0.0.1:7788"), ("host", "127.0.0.1:7788")]), "two");
    }

    #[test]
    fn a_hub_on_the_usual_port_needs_no_port_in_its_host() {
        assert!(admits(&guard("127.0.0.1:80"), &[("host", "localhost")]));
        assert!(!admits(&guard("127.0.0.1:443"), &[("host", "localhost")]));
        assert!(admits(&Guard { tls: true, ..guard("127.0.0.1:443") }, &[("host", "localhost")]));
    }

    #[test]
    fn beyond_loopback_any_address_is_the_hubs_and_a_name_must_be_told() {
        for listen in ["0.0.0.0:7788", "[::]:7788", "192.0.2.1:7788"] {
            let named = Guard { names: vec!["hub.example.org".parse().unwrap()], ..guard(listen) };
            for host in ["192.0.2.1:7788", "192.0.2.9", "[2001:db8::1]:7788", "localhost:8080"] {
                assert!(admits(&guard(listen), &[("host", host)]), "{listen} {host}");
            }
            for host in ["hub.example.org", "Hub.Example.Org:7788", "hub.example.org:443"] {
                assert!(admits(&named, &[("host", host)]), "{listen} {host}");
                assert!(!admits(&guard(listen), &[("host", host)]), "{listen} {host}");
            }
            for host in ["evil.example:7788", "x@192.0.2.1", "192.0.2.1.nip.io", "hub.example.org.", "300.0.0.1", ""] {
                assert!(!admits(&named, &[("host", host)]), "{listen} {host}");
            }
        }
    }

    #[test]
    fn a_hub_behind_a_proxy_keeps_its_own_names() {
        let named = Guard { names: vec!["hub.example.org".parse().unwrap()], ..local() };
        for host in ["hub.example.org", "hub.example.org:8443", "127.0.0.1:7788"] {
            assert!(admits(&named, &[("host", host)]), "{host}");
        }
        for host in ["other.example.org", "192.0.2.1:7788", "127.0.0.1:80"] {
            assert!(!admits(&named, &[("host", host)]), "{host}");
        }
    }

    #[test]
    fn an_absolute_url_counts_as_well() {
        let absolute = |url: &str, hosts: &[&str]| {
            let mut request = Request::get(url);
            for host in hosts {
                request = request.header("host", *host);
            }
            local().admit(&request.body(Body::empty()).unwrap()).is_ok()
        };
        let (own, foreign) = ("127.0.0.1:7788", "evil.example:7788");
        assert!(absolute("http://127.0.0.1:7788/", &[own]));
        assert!(absolute("http://127.0.0.1:7788/", &[]), "HTTP/2 has no other");
        assert!(absolute("http://127.0.0.1:7788/", &["localhost:7788"]));
        assert!(!absolute("http://evil.example/", &[own]));
        assert!(!absolute("http://evil.example/", &[]));
        assert!(!absolute("http://127.0.0.1:7788/", &[foreign]));
        assert!(!absolute("http://127.0.0.1:7788/", &[own, own]));
    }

    #[test]
    fn the_origin_must_be_the_hubs_own() {
        let host = ("host", "localhost:7788");
        assert!(admits(&local(), &[host, ("origin", "http://localhost:7788")]));
        let foreign = [
            "http://evil.example",
            "https://localhost:7788",
            "http://localhost:3000",
            "null",
            "",
            "http://127.0.0.1:7788",
            "http://localhost:7788.evil.example",
            "tauri://localhost",
        ];
        for origin in foreign {
            assert!(!admits(&local(), &[host, ("origin", origin)]), "{origin}");
        }
    }

    #[test]
    fn a_page_of_the_hub_came_the_way_that_the_hub_is_reached() {
        let names = || vec!["hub.example.org".parse().unwrap()];
        let (plain, tls) = (Guard { names: names(), ..local() }, Guard { names: names(), tls: true, ..local() });
        let cases = [
            (&plain, "hub.example.org", "https://hub.example.org", true, "a proxy speaks HTTPS"),
            (&plain, "hub.example.org", "http://hub.example.org", true, "a proxy does not"),
            (&plain, "127.0.0.1:7788", "https://127.0.0.1:7788", false, "nobody does"),
            (&tls, "hub.example.org", "https://hub.example.org", true, "the hub does"),
            (&tls, "hub.example.org", "http://hub.example.org", false, "somebody pretends to be it"),
            (&tls, "127.0.0.1:7788", "https://127.0.0.1:7788", true, ""),
            (&tls, "127.0.0.1:7788", "https://hub.example.org", false, "its own, but of another name"),
        ];
        for (guard, host, origin, admitted, why) in cases {
            assert_eq!(admits(guard, &[("host", host), ("origin", origin)]), admitted, "{host} {origin}: {why}");
        }
    }

    #[test]
    fn a_page_may_be_invited() {
        let host = ("host", "127.0.0.1:7788");
        let guard = Guard { origins: vec!["https://app.example".parse().unwrap()], ..local() };
        let site = ("sec-fetch-site", "cross-site");
        assert!(admits(&guard, &[host, site, ("origin", "https://app.example")]));
        for origin in ["http://app.example", "https://app.example:1", "https://APP.example", "https://x.app.example"] {
            assert!(!admits(&guard, &[host, ("origin", origin)]), "{origin}");
        }
        assert!(!admits(&guard, &[host, site]), "a picture on it is not");
        assert!(!admits(&guard, &[host, ("origin", "https://app.example"), ("origin", "https://evil.example")]));
        assert!(!admits(&guard, &[("host", "evil.example"), ("origin", "https://app.example")]));
    }

    #[test]
    fn a_foreign_page_cannot_embed_the_hub() {
        let host = ("host", "127.0.0.1:7788");
        for (site, admitted) in [("same-origin", true), ("none", true), ("cross-site", false), ("same-site", false)] {
            assert_eq!(admits(&local(), &[host, ("sec-fetch-site", site)]), admitted, "{site}");
        }
    }
}
