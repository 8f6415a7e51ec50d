//! What the user has removed and may still bring back: nothing of it is told, and nothing of it is lost.
//!
//! It is in memory only. A program that is killed meanwhile has not removed it.

use crate::{
    Engine, EngineError,
    model::{FeedId, RuleId},
};

/// What is about to be removed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Leaving {
    feeds: Vec<FeedId>,
    rules: Vec<RuleId>,
}

impl Leaving {
    pub(crate) fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// Whether something of this feed, and of this rule if it is one's, is of what leaves.
    pub(crate) fn has(&self, feed: &FeedId, rule: Option<&RuleId>) -> bool {
        self.feeds.contains(feed) || rule.is_some_and(|rule| self.rules.contains(rule))
    }
}

impl Engine {
    /// The user has removed these, and can still bring them back: until [`Self::let_go`], or until they are no longer
    /// among those of a later call, nothing of them is told. They stay as they are otherwise.
    pub fn leave(&self, feeds: Vec<FeedId>, rules: Vec<RuleId>) {
        self.leaving.send_replace(Leaving { feeds, rules });
    }

    /// Nobody can bring back what is leaving: removes it.
    pub async fn let_go(&self) {
        let Leaving { feeds, rules } = self.leaving.borrow().clone();
        for feed in feeds {
            report(self.remove_feed(feed).await);
        }
        for rule in rules {
            report(self.remove_rule(rule).await);
        }
        self.leave(Vec::new(), Vec::new());
    }
}

fn report(removed: Result<(), EngineError>) {
    match removed {
        // It was removed already.
        Ok(()) | Err(EngineError::NoSuchFeed(_) | EngineError::NoSuchRule(_)) => {}
        Err(error) => tracing::warn!(%error, "what the user removed is still there"),
    }
}
