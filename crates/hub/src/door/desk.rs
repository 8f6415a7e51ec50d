//! Where visitors show their token and get their share, before any handler sees them.

use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;
use std::time::Duration;

use axum::body::{Body, HttpBody};
use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use tokio::time::timeout;

use crate::door::budget::{Client, Rate, Seats};
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
    fn admit(&self, shown: Shown) -> Result<Visitor, Refusal> {
        let tokens = self.tokens.as_ref().map(|tokens| tokens.get());
        if !self.always_asks && tokens.as_ref().is_none_or(|tokens| tokens.is_empty()) {
            return Ok(Visitor::Anyone);
        }
        let why = match shown {
            Shown::Nothing => "this hub asks for a token: send it as 'Authorization: Bearer TOKEN'",
            Shown::Nonsense => "what came is no token: send it as 'Authorization: Bearer TOKEN'",
            Shown::Token(text) => match tokens.and_then(|tokens| tokens.find(&text)) {
                Some(token) => return Ok(Visitor::Known(token)),
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
}

/// The middleware around every route.
pub(crate) async fn desk(State(desk): State<Arc<Desk>>, mut request: Request, next: Next) -> Response {
    let peer = request.extensions().get().map_or(Ipv4Addr::UNSPECIFIED.into(), |Peer(address)| *address);
    let shown = credential::take(&mut request);
    // Whether the hub lives is for everybody to ask.
    let visitor = if request.uri().path() == "/healthz" { Ok(Visitor::Anyone) } else { desk.admit(shown) };
    let client = match &visitor {
        Ok(Visitor::Known(token)) => Client::Token(token.name.as_str().into()),
        _ => Client::at(peer),
    };
    let admitted = desk.charge(&client).and(visitor);
    let visitor = match admitted {
        Ok(visitor) => visitor,
        Err(refusal) => return refusal.into_response(),
    };
    let seat = match &desk.seats {
        None => None,
        Some(seats) => match seats.take(&client) {
            None => {
                let reason = "you have as many open streams as this hub gives to one client: close one first";
                return Refusal::too_many(reason, COME_BACK).into_response();
            }
            seat => seat,
        },
    };
    request.extensions_mut().insert(visitor.clone());
    let Ok(response) = timeout(PATIENCE, next.run(request)).await else {
        return Refusal::new(StatusCode::REQUEST_TIMEOUT, "the request took too long: send it again").into_response();
    };
    let is_stream = response.body().size_hint().exact().is_none();
    if !is_stream || (desk.tokens.is_none() && seat.is_none()) {
        return response;
    }
    response.map(|body| Body::new(Stay::new(body, seat, visitor, desk.tokens.clone())))
}
