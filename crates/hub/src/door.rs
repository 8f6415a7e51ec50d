//! Who may come in, and under which names the hub is known.
//!
//! A request passes, from outside in: `guard` (is it meant for this hub, and from no foreign web page), CORS for the
//! pages that are invited, and `desk` (whose token is it, and have they had their share). What is left of it for a
//! handler to ask is whether the [`Visitor`] may use the topics that it names.

mod budget;
mod credential;
mod desk;
mod guard;
mod names;
mod stay;
mod visitor;

use std::net::SocketAddr;
use std::num::NonZeroU32;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::http::header::RETRY_AFTER;
use axum::http::{HeaderValue, Method};
use axum::middleware::from_fn_with_state;
use tower_http::cors::{AllowHeaders, CorsLayer};

use crate::door::budget::{Rate, Seats};
use crate::door::desk::Desk;
use crate::door::guard::Guard;
use crate::fresh::Fresh;
use crate::hub::{HubError, Limits};
use crate::tls::CertificateFiles;
use crate::tokens::TokenFile;

pub(crate) use desk::Peer;
pub use names::{HostName, NotAHostName, NotAnOrigin, Origin};
pub(crate) use visitor::Visitor;

/// Requests a second of one client, where others can reach the hub and nothing else is said.
const RATE: u32 = 20;
/// Requests at a time of one client, there.
const PER_CLIENT: usize = 100;
/// How long a browser may remember what it was told of an invited page's requests.
const REMEMBER: Duration = Duration::from_secs(60 * 60);

/// Who may come in. Without any of it a hub is for programs of this machine, and for its own pages.
#[derive(Debug, Clone, Default)]
pub struct Door {
    /// Where the tokens are. Whoever shows none gets nothing, as soon as there are some, and always where others can
    /// reach the hub.
    pub tokens: Option<TokenFile>,
    /// Names under which others reach the hub, themselves or through a reverse proxy.
    pub names: Vec<HostName>,
    /// Web pages that may use the hub besides its own.
    pub origins: Vec<Origin>,
    /// What HTTPS is spoken with; none: HTTP.
    pub certificate: Option<CertificateFiles>,
}

impl Door {
    /// How others reach the hub, if they can.
    pub(crate) fn opens_to_others(&self, listen: SocketAddr) -> Option<String> {
        if !listen.ip().is_loopback() {
            return Some(format!("at {listen}"));
        }
        self.names.first().map(|name| format!("as {name}"))
    }

    /// Reads what it needs, and refuses what would not be safe.
    pub(crate) fn open(self, listen: SocketAddr, limits: Limits) -> Result<Entrance, HubError> {
        let others = self.opens_to_others(listen);
        let tokens = self.tokens.map(Fresh::open).transpose()?.map(Arc::new);
        let certificate = self.certificate.map(Fresh::open).transpose()?.map(Arc::new);
        if let Some(how) = &others {
            if tokens.as_ref().is_none_or(|tokens| tokens.get().is_empty()) {
                return Err(HubError::NoTokens { how: how.clone() });
            }
            if certificate.is_none() && !listen.ip().is_loopback() {
                tracing::warn!(
                    "what is sent here can be read on its way, tokens too: use --cert and --key, or a proxy with HTTPS"
                );
            }
        }
        let rate = limits.rate.or(others.is_some().then_some(RATE)).and_then(NonZeroU32::new);
        let per_client = limits.per_client.or(others.is_some().then_some(PER_CLIENT)).filter(|most| *most > 0);
        let desk = Arc::new(Desk {
            tokens,
            always_asks: others.is_some(),
            rate: rate.map(Rate::new),
            seats: per_client.map(Seats::new),
        });
        Ok(Entrance { addr: listen, certificate, names: self.names, origins: self.origins, desk })
    }
}

/// A door that is open.
#[derive(Debug)]
pub(crate) struct Entrance {
    /// Where the hub listens, with the port that it got.
    pub(crate) addr: SocketAddr,
    /// What HTTPS is spoken with; none: HTTP.
    pub(crate) certificate: Option<Arc<Fresh<CertificateFiles>>>,
    names: Vec<HostName>,
    origins: Vec<Origin>,
    desk: Arc<Desk>,
}

impl Entrance {
    /// Puts everything that a request has to pass around the routes.
    pub(crate) fn before<S: Clone + Send + Sync + 'static>(self, router: Router<S>) -> Router<S> {
        let Entrance { addr, certificate, names, origins, desk } = self;
        let mut router = router.layer(from_fn_with_state(desk, desk::desk));
        if !origins.is_empty() {
            router = router.layer(cors(&origins));
        }
        let guard = Guard { addr, tls: certificate.is_some(), names, origins };
        router.layer(from_fn_with_state(Arc::new(guard), guard::guard))
    }
}

/// What browsers are told about the pages that may come. They may send any header: those of ntfy are many.
fn cors(origins: &[Origin]) -> CorsLayer {
    let origins = origins.iter().filter_map(|origin| HeaderValue::from_str(origin.as_str()).ok());
    CorsLayer::new()
        .allow_origin(origins.collect::<Vec<_>>())
        .allow_methods([Method::GET, Method::POST, Method::PUT, Method::PATCH, Method::DELETE])
        .allow_headers(AllowHeaders::mirror_request())
        .allow_private_network(true)
        .expose_headers([RETRY_AFTER])
        .max_age(REMEMBER)
}
