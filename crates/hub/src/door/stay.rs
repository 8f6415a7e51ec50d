//! An answer for as long as its visitor may have it: a stream ends when its token is removed.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use axum::body::Body;
use bytes::Bytes;
use http_body::{Frame, SizeHint};

use crate::door::budget::Seat;
use crate::door::visitor::Visitor;
use crate::fresh::Fresh;
use crate::tokens::TokenFile;

/// The body of an answer. It holds the visitor's seat, and looks before each piece whether they may still have it.
#[derive(Debug)]
pub(crate) struct Stay {
    body: Body,
    _seat: Option<Seat>,
    visitor: Visitor,
    tokens: Option<Arc<Fresh<TokenFile>>>,
    /// Which state of the tokens was looked at.
    seen: Option<u64>,
}

impl Stay {
    pub(crate) fn new(body: Body, seat: Option<Seat>, visitor: Visitor, tokens: Option<Arc<Fresh<TokenFile>>>) -> Stay {
        Stay { body, _seat: seat, visitor, tokens, seen: None }
    }

    fn is_welcome(&mut self) -> bool {
        let Some(tokens) = &self.tokens else { return true };
        let seen = Some(tokens.changes());
        if self.seen == seen {
            return true;
        }
        let tokens = tokens.get();
        let welcome = match &self.visitor {
            Visitor::Anyone => tokens.is_empty(),
            Visitor::Known { token, .. } => tokens.hold(token),
        };
        self.seen = seen;
        welcome
    }
}

impl http_body::Body for Stay {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        let frame = std::task::ready!(Pin::new(&mut self.body).poll_frame(cx));
        Poll::Ready(frame.filter(|_| self.is_welcome()))
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
