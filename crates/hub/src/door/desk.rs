//! Where visitors show their token and get their share, before any handler sees them.

use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;
use std::time::Duration;

use axum::body::{Body, HttpBody};
use axum::extract::{Request, State};
use axum::http::{Method, StatusCode};
use axum::middleware::Next;
use axum::response::Response;
use tokio::time::timeout;

use crate::door::budget::{Client, Rate, Seat, Seats};
use crate::door::credential::{self, Shown};
use crate::door::stay::Stay;
use crate::door::visitor::Visitor;
use crate::fresh::Fresh;
use crate::refusal::Refusal;
use crate::tokens::TokenFile;

/// How long a request may take to be sent whole and to be answered; the answer itself may go on for ever.
const PATIENCE: Duration = Duration::from_secs(30);
/// How soon somebody who holds too many streams may find one of them gone.
const COME_BACK: Duration = Duration::from_secs(30);

/// Where a connection comes from.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Peer(pub(crate) IpAddr);

#[derive(Debug)]
pub(crate) struct Desk {
    pub(crate) tokens: Option<Arc<Fresh<TokenFile>>>,
    /// Whether a token is needed even if there is none (any more).
    pub(crate) always_asks: bool,
    pub(crate) rate: Option<Rate>,
    pub(crate) seats: Option<Arc<Seats>>,
}

impl Desk {
    fn admit(&self, shown: Shown, method: &Method) -> Result<Visitor, Refusal> {
        let reads_only = matches!(shown, Shown::Password(_)) && method.is_safe();
        let tokens = self.tokens.as_ref().map(|tokens| tokens.get());
        if !self.always_asks && tokens.as_ref().is_none_or(|tokens| tokens.is_empty()) {
            return Ok(Visitor::Anyone);
        }
        let why = match shown {
            Shown::Nothing => "this hub asks for a token: send it as 'Authorization: Bearer TOKEN'",
            Shown::Nonsense => "what came is no token: send it as 'Authorization: Bearer TOKEN'",
            Shown::Token(text) | Shown::Password(text) => match tokens.and_then(|tokens| tokens.find(&text)) {
                Some(token) => return Ok(Visitor::Known { token, reads_only }),
                None => "this token is not known here: make one with 'streambell hub token add'",
            },
        };
        Err(Refusal::new(StatusCode::UNAUTHORIZED, why))
    }

    /// Counts the request for whoever sent it.
    fn charge(&self, client: &Client) -> Result<(), Refusal> {
        let Some(rate) = &self.rate else { return Ok(()) };
        rate.spend(client).map_err(|wait| {
            Refusal::too_many("you ask more often than this hub allows: wait as Retry-After says", wait)
        })
    }

    /// A place for one more answer of this client, if places are counted.
    fn seat(&self, client: &Client) -> Result<Option<Seat>, Refusal> {
        let Some(seats) = &self.seats else { return Ok(None) };
        let full = "you have as many open streams as this hub gives to one client: close one first";
        seats.take(client).map(Some).ok_or_else(|| Refusal::too_many(full, COME_BACK))
    }
}

/// The middleware around every route.
pub(crate) async fn desk(State(desk): State<Arc<Desk>>, mut request: Request, next: Next) -> Result<Response, Refusal> {
    let peer = request.extensions().get().map_or(Ipv4Addr::UNSPECIFIED.into(), |Peer(address)| *address);
    let shown = credential::take(&mut request);
    let (path, method) = (request.uri().path(), request.method());
    // Whether the hub lives is for everybody to ask.
    let visitor = if path == "/healthz" { Ok(Visitor::Anyone) } else { desk.admit(shown, method) };
    let client = match &visitor {
        Ok(Visitor::Known { token, .. }) => Client::Token(token.name.as_str().into()),
        _ => Client::at(peer),
    };
    desk.charge(&client)?;
    let visitor = visitor?;
    if path.starts_with("/api/") {
        visitor.may_use_api(method)?;
    }
    let seat = desk.seat(&client)?;

    request.extensions_mut().insert(visitor.clone());
    let response = timeout(PATIENCE, next.run(request)).await;
    let too_long = |_| Refusal::new(StatusCode::REQUEST_TIMEOUT, "the request took too long: send it again");
    let response = response.map_err(too_long)?;
    let is_stream = response.body().size_hint().exact().is_none();
    if !is_stream || (desk.tokens.is_none() && seat.is_none()) {
        return Ok(response);
    }
    Ok(response.map(|body| Body::new(Stay::new(body, seat, visitor, desk.tokens.clone()))))
}
