//! `{"value":{"crosses_above":60000,"recovers_below":59000}}`: the value, compared as a decimal.

use std::cmp::Ordering;

use rust_decimal::Decimal;

use super::{Outcome, Seen, Side};
use crate::{
    EngineError,
    mapping::display_decimal,
    model::{Level, ValueCondition},
};

pub(super) struct Compiled {
    /// Which side of the level is the one that rings.
    beyond: Ordering,
    level: Decimal,
    /// The level beyond which, on the other side, it is armed again.
    recovery: Decimal,
    /// Whether the first value that is seen may ring: it crosses nothing.
    first_rings: bool,
}

impl Compiled {
    pub(super) fn new(condition: &ValueCondition) -> Result<Self, EngineError> {
        let kinds = [
            ("crosses_above", condition.crosses_above, Ordering::Greater, false),
            ("crosses_below", condition.crosses_below, Ordering::Less, false),
            ("above", condition.above, Ordering::Greater, true),
            ("below", condition.below, Ordering::Less, true),
        ];
        let mut given =
            kinds.into_iter().filter_map(|(name, level, beyond, first)| Some((name, level?, beyond, first)));
        let (Some((name, Level(level), beyond, first_rings)), None) = (given.next(), given.next()) else {
            return Err(EngineError::invalid(
                "when.value",
                "Give exactly one of crosses_above, crosses_below, above, below, each with a number.",
            ));
        };
        let (recovery, other) = match beyond {
            Ordering::Greater => (condition.recovers_below, condition.recovers_above),
            _ => (condition.recovers_above, condition.recovers_below),
        };
        if other.is_some() {
            let right = if beyond == Ordering::Greater { "recovers_below" } else { "recovers_above" };
            return Err(EngineError::invalid(
                "when.value",
                format!("With {name} the level of recovery is called {right}."),
            ));
        }
        let recovery = recovery.map_or(level, |Level(recovery)| recovery);
        if recovery.cmp(&level) == beyond {
            return Err(EngineError::invalid(
                "when.value",
                "The level of recovery must lie on the other side of the level that rings.",
            ));
        }
        Ok(Self { beyond, level, recovery, first_rings })
    }

    pub(super) fn evaluate(&self, seen: &Seen<'_>, before: Option<Side>) -> (Outcome, Option<Side>) {
        let Some(value) = seen.reading.value else { return (Outcome::Nothing, None) };
        let beyond = value.cmp(&self.level) == self.beyond;
        match before {
            None if beyond && self.first_rings => (Outcome::Fired, Some(Side::Held)),
            None if beyond => (Outcome::Nothing, Some(Side::Held)),
            None => (Outcome::Nothing, Some(Side::Armed)),
            Some(Side::Armed) if beyond => (Outcome::Fired, Some(Side::Held)),
            Some(Side::Held) if self.recovered(value) => (Outcome::Recovered, Some(Side::Armed)),
            Some(side) => (Outcome::Nothing, Some(side)),
        }
    }

    /// At the level itself it no longer rings, if there is no level of recovery of its own; else only beyond that.
    fn recovered(&self, value: Decimal) -> bool {
        let order = value.cmp(&self.recovery);
        order == self.beyond.reverse() || (order == Ordering::Equal && self.recovery == self.level)
    }

    pub(super) fn describe(&self) -> String {
        let side = if self.beyond == Ordering::Greater { "above" } else { "below" };
        format!("{side} {}", display_decimal(self.level))
    }
}
