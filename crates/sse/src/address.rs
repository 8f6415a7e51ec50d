//! The address of a feed, as users paste it.

use percent_encoding::percent_decode_str;
use url::{Host, Url};

/// Why a pasted text is not the address of a feed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum UrlError {
    /// Nothing was pasted.
    #[error("There is no address yet. Paste the URL of a feed, for example https://example.com/events.")]
    Empty,
    /// It does not say how to get there, and most likely means `suggestion`.
    #[error("The address needs http:// or https:// in front. Did you mean {suggestion}?")]
    NoScheme {
        /// The address with a scheme, and without whatever in it may be secret.
        suggestion: String,
    },
    /// It is the address of a WebSocket.
    #[error(
        "This is the address of a WebSocket, which Streambell cannot read. \
         Look in the service's documentation for an address of Server-Sent Events (SSE), starting with https://."
    )]
    WebSocket,
    /// It is an address of something else.
    #[error("A feed cannot be reached by {scheme}:. Paste an address that starts with http:// or https://.")]
    Scheme {
        /// What it starts with.
        scheme: String,
    },
    /// It names no computer to ask.
    #[error("The address names no host. It should look like https://example.com/events.")]
    NoHost,
    /// It has line breaks inside, so it is more than one address or something else altogether.
    #[error("The address has a line break in it. Paste a single address.")]
    LineBreak,
    /// It is no URL for another reason.
    #[error("This is not an address that can be opened ({reason}). It should look like https://example.com/events.")]
    Invalid {
        /// What is wrong with it.
        reason: String,
    },
}

impl UrlError {
    /// A short name of the variant, for programs.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Empty => "url_empty",
            Self::NoScheme { .. } => "url_no_scheme",
            Self::WebSocket => "websocket",
            Self::Scheme { .. } => "url_scheme",
            Self::NoHost => "url_no_host",
            Self::LineBreak => "url_line_break",
            Self::Invalid { .. } => "url_invalid",
        }
    }
}

/// Understands what a user pasted as the address of a feed.
///
/// A user name and password in it stay in it; [`split_credentials`] takes them out.
///
/// ```
/// use streambell_sse::parse_url;
///
/// assert_eq!(parse_url("  https://example.com/feed\n")?.as_str(), "https://example.com/feed");
/// let error = parse_url("example.com/feed").unwrap_err();
/// assert!(error.to_string().contains("https://example.com/feed"));
/// # Ok::<(), streambell_sse::UrlError>(())
/// ```
///
/// # Errors
/// With what to do next, when it is none.
pub fn parse_url(text: &str) -> Result<Url, UrlError> {
    let text = text.trim();
    if text.is_empty() {
        return Err(UrlError::Empty);
    }
    if text.contains(['\n', '\r']) {
        return Err(UrlError::LineBreak);
    }
    match scheme(text) {
        None => Err(no_scheme(text)),
        Some(scheme) if ["http", "https"].contains(&&*scheme) => match Url::parse(text) {
            Ok(url) => Ok(url),
            Err(url::ParseError::EmptyHost) => Err(UrlError::NoHost),
            Err(error) => Err(UrlError::Invalid { reason: error.to_string() }),
        },
        Some(scheme) if ["ws", "wss"].contains(&&*scheme) => Err(UrlError::WebSocket),
        Some(scheme) => Err(UrlError::Scheme { scheme }),
    }
}

/// The same, and a text that only lacks `http://` or `https://` gets the one that it most likely means.
///
/// ```
/// use streambell_sse::complete_url;
///
/// assert_eq!(complete_url("example.com/feed?token=t")?.as_str(), "https://example.com/feed?token=t");
/// assert_eq!(complete_url("localhost:8080/feed")?.as_str(), "http://localhost:8080/feed");
/// # Ok::<(), streambell_sse::UrlError>(())
/// ```
///
/// # Errors
/// As [`parse_url`].
pub fn complete_url(text: &str) -> Result<Url, UrlError> {
    match parse_url(text) {
        Err(UrlError::NoScheme { .. }) => with_scheme(text.trim()),
        result => result,
    }
}

