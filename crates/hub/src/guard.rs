//! Who may talk to the hub: programs of this machine, and no web page that is not the hub's own.
//!
//! Listening on loopback keeps other machines out, but not the browser of this one. A page can make the browser send
//! requests here (they carry its `Origin`, or say `Sec-Fetch-Site: cross-site`), or have its own name resolve to
//! 127.0.0.1 (DNS rebinding: the `Host` is then that name). Both are refused before anything else is looked at.

use std::net::{IpAddr, SocketAddr};

use axum::extract::{Request, State};
use axum::http::header::{HOST, ORIGIN};
use axum::http::uri::Authority;
use axum::http::{HeaderValue, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use crate::refusal::Refusal;

/// The names under which the hub answers.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Guard {
    addr: SocketAddr,
}

impl Guard {
    pub(crate) fn new(addr: SocketAddr) -> Guard {
        Guard { addr }
    }

    fn admit(&self, request: &Request) -> Result<(), &'static str> {
        let headers = request.headers();
        let hosts: Vec<_> = headers.get_all(HOST).iter().collect();
        let [host] = hosts[..] else { return Err("a request needs one Host header") };
        let host = authority(host).filter(|host| self.is_own(host)).ok_or("this Host is not the hub's")?;
        if request.uri().authority().is_some_and(|authority| !self.is_own(authority)) {
            return Err("this URL is not the hub's");
        }
        let own = |origin: &HeaderValue| {
            let origin = origin.to_str().ok().and_then(|origin| origin.strip_prefix("http://"));
            origin.is_some_and(|origin| origin.eq_ignore_ascii_case(host.as_str()))
        };
        if !headers.get_all(ORIGIN).iter().all(own) {
            return Err("web pages other than the hub's own may not use it");
        }
        // Images and scripts of a foreign page come without an Origin, but browsers say so here.
        let foreign = |site: &HeaderValue| site != "same-origin" && site != "none";
        if headers.get_all("sec-fetch-site").iter().any(foreign) {
            return Err("web pages other than the hub's own may not use it");
        }
        Ok(())
    }

    fn is_own(&self, authority: &Authority) -> bool {
        if authority.as_str().contains('@') || authority.port_u16().unwrap_or(80) != self.addr.port() {
            return false;
        }
        let host = authority.host();
        let ip = host.strip_prefix('[').and_then(|host| host.strip_suffix(']')).unwrap_or(host).parse::<IpAddr>();
        match ip {
            Ok(ip) => ip == self.addr.ip() || ["127.0.0.1", "::1"].contains(&ip.to_string().as_str()),
            Err(_) => host.eq_ignore_ascii_case("localhost"),
        }
    }
}

fn authority(host: &HeaderValue) -> Option<Authority> {
    host.to_str().ok()?.parse().ok()
}

/// The middleware around every route.
pub(crate) async fn guard(State(guard): State<Guard>, request: Request, next: Next) -> Response {
    match guard.admit(&request) {
        Ok(()) => next.run(request).await,
        Err(why) => Refusal::new(StatusCode::FORBIDDEN, why).into_response(),
    }
}

#[cfg(test)]
mod tests {
    use axum::body::Body;

    use super::*;

    fn admit(headers: &[(&str, &str)]) -> bool {
        let mut request = Request::get("/t/sse");
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        Guard::new(([127, 0, 0, 1], 7788).into()).admit(&request.body(Body::empty()).unwrap()).is_ok()
    }

    #[test]
    fn the_host_must_be_the_hubs() {
        for host in ["127.0.0.1:7788", "localhost:7788", "LocalHost:7788", "[::1]:7788"] {
            assert!(admit(&[("host", host)]), "{host}");
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
            assert!(!admit(&[("host", host)]), "{host}");
        }
        assert!(!admit(&[]), "none");
        assert!(!admit(&[("host", "127.0.0.1:7788"), ("host", "127.0.0.1:7788")]), "two");
    }

    #[test]
    fn a_hub_on_port_80_needs_no_port_in_its_host() {
        let request = Request::get("/").header("host", "localhost").body(Body::empty()).unwrap();
        assert!(Guard::new(([127, 0, 0, 1], 80).into()).admit(&request).is_ok());
    }

    #[test]
    fn an_absolute_url_counts_as_well() {
        let request =
            Request::get("http://evil.example/").header("host", "127.0.0.1:7788").body(Body::empty()).unwrap();
        assert!(Guard::new(([127, 0, 0, 1], 7788).into()).admit(&request).is_err());
    }

    #[test]
    fn the_origin_must_be_the_hubs_own() {
        let host = ("host", "localhost:7788");
        assert!(admit(&[host, ("origin", "http://localhost:7788")]));
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
            assert!(!admit(&[host, ("origin", origin)]), "{origin}");
        }
    }

    #[test]
    fn a_foreign_page_cannot_embed_the_hub() {
        let host = ("host", "127.0.0.1:7788");
        for (site, admitted) in [("same-origin", true), ("none", true), ("cross-site", false), ("same-site", false)] {
            assert_eq!(admit(&[host, ("sec-fetch-site", site)]), admitted, "{site}");
        }
    }
}
