//! Who sent a request, and what they may do here.

use std::sync::Arc;

use axum::http::StatusCode;

use crate::refusal::Refusal;
use crate::tokens::Token;
use crate::topic::TopicName;

/// Handlers get it as an extension of the request, and ask it about each topic before they touch it.
#[derive(Debug, Clone)]
pub(crate) enum Visitor {
    /// Nobody is asked who they are.
    Anyone,
    /// Who showed a token.
    Known(Arc<Token>),
}

impl Visitor {
    pub(crate) fn may_publish(&self, topic: &TopicName) -> Result<(), Refusal> {
        match self {
            Visitor::Known(token) if !token.may_publish(topic) => {
                Err(forbidden(format!("the token '{}' may not publish to {topic}", token.name)))
            }
            _ => Ok(()),
        }
    }

    /// All of them or none: a stream that silently lacks some would be taken for a quiet one.
    pub(crate) fn may_subscribe<'a>(&self, topics: impl IntoIterator<Item = &'a TopicName>) -> Result<(), Refusal> {
        let Visitor::Known(token) = self else { return Ok(()) };
        let others = topics.into_iter().filter(|topic| !token.may_subscribe(topic));
        let others: Vec<_> = others.map(TopicName::as_str).collect();
        if others.is_empty() {
            return Ok(());
        }
        Err(forbidden(format!("the token '{}' may not subscribe to {}", token.name, others.join(", "))))
    }
}

fn forbidden(reason: String) -> Refusal {
    Refusal::new(StatusCode::FORBIDDEN, reason)
}
