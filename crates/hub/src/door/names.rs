//! The names that a hub goes by, and the web pages that may use it.

use std::fmt;
use std::str::FromStr;

use axum::http::uri::{Authority, Uri};

/// A name under which the hub is reached: `hub.example.org`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HostName(String);

/// The text is no name of a host.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not the name of a host: write it like hub.example.org, without https:// and without a port")]
pub struct NotAHostName;

impl HostName {
    /// Whether a request that names this host, whatever the port, names this one.
    pub(crate) fn is(&self, host: &str) -> bool {
        self.0.eq_ignore_ascii_case(host)
    }
}

impl FromStr for HostName {
    type Err = NotAHostName;

    fn from_str(text: &str) -> Result<Self, NotAHostName> {
        let authority: Authority = text.parse().map_err(|_| NotAHostName)?;
        // Neither a port nor a user: the host is all of it.
        if authority.host() == text && !text.contains('*') { Ok(HostName(text.to_owned())) } else { Err(NotAHostName) }
    }
}

impl fmt::Display for HostName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Where web pages come from: `https://app.example`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Origin(String);

/// The text is no origin.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not an origin: write it as browsers do, like https://app.example or http://localhost:3000")]
pub struct NotAnOrigin;

impl Origin {
    /// As browsers send it.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for Origin {
    type Err = NotAnOrigin;

    fn from_str(text: &str) -> Result<Self, NotAnOrigin> {
        let uri: Uri = text.parse().map_err(|_| NotAnOrigin)?;
        let (Some(scheme), Some(authority)) = (uri.scheme_str(), uri.authority()) else { return Err(NotAnOrigin) };
        let bare = uri.path() == "/" && uri.query().is_none() && !authority.as_str().contains(['@', '*']);
        if !bare || authority.host().is_empty() || text.ends_with(['/', ':', '#']) {
            return Err(NotAnOrigin);
        }
        let usual = match scheme {
            "http" => Some(80),
            "https" => Some(443),
            _ => None,
        };
        let host = authority.host().to_ascii_lowercase();
        // Browsers leave the usual port out.
        Ok(Origin(match authority.port_u16().filter(|port| Some(*port) != usual) {
            Some(port) => format!("{scheme}://{host}:{port}"),
            None => format!("{scheme}://{host}"),
        }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_host_name_is_a_host_alone() {
        for name in ["hub.example.org", "nas", "192.0.2.1", "[2001:db8::1]"] {
            assert!(name.parse::<HostName>().unwrap().is(&name.to_uppercase()), "{name}");
        }
        for wrong in ["", "hub:7788", "https://hub", "a@hub", "hub/x", "*", "*.example.org", "a b", "[::1]:80"] {
            assert_eq!(wrong.parse::<HostName>(), Err(NotAHostName), "{wrong:?}");
        }
    }

    #[test]
    fn an_origin_is_written_as_browsers_send_it() {
        let cases = [
            ("https://app.example", "https://app.example"),
            ("HTTPS://App.Example:443", "https://app.example"),
            ("http://localhost:3000", "http://localhost:3000"),
            ("http://[::1]:80", "http://[::1]"),
            ("https://app.example:80", "https://app.example:80"),
            ("tauri://localhost", "tauri://localhost"),
        ];
        for (text, origin) in cases {
            assert_eq!(text.parse::<Origin>().unwrap().as_str(), origin, "{text}");
        }
        let wrong = [
            "",
            "*",
            "null",
            "app.example",
            "app.example:80",
            "https://",
            "https://a/",
            "https://a/b",
            "https://a?b",
            "https://x@a",
            "https://*.example",
            "https://a:",
            "/x",
        ];
        for text in wrong {
            assert_eq!(text.parse::<Origin>(), Err(NotAnOrigin), "{text:?}");
        }
    }
}
