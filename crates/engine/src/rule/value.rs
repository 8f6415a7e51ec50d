//! `{"value":{"crosses_above":60000,"recovers_below":59000}}`: the value, compared as a decimal.

use std::cmp::Ordering;

use rust_decimal::Decimal;

use super::{
    Seen,
    tree::{Leaf, Memory},
};
use crate::{
    EngineError,
    mapping::display_decimal,
    model::{Level, Millis, ValueCondition},
    speak,
};

/// On which side of its level a value was last: what a crossing is told by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Side {
    /// No value has been seen.
    Unknown,
    /// The condition does not hold; a value beyond the level makes it.
    Armed,
    /// It holds until a value beyond the level of recovery.
    Held,
    /// The first value that was seen was beyond the level already, which crosses nothing.
    Quiet,
}

impl Side {
    pub(super) fn code(self) -> u8 {
        self as u8
    }

    pub(super) fn from_code(code: u8) -> Self {
        let all = [Self::Unknown, Self::Armed, Self::Held, Self::Quiet];
        all.into_iter().find(|side| side.code() == code).unwrap_or(Self::Unknown)
    }
}

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
    pub(super) fn new(condition: &ValueCondition, at: &str) -> Result<Self, EngineError> {
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
                at,
                speak!(
                    "Give exactly one of crosses_above, crosses_below, above, below, changes_by, changes_by_percent, each with a number.",
                    "请只填写 crosses_above、crosses_below、above、below、changes_by、changes_by_percent 之一，并给出数字。"
                ),
            ));
        };
        if condition.within.is_some() || condition.direction.is_some() {
            return Err(EngineError::invalid(
                at,
                speak!(
                    "within and direction go with changes_by and changes_by_percent. To ring only when it stays so, use the rule's for.",
                    "within 和 direction 只用于 changes_by 和 changes_by_percent。如需持续一段时间才提醒，请使用规则的 for。"
                ),
            ));
        }
        let (recovery, other) = match beyond {
            Ordering::Greater => (condition.recovers_below, condition.recovers_above),
            _ => (condition.recovers_above, condition.recovers_below),
        };
        if other.is_some() {
            let right = if beyond == Ordering::Greater { "recovers_below" } else { "recovers_above" };
            return Err(EngineError::invalid(
                at,
                speak!(
                    format!("With {name} the level of recovery is called {right}."),
                    format!("使用 {name} 时，恢复水平应写作 {right}。")
                ),
            ));
        }
        let recovery = recovery.map_or(level, |Level(recovery)| recovery);
        if recovery.cmp(&level) == beyond {
            return Err(EngineError::invalid(
                at,
                speak!(
                    "The level of recovery must lie on the other side of the level that rings.",
                    "恢复水平必须位于提醒水平的另一侧。"
                ),
            ));
        }
        Ok(Self { beyond, level, recovery, first_rings })
    }

    /// At the level itself it no longer holds, if there is no level of recovery of its own; else only beyond that.
    fn recovered(&self, value: Decimal) -> bool {
        let order = value.cmp(&self.recovery);
        order == self.beyond.reverse() || (order == Ordering::Equal && self.recovery == self.level)
    }
}

impl Leaf for Compiled {
    fn begin(&self, _at: Millis) -> Memory {
        Memory::Side(Side::Unknown)
    }

    fn observe(&self, memory: &mut Memory, seen: &Seen<'_>) {
        let (Memory::Side(side), Some(value)) = (memory, seen.reading().value) else { return };
        let beyond = value.cmp(&self.level) == self.beyond;
        *side = match *side {
            Side::Unknown if beyond && !self.first_rings => Side::Quiet,
            Side::Unknown | Side::Armed => {
                if beyond {
                    Side::Held
                } else {
                    Side::Armed
                }
            }
            Side::Held | Side::Quiet if self.recovered(value) => Side::Armed,
            unchanged => unchanged,
        };
    }

    fn holds(&self, memory: &Memory, _now: Millis) -> bool {
        matches!(memory, Memory::Side(Side::Held))
    }

    fn describe(&self) -> String {
        let side = match self.beyond {
            Ordering::Greater => speak!("above", "高于"),
            _ => speak!("below", "低于"),
        };
        format!("{side} {}", display_decimal(self.level))
    }
}
