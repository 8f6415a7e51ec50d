//! The way to a server: straight, or through a proxy.

use std::fmt;
use std::sync::Arc;

use base64::{Engine, prelude::BASE64_STANDARD};
use http::HeaderValue;
use hyper_util::client::proxy::matcher::Matcher;
use percent_encoding::percent_decode_str;
use url::Url;

use crate::address::{host_and_port, is_loopback};

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

impl Proxy {
    /// Understands `direct`, or the address of a proxy.
    ///
    /// # Errors
    /// As [`ProxyUrl::parse`].
    pub fn parse(text: &str) -> Result<Self, ProxyError> {
        if text.trim() == "direct" { Ok(Self::Direct) } else { Ok(Self::Through(ProxyUrl::parse(text)?)) }
    }
}

/// The address of a proxy, with the login in it if it needs one. Cheap to clone. Neither `Debug` nor `Display` shows that.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct ProxyUrl(Arc<Url>);

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
        Ok(Self(Arc::new(url)))
    }

    /// Whether a login belongs to it.
    pub fn has_user(&self) -> bool {
        !self.0.username().is_empty()
    }

    /// Takes the password out, for a safer place.
    pub fn take_password(&mut self) -> Option<String> {
        let password = percent_decode_str(self.0.password()?).decode_utf8_lossy().into_owned();
        // This fails only for URLs that cannot have one, and this one had.
        let _ = Arc::make_mut(&mut self.0).set_password(None);
        Some(password)
    }

    /// Puts the password back.
    #[must_use]
    pub fn with_password(mut self, password: &str) -> Self {
        let _ = Arc::make_mut(&mut self.0).set_password(Some(password));
        self
    }

    /// The whole address, with a login if it has one: nothing to show.
    pub fn url(&self) -> &Url {
        &self.0
    }

    /// Host and port.
    pub(crate) fn place(&self) -> String {
        host_and_port(&self.0)
    }

    /// Host and port, also where the address leaves the port to its scheme.
    pub fn endpoint(&self) -> (String, u16) {
        let usual = if self.0.scheme().starts_with("socks") { 1080 } else { 80 };
        let host = self.0.host_str().unwrap_or_default().trim_matches(['[', ']']).to_owned();
        (host, self.0.port_or_known_default().unwrap_or(usual))
    }
}

/// The proxy on the way to `url`, as this computer is set up now.
pub fn system_proxy(url: &Url) -> Option<ProxyUrl> {
    SystemProxies::read().to(url)
}

/// The proxies that this computer is set up with, as they were when the program started.
pub(crate) struct SystemProxies(Matcher);

impl SystemProxies {
    pub(crate) fn read() -> Self {
        Self(Matcher::from_system())
    }

    /// The proxy on the way to `url`. It cannot know this computer's own servers, whatever it is set up for.
    pub(crate) fn to(&self, url: &Url) -> Option<ProxyUrl> {
        if is_loopback(url) {
            return None;
        }
        let found = self.0.intercept(&url.as_str().parse().ok()?)?;
        let mut proxy = Url::parse(&found.uri().to_string()).ok()?;
        let login = found.raw_auth().map(|(user, password)| (user.to_owned(), password.to_owned()));
        if let Some((user, password)) = login.or_else(|| basic_login(found.basic_auth()?)) {
            // They fail only for URLs that cannot have a login, and a proxy's can.
            let _ = proxy.set_username(&user);
            let _ = proxy.set_password(Some(&password));
        }
        Some(ProxyUrl(Arc::new(proxy)))
    }
}

/// User and password, from the header that the library has made of them (RFC 7617).
fn basic_login(header: &HeaderValue) -> Option<(String, String)> {
    let login = BASE64_STANDARD.decode(header.to_str().ok()?.strip_prefix("Basic ")?).ok()?;
    let (user, password) = String::from_utf8(login).ok()?.split_once(':').map(|(a, b)| (a.to_owned(), b.to_owned()))?;
    Some((user, password))
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
