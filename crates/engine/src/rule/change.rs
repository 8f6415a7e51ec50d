//! `{"value":{"changes_by_percent":5,"within":"10m"}}`: how far the value has gone from where it was.

use rust_decimal::Decimal;

use super::{
    Seen,
    extremes::Extremes,
    tree::{Leaf, Memory as AnyMemory},
};
use crate::{
    EngineError,
    mapping::display_decimal,
    model::{Direction, Level, Millis, Span, ValueCondition},
    speak,
};

pub(super) struct Compiled {
    by: By,
    within: Span,
    direction: Option<Direction>,
}

#[derive(Clone, Copy)]
enum By {
    Amount(Decimal),
    Percent(Decimal),
}

/// The values of the last while.
#[derive(Debug, Clone, Default)]
pub(super) struct Memory {
    extremes: Extremes,
    last: Option<Decimal>,
}

impl Compiled {
    pub(super) fn new(condition: &ValueCondition, at: &str) -> Result<Self, EngineError> {
        let by = match (condition.changes_by, condition.changes_by_percent) {
            (Some(Level(amount)), None) => By::Amount(amount),
            (None, Some(Level(percent))) => By::Percent(percent),
            _ => {
                return Err(EngineError::invalid(
                    at,
                    speak!(
                        "Give either changes_by or changes_by_percent.",
                        "请只填写 changes_by 或 changes_by_percent 之一。"
                    ),
                ));
            }
        };
        let (By::Amount(size) | By::Percent(size)) = by;
        if size <= Decimal::ZERO {
            return Err(EngineError::invalid(
                at,
                speak!(
                    "A change is more than 0. Which way it goes is said by direction: up or down.",
                    "变化量必须大于 0。方向由 direction 说明：up 或 down。"
                ),
            ));
        }
        let levels = [
            condition.crosses_above,
            condition.crosses_below,
            condition.above,
            condition.below,
            condition.recovers_below,
            condition.recovers_above,
        ];
        if levels.iter().any(Option::is_some) {
            return Err(EngineError::invalid(
                at,
                speak!(
                    "A change has no level. Use 'all' for both conditions.",
                    "变化量没有水平线。若两个条件都需要，请使用 all。"
                ),
            ));
        }
        let within = condition.within.ok_or_else(|| {
            EngineError::invalid(
                format!("{at}.within"),
                speak!(
                    "Say in what time it changes, for example \"within\":\"10m\".",
                    "请说明在多长时间内变化，例如 \"within\":\"10m\"。"
                ),
            )
        })?;
        Ok(Self { by, within, direction: condition.direction })
    }

    /// Whether the way from `base` over `distance` is far enough.
    fn far(&self, base: Decimal, distance: Decimal) -> bool {
        if distance <= Decimal::ZERO {
            return false;
        }
        match self.by {
            By::Amount(amount) => distance >= amount,
            // Too large for a decimal is far; from nothing, everything is.
            By::Percent(percent) => match (base.abs().checked_mul(percent), distance.checked_mul(Decimal::ONE_HUNDRED))
            {
                (Some(limit), Some(distance)) => distance >= limit,
                (None, Some(_)) => false,
                _ => true,
            },
        }
    }
}

impl Leaf for Compiled {
    fn begin(&self, _at: Millis) -> AnyMemory {
        AnyMemory::Change(Memory::default())
    }

    fn observe(&self, memory: &mut AnyMemory, seen: &Seen<'_>) {
        let (AnyMemory::Change(memory), Some(value)) = (memory, seen.reading().value) else { return };
        memory.extremes.push(seen.event.at, value, self.within.millis());
        memory.last = Some(value);
    }

    fn holds(&self, memory: &AnyMemory, now: Millis) -> bool {
        let AnyMemory::Change(memory) = memory else { return false };
        let (Some(last), Some((lowest, highest))) = (memory.last, memory.extremes.since(now - self.within.millis()))
        else {
            return false;
        };
        let up = last.checked_sub(lowest).is_none_or(|rise| self.far(lowest, rise));
        let down = highest.checked_sub(last).is_none_or(|fall| self.far(highest, fall));
        match self.direction {
            Some(Direction::Up) => up,
            Some(Direction::Down) => down,
            None => up || down,
        }
    }

    /// What it was compared with grows too old.
    fn due(&self, memory: &AnyMemory, now: Millis) -> Option<Millis> {
        if !self.holds(memory, now) {
            return None;
        }
        let AnyMemory::Change(memory) = memory else { return None };
        let oldest = memory.extremes.oldest_since(now - self.within.millis())?;
        Some(oldest + self.within.millis() + 1)
    }

    fn window(&self) -> Millis {
        self.within.millis()
    }

    fn describe(&self) -> String {
        let way = match self.direction {
            Some(Direction::Up) => speak!("up", "上涨"),
            Some(Direction::Down) => speak!("down", "下跌"),
            None => speak!("changed", "变化"),
        };
        let amount = match self.by {
            By::Amount(amount) => display_decimal(amount).to_string(),
            By::Percent(percent) => format!("{} %", display_decimal(percent)),
        };
        let within = self.within;
        speak!(format!("{way} by {amount} within {within}"), format!("{within} 内{way} {amount}"))
    }
}
