//! What the head of an open stream tells about its way here.

use http::header::{CONTENT_TYPE, SERVER, VIA};
use http::{HeaderMap, Version};
use url::Url;

use crate::address::redact_url;
use crate::recording::Answered;

/// Headers that only something between a server and its clients adds, and who that is.
const ADDED_ON_THE_WAY: [(&str, &str); 7] = [
    ("cf-ray", "Cloudflare"),
    ("x-amz-cf-id", "CloudFront"),
    ("x-served-by", "Fastly"),
    ("x-varnish", "Varnish"),
    ("x-cache", "a cache"),
    ("x-envoy-upstream-service-time", "Envoy"),
    ("x-kong-proxy-latency", "Kong"),
];

/// An open stream's way here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Opened {
    url: Url,
    version: Version,
    content_type: Option<String>,
    through: Option<String>,
    goes_on_after: Option<String>,
}

/// Headers of a hub of Mercure, 1.0 and before, that say after which event it goes on (its specification, section
/// 'Reconciliation').
const GOES_ON_AFTER: [&str; 2] = ["mercure-last-event-id", "last-event-id"];

impl Opened {
    pub(crate) fn new(url: Url, version: Version, headers: &HeaderMap) -> Self {
        let content_type = headers.get(CONTENT_TYPE).map(|value| graphic(value.as_bytes()));
        let goes_on_after = GOES_ON_AFTER.iter().find_map(|name| headers.get(*name)?.to_str().ok()).map(str::to_owned);
        Self { url, version, content_type, through: through(headers), goes_on_after }
    }

    /// As a recording tells of it. Whatever is opened was answered with 200.
    pub(crate) fn answered(&self) -> Answered {
        let version = Some(format!("{:?}", self.version));
        Answered { status: 200, content_type: self.content_type.clone(), version }
    }

    /// Where the stream comes from, after all redirects. It may hold secrets.
    pub fn url(&self) -> &Url {
        &self.url
    }

    /// The version of HTTP.
    pub fn version(&self) -> Version {
        self.version
    }

    /// After which event the server says that it goes on. Where that is not the one that it was asked for, what came
    /// between is not kept.
    pub(crate) fn goes_on_after(&self) -> Option<&str> {
        self.goes_on_after.as_deref()
    }

    /// What stands between the server and this client, if the answer shows it: a proxy, a cache, a gateway.
    pub fn through(&self) -> Option<&str> {
        self.through.as_deref()
    }

    /// Why nothing may have come yet, and what to do, for a stream that has been silent for a while.
    pub fn why_silent(&self) -> String {
        match &self.through {
            Some(through) => format!(
                "It comes through {through}, which may hold events back until there are enough of them. \
                 If it does, have buffering and compression switched off for this address there."
            ),
            None => "Many feeds send nothing until something happens.".to_owned(),
        }
    }
}

/// For people: version and address, without secrets.
impl std::fmt::Display for Opened {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:?} from {}", self.version, redact_url(&self.url))?;
        match &self.through {
            Some(through) => write!(f, " through {through}"),
            None => Ok(()),
        }
    }
}

fn through(headers: &HeaderMap) -> Option<String> {
    let shown = |name| headers.get(name).map(|value| graphic(value.as_bytes()));
    if let Some(via) = shown(VIA) {
        return Some(via);
    }
    if let Some((_, who)) = ADDED_ON_THE_WAY.iter().find(|(name, _)| headers.contains_key(*name)) {
        return Some((*who).to_owned());
    }
    // A web server is seldom the one that makes events: it passes them on.
    shown(SERVER).filter(|server| {
        ["nginx", "openresty", "apache", "caddy"].iter().any(|name| server.to_ascii_lowercase().starts_with(name))
    })
}

/// What a server wrote, cut to what a name needs.
fn graphic(bytes: &[u8]) -> String {
    bytes.iter().map(|&byte| char::from(byte)).filter(|c| c.is_ascii_graphic() || *c == ' ').take(60).collect()
}
