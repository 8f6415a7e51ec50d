//! Who sent a request, and what they may do here.

use std::sync::Arc;

use axum::extract::rejection::ExtensionRejection;
use axum::extract::{Extension, FromRequestParts};
use axum::http::request::Parts;
use axum::http::{Method, StatusCode};

use crate::refusal::Refusal;
use crate::tokens::Token;
use crate::topic::TopicName;

/// The topic that stands for everything under `/api`.
const API: &str = "api";

/// Handlers take it as an argument, and ask it about each topic before they touch it.
#[derive(Debug, Clone)]
pub(crate) enum Visitor {
    /// Nobody is asked who they are.
    Anyone,
    /// Who showed a token.
    Known {
        token: Arc<Token>,
        /// Whether the request may be a page's and not its user's: see [`Shown::Password`](super::credential::Shown).
        reads_only: bool,
    },
}

impl Visitor {
    pub(crate) fn may_publish(&self, topic: &TopicName) -> Result<(), Refusal> {
        match self {
            Visitor::Known { reads_only: true, .. } => Err(forbidden(
                "an address that publishes takes no password, since any web page could ask for it: send the token as \
                 'Authorization: Bearer TOKEN' or as ?auth=",
            )),
            Visitor::Known { token, .. } if !token.may_publish(topic) => {
                Err(forbidden(format!("the token '{}' may not publish to {topic}", token.name)))
            }
            _ => Ok(()),
        }
    }

    /// What is under `/api` is no topic, and is opened by a token for one of this name. Looking is subscribing, and
    /// changing is publishing.
    pub(crate) fn may_use_api(&self, method: &Method) -> Result<(), Refusal> {
        let Ok(api) = API.parse() else { return Ok(()) };
        if method.is_safe() { self.may_subscribe([&api]) } else { self.may_publish(&api) }
    }

    /// All of them or none: a stream that silently lacks some would be taken for a quiet one.
    pub(crate) fn may_subscribe<'a>(&self, topics: impl IntoIterator<Item = &'a TopicName>) -> Result<(), Refusal> {
        let Visitor::Known { token, .. } = self else { return Ok(()) };
        let others = topics.into_iter().filter(|topic| !token.may_subscribe(topic));
        let others: Vec<_> = others.map(TopicName::as_str).collect();
        if others.is_empty() {
            return Ok(());
        }
        Err(forbidden(format!("the token '{}' may not subscribe to {}", token.name, others.join(", "))))
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Visitor {
    type Rejection = ExtensionRejection;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ExtensionRejection> {
        Extension::from_request_parts(parts, state).await.map(|Extension(visitor)| visitor)
    }
}

fn forbidden(reason: impl Into<String>) -> Refusal {
    Refusal::new(StatusCode::FORBIDDEN, reason)
}