/// The scheme of `text`, in lower case. `localhost:8080` and `example.com:80/feed` have none, though the letter of
/// the URL standard says so.
fn scheme(text: &str) -> Option<String> {
    let (scheme, rest) = text.split_once(':')?;
    let is_scheme = scheme.starts_with(|c: char| c.is_ascii_alphabetic())
        && scheme.chars().all(|c| c.is_ascii_alphanumeric() || "+-.".contains(c));
    let is_host = !rest.starts_with("//") && (scheme.contains('.') || rest.starts_with(|c: char| c.is_ascii_digit()));
    (is_scheme && !is_host).then(|| scheme.to_ascii_lowercase())
}

fn no_scheme(text: &str) -> UrlError {
    match with_scheme(text) {
        Ok(url) => UrlError::NoScheme { suggestion: redact_url(&url) },
        Err(error) => error,
    }
}

fn with_scheme(text: &str) -> Result<Url, UrlError> {
    let rest = text.trim_start_matches('/');
    match Url::parse(&format!("https://{rest}")) {
        Ok(mut url) => {
            if is_near(&url) {
                // Changing between these two cannot fail; were it to, https:// is still a suggestion.
                let _ = url.set_scheme("http");
            }
            Ok(url)
        }
        Err(url::ParseError::EmptyHost) => Err(UrlError::NoHost),
        Err(error) => Err(UrlError::Invalid { reason: error.to_string() }),
    }
}

/// Whether the host is this computer or in this house, where servers seldom speak TLS.
fn is_near(url: &Url) -> bool {
    match url.host() {
        Some(Host::Ipv4(ip)) => ip.is_loopback() || ip.is_private() || ip.is_link_local(),
        Some(Host::Ipv6(ip)) => ip.is_loopback() || ip.is_unique_local() || ip.is_unicast_link_local(),
        Some(Host::Domain(name)) => !name.contains('.') || name.ends_with(".local") || name.ends_with(".localhost"),
        None => false,
    }
}

/// Whether the host is this computer itself.
pub(crate) fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Ipv4(ip)) => ip.is_loopback(),
        Some(Host::Ipv6(ip)) => ip.is_loopback(),
        Some(Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
        None => false,
    }
}

/// Takes the user name and the password out of a URL, decoded, for a safer place than a URL.
///
/// ```
/// let mut url = streambell_sse::parse_url("https://ann:p%40ss@example.com/feed")?;
/// assert_eq!(streambell_sse::split_credentials(&mut url), Some(("ann".into(), "p@ss".into())));
/// assert_eq!(url.as_str(), "https://example.com/feed");
/// # Ok::<(), streambell_sse::UrlError>(())
/// ```
pub fn split_credentials(url: &mut Url) -> Option<(String, String)> {
    let decoded = |text| percent_decode_str(text).decode_utf8_lossy().into_owned();
    let credentials = (decoded(url.username()), decoded(url.password().unwrap_or_default()));
    if credentials.0.is_empty() && credentials.1.is_empty() {
        return None;
    }
    // Both fail only for URLs that cannot have credentials, and this one had some.
    let _ = url.set_username("");
    let _ = url.set_password(None);
    Some(credentials)
}

/// The URL for a log or a message: without credentials, and without the values of its query, which may be tokens.
///
/// ```
/// let url = streambell_sse::parse_url("https://ann:secret@example.com/feed?topic=a&token=t#part")?;
/// assert_eq!(streambell_sse::redact_url(&url), "https://example.com/feed?topic=…&token=…");
/// # Ok::<(), streambell_sse::UrlError>(())
/// ```
pub fn redact_url(url: &Url) -> String {
    let mut shown = format!("{}://{}{}", url.scheme(), host_and_port(url), url.path());
    for (number, part) in url.query().into_iter().flat_map(|query| query.split('&')).enumerate() {
        shown.push(if number == 0 { '?' } else { '&' });
        // A part without a name is a value.
        if let Some((name, _)) = part.split_once('=') {
            shown.push_str(name);
            shown.push('=');
        }
        shown.push('…');
    }
    shown
}

/// Host and, if it is not the scheme's own, port.
pub(crate) fn host_and_port(url: &Url) -> String {
    let host = url.host_str().unwrap_or_default();
    match url.port() {
        Some(port) => format!("{host}:{port}"),
        None => host.to_owned(),
    }
}
