//! Rules at work: a rule's condition, compiled, and what it remembers between readings.
//!
//! A condition is one file below `rule/` and one variant of [`Condition`]; the compiler names the rest. Evaluation is
//! incremental: the cost of an event does not grow with the history.

mod event;
mod text;
mod value;

use std::collections::HashMap;

use crate::{
    EngineError,
    model::{Condition, Event, FeedId, Reading, Rule},
};

/// How many keys of a feed one rule follows: more is a feed whose keys never repeat.
const MAX_KEYS: usize = 10_000;

/// What a rule makes of one reading.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// Nothing new.
    Nothing,
    /// Its condition became true.
    Fired,
    /// Its condition held and does no longer.
    Recovered,
}

/// On which side of its level a value was last: what a crossing is told by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Side {
    /// The condition does not hold; it may fire.
    Armed,
    /// The condition holds; it fires again only after it has recovered.
    Held,
}

impl Side {
    /// As it is stored.
    pub(crate) fn code(self) -> i64 {
        match self {
            Self::Armed => 0,
            Self::Held => 1,
        }
    }

    /// From what was stored.
    pub(crate) fn from_code(code: i64) -> Self {
        if code == 1 { Self::Held } else { Self::Armed }
    }
}

/// One reading in the light of its event.
pub(crate) struct Seen<'e> {
    pub(crate) event: &'e Event,
    pub(crate) reading: &'e Reading,
}

enum Compiled {
    Value(value::Compiled),
    Event(event::Compiled),
    Text(text::Compiled),
}

/// A rule, compiled, with what it remembers for each feed and key.
pub(crate) struct Evaluator {
    pub(crate) rule: Rule,
    compiled: Compiled,
    sides: HashMap<(FeedId, String), Side>,
}

impl Evaluator {
    /// Compiles a rule.
    ///
    /// # Errors
    /// Names what is wrong with its condition.
    pub(crate) fn new(rule: Rule) -> Result<Self, EngineError> {
        let compiled = match &rule.when {
            Condition::Value(condition) => Compiled::Value(value::Compiled::new(condition)?),
            Condition::Event(name) => Compiled::Event(event::Compiled::new(name)?),
            Condition::Text(condition) => Compiled::Text(text::Compiled::new(condition)?),
        };
        Ok(Self { rule, compiled, sides: HashMap::new() })
    }

    /// Whether the rule looks at this feed.
    pub(crate) fn concerns(&self, feed: &FeedId) -> bool {
        self.rule.enabled && (self.rule.feeds.is_empty() || self.rule.feeds.contains(feed))
    }

    /// What the rule makes of a reading, and the side to be stored if it changed.
    pub(crate) fn evaluate(&mut self, seen: &Seen<'_>) -> (Outcome, Option<Side>) {
        match &self.compiled {
            Compiled::Event(condition) => (fired(condition.holds(seen)), None),
            Compiled::Text(condition) => (fired(condition.holds(seen)), None),
            Compiled::Value(condition) => {
                let place = (seen.event.feed.clone(), seen.reading.key.clone().unwrap_or_default());
                let before = self.sides.get(&place).copied();
                if before.is_none() && self.sides.len() >= MAX_KEYS {
                    tracing::warn!(rule = %self.rule.id.0, "a rule follows at most {MAX_KEYS} keys");
                    return (Outcome::Nothing, None);
                }
                let (outcome, after) = condition.evaluate(seen, before);
                if after.is_none() || after == before {
                    return (outcome, None);
                }
                self.sides.extend(after.map(|side| (place, side)));
                (outcome, after)
            }
        }
    }

    /// Puts back what was stored.
    pub(crate) fn remember(&mut self, feed: FeedId, key: String, side: Side) {
        self.sides.insert((feed, key), side);
    }

    /// Goes on where another evaluator of the same condition stood.
    pub(crate) fn take_memory(&mut self, from: &mut Self) {
        self.sides = std::mem::take(&mut from.sides);
    }

    /// Forgets a feed that was removed.
    pub(crate) fn forget(&mut self, feed: &FeedId) {
        self.sides.retain(|(of, _), _| of != feed);
    }

    /// What the condition says, for a person: the text of an alert goes on with it.
    pub(crate) fn describe(&self) -> String {
        match &self.compiled {
            Compiled::Value(condition) => condition.describe(),
            Compiled::Event(condition) => condition.describe(),
            Compiled::Text(condition) => condition.describe(),
        }
    }
}

fn fired(holds: bool) -> Outcome {
    if holds { Outcome::Fired } else { Outcome::Nothing }
}
