//! The way to a server: straight, or through a proxy.

use std::fmt;

use url::Url;

use crate::address::host_and_port;

/// The way that a feed's requests take.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub enum Proxy {
    /// As this computer is set up, by the environment (`HTTPS_PROXY`, `HTTP_PROXY`, `ALL_PROXY`, `NO_PROXY`) or by the
    /// system's settings; straight to servers on this computer.
    #[default]
    System,
    /// Straight to the server.
    Direct,
    /// Through this one.
    Through(ProxyUrl),
}

/// The address of a proxy, with the login in it if it needs one. Neither `Debug` nor `Display` shows that.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct ProxyUrl(Url);

/// Why a text is not the address of a proxy.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ProxyError {
    /// It cannot be read.
    #[error(
        "This is not the address of a proxy. It should look like http://proxy.example.com:3128 or socks5h://localhost:1080."
    )]
    Invalid,
    /// It is the address of something else.
    #[error("A proxy cannot be reached by {scheme}:. Use http://, https://, socks5:// or socks5h://.")]
    Scheme {
        /// What it starts with.
        scheme: String,
    },
}

impl ProxyUrl {
    /// Understands what a user gave as a proxy: `http://`, `https://`, `socks5://` (names are looked up here) or
    /// `socks5h://` (the proxy looks them up), with `user:password@` if need be. Without a scheme it is `http://`.
    ///
    /// ```
    /// # use streambell_sse::ProxyUrl;
    /// let proxy = ProxyUrl::parse("http://ann:secret@proxy.example.com:3128")?;
    /// assert_eq!(proxy.to_string(), "http://proxy.example.com:3128");
    /// # Ok::<(), streambell_sse::ProxyError>(())
    /// ```
    ///
    /// # Errors
    /// With what it should look like, when it is none.
    pub fn parse(text: &str) -> Result<Self, ProxyError> {
        let text = text.trim();
        let with_scheme = if text.contains("://") { text.to_owned() } else { format!("http://{text}") };
        let url = Url::parse(&with_scheme).map_err(|_| ProxyError::Invalid)?;
        if !["http", "https", "socks5", "socks5h"].contains(&url.scheme()) {
            return Err(ProxyError::Scheme { scheme: url.scheme().to_owned() });
        }
        if url.host_str().is_none_or(str::is_empty) || !matches!(url.path(), "" | "/") || url.query().is_some() {
            return Err(ProxyError::Invalid);
        }
        Ok(Self(url))
    }

    pub(crate) fn url(&self) -> &Url {
        &self.0
    }

    /// Host and port.
    pub(crate) fn place(&self) -> String {
        host_and_port(&self.0)
    }
}

impl fmt::Display for ProxyUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}://{}", self.0.scheme(), self.place())
    }
}

impl fmt::Debug for ProxyUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}
